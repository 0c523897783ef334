"""The layout under test: a spec compiled by sloctl, and its recordings over a history."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from layout.blocks import Series
from layout.history import SCRAPE, Floats, History
from layout.recorded import evaluations, increase, levels, ran
from layout.usual import recorded as usual_series
from sloctl.core.duration import Duration
from sloctl.model import names
from sloctl.model.windows import levels as plan_levels
from sloctl.pipeline.compile import compile_paths
from sloctl.pipeline.settings import Settings

_SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {{name: {name}, owner: team}}
defaults: {{runbook: "https://runbooks.example.org/{{name}}"}}
slos:
  - name: requests
    objective: 99.9%
    sli:
      events:
        bad: http_requests_total{{job="{name}",code=~"5.."}}
        total: http_requests_total{{job="{name}"}}
    alerting:
      page: {{action: Look}}
      ticket: {{action: Look}}
"""
_BASE = Duration.of(minutes=5)
_WINDOWS = tuple(Duration.of(hours=hours) for hours in (1, 2, 6, 24, 72))
_STORED = (_BASE, Duration.of(minutes=30), *_WINDOWS)
"""What the standard tiers read; the 30d figure of the past is read by nobody."""


def rule_file(name: str, folder: Path) -> dict[str, Any]:
    """Compile the SLO of a service, scraped as the history is; return the content of the rule file."""
    spec = folder / f"{name}.yaml"
    spec.write_text(_SPEC.format(name=name))
    settings = Settings(root=folder, scrape_interval=Duration.of(seconds=SCRAPE))
    done = compile_paths([spec], settings, folder, emit=True, jobs=1)
    if not done.artifacts:
        raise ValueError("\n".join(finding.message for finding in done.findings))
    content: dict[str, Any] = yaml.safe_load(done.artifacts[0].content)
    return content


def recordings(past: History, until: int) -> list[Series]:
    """Return what both layouts would have recorded: all but the 30d figure of ours, the 5m ratio of the usual one."""
    times = evaluations(int(past.planned[0]), until)
    present = ran(times, past.midnight)
    counted = _counted(past, times, int(_BASE.seconds), SCRAPE)
    scale = int(_BASE.seconds) / (int(_BASE.seconds) + SCRAPE)
    plan = _plan()
    result = []
    for namer, name in ((names.bad_events, "bad"), (names.total_events, "total")):
        for window, values in levels(counted[name] * scale, plan, present).items():
            key = f'{namer(Duration(window * 1000))}{{slo_service="{past.name}",slo="requests"}}'
            result.append(Series(key, times[present], values[present]))
    plain = _counted(past, times, int(_BASE.seconds), 0)
    labels = f'slo_id="usual-{past.name}",slo_service="{past.name}",slo_name="requests",slo_window="5m"'
    ratio = plain["bad"] / plain["total"]
    result.append(Series(f"{usual_series(past.name, '5m').split('{')[0]}{{{labels}}}", times[present], ratio[present]))
    return result


def _counted(past: History, times: Any, window: int, more: int) -> dict[str, Floats]:
    good, bad = (increase(past.scrapes, past.counters[row::2], times, window + more) for row in (0, 1))
    return {"bad": bad, "total": good + bad}


def _plan() -> Mapping[int, list[tuple[int, int]]]:
    planned = plan_levels(_BASE, _STORED)
    return {
        int(level.window.seconds): [(int(tile.window.seconds), int(tile.offset.seconds)) for tile in level.tiles]
        for level in planned
    }
