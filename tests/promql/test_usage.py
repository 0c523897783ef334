"""How expressions use metrics, time ranges and burn rates."""

import pytest

from sloctl.promql.burn import is_burn_rate, is_multi_window, names_burn_rate
from sloctl.promql.metrics import counting, unit
from sloctl.promql.parse import parse
from sloctl.promql.usage import effective_windows_ms, longest_window_ms, recorded_window_ms, uses, windows


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("http_requests_total", "certainly"),
        ("latency_seconds_bucket", "certainly"),
        ("queue_count", "perhaps"),
        ("latency_seconds_sum", "perhaps"),
        ("kubelet_evictions", "no"),
        ("job:requests:total_total", "no"),
        ("up", "no"),
    ],
)
def test_names_of_counters(metric, expected):
    """`_total` and `_bucket` count; `_count` and `_sum` may be gauges; a recorded series is whatever was recorded."""
    assert expected == counting(metric)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("process_cpu_seconds_total", "seconds"),
        ("latency_seconds_bucket", "seconds"),
        ("latency_milliseconds", "milliseconds"),
        ("latency_seconds_count", None),
        ("memory_bytes", "bytes"),
        ("slo:errors:ratio", "ratio"),
        ("cpu_temperature_celsius", "celsius"),
        ("bioseconds", None),
        ("up", None),
    ],
)
def test_units_in_names(metric, expected):
    """The unit is the last word of the base name; a count of events has none."""
    assert expected == unit(metric)


@pytest.mark.parametrize(
    ("text", "rated", "existence", "functions"),
    [
        ("rate(x_total[5m])", True, False, ("rate",)),
        ("sum(increase((x_total)[5m:]))", True, False, ("increase",)),
        ("x_total > 5", False, False, ()),
        ("absent(x_total)", False, True, ("absent",)),
        ("max_over_time(rate(x_total[5m])[1h:])", True, False, ("rate", "max_over_time")),
        ("time() - timestamp(x_total)", False, True, ("timestamp",)),
    ],
)
def test_how_a_metric_is_used(text, rated, existence, functions):
    """A counter inside `rate` is told from a raw one, and from one of which only the existence matters."""
    (use,) = uses(parse(text).root)
    assert (rated, existence, functions, "certainly") == (
        use.is_rated,
        use.is_existence,
        use.functions,
        use.counting,
    )


def test_uses_come_in_the_order_of_the_text():
    """Each selector is told apart, also if it occurs twice."""
    found = uses(parse('a / b{c="d"} > a').root)
    assert ["a", "b", "a"] == [use.selector.metric for use in found]


def test_windows():
    """Ranges and subqueries are windows; the longest counts; single samples have none."""
    root = parse("max_over_time(rate(x[5m])[1h:1m]) + y offset 1d").root
    assert [3_600_000, 300_000] == [part.range_ms for part in windows(root)]
    assert (3_600_000, 0) == (longest_window_ms(root), longest_window_ms(parse("x > 1").root))


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("slo:sli_error:ratio_rate5m", 300_000),
        ("apiserver_request:burnrate1h", 3_600_000),
        ("job:errors:1h30m", 5_400_000),
        ("load5m", None),
        ("job:errors:rate", None),
    ],
)
def test_windows_in_names_of_recorded_series(metric, expected):
    """A recorded series may end with its window; an ordinary metric that ends so (`load5m`) is not one."""
    assert expected == recorded_window_ms(metric)


def test_windows_of_ranges_and_of_recorded_series_count_together():
    """What an expression looks back at is in its ranges and in the names it uses."""
    root = parse("rate(x[5m]) / on () a:b:rate1h").root
    assert {300_000, 3_600_000} == effective_windows_ms(root)


@pytest.mark.parametrize(
    "text",
    [
        "slo:err:ratio_rate1h > 14.4 * 0.001 and slo:err:ratio_rate5m > 14.4 * 0.001",
        "(max(e:rate5m{a='b'} > (14.4 * 0.001)) without (w)) and (max(e:rate1h{a='b'} > (14.4 * 0.001)) without (w))",
        "sum(rate(e[1h])) / sum(rate(t[1h])) > 0.0144 and sum(rate(e[5m])) / sum(rate(t[5m])) > 0.0144",
        "(a:1h > 14 and a:5m > 14) or (a:6h > 6 and a:30m > 6)",
    ],
)
def test_two_windows_under_one_threshold_are_a_burn_rate(text):
    """The multi-window pair is known by its form: with ranges, with recorded series, with several speeds."""
    root = parse(text).root
    assert (True, True) == (is_multi_window(root), is_burn_rate(root))


@pytest.mark.parametrize(
    "text",
    [
        "rate(a[5m]) > 5 and rate(b[1h]) > 5",
        "rate(a[5m]) > 0 and rate(a[1h]) > 0",
        "rate(a[5m]) > 5 and rate(a[1h]) > 6",
        "rate(a[5m]) > 5 and rate(a[5m]) < 5",
        "(a:1h > 14 and a:5m > 14) or a:6h > 6",
        "a > 5 and b > 5",
    ],
)
def test_other_pairs_are_no_burn_rates(text):
    """Different metrics, thresholds or operators, a threshold of zero or a single window do not make the pair."""
    assert not is_multi_window(parse(text).root)


def test_a_single_window_is_known_by_its_name_only():
    """A metric named for burn rates is believed, but has one window."""
    root = parse("service:burn_rate:1h > 14").root
    assert (True, False, True) == (is_burn_rate(root), is_multi_window(root), names_burn_rate(root))
