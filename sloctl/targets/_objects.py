"""Dealing rule groups out to Kubernetes objects of limited size, so that growth moves few of them.

The objects of a service are the leaves of a binary tree over the hashes of the group names. An object that would be
too large is split by the next bit: groups with a 0 stay, those with a 1 move to a new object. So which object holds a
group depends on the groups beside it only when there is no room for all of them; nothing ever moves between two
objects that are there; and growth leaves no object behind that would have to be deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from sloctl.model.rules import RuleGroup

_BITS = 256


def objects(
    groups: Sequence[RuleGroup], size: Callable[[RuleGroup], int], room: int
) -> Iterator[tuple[str, list[RuleGroup]]]:
    """Yield the name suffix of each object (empty for the first) and its groups, in their order.

    `size` is what a group takes, `room` what an object has. A group that does not fit into any has one of its own.
    The names of groups differ, so their hashes do, and no branch is longer than a hash.
    """
    sized = [(group, size(group), _bits(group.name)) for group in groups]
    yield from _leaves(sized, "", room)


def _leaves(sized: list[tuple[RuleGroup, int, str]], way: str, room: int) -> Iterator[tuple[str, list[RuleGroup]]]:
    if len(sized) <= 1 or sum(size for _, size, _ in sized) <= room:
        yield way.rstrip("0"), [group for group, _, _ in sized]
        return
    stay, move = ([each for each in sized if each[2][len(way)] == bit] for bit in "01")
    yield from _leaves(stay, f"{way}0", room)  # also when it is empty: the object may be there from smaller days
    if move:
        yield from _leaves(move, f"{way}1", room)


def _bits(name: str) -> str:
    return f"{int(sha256(name.encode()).hexdigest(), 16):0{_BITS}b}"
