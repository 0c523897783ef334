"""A backtest before and after a change: the same alerts, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sloctl.pipeline.backtest.results import AlertResult, Backtest


@dataclass(frozen=True, slots=True)
class Pair:
    """An alert before and after; None on the side where it is not."""

    before: AlertResult | None
    after: AlertResult | None

    @property
    def either(self) -> AlertResult:
        """The alert as it is now, else as it was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a pair has at least one side; this tells mypy so
        return found

    @property
    def is_same(self) -> bool:
        """Whether it fires as it did."""
        return bool(self.before and self.after) and _when(self.before) == _when(self.after)


def _when(alert: AlertResult | None) -> list[tuple[int, int]]:
    return [(bout.start, bout.end) for bout in alert.bouts] if alert else []


def pairs(before: Backtest, after: Backtest) -> Iterator[Pair]:
    """Match alerts by service, SLO, name and tier: those there are now in their order, then those that are gone."""
    old = {alert.key: alert for alert in before.all_alerts}
    for alert in after.all_alerts:
        yield Pair(old.pop(alert.key, None), alert)
    for gone in old.values():
        yield Pair(gone, None)
