"""Durations and time windows."""

from __future__ import annotations

import re

from sloctl.core.duration import Duration
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.formats.openslo._report import Report

_DAY = 86_400_000
# Months, quarters and years as the SDK counts them (pkg/openslo/v1/duration_shorthand.go).
_UNITS = {"m": 60_000, "h": 3_600_000, "d": _DAY, "w": 7 * _DAY, "M": 30 * _DAY, "Q": 90 * _DAY, "Y": 365 * _DAY}
_WORDS = {"Second": 1000, "Minute": 60_000, "Hour": 3_600_000, "Day": _DAY, "Week": 7 * _DAY, "Month": 30 * _DAY,
          "Quarter": 90 * _DAY, "Year": 365 * _DAY}  # fmt: skip
_SHORTHAND = re.compile(r"([0-9]+)([mhdwMQY])")


def length(spot: Spot) -> Duration | None:
    """Read a duration; a bare number counts minutes."""
    minutes = spot.number()
    if minutes is not None:
        return Duration(int(minutes * 60_000))
    match = _SHORTHAND.fullmatch(spot.text())
    return Duration(int(match[1]) * _UNITS[match[2]]) if match else None


def period(thing: Thing, report: Report) -> tuple[Duration, Spot] | None:
    """Return the rolling period of an SLO and where it stands; None where the default of 30d applies."""
    windows = thing.spec.step("timeWindows" if thing.spec.has("timeWindows") else "timeWindow").items()
    if not windows:
        return None
    window = windows[0]
    spot = window.step("duration")
    found = length(spot)
    if found is None:
        spot = window.step("count")
        found = Duration(int((spot.number() or 1) * _WORDS[window.text("unit")]))
    if window.has("calendar"):
        _tell_calendar(window, found, report)
    elif str(found) != spot.text():
        report.derived(spot.at(), f"the period is {found}")
    return found, spot


def _tell_calendar(window: Spot, found: Duration, report: Report) -> None:
    calendar = window.step("calendar")
    begin = calendar.text("startTime")
    message = f"a calendar window (from {begin} on) is watched as a rolling period of {found}, the nearest there is"
    report.lost(calendar.at_key(), message, "the budget is not whole again on a date: it recovers as bad days fall out")


def check_period(found: tuple[Duration, Spot] | None, report: Report) -> bool:
    """Refuse a period that nobody can have meant."""
    if found is None or found[0].ms >= _UNITS["h"]:
        return True
    spot = found[1]
    advice = "windows of hours and days can be compiled"
    if spot.text().endswith("m"):
        advice = f"`m` are minutes; did you mean `{spot.text()[:-1]}M`, months?"
    report.refuse(spot.at(), f"a time window of {found[0]} is too short for an error budget", advice)
    return False
