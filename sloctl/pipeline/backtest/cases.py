"""What is replayed: the SLOs and threshold alerts of specs, and the alerts of rule files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.duration import Duration
from sloctl.core.source import Location
from sloctl.model import names
from sloctl.model.rules import Pairs
from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.backtest.results import told_apart
from sloctl.pipeline.explain.select import Choice
from sloctl.pipeline.lint.native import native_groups
from sloctl.pipeline.lint.settings import lint_config
from sloctl.pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class SloCase:
    """An SLO to be replayed from its windows."""

    service: Service
    slo: Slo

    @property
    def name(self) -> str:
        """`service/slo`."""
        return f"{self.service.name}/{self.slo.name}"

    @property
    def at(self) -> Location:
        """Where it is written."""
        return self.slo.origin.at("name")

    @property
    def identity(self) -> tuple[object, ...]:
        """All that its result depends on; not where it is written, nor what its alerts say."""
        slo = self.slo
        return (
            self.name,
            slo.objective,
            slo.period,
            slo.base,
            slo.sli,
            slo.by,
            slo.tiers,
            slo.min_bad_events,
            slo.no_data,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCase:
    """An alert to be replayed from its expression. `field` is what its level is called where it was written."""

    service: str
    name: str
    expr: str
    labels: Pairs
    hold: Duration
    keep: Duration
    interval: Duration
    notify: str
    at: Location
    field: str = "level"
    variant: str = ""

    @property
    def full_name(self) -> str:
        """`service/alert`."""
        return f"{self.service}/{told_apart(self.name, self.variant)}"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording rule that alerts may read: what it evaluates, the labels it sets, and how often."""

    expr: str
    labels: Pairs
    interval: Duration


@dataclass(frozen=True, slots=True)
class Cases:
    """All that is to be replayed, and the recordings beside it, by name."""

    slos: tuple[SloCase, ...] = ()
    alerts: tuple[AlertCase, ...] = ()
    recorded: tuple[tuple[str, Recorded], ...] = ()

    def __add__(self, other: Cases) -> Cases:
        return Cases(self.slos + other.slos, self.alerts + other.alerts, self.recorded + other.recorded)

    def __bool__(self) -> bool:
        return bool(self.slos or self.alerts)

    @property
    def lead(self) -> Duration:
        """How much earlier than the replayed time the history must begin: the longest window that alerts look at."""
        tiers = (tier.long for case in self.slos for tier in case.slo.tiers)
        holds = (case.hold for case in self.alerts)
        return max((*tiers, *holds, Duration.of(days=1)))


def spec_cases(choices: Iterable[Choice], settings: Settings, today: date) -> Cases:
    """Return the cases of services, as far as they were chosen."""
    context = lint_config(settings, today).context
    cases = Cases()
    for choice in choices:
        rules = [rule for group in native_groups(choice.service, "", settings) for rule in group.rules]
        wanted = [rule for rule in rules if rule.is_alert and rule.source in choice.alerts]
        slos = tuple(SloCase(choice.service, slo) for slo in choice.slos)
        cases += Cases(slos, tuple(alerts_of(wanted, context, choice.service.name)), tuple(recorded_of(rules, context)))
    return cases


def alerts_of(rules: Iterable[Rule], context: Context, service: str) -> Iterator[AlertCase]:
    """Return the cases of alerting rules; without a service each rule says whose it is, by its labels or its group."""
    for rule in rules:
        labels = tuple((label, rule.label(label)) for label in sorted(rule.labels))
        yield AlertCase(
            service=service or rule.label(names.SERVICE) or rule.group.name.value,
            name=rule.name.value,
            expr=rule.expr.value,
            labels=(("alertname", rule.name.value), *labels),
            hold=rule.hold,
            keep=rule.time("keep_firing_for") or Duration(0),
            interval=rule.group.interval or context.evaluation_interval,
            notify=context.notify(rule),
            at=rule.name.at(),
            field=_field(rule),
        )


def _field(rule: Rule) -> str:
    """Name the level as its user wrote it: `above` or `below` of a condition in a spec."""
    if not isinstance(rule.source, Alert):
        return "a level of"
    written: Any = rule.document.data
    for step in (*rule.source.origin.path, rule.source.condition.kind):
        written = written[step]
    return next((key for key in ("above", "below") if isinstance(written, dict) and key in written), "a level of")


def recorded_of(rules: Iterable[Rule], context: Context) -> Iterator[tuple[str, Recorded]]:
    """Return the recording rules, by name."""
    for rule in rules:
        if not rule.is_alert and rule.expr.value:
            labels = tuple((label, rule.label(label)) for label in sorted(rule.labels))
            interval = rule.group.interval or context.evaluation_interval
            yield rule.name.value, Recorded(rule.expr.value, labels, interval)
