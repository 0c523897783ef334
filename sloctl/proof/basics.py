"""What is proven of an SLO as a whole: the quiet cases, the recorded figures, groups, and missing data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from sloctl.core.duration import Duration
from sloctl.core.human import and_list, decimal_text
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.proof.case import Case, Check, Gaps, Labels, Query, Script
from sloctl.proof.flow import Flow, Phase
from sloctl.proof.pairs import Counts
from sloctl.proof.slo_stage import NO_DATA, SloStage, is_portable
from sloctl.proof.watch import Firing, Watch, texts

_NO_TIME = Duration(0)
_LOOKBACK = Duration.of(minutes=5)
"""For how long Prometheus shows the last sample; no more may lie between two evaluations."""
_HALF = Decimal("0.5")
_BURN_RATE = names.burn_rate(Duration.of(hours=1))
_Make = Callable[[SloStage], Iterator[Case]]


def basic_scripts(stage: SloStage) -> Iterator[Script]:
    """Return the script for the SLO as a whole, and the one for missing data."""
    cases = tuple(chain.from_iterable(make(stage) for make in _BASICS))
    records = frozenset({names.ERROR_RATIO, names.BUDGET_REMAINING, names.OBJECTIVE, _BURN_RATE})
    alerts = frozenset(rule.alert for rule in stage.rules.values())
    yield replace(_script(stage, "basics", stage.slo.base, cases), alerts=alerts, records=records)
    if NO_DATA in stage.rules:
        gaps: Gaps = {}
        watch = stage.watches[NO_DATA]
        script = _script(stage, "missing-data", _often(stage), tuple(_missing(stage, watch, gaps)))
        yield replace(script, alerts=frozenset({watch.rule.alert}), gaps=gaps)


def _script(stage: SloStage, name: str, evaluation: Duration, cases: tuple[Case, ...]) -> Script:
    return Script(
        name=f"{stage.service.name}.{stage.name}.{name}",
        title=f"SLO {stage.name}: {name.replace('-', ' ')}",
        group=names.slo_group(stage.service.name, stage.name),
        evaluation=evaluation,
        cases=cases,
        fed=stage.supply.fed,
        is_portable=is_portable(stage, chain.from_iterable(case.series for case in cases)),
    )


def _often(stage: SloStage) -> Duration:
    return min(Duration(stage.slo.base.ms // 5), _LOOKBACK)


def _quiet(stage: SloStage, claim: str, flow: Flow, tiers: Iterable[Tier] | None = None) -> list[Check]:
    watched = stage.slo.tiers if tiers is None else tiers
    return [stage.watches[tier.name].quiet_during(claim, _NO_TIME, stage.end(flow)) for tier in watched]


def _recorded(stage: SloStage, claim: str, metric: str, flow: Flow, value: Decimal) -> Query:
    """Check a recorded figure; not to the last bit, because sums of fractions differ between versions."""
    wanted = decimal_text(value, 9)
    unwanted = ["__name__", *(stage.slo.by if metric == names.OBJECTIVE else ())]
    labels = Labels.of(dict(stage.recording(metric).pairs), dict.fromkeys(unwanted, ""))
    return Query(
        subject=stage.name,
        claim=claim,
        at=stage.end(flow),
        expr=f"abs({stage.selector(metric)} - {wanted}) < bool 1e-6",
        samples=((labels, "1"),),
        expected=f"`{metric}` is {wanted} at {stage.end(flow)}",
    )


def _missing_figure(stage: SloStage, metric: str, at: Duration) -> Query:
    return Query(
        subject=stage.name,
        claim="there is no ratio without traffic",
        at=at,
        expr=stage.selector(metric),
        samples=(),
        expected=f"no `{metric}`",
    )


def _healthy(stage: SloStage) -> Iterator[Case]:
    phase = _steady(stage)
    flow = (phase,)
    share = phase.bad / phase.total
    shown = decimal_text(share * 100, 6)
    checks = _quiet(stage, "stays quiet under healthy traffic", flow)
    checks.append(_recorded(stage, "the error ratio is recorded", names.ERROR_RATIO, flow, share))
    burning = share / stage.slo.error_budget
    checks.append(_recorded(stage, "the budget left is recorded", names.BUDGET_REMAINING, flow, 1 - burning))
    checks.append(_recorded(stage, "the burn rate is recorded", _BURN_RATE, flow, burning))
    checks.append(_recorded(stage, "the objective is recorded", names.OBJECTIVE, flow, stage.slo.objective))
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
    checks += [_missing_figure(stage, metric, stage.end(flow)) for metric in (names.ERROR_RATIO, _BURN_RATE)]
    yield stage.case("no traffic", reason, stage.supply.series(flow), checks)


def _spotless(stage: SloStage) -> Iterator[Case]:
    if stage.supply.fed:
        return  # what is recorded without a failure series is up to the expression
    flow = (Phase(4 * stage.per_base, good=stage.traffic(Decimal(1), stage.per_base)),)
    checks = _quiet(stage, "stays quiet before the first failure", flow)
    checks.append(_recorded(stage, "the SLI is 100 % before the first failure", names.ERROR_RATIO, flow, Decimal(0)))
    reason = "Nothing has ever failed, so a series that counts failures does not exist yet."
    series = stage.supply.series(flow, without=Counts.BAD)
    yield stage.case("no failure series", reason, series, checks)


def _hopeless(stage: SloStage) -> Iterator[Case]:
    if stage.supply.fed or Counts.GOOD not in {part.counts for part in stage.supply.parts(0)}:
        return
    flow = (Phase(4 * stage.per_base, bad=stage.traffic(Decimal(1), stage.per_base)),)
    check = _recorded(stage, "the SLI is 0 % before the first success", names.ERROR_RATIO, flow, Decimal(1))
    series = stage.supply.series(flow, without=Counts.GOOD)
    yield stage.case("no success series", "Nothing has ever succeeded, so no series counts it.", series, [check])


def _restart(stage: SloStage) -> Iterator[Case]:
    if stage.supply.is_sampled or stage.supply.fed:
        return
    steady = _steady(stage)
    flow = (steady, Phase(steady.steps, steady.good, steady.bad, reset=True))
    checks = _quiet(stage, "takes a counter reset for no burst of errors", flow)
    reason = "All counters begin anew at half time, as after a restart."
    yield stage.case("counter reset", reason, stage.supply.series(flow), checks)


def _broken(stage: SloStage) -> Iterator[Case]:
    """Everything fails, in one group where there are some: every tier fires, from the raw series on."""
    if not stage.slo.tiers:
        return
    by, groups = stage.slo.by, range(2 if stage.slo.by else 1)
    traffic = stage.traffic(Decimal(1), 2 * stage.per_base)
    held = max(-(-(tier.hold or _NO_TIME).ms // stage.slo.base.ms) for tier in stage.slo.tiers)
    steps = (4 + held) * stage.per_base
    flows = ((Phase(steps, bad=traffic),), (Phase(steps, good=traffic),))
    series = [each for index in groups for each in stage.supply.series(flows[index], index)]
    claim = f"fires for the broken {and_list(by)} only" if by else "fires when everything fails"
    checks = [stage.watches[tier.name].fires(claim, stage.end(flows[0]), stage.group()) for tier in stage.slo.tiers]
    told = [", ".join(f"{label} {value}" for label, value in stage.group(index).items()) for index in groups]
    reason = "Everything fails in {}; all is well in {}.".format(*told) if by else "Everything fails."
    yield stage.case("one broken group" if by else "all is broken", reason, series, checks)


def _gone(stage: SloStage) -> Iterator[Case]:
    if not stage.slo.tiers:
        return
    traffic = stage.traffic(Decimal(1), stage.per_base)
    flow = (Phase(4 * stage.per_base, good=traffic), Phase(4 * stage.per_base, gone=True))
    checks = _quiet(stage, "stays quiet when the events are gone", flow)
    reason = f"Events for {stage.time(flow[0].steps)}, then no series."
    yield stage.case("events are gone", reason, stage.supply.series(flow), checks)


_BASICS: tuple[_Make, ...] = (_healthy, _single, _idle, _spotless, _hopeless, _restart, _broken, _gone)


def _missing(stage: SloStage, watch: Watch, gaps: Gaps) -> Iterator[Case]:
    yield _gone_and_back(stage, watch, gaps)
    end = (watch.rule.hold or _NO_TIME) + stage.slo.base * 6
    checks = [watch.quiet_during("stays quiet for a metric that never existed", _NO_TIME, end)]
    yield stage.case("never there", "There are no series at all.", (), checks)


def _gone_and_back(stage: SloStage, watch: Watch, gaps: Gaps) -> Case:
    """Traffic for a while, then nothing at all, then traffic again."""
    hold, every = watch.rule.hold or _NO_TIME, _often(stage)
    # An evaluation of the past reads every half hour: there must be one while the series are there.
    before, gap, back = (stage.steps(each) for each in (
        max(stage.slo.base * 9, Duration.of(minutes=45)), hold + stage.slo.base * 6, stage.slo.base * 2))  # fmt: skip
    traffic = stage.traffic(Decimal(1), stage.per_base)
    flow = (Phase(before, good=traffic), Phase(gap, gone=True), Phase(back, good=traffic))
    start, end = stage.time(before), stage.time(before + gap)
    seen = stage.slo.base + (stage.scrape if stage.supply.overlaps else _NO_TIME)
    late = start + every * (-(-(hold + seen).ms // every.ms) + 1)
    claim = f"fires {late - start} after the events are gone"
    checks: list[Check] = [
        watch.quiet_during("stays quiet while there are events", _NO_TIME, start),
        watch.quiet_during(claim, start, start + hold),
        watch.fires(claim, late, stage.group()),
        *texts(late, [(watch, Firing(labels=stage.group(), value=None))], gaps),
        watch.quiet("stops when the events are back", stage.time(before + gap + back)),
    ]
    reason = f"Events for {start}, then no series until {end}, then events again."
    return stage.case("events are gone", reason, stage.supply.series(flow), checks)
