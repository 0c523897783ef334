"""What is proven of each burn-rate tier: when it fires, that it does not fire below its threshold, when it resets.

The times come from the formulas in `model.burn`, at traffic that fills the floor of bad events in time. "One
evaluation" is the script's own interval: promtool must evaluate every moment of the history before an incident, so
longer windows are evaluated less often. Where even that takes long, the recorded windows themselves are fed, full from
the start; that they hold what they should is proven apart (see `basics` and `windows`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.proof.case import TIMES, Case, Check, Gaps, Script
from sloctl.proof.flow import Flow, Phase
from sloctl.proof.sli._feed import recorded
from sloctl.proof.slo_stage import SloStage, is_portable
from sloctl.proof.watch import texts

_MOST_EVALUATIONS = 400
_DIVISORS = (10, 5, 2, 1)
_PARTIAL = 10
_BELOW, _ABOVE = Decimal("0.99"), Decimal("1.01")
_SURE = Decimal("0.9")
"""Above this error ratio there is no room for a second level below a full outage."""
_SHARP = 8
"""A full outage that is detected after so many evaluations tests the computed time well enough."""


def tier_scripts(stage: SloStage) -> Iterator[Script]:
    """Return a script for the tiers of each evaluation interval, and one for those with long windows."""
    long_tiers = _long_tiers(stage)
    by_interval: dict[Duration, list[Tier]] = {}
    for tier in stage.slo.tiers:
        if tier not in long_tiers:
            by_interval.setdefault(_evaluation(stage, tier.long), []).append(tier)
    for interval, tiers in by_interval.items():
        yield _TierCases(stage, tuple(tiers), interval).script()
    if long_tiers:
        windows = [window for tier in long_tiers for window in (tier.long, tier.short)]
        fed = replace(stage, supply=recorded(stage.service.name, stage.slo, windows, stage.step))
        # Incident and recovery together last for about two short windows.
        slowest = max(_evaluation(stage, tier.short * 2) for tier in long_tiers)
        yield _TierCases(fed, long_tiers, slowest, starts_full=True).script()


def _long_tiers(stage: SloStage) -> tuple[Tier, ...]:
    """Return the tiers whose windows are fed: those that would be evaluated in every base window for days.

    A tier whose windows could be added up from those would fire beside them, so it is one of them.
    """
    base = stage.slo.base
    shorts = [tier.short for tier in stage.slo.tiers if _evaluation(stage, tier.long) == base < tier.short]
    if stage.ground.is_beside_all or not shorts:
        return ()
    return tuple(tier for tier in stage.slo.tiers if tier.short >= min(shorts))


def _evaluation(stage: SloStage, window: Duration) -> Duration:
    """Return how often a window is evaluated: a divisor of the base window, so that tiles meet samples."""
    base = stage.slo.base.ms
    fine = (base // divisor for divisor in _DIVISORS if window.ms * divisor <= _MOST_EVALUATIONS * base)
    return Duration(next(fine, base))


@dataclass(frozen=True)
class _TierCases:
    """The cases of tiers that share an evaluation interval. With `starts_full` all windows are full at the start."""

    stage: SloStage
    tiers: tuple[Tier, ...]
    every: Duration
    starts_full: bool = False

    def script(self) -> Script:
        stage = self.stage
        gaps: Gaps = {}
        cases = [self._outage(gaps)]
        for tier in self.tiers:
            cases += self._partial(tier)
            cases += self._levels(tier)
        name = "-".join(tier.name for tier in self.tiers)
        return Script(
            name=f"{stage.service.name}.{stage.name}.{name}",
            title=f"SLO {stage.name}: {', '.join(tier.name for tier in self.tiers)}",
            group=names.slo_group(stage.service.name, stage.name),
            evaluation=self.every,
            cases=tuple(cases),
            alerts=frozenset(stage.rules[tier.name].alert for tier in self.tiers),
            gaps=gaps,
            fed=stage.supply.fed,
            is_portable=is_portable(stage, cases[0].series),
        )

    def _outage(self, gaps: Gaps) -> Case:
        """Healthy for the whole long window, then nothing but failures, then healthy again."""
        stage = self.stage
        history = max(self._history_steps(tier) for tier in self.tiers)
        outage = max(self._outage_steps(tier) for tier in self.tiers)
        after = stage.steps(max(tier.short for tier in self.tiers)) + stage.per_base
        traffic = max(self._prompt_traffic(tier, Decimal(1)) for tier in self.tiers)
        before = self._well(history, traffic)
        flow: Flow = (before, Phase(outage, bad=traffic), Phase(after, good=traffic))
        start, end = stage.time(before.steps), stage.time(before.steps + outage)
        checks: list[Check] = []
        for tier in self.tiers:
            checks += self._detected(tier, start, Decimal(1), traffic, "a full outage begins")
            checks += self._reset(tier, end)
        checks += self._texts(flow, end, gaps)
        for tier in sorted(self.tiers, key=stage.threshold):
            flow = (*flow, self._aftermath(tier, traffic))
            claim = f"stays quiet at {_BELOW} {TIMES} the allowed rate after an outage"
            checks.append(stage.watches[tier.name].quiet(claim, stage.end(flow)))
        reason = (
            f"{self._told(history)} Then every event fails for {stage.time(outage)}; then none does. In the end a "
            "little less fails than is allowed, while the long window still remembers the outage."
        )
        return stage.case("full outage and recovery", reason, stage.supply.series(flow), checks)

    def _aftermath(self, tier: Tier, traffic: Decimal) -> Phase:
        """Fill the short window with errors just below the threshold, so that it alone keeps the alert quiet."""
        stage = self.stage
        return stage.mixed(stage.steps(tier.short) + stage.per_base, traffic, stage.threshold(tier) * _BELOW)

    def _history_steps(self, tier: Tier) -> int:
        """Fill the long window, unless the first evaluation of an outage fires with any history: less is quicker."""
        stage = self.stage
        seconds = self._detection(tier, Decimal(1), self._prompt_traffic(tier, Decimal(1)))
        at_once = seconds + stage.lag(seconds) < self.every.seconds and not self.starts_full
        return stage.steps(tier.short + stage.slo.base if at_once else tier.long)

    def _well(self, steps: int, traffic: Decimal) -> Phase:
        """Return good events for so many steps: before the first sample, where windows may start full."""
        if self.starts_full:
            return Phase(2 * self.stage.per_base, good=traffic, past=steps)
        return Phase(steps, good=traffic)

    def _told(self, steps: int) -> str:
        history = self.stage.time(steps)
        return f"All has been well for {history} or more." if self.starts_full else f"All is well for {history}."

    def _detection(self, tier: Tier, bad_share: Decimal, traffic: Decimal) -> Decimal:
        """Return the computed time until both windows of a tier burn too fast, in seconds."""
        seconds = tier.detection_seconds(self.stage.slo.error_budget, bad_share) or tier.hold_seconds
        return max(seconds - tier.hold_seconds, self.stage.floor_seconds(traffic, bad_share))

    def _outage_steps(self, tier: Tier) -> int:
        """Long enough to fill the short window, and the long one well above its threshold; whole base windows."""
        stage = self.stage
        filled = int(stage.threshold(tier) * stage.steps(tier.long) * Decimal("1.05"))
        floor = int(stage.floor_seconds(self._prompt_traffic(tier, Decimal(1)), Decimal(1)) / stage.step.seconds)
        held = stage.steps(self._held(tier))
        wanted = max(stage.steps(tier.short), filled + held, floor + held, 2 * self._ticks) + 2 * self._ticks
        return -(-wanted // stage.per_base) * stage.per_base

    @property
    def _ticks(self) -> int:
        """The steps of an evaluation, rounded up."""
        return self.stage.steps(self.every)

    def _prompt_traffic(self, tier: Tier, bad_share: Decimal) -> Decimal:
        """Return traffic at which the floor is reached before the threshold is."""
        steps = self.stage.steps(tier.long) * self.stage.threshold(tier) / bad_share
        return self.stage.traffic(bad_share, max(1, int(steps)))

    def _detected(
        self, tier: Tier, start: Duration, bad_share: Decimal, traffic: Decimal, incident: str
    ) -> Iterator[Check]:
        """Fires in the computed time plus one evaluation, and not one evaluation before the computed time."""
        watch = self.stage.watches[tier.name]
        seconds = self._detection(tier, bad_share, traffic)
        first = self._next(seconds + self.stage.lag(seconds)) + self._held(tier)
        early = max(self._next(seconds) + self._held(tier) - self.every * 2, Duration(0))
        claim = f"fires {_short(first)} after {incident}"
        yield watch.quiet_during("stays quiet under healthy traffic", Duration(0), start)
        yield watch.quiet_during(claim, start, start + early)
        yield watch.fires(claim, start + first, self.stage.group())

    def _held(self, tier: Tier) -> Duration:
        """Return how long a tier waits while both of its windows burn too fast: whole evaluations."""
        return self.every * -(-tier.hold.ms // self.every.ms) if tier.hold else Duration(0)

    def _next(self, seconds: Decimal) -> Duration:
        """Return the first evaluation after a time."""
        return self.every * (int(seconds / self.every.seconds) + 1)

    def _reset(self, tier: Tier, end: Duration) -> Iterator[Check]:
        """Fires on until the short window is clean enough, and no longer."""
        watch = self.stage.watches[tier.name]
        seconds = tier.reset_seconds(self.stage.slo.error_budget, Decimal(1)) or Decimal(0)
        last = max(self._next(seconds - self.stage.lag(seconds)) - self.every * 2, Duration(0))
        clean = self._next(seconds + self.stage.lag(seconds))
        claim = f"resets {_short(clean)} after recovery"
        yield watch.fires(claim, end + last, self.stage.group())
        yield watch.quiet(claim, end + clean)

    def _texts(self, flow: Flow, at: Duration, gaps: Gaps) -> Iterator[Check]:
        """All alerts of a name at the end of the outage; tiers of other scripts fire too if the raw series are fed."""
        stage = self.stage
        beside = self.tiers if self.starts_full else stage.slo.tiers
        for alert in dict.fromkeys(stage.rules[tier.name].alert for tier in self.tiers):
            namesakes = [tier for tier in beside if stage.rules[tier.name].alert == alert]
            found = [(stage.watches[tier.name], stage.firing(tier, flow, at)) for tier in namesakes
                     if stage.firing(tier, flow, at - self._held(tier))]  # fmt: skip
            wanted = {stage.watches[tier.name].subject for tier in self.tiers}
            checks = texts(at, [(watch, firing) for watch, firing in found if firing], gaps)
            yield from (check for check in checks if check.subject in wanted)

    def _partial(self, tier: Tier) -> Iterator[Case]:
        """Errors at a multiple of the allowed rate: slower, so that the computed time is tested more sharply."""
        stage = self.stage
        bad_share = stage.threshold(tier) * _PARTIAL
        whole = tier.long.seconds * stage.threshold(tier)
        if bad_share > _SURE or whole >= _SHARP * self.every.seconds:
            return
        before = stage.steps(tier.long)
        lasting = before // _PARTIAL + 4 * self._ticks + stage.steps(self._held(tier))
        traffic = self._prompt_traffic(tier, bad_share)
        well = self._well(before, traffic)
        flow = (well, stage.mixed(lasting, traffic, bad_share))
        incident = f"errors at {_PARTIAL} {TIMES} the allowed rate begin"
        checks = self._detected(tier, stage.time(well.steps), bad_share, traffic, incident)
        reason = f"{self._told(before)} Then {decimal_text(bad_share * 100, 4)} % of all events fail."
        yield stage.case(f"{tier.name} at {_PARTIAL} times its threshold", reason, stage.supply.series(flow), checks)

    def _levels(self, tier: Tier) -> Iterator[Case]:
        """Even errors just above the threshold fire, just below they do not, however long they last."""
        stage, watch, limit = self.stage, self.stage.watches[tier.name], self.stage.threshold(tier)
        above = min(limit * _ABOVE, (1 + limit) / 2)
        steps = self._level_steps(tier)
        traffic = stage.traffic(limit, steps)
        for bad_share, word, does in ((limit * _BELOW, "below", "stays quiet"), (above, "above", "fires")):
            factor = decimal_text(bad_share / limit, 3)
            flow = (stage.mixed(steps + stage.per_base + stage.steps(self._held(tier)), traffic, bad_share),)
            end = stage.end(flow)
            claim = f"{does} at {factor} {TIMES} the allowed rate"
            fires = [watch.fires(claim, end, stage.group())]
            checks = fires if word == "above" else [watch.quiet_during(claim, Duration(0), end)]
            reason = f"{decimal_text(bad_share * 100, 6)} % of all events fail; {decimal_text(limit * 100, 6)} % may."
            yield stage.case(f"{tier.name} just {word} its threshold", reason, stage.supply.series(flow), checks)

    def _level_steps(self, tier: Tier) -> int:
        """Return how many steps to run: longer for probes, of which each series has but one per step."""
        stage = self.stage
        few = max(4 * stage.per_base, 4 * self._ticks)
        if not stage.supply.is_sampled:
            return few
        slow = int(2 * stage.slo.min_bad_events / (stage.threshold(tier) * stage.per_base))
        return max(few, min(-(-slow // stage.per_base) * stage.per_base, stage.steps(tier.long)))


def _short(time: Duration) -> str:
    """Write a minute as 60s: the times of alerts are compared with seconds."""
    return f"{time.ms // 1000}s" if time.ms <= 120_000 and time.ms % 1000 == 0 else str(time)
