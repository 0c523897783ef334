"""Calling `sloctl report` against a server that a test writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from sloctl.pipeline.published import SCHEMAS
from tests.cli.session import Outcome, sloctl
from tests.support.budgets import DAY, HOUR, NOW, Incident, Month
from tests.support.http import serving

OUTAGE = Incident(NOW - 3 * DAY, 2 * HOUR, 0.9)
"""Two hours of 30d at 90 %: a quarter of a budget of 1 %."""


def reported(month: Month, folder: Path, *options: str) -> Outcome:
    """Run the command against a server with this month."""
    with serving(month) as server:
        return sloctl("report", "spec.yaml", "--prometheus", server.url, *options, cwd=folder)


def content(month: Month, folder: Path, *options: str) -> dict[str, Any]:
    """Return the JSON report, which must satisfy the published schema."""
    done = reported(month, folder, "--format", "json", *options)
    assert 0 == done.code, done.err
    found: dict[str, Any] = json.loads(done.out)
    Draft7Validator(SCHEMAS["budgets"]()).validate(found)
    return found


def the_budget(found: dict[str, Any]) -> dict[str, Any]:
    """Return the only budget of a report."""
    [service] = found["services"]
    [slo] = service["slos"]
    [budget] = slo["budgets"]
    assert isinstance(budget, dict)
    return budget
