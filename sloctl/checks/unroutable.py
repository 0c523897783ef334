"""An alert that Alertmanager delivers to nobody who could act.

**What it finds.** With an Alertmanager configuration in the settings: alerts that no route below the root takes, so
that only the default receiver hears of them; alerts whose receivers have no integration at all; and pages that are sent
by e-mail only. Labels that come from the series are unknown here: an alert is reported only if it is lost whatever
values they have.

**Why it costs sleep.** An alert that reaches nobody is worse than none, for everybody believes in it.

**What to do.** Give the alert the label that your routes look at (an owner, a severity), or add the route.
`amtool config routes test` shows the way of a set of labels.

**Options.** `default_route`: true if the receiver of the root is a place for alerts too; false.

**Sources.** Alertmanager documentation, configuration of routes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.checks._alertmanager import Matcher, Receiver, Route, possible_routes
from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Option, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.human import and_list

CODE = "A123"


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert that is lost on its way."""
    root = context.alertmanager
    if root is None or alert.root is None or not context.reaches_human(alert):
        return
    ends = possible_routes(root, alert, context.external_labels)
    default_is_route = context.option(CODE, "default_route", default=False) or not root.routes
    if reason := _reason(ends, root, pages=context.pages(alert), default_is_route=default_is_route):
        advice = "give it the label that your routes look at, or add a route"
        yield Hit(at=alert.name.at(), message=f"`{alert.name.value}` {reason}", help=advice)


def _reason(ends: Sequence[Route], root: Route, *, pages: bool, default_is_route: bool) -> str:
    names = and_list(sorted({f"`{route.receiver.name}`" for route in ends}), "or")
    if all(route.receiver.is_silent for route in ends):
        return f"ends at {names}, which tells nobody"
    if pages and all(route.receiver.is_silent or route.receiver.is_mail_only for route in ends):
        return f"pages, and {names} only sends e-mail"
    if not default_is_route and all(route is root for route in ends):
        return f"matches no route of Alertmanager: only the default receiver {names} hears of it"
    return ""


_MAIL = Receiver("mail", frozenset({"email"}))
_PAGER = Receiver("pager", frozenset({"pagerduty"}))
_PAGES = Route(_PAGER, (Matcher("severity", "=", "page"),))
_ROUTES = Route(
    Receiver("all", frozenset({"slack"})),
    routes=(
        Route(Receiver("nobody"), (Matcher("owner", "=", "team-gone"),)),
        Route(_MAIL, (Matcher("owner", "=~", "team-.*"),), routes=(_PAGES,)),
        Route(_PAGER, (Matcher("namespace", "=", "shop"),)),
    ),
)

CHECK = Check(
    code=CODE,
    name="unroutable",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    needs="alertmanager",
    options=(Option("default_route", False, "whether the receiver of the root is a place for alerts too"),),
    cases=(
        Bad(
            """
            - alert: CheckoutFailing
            #        ^^^^^^^^^^^^^^^ `CheckoutFailing` pages, and `mail` only sends e-mail
              expr: sum(checkout_failures) > 5
              labels: {severity: critical, owner: team-shop}
            - alert: QueueUp
            #        ^^^^^^^ `QueueUp` matches no route of Alertmanager: only the default receiver `all` hears of it
              expr: max(queue_length) > 5
              labels: {severity: warning}
            - alert: QueueStuck
            #        ^^^^^^^^^^ `QueueStuck` ends at `nobody`, which tells nobody
              expr: max(queue_age_seconds) > 500
              labels: {severity: warning, owner: team-gone}
            """,
            options={"alertmanager": _ROUTES},
        ),
        Good(
            """
            - alert: CheckoutFailing
              expr: sum(checkout_failures) > 5
              labels: {severity: page, owner: team-shop}
            - alert: QueueLong
              expr: queue_length > 5
              labels: {severity: warning}
            - alert: QueueStuck
              expr: max(queue_age_seconds) > 500
              labels: {severity: warning, owner: team-shop}
            """,
            options={"alertmanager": _ROUTES},
        ),
        Good(
            """
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {severity: warning}
            """,
            options={"alertmanager": _ROUTES, "default_route": True},
        ),
    ),
)
