"""What is proven of the limits of a tier, to the last bit: the allowed rate and the floor on bad events.

Both windows are fed, because no series of counters grows so exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.proof.case import Case, Check, Script, Series
from sloctl.proof.flow import gauge
from sloctl.proof.slo_stage import SloStage
from sloctl.proof.watch import Watch

_Phases = tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]
"""Bad and all events of a window, in two phases."""


def limit_scripts(stage: SloStage) -> Iterator[Script]:
    """Return the script for the limits of all tiers; none where there are none, or windows cannot be fed."""
    if not stage.slo.tiers or stage.ground.is_beside_all:
        return
    windows = [window for tier in stage.slo.tiers for window in (tier.long, tier.short)]
    yield Script(
        name=f"{stage.service.name}.{stage.name}.limits",
        title=f"SLO {stage.name}: exact limits",
        group=names.slo_group(stage.service.name, stage.name),
        evaluation=stage.slo.base,
        cases=tuple(case for tier in stage.slo.tiers for case in _Limits(stage, tier).cases()),
        alerts=frozenset(stage.rules[tier.name].alert for tier in stage.slo.tiers),
        fed=frozenset(name(window) for window in windows for name in (names.bad_events, names.total_events)),
    )


@dataclass(frozen=True)
class _Limits:
    """The limits of one tier. Each of two phases lasts long enough to fire; a step is an evaluation."""

    stage: SloStage
    tier: Tier

    def cases(self) -> Iterator[Case]:
        yield self._allowed()
        if self.stage.slo.min_bad_events:
            yield self._floor(self.stage.slo.min_bad_events)

    def _allowed(self) -> Case:
        """One window after the other holds exactly what is allowed, while the other holds more."""
        total = (200 * max(self.stage.slo.min_bad_events, 1) / self.stage.threshold(self.tier)).to_integral_value()
        exact, more = (self._allowance(total), total), (total, total)
        checks = [self._watch.quiet_during("stays quiet exactly at the allowed rate", Duration(0), self._end)]
        reason = f"{exact[0]} of {total} events fail, no more than may: in the long window, then in the short one."
        return self._case("at its limit", reason, self._series((exact, more), (more, exact)), checks)

    def _allowance(self, total: Decimal) -> Decimal:
        """Multiply as Prometheus does, in 64 bits from left to right."""
        factor, budget = decimal_text(self.tier.burn_rate, 6), decimal_text(self.stage.slo.error_budget)
        return Decimal(repr(float(factor) * float(budget) * float(total)))

    def _floor(self, least: int) -> Case:
        some = ((Decimal(least - 1), Decimal(least - 1)), (Decimal(least), Decimal(least)))
        claim = f"fires from {least} bad event{'s' if least > 1 else ''} on"
        before = self.stage.slo.base * (self._lasting - 1)
        checks = [
            self._watch.quiet_during(claim, Duration(0), before),
            self._watch.fires(claim, self._end, self.stage.group()),
        ]
        reason = f"All events fail: {least - 1}, then {least}."
        return self._case("at its floor", reason, self._series(some, some), checks)

    @property
    def _watch(self) -> Watch:
        return self.stage.watches[self.tier.name]

    @property
    def _lasting(self) -> int:
        hold = self.tier.hold or Duration(0)
        return 2 - -hold.ms // self.stage.slo.base.ms

    @property
    def _end(self) -> Duration:
        return self.stage.slo.base * (2 * self._lasting - 1)

    def _series(self, long: _Phases, short: _Phases) -> Iterator[Series]:
        for window, phases in ((self.tier.long, long), (self.tier.short, short)):
            for name, values in zip((names.bad_events, names.total_events), zip(*phases, strict=True), strict=True):
                runs = ((self._lasting, value, Decimal(0)) for value in values)
                yield Series(self.stage.recording(name(window)), gauge(runs))

    def _case(self, name: str, reason: str, series: Iterable[Series], checks: Iterable[Check]) -> Case:
        return Case(
            name=f"{self.stage.name}: {self.tier.name} {name}",
            reason=reason,
            step=self.stage.slo.base,
            series=tuple(series),
            checks=tuple(checks),
        )
