"""From what was compiled and what the server has to the steps between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sloctl.core.errors import UsageError
from sloctl.model import names
from sloctl.pipeline.push.meaning import Data, same_group
from sloctl.promapi.ruler import Stored


class Action(Enum):
    """What happens to a group; the value is the sign before it."""

    CREATE = "+"
    CHANGE = "~"
    REMOVE = "-"


@dataclass(frozen=True, slots=True)
class Step:
    """One group to be written or removed: `old` is what the server has, `new` what was compiled."""

    namespace: str
    name: str
    old: Data | None = field(repr=False)
    new: Data | None = field(repr=False)

    @property
    def action(self) -> Action:
        """What happens to the group."""
        return Action.REMOVE if self.new is None else Action.CREATE if self.old is None else Action.CHANGE

    @property
    def text(self) -> str:
        """The group as the YAML that a ruler reads."""
        import yaml

        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text: str = yaml.dump(self.new, Dumper=dumper, sort_keys=False, allow_unicode=True, width=10_000)
        return text

    def is_done(self, stored: Stored) -> bool:
        """Tell whether a server that has these rules has come to the end of this step."""
        live = next((group for group in stored.get(self.namespace, ()) if group["name"] == self.name), None)
        return live is None if self.new is None else live is not None and same_group(live, self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is to be done, and what is left alone.

    The steps of a namespace stand in the order in which they are safe. `orphans` are namespaces of services that were
    not compiled, `foreign` groups (namespace and name) that stand in one of ours and were written by something else.
    """

    steps: tuple[Step, ...]
    unchanged: int
    orphans: tuple[str, ...]
    foreign: tuple[tuple[str, str], ...]


def compare(compiled: Stored, stored: Stored, *, prefix: str, prune: bool) -> Difference:
    """Compare compiled namespaces with those of the server.

    A group is ours when its namespace is `prefix` and a service's name, and its own name is one that sloctl gives to a
    group of that service. Nothing else is ever replaced or removed. `prune` also removes what was compiled for services
    that are not there any more.
    """
    ours = {namespace: _ours(namespace, stored[namespace], prefix) for namespace in stored}
    orphans = sorted(namespace for namespace, groups in ours.items() if groups and namespace not in compiled)
    steps = [step for namespace in sorted(compiled)
             for step in _steps(namespace, compiled[namespace], ours.get(namespace, {}))]  # fmt: skip
    for namespace in orphans if prune else ():
        steps += _steps(namespace, (), ours[namespace])
    wanted = sum(map(len, compiled.values()))
    return Difference(
        steps=tuple(steps),
        unchanged=wanted - sum(step.new is not None for step in steps),
        orphans=() if prune else tuple(orphans),
        foreign=tuple(_foreign(compiled, stored, ours)),
    )


def room_needed(steps: Iterable[Step], stored: Stored) -> int:
    """Return how many groups the tenant must be allowed while the steps are carried out; 0 if nothing is written.

    Groups are written before others are removed, and a ruler counts one more than there are while it replaces one.
    """
    count = Counter(step.action for step in steps)
    if not (count[Action.CREATE] or count[Action.CHANGE]):
        return 0
    return sum(map(len, stored.values())) + count[Action.CREATE] + bool(count[Action.CHANGE])


def _ours(namespace: str, groups: Iterable[Data], prefix: str) -> Mapping[str, Data]:
    service = namespace.removeprefix(prefix)
    if not namespace.startswith(prefix) or not service:
        return {}
    return {group["name"]: group for group in groups if is_name_of(service, group["name"])}


def is_name_of(service: str, group: str) -> bool:
    """Tell whether sloctl gives a group of this service such a name; a `/` leads to the SLO, or to a part's number."""
    return f"{group}/".startswith((names.slo_group(service, ""), f"{names.alert_group(service)}/"))


def _steps(namespace: str, compiled: Sequence[Data], ours: Mapping[str, Data]) -> list[Step]:
    """Write groups in the order of the file, then remove: nothing then ever reads a series that nobody records."""
    written = [Step(namespace, group["name"], ours.get(group["name"]), group) for group in compiled]
    kept = {group["name"] for group in compiled}
    removed = [Step(namespace, name, group, None) for name, group in ours.items() if name not in kept]
    changed = [step for step in written if not (step.old and step.new and same_group(step.old, step.new))]
    return [*changed, *removed]


def _foreign(compiled: Stored, stored: Stored, ours: Mapping[str, Mapping[str, Data]]) -> list[tuple[str, str]]:
    return [(namespace, group["name"]) for namespace in sorted(compiled)
            for group in stored.get(namespace, ()) if group["name"] not in ours[namespace]]  # fmt: skip


def refuse_foreign_names(compiled: Stored, prefix: str) -> None:
    """Raise UsageError when a compiled group could not be told apart from those of other people on the server."""
    for namespace, groups in compiled.items():
        missed = {group["name"] for group in groups} - _ours(namespace, groups, prefix).keys()
        if missed:
            message = f"the group `{min(missed)}` of the namespace `{namespace}` would not be known again as ours"
            raise UsageError(message, "check `namespace_prefix` in the settings of the target `mimir`")
