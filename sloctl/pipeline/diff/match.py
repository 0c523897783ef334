"""What belongs together on both sides: by name, and what has only been given another name by its content."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.diff.change import Held, held_by
from sloctl.pipeline.diff.same import normal, sli_key
from sloctl.pipeline.diff.sides import Side

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
    for key in (_same_place, _same_content):
        _pair_by(key, both, gone, new)
    return Pairing(tuple(both), tuple(gone), tuple(new))


def _name(held: Held) -> tuple[str, str]:
    return type(held.item).__name__, held.item.name


def _pair_by(key: Callable[[Held], Hashable], both: list[tuple[Held, Held]], gone: list[Held], new: list[Held]) -> None:
    """Move those into `both` that one key tells apart from all others on their side."""
    old_ones, new_ones = _unique(key, gone), _unique(key, new)
    for name in [name for name in old_ones if name in new_ones]:
        both.append((old_ones[name], new_ones[name]))
        gone.remove(old_ones[name])
        new.remove(new_ones[name])


def _unique(key: Callable[[Held], Hashable], held: Iterable[Held]) -> dict[Hashable, Held]:
    found: dict[Hashable, list[Held]] = {}
    for each in held:
        found.setdefault(key(each), []).append(each)
    return {name: group[0] for name, group in found.items() if len(group) == 1}


def _same_place(held: Held) -> Hashable:
    return (held.service.owner, held.item.origin.document.source.path, _same_content(held))


def _same_content(held: Held) -> Hashable:
    return content(held.item)


def content(item: Slo | Alert) -> Hashable:
    """Return what an SLO measures, or what an alert fires on: the same in spite of another name."""
    if isinstance(item, Slo):
        return ("slo", sli_key(item.sli), frozenset(item.by))
    assert isinstance(item, Alert)  # noqa: S101 - there are two kinds
    return ("alert", normal(item.condition.expr))
