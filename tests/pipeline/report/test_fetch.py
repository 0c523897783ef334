"""Alerts of a service, from how often they were recorded in each base window."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs
from sloctl.pipeline.report.fetch import fetch_alerts
from tests.pipeline.specs import HEAD, resolved

STEP, MINUTE = 300_000, 60_000
TEXT = f"""{HEAD}
slos:
  - {{name: checkout, objective: 99, sli: {{events: {{bad: failed_total, total: requests_total}}}}}}
"""


@pytest.mark.parametrize(
    ("counts", "start", "end"),
    [
        ([0, 2, 5, 5, 3, 0], 3 * MINUTE, 18 * MINUTE),
        ([0, 0, 1, 5, 5, 5], 9 * MINUTE, 25 * MINUTE),
        ([0, 2, 0, 5, 5, 0], 0, 5 * MINUTE),
    ],
    ids=["parts of its first and last window", "still firing", "within one window"],
)
def test_alerts_are_known_to_the_evaluation(counts: list[int], start: int, end: int) -> None:
    """Rules evaluated every minute: two samples in the first window mean that it began two minutes before its end."""
    service, _ = resolved(TEXT)
    assert service
    there = np.array(counts) > 0

    def ask(expr: str, grid: Grid) -> Mapping[Pairs, Samples]:
        assert "count_over_time(ALERTS" in expr
        assert len(counts) == grid.count
        return {(("alertname", "Burn"),): Samples.of(np.array(counts, float), there)}

    [alert] = fetch_alerts(ask, service, Grid(0, STEP, len(counts)))
    assert (start, end) == alert.runs[0]
