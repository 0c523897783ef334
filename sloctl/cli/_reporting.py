"""What commands that read a server share: reading specs, and connecting to the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sloctl.cli._server import asked_server
from sloctl.cli._session import given_or_configured, report, say, summary
from sloctl.core.errors import UsageError
from sloctl.core.finding import has_errors

if TYPE_CHECKING:
    from sloctl.model.service import Service
    from sloctl.pipeline.settings import Settings
    from sloctl.promapi.client import Client


def read_services(paths: Sequence[Path], settings: Settings, cwd: Path) -> tuple[list[Path], Sequence[Service], bool]:
    """Return the paths, and the services below them; problems are printed, and the last value is whether all is well.

    Raises UsageError where there is no SLO at all.
    """
    from sloctl.pipeline.explain.select import read_specs

    meant = given_or_configured(paths, settings.specs, settings.root, cwd)
    specs = read_specs(meant, settings, cwd)
    report([finding for finding in specs.findings if has_errors([finding])], to_stderr=True)
    is_well = specs.readable and not has_errors(specs.findings)
    if not is_well:
        say(f"{summary(specs.findings)}; nothing was asked")
    elif not any(service.slos for service in specs.services):
        raise UsageError("the specs have no SLO, so there is no error budget", "see docs/spec.md")
    return meant, specs.services, is_well


@contextmanager
def connected(
    settings: Settings, given: Mapping[str, Any], sleep: Callable[[float], None] = time.sleep
) -> Iterator[Client]:
    """Connect to the server that was named, else to that of the settings; `sleep` waits before another attempt."""
    from sloctl.promapi.client import Client
    from sloctl.promapi.transport import Transport

    access = asked_server(settings, {**given, "online": True})
    if access is None:
        raise UsageError("no server was named", "add `--prometheus URL`")
    client = Client(Transport(access, sleep=sleep))
    try:
        yield client
    finally:
        client.close()
