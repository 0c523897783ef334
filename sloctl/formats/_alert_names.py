"""Names of alerts that other tools let people choose: ours are fixed, and labels tell alerts apart."""

from __future__ import annotations

from collections.abc import Iterable

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.human import and_list
from sloctl.core.source import Location
from sloctl.formats._spec import Fate, Remark
from sloctl.model import names

_SHOWN = 2


def renamed(at: Location, given: Iterable[str], labels: str) -> tuple[Finding, Remark]:
    """Say once for a service that its burn-rate alerts have other names, and which `labels` tell them apart."""
    old = [f"`{name}`" for name in dict.fromkeys(given)]
    rest = [f"{len(old) - _SHOWN} more"] if len(old) > _SHOWN else []
    message = f"the alerts are named `{names.PAGE_ALERT}` and `{names.TICKET_ALERT}`, not "
    message += and_list([*old[:_SHOWN], *rest], "or" if not rest else "and")
    advice = f"let routes, inhibitions and silences match {labels} instead of `alertname`"
    finding = Finding(problem=problems.RENAMED_IN_IMPORT, at=at, message=message, help=advice)
    return finding, Remark(Fate.LOST, at, message)
