"""An objective as Pyrra reads it, with Pyrra's own rules.

Source: kubernetes/api/v1alpha1/servicelevelobjective_types.go of Pyrra, `validate` and `Internal`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.document import Path
from sloctl.core.duration import Duration
from sloctl.core.human import and_list
from sloctl.formats.pyrra._report import Report
from sloctl.formats.pyrra._shape import INDICATORS, KIND, Fields, check_shape
from sloctl.promql.errors import PromqlError
from sloctl.promql.parse import parse
from sloctl.promql.tree import Selector

_VERSION = "pyrra.dev/v1alpha1"
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHERE = {"ratio": ("errors", "total"), "latency": ("success", "total"), "latencyNative": ("total",), "bool_gauge": ()}
"""The metrics of each indicator; a `bool_gauge` is itself one."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of an indicator: where it stands, its text, and the selector in it."""

    path: Path
    text: str
    selector: Selector

    @property
    def written(self) -> str:
        """The selector as it stands in the text, without an offset."""
        return self.text[slice(*self.selector.vector_at)]

    @property
    def pinned(self) -> dict[str, str]:
        """The labels with one value, which Pyrra writes on rules and alerts."""
        matchers = self.selector.matchers
        return {each.label: each.value for each in matchers if each.op == "=" and each.label != "__name__"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """An objective that Pyrra accepts. `objective` is a ratio; `metrics` are by role (`errors`, `total`, …)."""

    fields: Fields
    name: str
    objective: Decimal
    period: Duration
    kind: str
    metrics: Mapping[str, Metric]

    @property
    def spec(self) -> Fields:
        """The fields of `spec`."""
        return Fields(self.fields.document, (*self.fields.path, "spec"))

    @property
    def indicator(self) -> Fields:
        """The fields of the indicator."""
        return Fields(self.fields.document, (*self.spec.path, "indicator", self.kind))

    @property
    def alerting(self) -> Fields:
        """The fields of `alerting`, though it may not be there."""
        return Fields(self.fields.document, (*self.spec.path, "alerting"))

    @property
    def metadata(self) -> Fields:
        """The fields of `metadata`."""
        return Fields(self.fields.document, (*self.fields.path, "metadata"))

    @property
    def total(self) -> Metric:
        """The metric that counts all events."""
        return self.metrics["total"]


def read(fields: Fields, report: Report) -> Original | None:
    """Read an objective; report what Pyrra would refuse, and return None then."""
    report.misshapen(check_shape(fields))
    if (version := fields.text("apiVersion")) != _VERSION:
        report.invalid((*fields.path, "apiVersion"), f"Pyrra knows no `{version}`", f"write `{_VERSION}`")
    if (kind := fields.text("kind")) != KIND:
        report.invalid((*fields.path, "kind"), f"Pyrra knows no kind `{kind}`", f"write `{KIND}`")
    spec = fields.child("spec") or Fields(fields.document, (*fields.path, "spec"))
    metadata = fields.child("metadata") or Fields(fields.document, (*fields.path, "metadata"))
    if not metadata.text("name"):
        report.invalid((*metadata.path, "name"), "Pyrra wants a name", "write `metadata.name`")
    objective, period, indicator = _objective(spec, report), _period(spec, report), _kind(spec, report)
    metrics = dict(_metrics(spec, indicator, report)) if indicator else {}
    if report.has_errors or objective is None or period is None or not indicator:
        return None
    return Original(fields=fields, name=metadata.text("name"), objective=objective, period=period, kind=indicator,
                    metrics=metrics)  # fmt: skip


def _objective(spec: Fields, report: Report) -> Decimal | None:
    path, text = (*spec.path, "target"), spec.text("target")
    if not text:
        report.invalid(path, "Pyrra wants a target", "write `target`, a percentage in quotes")
    elif not _NUMBER.fullmatch(text):
        report.invalid(path, f"the target `{text}` is no number", 'write a percentage such as `"99.9"`')
    elif not 0 <= Decimal(text) <= 100:
        report.invalid(path, f"the target must be between 0 and 100, not {text}", 'write a percentage such as `"99.9"`')
    elif Decimal(text) in (0, 100):
        advice = "100 leaves no error budget and 0 no objective; 99.9 is a good start"
        report.refused(path, f"an objective must be above 0 and below 100 percent, not {text}", advice)
    else:
        return Decimal(text) / 100
    return None


def _period(spec: Fields, report: Report) -> Duration | None:
    path, text = (*spec.path, "window"), spec.text("window")
    if not text:
        report.invalid(path, "Pyrra wants a window", "write `window`, such as `4w`")
        return None
    try:
        period = _duration(text)
    except ValueError:
        report.invalid(path, f"the window `{text}` is no duration", "write it as Prometheus does, such as `4w`")
        return None
    if not period.ms:
        report.refused(path, "a window of 0 holds no error budget", "`4w` is a good start")
    return period


def _duration(text: str) -> Duration:
    """Read a duration, and a bare 0, as Prometheus does; raise ValueError for anything else."""
    return Duration(0) if text == "0" else Duration.parse(text)


def _kind(spec: Fields, report: Report) -> str:
    """Return the indicator that Pyrra takes: the first of those that are there."""
    indicator = spec.child("indicator")
    given = [kind for kind in INDICATORS if indicator and indicator.child(kind)]
    path = (*spec.path, "indicator")
    if not given:
        known = and_list([f"`{kind}`" for kind in INDICATORS], "or")
        report.invalid(path, f"Pyrra wants one of {known}", "write what counts good and bad events")
        return ""
    if {"ratio", "latency"} <= set(given):
        report.invalid((*path, "latency"), "Pyrra refuses `ratio` and `latency` in one objective",
                       "make two objectives of them")  # fmt: skip
        return given[0]
    for kind in given[1:]:
        message = f"`{kind}` is left out: Pyrra takes the first indicator, which is `{given[0]}`"
        report.lost(spec.document.at_key((*path, kind)), message, "make an objective of its own of it")
    return given[0]


def _metrics(spec: Fields, kind: str, report: Report) -> Iterator[tuple[str, Metric]]:
    path = (*spec.path, "indicator", kind)
    for role in _WHERE[kind]:
        if found := _metric(Fields(spec.document, (*path, role)), f"{kind}.{role}", report):
            yield role, found
            if role == "success":
                _check_bucket(found, report)
    if kind == "bool_gauge" and (found := _metric(Fields(spec.document, path), kind, report)):
        yield "total", found
    if kind == "latencyNative":
        _check_latency(Fields(spec.document, path), report)


def _metric(fields: Fields, named: str, report: Report) -> Metric | None:
    path, text = (*fields.path, "metric"), fields.text("metric") if _is_there(fields) else ""
    if not text:
        report.invalid(path, f"Pyrra wants a metric for `{named}`", "write a selector at `metric`")
        return None
    try:
        root = parse(text).root
    except PromqlError as error:
        report.invalid_inside(path, (error.start, error.end), error.message, error.help)
        return None
    if not isinstance(root, Selector) or root.range_at:
        advice = 'write a metric with its labels and nothing else, such as `requests_total{job="api"}`'
        span = root.range_at if isinstance(root, Selector) and root.range_at else root.place
        report.invalid_inside(path, span, f"the metric of `{named}` must be a vector selector", advice)
        return None
    if shifted := root.offset_at or root.at_at:
        message = f"`{text[slice(*shifted)]}` is left out: a selector counts what happens now"
        report.lost(fields.document.inside(path, *shifted), message, "write the SLI as `raw` if you need it")
    return Metric(path, text, root)


def _is_there(fields: Fields) -> bool:
    parent = Fields(fields.document, fields.path[:-1])
    return parent.child(str(fields.path[-1])) is not None


def _check_bucket(metric: Metric, report: Report) -> None:
    """Demand the bucket: the first matcher on `le` has a number."""
    found = next((each for each in metric.selector.matchers if each.label == "le"), None)
    if found is None:
        report.invalid(
            metric.path, "the metric of `latency.success` must pick a bucket", 'write a matcher such as `le="0.5"`'
        )
    elif not _NUMBER.fullmatch(found.value) and found.value.lstrip("+") != "Inf":
        message = f"`le` must be a number, not `{found.value}`"
        report.invalid_inside(metric.path, found.value_at, message, 'write a boundary of the buckets, such as `"0.5"`')


def _check_latency(fields: Fields, report: Report) -> None:
    path, text = (*fields.path, "latency"), fields.text("latency")
    if not text:
        report.invalid(path, "Pyrra wants a `latency`", "write the limit, such as `200ms`")
        return
    try:
        limit = _duration(text)
    except ValueError:
        report.invalid(path, f"the latency `{text}` is no duration", "write it as Prometheus does, such as `200ms`")
        return
    if not limit.ms:
        report.refused(path, "no request takes less than no time", "write the limit, such as `200ms`")
