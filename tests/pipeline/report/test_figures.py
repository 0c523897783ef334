"""Figures of a budget, against what is counted slice by slice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sloctl.evidence.samples import Grid, Samples
from sloctl.model.service import PolicyStep, Slo
from sloctl.pipeline.report.figures import budget, exhausted_in, steps_reached
from sloctl.pipeline.report.model import AlertRuns, Budget, Period
from sloctl.pipeline.report.slices import Slices
from sloctl.pipeline.report.standing import State, state
from sloctl.pipeline.report.words import events_words, lost_words
from tests.pipeline.specs import HEAD, resolved

STEP = 300_000
DAY = 288
WEEK = 7 * DAY
START = 1_700_000_100_000
TEXT = f"""{HEAD}
slos:
  - name: checkout
    objective: 99
    period: 7d
    sli: {{events: {{bad: failed_total, total: requests_total}}}}
"""


def the_slo() -> Slo:
    """Return an SLO of 99 % over a week."""
    service, _ = resolved(TEXT)
    assert service
    return service.slos[0]


def slices(bad: list[float], total: list[float] | None = None, *, first: int = 0) -> Slices:
    """Make slices with these bad events among 100, or among those given; the first ones may be missing."""
    totals = total or [100.0] * len(bad)
    there = np.arange(len(bad)) >= first
    return Slices.of(Grid(START, STEP, len(bad)), *(
        Samples.of(np.where(there, np.asarray(each, float), 0.0), there) for each in (bad, totals)))  # fmt: skip


def computed(found: Slices, periods: int = 0, alerts: tuple[AlertRuns, ...] = ()) -> Budget:
    """Compute the budget at the end of the slices, with some periods of a week before it."""
    end = found.end(found.grid.count)
    past = [Period("", end - (back + 1) * WEEK * STEP, end - back * WEEK * STEP) for back in reversed(range(periods))]
    return budget(the_slo(), (), found, past, alerts)


counts = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1)), min_size=1, max_size=60)


@settings(deadline=None)
@given(counts, st.data())
def test_sums_are_those_of_the_slices(events: list[tuple[float, float]], data: st.DataObject) -> None:
    """Any stretch has the events of its slices, however they are added up."""
    totals = [round(total) * 1.0 for total, _ in events]
    bads = [round(total * share) * 1.0 for total, (_, share) in zip(totals, events, strict=True)]
    found = slices(bads, totals)
    first = data.draw(st.integers(0, len(events)))
    last = data.draw(st.integers(first, len(events)))
    usage = found.usage(found.end(first), found.end(last))
    assert (sum(bads[first:last]), sum(totals[first:last])) == (usage.bad, usage.total)


@settings(deadline=None)
@given(counts, st.integers(1, 70))
def test_every_window_has_the_ratio_of_its_slices(events: list[tuple[float, float]], width: int) -> None:
    """The rolling ratios are what adding up each window says; NaN stands where there were no events."""
    totals = [round(total) * 1.0 for total, _ in events]
    bads = [round(total * share) * 1.0 for total, (_, share) in zip(totals, events, strict=True)]
    expected = [
        sum(bads[max(0, end - width) : end]) / whole
        if (whole := sum(totals[max(0, end - width) : end])) else np.nan
        for end in range(1, len(events) + 1)
    ]  # fmt: skip
    np.testing.assert_allclose(expected, slices(bads, totals).error_ratios(width))


def test_a_budget_is_what_is_left_of_its_period() -> None:
    """Of 1 % allowed, half was used in the week; what was before counts for the week before."""
    found = computed(slices([5.0] * WEEK + [0.5] * WEEK), periods=2)
    assert (0.5, 0.995) == (found.left, found.usage.sli)
    assert [-4.0, 0.5] == [past.left for past in found.past]
    assert None is found.since


def test_the_budget_was_exceeded_once_and_until_when() -> None:
    """A rolling week is overspent while it holds the bad hours: from the slice that is too much, for a week."""
    bad = [0.0] * (3 * WEEK)
    bad[WEEK : WEEK + 30] = [100.0] * 30
    [found] = computed(slices(bad), periods=2).overspent
    begun = START + (WEEK + 20) * STEP
    assert (begun, -((30 / 20.16) - 1)) == (found.start, pytest.approx(found.lowest))
    assert START + (2 * WEEK + 9) * STEP == found.end


def test_a_budget_that_is_overspent_now_has_no_end() -> None:
    """The time goes on, and nothing is left to last."""
    found = computed(slices([0.0] * WEEK + [0.0] * (WEEK - 40) + [100.0] * 40), periods=1)
    [overspent] = found.overspent
    assert (None, 0) == (overspent.end, found.exhausted_in)


def test_the_pace_of_the_last_day_says_when_the_budget_is_gone() -> None:
    """At twice the allowed rate, a day takes 2/7 of the budget, so the 5/7 that are left last two days and a half."""
    bad = [0.0] * (WEEK - DAY) + [2.0] * DAY
    assert 2.5 * DAY * STEP == pytest.approx(exhausted_in(slices(bad), WEEK, 0.01), abs=STEP)
    assert None is exhausted_in(slices([0.9] * WEEK), WEEK, 0.01)


def test_what_leaves_the_period_gives_its_share_back() -> None:
    """A budget nearly spent lasts at the allowed pace when the incident that spent it is about to leave."""
    old, recent = [0.0] * WEEK, [0.0] * WEEK
    old[0:DAY] = [6.0] * DAY
    recent[WEEK - 2 * DAY : WEEK - DAY] = [6.0] * DAY
    for bad in (old, recent):
        bad[WEEK - DAY :] = [1.0] * DAY
    assert None is exhausted_in(slices(old), WEEK, 0.01)
    assert exhausted_in(slices(recent), WEEK, 0.01) is not None


def test_history_that_begins_within_the_period_says_so() -> None:
    """The share of the time that was measured is told, and since when."""
    found = computed(slices([0.0] * WEEK, first=WEEK // 2))
    assert (START + (WEEK // 2 - 1) * STEP, 0.5) == (found.since, found.usage.known)


def test_without_events_nothing_is_claimed() -> None:
    """No SLI, no burn rate, no step of the policy."""
    found = computed(slices([0.0] * WEEK, [0.0] * WEEK))
    assert (None, None, None, None, (), ()) == (
        found.left, found.usage.sli, found.burn_hour, found.exhausted_in, found.steps, found.curve)  # fmt: skip


def test_rounding_never_makes_events() -> None:
    """After a billion events in uneven parts, an hour without traffic has none."""
    noisy = [0.1 + 1e6 / 3] * (WEEK - 12) + [0.0] * 12
    found = slices([value / 7 for value in noisy], noisy)
    assert (0.0, 0.0, None) == (found.latest(12 * STEP).bad, found.latest(12 * STEP).total, computed(found).burn_hour)


def test_the_graph_ends_with_what_is_left() -> None:
    """The burn-down begins below a whole budget, never rises, and ends with the figure of the budget."""
    bad = [0.2] * WEEK
    bad[DAY : DAY + 12] = [30.0] * 12
    found = computed(slices(bad))
    lefts = [point.left for point in found.curve]
    assert sorted(lefts, reverse=True) == lefts
    assert (found.left, START + (WEEK - 1) * STEP) == (pytest.approx(lefts[-1]), found.curve[-1].time)
    assert 30.0 == pytest.approx(max(point.burn or 0 for point in found.curve))


@pytest.mark.parametrize(("left", "reached"), [(0.5, []), (0.49, ["plan"]), (0.0, ["plan"]), (-0.01, ["plan", "stop"]),
                                               (None, [])])  # fmt: skip
def test_steps_of_the_policy_hold_below_their_share(left: float | None, reached: list[str]) -> None:
    """At the very share nothing holds yet; while nothing is known, nothing does."""
    policy = tuple(step for step in the_steps())
    assert reached == [step.then for step in steps_reached(policy, left)]


def the_steps() -> tuple[PolicyStep, ...]:
    """Read a policy in the order in which its steps come to hold."""
    written = "    policy: [{below: 0%, then: stop, freeze: true}, {below: 0.5, then: plan}]\n"
    service, _ = resolved(TEXT + written)
    assert service
    return service.slos[0].policy


def page(start: int, end: int) -> AlertRuns:
    """Make a page of the SLO."""
    labels = (("alertname", "ErrorBudgetBurnPage"), ("notify", "page"), ("slo", "checkout"))
    return AlertRuns("ErrorBudgetBurnPage", labels, ((start, end),))


def test_incidents_are_told_worst_first_with_their_share_and_the_page() -> None:
    """The worse took half of the budget and somebody was paged after ten minutes; the other one woke nobody."""
    bad = [0.0] * WEEK
    bad[500:512] = [84.0] * 12
    bad[1500:1504] = [100.0] * 4
    begin = START + 499 * STEP
    found = computed(slices(bad), alerts=(page(begin + 600_000, begin + 3_600_000),)).incidents
    assert [(begin, 12 * STEP, 1008.0, "page", 600_000), (START + 1499 * STEP, 4 * STEP, 400.0, "nobody", 0)] == [
        (each.start, each.end - each.start, each.bad, each.called, each.delay) for each in found]  # fmt: skip
    assert [0.5, pytest.approx(400 / 2016)] == [each.share for each in found]


def test_errors_with_a_short_pause_are_one_incident() -> None:
    """While the hours that burn too fast are less than an hour apart they belong together, after that they do not."""
    bad = [0.0] * WEEK
    for index in (500, 523, 700, 724):
        bad[index] = 100.0
    found = computed(slices(bad)).incidents
    assert [24 * STEP, STEP, STEP] == [each.end - each.start for each in found]


@pytest.mark.parametrize(("bad", "found"), [(4.0, 0), (5.0, 1)])
def test_few_events_are_no_incident(bad: float, found: int) -> None:
    """Of a quiet service, four events can be half of the budget: as for its alerts, there must be five."""
    total = [0.5] * WEEK
    assert found == len(computed(slices([0.0] * (WEEK - 1) + [bad], total)).incidents)


def test_a_budget_that_was_exceeded_before_has_no_beginning() -> None:
    """What was below 0 when the time that is looked back on began did not fall then."""
    bad = [0.0] * (2 * WEEK)
    bad[WEEK - 40 : WEEK - 10] = [100.0] * 30
    [found] = computed(slices(bad), periods=1).overspent
    assert (None, START + (2 * WEEK - 31) * STEP) == (found.start, found.end)


def test_an_sli_that_is_gone_is_said() -> None:
    """A history that ended more than an hour ago makes the budget one without data, however much seems to be left."""
    there = np.arange(WEEK) < WEEK - 20
    bad, total = (Samples.of(np.where(there, each, 0.0), there) for each in (0.0, 100.0))
    found = computed(Slices.of(Grid(START, STEP, WEEK), bad, total))
    assert (1.0, START + (WEEK - 21) * STEP, State.NO_DATA) == (found.left, found.silent_since, state(found))


def test_an_incident_that_is_over_does_not_go_on() -> None:
    """Yesterday's outage makes no forecast while the last hour is quiet."""
    bad = [0.0] * WEEK
    bad[WEEK - 200 : WEEK - 190] = [100.0] * 10
    assert None is exhausted_in(slices(bad), WEEK, 0.01)


def test_without_any_alert_nothing_is_said_about_calls() -> None:
    """A server that keeps no history of alerts does not make every incident one that nobody was told of."""
    [found] = computed(slices([0.0] * (WEEK - 12) + [50.0] * 12)).incidents
    assert "" == found.called


def test_what_may_be_lost_is_of_the_time_that_was_measured() -> None:
    """With a day of a week known, what was lost and what may be are both of that day, as the budget is."""
    young, whole = (computed(slices([5.0] * WEEK, first=first)) for first in (WEEK - DAY, 0))
    assert "1h 12m of full outage; 14m 24s may be in the 1d measured" == lost_words(young, the_slo())
    assert "8h 24m of full outage; 1h 40m may be in 7d" == lost_words(whole, the_slo())
    assert events_words(young, the_slo()).endswith("288 may be in the 1d measured")
    assert -4.0 == pytest.approx(young.left)
