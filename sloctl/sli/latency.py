"""Requests faster than a limit, from a classic histogram."""

from __future__ import annotations

from decimal import Decimal

from sloctl.core.human import decimal_text
from sloctl.core.reader import Reader
from sloctl.core.shapes import record
from sloctl.model.service import Sli
from sloctl.promql.selector import with_matchers, with_suffix
from sloctl.promql.tree import MatchOp
from sloctl.sli._histogram import FIELDS, histogram_field, limit_field
from sloctl.sli._kind import SliContext, SliKind, check_inputs, increase, missing_good, per_window


def _build(reader: Reader, context: SliContext) -> Sli | None:
    histogram = histogram_field(reader)
    check_inputs(reader, context, "histogram")
    limit = limit_field(reader, histogram[0]) if histogram else None
    if not histogram or limit is None:
        return None
    name, selector = histogram
    bucket = with_matchers(with_suffix(selector, "_bucket"), (_boundary(limit),))
    total = increase(with_suffix(selector, "_count"), context)
    return Sli(
        kind="latency",
        bad=per_window(missing_good(increase(bucket, context), total), context),
        total=per_window(total, context),
        events="requests",
        floor=5,
        words=f"requests in `{name}` slower than {reader.text('below')}",
        inputs=(("histogram", selector), ("le", decimal_text(limit))),
    )


def _boundary(limit: Decimal) -> tuple[str, MatchOp, str]:
    """Match every way exporters write a boundary: `1` and `1.0`, `0.00005` and `5e-05`, `1000000` and `1e+06`."""
    plain = decimal_text(limit)
    forms = [plain, f"{plain}.0" if "." not in plain else plain, _go_text(limit)]
    distinct = list(dict.fromkeys(forms))
    if len(distinct) == 1:
        return "le", "=", plain
    return "le", "=~", "|".join(form.replace(".", r"\.").replace("+", r"\+") for form in distinct)


def _go_text(limit: Decimal) -> str:
    """Write a number as Go's strconv does with format 'g': an exponent below 1e-4 and from 1e6 up."""
    exponent = limit.adjusted()
    if -4 <= exponent < 6:
        return decimal_text(limit)
    mantissa = decimal_text(limit.scaleb(-exponent))
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


KIND = SliKind("latency", record("Requests faster than `below`, from a classic histogram.", FIELDS, *FIELDS), _build)
