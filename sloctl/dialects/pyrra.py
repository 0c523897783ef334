"""The series of Pyrra: `<metric>:burnrate<window>`, `<metric>:increase<period>`, and its generic rules.

Pyrra names its series after the metric of the indicator and labels them with its `=` matchers and the labels of the
objective; an SLI that no single metric counts has the generic ones only. Values are ours: a `burnrate` is an error
ratio, as it is in Pyrra.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.dialects._dialect import Dialect, Recorded, alias, record, without_ours
from sloctl.model.rules import Pairs, Recording
from sloctl.model.service import Service, Slo
from sloctl.promql.selector import fixed_labels, parse_selector
from sloctl.promql.tree import Matcher, Selector

_WEEK = Duration.of(days=7)
_COUNTER_SUFFIXES = ("_total", "_count", "_bucket")


@dataclass(frozen=True, slots=True)
class _Indicator:
    """The metric that Pyrra would name its series after, and the labels they have."""

    selector: Selector
    labels: Pairs

    @property
    def metric(self) -> str:
        """The name of the metric."""
        return self.selector.metric or ""


def _windows(slo: Slo) -> tuple[Duration, ...]:
    """The windows of Pyrra's alerts are those of the tiers."""
    del slo
    return ()


def _recordings(recorded: Recorded) -> tuple[Recording, ...]:
    indicator = _indicator(recorded)
    own = [*_burn_rates(recorded, indicator), *_counts(recorded, indicator)] if indicator else []
    return (*own, *(_generic(recorded) if not recorded.slo.by else ()))


def _indicator(recorded: Recorded) -> _Indicator | None:
    slo = recorded.slo
    inputs = dict(slo.sli.inputs)
    written = next((inputs[key] for key in ("total", "histogram", "up") if key in inputs), None)
    if slo.sli.kind not in _COUNTS or written is None:
        return None
    selector = parse_selector(written)
    if not selector.metric:
        return None
    pinned = tuple((label, value) for label, value in fixed_labels(selector).items() if label not in slo.by)
    return _Indicator(selector, tuple((dict(_labels(slo)) | dict(pinned)).items()))


def _labels(slo: Slo) -> Pairs:
    """Return the name of an SLO, and its own labels: those that all its alerts have."""
    first, *others = [response.labels for response in slo.responses.values()] or [()]
    shared = [pair for pair in first if pair[0] not in slo.by and all(pair in labels for labels in others)]
    return (("slo", alias(slo, "pyrra")), *shared)


def _go_text(window: Duration) -> str:
    """Write a duration as Go's model.Duration does: 28d is `4w`."""
    weeks, rest = divmod(window.ms, _WEEK.ms)
    return str(window) if rest or not weeks else f"{weeks}w"


def _base(metric: str, *suffixes: str) -> str:
    for suffix in suffixes:
        metric = metric.removesuffix(suffix)
    return metric


def _burn_rates(recorded: Recorded, indicator: _Indicator) -> Iterator[Recording]:
    base = _base(indicator.metric, "_total", "_count")
    if recorded.slo.sli.kind == "latency":
        base = _base(base, "_bucket")
    wanted = {window for tier in recorded.slo.tiers for window in (tier.short, tier.long)}
    for window in recorded.windows:
        if window in wanted:
            expr = without_ours(recorded.error_ratio(window))
            yield record(f"{base}:burnrate{_go_text(window)}", expr, indicator.labels)


def _counts(recorded: Recorded, indicator: _Indicator) -> Iterator[Recording]:
    """Count the events of the period as the indicator does."""
    period = recorded.slo.period
    bad, total = recorded.bad(period), recorded.total(period)
    yield from _COUNTS[recorded.slo.sli.kind](recorded, indicator, bad, total)


def _increase(metric: str, period: Duration) -> str:
    return f"{_base(metric, *_COUNTER_SUFFIXES)}:increase{_go_text(period)}"


