"""Dealing rule groups out to shards, so that a fleet can share the evaluation of more rules than one server bears.

Rendezvous hashing (Thaler and Ravishankar, 1998): every shard draws a number for the name of a group, and the highest
wins. A further shard wins its share from all others, and nothing moves between those.

The unit is the group, not the service: the SLOs of one service need each other for nothing, and a service of a thousand
SLOs would outweigh all others. What reads one another's results, the rules of an SLO, is in one group.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

from sloctl.model.rules import RuleFile, RuleGroup

FOLDER = "shard-"
"""What the folders of shards are named, before a number from 0."""


def shard_of(group: str, shards: int) -> int:
    """Return the shard of a group, from 0."""
    return max(range(shards), key=lambda shard: blake2b(f"{shard}/{group}".encode(), digest_size=8).digest())


def deal(file: RuleFile, shards: int) -> list[tuple[int, RuleFile]]:
    """Split the rules of a service over shards; shards that get none of its groups are left out."""
    dealt: dict[int, list[RuleGroup]] = {}
    for group in file.groups:
        dealt.setdefault(shard_of(group.name, shards), []).append(group)
    return [(shard, replace(file, groups=tuple(groups))) for shard, groups in sorted(dealt.items())]
