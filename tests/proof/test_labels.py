"""Labels that selectors accept, and pairs of selectors that overlap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.promql.selector import parse_selector
from sloctl.proof.case import Unproven
from sloctl.proof.labels import selects, solve
from sloctl.proof.pairs import Counts, parts

SOLVED = {
    'x{job="api"}': 'x{job="api"}',
    'x{code=~"5.."}': 'x{code="500"}',
    'x{code=~"5..", code!="500"}': 'x{code="510"}',
    'x{verb!~"GET|LIST"}': 'x{verb="other"}',
    'x{scope!=""}': 'x{scope="other"}',
    'x{a="", b=~".*"}': 'x{b="0"}',
    '{__name__=~"http_.+_total"}': "http_0_total",
    'x{path=~"/api/v[12]/.*", path!~".*/v1/.*"}': 'x{path="/api/v2/0"}',
}


@pytest.mark.parametrize(("selector", "series"), SOLVED.items())
def test_a_series_fits_its_selector(selector: str, series: str) -> None:
    """Equal, unequal, matching and not matching: the chosen labels satisfy all matchers of a label at once."""
    assert series == str(solve([parse_selector(selector)]))


@pytest.mark.parametrize("selector", ['x{a="1", a="2"}', 'x{a=~"b+", a="c"}', 'x{a=~".*", a!~".*"}'])
def test_a_contradiction_is_named(selector: str) -> None:
    """The reason shows the matchers that exclude each other."""
    with pytest.raises(Unproven, match=r"no value was found for which `a"):
        solve([parse_selector(selector)])


def test_groups_differ_in_their_label() -> None:
    """Two groups of one SLO get two values of the label, and the selector accepts both."""
    selector = parse_selector('x{region=~"eu-.*|us-.*"}')
    one, two = (solve([selector], by=["region"], group=group) for group in (0, 1))
    assert one != two
    assert selects(selector, one)
    assert selects(selector, two)


def test_a_single_possible_value_makes_no_second_group() -> None:
    """A regular expression with one text cannot show two groups."""
    with pytest.raises(Unproven, match="no second value was found for the label `region`"):
        solve([parse_selector('x{region=~"eu"}')], by=["region"], group=1)


def written(**given: str) -> dict[Counts, str]:
    """Choose the series for two selectors."""
    selectors = {name: parse_selector(text) for name, text in given.items()}
    return {part.counts: str(part.labels) for part in parts(selectors, (), 0)}


def test_bad_events_count_in_the_total_as_well() -> None:
    """With one metric the series of good events lies outside of `bad`, that of bad events inside of both."""
    found = written(total='x{job="a"}', bad='x{job="a", code=~"5.."}')
    assert {Counts.GOOD: 'x{code="200", job="a"}', Counts.BAD: 'x{code="500", job="a"}'} == found


def test_two_metrics_get_a_total_that_counts_everything() -> None:
    """Where no series can be in both, the total has a series of its own."""
    assert {Counts.ALL: "sends", Counts.BAD: "failures"} == written(total="sends", bad="failures")


def test_good_and_total_leave_room_for_bad() -> None:
    """Bad events are in the total and not among the good ones."""
    found = written(total="x", good='x{result=~"ok|warn"}')
    assert {Counts.BAD: 'x{result="other"}', Counts.GOOD: 'x{result="ok"}'} == found


def test_good_and_bad_do_not_overlap() -> None:
    """Each of the two series is counted once."""
    found = written(good='x{code!~"5.."}', bad='x{code=~"5.."}')
    assert {Counts.GOOD: 'x{code="200"}', Counts.BAD: 'x{code="500"}'} == found


def test_a_total_without_good_events_is_reported() -> None:
    """When everything is bad by definition, no healthy traffic can be shown."""
    with pytest.raises(Unproven, match="every series of `total` is one of `bad` as well"):
        written(total='x{code=~"5.."}', bad="x")


_MATCHERS = st.sampled_from(['code=~"5.."', 'code!="500"', 'job="a"', 'job!~"b|c"', 'verb=~"GET|PUT"', 'path!=""'])


@given(st.lists(_MATCHERS, unique=True), st.lists(_MATCHERS, unique=True, min_size=1))
def test_a_solution_is_inside_and_outside(inside: list[str], outside: list[str]) -> None:
    """Whenever labels are found, the wanted selector accepts them and the unwanted one does not."""
    wanted, unwanted = (parse_selector(f"x{{{','.join(matchers)}}}") for matchers in (inside, outside))
    try:
        labels = solve([wanted], [unwanted])
    except Unproven:
        return
    assert selects(wanted, labels)
    assert not selects(unwanted, labels)
