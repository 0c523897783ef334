"""A fixed share of a disk, with plenty left.

**What it finds.** Alerts on file systems and volumes that compare the free (or used) share with a constant while 10 %
or more are left, and do not ask whether it fills. With a forecast beside it (`predict_linear`, `deriv`) the level is
its floor; below 10 % the disk really is nearly full.

**Why it wakes people up.** Fifteen per cent of a large disk last for years. Such an alert is acknowledged every month
by somebody who does nothing, until the day when it is too late.

**What to do.** Ask when it will be full: `predict_linear(free[6h], 86400) < 0 and free / size < 0.2`. Keep a
tight level (5 %) as the last resort.

**Options.** `tight`: the free share below which a fixed threshold is not reported; 0.1.

**Sources.** The alerts on file systems of the Prometheus node exporter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Binary, Node, Number, Selector, walk

CODE = "N217"
_DISK = re.compile(r"filesystem_|volume_stats_|logical_disk_|^disk_|_disk_(free|used|total|size|avail)|:disk|_fs_")
_FREE = re.compile(r"(^|[_:])(free|avail|available|remaining)([_:]|$)")
_USED = re.compile(r"(^|[_:])(used|usage)([_:]|$)")
_FORECASTS = frozenset({"predict_linear", "deriv", "delta", "rate", "increase"})


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report each loose level of a disk."""
    if not alert.functions.isdisjoint(_FORECASTS) or not context.reaches_human(alert):
        return
    if not any(_DISK.search(selector.metric or "") for selector in alert.selectors):
        return
    tight = float(context.option(CODE, "tight", 0.1))
    for parts in alert.branches:
        for part in parts:
            compared = comparisons(part)[:1]
            if compared and (left := _left(compared[0])) is not None and tight - 1e-9 <= left < 1:
                message = f"this fires with {left * 100:.4g} % of a disk left"
                advice = "ask whether and when it will be full: `predict_linear(free[6h], 86400) < 0 and …`"
                yield Hit(at=alert.expr.at(compared[0].node), message=message, help=advice)


def _left(compared: Comparison) -> float | None:
    """Return the free share (0 to 1) at which a comparison fires; None for what is no share of a disk."""
    if compared.threshold is None or not _is_share_of_disk(compared.subject):
        return None
    numbers = {node.value for node in walk(compared.subject) if isinstance(node, Number)}
    share = compared.threshold / 100 if 100 in numbers or compared.threshold > 1 else compared.threshold
    if compared.op in ("<", "<=") and _measures_free(compared.subject):
        return share
    return 1 - share if compared.op in (">", ">=") and not _measures_free(compared.subject) else None


def _is_share_of_disk(node: Node) -> bool:
    divides = any(isinstance(part, Binary) and part.op == "/" for part in walk(node))
    return divides and any(isinstance(part, Selector) and _DISK.search(part.metric or "") for part in walk(node))


def _measures_free(node: Node) -> bool:
    """Tell whether a share is that of free space; `1 - free / size` and `size - free` are that of used space."""
    names = [part.metric or "" for part in walk(node) if isinstance(part, Selector)]
    subtracts = sum(isinstance(part, Binary) and part.op == "-" for part in walk(node))
    counts_free = any(_FREE.search(name) for name in names) and not any(_USED.search(name) for name in names)
    return counts_free and subtracts % 2 == 0


CHECK = Check(
    code=CODE,
    name="static-disk-threshold",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    options=(Option("tight", 0.1, "the free share below which a fixed threshold is not reported"),),
    cases=(
        Bad("""
            - alert: DiskLow
              expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.15
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this fires with 15 % of a disk left
              for: 30m
        """),
        Bad("""
            - alert: DiskLow
              expr: 100 - 100 * disk_free / disk_total > 80
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this fires with 20 % of a disk left
              for: 30m
        """),
        Good("""
            - alert: DiskNearlyFull
              expr: node_filesystem_avail_bytes / node_filesystem_size_bytes * 100 < 5
              for: 30m
        """),
        Good("""
            - alert: DiskFills
              expr: |-
                predict_linear(node_filesystem_avail_bytes[6h], 86400) < 0
                and node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.15
              for: 30m
        """),
        Good("""
            - alert: MemoryLow
              expr: node_memory_available_bytes / node_memory_total_bytes < 0.15
              for: 30m
        """),
    ),
)
