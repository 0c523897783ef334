"""From an indicator, an objective and a budgeting method to an SLI of `sloctl/v1`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.document import Path
from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.core.translated import Place
from sloctl.formats._queries import Query
from sloctl.formats._query_shapes import VARIABLE
from sloctl.formats._spec import Draft
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._indicator import RATIO, RAW, THRESHOLD, Indicator
from sloctl.formats.openslo._objects import Spot
from sloctl.formats.openslo._time import length
from sloctl.promql.tree import Aggregate, Call, Paren, Selector

_SIDES = {"lt": "below", "lte": "at_most", "gt": "above", "gte": "at_least"}
_SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_MINUTE, _FIVE = Duration.of(minutes=1), Duration.of(minutes=5)
_TWO_SAMPLES = Duration.of(minutes=2)
_OPEN_WINDOW = re.compile(rf"{re.escape(VARIABLE)}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeSli:
    """An SLI in the making: its kind, its fields with their places, and `by`."""

    kind: str
    fields: tuple[tuple[str, object, Place], ...]
    by: tuple[str, ...] = ()

    def put(self, draft: Draft, path: Path, spot: Spot) -> None:
        """Write it at the path of an `sli`."""
        draft.mark(path, spot.place())
        draft.mark((*path, self.kind), spot.place())
        for key, value, place in self.fields:
            draft.put((*path, self.kind, key), value, place)
        if self.by:
            draft.put((*path, "by"), list(self.by), spot.place())


def native_sli(indicator: Indicator, objective: Spot, method: str, context: Context) -> NativeSli:
    """Return the native SLI."""
    step = slice_length(objective)
    if indicator.kind == THRESHOLD and (method != "Timeslices" or step in {None, _MINUTE}):
        return _samples(indicator, objective, context)
    if method not in {"Timeslices", "RatioTimeslices"} or step is None:
        return _occurrences(indicator, context)
    if stride(step) != step:
        text = f"slices of {step} slide by {stride(step)} instead of standing side by side: in sum they count alike"
        context.report.derived(objective.step("timeSliceWindow").at(), text)
    if method == "Timeslices":
        return _slices(indicator, objective, step)
    return _average_of_slices(indicator, objective, step)


def slice_length(objective: Spot) -> Duration | None:
    """Return the length of a slice, if the objective has one; `openslo/v1alpha` names none, and means a minute."""
    written = length(objective.step("timeSliceWindow"))
    return written or (_MINUTE if objective.has("timeSliceTarget") else None)


def _occurrences(indicator: Indicator, context: Context) -> NativeSli:
    found = indicator.recognise()
    for phrase in found.corrected:
        context.report.corrected(indicator.spot.at(), phrase)
    fields = tuple((key, part.text, part.place) for key, part in found.parts)
    if indicator.kind == RATIO and fields[0][0] == "error_ratio":
        message = "these are no counts that add up, so long windows are averages of the ratio over short ones"
        context.report.lost(indicator.spot.at_key(), message, "count events on both sides to have each of them counted")
    return NativeSli(kind=found.kind, fields=fields, by=found.by)


def _samples(indicator: Indicator, objective: Spot, context: Context) -> NativeSli:
    """Compare the value of a threshold SLI once a minute: each time is an occurrence."""
    whole = indicator.queries["threshold"].whole
    side = _SIDES[objective.text("op")]
    context.report.derived(indicator.spot.at(), "the value is looked at once a minute")
    level = objective.step("value")
    fields = (
        ("expr", whole.text, whole.place),
        (side, objective.number("value"), level.place()),
        ("slice", str(_MINUTE), objective.step("timeSliceWindow").place()),
    )
    return NativeSli(kind="timeslice", fields=fields, by=indicator.by)


def stride(step: Duration) -> Duration:
    """Return how often a slice of this length is looked at: every base window is a multiple of that."""
    if _FIVE.ms % step.ms == 0:
        return step
    return _FIVE if step > _FIVE else _MINUTE


@dataclass(frozen=True, slots=True)
class Share:
    """PromQL for the share of bad events in the open window; `present` is there whenever it should be."""

    text: str
    present: str = ""

    def in_window(self, window: Duration) -> Share:
        """Return it for a fixed window."""
        return Share(*(_OPEN_WINDOW.sub(str(window), text) for text in (self.text, self.present)))

    @property
    def guarded(self) -> str:
        """The share without NaN: no events are no bad events, as long as they would be counted."""
        return f"(({self.text}) >= 0 or 0 * {self.present})" if self.present else f"(({self.text}) >= 0)"


def bad_share(indicator: Indicator, objective: Spot) -> Share:
    """Write the share of bad events; where one side of a ratio has no series yet, it counts 0."""
    texts = {key: _operand(query) for key, query in indicator.queries.items()}
    if indicator.kind == RAW:
        return Share(f"1 - {texts['raw']}" if indicator.is_success else texts["raw"])
    if indicator.kind == RATIO:
        key = "bad" if "bad" in texts else "good"
        part = f"({texts[key]} or 0 * {texts['total']}) / {texts['total']}"
        return Share(part if key == "bad" else f"1 - {part}", texts["total"])
    sign, level = _SIGNS[objective.text("op")], decimal_text(objective.number("value") or Decimal(0))
    is_good = f"{texts['threshold']} {sign} bool {level}"
    return Share(f"1 - avg_over_time(({is_good})[{VARIABLE}:{_MINUTE}])")


def _operand(query: Query) -> str:
    """Return the text of a query as an operand: in brackets unless it is one thing."""
    text = query.whole.text
    return text if isinstance(query.expression.root, Selector | Call | Aggregate | Paren) else f"({text})"


def _slices(indicator: Indicator, objective: Spot, step: Duration) -> NativeSli:
    """Count slices in which at most `1 - timeSliceTarget` was bad."""
    share = bad_share(indicator, objective)
    every = stride(step)
    target = objective.step("timeSliceTarget")
    text = share.text if every == step else share.in_window(step).text
    fields = (
        ("expr", text, indicator.spot.place()),
        ("at_most", 1 - (target.number() or Decimal(1)), target.place()),
        ("slice", str(every), objective.step("timeSliceWindow").place()),
    )
    return NativeSli(kind="timeslice", fields=fields, by=indicator.by)


def _average_of_slices(indicator: Indicator, objective: Spot, step: Duration) -> NativeSli:
    """Average the shares of slices, so that each weighs the same, however many events it had."""
    text = mean_of_slices(slice_share(indicator, objective, step).text, step)
    return NativeSli(kind="raw", fields=(("error_ratio", text, indicator.spot.place()),), by=indicator.by)


def slice_share(indicator: Indicator, objective: Spot, step: Duration) -> Share:
    """Write the share of bad events in one slice, read over at least two minutes: a rate needs samples."""
    return bad_share(indicator, objective).in_window(max(step, _TWO_SAMPLES))


def mean_of_slices(share: str, step: Duration) -> str:
    """Average a share over the slices of the open window; slices without events (NaN) are none."""
    return f"avg_over_time((({share}) >= 0)[{VARIABLE}:{stride(step)}])"
