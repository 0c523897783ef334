"""The published JSON Schemas, joined from the fragments of the SLI kinds and the alert conditions."""

from __future__ import annotations

from functools import cache
from typing import Any

from sloctl.core.registry import plugins
from sloctl.core.shapes import (
    Shape,
    choice,
    count,
    duration,
    flag,
    hold,
    label_list,
    labels,
    listing,
    name,
    number,
    one_of,
    ratio,
    record,
    text,
)

API_VERSION = "sloctl/v1"
KIND = "Service"
DRAFT = "http://json-schema.org/draft-07/schema#"
_PRIORITY = text("P1 and P2 page somebody, P3 and P4 open a ticket; what calls nobody is a graph or a report.",
                 pattern="^P[1-4]$",
                 patternErrorMessage="`P1`, `P2`, `P3` or `P4`", **{"x-problem": "A113"})  # fmt: skip


@cache
def spec_schema() -> dict[str, Any]:
    """Return the JSON Schema of `sloctl/v1`."""
    fields = {
        "apiVersion": {"const": API_VERSION, "description": "The format of this document."},
        "kind": {"const": KIND, "description": "One document describes one service."},
        "metadata": _metadata(),
        "defaults": record("What every alert says unless it says otherwise.", response_fields() | _holding()),
        "policy": policy_steps("The error-budget policy of the SLOs that have none of their own."),
        "slos": listing("What the service promises.", _slo()),
        "alerts": listing("What somebody must be woken for beside the SLOs.", _alert()),
    }
    title = "A service, its SLOs and its alerts."
    document = record(title, fields, "apiVersion", "kind", "metadata")
    return {"$schema": DRAFT, "title": f"{API_VERSION} {KIND}", **document}


def _metadata() -> Shape:
    links = {"type": "object", "description": "Pages about the service.", "additionalProperties": {"type": "string"},
             "properties": {"dashboard": text("The dashboard; every alert links to it.")}}  # fmt: skip
    fields = {
        "name": name("Identity of the service; changing it starts its history anew."),
        "owner": text("The team that is called. A label on every alert."),
        "description": text("What the service does, in a line."),
        "links": links,
        "labels": labels("Labels on every alert of the service, never on recorded series."),
        "aliases": _aliases("The name that other tools know the service by."),
    }
    return record("Whose service it is.", fields, "name", "owner", **{"x-missing": {"owner": "A115"}})


def _aliases(description: str) -> Shape:
    known = {name: text(f"Its name in {name.capitalize()}.") for name in plugins("sloctl.dialects", "DIALECT")}
    return record(f"{description} `compile --names` writes it.", known)


def response_fields() -> dict[str, Shape]:
    """Return the fields that say what an alert asks of whom."""
    return {
        "priority": _PRIORITY,
        "runbook": text("URL of the page that says what to do. `{name}`, `{slo}` and `{service}` are filled in."),
        "action": text("What the person who is called shall do first."),
        "impact": text("What is broken for whom."),
        "summary": text("One line on what happened; a Prometheus template."),
        "description": text("The measured against the allowed; a Prometheus template."),
        "dashboard": text("URL of the dashboard; the default is `metadata.links.dashboard`."),
        "labels": labels("More labels on the alert."),
        "annotations": labels("More annotations on the alert; Prometheus templates."),
    }


