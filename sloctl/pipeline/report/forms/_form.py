"""The contract of a form.

A form is one module with `FORM`, an object with a `name`, a line of `description`, the `suffixes` of files that it is
meant for, and `render`, which turns a report into text. It writes nothing itself. What a user wrote is data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sloctl.pipeline.report.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a form needs to know of its surroundings; `now` and `seconds` are when and how long the run was."""

    version: str
    width: int = 80
    color: bool = False
    now: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a report: its name on the command line, a line of help, the suffixes, and how it is written.

    `tells_debt` says that it shows the findings of `sloctl lint`, which are looked for only then.
    """

    name: str
    description: str
    suffixes: tuple[str, ...]
    render: Callable[[Report, Look], str]
    tells_debt: bool = False
