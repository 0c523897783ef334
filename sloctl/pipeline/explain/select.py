"""What the arguments of `explain` mean, and which SLOs and alerts they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sloctl.core.errors import UsageError
from sloctl.core.finding import Finding
from sloctl.core.human import and_list, nearest
from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.compile import no_specs
from sloctl.pipeline.load import STDIN, SUFFIXES, find_files
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import batches
from sloctl.pipeline.specs import read_specs as spec_files

_CODE = re.compile(r"[A-Za-z][0-9]{3}")
_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments, sorted: codes of problems, paths of specs, names of SLOs and alerts."""

    codes: tuple[str, ...]
    paths: tuple[Path, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Specs:
    """The services below some paths. `readable` is False when a file could not be opened at all."""

    services: tuple[Service, ...]
    findings: tuple[Finding, ...]
    readable: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a service is to be explained."""

    service: Service
    slos: tuple[Slo, ...]
    alerts: tuple[Alert, ...]


def sort_arguments(
    arguments: Iterable[str], is_there: Callable[[str], bool], code_of: Callable[[str], str | None]
) -> Request:
    """Tell codes, paths and names apart: what is there, or ends as a spec does, is a path.

    `code_of` returns the code of what bears the name of a class of findings.
    """
    codes: list[str] = []
    paths: list[Path] = []
    names: list[str] = []
    for argument in arguments:
        if is_there(argument) or argument.endswith(SUFFIXES) or argument == str(STDIN):
            paths.append(Path(argument))
        elif _CODE.fullmatch(argument):
            codes.append(argument.upper())
        elif code := code_of(argument):
            codes.append(code)
        else:
            names.append(argument)
    return Request(tuple(codes), tuple(paths), tuple(names))


def read_specs(paths: Sequence[Path], settings: Settings, cwd: Path) -> Specs:
    """Read the services below the paths; raise UsageError when there are none."""
    parts = [spec_files(batch, settings, cwd, named=paths) for batch in batches(find_files(paths))]
    services = tuple(spec.service for part in parts for spec in part.found)
    findings = tuple(finding for part in parts for finding in part.findings)
    if not services and not findings:
        raise no_specs(paths)
    return Specs(services, findings, all(part.readable for part in parts))


def choose(services: Iterable[Service], names: Sequence[str]) -> list[Choice]:
    """Pick by `service`, `service/name` or `name`; everything when no name is given.

    Raise UsageError for a name that nothing bears.
    """
    services = list(services)
    known = {name for service in services for name in names_of(service)}
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"no SLO or alert is named {and_list([f'`{name}`' for name in unknown])}",
                         _advice(unknown[0], known))  # fmt: skip
    chosen = [_chosen(service, frozenset(names)) for service in services]
    return [choice for choice in chosen if choice.slos or choice.alerts]


def _chosen(service: Service, names: frozenset[str]) -> Choice:
    def wanted(item: Slo | Alert) -> bool:
        return not names or not names.isdisjoint(_aliases(service, item))

    return Choice(service, tuple(filter(wanted, service.slos)), tuple(filter(wanted, service.alerts)))


def _items(service: Service) -> tuple[Slo | Alert, ...]:
    return (*service.slos, *service.alerts)


def names_of(service: Service) -> set[str]:
    """Return every name by which `choose` picks something of a service."""
    return {alias for item in _items(service) for alias in _aliases(service, item)}


def _aliases(service: Service, item: Slo | Alert) -> tuple[str, ...]:
    return (service.name, item.name, f"{service.name}/{item.name}")


def _advice(name: str, known: set[str]) -> str:
    if meant := nearest(name, sorted(known)):
        return f"did you mean `{meant}`?"
    full = sorted(alias for alias in known if "/" in alias)
    more = ", …" if len(full) > _MOST_NAMES else ""
    return f"there are {', '.join(full[:_MOST_NAMES])}{more}" if full else "check the path"
