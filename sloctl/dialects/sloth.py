"""The series of Sloth: `slo:sli_error:ratio_rate<window>` and the figures that its dashboards show.

Values are ours: the ratio of a window is all bad events by all events, and without traffic there is no value, where
Sloth has averages of ratios and NaN. Labels are those of Sloth: its IDs, and the labels of the spec, by which
dashboards select. They may change without harm, because no window is computed from these series.
"""

from __future__ import annotations

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text, percent
from sloctl.dialects._dialect import Dialect, Recorded, alias, record, without_ours
from sloctl.model import names
from sloctl.model.rules import Pairs, Recording
from sloctl.model.service import Service, Slo

_WINDOWS = tuple(
    Duration.of(minutes=minutes) for minutes in (5, 30, 60, 2 * 60, 6 * 60, 24 * 60, 3 * 24 * 60)
)  # fmt: skip
_DAY = Duration.of(days=1)


def _windows(slo: Slo) -> tuple[Duration, ...]:
    """The windows that Sloth always records, as far as they are multiples of the base and shorter than the period."""
    return tuple(
        window for window in _WINDOWS if window >= slo.base and not window.ms % slo.base.ms and window < slo.period
    )


def _recordings(recorded: Recorded) -> tuple[Recording, ...]:
    slo, labels = recorded.slo, _labels(recorded.service, recorded.slo)
    wanted = {*_windows(slo), slo.base, slo.period}
    windows = [window for window in recorded.windows if window in wanted]
    ratios = [_ratio(recorded, window, labels) for window in windows]
    return (*ratios, *_figures(recorded, labels))


def _identity(service: Service, slo: Slo) -> Pairs:
    group, name = alias(service, "sloth"), alias(slo, "sloth")
    return (("sloth_id", f"{group}-{name}"), ("sloth_service", group), ("sloth_slo", name))


def _labels(service: Service, slo: Slo) -> Pairs:
    """Return what Sloth has on every series of an SLO: the labels of the spec, its owner among them, and the IDs."""
    spec = {_as_written(name): value for name, value in service.labels} | {names.OWNER: service.owner}
    kept = {name: value for name, value in spec.items() if name not in slo.by}
    return tuple((kept | dict(_identity(service, slo))).items())


def _as_written(label: str) -> str:
    """Return the name of a label before it was renamed, where only alerts have another label of that name."""
    written = label.removeprefix(names.EXPORTED)
    return written if written in {names.TIER, names.PRIORITY, names.NOTIFY} else label


def _name(window: Duration) -> str:
    return f"slo:sli_error:ratio_rate{window}"


def _ratio(recorded: Recorded, window: Duration, labels: Pairs) -> Recording:
    expr = without_ours(recorded.error_ratio(window))
    return record(_name(window), expr, (*labels, ("sloth_window", str(window))))


def _figures(recorded: Recorded, labels: Pairs) -> tuple[Recording, ...]:
    slo = recorded.slo
    budget = decimal_text(slo.error_budget)
    now, period = (without_ours(f"{recorded.error_ratio(window)}\n/ {budget}") for window in (slo.base, slo.period))
    left = without_ours(f"1 - {recorded.error_ratio(slo.period)}\n/ {budget}")
    objective = percent(slo.objective, 28)[:-2]
    info = (("sloth_mode", "sloctl"), ("sloth_objective", objective), ("sloth_spec", "sloctl/v1"))
    return (
        record("slo:objective:ratio", f"vector({decimal_text(slo.objective)})", labels),
        record("slo:error_budget:ratio", f"vector({budget})", labels),
        record("slo:time_period:days", f"vector({decimal_text(slo.period.seconds / _DAY.seconds)})", labels),
        record("slo:current_burn_rate:ratio", now, labels),
        record("slo:period_burn_rate:ratio", period, labels),
        record("slo:period_error_budget_remaining:ratio", left, labels),
        record("sloth_slo_info", "vector(1)", (*labels, *info)),
    )


def _alert_labels(service: Service, slo: Slo, notify: str) -> Pairs:
    return (*_identity(service, slo), ("sloth_severity", notify))


DIALECT = Dialect("sloth", "series and labels of Sloth", _windows, _recordings, _alert_labels)
