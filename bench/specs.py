"""Specs for benchmarks: any number of services, every kind of SLI and six kinds of alert, the same bytes each time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HEAD = """\
apiVersion: sloctl/v1
kind: Service
metadata:
  name: {service}
  owner: team-{team:02d}
  description: Service {service} of team {team:02d}
  links:
    dashboard: https://grafana.example.org/d/{service}
  labels:
    env: prod
defaults:
  runbook: https://runbooks.example.org/{service}/{{name}}
"""

_SLO = """\
  - name: {slo}
    description: Requests to {slo} are answered
    objective: {objective}
    period: {period}
    sli:
{sli}
    alerting:
      page:
        action: Roll the last release of {service} back
        impact: Users of {slo} see errors
      ticket:
        action: Compare the errors of {slo} with those of last week
"""

_SLIS = (
    """\
      events:
        bad: http_requests_total{{job="{service}",handler="{slo}",code=~"5.."}}
        total: http_requests_total{{job="{service}",handler="{slo}"}}
      by: [region]""",
    """\
      latency:
        histogram: http_request_duration_seconds{{job="{service}",handler="{slo}"}}
        below: 300ms""",
    """\
      events:
        good: jobs_done_total{{job="{service}",queue="{slo}"}}
        total: jobs_started_total{{job="{service}",queue="{slo}"}}""",
    """\
      probe:
        up: probe_success{{job="{service}",instance="{slo}"}}""",
    """\
      timeslice:
        expr: |
          sum(rate(queue_wait_seconds_sum{{job="{service}",queue="{slo}"}}[$window]))
          / sum(rate(queue_wait_seconds_count{{job="{service}",queue="{slo}"}}[$window]))
        below: 2""",
    """\
      native_latency:
        histogram: rpc_duration_seconds{{job="{service}",method="{slo}"}}
        below: 250ms""",
    """\
      raw:
        bad: sum(increase(messages_lost_total{{job="{service}",topic="{slo}"}}[$window]))
        total: sum(increase(messages_total{{job="{service}",topic="{slo}"}}[$window]))""",
)

_ALERT = """\
  - name: {alert}
{condition}
    priority: P3
    summary: {alert} of {service}
    impact: Users of {service} wait
    action: Look at the dashboard of {service}, then restart the oldest worker
    reviewed: 2026-11-01
"""

_CONDITIONS = (
    """\
    count:
      of: messages_sent_total{{job="{service}",shard="{alert}"}}
      over: 1h
      above: 5000""",
    """\
    value:
      of: queue_oldest_age_seconds{{job="{service}",shard="{alert}"}}
      above: 120
      for: 10m""",
    """\
    ratio:
      part: cache_misses_total{{job="{service}",shard="{alert}"}}
      of: cache_requests_total{{job="{service}",shard="{alert}"}}
      over: 1h
      above: 50%""",
    """\
    stale:
      timestamp: batch_last_success_timestamp_seconds{{job="{service}",shard="{alert}"}}
      older_than: 26h""",
    """\
    exhaustion:
      of: node_filesystem_avail_bytes{{job="{service}",shard="{alert}"}}
      within: 4h
      based_on: 6h
      and_below: 10_000_000_000""",
    """\
    absent:
      of: heartbeat{{job="{service}",shard="{alert}"}}""",
)

_OBJECTIVES = ("99.9", "99", "99.95", "99.5")
_PERIODS = ("30d", "30d", "28d", "7d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """How many files, how many services (YAML documents) in each, how many SLOs and alerts in each service."""

    files: int
    services: int = 1
    slos: int
    alerts: int = 0

    @property
    def all_slos(self) -> int:
        """The number of SLOs in all files."""
        return self.files * self.services * self.slos

    @property
    def words(self) -> str:
        """The sizes in words: `1,000 files of 10 SLOs`."""
        alerts = f" and {self.alerts} alerts" if self.alerts else ""
        services = f"{self.services:,} services of " if self.services > 1 else ""
        return f"{self.files:,} files of {services}{self.slos:,} SLOs{alerts}"


def write_fleet(fleet: Fleet, folder: Path) -> Path:
    """Write the specs into a folder, which is made if it is not there, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(fleet.files):
        first = number * fleet.services
        documents = [spec(first + index, fleet.slos, fleet.alerts) for index in range(fleet.services)]
        (folder / f"specs-{number:05d}.yaml").write_text("---\n".join(documents), encoding="utf-8")
    return folder


def spec(number: int, slos: int, alerts: int) -> str:
    """Return the spec of one service. Kinds, objectives and periods take turns; no two selectors are equal."""
    service = f"service-{number:05d}"
    parts = [_HEAD.format(service=service, team=number % 40)]
    if slos:
        parts += ["slos:\n", *(_slo(service, index, turn=number + index) for index in range(slos))]
    if alerts:
        parts += ["alerts:\n", *(_alert(service, index, turn=number + index) for index in range(alerts))]
    return "".join(parts)


def _slo(service: str, index: int, turn: int) -> str:
    slo = f"endpoint-{index:05d}"
    return _SLO.format(
        service=service,
        slo=slo,
        objective=_OBJECTIVES[turn % len(_OBJECTIVES)],
        period=_PERIODS[turn % len(_PERIODS)],
        sli=_SLIS[turn % len(_SLIS)].format(service=service, slo=slo),
    )


def _alert(service: str, index: int, turn: int) -> str:
    alert = f"Alert{index:05d}"
    condition = _CONDITIONS[turn % len(_CONDITIONS)].format(service=service, alert=alert)
    return _ALERT.format(service=service, alert=alert, condition=condition)
