"""What is proven of an SLO as a whole: the quiet cases, the recorded figures, groups, and missing data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain

from sloctl.core.duration import Duration
from sloctl.core.human import and_list, decimal_text
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.promql.literals import quote
from sloctl.proof.case import Case, Check, Gaps, Labels, Query, Script
from sloctl.proof.flow import Flow, Phase
from sloctl.proof.pairs import Counts
from sloctl.proof.slo_stage import NO_DATA, SloStage, is_portable
from sloctl.proof.watch import Firing, texts

_LOOKBACK = Duration.of(minutes=5)
"""For how long Prometheus shows the last sample; no more may lie between two evaluations."""
_HALF = Decimal("0.5")
_Make = Callable[[SloStage], Iterator[Case]]


def basic_scripts(stage: SloStage) -> Iterator[Script]:
    """Return the script for the SLO as a whole, and the one for missing data."""
    cases = tuple(chain.from_iterable(make(stage) for make in _BASICS))
    records = frozenset({names.ERROR_RATIO, names.BUDGET_REMAINING})
    yield _script(stage, "basics", cases, records, {})
    gaps: Gaps = {}
    yield _script(stage, "missing-data", tuple(_missing(stage, gaps)), frozenset(), gaps)


def _script(stage: SloStage, name: str, cases: tuple[Case, ...], records: frozenset[str], gaps: Gaps) -> Script:
    return Script(
        name=f"{stage.service.name}.{stage.name}.{name}",
        title=f"SLO {stage.name}: {name.replace('-', ' ')}",
        group=names.slo_group(stage.service.name, stage.name),
        evaluation=_every(stage),
        cases=cases,
        alerts=frozenset(rule.alert for rule in stage.rules.values()),
        records=records,
        gaps=gaps,
        fed=stage.fed,
        is_portable=is_portable(stage, chain.from_iterable(case.series for case in cases)),
    )


def _every(stage: SloStage) -> Duration:
    return min(Duration(stage.slo.base.ms // 5), _LOOKBACK)


def _quiet(stage: SloStage, claim: str, flow: Flow, tiers: Iterable[Tier] | None = None) -> list[Check]:
    watched = stage.slo.tiers if tiers is None else tiers
    return [stage.watches[tier.name].quiet_during(claim, Duration(0), stage.end(flow)) for tier in watched]


def _recorded(stage: SloStage, claim: str, metric: str, flow: Flow, value: Decimal) -> Query:
    """Check a recorded figure; not to the last bit, because sums of fractions differ between versions."""
    selector = f"{metric}{{{names.SERVICE}={quote(stage.service.name)}, {names.SLO}={quote(stage.name)}}}"
    wanted = decimal_text(value, 9)
    labels = Labels.of({names.SERVICE: stage.service.name, names.SLO: stage.name}, stage.group())
    return Query(
        subject=stage.name,
        claim=claim,
        at=stage.end(flow),
        expr=f"abs({selector} - {wanted}) < bool 1e-6",
        samples=((labels, "1"),),
        expected=f"`{metric}` is {wanted} at {stage.end(flow)}",
    )


def _healthy(stage: SloStage) -> Iterator[Case]:
    phase = _steady(stage)
    flow = (phase,)
    share = phase.bad / phase.total
    shown = decimal_text(share * 100, 6)
    checks = _quiet(stage, "stays quiet under healthy traffic", flow)
    checks.append(_recorded(stage, "the error ratio is recorded", names.ERROR_RATIO, flow, share))
    budget = 1 - share / stage.slo.error_budget
    checks.append(_recorded(stage, "the budget left is recorded", names.BUDGET_REMAINING, flow, budget))
    reason = f"{shown} % of all events fail, half of what the strictest tier tolerates."
    yield stage.case("healthy traffic", reason, stage.supply.series(flow), checks)


def _steady(stage: SloStage) -> Phase:
    """Even traffic with half of the errors that the strictest tier tolerates, and plenty of bad events."""
    share = stage.smallest_threshold * _HALF
    return stage.mixed(6 * stage.per_base, stage.traffic(Decimal(1), stage.per_base), share)


def _single(stage: SloStage) -> Iterator[Case]:
    if stage.slo.min_bad_events < 2:
        return  # the spec asks for an alert on a single failure
    traffic = Decimal(stage.supply.is_sampled)
    before, after = (Phase(steps, good=traffic) for steps in (3, 2 * stage.per_base))
    flow = (before, Phase(1, good=Decimal(0), bad=Decimal(1)), after)
    checks = _quiet(stage, "stays quiet after one failed event at low traffic", flow)
    reason = f"One event fails and few others happen; alerts ask for {stage.slo.min_bad_events} bad events."
    yield stage.case("one failed event", reason, stage.supply.series(flow), checks)


def _idle(stage: SloStage) -> Iterator[Case]:
    if stage.supply.is_sampled:
        return  # a probe without samples is missing data, which has its own case
    flow = (Phase(4 * stage.per_base),)
    reason = "The series are there and count nothing."
    checks = _quiet(stage, "stays quiet without traffic", flow)
    yield stage.case("no traffic", reason, stage.supply.series(flow), checks)


def _spotless(stage: SloStage) -> Iterator[Case]:
    if stage.supply.window:
        return  # what is recorded without a failure series is up to the expression
    flow = (Phase(4 * stage.per_base, good=stage.traffic(Decimal(1), stage.per_base)),)
    checks = _quiet(stage, "stays quiet before the first failure", flow)
    checks.append(_recorded(stage, "the SLI is 100 % before the first failure", names.ERROR_RATIO, flow, Decimal(0)))
    reason = "Nothing has ever failed, so a series that counts failures does not exist yet."
    series = stage.supply.series(flow, without=Counts.BAD)
    yield stage.case("no failure series", reason, series, checks)


def _restart(stage: SloStage) -> Iterator[Case]:
    if stage.supply.is_sampled or stage.supply.window:
        return
    steady = _steady(stage)
    flow = (steady, Phase(steady.steps, steady.good, steady.bad, reset=True))
    checks = _quiet(stage, "takes a counter reset for no burst of errors", flow)
    reason = "All counters begin anew at half time, as after a restart."
    yield stage.case("counter reset", reason, stage.supply.series(flow), checks)


def _groups(stage: SloStage) -> Iterator[Case]:
    if not stage.slo.by:
        return
    broken, healthy = stage.group(0), stage.group(1)
    traffic = stage.traffic(Decimal(1), 2 * stage.per_base)
    held = max((tier.hold_seconds for tier in stage.slo.tiers), default=Decimal(0))
    steps = 4 * stage.per_base + int(held / stage.step.seconds)
    flows = ((Phase(steps, bad=traffic),), (Phase(steps, good=traffic),))
    series = [each for index, flow in enumerate(flows) for each in stage.supply.series(flow, index)]
    claim = f"fires for the broken {and_list(stage.slo.by)} only"
    end = stage.end(flows[0])
    checks = [stage.watches[tier.name].fires(claim, end, broken) for tier in stage.slo.tiers]
    names_of = (", ".join(f"{label} {value}" for label, value in group.items()) for group in (broken, healthy))
    reason = "Everything fails in {}; all is well in {}.".format(*names_of)
    yield stage.case("one broken group", reason, series, checks)


_BASICS: tuple[_Make, ...] = (_healthy, _single, _idle, _spotless, _restart, _groups)


def _missing(stage: SloStage, gaps: Gaps) -> Iterator[Case]:
    yield _gone(stage, gaps)
    watch = stage.watches.get(NO_DATA)
    if watch:
        end = (watch.rule.hold or Duration(0)) + stage.slo.base * 6
        checks = [watch.quiet_during("stays quiet for a metric that never existed", Duration(0), end)]
        yield stage.case("never there", "There are no series at all.", (), checks)


def _gone(stage: SloStage, gaps: Gaps) -> Case:
    """Traffic for a while, then nothing at all, then traffic again."""
    watch = stage.watches.get(NO_DATA)
    hold = (watch.rule.hold if watch else None) or Duration(0)
    # An evaluation of the past reads every half hour: there must be one while the series are there.
    before, gap, back = (stage.steps(each) for each in (
        max(stage.slo.base * 9, Duration.of(minutes=45)), hold + stage.slo.base * 6, stage.slo.base * 2))  # fmt: skip
    traffic = stage.traffic(Decimal(1), stage.per_base)
    flow = (Phase(before, good=traffic), Phase(gap, gone=True), Phase(back, good=traffic))
    start, end = stage.time(before), stage.time(before + gap)
    checks = _quiet(stage, "stays quiet when the events are gone", flow)
    if watch:
        every = _every(stage)
        seen = stage.slo.base + (stage.scrape if stage.supply.overlaps else Duration(0))
        late = start + every * (-(-(hold + seen).ms // every.ms) + 1)
        claim = f"fires {late - start} after the events are gone"
        checks += [
            watch.quiet_during("stays quiet while there are events", Duration(0), start),
            watch.quiet_during(claim, start, start + hold),
            watch.fires(claim, late, stage.group()),
            *_missing_texts(stage, late, gaps),
            watch.quiet("stops when the events are back", stage.time(before + gap + back)),
        ]
    reason = f"Events for {start}, then no series until {end}, then events again."
    return stage.case("events are gone", reason, stage.supply.series(flow), checks)


def _missing_texts(stage: SloStage, at: Duration, gaps: Gaps) -> list[Check]:
    firing = Firing(labels=stage.group(), value=None)
    return list(texts(at, [(stage.watches[NO_DATA], firing)], gaps))
