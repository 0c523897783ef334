"""The verdict on predicted pages: what it promises, and over which time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sloctl.core.source import Location
from sloctl.evidence.firings import Bout
from sloctl.evidence.summary import summarise
from sloctl.model.service import PAGE
from sloctl.pipeline.backtest.results import AlertResult, Backtest, Rang, Unreplayed
from sloctl.pipeline.review.prediction import headline

HOUR = 3_600_000
DAY = 24 * HOUR
UNTIL = round(1000 * datetime(2026, 11, 1, tzinfo=UTC).timestamp())


def _alert(name: str, times: int, known: int) -> AlertResult:
    """Return an alert that paged for a minute so many times."""
    bouts = [Bout(start=UNTIL - (at + 2) * 60_000, end=UNTIL - (at + 1) * 60_000) for at in range(times)]
    return AlertResult(service="shop", slo="", name=name, tier="", notify=PAGE, firings=(), known_ms=known,
                       rang=tuple(Rang(bout=bout) for bout in bouts),
                       summary=summarise(bouts, known_ms=known, zone=UTC))  # fmt: skip


def _backtest(*alerts: AlertResult, unreplayed: tuple[str, ...] = ()) -> Backtest:
    at = Location.whole(Path("spec.yaml").as_posix(), "")
    return Backtest(since=UNTIL - 30 * DAY, until=UNTIL, step=60_000, zone=UTC, slos=(), alerts=alerts,
                    unreplayed=tuple(Unreplayed(name, "no", False, at) for name in unreplayed))  # fmt: skip


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ((30 * DAY, 30 * DAY), "2 pages instead of 3 in 30 days"),
        ((30 * DAY - HOUR, 30 * DAY), "2 pages instead of 3 in 30 days"),
        ((12 * DAY, 12 * DAY), "2 pages instead of 3 in the 12 days that the server remembers"),
        ((12 * DAY, 30 * DAY), "2 pages instead of 3 in the 12 days to 30 days that the server remembers"),
        ((DAY, DAY), "2 pages instead of 3 in the 1 day that the server remembers"),
        ((6 * 60_000, 30 * DAY), "2 pages instead of 3 in 30 days, but too little history to judge 1 of 2 alerts"),
        ((6 * 60_000, 12 * HOUR), "too little history to judge: 12h of 30 days"),
        ((0, 0), "too little history to judge"),
    ],
)
def test_no_more_time_is_promised_than_is_known(known: tuple[int, int], verdict: str) -> None:
    """Two alerts, known for different times: the span is theirs, and below a day there is no figure."""
    first, second = known
    before = _backtest(_alert("A", 2, first), _alert("B", 1, second))
    after = _backtest(_alert("A", 1, first), _alert("B", 1, second))
    assert verdict == headline(before, after)


def test_of_both_sides_the_shorter_time_counts() -> None:
    """An alert that reads another metric now is known for as long as that one."""
    assert "too little history to judge: 1h of 30 days" == headline(
        _backtest(_alert("A", 3, 30 * DAY)), _backtest(_alert("A", 0, HOUR))
    )


def test_what_was_not_replayed_is_counted_once() -> None:
    """It is on both sides; alone, it leaves no figure at all."""
    alert = _alert("A", 1, 30 * DAY)
    sides = _backtest(alert, unreplayed=("B",)), _backtest(alert, unreplayed=("B", "C"))
    assert "1 page in 30 days, as many as before; 2 not replayed" == headline(*sides)
    assert "1 not replayed" == headline(_backtest(), _backtest(unreplayed=("B",)))
