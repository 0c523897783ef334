"""The JSON Schema of `sloctl report --format json`."""

from __future__ import annotations

from functools import cache
from typing import Any

from sloctl.core.shapes import Shape, choice, flag, listing, number, record, text
from sloctl.pipeline.report.standing import State
from sloctl.pipeline.schema import DRAFT


@cache
def budgets_schema() -> dict[str, Any]:
    """Return the JSON Schema of a budget report, version 1."""
    tool = {"name": text("Always `sloctl`."), "version": text("Its version.")}
    fields = {
        "version": {"const": 1, "description": "The version of this format; it grows when a key changes its meaning."},
        "tool": record("Who wrote the report.", tool, *tool),
        "until": _time("The end of the rolling periods."),
        "time_zone": text("Where months begin, and in which times are written."),
        "periods": choice("What the report looks back on.", "rolling", "month", "quarter"),
        "complete": flag("Whether the server answered everything."),
        "errors": listing("What it did not answer, in words.", text("A failure.")),
        "frozen": listing("Budgets for which a policy stops releases.", text("`service/slo {group}`.")),
        "services": listing("The services, in the order of the specs.", _service()),
    }
    return {
        "$schema": DRAFT,
        "title": "Report of sloctl report",
        **record("A report on error budgets.", fields, *fields),
    }


def _service() -> Shape:
    firing = {"start": _time("Its beginning."), "end": _time("Its end.")}
    alert = {
        "name": text("The name of the alert."),
        "labels": _labels("The labels that tell it from others."),
        "firing": listing("When it fired.", record("A stretch of time.", firing, *firing)),
    }
    fields = {
        "name": text("The name of the service."),
        "owner": text("Whom its alerts call."),
        "error": _words("Why its alerts are not known; empty when they are."),
        "slos": listing("Its SLOs.", _slo()),
        "alerts": listing("Its alerts that fired in the period.", record("An alert.", alert, *alert)),
    }
    return record("A service.", fields, *fields)


def _slo() -> Shape:
    step = {
        "below": text("The step holds below this share of the budget."),
        "then": text("What is done then."),
        "freeze": flag("Whether it stops releases."),
    }
    fields = {
        "name": text("The name of the SLO."),
        "description": _words("What is promised."),
        "objective": number("The objective, from 0 to 1."),
        "period": text("The rolling period, such as `30d`."),
        "period_seconds": number("The same in seconds."),
        "events": text("What is counted, in the plural."),
        "runbook": _words("The page that says what to do."),
        "source": choice("Where the events come from.", "recorded", "raw", "recorded and raw", "nothing"),
        "error": _words("Why there are no figures; empty when there are."),
        "policy": listing("The error-budget policy.", record("A step.", step, *step)),
        "budgets": listing("One budget, or one per group of `by`; none without data.", _budget()),
    }
    return record("An SLO.", fields, *fields)


def _budget() -> Shape:
    fields = {
        "group": _labels("The labels of the group; empty where the SLO is not split."),
        "state": choice("How it stands.", *(state.value for state in State if state is not State.NO_ANSWER)),
        "since": _or_null(_time("When the history begins, if that is within the period.")),
        "silent_since": _or_null(_time("When the history ended, if that is more than an hour ago.")),
        **_usage(),
        "allowed_bad_events": number("Bad events that use up the budget at this traffic."),
        "lost_seconds": number("Length of a full outage that costs as much at even traffic."),
        "allowed_seconds": number("Length of a full outage that uses up the budget."),
        "burn_rate_1h": _or_null(number("How many times faster than allowed the budget burnt in the last hour.")),
        "burn_rate_1d": _or_null(number("The same in the last day.")),
        "exhausted_in_seconds": _or_null(number("When it is gone at the pace of the last day or, if slower, hour.")),
        "policy_steps": listing("The steps of the policy that hold, by their `below`.", text("A share.")),
        "frozen": flag("Whether the policy stops releases."),
        "past": listing("What earlier periods made of their budget, oldest first.", _past()),
        "overspent": listing("When the rolling budget was below 0.", _overspent()),
        "incidents": listing("The worst incidents of the period.", _incident()),
    }
    return record("An error budget over the rolling period.", fields, *fields)


def _usage() -> dict[str, Shape]:
    return {
        "sli": _or_null(number("Good events / valid events; null without events.")),
        "bad_events": number("Bad events."),
        "total_events": number("Valid events."),
        "known_ratio": number("The share of the time that was measured."),
        "budget_left": _or_null(number("1 is a whole budget, 0 none, less is overspent.")),
    }


def _past() -> Shape:
    fields = {
        "name": _words("Such as `2026-10` or `2026 Q4`; empty for rolling periods."),
        "start": _time("Its beginning."),
        "end": _time("Its end, or that of the report."),
        "is_over": flag("Whether it has ended."),
        **_usage(),
        "exceeded": flag("Whether more than the budget was spent."),
    }
    return record("A period.", fields, *fields)


def _overspent() -> Shape:
    fields = {
        "start": _or_null(_time("When it fell below 0; null where that was before the time that is looked back on.")),
        "end": _or_null(_time("When it was at 0 again; null while it is not.")),
        "lowest": number("The least that was left."),
    }
    return record("A time without budget.", fields, *fields)


def _incident() -> Shape:
    fields = {
        "start": _time("Its beginning."),
        "end": _time("Its end."),
        "bad_events": number("Bad events in it."),
        "budget_share": number("The share of the period's budget that it took."),
        "worst_burn_rate": number("The highest burn rate of a base window."),
        "called": choice("Who was called; empty when that is not known.", "", "page", "ticket", "nobody"),
        "called_after_seconds": number("How long that took."),
    }
    return record("An incident: the budget was spent faster than allowed.", fields, *fields)


def _time(description: str) -> Shape:
    return {"type": "string", "format": "date-time", "description": description}


def _words(description: str) -> Shape:
    return {"type": "string", "description": description}


def _labels(description: str) -> Shape:
    return {"type": "object", "description": description, "additionalProperties": {"type": "string"}}


def _or_null(shape: Shape) -> Shape:
    return {**shape, "type": [shape["type"], "null"]}
