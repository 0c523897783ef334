"""A link in a label.

**What it finds.** Labels of alerts that hold an address (`https://…`). Labels that name what is watched (`instance`,
`target`, `url` and the like) are left alone.

**Why it matters.** Labels are the identity of an alert: a new address is a new alert to Alertmanager, which resolves
the old one, forgets its silences and groups it anew. Links are for the reader, and readers get annotations.

**What to do.** Move it to the annotations.

**Sources.** Prometheus documentation, alerting rules (labels and annotations).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule

_IS_ADDRESS = re.compile(r"\s*https?://\S")
_WATCHED = frozenset({"instance", "target", "endpoint", "url", "uri", "address", "host", "site", "domain"})


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report links in labels."""
    for key, text in alert.labels.items():
        if "://" in text.value and key not in _WATCHED and _IS_ADDRESS.match(text.value):
            message = f"the label `{key}` of `{alert.name.value}` holds a link"
            advice = f"labels are the identity of an alert: move `{key}` to the annotations"
            yield Hit(at=text.at(), message=message, help=advice)


CHECK = Check(
    code="H508",
    name="url-in-label",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels:
                runbook: https://acme.net/q
                #        ^^^^^^^^^^^^^^^^^^ the label `runbook` of `QueueLong` holds a link
        """),
        Good("""
            - alert: SiteDown
              expr: max(probe_success) < 1
              labels: {url: https://acme.net, kind: "see https://acme.net"}
              annotations: {runbook_url: https://acme.net/down}
        """),
    ),
)
