"""The contract of a dialect: the series of another tool, made of what is recorded already.

A dialect is one module with `DIALECT`. `windows` says which windows the other tool records, beside those that the tiers
need; `recordings` writes its series from the recorded events; `labels` are what its alerts bear, given who is called
(`page` or `ticket`), so that routes go on matching. Our identity is dropped from its series: whoever selects by
`slo_service` and `slo` must not find a figure twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sloctl.core.duration import Duration
from sloctl.model import names
from sloctl.model.rules import Pairs, Recording
from sloctl.model.service import Service, Slo


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What is recorded of an SLO: `select` writes the selector of a metric, `windows` are all that are recorded."""

    service: Service
    slo: Slo
    select: Callable[[str], str]
    windows: tuple[Duration, ...]

    def bad(self, window: Duration) -> str:
        """Select the bad events of a window."""
        return self.select(names.bad_events(window))

    def total(self, window: Duration) -> str:
        """Select the valid events of a window."""
        return self.select(names.total_events(window))

    def error_ratio(self, window: Duration) -> str:
        """Divide bad by valid events; without traffic there is no value."""
        return f"{self.bad(window)}\n/ ({self.total(window)} > 0)"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The names of a tool."""

    name: str
    description: str
    windows: Callable[[Slo], tuple[Duration, ...]]
    recordings: Callable[[Recorded], tuple[Recording, ...]]
    labels: Callable[[Service, Slo, str], Pairs]


def alias(named: Service | Slo, tool: str) -> str:
    """Return the name that another tool knows a service or an SLO by."""
    return dict(named.aliases).get(tool, named.name)


def without_ours(expr: str) -> str:
    """Drop our identity from a result, which gets that of the other tool."""
    inner = "\n".join(f"  {line}" for line in expr.split("\n"))
    return f"max without ({names.SERVICE}, {names.SLO}) (\n{inner}\n)"


def record(name: str, expr: str, labels: Pairs) -> Recording:
    """Return a recording; where its name follows other conventions than ours, a comment says so to the linter."""
    return Recording(name, expr, labels, "" if ":" in name else _FOREIGN_NAME)


_FOREIGN_NAME = "sloctl: ignore[H511] -- this is how the other tool names it"
