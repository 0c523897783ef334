"""The JSON Schema of `sloctl backtest --format json`."""

from __future__ import annotations

from functools import cache
from typing import Any

from sloctl.core.shapes import Shape, count, flag, listing, number, record, text
from sloctl.pipeline.schema import DRAFT

_LABELS: Shape = {"type": "object", "description": "Labels.", "additionalProperties": {"type": "string"}}
_TIME = "RFC 3339, in the time zone that was asked for."


@cache
def backtest_schema() -> dict[str, Any]:
    """Return the JSON Schema of the report, version 1."""
    version = {"const": 1, "description": "The version of this format; it grows when a key changes its meaning."}
    whole = _whole()
    fields = {"version": version, **whole, "compared": _compared()}
    title = "Report of sloctl backtest"
    return {"$schema": DRAFT, "title": title, **record("A backtest.", fields, "version", *whole)}


def _whole() -> dict[str, Shape]:
    return {
        "since": _moment("Begin of the replayed time."),
        "until": _moment("Its end."),
        "step_seconds": number("How often rules were evaluated."),
        "partial": flag("Whether the server failed for some of it, or gave partial answers."),
        "slos": listing("The SLOs.", _slo()),
        "alerts": listing("Threshold alerts, and alerts of rule files.", _alert()),
        "unreplayed": listing("What could not be replayed.", _full("Something left out.", {
            "name": text("Its name."),
            "at": text("Where it is written: file, line and column."),
            "reason": text("Why."),
            "server_failed": flag("Whether the server is at fault."),
        })),
        "reservations": listing("Warnings that the server gave beside its answers.", _words("A warning.")),
    }  # fmt: skip


def _compared() -> Shape:
    name = _full("An alert.", _name())
    return _full("What the specs at another revision would have done; only with `--compare`.", {
        "base": text("The revision or folder."),
        "changed": listing("Alerts that fire otherwise.", name),
        "gone": listing("Alerts that are there no more.", name),
        "before": _full("The whole report of the base.", _whole()),
    })  # fmt: skip


def _slo() -> Shape:
    return _full("An SLO.", {
        "service": text("The service."),
        "slo": text("Its name."),
        "objective": number("The objective, from 0 to 1."),
        "period": text("The period of its budget."),
        "known_since": _or_null(_moment("When the history begins; null when nothing is known.")),
        "groups": listing("One for each value of `by`.", _group()),
        "alerts": listing("Its tiers, and the alert on missing data.", _alert()),
    })  # fmt: skip


def _group() -> Shape:
    loss = _full("A stretch in which an hour burned faster than the budget allows.", {
        "start": _moment("Begin."),
        "end": _moment("End."),
        "bad": number("Bad events."),
        "budget_share": number("Share of a period's budget; 1 is all of it."),
        "paged": flag("Whether a page came with it."),
    })  # fmt: skip
    return _full("A group of an SLO.", {
        "labels": _LABELS,
        "bad": number("Bad events in the replayed time."),
        "total": number("Valid events."),
        "ratio": _or_null(number("Bad by valid; null without events.")),
        "budget_spent": number("Share of a period's budget; 1 is all of it."),
        "known_seconds": number("For how long events were known."),
        "gap_seconds": number("For how long they were not, since the first."),
        "losses": listing("Losses that were worth a page.", loss),
    })  # fmt: skip


def _name() -> dict[str, Shape]:
    return {
        "service": _words("The service, or the group of a rule file."),
        "slo": _words("The SLO; empty for other alerts."),
        "name": text("The name of the alert."),
        "tier": _words("The tier of an SLO's alert, else empty."),
        "variant": _words("What tells an alert of a rule file from others of its name: label values; else empty."),
    }


def _alert() -> Shape:
    hours = {**listing("Beginnings in each hour of the day.", count("How often.")), "minItems": 24, "maxItems": 24}
    together = {"type": "object", "description": "Other alerts of the service: in how many bouts they rang too.",
                "additionalProperties": count("How often.")}  # fmt: skip
    suggestion = _full("Another level.", {
        "text": text("In words."),
        "level": number("The level."),
        "instead": number("The level as it is."),
        "times": count("How often it would have fired."),
    })  # fmt: skip
    figures = {
        name: number(f"In seconds: {name}.") for name in ("firing_seconds", "median_seconds", "shortest_seconds")
    }
    return _full("How an alert would have behaved.", {
        **_name(),
        "notify": _words("`page`, `ticket`, `nobody`, or nothing when its labels do not say."),
        "known_seconds": number("For how long what it reads is known: it could not fire before."),
        "failed_evaluations": count("How many evaluations no server can make; they change nothing."),
        "failure": _words("Why, in the server's words, of the first of them; else empty."),
        "times": count("How often it fired; series that fire at one time count once."),
        "per_week": _or_null(number("The same by week; null where less than a day is known.")),
        **figures,
        "flaps": count("How often it fired again within an hour."),
        "at_night": count("How often it began between 22:00 and 06:00."),
        "by_hour": hours,
        "worth": _or_null(count("How often a loss that was worth a page came with it; null where no SLO tells.")),
        "precision": _or_null(number("The share of that; null where it is not known.")),
        "single_events": _or_null(count("How often one event alone had made it fire; null where it counts no events.")),
        "together_with": together,
        "verdict": text("What all this means, in words."),
        "suggestion": _or_null(suggestion),
        "bouts": listing("When it rang.", _bout()),
        "firings": listing("The same for each series.", _firing()),
    })  # fmt: skip


def _bout() -> Shape:
    return _full("A time in which it fired.", {
        "start": _moment("Begin."),
        "end": _moment("The first evaluation at which it fired no more."),
        "still_firing": flag("Whether it fires at the end of the replayed time."),
        "series": count("How many series fired."),
        "budget_when_fired": _or_null(number("Share of a period's budget in the long window when it fired.")),
        "budget_in_all": _or_null(number("The same until it resolved.")),
        "was_worth": _or_null(flag("Whether a loss came with it.")),
        "events": _or_null(number("How many events had made it fire; null where it counts none.")),
    })  # fmt: skip


def _firing() -> Shape:
    return _full("One series that fired.", {
        "labels": _LABELS,
        "pending": _moment("When its expression began to hold."),
        "start": _moment("Begin."),
        "end": _moment("The first evaluation at which it fired no more."),
        "start_ms": count("The same in unix milliseconds."),
        "end_ms": count("The same in unix milliseconds."),
        "still_firing": flag("Whether it fires at the end of the replayed time."),
    })  # fmt: skip


def _full(description: str, fields: dict[str, Shape]) -> Shape:
    return record(description, fields, *fields)


def _words(description: str) -> Shape:
    return {"type": "string", "description": description}


def _moment(description: str) -> Shape:
    return text(f"{description} {_TIME}")


def _or_null(shape: Shape) -> Shape:
    return {**shape, "type": [shape["type"], "null"]}
