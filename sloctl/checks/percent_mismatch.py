"""A text that is off by a factor of a hundred.

**What it finds.** Texts that print a ratio between 0 and 1 with a percent sign (`{{ $value }}%` says "0.05%" for five
percent), and texts that give a percentage to `humanizePercentage`, which multiplies by a hundred. The scale is taken
from the query: a division or `1 - …` compared with a level up to 1 is a ratio; a product with 100, `100 - …` or a
metric in percent is a percentage. Where the branches of an `or` differ, nothing is said.

**Why it wakes people up.** The page says "0.05% of requests fail", the reader goes back to sleep, and one request in
twenty fails until morning.

**What to do.** `humanizePercentage` for a ratio, `printf "%.1f%%"` for a percentage.

**Sources.** Prometheus documentation, template reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._templates import readable
from sloctl.gotemplate.records import PrintedValue
from sloctl.promql.grammar import COMPARISONS
from sloctl.promql.scale import Scale, scale
from sloctl.promql.shape import comparisons
from sloctl.promql.tree import Binary, Node

_FUNCTION = "humanizePercentage"
_MESSAGES: dict[Scale, str] = {
    "ratio": "the value is a ratio, so this says `0.05%` for five percent",
    "percent": f"the value is a percentage already, so `{_FUNCTION}` makes it a hundred times too large",
}
_ADVICE: dict[Scale, str] = {
    "ratio": f"print it with `{{{{ $value | {_FUNCTION} }}}}` and no percent sign",
    "percent": 'print it with `{{ $value | printf "%.1f" }}%`',
}


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report values printed in the wrong scale."""
    for template, facts in readable(alert):
        printed = [value for value in facts.printed_values if value.percent_sign]
        found = _scale(alert) if printed else None
        for value in printed:
            if found and found != _wants(value):
                at = template.text.at((value.start, value.end))
                yield Hit(at=at, message=_MESSAGES[found], help=_ADVICE[found])


def _wants(value: PrintedValue) -> Scale:
    return "ratio" if value.function == _FUNCTION else "percent"


def _scale(alert: Rule) -> Scale | None:
    """Return the scale of the value that an alert fires with; None when it is unknown or depends on the branch."""
    found = {_scale_of(parts[0]) for parts in alert.branches}
    return found.pop() if len(found) == 1 else None


def _scale_of(part: Node) -> Scale | None:
    if not (isinstance(part, Binary) and part.op in COMPARISONS):
        return None
    outer = comparisons(part)[0]
    return scale(outer.subject, outer.threshold)


CHECK = Check(
    code="C311",
    name="percent-mismatch",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
              annotations:
                summary: "{{ $value }}% of requests fail"
                #            ^^^^^^ the value is a ratio, so this says `0.05%` for five percent
                description: '{{ printf "%.2f" $value }} % of requests fail'
                #                ^^^^^^^^^^^^^^^^^^^^ the value is a ratio, so this says `0.05%` for five percent
        """),
        Bad("""
            - alert: ManyErrors
              expr: 100 * sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 5
              annotations:
                summary: "{{ $value | humanizePercentage }} of requests fail"
                #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ the value is a percentage already, so `humanizePercentage` makes it a hundred times too large
            - alert: CpuBusy
              expr: 100 - avg(rate(cpu_idle_seconds[5m]) * 100) > 90
              annotations:
                summary: "{{ humanizePercentage $value }} busy"
                #            ^^^^^^^^^^^^^^^^^^^^^^^^^ the value is a percentage already, so `humanizePercentage` makes it a hundred times too large
        """),  # noqa: E501 - the message stands under its place
        Good("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
              annotations:
                summary: "{{ $value | humanizePercentage }} of requests fail; 5 % may"
            - alert: DiskFull
              expr: disk_used_percent > 90 or 1 - disk_free / disk_size > 0.9
              annotations:
                summary: "{{ $value }}% full"
        """),
        Good("""
            - alert: DiskFull
              expr: 100 * disk_used / disk_size > 90 and disk_free < 5e9
              annotations:
                summary: '{{ $value | printf "%.0f" }}% full'
            - alert: Odd
              expr: something > 0.5
              annotations:
                summary: '{{ $value }}% odd'
        """),
    ),
)
