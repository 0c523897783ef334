"""What keeps one odd sample from firing an alert: a window in the query, or a value that cannot jump back and forth."""

from __future__ import annotations

import re

from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.promql.burn import is_burn_rate
from sloctl.promql.tree import Call, Node, Selector, walk
from sloctl.promql.usage import effective_windows_ms

# Ages and remaining times move by a second a second, so they cross a limit once.
_MOVES_WITH_TIME = re.compile(
    r"(^|_)(age|ttl|uptime|expir(y|es|ation)|not_?after|time_left|time_remaining|days_left)(_|$)",
    re.IGNORECASE,
)
# A broken disk stays broken until somebody replaces it.
_STAYS_BROKEN = re.compile(r"(^|_)(raid|md_disks|smartmon|smartctl)(_|$)")


def is_smooth(alert: Rule, least: Duration) -> bool:
    """Tell whether no branch of a condition can be made true by a single sample of a jumping value.

    A branch is smooth when it looks at a window of at least `least`, at an age, at a broken disk, or at other alerts.
    """
    if alert.root is None or is_burn_rate(alert.root):
        return True
    return all(any(_is_smooth(part, least.ms) for part in parts) for parts in alert.branches)


def _is_smooth(part: Node, least_ms: int) -> bool:
    return max(effective_windows_ms(part), default=0) >= least_ms or cannot_flicker(part) or _is_about_alerts(part)


def cannot_flicker(part: Node) -> bool:
    """Tell whether an expression is about an age, a remaining time, or hardware that does not mend itself."""
    for node in walk(part):
        if isinstance(node, Selector):
            if _MOVES_WITH_TIME.search(node.metric or "") or _STAYS_BROKEN.search(node.metric or ""):
                return True
        elif isinstance(node, Call) and node.function == "time":
            return True
    return False


def _is_about_alerts(part: Node) -> bool:
    metrics = {node.metric for node in walk(part) if isinstance(node, Selector)}
    return bool(metrics) and metrics <= {"ALERTS", "ALERTS_FOR_STATE"}


def evaluation_interval(rule: Rule, context: Context) -> Duration:
    """Return how often a rule is evaluated: as its group says, else as the settings say."""
    return rule.group.interval or context.evaluation_interval
