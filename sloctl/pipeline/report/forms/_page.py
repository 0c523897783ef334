"""What the template of the page asks for: links, states, bars of timelines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sloctl.core.human import percent
from sloctl.model import names
from sloctl.model.service import PAGE
from sloctl.pipeline.report.advice import advice, reason
from sloctl.pipeline.report.model import AlertRuns, Budget, PastBudget, Point, Report, ServiceReport, SloReport
from sloctl.pipeline.report.standing import Standing, State, of_slo
from sloctl.pipeline.report.words import WHOLE, Words, share

if TYPE_CHECKING:
    from markupsafe import Markup

_TABLE_ROWS = 30
_WIDTH = 1000
"""Units of a timeline, from its beginning to its end."""
_SPARKS = 40
"""Pieces of a small graph."""
_NARROWEST = 3
"""Units of the narrowest bar: less would not be seen."""


def anchor(found: Standing) -> str:
    """Name the place of a budget in the page, the same in every report."""
    return f"{found.service.service.name}--{found.slo.slo.name}--{found.number}"


def objective(slo: SloReport) -> str:
    """Write the objective in full."""
    return percent(slo.slo.objective, 28)


def group_words(budget: Budget) -> str:
    """Write the group of a budget."""
    return ", ".join(f"{label}={value}" for label, value in budget.group)


def alert_words(alert: AlertRuns) -> str:
    """Write what tells an alert from others of its name."""
    return ", ".join(text for name, text in alert.labels if text and name not in {"alertname", names.NOTIFY})


def runbooks(slo: SloReport) -> tuple[str, ...]:
    """Return the runbooks of an SLO, each once."""
    return tuple(dict.fromkeys(response.runbook for response in slo.slo.responses.values()))


def page_rate(slo: SloReport) -> float | None:
    """Return the lowest burn rate from which somebody is paged."""
    return min((float(tier.burn_rate) for tier in slo.slo.tiers if tier.notify == PAGE), default=None)


def fired(alert: AlertRuns) -> int:
    """Return for how many milliseconds an alert fired."""
    return sum(end - start for start, end in alert.runs)


def outcome(past: PastBudget) -> str:
    """Say whether a period kept its objective."""
    if past.left is None:
        return "no events"
    verdict = "exceeded" if past.left < 0 else "met" if past.period.is_over else "met so far"
    return verdict if past.usage.known > WHOLE else f"{verdict}, {share(past.usage.known)} of the time measured"


def few_points(budget: Budget) -> tuple[Point, ...]:
    """Pick points for a table, the last one among them; the burn rate is the highest since the row before."""
    size = max(1, len(budget.curve) // _TABLE_ROWS)
    ends = range(len(budget.curve) % size or size, len(budget.curve) + 1, size)
    return tuple(_highest(budget.curve[max(0, end - size) : end]) for end in ends)


def _highest(points: tuple[Point, ...]) -> Point:
    burn = max((point.burn for point in points if point.burn is not None), default=None)
    return Point(points[-1].time, points[-1].left, burn)


def gone_after(found: Standing) -> float:
    """Return for sorting when a budget is gone, in milliseconds; one that lasts comes last."""
    if found.state in {State.FROZEN, State.EXCEEDED}:
        return 0.0
    left = found.budget.exhausted_in if found.budget else None
    return 1e15 if left is None else float(left)


def breakable(name: str) -> Markup:
    """Let a long name break where its parts meet, not within a word."""
    from markupsafe import Markup, escape

    return Markup(str(escape(name)).replace("/", "/<wbr>"))  # noqa: S704 - escaped just before


def spark(found: Standing) -> Markup:
    """Draw in small what was left of a budget, from a whole one to none; the number stands beside it."""
    from markupsafe import Markup

    curve = found.budget.curve if found.budget else ()
    if not curve:
        return Markup()
    last = len(curve) - 1
    heights = (max(0.0, curve[round(index * last / _SPARKS)].left) for index in range(_SPARKS + 1))
    line = " ".join(f"{index},{round(20 - 20 * height)}" for index, height in enumerate(heights))
    return Markup('<svg class="spark {}" viewBox="0 -1 {} 22" preserveAspectRatio="none" aria-hidden="true" '
                  'focusable="false"><path d="M0,20 {} {},20z"/><polyline points="{}"/></svg>').format(
        found.state.color, _SPARKS, line, _SPARKS, line)  # fmt: skip


def link(url: str, text: str) -> Markup:
    """Link to a page of the web; anything else, such as `javascript:`, is only shown."""
    from markupsafe import Markup

    if not url.startswith(("https://", "http://")):
        return Markup("{}: {}").format(text, url)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, text)


def begin(service: ServiceReport, report: Report) -> int:
    """Return where the timeline of a service begins: with the longest period of its SLOs."""
    return report.until - max(slo.slo.period.ms for slo in service.slos)


def bars(alert: AlertRuns, start: int, said: Words, until: int) -> Iterator[tuple[int, int, str]]:
    """Place the times at which an alert fired: position and width of each, and its times in words."""
    for first, last in alert.runs:
        left, right = (round(_WIDTH * (at - start) / (until - start)) for at in (first, last))
        width = max(_NARROWEST, right - left)
        yield min(left, _WIDTH - width), width, said.span(first, last)


HELPERS = (
    anchor,
    objective,
    gone_after,
    breakable,
    spark,
    group_words,
    alert_words,
    runbooks,
    page_rate,
    fired,
    outcome,
    few_points,
    link,
    of_slo,
    reason,
    advice,
)
