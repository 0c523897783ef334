"""What checks must know beside the rule: the settings, today's date, and how others name severities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sloctl.checks._alertmanager import Route
from sloctl.checks._rule import Rule
from sloctl.core.codeowners import CodeOwners
from sloctl.core.duration import Duration
from sloctl.model.severity import MEANINGS

# Alerts that are meant to fire all the time, or that only exist to inhibit others.
_BY_DESIGN = ("watchdog", "deadman", "deadmansswitch", "heartbeat", "infoinhibitor", "alwaysfiring", "deadmansnitch")


@dataclass(frozen=True, kw_only=True)
class Context:
    """The settings of a run as far as checks need them. `options` holds what the settings say per code.

    `owners` are those of the settings, or else all names in `codeowners`, the CODEOWNERS file that the settings name.
    `alertmanager` is the root of the routing tree, if the settings name a configuration. `recorded_before` names the
    recording rules of the revision that a run compares with. `job_intervals` are the scrape intervals of jobs, where
    a server has told them; `scrape_interval` holds for all others.
    """

    today: date
    root: Path
    owners: frozenset[str] | None = None
    owner_label: str = "owner"
    severities: Mapping[str, str] = field(default_factory=dict)
    external_labels: frozenset[str] = frozenset()
    scrape_interval: Duration = Duration(30_000)  # noqa: RUF009 - a frozen value
    job_intervals: Mapping[str, Duration] = field(default_factory=dict)
    evaluation_interval: Duration = Duration(30_000)  # noqa: RUF009 - a frozen value
    max_pages_per_service: int = 10
    review_after: Duration | None = None
    retention: Duration | None = None
    alertmanager: Route | None = None
    recorded_before: frozenset[str] | None = None
    codeowners: CodeOwners | None = None
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def notify(self, rule: Rule) -> str:
        """Tell whom an alert reaches: `page`, `ticket`, `nobody`, or nothing when its labels do not say."""
        words = rule.severity_words
        return next((said for word in words if (said := self.severities.get(word) or MEANINGS.get(word))), "")

    def pages(self, rule: Rule) -> bool:
        """Tell whether an alert wakes somebody."""
        return self.notify(rule) == "page"

    def reaches_human(self, rule: Rule) -> bool:
        """Tell whether an alert is for people: not informational, not a watchdog."""
        return rule.is_alert and self.notify(rule) != "nobody" and not is_by_design(rule)

    def option(self, code: str, name: str, default: Any) -> Any:
        """Return an option of a check."""
        return self.options.get(code, {}).get(name, default)


def is_by_design(rule: Rule) -> bool:
    """Tell whether the alert is a watchdog, a heartbeat or an inhibitor: such alerts are meant to fire."""
    return _is_by_design(rule.name.value)


@lru_cache(maxsize=16_384)  # nearly every check asks it of every alert
def _is_by_design(name: str) -> bool:
    folded = name.lower().replace("_", "").replace("-", "").replace(" ", "")
    return any(word in folded for word in _BY_DESIGN)
