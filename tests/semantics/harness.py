"""Specs compiled and put before promtool together with series, and with what is to be seen at which time.

Times are promtool's (`1h30m`) or seconds. Prometheus 2 reads `[5m]` with both ends and Prometheus 3 without the older
one, so a counter that is not a straight line is scraped between the evaluations (`scraped`), where the two agree.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sloctl.pipeline.compile import compile_paths
from sloctl.pipeline.settings import Settings
from tests.support.prometheus import Distribution
from tests.support.promtool import run_unit_tests

Spec = dict[str, Any]
Time = str | int
Expected = float | Mapping[str, float] | None
"""A number, numbers by the value of a label, or no series at all."""

SCRAPE = 30
"""Seconds between the scrapes of the series, and between the evaluations of the rules."""

LAG = 20
"""Seconds between a scrape of `scraped` and the next evaluation."""


@dataclass(frozen=True, slots=True)
class See:
    """What a query answers at a time, rounded to thousandths; without `by` the series of the answer are added up."""

    at: Time
    query: str
    expected: Expected
    by: str = ""

    def case(self) -> dict[str, Any]:
        """Return promtool's form."""
        total = f"sum by ({self.by})" if self.by else "sum"
        expr = f"{total} (round({self.query}, 0.001))"
        return {"expr": expr, "eval_time": _time(self.at), "exp_samples": self._samples()}

    def _samples(self) -> list[dict[str, Any]]:
        if self.expected is None:
            return []
        if not isinstance(self.expected, Mapping):
            return [{"labels": "{}", "value": self.expected}]
        rows = self.expected.items()
        return [{"labels": f'{{{self.by}="{name}"}}', "value": value} for name, value in rows]


@dataclass(frozen=True, slots=True)
class Says:
    """What the one alert of a name that fires at a time looks like: some of its labels, and all annotations given."""

    at: Time
    alert: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    def case(self) -> dict[str, Any]:
        """Return promtool's form."""
        expected = {"exp_labels": dict(self.labels), "exp_annotations": dict(self.annotations)}
        return {"alertname": self.alert, "eval_time": _time(self.at), "exp_alerts": [expected]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the world does (series in promtool's notation, one value each `step`), and what is to be seen."""

    series: Mapping[str, str]
    sees: Iterable[See] = ()
    says: Iterable[Says] = ()
    step: str = f"{SCRAPE}s"
    name: str = field(default="")

    def case(self) -> dict[str, Any]:
        """Return promtool's form."""
        return {
            "name": self.name,
            "interval": self.step,
            "input_series": [{"series": series, "values": values} for series, values in self.series.items()],
            "promql_expr_test": [see.case() for see in self.sees],
            "alert_rule_test": [says.case() for says in self.says],
        }


def prove(
    distribution: Distribution, folder: Path, spec: Spec, *stories: Story, interval: str = f"{SCRAPE}s"
) -> None:
    """Compile a spec, and assert that promtool, evaluating at the interval, sees in its rules what the stories say."""
    rules = folder / "rules.yml"
    rules.write_text(compiled(folder, spec))
    path = folder / "test.json"
    tests = [story.case() for story in stories]
    content = {"rule_files": [rules.name], "evaluation_interval": interval, "tests": tests}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False))
    run_unit_tests(path, promtool=distribution.promtool)


def compiled(folder: Path, spec: Spec) -> str:
    """Return the rule file of a spec; a finding of any severity fails the test."""
    path = folder / "spec.json"
    path.write_text(json.dumps(spec, ensure_ascii=False))
    done = compile_paths([path], Settings(root=folder), folder, emit=True, jobs=1)
    assert [] == [f"{finding.problem.code}: {finding.message}" for finding in done.findings]
    return done.artifacts[0].content


def service(*, slos: Iterable[Spec] = (), alerts: Iterable[Spec] = ()) -> Spec:
    """Write a spec of the service `shop`."""
    return {
        "apiVersion": "sloctl/v1",
        "kind": "Service",
        "metadata": {"name": "shop", "owner": "team-shop"},
        "defaults": {"runbook": "https://runbooks.example.org/{name}", "action": "Look", "priority": "P1"},
        **{key: list(items) for key, items in (("slos", slos), ("alerts", alerts)) if items},
    }


def slo(name: str = "orders", *, by: Iterable[str] = (), objective: str = "99.9%", **sli: Spec) -> Spec:
    """Write an SLO with the standard alerting over 30d."""
    grouped = {"by": list(by)} if by else {}
    return {"name": name, "objective": objective, "sli": sli | grouped}


def short(written: Spec, **alerting: Any) -> Spec:
    """Give an SLO a period of an hour with one tier of 30m, for stories that need no longer windows."""
    tier = {"name": "quick", "severity": "page", "budget": "60%", "long": "30m", "short": "5m"}
    return written | {"period": "1h", "alerting": {"tiers": [tier], **alerting}}


def scraped(start: float, *phases: tuple[int, float]) -> str:
    """Write a counter for a step of 10s, scraped `LAG` before each evaluation: phases of (scrapes, growth of each).

    The first value is `start`, seen at 10s; scrape number n is seen at 10s + n * 30s.
    """
    values = [start]
    for scrapes, growth in phases:
        values += [values[-1] + growth * count for count in range(1, scrapes + 1)]
    return " ".join(f"_ {value:g} _" if value < 1e6 else f"_ {value:.0f} _" for value in values)


def firing(at: Time, expected: Expected, labels: str = "", by: str = "") -> See:
    """See how many alerts fire at a time, of those with the labels."""
    matchers = f", {labels}" if labels else ""
    return See(at, f'ALERTS{{alertstate="firing"{matchers}}}', expected, by)


def near(at: Time, query: str, expected: float, tolerance: float) -> See:
    """See a number that extrapolation makes inexact, such as where a series begins: half a scrape is added there."""
    return See(at, f"abs({query} - {expected}) <= bool {tolerance}", 1)


def no_nan(at: Time, over: str) -> See:
    """See that no recorded series was NaN (which is not above -Inf) before a time.

    Looks every 10m, because promtool reads 10,000 samples at most; a NaN stays in the sums for longer than that.
    """
    recorded = '{__name__=~"slo:.+"}'
    return See(at, f"max_over_time((count({recorded}) - count({recorded} >= -Inf))[{over}:10m])", 0)


def _time(at: Time) -> str:
    return at if isinstance(at, str) else f"{at}s"
