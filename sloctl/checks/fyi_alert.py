"""An alert whose severity says that it is only for information.

**What it finds.** Alerts with a severity (or priority, level, notify) such as `info`, `none`, `notice` or `P5`.
Watchdogs, heartbeats and inhibitors are meant to reach machines only and are left alone. With an Alertmanager
configuration in the settings, so are alerts that its routes deliver to nobody.

**Why it wakes people up.** What asks for nothing teaches its readers to look away, and one day they look away from
the alert that asked for something.

**What to do.** Make it a recording rule, a panel or a weekly report. If somebody has to do something, make it a ticket
and write down what.

**Options.** None; `lint.severities` says what your own words mean.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting"; Google SRE book, chapter 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._alertmanager import Matcher, Receiver, Route, possible_routes
from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context, is_by_design
from sloctl.checks._rule import SEVERITY_LABELS, Rule


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report an alert that nobody is asked to act on."""
    if alert.service or context.notify(alert) != "nobody" or is_by_design(alert) or _is_dropped(alert, context):
        return
    label = next(label for label in SEVERITY_LABELS if alert.label(label).strip() and "{{" not in alert.label(label))
    said = f"{label}: {alert.label(label).strip()}"
    message = f"`{alert.name.value}` has `{said}`: it asks nobody to do anything"
    advice = "make it a panel or a report, or a ticket with an action"
    yield Hit(at=alert.labels[label].at(), message=message, help=advice)


def _is_dropped(alert: Rule, context: Context) -> bool:
    """Tell whether the routes of Alertmanager deliver the alert to nobody."""
    if context.alertmanager is None:
        return False
    ends = possible_routes(context.alertmanager, alert, context.external_labels)
    return all(route.receiver.is_silent for route in ends)


_INFO_TO_NOBODY = Route(
    Receiver("team", frozenset({"slack"})),
    routes=(Route(Receiver("nobody"), (Matcher("severity", "=", "info"),)),),
)

CHECK = Check(
    code="A113",
    name="fyi-alert",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: CertificateRenewed
              expr: increase(renewals_total[1h]) > 5
              labels:
                severity: info
                #         ^^^^ `CertificateRenewed` has `severity: info`: it asks nobody to do anything
        """),
        Bad("""
            - alert: DiskHalfFull
              expr: job:disk_used:ratio > 0.5
              for: 1h
              labels: {team: disks, priority: P5}
            #                                 ^^ `DiskHalfFull` has `priority: P5`: it asks nobody to do anything
        """),
        Bad(
            """
            - alert: Deployed
              expr: job:deploys:rate5m > 0
              labels: {severity: Moin}
            #                    ^^^^ `Deployed` has `severity: Moin`: it asks nobody to do anything
            """,
            options={"severities": {"moin": "nobody"}},
        ),
        Good("""
            - alert: InfoInhibitor
              expr: ALERTS{severity="info"} == 1
              labels: {severity: none}
            - alert: DiskNearlyFull
              expr: job:disk_used:ratio > 0.9
              labels: {severity: warning}
        """),
        Good(
            """
            - alert: CertificateRenewed
              expr: sum(increase(renewals_total[1h])) > 5
              labels: {severity: info}
            """,
            options={"alertmanager": _INFO_TO_NOBODY},
        ),
    ),
)
