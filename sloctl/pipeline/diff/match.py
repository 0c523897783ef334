"""What belongs together on both sides: by name, and what has only been given another name by its content."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.diff.change import Held, held_by
from sloctl.pipeline.diff.same import level_shape, normal, sli_key
from sloctl.pipeline.diff.sides import Side
from sloctl.pipeline.diff.written import Written

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Pairing(Generic[_Thing]):
    """What is on both sides (the old one first), what is gone, and what is new."""

    both: tuple[tuple[_Thing, _Thing], ...]
    gone: tuple[_Thing, ...]
    new: tuple[_Thing, ...]


def paired_services(before: Side, after: Side) -> Pairing[Service]:
    """Pair services by name, then those that hold mostly the same under another name."""
    both = [(service, after.services[name]) for name, service in before.services.items() if name in after.services]
    gone = [service for name, service in before.services.items() if name not in after.services]
    new = [service for name, service in after.services.items() if name not in before.services]
    for old in list(gone):
        candidates = [(_alike(old, each), each) for each in new]
        best = max(candidates, key=lambda pair: pair[0], default=(0.0, None))
        if best[1] is not None and best[0] >= _MOSTLY:
            both.append((old, best[1]))
            gone.remove(old)
            new.remove(best[1])
    return Pairing(tuple(both), tuple(gone), tuple(new))


_MOSTLY = 0.5
"""Share of its SLOs and alerts that a service has to keep to count as renamed."""


def _alike(one: Service, other: Service) -> float:
    first, second = ({*map(content, each.slos), *map(content, each.alerts)} for each in (one, other))
    return len(first & second) / max(len(first | second), 1)


def paired_items(pairs: Iterable[tuple[Service, Service]], before: Side, after: Side,
                 alone: Pairing[Service]) -> Pairing[Held]:  # fmt: skip
    """Pair the SLOs and alerts of paired services by name, then all that are left by their content."""
    both: list[tuple[Held, Held]] = []
    gone = [held for service in alone.gone for held in held_by(service, before.settings)]
    new = [held for service in alone.new for held in held_by(service, after.settings)]
    for one, other in pairs:
        if one is other:
            continue
        old_ones, new_ones = (
            {_name(held): held for held in held_by(service, side.settings)}
            for service, side in ((one, before), (other, after))
        )
        both += [(old_ones[name], new_ones[name]) for name in old_ones if name in new_ones]
        gone += [held for name, held in old_ones.items() if name not in new_ones]
        new += [held for name, held in new_ones.items() if name not in old_ones]
    found = Pairing(tuple(both), tuple(gone), tuple(new))
    return _paired_by((_same_place, _same_content, _same_shape), found, alone=True)


def _name(held: Held) -> tuple[str, str]:
    return type(held.item).__name__, held.item.name


def paired_rules(before: Sequence[Written], after: Sequence[Written]) -> Pairing[Written]:
    """Pair the rules of rule files: by name, be it in another group, then what only bears another name.

    Several rules of a group may have one name; what they have in common decides then, and last their order.
    """
    found: Pairing[Written] = Pairing((), tuple(before), tuple(after))
    found = _paired_by((_itself, _exactly, _labelled_so, _fires_so, _in_group, _elsewhere), found, alone=False)
    return _paired_by((_named_so, _meant_so, _made_so, _shaped_so), found, alone=True)


def _paired_by(keys: Iterable[Callable[[_Thing], Hashable]], found: Pairing[_Thing], *, alone: bool) -> Pairing[_Thing]:
    """Pair what is left by one key after the other, in order; when `alone`, only what its key tells from all others.

    Of what has no key, which is None, nothing is paired.
    """
    both, gone, new = list(found.both), found.gone, found.new
    for key in keys:
        old_ones, new_ones = _grouped(key, gone), _grouped(key, new)
        fresh = [pair for name, group in old_ones.items() if name in new_ones and name is not None
                 and (not alone or len(group) == len(new_ones[name]) == 1)
                 for pair in zip(group, new_ones[name], strict=False)]  # fmt: skip
        both += fresh
        paired = {id(each) for pair in fresh for each in pair}
        gone, new = (tuple(each for each in side if id(each) not in paired) for side in (gone, new))
    return Pairing(tuple(both), gone, new)


def _grouped(key: Callable[[_Thing], Hashable], things: Iterable[_Thing]) -> dict[Hashable, list[_Thing]]:
    found: dict[Hashable, list[_Thing]] = {}
    for each in things:
        found.setdefault(key(each), []).append(each)
    return found


def _itself(written: Written) -> Hashable:
    return id(written.rule)  # a file that is the same on both sides is read once


def _named_so(written: Written) -> Hashable:
    return (written.kind, written.name)


def _in_group(written: Written) -> Hashable:
    return (written.group, _named_so(written))


def _labels(written: Written) -> Hashable:
    return frozenset(written.labels.items())


def _labelled_so(written: Written) -> Hashable:
    return (_in_group(written), _labels(written))


def _fires_so(written: Written) -> Hashable:
    return (_in_group(written), written.rule.normal)


def _exactly(written: Written) -> Hashable:
    return (_fires_so(written), _labels(written))


def _elsewhere(written: Written) -> Hashable:
    return (_named_so(written), written.rule.normal)


def _made_so(written: Written) -> Hashable:
    return (written.kind, written.rule.normal)


def _meant_so(written: Written) -> Hashable:
    return (_made_so(written), _labels(written))


def _shaped_so(written: Written) -> Hashable:
    shape = level_shape(written.rule.expr.value) if written.rule.is_alert else ()
    return (written.group, shape) if shape else None


def _same_place(held: Held) -> Hashable:
    return (held.service.owner, held.item.origin.document.source.path, _same_content(held))


def _same_content(held: Held) -> Hashable:
    return content(held.item)


def _same_shape(held: Held) -> Hashable:
    """Return what is the same when a level, or what counts as bad, has changed together with the name."""
    item = held.item
    if isinstance(item, Alert):
        shape = level_shape(item.condition.expr)
        return ("alert", held.service.name, shape) if shape else None
    return ("slo", held.service.name, normal(item.sli.total), item.objective, item.period, frozenset(item.by))


def content(item: Slo | Alert) -> Hashable:
    """Return what an SLO measures, or what an alert fires on: the same in spite of another name."""
    if isinstance(item, Slo):
        return ("slo", sli_key(item.sli), frozenset(item.by))
    assert isinstance(item, Alert)  # noqa: S101 - there are two kinds
    return ("alert", normal(item.condition.expr))
