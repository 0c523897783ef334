"""How an expression uses its metrics: over which time ranges, inside which functions, as rates or raw."""

import re
from dataclasses import dataclass

from sloctl.promql.literals import duration_ms
from sloctl.promql.metrics import Counting, counting
from sloctl.promql.tokens import Token
from sloctl.promql.tree import Call, Node, Selector, Subquery, walk

_RATES = {"rate", "irate", "increase", "resets"}
_EXISTENCE = {"absent", "absent_over_time", "count_over_time", "present_over_time", "timestamp"}
RECORDED_WINDOW = re.compile(r"(?<=:)([a-z_]*?)((?:[0-9]+[smhdwy])+)$")
"""The end of the name of a recorded series: what was done, and over which window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A selector and the nodes around it, outermost first."""

    selector: Selector
    around: tuple[Node, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions around it, innermost first."""
        return tuple(node.function for node in reversed(self.around) if isinstance(node, Call))

    @property
    def is_rated(self) -> bool:
        """Whether only the change of the value counts: it is inside `rate`, `irate`, `increase` or `resets`."""
        return not _RATES.isdisjoint(self.functions)

    @property
    def is_existence(self) -> bool:
        """Whether the value does not matter, only that there is one: inside `absent`, `timestamp` and the like."""
        return not _EXISTENCE.isdisjoint(self.functions)

    @property
    def counting(self) -> Counting:
        """Whether the metric is a counter, going by its name; 'no' if the selector does not pin the name."""
        return counting(self.selector.metric or "")


def uses(node: Node) -> tuple[Use, ...]:
    """Return every selector of an expression with what is around it, in the order of the text."""
    return tuple(_uses(node, ()))


def _uses(node: Node, around: tuple[Node, ...]) -> list[Use]:
    if isinstance(node, Selector):
        return [Use(selector=node, around=around)]
    return [use for child in node.children for use in _uses(child, (*around, node))]


def windows(node: Node) -> tuple[Selector | Subquery, ...]:
    """Return the range selectors and subqueries of an expression, outer before inner."""
    return tuple(part for part in walk(node) if isinstance(part, Selector | Subquery) and part.range_ms is not None)


def longest_window_ms(node: Node) -> int:
    """Return the longest range in an expression, in milliseconds; 0 if it looks at single samples only."""
    return max((part.range_ms or 0 for part in windows(node)), default=0)


def recorded_window_ms(metric: str) -> int | None:
    """Return the window that the name of a recorded series ends with, in milliseconds: `slo:sli_error:ratio_rate5m`.

    None if the name is not that of a recorded series or ends with no window.
    """
    found = RECORDED_WINDOW.search(metric)
    return duration_ms(Token("duration", found[2], 0, len(metric))) if found else None


def effective_windows_ms(node: Node) -> frozenset[int]:
    """Return the time spans an expression looks at, in milliseconds: its ranges, and the windows of recorded series."""
    ranges = {part.range_ms for part in windows(node) if part.range_ms is not None}
    names = {part.metric for part in walk(node) if isinstance(part, Selector) and part.metric}
    recorded = {window for name in names if (window := recorded_window_ms(name)) is not None}
    return frozenset(ranges | recorded)
