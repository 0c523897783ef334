"""A threshold alert in words: what it means, for how long, who is called, what they shall do."""

from __future__ import annotations

import re

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.model.service import Alert, Condition, Service
from sloctl.pipeline.explain_layout import Section, labelled, page, verbatim
from sloctl.pipeline.explain_slo import response_rows
from sloctl.pipeline.settings import Settings

_DURATION = re.compile(r"\b(?:[0-9]+(?:ms|[ywdhms]))+\b")


def alert_page(service: Service, alert: Alert, settings: Settings, *, color: bool) -> str:
    """Explain a threshold alert."""
    rows = (
        ("Fires when", alert.condition.words),
        ("For", f"{alert.hold} without a break" if alert.hold else "at once, without waiting"),
        ("Fires on", f"{alert.keep_firing_for} after it has ended" if alert.keep_firing_for else ""),
        ("Checked", f"every {settings.evaluation_interval}"),
        *response_rows(service, alert.response, settings),
        ("Reviewed", alert.reviewed),
        ("Numbers", _seconds(alert.condition)),
    )
    sections = [Section("", labelled(rows)), Section("PromQL", verbatim(alert.condition.expr))]
    return page(f"Alert {service.name}/{alert.name} ({alert.origin.at('name')})", sections, color=color)


def _seconds(condition: Condition) -> str:
    """Account for the durations that PromQL writes as seconds."""
    spoken = dict.fromkeys(_DURATION.findall(condition.words))
    pairs = [(decimal_text(Duration.parse(text).seconds), text) for text in spoken]
    written = [f"{seconds} is {text} in seconds" for seconds, text in pairs
               if re.search(rf"(?<![\w.]){re.escape(seconds)}(?![\w.])", condition.expr)]  # fmt: skip
    return ", ".join(written)
