"""How many events stand behind a firing."""

from __future__ import annotations

import pytest

from sloctl.pipeline.backtest.events import events_query


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("increase(x[5m]) > 0", "increase(x[5m])"),
        ("sum by (a) (rate(x[5m])) / sum by (a) (rate(y[5m])) > 0.1", "sum by (a) (increase(x[5m]))"),
        ("100 * (sum(rate(x[5m])) or vector(0)) / sum(rate(y[5m])) >= 5", "sum(increase(x[5m]))"),
        ("(max(irate(x[2m])) > 1) and y", "max(increase(x[2m]))"),
        ("sum(rate(x[5m])) < 1", None),
        ("x > 1", None),
        ("avg(rate(x[5m])) > 1", None),
        ("histogram_quantile(0.9, rate(x[5m])) > 1", None),
        ("x", None),
        ("x >", None),
    ],
)
def test_the_events_are_those_of_the_numerator(expr: str, expected: str | None) -> None:
    """Rates become increases; what is no count of events has none."""
    assert expected == events_query(expr)
