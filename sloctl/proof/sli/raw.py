"""Raw PromQL, where it has the usual shape: sums of `increase` or `rate` of one selector each, or their quotient."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sloctl.model.service import Slo
from sloctl.promql.parse import parse
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Selector, unwrap
from sloctl.proof.case import Unproven
from sloctl.proof.pairs import parts
from sloctl.proof.sli._feed import SliFeed, Supply

_SHAPE = "only sums of `increase` or `rate` of one selector, and their quotient, can be fed"


@dataclass(frozen=True, slots=True)
class _Sum:
    """`sum by (…) (increase(selector[window]))`, or `rate`."""

    selector: Selector
    function: str


def _build(slo: Slo) -> Supply:
    texts = dict(slo.sli.inputs)
    if "error_ratio" not in texts:
        bad, total = (_sum(parse(texts[key]).root, slo.by) for key in ("bad", "total"))
        return _counted(slo, bad, total)
    quotient = unwrap(parse(texts["error_ratio"]).root)
    if not isinstance(quotient, Binary) or quotient.op != "/" or quotient.matching:
        raise Unproven(_SHAPE)
    if slo.min_bad_events:
        raise Unproven("an error ratio has no events that `min_bad_events` could count")
    return _quotient(slo, _sum(quotient.left, slo.by), _sum(quotient.right, slo.by))


def _sum(node: Node, by: Sequence[str]) -> _Sum:
    bare = unwrap(node)
    while isinstance(bare, Binary) and bare.op == "or":  # `… or vector(0)`: the failures that nobody has seen yet
        bare = unwrap(bare.left)
    match bare:
        case Aggregate(op="sum", arg=Call(function="increase" | "rate" as function, args=[Selector() as counter])):
            grouped = {label.name for label in bare.labels}
            if (bare.modifier == "by" or not bare.labels) and set(by) == grouped and counter.offset_ms is None:
                return _Sum(counter, function)
    raise Unproven(_SHAPE)


def _counted(slo: Slo, bad: _Sum, total: _Sum) -> Supply:
    if bad.function != total.function:
        raise Unproven("one side is a rate and the other an increase")
    given = {"bad": bad.selector, "total": total.selector}
    weight = 1 / slo.base.seconds if bad.function == "rate" else Decimal(1)
    return Supply(parts=lambda group: parts(given, slo.by, group), weight=weight)


def _quotient(slo: Slo, bad: _Sum, total: _Sum) -> Supply:
    if bad.function != total.function:
        raise Unproven("one side is a rate and the other an increase")
    given = {"bad": bad.selector, "total": total.selector}
    return Supply(parts=lambda group: parts(given, slo.by, group), scale=Decimal(3000), is_ratio=True)


FEED = SliFeed("raw", _build)
