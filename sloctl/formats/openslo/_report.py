"""What a translation has to say: findings for everybody, and remarks for those who convert."""

from __future__ import annotations

from collections.abc import Iterable

from sloctl.core import problems
from sloctl.core.finding import Finding, Note, Problem
from sloctl.core.source import Location
from sloctl.formats._spec import Fate, Remark


class Report:
    """Findings and remarks in the order in which they come up.

    Where the specification and its official validator disagree, `is_strict` takes the validator's side.
    """

    def __init__(self, *, strict: bool) -> None:
        self.is_strict = strict
        self._findings: dict[Finding, None] = {}
        self._remarks: dict[Remark, None] = {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, each of them once."""
        return tuple(self._findings)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """The remarks, each of them once."""
        return tuple(self._remarks)

    def take(self, findings: Iterable[Finding]) -> None:
        """Add findings of others."""
        self._findings |= dict.fromkeys(findings)

    def remark(self, fate: Fate, at: Location, text: str) -> None:
        """Add a line to the report of those who convert."""
        self._remarks[Remark(fate, at, text)] = None

    def invalid(self, at: Location, message: str, advice: str = "") -> None:
        """Report what OpenSLO forbids."""
        self.find(problems.INVALID_ORIGINAL, at, message, advice)

    def disputed(self, at: Location, message: str, advice: str = "") -> None:
        """Report what the validator forbids and people write all the same: an error only when strict."""
        self.find(problems.INVALID_ORIGINAL if self.is_strict else problems.LOST_IN_IMPORT, at, message, advice)

    def strictly(self, at: Location, message: str, advice: str = "") -> None:
        """Report what the validator forbids and the specification leaves open, if strict."""
        if self.is_strict:
            self.invalid(at, message, advice)

    def refuse(self, at: Location, message: str, advice: str) -> None:
        """Report what cannot be compiled."""
        self.find(problems.NOT_IMPORTED, at, message, advice)

    def lost(self, at: Location, message: str, advice: str = "") -> None:
        """Report what has no counterpart, where that makes a difference."""
        self.find(problems.LOST_IN_IMPORT, at, message, advice)
        self.remark(Fate.LOST, at, message)

    def left(self, at: Location, text: str) -> None:
        """Remark what is not taken over and changes nothing that is compiled."""
        self.remark(Fate.LOST, at, text)

    def corrected(self, at: Location, message: str, advice: str = "") -> None:
        """Report what the original says wrongly and is compiled right."""
        self.find(problems.CORRECTED_IN_IMPORT, at, message, advice)
        self.remark(Fate.CORRECTED, at, message)

    def derived(self, at: Location, text: str) -> None:
        """Remark what was made from something else."""
        self.remark(Fate.DERIVED, at, text)

    def mapped(self, at: Location, text: str) -> None:
        """Remark what was taken over."""
        self.remark(Fate.MAPPED, at, text)

    def find(self, problem: Problem, at: Location, message: str, advice: str = "", *notes: Note) -> None:
        """Add a finding."""
        self.take([Finding(problem=problem, at=at, message=message, help=advice, notes=notes)])
