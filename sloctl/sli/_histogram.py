"""What both kinds of latency share: the fields `histogram` and `below`, and the unit that the metric's name tells."""

from __future__ import annotations

import re
from decimal import Decimal

from sloctl.core import problems
from sloctl.core.duration import Duration
from sloctl.core.reader import Reader
from sloctl.core.shapes import Shape, duration, selector
from sloctl.promql import fields

FIELDS: dict[str, Shape] = {
    "histogram": selector("The histogram: a metric name or selector, with or without `_bucket`."),
    "below": duration("The limit. For classic histograms it must be a bucket boundary.", "300ms"),
}

_THOUSAND, _MILLION = Decimal(10**3), Decimal(10**6)
_PER_SECOND = {"milliseconds": _THOUSAND, "ms": _THOUSAND, "microseconds": _MILLION, "us": _MILLION}
_SUFFIX = re.compile(r"_(bucket|count|sum)$")


def histogram_field(reader: Reader) -> tuple[str, str] | None:
    """Return the metric name without suffix, and the whole selector written with that name."""
    parsed = fields.parsed_selector(reader, "histogram")
    if parsed is None:
        return None
    for matcher in parsed.matchers:
        if matcher.label == "le":
            message, span = "the bucket is chosen by `below`, not by a matcher on `le`", (matcher.start, matcher.end)
            reader.report_inside(problems.NOT_A_SELECTOR, "histogram", span, message, "remove it")
            return None
    written = reader.text("histogram")[parsed.start : parsed.end]
    if not parsed.name or not written.startswith(parsed.name):
        message = "a histogram needs its metric name in front of the braces"
        reader.report(problems.NOT_A_SELECTOR, reader.at("histogram"), message, 'write `name{job="api"}`')
        return None
    base = _SUFFIX.sub("", parsed.name)
    return base, base + written[len(parsed.name) :]


def limit_field(reader: Reader, metric: str) -> Decimal | None:
    """Return the limit in the unit of the metric: seconds, unless its name ends otherwise."""
    below = reader.duration("below")
    return None if below is None else bound(below, metric)


def bound(below: Duration, metric: str) -> Decimal:
    """Convert a limit to the unit that the metric's name tells (Prometheus names end in their unit)."""
    unit = metric.rsplit("_", 1)[-1]
    return below.seconds * _PER_SECOND.get(unit, Decimal(1))
