"""The error-budget policy of an SLO: from what was written to steps in the order in which they come to hold."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sloctl.core import problems
from sloctl.core.document import Document
from sloctl.core.finding import Note
from sloctl.core.human import percent
from sloctl.core.reader import Reader
from sloctl.model.service import PolicyStep


def read_policy(reader: Reader) -> tuple[PolicyStep, ...]:
    """Read the `policy` of the settings, a document or an SLO; what is wrong with it is reported."""
    steps = [(each, step) for each in reader.children("policy") if (step := _step(each))]
    _report_doubles(steps)
    return tuple(sorted((step for _, step in steps), key=lambda step: -step.below))


def general_policy(settings: Document | None) -> tuple[PolicyStep, ...]:
    """Return the policy of the settings; what is wrong with it was reported when they were read."""
    data = settings.data if settings else None
    return read_policy(Reader(settings, (), data)) if settings and isinstance(data, dict) else ()


def _step(reader: Reader) -> PolicyStep | None:
    below, then = reader.number("below"), reader.text("then")
    if below is None or not then or not 0 <= below <= 1:
        return None  # the schema has reported it
    return PolicyStep(below, then, reader.data.get("freeze") is True)


def _report_doubles(steps: Iterable[tuple[Reader, PolicyStep]]) -> None:
    first: dict[Decimal, Reader] = {}
    for reader, step in steps:
        if step.below in first:
            note = Note("the first stands here", first[step.below].at("below"))
            message = f"two steps of the policy begin below {percent(step.below)}"
            reader.report(problems.BAD_VALUE, reader.at("below"), message, "join them, or move one", note)
        first.setdefault(step.below, reader)
