"""The contract of a reporter.

A reporter is one module with `REPORTER`, an object with a `name`, a line of `description`, and `render`, which turns
findings into text. A reporter writes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sloctl.core.finding import Finding


@dataclass(frozen=True, slots=True)
class Style:
    """How text may look: in colour or not."""

    color: bool = False


@dataclass(frozen=True, slots=True)
class Reporter:
    """A format of findings: its name on the command line, a line of help, and how it is written."""

    name: str
    description: str
    render: Callable[[Sequence[Finding], Style], str]
