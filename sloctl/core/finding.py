"""What the tool has to say about a user's text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sloctl.core.source import Location


class Severity(Enum):
    """How bad it is; the value is the word that is printed."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Order severities: 0 is the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """A class of findings. The code is never reused; the name reads well after "allow"."""

    code: str
    name: str
    severity: Severity
    meaning: str


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that belongs to a finding, for example the first of two equal names."""

    message: str
    at: Location


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters of a place by other text."""

    at: Location
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Edits that mend a finding. A safe fix never changes what the rule means."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem at one place: what is wrong (`message`) and what to do (`help`).

    `subject` names the rule it is about, the same after lines have moved; it is empty for findings about files.
    `basis` is the rule's expression in canonical form, so that a changed rule counts as a new one.
    """

    problem: Problem
    at: Location
    message: str
    help: str = ""
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None
    subject: str = ""
    basis: str = ""

    @property
    def severity(self) -> Severity:
        """The severity of the class."""
        return self.problem.severity

    @property
    def is_about_run(self) -> bool:
        """Whether it says that the run itself is not whole: a check crashed, a server failed. Nothing may hide that."""
        return self.problem.code.startswith("X")

    @property
    def sort_key(self) -> tuple[str, int, int, str, str, str, str]:
        """Order findings by place, then by code, message and rule (an alias puts several rules at one place)."""
        span = self.at.span
        return (self.at.source.path, span.line, span.column, self.problem.code, self.message, self.subject, self.basis)


def has_errors(findings: tuple[Finding, ...] | list[Finding]) -> bool:
    """Tell whether any finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)
