"""A report as metrics in the text format of Prometheus, for the textfile collector of the node exporter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from sloctl.model import names
from sloctl.pipeline.report.forms._form import Form, Look
from sloctl.pipeline.report.model import Budget, Report, ServiceReport, SloReport

if TYPE_CHECKING:
    from prometheus_client import Metric

Row = tuple[ServiceReport, SloReport, Budget]

_FIGURES: tuple[tuple[str, str, Callable[[Row], float | None]], ...] = (
    ("sli_ratio", "Good events / valid events over the period.", lambda row: row[2].usage.sli),
    ("objective_ratio", "The objective.", lambda row: float(row[1].slo.objective)),
    ("error_budget_remaining_ratio", "1 is a whole error budget, 0 none, less is overspent.",
     lambda row: row[2].left),
    ("burn_rate_1h", "How many times faster than allowed the budget burnt in the last hour.",
     lambda row: row[2].burn_hour),
    ("burn_rate_1d", "How many times faster than allowed the budget burnt in the last day.",
     lambda row: row[2].burn_day),
    ("bad_events", "Bad events in the period.", lambda row: row[2].usage.bad),
    ("valid_events", "Valid events in the period.", lambda row: row[2].usage.total),
    ("exhausted_in_seconds", "When the budget is gone at its pace; nothing when it is not.",
     lambda row: None if row[2].exhausted_in is None else row[2].exhausted_in / 1000),
    ("frozen", "1 while the error-budget policy stops releases.", lambda row: float(row[2].is_frozen)),
)  # fmt: skip


def metrics(report: Report, look: Look) -> Iterator[Metric]:
    """Return the metrics of a report: budgets, lint debt, and how the run went."""
    for name, help_, value in _FIGURES:
        yield _gauge(f"sloctl_slo_{name}", help_, (
            (_labels(row), found) for row in report.rows if (found := value(row)) is not None))  # fmt: skip
    yield _gauge("sloctl_slo_failed", "1 for an SLO about which the server did not answer.", (
        ({names.SERVICE: service.service.name, names.SLO: slo.slo.name}, float(bool(slo.error)))
        for service in report.services for slo in service.slos))  # fmt: skip
    if report.debt is not None:
        yield _gauge("sloctl_lint_findings", "Findings of sloctl lint by code.", (
            ({"code": each.code, "name": each.name, "severity": each.severity}, float(each.count))
            for each in report.debt))  # fmt: skip
    yield _gauge("sloctl_report_failures", "Questions of the last run that the server did not answer.",
                 [({}, float(len(report.errors)))])  # fmt: skip
    yield _gauge("sloctl_report_duration_seconds", "How long the last run took.", [({}, look.seconds)])
    yield _gauge("sloctl_report_timestamp_seconds", "When the last run ended.", [({}, look.now)])
    yield _gauge("sloctl_build_info", "The version of sloctl.", [({"version": look.version}, 1.0)])


def _labels(row: Row) -> dict[str, str]:
    service, slo, budget = row
    return {**dict(budget.group), names.SERVICE: service.service.name, names.SLO: slo.slo.name}


def _gauge(name: str, help_: str, samples: Iterable[tuple[dict[str, str], float]]) -> Metric:
    from prometheus_client import Metric

    metric = Metric(name, help_, "gauge")
    for labels, value in samples:
        metric.add_sample(name, labels, value)
    return metric


def _render(report: Report, look: Look) -> str:
    from prometheus_client import generate_latest
    from prometheus_client.registry import Collector

    class Once(Collector):
        def collect(self) -> Iterator[Metric]:
            return metrics(report, look)

    return generate_latest(Once()).decode()


FORM = Form("prom", "metrics for the textfile collector of the node exporter", (".prom",), _render, tells_debt=True)
