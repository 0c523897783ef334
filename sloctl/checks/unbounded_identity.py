"""An alert for each user, path or request.

**What it finds.** Alerts that are grouped by a label with values without end: `by (path)`, `by (user_id)`,
`by (request_id)` and the like, if the label reaches the result.

**Why it wakes people up.** Each new value is a new alert. A scanner that tries a thousand paths is a thousand alerts,
and each of them has seen too little traffic to mean anything.

**What to do.** Group by what somebody owns (`service`, `region`). Put the worst values into an annotation:
`{{ range query "topk(3, …)" }}`.

**Options.** `labels`: the names of such labels.

**Sources.** Prometheus documentation, metric and label naming: no labels with high cardinality.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._identity import grouped_by
from sloctl.checks._rule import Rule

CODE = "N225"
_LABELS = (
    "path", "uri", "url", "request_path", "request_uri", "user_id", "userid", "username", "email", "customer_id",
    "request_id", "trace_id", "span_id", "session", "session_id", "ip", "client_ip", "remote_addr", "src_ip",
    "source_ip", "query_id", "statement", "message", "error_message", "msg",
)  # fmt: skip


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a label that makes alerts without end."""
    if not context.reaches_human(alert):
        return
    if label := grouped_by(alert, context.option(CODE, "labels", _LABELS)):
        message = f"each value of `{label.name}` is an alert of its own, and its values have no end"
        advice = "group by what somebody owns, and name the worst values in an annotation"
        yield Hit(at=alert.expr.at(label), message=message, help=advice)


CHECK = Check(
    code=CODE,
    name="unbounded-identity",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    options=(Option("labels", _LABELS, "labels with values without end"),),
    cases=(
        Bad("""
            - alert: PathFails
              expr: sum by (job, path) (rate(errors_total[10m])) > 5
              #                  ^^^^ each value of `path` is an alert of its own, and its values have no end
        """),
        Good("""
            - alert: ManyPathsFail
              expr: count by (job) (sum by (job, path) (rate(errors_total[10m])) > 5) > 3
        """),
        Good("""
            - alert: JobFails
              expr: sum by (job) (rate(errors_total{path="/checkout"}[10m])) > 5
        """),
        Good("""
            - record: path:errors:rate10m
              expr: sum by (job, path) (rate(errors_total[10m]))
        """),
    ),
)
