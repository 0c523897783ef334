"""The indicators of Pyrra as SLI kinds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from sloctl.core.document import Path
from sloctl.core.duration import Duration
from sloctl.core.translated import Place
from sloctl.formats._spec import Draft, Fate
from sloctl.formats.pyrra._original import Metric, Original
from sloctl.formats.pyrra._report import Report
from sloctl.promql.selector import fixed_labels
from sloctl.promql.tree import Matcher

_PER_SECOND = {"milliseconds": 1_000, "ms": 1_000, "microseconds": 1_000_000, "us": 1_000_000}
"""The units that the kinds of latency know from the name of a metric; any other name means seconds."""


def put_sli(draft: Draft, path: Path, original: Original, report: Report) -> None:
    """Write the SLI of an objective."""
    _WRITERS[original.kind](draft, path, original, report)
    _put_grouping(draft, path, original, report)
    report.remark(Fate.MAPPED, original.indicator.path, f"`{original.kind}` is the SLI kind `{_kind(draft, path)}`")


def _kind(draft: Draft, path: Path) -> str:
    found: Mapping[str, object] = draft.get(path)
    return next(iter(found))


def _ratio(draft: Draft, path: Path, original: Original, report: Report) -> None:
    errors, total = original.metrics["errors"], original.total
    _put_metric(draft, (*path, "events", "bad"), errors, original)
    _put_metric(draft, (*path, "events", "total"), total, original)
    if errors.text == total.text:
        message = "`errors` and `total` are the same metric, so every event is a bad one"
        report.lost(original.fields.document.at(errors.path), message, "let `errors` select the failures only")


def _latency(draft: Draft, path: Path, original: Original, report: Report) -> None:
    """Make the kind `latency` where bucket and count are of one histogram, else count good events."""
    success, total = original.metrics["success"], original.total
    histogram, limit = _histogram(success, total), _limit(success)
    if histogram and limit:
        place = Place(original.fields.document, total.path)
        draft.put((*path, "latency", "histogram"), histogram, place)
        draft.put((*path, "latency", "below"), str(limit), Place(original.fields.document, success.path))
        return
    place = Place(original.fields.document, success.path)
    draft.put((*path, "events", "good"), with_every_le(success), place)
    _put_metric(draft, (*path, "events", "total"), total, original)
    why = (
        "the metrics are not `_bucket` and `_count` of one selector" if not histogram else "the limit has no unit in ms"
    )
    report.remark(Fate.DERIVED, original.indicator.path, f"the latency counts good events, because {why}")


def _native(draft: Draft, path: Path, original: Original, report: Report) -> None:
    document, where = original.fields.document, (*original.indicator.path, "latency")
    _put_metric(draft, (*path, "native_latency", "histogram"), original.total, original)
    draft.put((*path, "native_latency", "below"), original.indicator.text("latency"), Place(document, where, 0))
    if (unit := _unit(original.total.selector.name or "")) > 1:
        message = f"the limit is taken in the unit of the metric ({unit:,} per second); Pyrra takes seconds always"
        report.corrected(where, message)


def _bool_gauge(draft: Draft, path: Path, original: Original, _report: Report) -> None:
    _put_metric(draft, (*path, "probe", "up"), original.total, original)


_WRITERS = {"ratio": _ratio, "latency": _latency, "latencyNative": _native, "bool_gauge": _bool_gauge}


def _put_metric(draft: Draft, path: Path, metric: Metric, original: Original) -> None:
    draft.put(path, metric.written, Place(original.fields.document, metric.path, metric.selector.start))


def _histogram(success: Metric, total: Metric) -> str:
    """Return the selector of the histogram without suffix, empty when the metrics are not of one."""
    name, counted = success.selector.name or "", total.selector.name or ""
    base = name.removesuffix("_bucket")
    is_one = name.endswith("_bucket") and counted == f"{base}_count" and total.written.startswith(counted)
    own = {_said(each) for each in success.selector.matchers if each.label != "le"}
    same = own == {_said(each) for each in total.selector.matchers}
    return base + total.written[len(counted) :] if is_one and same else ""


def _said(matcher: Matcher) -> tuple[str, str, str]:
    return matcher.label, matcher.op, matcher.value


def _limit(success: Metric) -> Duration | None:
    """Return the limit in whole milliseconds; None for a bucket that has none, or when `le` is not one value."""
    matchers = [each for each in success.selector.matchers if each.label == "le"]
    try:
        seconds = Decimal(matchers[0].value) / _unit((success.selector.name or "").removesuffix("_bucket"))
    except InvalidOperation:
        return None
    ms = seconds * 1000
    is_one = len(matchers) == 1 and matchers[0].op == "="
    return Duration(int(ms)) if is_one and seconds.is_finite() and ms > 0 and ms == int(ms) else None


def _unit(metric: str) -> int:
    return _PER_SECOND.get(metric.rsplit("_", 1)[-1], 1)


def with_every_le(metric: Metric) -> str:
    """Return the selector so that a whole boundary matches as Prometheus 2 and 3 write it: `1` and `1.0`."""
    text, start = metric.written, metric.selector.vector_at[0]
    for each in metric.selector.matchers:
        if each.label == "le" and each.op == "=" and each.value.isdecimal():
            pattern = f'le=~"{each.value}|{each.value}\\\\.0"'
            return text[: each.start - start] + pattern + text[each.end - start :]
    return text


def grouping(original: Original) -> tuple[str, ...]:
    """Return the labels that split the budget: those of the grouping that no selector pins."""
    pinned = {label for metric in original.metrics.values() for label in fixed_labels(metric.selector)}
    return tuple(dict.fromkeys(label for label in original.indicator.texts("grouping") if label not in pinned))


def _put_grouping(draft: Draft, path: Path, original: Original, report: Report) -> None:
    where = (*original.indicator.path, "grouping")
    by = grouping(original)
    if by:
        draft.put((*path, "by"), list(by), Place(original.fields.document, where))
    for label in dict.fromkeys(original.indicator.texts("grouping")):
        if label not in by:
            report.remark(Fate.DERIVED, where, f"`{label}` splits nothing, because the selectors pin it")
