"""Any PromQL: bad and total counts, or an error ratio."""

from __future__ import annotations

import re

from sloctl.core import problems
from sloctl.core.reader import Reader
from sloctl.core.shapes import expression, one_of, record
from sloctl.model.service import Sli
from sloctl.promql import fields
from sloctl.sli._kind import SliContext, SliKind, aggregate, or_zero

_SCHEMA = record(
    "Any PromQL with `$window` as the range. An error ratio counts every evaluation alike, a quiet night as much "
    "as a busy day; give `bad` and `total` where you can.",
    {
        "error_ratio": expression("Bad events / valid events in `$window`, from 0 to 1."),
        "bad": expression("Number of bad events in `$window`, such as `sum(increase(failed_total[$window]))`."),
        "total": expression("Number of valid events in `$window`."),
    },
    **one_of("give `error_ratio`, or `bad` and `total`", ("error_ratio",), ("bad", "total")),
)


def _build(reader: Reader, context: SliContext) -> Sli | None:
    window = str(context.window)
    given = {key: fields.expression(reader, key, window) for key in _SCHEMA["properties"] if reader.has(key)}
    for key, expr in given.items():
        if expr and not re.search(r"\$window\b", reader.text(key)):
            message = f"`{key}` has no `$window`, so it would measure the same range in every window"
            reader.report(problems.NO_WINDOW, reader.at(key), message, "write the range as `[$window]`")
    if not given or None in given.values():
        return None
    texts = {key: expr for key, expr in given.items() if expr}
    return _from_ratio(texts, context) if "error_ratio" in texts else _from_counts(texts, context)


def _from_ratio(texts: dict[str, str], context: SliContext) -> Sli:
    ratio = texts["error_ratio"]
    # Every evaluation weighs 1, those without traffic 0: NaN is dropped, or it would poison all later sums.
    total = aggregate("max", context.by, f"({ratio}) >= bool 0")
    failures = aggregate("avg", context.by, f"({ratio}) >= 0")
    return Sli(
        kind="raw",
        bad=or_zero(failures, total),
        total=total,
        events="base windows",
        floor=0,
        words=f"the error ratio `{' '.join(texts['error_ratio'].split())}`",
        inputs=tuple(texts.items()),
        failures=failures,
    )


def _from_counts(texts: dict[str, str], context: SliContext) -> Sli | None:
    if not {"bad", "total"} <= texts.keys():
        return None
    # `>= 0` drops NaN, which would poison all later sums.
    bad, total = (aggregate("sum", context.by, f"({texts[key]}) >= 0") for key in ("bad", "total"))
    words = " of ".join(f"`{' '.join(text.split())}`" for text in (texts["bad"], texts["total"]))
    return Sli(kind="raw", bad=or_zero(bad, total), total=total, events="events", floor=5, words=words,
               inputs=tuple(texts.items()), failures=bad)  # fmt: skip


KIND = SliKind("raw", _SCHEMA, _build)
