"""From the history of a server to an audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo
from functools import partial

from sloctl.checks._context import Context, is_by_design
from sloctl.checks._rule import Rule
from sloctl.checks._texts import runbooks
from sloctl.core.duration import Duration
from sloctl.evidence.firings import Bout, Firing, bouts
from sloctl.evidence.summary import Summary, summarise
from sloctl.model import names
from sloctl.model.rules import Pairs
from sloctl.pipeline.audit.facts import Audit, Audited, loads
from sloctl.pipeline.audit.history import Recorded, read_history
from sloctl.pipeline.audit.lint import Known, known_rules
from sloctl.pipeline.audit.together import together
from sloctl.pipeline.lint.config import LintConfig
from sloctl.promapi.client import Client

Look = Callable[[Sequence[Bout]], Summary]
"""Sums up bouts over the time that is known."""

_SLO_LABELS = (names.SERVICE, names.SLO, names.TIER)
_SERVICE_LABELS = (names.SERVICE, "service", "app", "job")
"""Where an alert says which service it is about, the best place first."""


def run_audit(  # noqa: PLR0913 - the server, what lint shall know, and the span of time
    client: Client, config: LintConfig, *, since: int, until: int, zone: tzinfo, done: Callable[[], None]
) -> Audit:
    """Audit the alerts of a server between two times (unix milliseconds); `done` is called after each day of it."""
    recorded = read_history(client, since, until, done)
    known = until - recorded.since
    look: Look = partial(summarise, known_ms=known, zone=zone)
    alerts = (*_loaded(recorded, config, look), *_gone(recorded, look))
    return Audit(
        server=client.shown,
        asked_since=since,
        since=recorded.since,
        until=until,
        zone=zone,
        alerts=alerts,
        together=together(alerts),
        owners=loads(alerts, [alert.owner for alert in alerts], known),
        services=loads(alerts, [alert.service for alert in alerts], known),
        has_rules=bool(recorded.rules),
        reservations=client.reservations,
    )


def _loaded(recorded: Recorded, config: LintConfig, look: Look) -> Iterator[Audited]:
    """Yield what the alerts that the server evaluates did, those that never fired included."""
    known = known_rules(recorded.rules, config)
    telling = _telling([each.rule for each in known])
    for index, each in enumerate(known):
        if each.rule.is_alert:
            fired = recorded.firings.get(index, ())
            yield _audited(each, fired, config.context, telling[each.rule.name.value], look)


def _audited(known: Known, fired: Sequence[Firing], context: Context, telling: Sequence[str], look: Look) -> Audited:
    rule = known.rule
    rang = tuple(bouts(fired))
    return Audited(
        name=rule.name.value,
        told=tuple((label, rule.label(label)) for label in telling if rule.label(label)),
        notify=context.notify(rule),
        owner=_label(rule, fired, (context.owner_label,)),
        service=_label(rule, fired, _SERVICE_LABELS),
        runbook=next((text.value for text in runbooks(rule)), ""),
        is_by_design=is_by_design(rule),
        is_of_slo=rule.name.value in names.SLO_ALERTS,
        is_loaded=True,
        hold=rule.hold,
        bouts=rang,
        summary=look(rang),
        codes=known.codes,
    )


def _gone(recorded: Recorded, look: Look) -> Iterator[Audited]:
    """Yield what alerts did of which the server has no rule: removed, renamed, or evaluated elsewhere."""
    is_elsewhere = not recorded.rules
    alerts: dict[tuple[str, Pairs], list[Firing]] = {}
    for name, firings in recorded.gone.items():
        for firing in firings:
            alerts.setdefault((name, _told(name, firing)), []).append(firing)
    for (name, told), fired in sorted(alerts.items()):
        labels = dict(fired[0].labels)
        rang = tuple(bouts(fired))
        yield Audited(
            name=name, told=told, notify=labels.get(names.NOTIFY, "") if told else "",
            owner=labels.get(names.OWNER, ""), service=labels.get(names.SERVICE, ""), runbook="", is_by_design=False,
            is_of_slo=name in names.SLO_ALERTS, is_loaded=is_elsewhere, hold=Duration(0), bouts=rang,
            summary=look(rang),
        )  # fmt: skip


def _told(name: str, firing: Firing) -> Pairs:
    """Return what tells an alert without a rule from others of its name: only of SLOs that is known."""
    labels = dict(firing.labels)
    return tuple((each, labels[each]) for each in _SLO_LABELS if name in names.SLO_ALERTS and each in labels)


def _telling(rules: Sequence[Rule]) -> Mapping[str, tuple[str, ...]]:
    """Return for each name of an alert what tells its rules apart: the labels in which they differ.

    What tells alerts of SLOs apart is known, and said even of one that is alone.
    """
    by_name: dict[str, list[Rule]] = {}
    for rule in rules:
        by_name.setdefault(rule.name.value, []).append(rule)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(names.SLO_ALERTS, _SLO_LABELS)
    for name, same in ((name, same) for name, same in by_name.items() if name not in found):
        labels = sorted({label for rule in same for label in rule.labels})
        found[name] = tuple(label for label in labels if len({rule.label(label) for rule in same}) > 1)
    return found


def _label(rule: Rule, fired: Sequence[Firing], labels: Sequence[str]) -> str:
    """Return the first of some labels that the rule has, else that all its firings share."""
    for label in labels:
        if (own := rule.label(label)) and "{{" not in own:
            return own
        brought = {dict(firing.labels).get(label, "") for firing in fired}
        if len(brought) == 1 and (shared := brought.pop()):
            return shared
    return ""
