"""Events counted by counters: any two of good, bad and total."""

from __future__ import annotations

from sloctl.core import problems
from sloctl.core.reader import Reader
from sloctl.core.shapes import one_of, record, selector
from sloctl.model.service import Sli
from sloctl.promql import fields
from sloctl.promql.selector import fixed_labels, matchers_of, parse_quietly
from sloctl.promql.tree import Selector
from sloctl.sli._kind import (
    SliContext,
    SliKind,
    check_inputs,
    increase,
    indent,
    missing_good,
    or_zero,
    per_window,
)

_SCHEMA = record(
    "Counters of events; two of the three, the third follows (bad = total - good).",
    {
        "good": selector("Counter of the events that went well."),
        "bad": selector("Counter of the events that failed."),
        "total": selector("Counter of all valid events."),
    },
    **one_of("give exactly two of `good`, `bad` and `total`", ("good", "total"), ("bad", "total"), ("good", "bad")),
)


def _build(reader: Reader, context: SliContext) -> Sli | None:
    given = {key: fields.selector(reader, key) for key in ("good", "bad", "total") if reader.has(key)}
    check_inputs(reader, context, *given)
    _check_parts(reader)
    if len(given) != 2 or None in given.values():
        return None
    texts = {key: increase(selector, context) for key, selector in given.items() if selector}
    bad, total = _bad(texts, context), _total(texts, context)
    failures = per_window(texts["bad"], context) if "bad" in texts else ""
    inputs = tuple((key, selector) for key, selector in given.items() if selector)
    words = " of ".join(f"`{selector}`" for _, selector in sorted(inputs))
    return Sli(kind="events", bad=bad, total=total, events="events", floor=5, words=words, inputs=inputs,
               failures=failures)  # fmt: skip


def _check_parts(reader: Reader) -> None:
    """Report counters that cannot be a part and its whole: the same series, or series of which none is in both."""
    parsed = {key: parse_quietly(reader.text(key)) for key in ("good", "bad", "total") if reader.has(key)}
    known = [(key, selector) for key, selector in parsed.items() if selector]
    if len(known) != 2:
        return
    (part, first), (whole, second) = known
    if matchers_of(first) == matchers_of(second):
        message = f"`{part}` and `{whole}` are the same series, so {_OUTCOME[part, whole]}"
        reader.report(problems.NOT_A_PART, reader.at(part), message, f"select the {part} events among them")
    elif whole == "total" and first.metric == second.metric and (label := _torn_by(first, second)):
        message = f"no series of `{part}` is among those of `{whole}`: they pin `{label}` to different values"
        reader.report(problems.NOT_A_PART, reader.at(part), message, "`total` must count every event, good or bad")


_OUTCOME = {
    ("good", "total"): "nothing ever fails",
    ("bad", "total"): "every event fails",
    ("good", "bad"): "half of all events fail",
}


def _torn_by(first: Selector, second: Selector) -> str | None:
    one, other = fixed_labels(first), fixed_labels(second)
    return next((label for label in one if label in other and one[label] != other[label]), None)


def _bad(texts: dict[str, str], context: SliContext) -> str:
    if "bad" in texts:
        return or_zero(per_window(texts["bad"], context), texts.get("total") or texts["good"])
    return per_window(missing_good(texts["good"], texts["total"]), context)


def _total(texts: dict[str, str], context: SliContext) -> str:
    if "total" in texts:
        return per_window(texts["total"], context)
    good, bad = (
        or_zero(per_window(texts[key], context), texts[other]) for key, other in (("good", "bad"), ("bad", "good"))
    )
    return f"(\n{indent(good)}\n)\n+ (\n{indent(bad)}\n)"


KIND = SliKind("events", _SCHEMA, _build)
