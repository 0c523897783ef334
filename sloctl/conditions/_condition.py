"""The contract of an alert condition.

A condition is one module with `KIND`, an object with `name`, `schema` (the fragment for the value of its key) and
`build`. `build` reads the user's fields and returns what Prometheus has to evaluate and how to say it, or None when
fields are missing or wrong; it reports what is wrong through the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core import problems
from sloctl.core.human import decimal_text
from sloctl.core.reader import Reader
from sloctl.core.shapes import Shape, hold, label_list, number
from sloctl.gotemplate.escape import literal
from sloctl.model.names import RESERVED_LABELS
from sloctl.model.service import Condition
from sloctl.promql.fields import check_grouping

BY = label_list("One alert per value of these labels.")
ABOVE = number("The level above which the alert fires.")
BELOW = number("The level below which the alert fires.")
KEEP_FIRING_FOR = hold("How long the alert goes on firing after the condition has ended.")
HOLD = hold("How long the condition must hold before the alert fires.")


@dataclass(frozen=True, slots=True)
class ConditionKind:
    """A condition: the key in the spec, its schema fragment, and its builder."""

    name: str
    schema: Shape
    build: Callable[[Reader], Condition | None]


@dataclass(frozen=True, slots=True)
class Level:
    """The side and the level of a threshold, as PromQL and in words."""

    side: str
    value: Decimal

    @property
    def operator(self) -> str:
        """The comparison that is true when the alert fires."""
        return ">" if self.side == "above" else "<"

    @property
    def text(self) -> str:
        """The level as a number in PromQL."""
        return decimal_text(self.value)

    @property
    def words(self) -> str:
        """`more than 5000`."""
        return f"{'more' if self.side == 'above' else 'less'} than {self.text}"

    @property
    def allowed(self) -> str:
        """What the measured value is held against: `up to 5000 is allowed`, `at least 100 is expected`."""
        return allowed(self.side, self.text)


def allowed(side: str, limit: str) -> str:
    """Say on which side of a limit all is well."""
    return f"up to {limit} is allowed" if side == "above" else f"at least {limit} is expected"


def level_field(reader: Reader) -> Level | None:
    """Read `above` or `below`; the schema sees to it that exactly one is there."""
    side = "above" if reader.has("above") else "below"
    value = reader.number(side)
    return None if value is None else Level(side, value)


def grouping(reader: Reader, *selectors: str) -> tuple[str, ...]:
    """Read `by`, and report labels that a selector pins, that sloctl writes, or that are there twice."""
    by = reader.texts("by")
    for key in selectors:
        check_grouping(reader, key, by, reader)
    for index, label in enumerate(by):
        if label in RESERVED_LABELS:
            message = f"the label `{label}` is written by sloctl"
            reader.report(problems.RESERVED_LABEL, reader.at("by", index), message, "group by another label")
        if label in by[:index]:
            message = f"`by` names `{label}` twice"
            reader.report(problems.DUPLICATE_GROUPING, reader.at("by", index), message, "remove one")
    return by


def aggregate(operator: str, by: tuple[str, ...], inner: str) -> str:
    """Write `sum by (region) (inner)`, without `by` when there is no grouping."""
    return f"{operator} by ({', '.join(by)}) ({inner})" if by else f"{operator}({inner})"


def group_suffix(by: tuple[str, ...]) -> str:
    """Name the group that an alert is about, as a template: ` (region {{ $labels.region }})`."""
    named = ", ".join(f"{label} {{{{ $labels.{label} }}}}" for label in by)
    return f" ({named})" if named else ""


def template_text(text: str) -> str:
    """Make a user's text safe inside a Prometheus template."""
    return literal(" ".join(text.split()))
