"""The rules compiled from a spec, with every place in the spec: what is linted is what Prometheus will evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sloctl.checks._check import RuleGroupView
from sloctl.checks._rule import Group, Rule, Text
from sloctl.core.document import Document, Path
from sloctl.model import names
from sloctl.model.rules import Alerting, Recording, RuleGroup
from sloctl.model.rules import Rule as PlannedRule
from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.plan.service import plan
from sloctl.pipeline.settings import Settings

_FIELDS = {names.RUNBOOK_URL: "runbook", names.DASHBOARD_URL: "dashboard"}
_NOTIFY = {names.PAGE_ALERT: "page", names.TICKET_ALERT: "ticket"}


def native_groups(service: Service, file: str, settings: Settings) -> Iterator[RuleGroupView]:
    """Yield the groups of a service."""
    planned = plan(service, file, settings)
    slos = {names.slo_group(service.name, slo.name): slo for slo in service.slos}
    for group in planned.groups:
        yield _group(group, service, slos.get(group.name), file)


def _group(group: RuleGroup, service: Service, slo: Slo | None, file: str) -> RuleGroupView:
    document = service.origin.document
    path = slo.origin.path if slo else ("alerts",)
    name = Text(group.name, document, (*path, "name") if slo else path, exact=False)
    around = Group(name=name, file=file, interval=group.interval, data={}, document=document, path=path)
    sources: list[Slo | Alert] = [slo] * len(group.rules) if slo else list(service.alerts)
    rules = tuple(
        _rule(rule, around, index, service, source)
        for index, (rule, source) in enumerate(zip(group.rules, sources, strict=True))
    )
    return RuleGroupView(rules, document, path, {})


def _rule(rule: PlannedRule, group: Group, index: int, service: Service, source: Slo | Alert) -> Rule:
    document, path = source.origin.document, source.origin.path
    said = _said(rule, source)
    is_alert = isinstance(rule, Alerting)
    name = rule.alert if isinstance(rule, Alerting) else rule.record
    pairs = rule.annotations if isinstance(rule, Alerting) else ()
    return Rule(
        name=Text(name, document, (*path, "name"), exact=False),
        is_alert=is_alert,
        expr=_expr(rule, source),
        labels={key: _own(document, said, ("labels", key), value) for key, value in rule.labels},
        annotations={key: _annotation(document, said, key, value) for key, value in pairs},
        times=_times(rule, document, path),
        data={},
        group=group,
        index=index,
        document=document,
        path=path,
        service=service,
        source=source,
    )


def _said(rule: PlannedRule, source: Slo | Alert) -> Path:
    """Return where the alert's own words stand in the spec."""
    if isinstance(source, Alert) or isinstance(rule, Recording):
        return source.origin.path
    return (*source.origin.path, "alerting", _NOTIFY.get(rule.alert, ""))


def _expr(rule: PlannedRule, source: Slo | Alert) -> Text:
    """Place the expression: inside the user's own PromQL where it is that, else at what it was made from."""
    document, path = source.origin.document, source.origin.path
    if isinstance(source, Slo):
        return Text(rule.expr, document, (*path, "sli"), exact=False)
    kind = source.condition.kind
    where = (*path, kind)
    inner = (*where, kind) if kind == "expr" and isinstance(_value(document, where), dict) else where
    written = _value(document, inner)
    return Text(rule.expr, document, inner, exact=kind == "expr" and written == rule.expr)


def _annotation(document: Document, said: Path, key: str, value: str) -> Text:
    field = _FIELDS.get(key, key)
    more = ("annotations", key) if _value(document, (*said, "annotations", key)) else (field,)
    return _own(document, said, more, value)


def _own(document: Document, said: Path, more: Path, value: str) -> Text:
    """Place a text at its field where the alert has it, else where the document's defaults do, else at the alert."""
    places = ((*said, *more), ("defaults", *more))
    place = next((each for each in places if _value(document, each) is not None), said)
    return Text(value, document, place, exact=_value(document, place) == value)


def _times(rule: PlannedRule, document: Document, path: Path) -> dict[str, Text]:
    if not isinstance(rule, Alerting):
        return {}
    given = (("for", rule.hold), ("keep_firing_for", rule.keep_firing_for))
    return {key: Text(str(time), document, (*path, key), exact=False) for key, time in given if time}


def _value(document: Document, path: Path) -> object:
    value: Any = document.data
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        else:
            value = value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None
    return value
