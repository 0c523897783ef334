"""An audit as JSON, whole. `sloctl schema audit` prints the schema."""

from __future__ import annotations

import json
from typing import Any

from sloctl.core.figures import stamp
from sloctl.evidence.limits import Limits
from sloctl.pipeline.audit.facts import Audit, Audited, Load
from sloctl.pipeline.audit.judge import Verdict, judge, noise
from sloctl.pipeline.audit.tables import budget_words, together_words
from sloctl.pipeline.schema import DRAFT

VERSION = 1


def json_report(audit: Audit, limits: Limits, allowed: float | None) -> str:
    """Write a report: every alert, the noisiest first."""
    alerts = sorted(audit.alerts, key=lambda alert: (-noise(alert, audit, limits), alert.shown))
    data = {
        "version": VERSION,
        "since": stamp(audit.asked_since, audit.zone),
        "known_since": stamp(audit.since, audit.zone),
        "until": stamp(audit.until, audit.zone),
        "alerts": [_alert(alert, audit, limits) for alert in alerts],
        "together": [
            {"alert": pair.one.shown, "other": pair.other.shown, "times": pair.times, "of": pair.of,
             "advice": together_words(pair)}
            for pair in audit.together
        ],
        "owners": [_load(load) for load in audit.owners],
        "services": [_load(load) for load in audit.services],
        "over_budget": budget_words(audit.owners, allowed),
        "lists_rules": audit.has_rules,
        "reservations": list(audit.reservations),
    }  # fmt: skip
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _alert(alert: Audited, audit: Audit, limits: Limits) -> dict[str, Any]:
    judged, figures = judge(alert, audit, limits), alert.summary
    return {
        "alert": alert.name,
        "labels": dict(alert.told),
        "notify": alert.notify or "unknown",
        "owner": alert.owner,
        "service": alert.service,
        "runbook": alert.runbook,
        "verdict": judged.verdict.value,
        "reasons": list(judged.reasons),
        "findings": list(alert.codes),
        "fired": figures.times,
        "per_week": _weekly(figures.per_week if audit.is_enough else None),
        "firing_seconds": figures.firing_ms / 1000,
        "median_seconds": figures.median_ms / 1000,
        "shortest_seconds": figures.shortest_ms / 1000,
        "again_within_an_hour": figures.flaps,
        "at_night": figures.at_night,
        "by_hour": list(figures.hours),
        "is_firing": figures.is_firing,
        "series": max((bout.series for bout in alert.bouts), default=0),
    }


def _load(load: Load) -> dict[str, Any]:
    return {"name": load.name, "pages": load.pages, "pages_per_week": _weekly(load.pages_per_week),
            "at_night": load.at_night, "tickets": load.tickets}  # fmt: skip


def _weekly(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def audit_schema() -> dict[str, Any]:
    """Return the JSON Schema of the report."""
    text, count, number = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "number", "minimum": 0}
    weekly = {"type": ["number", "null"], "minimum": 0}
    texts = {"type": "array", "items": text}
    load = _record(name=text, pages=count, pages_per_week=weekly, at_night=count, tickets=count)
    alert = _record(
        alert=text, labels={"type": "object", "additionalProperties": text}, owner=text, service=text, runbook=text,
        notify={"enum": ["page", "ticket", "nobody", "unknown"]},
        verdict={"enum": [verdict.value for verdict in Verdict]}, reasons=texts, findings=texts,
        fired=count, per_week=weekly, firing_seconds=number, median_seconds=number, shortest_seconds=number,
        again_within_an_hour=count, at_night=count, is_firing={"type": "boolean"}, series=count,
        by_hour={"type": "array", "items": count, "minItems": 24, "maxItems": 24},
    )  # fmt: skip
    pair = _record(alert=text, other=text, times=count, of=count, advice=text)
    moment = {"type": "string", "format": "date-time"}
    report = _record(
        version={"const": VERSION}, since=moment, known_since=moment, until=moment,
        alerts={"type": "array", "items": alert}, together={"type": "array", "items": pair},
        owners={"type": "array", "items": load}, services={"type": "array", "items": load},
        over_budget=texts, lists_rules={"type": "boolean"}, reservations=texts,
    )  # fmt: skip
    return {"$schema": DRAFT, "title": "Report of sloctl audit", **report}


def _record(**fields: Any) -> dict[str, Any]:
    described = {name: {**shape, "description": _MEANINGS[name]} for name, shape in fields.items()}
    return {"type": "object", "properties": described, "required": list(fields), "additionalProperties": False}


_MEANINGS = {
    "version": "The version of this format.",
    "since": "From when on the server was asked.",
    "known_since": "From when on the server remembers anything.",
    "until": "Until when the server was asked.",
    "alerts": "Every alert, the noisiest first.",
    "together": "Pairs of alerts that rang at the same time.",
    "owners": "What the alerts of each owner were.",
    "services": "What the alerts of each service were.",
    "over_budget": "Owners who were paged more often than the settings allow, in words.",
    "lists_rules": "Whether the server lists its rules.",
    "reservations": "Why answers of the server may lack something.",
    "alert": "The name of the alert; of a pair, the one that rang more often.",
    "labels": "The labels that tell it from others of its name.",
    "notify": "Whom it reaches.",
    "owner": "Who is called.",
    "service": "The service that it is about.",
    "runbook": "The link to its runbook, empty without one.",
    "verdict": "What is to be done about it.",
    "reasons": "Why, in words.",
    "findings": "What lint finds in it: codes with names.",
    "fired": "How often it fired.",
    "per_week": "How often it fired in a week; null where less than a day is known.",
    "firing_seconds": "For how long it fired in all.",
    "median_seconds": "How long its firings lasted in the median.",
    "shortest_seconds": "How long its shortest firing lasted.",
    "again_within_an_hour": "How many firings began within an hour after the one before.",
    "at_night": "How many firings, of a load how many pages, began at night.",
    "by_hour": "How many firings began in each hour of the day.",
    "is_firing": "Whether it was firing at the end.",
    "series": "For how many series it fired at once, at most.",
    "other": "The one of a pair that rang less often.",
    "times": "In how many firings of the rarer one the other was firing.",
    "of": "How many firings the rarer one had.",
    "advice": "What to do about the pair.",
    "name": "The owner or the service.",
    "pages": "How many pages its alerts began.",
    "pages_per_week": "How many pages in a week; null where less than a day is known.",
    "tickets": "How many tickets its alerts began.",
}