def _events(recorded: Recorded, indicator: _Indicator, bad: str, total: str) -> Iterator[Recording]:
    """Pyrra splits by the labels that only the errors have, and adds up; here there is one value for each side."""
    period, name = recorded.slo.period, _increase(indicator.metric, recorded.slo.period)
    failing = dict(recorded.slo.sli.inputs).get("bad")
    errors = parse_selector(failing) if failing else None
    if errors is None or not errors.metric:
        yield record(name, without_ours(total), indicator.labels)
        return
    known = {(matcher.label, matcher.op, matcher.value) for matcher in indicator.selector.matchers}
    own = [each for each in errors.matchers if (each.label, each.op, each.value) not in known]
    labels = tuple((each.label, _witness(each)) for each in own if each.label != "__name__")
    if errors.metric != indicator.metric:
        yield record(name, without_ours(total), indicator.labels)
        yield record(_increase(errors.metric, period), without_ours(bad), indicator.labels)
    elif all(value for _, value in labels):
        yield record(name, without_ours(f"{total} - {bad}"), indicator.labels)
        yield record(name, without_ours(bad), (*indicator.labels, *labels))
    else:
        yield record(name, without_ours(total), indicator.labels)


def _witness(matcher: Matcher) -> str:
    """Return a value that a matcher takes, so that the series is found by it; empty when none comes to mind."""
    if matcher.op == "=":
        return matcher.value
    if matcher.op != "=~":
        return ""
    for alternative in matcher.value.strip("()").split("|"):
        value = re.sub(r"\.\*|\.\+|\.|\\d\+?", "0", re.sub(r"\[([^\]^])[^\]]*\]", r"\1", alternative))
        if re.fullmatch(r"[\w-]+", value) and _matches(matcher.value, value):
            return value
    return ""


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return False


def _latency(recorded: Recorded, indicator: _Indicator, bad: str, total: str) -> Iterator[Recording]:
    name = _increase(indicator.metric, recorded.slo.period)
    inputs = dict(recorded.slo.sli.inputs)
    limit = inputs.get("le") or inputs.get("limit") or ""
    yield record(name, without_ours(total), indicator.labels)
    yield record(name, without_ours(f"{total} - {bad}"), (*indicator.labels, ("le", limit)))


def _probe(recorded: Recorded, indicator: _Indicator, bad: str, total: str) -> Iterator[Recording]:
    period = _go_text(recorded.slo.period)
    for name, expr in (
        (f"{indicator.metric}:count{period}", total),
        (f"{indicator.metric}:sum{period}", f"{total} - {bad}"),
    ):
        yield record(name, without_ours(expr), indicator.labels)


_COUNTS = {"events": _events, "latency": _latency, "native_latency": _latency, "probe": _probe}


def _generic_labels(recorded: Recorded) -> Pairs:
    """Return the labels of the objective; what its metric pins is on alerts, but not here."""
    indicator = _indicator(recorded)
    pinned = fixed_labels(indicator.selector) if indicator else {}
    return tuple(pair for pair in _labels(recorded.slo) if pair not in pinned.items())


def _generic(recorded: Recorded) -> tuple[Recording, ...]:
    """The series that have one name for all objectives, which Pyrra's Grafana dashboards read."""
    slo, labels = recorded.slo, _generic_labels(recorded)
    seconds = decimal_text(slo.base.seconds)
    figures = {
        "pyrra_objective": f"vector({decimal_text(slo.objective)})",
        "pyrra_window": f"vector({decimal_text(slo.period.seconds)})",
        "pyrra_availability": without_ours(f"1 - {recorded.error_ratio(slo.period)}"),
        "pyrra_requests:rate5m": without_ours(f"{recorded.total(slo.base)} / {seconds}"),
        "pyrra_errors:rate5m": without_ours(f"{recorded.bad(slo.base)} / {seconds}"),
    }
    return tuple(record(name, expr, labels) for name, expr in figures.items())


def _alert_labels(service: Service, slo: Slo, notify: str) -> Pairs:
    """Pyrra's alerts have the label `slo`, as ours; the others follow from the metric."""
    del service, slo, notify
    return ()


DIALECT = Dialect("pyrra", "series of Pyrra", _windows, _recordings, _alert_labels)
