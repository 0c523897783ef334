"""A small spec for the tests of `sloctl test`, and ways to edit the rules it compiles to."""

import re
from pathlib import Path

from tests.cli.session import sloctl

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Look, priority: P2}
slos:
  - name: orders
    objective: 98
    period: 1h
    sli:
      events: {bad: 'orders_total{job="shop", code=~"5.."}', total: 'orders_total{job="shop"}'}
      by: [region]
    alerting:
      tiers: [{name: quick, severity: page, budget: 60%, long: 30m, short: 5m}]
      no_data: page
alerts:
  - name: TooMany
    count: {of: sends_total, over: 10m, above: 500}
  - name: QueueOld
    value: {of: queue_age_seconds, above: 120, for: 5m}
"""
GOOD = SPEC.replace('{bad: \'orders_total{job="shop", code=~"5.."}\', total', "{good: good_total, total").replace(
    "      by: [region]\n", ""
)
"""The same with good and total instead of bad and total, and without groups."""


def compiled(folder: Path) -> Path:
    """Write the spec and compile it."""
    (folder / "shop.yaml").write_text(SPEC)
    (folder / "sloctl.yaml").write_text("specs: [shop.yaml]\n")
    assert 0 == sloctl("compile", cwd=folder).code
    return folder


def swapped(text: str, one: str, other: str) -> str:
    """Exchange two pieces of a text."""
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


def without(text: str, pattern: str) -> str:
    """Cut out the first match."""
    return re.sub(pattern, "", text, count=1, flags=re.DOTALL)
