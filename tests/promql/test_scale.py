"""Ratios and percentages."""

import pytest

from sloctl.promql.parse import parse
from sloctl.promql.scale import scale


@pytest.mark.parametrize(
    ("text", "level", "expected"),
    [
        ("sum(a) / sum(b)", 0.05, "ratio"),
        ("sum(a) / sum(b)", 5, None),
        ("100 * sum(a) / sum(b)", 5, "percent"),
        ("sum(a) / sum(b) * 100", 5, "percent"),
        ("1 - a / b", 0.9, "ratio"),
        ("100 - avg(rate(idle[5m])) * 100", 90, "percent"),
        ("max(disk_used_percent)", 90, "percent"),
        ("cache_hit_ratio", 0.5, "ratio"),
        ("avg_over_time(cache_hit_ratio[5m])", 0.5, "ratio"),
        ("queue", 0.5, None),
        ("sum(cache_hit_ratio)", 0.5, None),
    ],
)
def test_the_scale_follows_from_the_calculation(text, level, expected):
    """Divisions and `1 - x` are ratios if the level is one, products with 100 are percentages; units are believed."""
    assert expected == scale(parse(text).root, level)
