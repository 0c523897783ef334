"""The series and labels of other tools, for a team that keeps its dashboards and routes: `--names`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from sloctl.core.duration import Duration
from sloctl.core.registry import plugins
from sloctl.dialects._dialect import Dialect, Recorded
from sloctl.model import names
from sloctl.model.rules import Alerting, Recording
from sloctl.model.service import Service, Slo
from sloctl.pipeline.plan.recordings import series, slo_levels
from sloctl.pipeline.settings import Settings


def dialects(settings: Settings) -> tuple[Dialect, ...]:
    """Return the dialects that the settings ask for."""
    return tuple(plugins("sloctl.dialects", "DIALECT")[name] for name in settings.names) if settings.names else ()


def windows_of(slo: Slo, wanted: Iterable[Dialect]) -> tuple[Duration, ...]:
    """Return the windows that other tools record beside ours."""
    return tuple(window for dialect in wanted for window in dialect.windows(slo))


def named_recordings(service: Service, slo: Slo, wanted: Iterable[Dialect]) -> tuple[Recording, ...]:
    """Record our figures once more, under the names of other tools."""
    known = tuple(wanted)
    if not known:
        return ()
    recorded = Recorded(
        service=service,
        slo=slo,
        select=partial(series, service=service, slo=slo),
        windows=tuple(level.window for level in slo_levels(slo, windows_of(slo, known))),
    )
    return tuple(rule for dialect in known for rule in dialect.recordings(recorded))


def named_alerts(
    service: Service, slo: Slo, alerts: Iterable[Alerting], wanted: Iterable[Dialect]
) -> tuple[Alerting, ...]:
    """Add the labels that routes of other tools match; a label of ours is never replaced."""
    known = tuple(wanted)
    return tuple(_with_labels(service, slo, alert, known) for alert in alerts)


def _with_labels(service: Service, slo: Slo, alert: Alerting, wanted: tuple[Dialect, ...]) -> Alerting:
    own = dict(alert.labels)
    added = {key: value for each in wanted for key, value in each.labels(service, slo, own.get(names.NOTIFY, ""))}
    return replace(alert, labels=tuple((added | own).items())) if added else alert
