"""What is said about the translation of an objective: findings, and remarks for the report of `sloctl convert`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sloctl.core import problems
from sloctl.core.document import Document, Path
from sloctl.core.finding import Finding, Problem, has_errors
from sloctl.core.source import Location
from sloctl.formats._spec import Fate, Remark


@dataclass
class Report:
    """Collects what is said about one document."""

    document: Document
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    _misshapen: set[Location] = field(default_factory=set)

    @property
    def has_errors(self) -> bool:
        """Whether the objective cannot be compiled."""
        return has_errors(self.findings)

    def misshapen(self, found: Iterable[Finding]) -> None:
        """Add unknown keys and values of a wrong type."""
        found = list(found)
        self.findings += found
        self._misshapen.update(each.at for each in found)

    def take(self, finding: Finding, remark: Remark) -> None:
        """Add a finding, and what the report of `sloctl convert` says about it."""
        self.findings.append(finding)
        self.remarks.append(remark)

    def remark(self, fate: Fate, path: Path, text: str) -> None:
        """Add a line for the report of `sloctl convert`."""
        self.remarks.append(Remark(fate, self.document.at(path), text))

    def invalid(self, path: Path, message: str, advice: str = "") -> None:
        """Add what Pyrra itself would refuse."""
        self._add(problems.INVALID_ORIGINAL, self.document.at(path), message, advice)

    def invalid_inside(self, path: Path, span: tuple[int, int], message: str, advice: str) -> None:
        """Add what Pyrra itself would refuse in the characters of a text."""
        self._add(problems.INVALID_ORIGINAL, self.document.inside(path, *span), message, advice)

    def refused(self, path: Path, message: str, advice: str) -> None:
        """Add what Pyrra accepts and no spec can say."""
        self._add(problems.NOT_IMPORTED, self.document.at(path), message, advice)

    def lost(self, at: Location, message: str, advice: str) -> None:
        """Add a detail without counterpart, as a warning and a remark."""
        self._add(problems.LOST_IN_IMPORT, at, message, advice)
        self.remarks.append(Remark(Fate.LOST, at, message))

    def corrected(self, path: Path, message: str, advice: str = "") -> None:
        """Add what is compiled right, as a note and a remark."""
        self._add(problems.CORRECTED_IN_IMPORT, self.document.at(path), message, advice)
        self.remark(Fate.CORRECTED, path, message)

    def _add(self, problem: Problem, at: Location, message: str, advice: str) -> None:
        if problem is problems.INVALID_ORIGINAL and at in self._misshapen:
            return  # what has the wrong type is not missing as well
        self.findings.append(Finding(problem=problem, at=at, message=message, help=advice))
