"""The report of a conversion: what was mapped, derived, corrected and lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.human import plural
from sloctl.core.source import Location
from sloctl.formats._spec import Fate, Remark
from sloctl.pipeline.convert import Conversion

VERSION = 1
"""Of the JSON; it changes when a reader would have to."""
_TOLD = (problems.LOST_IN_IMPORT, problems.CORRECTED_IN_IMPORT, problems.RENAMED_IN_IMPORT)
_LISTED = (Fate.LOST, Fate.CORRECTED, Fate.DERIVED)
_TITLES = {
    Fate.LOST: "Lost, because a spec has no word for it",
    Fate.CORRECTED: "Corrected, because the original was wrong",
    Fate.DERIVED: "Derived, so have a look",
    Fate.MAPPED: "Mapped as it stands",
}


def untold(conversion: Conversion) -> list[Finding]:
    """Return the findings that the report does not say in the same words."""
    said = {(remark.at, remark.text) for remark in conversion.remarks}
    return [each for each in conversion.findings if each.problem is not problems.INCOMPLETE_IMPORT
            and (each.problem not in _TOLD or (each.at, each.message) not in said)]  # fmt: skip


def report_lines(conversion: Conversion, *, verbose: bool) -> list[str]:
    """Return the remarks by fate; what is said at several places is said once. What was mapped is listed on request."""
    lines: list[str] = []
    for fate in (*_LISTED, Fate.MAPPED) if verbose else _LISTED:
        remarks = [remark for remark in conversion.remarks if remark.fate is fate]
        if remarks:
            lines += [f"{_TITLES[fate]}:", *_grouped(remarks), ""]
    missing = [each for each in conversion.findings if each.problem is problems.INCOMPLETE_IMPORT]
    if missing:
        lines += ["Missing:", *(f"  {each.at}: {each.message}" for each in missing), f"  = help: {missing[0].help}", ""]
    return lines


def _grouped(remarks: Sequence[Remark]) -> list[str]:
    places: dict[str, list[Remark]] = {}
    for remark in remarks:
        places.setdefault(remark.text, []).append(remark)
    return [f"  {_where(found)}: {text}" for text, found in places.items()]


def _where(remarks: Sequence[Remark]) -> str:
    more = f" and {plural(len(remarks) - 1, 'more place')}" if len(remarks) > 1 else ""
    return f"{remarks[0].at}{more}"


def counts(conversion: Conversion) -> str:
    """Say in a line what came of the files."""
    slos, alerts = sum(spec.slos for spec in conversion.specs), sum(spec.alerts for spec in conversion.specs)
    made = f"{plural(len(conversion.specs), 'spec')} with {plural(slos, 'SLO')} and {plural(alerts, 'alert')}"
    number = {fate: sum(remark.fate is fate for remark in conversion.remarks) for fate in Fate}
    return f"{made}: {', '.join(f'{number[fate]} {fate.value}' for fate in Fate)}"


def report_data(conversion: Conversion) -> dict[str, Any]:
    """Return the report as JSON."""
    return {
        "version": VERSION,
        "specs": [
            {"service": spec.service, "from": list(spec.origins), "slos": spec.slos, "alerts": spec.alerts}
            for spec in conversion.specs
        ],
        "native": [path for path, _ in conversion.native],
        "passed_over": list(conversion.others),
        "remarks": [
            _place(remark.at) | {"fate": remark.fate.value, "text": remark.text} for remark in conversion.remarks
        ],
        "findings": [_finding(finding) for finding in conversion.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    said = {"message": finding.message, "help": finding.help}
    return _place(finding.at) | {"code": finding.problem.code, "severity": finding.severity.value} | said


def _place(at: Location) -> dict[str, Any]:
    return {"file": at.source.path, "line": at.span.line, "column": at.span.column}
