"""A page on a cause instead of on what users feel.

**What it finds.** Alerts that page because a machine is busy: CPU, load, memory, swap, threads, garbage collection, or
a disk with more than 10 % left. A condition that also looks at something else (latency, errors, a forecast) is left
alone, and so are faults, such as memory errors or deadlocked threads.

**Why it wakes people up.** Busy machines are what was paid for. Whether anybody suffers is another question, and the
alert on that one pages anyway; this one pages on the nights on which nobody suffers.

**What to do.** Page on the symptom (errors, latency, a full queue). Keep the cause as a ticket or a panel.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting"; Google SRE book, chapter 6 ("Symptoms versus causes").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.promql.shape import Comparison, comparisons
from sloctl.promql.tree import Node, Selector, walk

# The parts of a metric's name are parted by `_`, those of a recorded series by `:` too.
_AMOUNT = r"bytes|used|usage|inuse|free|avail\w*|util\w*|pct|percent\w*|ratio|committed|working_set|resident"
_DISK = "a disk"
_CAUSES = {
    "the load of a machine": re.compile(r"(^|[_:])load(1|5|15)([_:]|$)|(^|[_:])load_?average"),
    "CPU": re.compile(r"cpu[_:]?(load|usage|util|time|sec|perc|pct|ratio|rate|user|idle|busy)|[_:]cpu$", re.IGNORECASE),
    "memory": re.compile(rf"(^|[_:])(mem(ory)?|heap|swap)([_:].*)?[_:]({_AMOUNT})([_:]|$)|_rss$", re.IGNORECASE),
    "threads": re.compile(r"(^|[_:])(goroutines|threads(_(current|busy|running|live|peak|count))?)$"),
    "garbage collection": re.compile(r"(^|[_:])gc([_:]|$)"),
    _DISK: re.compile(rf"(^|[_:])(filesystem|disk|volume)([_:].*)?[_:]({_AMOUNT})([_:]|$)", re.IGNORECASE),
}
_HINT = re.compile(r"load|cpu|mem|heap|swap|rss|thread|goroutine|gc|filesystem|disk|volume", re.IGNORECASE)
_FAULTS = re.compile(r"err|fail|corrupt|deadlock|oom|lost|drop|io_time|read|writ", re.IGNORECASE)
_BESIDE = re.compile(r"limit|total|size|max|capacity|cores|count|num|info|allocatable|buffers|cached|^kube_")


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a page all of whose conditions are about how busy something is."""
    if alert.root is None or not context.pages(alert) or not _HINT.search(alert.expr.value):
        return
    if "predict_linear" in alert.functions:
        return
    causes = [_cause(branch) for branch in alert.branches]
    found = causes[0] if causes and all(causes) else None
    if found:
        selector, cause = found
        message = f"`{alert.name.value}` pages on a cause: {cause} (`{selector.metric}`)"
        yield Hit(at=alert.expr.at(selector), message=message, help="page on what users feel; keep this as a ticket")


def _cause(branch: Sequence[Node]) -> tuple[Selector, str] | None:
    """Return the selector that a branch is about, and the name of the cause; None if it is about something else."""
    selectors = [node for part in branch for node in walk(part) if isinstance(node, Selector)]
    causes = [(selector, _kind(selector.metric or "")) for selector in selectors]
    compared = [comparison for part in branch for comparison in comparisons(part)]
    named = [(selector, kind) for selector, kind in causes if kind]
    if not compared or not named or any(kind is None for _, kind in causes):
        return None
    selector, kind = named[0]
    return None if kind == _DISK and not any(map(_leaves_room, compared)) else (selector, str(kind))


@lru_cache(maxsize=4096)
def _kind(metric: str) -> str | None:
    """Return the cause that a metric measures, nothing for one that stands beside it (a limit), None for another."""
    if _FAULTS.search(metric):
        return None
    return next((kind for kind, name in _CAUSES.items() if name.search(metric)), "" if _BESIDE.search(metric) else None)


def _leaves_room(comparison: Comparison) -> bool:
    """Tell whether more than a tenth of a disk is left at a threshold, which is a ratio or a percentage."""
    limit = comparison.threshold
    if limit is None or not 0 < limit < 100:
        return False
    percent = limit * 100 if limit <= 1 else limit
    return percent > 10 if comparison.op.startswith("<") else percent < 90


CHECK = Check(
    code="A117",
    name="page-on-cause",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: NodeBusy
              expr: node_load5 > 8
              #     ^^^^^^^^^^ `NodeBusy` pages on a cause: the load of a machine (`node_load5`)
              labels: {severity: critical}
            - alert: HeapLarge
              expr: 100 * heap_used_bytes{area="old"} / heap_max_bytes > 80
              #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ `HeapLarge` pages on a cause: memory (`heap_used_bytes`)
              labels: {severity: page}
        """),
        Bad("""
            - alert: DiskFilling
              expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.2
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ `DiskFilling` pages on a cause: a disk (`node_filesystem_avail_bytes`)
              labels: {severity: critical}
        """),
        Good("""
            - alert: DiskNearlyFull
              expr: node_filesystem_avail_bytes / node_filesystem_size_bytes * 100 < 3
              labels: {severity: critical}
            - alert: DiskFilling
              expr: node_filesystem_avail_bytes < 1e9 and predict_linear(node_filesystem_avail_bytes[6h], 14400) < 0
              labels: {severity: critical}
            - alert: BusyAndSlow
              expr: instance:node_cpu:ratio > 0.9 and job:request_seconds:p99 > 2
              labels: {severity: critical}
            - alert: Deadlock
              expr: jvm_threads_deadlocked > 0
              labels: {severity: critical}
            - alert: MemoryBroken
              expr: increase(node_memory_ecc_errors_bytes[1h]) > 0
              labels: {severity: critical}
            - alert: NodeBusy
              expr: node_load5 > 8
              labels: {severity: warning}
        """),
    ),
)