def _holding() -> dict[str, Shape]:
    return {
        "for": hold("How long the condition must hold before the alert fires."),
        "keep_firing_for": hold("How long the alert goes on firing after the condition has ended."),
        "reviewed": text("When somebody last asked whether the alert is still worth it.",
                         pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", patternErrorMessage="a date such as `2026-11-01`"),
    }  # fmt: skip


def _slo() -> Shape:
    fields = {
        "name": name("Identity of the SLO in its service; changing it starts its history anew."),
        "aliases": _aliases("The name that other tools know the SLO by."),
        "description": text("What is promised, in a line a user would understand."),
        "objective": {"type": ["number", "string"], "pattern": r"^[0-9]+(\.[0-9]+)? ?%$",
                      "description": "Percentage of good events, above 0 and below 100.",
                      "patternErrorMessage": "a percentage such as `99.9`"},
        "period": duration("The rolling period of the error budget; the default is 30d.", "30d"),
        "sli": _sli(),
        "traffic": {"type": "string", "pattern": r"^[0-9][0-9_]*(\.[0-9]+)?/(s|m|h|d)$",
                    "description": "Expected events per time, such as `1200/h`; used to explain and to lint only.",
                    "patternErrorMessage": "a number of events per time, such as `1200/h`"},
        "alerting": _alerting(),
        "policy": policy_steps("What is done as the error budget runs out; the default is the policy of the document."),
    }  # fmt: skip
    return record("A promise to the users of the service.", fields, "name", "objective", "sli")


def policy_steps(description: str) -> Shape:
    """Return the shape of an error-budget policy."""
    fields = {
        "below": ratio("The step holds while less than this share of the error budget is left."),
        "then": text("What is done then, in a sentence."),
        "freeze": flag("Whether `sloctl report --gate` stops releases while the step holds; the default is `false`."),
    }
    return listing(description, record("A step of the policy.", fields, "below", "then"))


def _sli() -> Shape:
    kinds = plugins("sloctl.sli", "KIND")
    fields = {kind.name: kind.schema for kind in kinds.values()}
    fields["by"] = label_list("One error budget per value of these labels.")
    return record("How good and bad are told apart: exactly one kind.", fields, **exactly_one("an SLI", kinds))


def _alerting() -> Shape:
    responses = {notify: _response_or_off(notify) for notify in ("page", "ticket")}
    fields = {
        **responses,
        "min_bad_events": count("Bad events that the long window must hold before a tier fires; 5 unless the kind of "
                                "SLI counts no events."),
        "no_data": choice("Who is called when the SLI was there during the last day and is gone; ticket by default.",
                          "ticket", "page", "off"),
        "tiers": listing("Replaces the four standard tiers.", _tier()),
    }  # fmt: skip
    return record("Who is called when the budget burns, and for what.", fields)


def _response_or_off(notify: str) -> Shape:
    shape = record(f"The {notify} alerts, or `off`.", response_fields())
    return {**shape, "type": ["object", "string"], "pattern": "^off$",
            "patternErrorMessage": "a mapping of what the alert says, or `off`"}  # fmt: skip


def _tier() -> Shape:
    fields = {
        "name": name("Value of the label `tier`."),
        "severity": choice("Who is called.", "page", "ticket"),
        "budget": ratio("Share of the period's budget that is spent in the long window when the tier fires."),
        "burn_rate": number("How many times faster than allowed the budget is spent; instead of `budget`."),
        "long": duration("The long window: is it serious?", "1h"),
        "short": duration("The short window: is it still going on? The default is a twelfth of the long one.", "5m"),
        "for": hold("How long both windows must burn too fast before the tier fires; the default is not at all."),
        "labels": labels("More labels on the alert of this tier."),
    }
    rate = one_of("give exactly one of `budget` and `burn_rate`", ("budget",), ("burn_rate",))
    return record("A pair of windows.", fields, "name", "severity", "long", **rate)


def _alert() -> Shape:
    kinds = plugins("sloctl.conditions", "KIND")
    upper_camel = text("UpperCamelCase, unique in the service.", pattern="^[A-Z][a-zA-Z0-9]*$",
                       patternErrorMessage="UpperCamelCase, such as `QueueTooOld`")  # fmt: skip
    conditions = {kind.name: kind.schema for kind in kinds.values()}
    fields = {"name": upper_camel, **conditions, **response_fields(), **_holding()}
    return record("A threshold alert: exactly one condition.", fields, "name", **exactly_one("an alert", kinds))


def exactly_one(what: str, kinds: Any) -> Shape:
    """Demand exactly one of the plug-ins' keys."""
    named = ", ".join(f"`{kind}`" for kind in kinds)
    return one_of(f"{what} needs exactly one of {named}", *((kind,) for kind in kinds))
