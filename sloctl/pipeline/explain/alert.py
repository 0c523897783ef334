"""A threshold alert in words: what it means, for how long, who is called, what they shall do."""

from __future__ import annotations

import re
from decimal import Decimal

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.model.service import Alert, Condition, Service
from sloctl.pipeline.explain.layout import Section, labelled, page, verbatim
from sloctl.pipeline.explain.slo import response_rows
from sloctl.pipeline.settings import Settings

_DURATION = re.compile(r"\b(?:[0-9]+(?:ms|[ywdhms]))+\b")
_PERCENTAGE = re.compile(r"\b([0-9]+(?:\.[0-9]+)?) %")


def alert_page(service: Service, alert: Alert, settings: Settings, *, color: bool) -> str:
    """Explain a threshold alert."""
    rows = (
        ("Fires when", alert.condition.words),
        ("For", f"{alert.hold} without a break" if alert.hold else "at once, without waiting"),
        ("Fires on", f"{alert.keep_firing_for} after it has ended" if alert.keep_firing_for else ""),
        ("Checked", f"every {settings.evaluation_interval}"),
        *response_rows(service, alert.response, settings),
        ("Reviewed", alert.reviewed),
        ("Numbers", _numbers(alert.condition)),
    )
    sections = [Section("", labelled(rows)), Section("PromQL", verbatim(alert.condition.expr))]
    return page(f"Alert {service.name}/{alert.name} ({alert.origin.at('name')})", sections, color=color)


def _numbers(condition: Condition) -> str:
    """Account for what PromQL writes in another unit: durations as seconds, percentages as ratios."""
    spoken = dict.fromkeys(_DURATION.findall(condition.words))
    pairs = [(decimal_text(Duration.parse(text).seconds), f"{text} in seconds") for text in spoken]
    pairs += [(decimal_text(Decimal(text) / 100), f"{text} %") for text in _PERCENTAGE.findall(condition.words)]
    return ", ".join(f"{number} is {meaning}" for number, meaning in pairs if _holds(condition.expr, number))


def _holds(expr: str, number: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(number)}(?![\w.])", expr) is not None
