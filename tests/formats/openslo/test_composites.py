"""Composite SLOs: several objectives, each with an SLI of its own, share one error budget."""

from __future__ import annotations

import pytest

from tests.formats.openslo.original import alerting, burning, found, ratio, slo, slos, translated


def composite(first: str, second: str, method: str = "Occurrences", rest: str = "", by: str = "") -> str:
    """Write a composite of two ratios; `first` and `second` are what their objectives say."""
    members = [
        f"{{displayName: {name}, {said}, indicator: {{metadata: {{name: {name}}}, "
        f"spec: {ratio(bad=f'sum{by}({name}_failed_total)', total=f'sum{by}({name}_total)')}}}}}"
        for name, said in (("a", first), ("b", second))
    ]
    return slo(indicator="description: Both", method=method, objectives=", ".join(members), rest=rest)


def share(name: str, window: str = "$window") -> str:
    """Return the share of bad events of a member."""
    failed, total = (f"sum(increase({name}_{word}[{window}]))" for word in ("failed_total", "total"))
    return f"((({failed} or 0 * {total}) / {total}) >= 0 or 0 * {total})"


def test_burn_rates_add_up_by_weight() -> None:
    """98 % with the weight 1 and 99 % with 2 burn at e/0.02 + 2 e/0.01: 99.6 % of a mean weighted 0.2 and 0.8."""
    made = slos(composite("target: 0.98", "target: 0.99, compositeWeight: 2", rest=alerting(burning())))
    assert ["orders", "orders-a", "orders-b"] == [each["name"] for each in made]
    assert 99.6 == float(made[0]["objective"])
    assert f"0.2 * {share('a')}\n+ 0.8 * {share('b')}" == made[0]["sli"]["raw"]["error_ratio"]


def test_only_the_composite_alerts() -> None:
    """The members have budgets of their own to look at; the policies are the composite's."""
    made = slos(composite("target: 0.98", "target: 0.99", rest=alerting(burning())))
    assert [True, False, False] == ["tiers" in each["alerting"] for each in made]
    assert {"events": {"bad": "a_failed_total", "total": "a_total"}} == made[1]["sli"]


def test_a_slice_is_bad_for_all_when_it_is_for_one() -> None:
    """With Timeslices no member may have a bad slice; the promise is what the members' budgets add up to."""
    objective = "target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m"
    made = slos(composite(objective, objective, "Timeslices"))
    assert f"({share('a')} > bool 0.05)\n+ ({share('b')} > bool 0.05)" == made[0]["sli"]["timeslice"]["expr"]
    assert (1, "5m") == (made[0]["sli"]["timeslice"]["below"], made[0]["sli"]["timeslice"]["slice"])
    assert 98 == float(made[0]["objective"])


def test_missing_parts_of_slices_add_up() -> None:
    """With RatioTimeslices 95 % and 95 % are 90 %."""
    objective = "target: 0.95, timeSliceWindow: 5m"
    made = slos(composite(objective, objective, "RatioTimeslices"))
    assert 90 == float(made[0]["objective"])
    both = f"clamp_max({share('a', '5m')} + {share('b', '5m')}, 1)"
    assert f"avg_over_time((({both}) >= 0)[$window:5m])" == made[0]["sli"]["raw"]["error_ratio"]


REFUSED = {
    "lengths": (
        composite("target: 0.99, timeSliceWindow: 5m", "target: 0.99, timeSliceWindow: 1m", "RatioTimeslices"),
        "the objectives cannot be joined: their slices differ in length"),
    "budgets": (
        composite("target: 0.4, timeSliceWindow: 5m", "target: 0.4, timeSliceWindow: 5m", "RatioTimeslices"),
        "the objectives cannot be joined: their error budgets add up to 100 % or more"),
    "labels": (
        composite("target: 0.9", "target: 0.9", by=" by (region)"),
        "a composite of SLIs that are split by labels cannot be compiled"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_joined_is_refused(text: str, message: str) -> None:
    """A composite that has no meaning in rules is an error at its objectives."""
    translation = translated(text)
    assert [("S402", "objectives", message)] == found(translation)
    assert () == translation.documents
