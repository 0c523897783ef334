"""The contract of a reporter.

A reporter is one module with `REPORTER`, an object with a `name`, a line of `description`, and `render`, which turns
findings into text. A reporter writes nothing itself. Everything a user wrote is data: it is escaped for the format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sloctl.core.finding import Finding, Severity
from sloctl.core.source import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a report may say beside the findings. `manual` holds the manual page of each code."""

    color: bool = False
    version: str = ""
    files: int = 0
    rules: int = 0
    suppressed: int = 0
    seconds: float = 0.0
    manual: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reporter:
    """A format of findings: its name on the command line, a line of help, and how it is written."""

    name: str
    description: str
    render: Callable[[Sequence[Finding], Run], str]


def one_line(text: str) -> str:
    """Keep a text on its line: line breaks and other control characters become spaces."""
    return "".join(char if char.isprintable() else " " for char in text)


def place(at: Location) -> str:
    """Write a place for the beginning of a line, where GitHub would take `::` for a command to its runner."""
    text = one_line(str(at))
    return f"./{text}" if text.lstrip().startswith("::") else text


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Count findings by severity, the worst first."""
    return {severity.value: sum(finding.severity is severity for finding in findings) for severity in Severity}
