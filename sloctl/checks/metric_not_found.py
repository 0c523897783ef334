"""A metric that the server has not seen for a week.

**What it finds.** With `--prometheus`: metrics that no series of the last week bears, and that no rule records, neither
of the linted files nor of the server. Each is reported once per rule. Left alone are the sides of an `or` of which the
other side is there (`new_name or old_name`, `x or vector(0)`), what stands after `unless`, and `ALERTS`, which is only
there while an alert is.

**Why it wakes people up.** It does not: a query of nothing is empty, so the alert never fires, and nobody notices until
the outage that it was for. Inside `absent` it fires for ever.

**What to do.** Correct the name. If the series only comes with the first event, as some counters do, let the program
count from 0: `increase` sees no first event either.

**Sources.** Prometheus documentation, instrumentation, "Avoid missing metrics".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._missing import meant
from sloctl.checks._rule import Rule
from sloctl.checks._server import WEEK, Canned, Server
from sloctl.promapi.answers import LoadedRule
from sloctl.promql.tree import Binary, Node, Selector, walk
from sloctl.promql.usage import Use, uses

_OF_ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})


def run(rules: Sequence[Rule], server: Server, context: Context) -> Iterator[Hit]:  # noqa: ARG001 - the contract
    """Report reads of metrics that are not there."""
    read = {selector.metric for rule in rules for selector in rule.selectors if selector.metric}
    gone = read - server.metrics() - _OF_ALERTS - {rule.name.value for rule in rules if not rule.is_alert}
    gone -= _recorded(server) if gone else set()
    for rule in rules if gone else ():
        for selector in _missing(rule, gone).values():
            yield _hit(rule, selector, server)


def _recorded(server: Server) -> set[str]:
    """Return what the server's own rules record: such a series is there, even if its result is empty at present."""
    loaded = server.rules() or {}
    return {name for name, rules in loaded.items() if not all(rule.is_alert for rule in rules)}


def _missing(rule: Rule, gone: set[str]) -> dict[str, Selector]:
    """Return the first selector of each metric that is gone and needed."""

    def is_gone(node: Node) -> bool:
        return isinstance(node, Selector) and node.metric in gone

    found: dict[str, Selector] = {}
    if rule.root and any(map(is_gone, rule.nodes)):
        for use in uses(rule.root):
            if is_gone(use.selector) and not _is_optional(use, is_gone):
                found.setdefault(use.selector.metric or "", use.selector)
    return found


def _is_optional(use: Use, is_gone: Callable[[Node], bool]) -> bool:
    return any(_excuses(node, use.selector, is_gone) for node in use.around if isinstance(node, Binary))


def _excuses(node: Binary, selector: Selector, is_gone: Callable[[Node], bool]) -> bool:
    """Tell whether an operation has a result without the selector, and one that its author wants."""
    is_right = selector.start >= node.right.start
    other = node.left if is_right else node.right
    return (node.op == "unless" and is_right) or (node.op == "or" and not any(map(is_gone, walk(other))))


def _hit(rule: Rule, selector: Selector, server: Server) -> Hit:
    name = selector.metric or ""
    near = meant(name, server.metrics())
    advice = f"did you mean `{near}`?" if near else "correct the name; a counter should be there from 0 on"
    message = f"the server has had no series of `{name}` for {WEEK}"
    return Hit(at=rule.expr.at(selector.vector_at), message=message, help=advice, about=rule)


_KNOWN = Canned(has={"http_requests_total": ("job",), "http_errors_total": ("job",)})

CHECK = Check(
    code="L601",
    name="metric-not-found",
    severity=WARNING,
    scope=Scope.ONLINE,
    run=run,
    cases=(
        Bad("""
            - alert: NoTraffic
              expr: sum(rate(http_request_total{job="api"}[5m])) == 0
              #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server has had no series of `http_request_total` for 7d
              for: 10m
        """, server=_KNOWN),
        Bad("""
            - record: job:errors:ratio_rate5m
              expr: |
                sum by (job) (rate(http_errors_total[5m]))
                / sum by (job) (rate(requests[5m]))
                #                    ^^^^^^^^ the server has had no series of `requests` for 7d
            - alert: ManyErrors
              expr: job:errors:ratio_rate5m > 0.1 and job:errors:ratio_rate5m > 0
              for: 10m
        """, server=_KNOWN),
        Bad("""
            - alert: Silent
              expr: absent(heartbeat) or absent(old_heartbeat)
              #            ^^^^^^^^^ the server has had no series of `heartbeat` for 7d
              #                                 ^^^^^^^^^^^^^ the server has had no series of `old_heartbeat` for 7d
              for: 10m
        """, server=_KNOWN),
        Good("""
            - alert: ManyErrors
              expr: rate(http_errors_total[5m]) > 5 and on (job) rate({__name__=~"http_.*"}[5m]) > 5
              for: 10m
        """, server=_KNOWN),
        Good("""
            - alert: ManyErrors
              expr: (rate(errors_total[5m]) or rate(http_errors_total[5m])) > 5
              for: 10m
        """, server=_KNOWN),
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m]) or vector(0)) / sum(rate(http_requests_total[5m])) > 0.5
              for: 10m
        """, server=_KNOWN),
        Good("""
            - alert: ManyErrors
              expr: rate(http_errors_total[5m]) > 5 unless on () maintenance_mode == 1
              for: 10m
        """, server=_KNOWN),
        Good("""
            - alert: ManyAlerts
              expr: count(ALERTS{alertstate="firing"}) > 10
              for: 10m
        """, server=_KNOWN),
        Good("""
            - alert: ManyErrors
              expr: job:errors:rate5m > 5
              for: 10m
        """, server=Canned(has={"up": ()}, loaded=(
            LoadedRule(name="job:errors:rate5m", is_alert=False, query="sum by (job) (rate(errors_total[5m]))"),
        ))),
    ),
)  # fmt: skip
