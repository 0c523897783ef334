"""Queries of other tools, recognised by their shape."""

from __future__ import annotations

import pytest

from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.formats._queries import Query, Recognised, bad_of_total, error_ratio, good_of_total


def query(text: str) -> Query:
    """Read a query that stands in a file."""
    (document,), _ = parse_yaml(Source("q.yml", "query: |\n  " + text.replace("\n", "\n  ") + "\n"))
    return Query.read(document, ("query",), text)


def rate(metric: str, *, by: str = "") -> str:
    """Write the growth of a counter per second."""
    return f"sum{by}(rate({metric}[{{{{.window}}}}]))"


def shape(found: Recognised) -> tuple[str, dict[str, str]]:
    """Return the kind and its fields, in one line each."""
    return found.kind, {key: " ".join(part.text.split()) for key, part in found.parts}


def test_good_of_total() -> None:
    """Good and all events are counters; bad and all in the place of good lead to the same."""
    assert ("events", {"good": "a", "total": "t"}) == shape(good_of_total(query(rate("a")), query(rate("t"))))
    rest = f"{rate('t')} - {rate('b')}"
    assert ("events", {"bad": "b", "total": "t"}) == shape(good_of_total(query(rest), query(rate("t"))))


def test_missing_good_events_are_bad() -> None:
    """Where good is more than one counter, bad is what is missing, also before the first good event."""
    kind, parts = shape(good_of_total(query(f"{rate('a')} + {rate('b')}"), query(rate("t"))))
    good = "sum(increase(a[$window])) + sum(increase(b[$window]))"
    total = "sum(increase(t[$window]))"
    assert ("raw", total) == (kind, parts["total"])
    assert f"({total}) - ( ({good}) or 0 * ({total}) )" == parts["bad"]


@pytest.mark.parametrize(
    ("text", "kind", "parts"),
    [
        (f"1 - {rate('g')} / {rate('t')}", "events", {"good": "g", "total": "t"}),
        (f"1 - (({rate('g')} / ({rate('t')} > 0)) OR on() vector(1))", "events", {"good": "g", "total": "t"}),
        (f"({rate('b')} / ({rate('t')} > 0)) OR on() vector(0)", "events", {"bad": "b", "total": "t"}),
        (f"1 - (1 - ({rate('b')} / {rate('t')}))", "events", {"bad": "b", "total": "t"}),
        ("avg(avg_over_time(r[{{.window}}]))", "raw", {"error_ratio": "avg(avg_over_time(r[$window]))"}),
        (f"max({rate('b')} / {rate('t')})", "raw",
         {"error_ratio": "max(sum(rate(b[$window])) / sum(rate(t[$window])))"}),
    ],
)  # fmt: skip
def test_error_ratios(text: str, kind: str, parts: dict[str, str]) -> None:
    """A ratio of counters is counted, however often it is turned around; any other stays a ratio."""
    assert (kind, parts) == shape(error_ratio(query(text)))


def test_a_ratio_of_success() -> None:
    """A share of good events becomes one of bad events."""
    assert ("events", {"good": "g", "total": "t"}) == shape(
        error_ratio(query(f"{rate('g')} / {rate('t')}"), is_success=True)
    )
    assert ("raw", {"error_ratio": "1 - (avg(sum_over_time(r[$window])))"}) == shape(
        error_ratio(query("avg(sum_over_time(r[{{.window}}]))"), is_success=True)
    )


@pytest.mark.parametrize(
    "text",
    [
        "sum(rate(b[5m]))",
        "sum(rate(b[{{.window}}] offset 1h)) * on () group_left x",
        "max(rate(b[{{.window}}]))",
        "sum(rate(b[{{.window}}])) / 0.5 / sum(rate(c[{{.window}}]))",
        "sum(rate(b[{{.window}}])) and on () up",
    ],
)
def test_what_does_not_add_up_is_a_ratio(text: str) -> None:
    """What is no count over the window is not taken for one."""
    kind, parts = shape(bad_of_total(query(text), query(rate("t"))))
    assert ("raw", ["error_ratio"]) == (kind, list(parts))


def test_counts_and_rates_do_not_mix() -> None:
    """A count divided by a rate per second is left as it is: turning one of them around would change the value."""
    bad, total = query("sum(increase(b[{{.window}}])) + sum(increase(c[{{.window}}]))"), query(rate("t"))
    assert "error_ratio" in shape(bad_of_total(bad, total))[1]


def test_labels_of_the_result() -> None:
    """What is not counted by counters is grouped by the labels that the result keeps, in the order they are written."""
    text = "sum by (b, a) (sum_over_time(x[{{.window}}]))"
    assert ("b", "a") == bad_of_total(query(text), query(text.replace("x", "y"))).by


def test_different_grouping() -> None:
    """Of sides with different groups only those labels count that both have, for nothing else can be divided."""
    found = bad_of_total(query(rate("b", by=" by (code, path) ")), query(rate("t", by=" by (path) ")))
    assert (("path",), False) == (found.by, found.is_open)
    assert any("different labels" in each for each in found.corrected)
