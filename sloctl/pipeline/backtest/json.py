"""A backtest as JSON, whole: every firing of every alert. `sloctl schema backtest` prints the schema."""

from __future__ import annotations

import json
from datetime import tzinfo
from typing import Any

from sloctl.core.figures import stamp
from sloctl.evidence.budget import Loss
from sloctl.evidence.firings import Firing
from sloctl.evidence.limits import Limits
from sloctl.pipeline.backtest.compare import pairs
from sloctl.pipeline.backtest.judge import suggestion_text, verdict
from sloctl.pipeline.backtest.results import AlertResult, Backtest, GroupResult, Rang, SloResult

VERSION = 1


def json_report(result: Backtest, before: Backtest | None, base: str, limits: Limits) -> str:
    """Write a report."""
    data = {"version": VERSION, **_data(result, limits)}
    if before:
        known = list(pairs(before, result))
        gone = [pair.either for pair in known if pair.after is None]
        data["compared"] = {
            "base": base,
            "changed": [_name(pair.either) for pair in known if not pair.is_same],
            "gone": [_name(alert) for alert in gone],
            "before": _data(before, limits),
        }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _data(result: Backtest, limits: Limits) -> dict[str, Any]:
    zone = result.zone
    return {
        "since": stamp(result.since, zone),
        "until": stamp(result.until, zone),
        "step_seconds": result.step / 1000,
        "partial": result.is_partial,
        "slos": [_slo(result, slo, limits) for slo in result.slos],
        "alerts": [_alert(alert, limits, zone) for alert in result.alerts],
        "unreplayed": [
            {"name": each.name, "at": str(each.at), "reason": each.reason, "server_failed": each.is_failure}
            for each in result.unreplayed
        ],
        "reservations": list(result.reservations),
    }


def _name(alert: AlertResult) -> dict[str, str]:
    return {key: getattr(alert, key) for key in ("service", "slo", "name", "tier", "variant")}


def _slo(result: Backtest, slo: SloResult, limits: Limits) -> dict[str, Any]:
    return {
        "service": slo.service,
        "slo": slo.slo,
        "objective": float(slo.objective),
        "period": str(slo.period),
        "known_since": stamp(slo.since, result.zone) if slo.since is not None else None,
        "groups": [_group(group, result.zone) for group in slo.groups],
        "alerts": [_alert(alert, limits, result.zone) for alert in slo.alerts],
    }


def _group(group: GroupResult, zone: tzinfo) -> dict[str, Any]:
    return {
        "labels": dict(group.labels),
        "bad": group.events.bad,
        "total": group.events.total,
        "ratio": group.events.ratio,
        "budget_spent": group.spent,
        "known_seconds": group.known_ms / 1000,
        "gap_seconds": group.gap_ms / 1000,
        "losses": [_loss(loss, group, zone) for loss in group.losses],
    }


def _loss(loss: Loss, group: GroupResult, zone: tzinfo) -> dict[str, Any]:
    return {"start": stamp(loss.start, zone), "end": stamp(loss.end, zone), "bad": loss.bad,
            "budget_share": loss.share, "paged": loss not in group.missed}  # fmt: skip


def _alert(alert: AlertResult, limits: Limits, zone: tzinfo) -> dict[str, Any]:
    figures = alert.summary
    return {
        **_name(alert),
        "notify": alert.notify,
        "known_seconds": alert.known_ms / 1000,
        "failed_evaluations": alert.failed,
        "failure": alert.failure,
        "times": figures.times,
        "per_week": alert.per_week,
        "firing_seconds": figures.firing_ms / 1000,
        "median_seconds": figures.median_ms / 1000,
        "shortest_seconds": figures.shortest_ms / 1000,
        "flaps": figures.flaps,
        "at_night": figures.at_night,
        "by_hour": list(figures.hours),
        "worth": alert.worth,
        "precision": alert.precision,
        "single_events": alert.singles,
        "together_with": dict(alert.overlaps),
        "verdict": verdict(alert, limits),
        "suggestion": _suggestion(alert),
        "bouts": [_rang(rang, zone) for rang in alert.rang],
        "firings": [_firing(firing, zone) for firing in alert.firings],
    }


def _suggestion(alert: AlertResult) -> dict[str, Any] | None:
    found = alert.suggestion
    if found is None:
        return None
    return {"text": suggestion_text(alert), "level": found.level, "instead": found.instead, "times": found.times}


def _rang(rang: Rang, zone: tzinfo) -> dict[str, Any]:
    return {
        "start": stamp(rang.bout.start, zone),
        "end": stamp(rang.bout.end, zone),
        "still_firing": rang.bout.is_open,
        "series": rang.bout.series,
        "budget_when_fired": rang.cost.when_fired if rang.cost else None,
        "budget_in_all": rang.cost.in_all if rang.cost else None,
        "was_worth": rang.was_worth,
        "events": rang.events,
    }


def _firing(firing: Firing, zone: tzinfo) -> dict[str, Any]:
    return {
        "labels": dict(firing.labels),
        "pending": stamp(firing.pending, zone),
        "start": stamp(firing.start, zone),
        "end": stamp(firing.end, zone),
        "start_ms": firing.start,
        "end_ms": firing.end,
        "still_firing": firing.is_open,
    }
