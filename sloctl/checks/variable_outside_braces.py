"""A template variable that stands in the text as it is.

**What it finds.** `$labels.x` and `$value` outside of `{{ … }}` in labels and annotations of alerts, one brace too few
(`{ $value }`) included.

**Why it wakes people up.** The page reads "$labels.instance is down". Whoever is called must go and look which one.

**What to do.** Write `{{ $labels.instance }}`.

**Sources.** Prometheus documentation, alerting rules, templating.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule, Text

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\{? ?(\$labels\.[A-Za-z_]\w*|\$value\b)")


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report the first variable of each text that is not expanded."""
    for text in (*alert.labels.values(), *alert.annotations.values()):
        if "$" in text.value and (found := _VARIABLE.search(_without_actions(text))):
            variable = found[1]
            message = f"`{variable}` is printed as it stands here, because it is outside of `{{{{ … }}}}`"
            yield Hit(at=text.at(found.span(1)), message=message, help=f"write `{{{{ {variable} }}}}`")


def _without_actions(text: Text) -> str:
    """Return a text with blanks in the place of its template actions."""
    return _ACTION.sub(lambda action: " " * len(action[0]), text.value)


CHECK = Check(
    code="C333",
    name="variable-outside-braces",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              labels: {queue: $labels.queue}
              #               ^^^^^^^^^^^^^ `$labels.queue` is printed as it stands here, because it is outside of `{{ … }}`
              annotations:
                summary: "{{ $labels.queue }} holds { $value } jobs"
                #                                     ^^^^^^ `$value` is printed as it stands here, because it is outside of `{{ … }}`
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: QueueLong
              expr: queue_length > 100
              annotations:
                summary: "{{ $labels.queue }} holds {{- $value | humanize -}} jobs for $5, see $values and $HOME"
            - record: queue:length:max
              expr: max(queue_length)
              labels: {note: $value}
        """),
    ),
)
