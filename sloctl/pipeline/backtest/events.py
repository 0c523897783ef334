"""How many events stand behind a firing, where an alert counts any: a share of failures may be one failure of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sloctl.evidence.firings import Bout, Firing
from sloctl.pipeline.backtest.inline import comparison_of
from sloctl.pipeline.backtest.results import Rang
from sloctl.promapi.answers import Sample
from sloctl.promapi.client import Client
from sloctl.promql.errors import PromqlError
from sloctl.promql.parse import parse
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Number, Paren, walk

MOST = 300
"""Of an alert that fired more often, nobody needs to know it: each firing is a question of its own."""
_COUNTED = frozenset({"increase", "irate", "rate"})


def events_query(text: str) -> str | None:
    """Write a query for the events behind the value that an expression compares; None where it counts none.

    It is the numerator, with `increase` in place of `rate`: `sum(rate(bad[5m])) / sum(rate(all[5m])) > 0.01` becomes
    `sum(increase(bad[5m]))`.
    """
    try:
        expression = parse(text)
    except PromqlError:
        return None
    compared = comparison_of(expression.root)
    node = _numerator(compared.left) if compared and compared.op in {">", ">="} else None
    if node is None:
        return None
    calls = [each.name_at for each in walk(node) if isinstance(each, Call)]
    found = expression.source(node)
    for start, end in reversed(calls):
        found = f"{found[: start - node.start]}increase{found[end - node.start :]}"
    return found


def _numerator(node: Node) -> Node | None:
    match node:
        case Paren():
            return _numerator(node.expr)
        case Binary(op="/" | "or"):
            return _numerator(node.left)
        case Binary(op="*"):
            return _numerator(node.right if isinstance(node.left, Number) else node.left)
        case Aggregate(op="sum" | "max"):
            return node if _numerator(node.arg) is node.arg else None
        case Call():
            return node if node.function in _COUNTED else None
        case _:
            return None


def with_events(rang: Sequence[Rang], fired: Sequence[Firing], query: str | None, client: Client) -> tuple[Rang, ...]:
    """Add to each bout how many events had made it fire: the most of any of its series."""
    if query is None or len(rang) > MOST:
        return tuple(rang)

    def counted(each: Rang) -> Rang:
        found = client.query(query, at=each.bout.start / 1000)
        return replace(each, events=_most(found, _in(each.bout, fired)))

    return tuple(client.gather(counted, rang))


def _in(bout: Bout, fired: Sequence[Firing]) -> list[Firing]:
    return [firing for firing in fired if bout.start <= firing.start < bout.end]


def _most(samples: Sequence[Sample], fired: Sequence[Firing]) -> float | None:
    """Return the largest sample whose labels are among those of a firing."""
    known = [set(firing.labels) for firing in fired]
    ours = (sample.value for sample in samples if any(sample.labels.items() <= labels for labels in known))
    return max(ours, default=None)
