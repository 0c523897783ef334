"""When two expressions, SLIs or conditions mean the same, however they are written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sloctl.model.service import Alert, Sli, Slo
from sloctl.promql.errors import PromqlError
from sloctl.promql.grammar import COMPARISONS
from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse
from sloctl.promql.shape import Comparison, comparisons, requirements
from sloctl.promql.tree import Binary, Node, Selector, unwrap, walk


@lru_cache(maxsize=16_384)
def normal(text: str) -> str:
    """Return an expression in canonical form; a text that is none (`$window`, a number with a unit) on one line."""
    try:
        return normalise(parse(text).root)
    except PromqlError:
        return " ".join(text.split())


@lru_cache(maxsize=16_384)
def metrics(text: str) -> frozenset[str]:
    """Return the metrics that an expression reads."""
    try:
        nodes = walk(parse(text).root)
    except PromqlError:
        return frozenset()
    return frozenset(node.metric for node in nodes if isinstance(node, Selector) and node.metric)


def sli_key(sli: Sli) -> tuple[object, ...]:
    """Return what an SLI measures, whatever the windows it is measured in."""
    return (sli.kind, *((name, normal(text)) for name, text in sorted(sli.inputs)))


def watched(item: Slo | Alert) -> frozenset[str]:
    """Return the metrics that an SLO or an alert reads."""
    if isinstance(item, Slo):
        return metrics(item.sli.bad) | metrics(item.sli.total)
    return metrics(item.condition.expr)


@dataclass(frozen=True, slots=True)
class Moved:
    """A level that has moved in a comparison that is the same otherwise. `is_weaker` when it is reached later."""

    before: float
    after: float
    is_weaker: bool


def moved_levels(before: str, after: str) -> tuple[Moved, ...]:
    """Return the levels in which two conditions differ; nothing when they differ in anything else."""
    old, new = _levels(before), _levels(after)
    if not old or level_shape(before) != level_shape(after):
        return ()
    pairs = [(op, was, now) for (_, op, was), (_, _, now) in zip(old, new, strict=True) if was != now]
    return tuple(Moved(was, now, (now > was) == (op in {">", ">="})) for op, was, now in pairs)


def level_shape(text: str) -> tuple[tuple[str, str], ...]:
    """Return a condition but for its levels: what is compared, and how; nothing for one that is not only that."""
    return tuple(row[:2] for row in _levels(text))


def _levels(text: str) -> list[tuple[str, str, float]]:
    """Return what is compared, how, and with which number, of all comparisons that must hold."""
    try:
        parts = requirements(parse(text).root)
    except PromqlError:
        return []
    found = [_level(part) for part in parts]
    return [each for each in found if each] if all(found) else []


def _level(part: Node) -> tuple[str, str, float] | None:
    bare = unwrap(part)
    if not isinstance(bare, Binary) or bare.op not in COMPARISONS - {"==", "!="}:
        return None
    first: Comparison | None = next(iter(comparisons(bare)), None)
    if first is None or first.threshold is None:
        return None
    return normalise(first.subject), first.op, first.threshold
