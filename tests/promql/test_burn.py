"""Which comparisons are limits of burn rates, and what they ask for."""

from __future__ import annotations

import pytest

from sloctl.promql.burn import burn_limits
from sloctl.promql.parse import parse


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("errors:ratio1h > (14.4 * 0.001)", [(14.4, 0.001, 1)]),
        ("(0.001 * 14.4) < errors:ratio1h", [(14.4, 0.001, 1)]),
        ("errors:ratio1h > 14.4 * (1 - 0.5)", [(14.4, 0.5, 1)]),
        ("errors:ratio1h > (1 - 0.5) * 0.25", [(0.25, 0.5, 1)]),
        ("100 * errors:ratio1h > 14.4 * 0.1", [(14.4, 0.1, 100)]),
        ("errors:ratio1h > 14.4 * (100 - 99.5)", [(14.4, 0.5, 100)]),
        ("bad:increase1h > 6 * 0.01 * total:increase1h", [(6, 0.01, 1)]),
        ("a > 6 * 0.01 and b > 6 * 0.01", [(6, 0.01, 1), (6, 0.01, 1)]),
    ],
)
def test_a_limit_is_a_factor_times_a_budget(expression: str, expected: list[tuple[float, float, float]]) -> None:
    """Factor and budget are told apart in either order, also beside a total, and percent has its own scale."""
    found = [(each.factor, each.budget, each.full) for each in burn_limits(parse(expression).root)]
    assert expected == found


@pytest.mark.parametrize(
    "expression",
    ["errors:ratio1h > 0.0144", "queue > 60 * 5", "queue > 2 * 3 * 0.5", "queue > 0.5 * limit", "queue > -2 * 0.5"],
)
def test_other_thresholds_are_no_limits_of_burn_rates(expression: str) -> None:
    """A single number, a product of large numbers or of three, and a product with one number are not read as one."""
    assert () == burn_limits(parse(expression).root)


def test_a_limit_knows_its_place() -> None:
    """The limit is the side of the comparison with the product, whichever side that is."""
    expression = parse("14.4 * 0.001 < errors:ratio1h")
    assert ["14.4 * 0.001"] == [expression.source(each.limit) for each in burn_limits(expression.root)]
