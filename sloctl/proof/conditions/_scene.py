"""The contract of an alert condition's cases, and the stage they play on.

A module has `CASES`, an object with the `name` of its condition kind and `build`, which returns the cases of an alert
or raises Unproven with the reason. The level and the windows are read from the spec, so that a rule that says
something else is found out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from math import gcd

from sloctl.core.duration import Duration
from sloctl.core.reader import Reader
from sloctl.model import names
from sloctl.model.rules import Alerting
from sloctl.model.service import Alert, Service
from sloctl.promql.selector import parse_selector
from sloctl.promql.tree import Selector
from sloctl.proof.case import Case, Check, Gaps, Labels, Script, Series, Unproven
from sloctl.proof.watch import Firing, Watch, texts

NO_TIME = Duration(0)
_MINUTE = Duration.of(minutes=1)


@dataclass(frozen=True, slots=True)
class Level:
    """A threshold and the side on which the alert fires."""

    side: str
    value: Decimal

    def beyond(self, share: Decimal) -> Decimal:
        """Return a value that lies beyond the level by a share of it; at a level of 0, by the share itself."""
        distance = abs(self.value) * share or share
        return self.value + distance if self.side == "above" else self.value - distance

    def within(self, share: Decimal) -> Decimal:
        """Return a value on the good side, as far from the level as `beyond`."""
        return 2 * self.value - self.beyond(share)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An alert on stage: its fields in the spec, its rule, and what its cases have in common.

    `by` are the labels by which the alert is split; with `keeps_labels` it has all labels of its series. `gaps`
    collects the annotations whose text cannot be foretold.
    """

    service: Service
    alert: Alert
    fields: Reader
    watch: Watch
    by: tuple[str, ...]
    keeps_labels: bool = False
    gaps: Gaps = field(default_factory=dict)

    @property
    def hold(self) -> Duration:
        """How long the condition must hold."""
        return self.alert.hold or NO_TIME

    @property
    def lingering(self) -> Duration:
        """How long the alert fires on after its condition has ended."""
        return self.alert.keep_firing_for or NO_TIME

    def selector(self, key: str) -> Selector:
        """Parse the selector at a field."""
        return parse_selector(self.fields.text(key))

    def time(self, key: str) -> Duration:
        """Return the duration at a field, which the spec must have."""
        found = self.fields.duration(key)
        if found is None:
            raise Unproven(f"`{key}` cannot be read")
        return found

    def level(self) -> Level:
        """Return the level of `above` or `below`."""
        side = "above" if self.fields.has("above") else "below"
        return Level(side, self.fields.number(side) or Decimal(0))

    def group(self, labels: Labels) -> dict[str, str]:
        """Return the labels of the alert for a series."""
        values = dict(labels.pairs)
        if self.keeps_labels:
            return {label: value for label, value in values.items() if label != "__name__"}
        return {label: values[label] for label in self.by if label in values}

    def every(self, window: Duration | None) -> Duration:
        """Return the step of all samples and evaluations: it divides the window and `for`, and is short beside them."""
        times = [each.ms for each in (window, self.hold, self.lingering) if each and each.ms]
        if not times:
            return _MINUTE
        span = window.ms if window else 0
        # A tenth of `for` tells it from others; with a long window that would be thousands of evaluations.
        limits = [max(each.ms // 10, span // 150) for each in (self.hold, self.lingering) if each.ms]
        halves = [each.ms // 2 for each in (self.hold, self.lingering) if each.ms]
        longest = max(1, min([*limits, *halves, *([span // 20] if span else [])]))
        whole = gcd(*times)
        return Duration(next(whole // count for count in range(1, whole + 1)
                             if whole % count == 0 and whole // count <= longest))  # fmt: skip

    def case(self, name: str, reason: str, step: Duration, series: Iterable[Series], checks: Iterable[Check]) -> Case:
        """Return a case of this alert."""
        return Case(name=f"{self.alert.name}: {name}", reason=reason, step=step, series=tuple(series),
                    checks=tuple(checks))  # fmt: skip

    def said(self, at: Duration, group: dict[str, str], value: float | None) -> Iterator[Check]:
        """Check all labels and texts of the alert that fires at a moment with a value (None: unknown)."""
        yield from texts(at, [(self.watch, Firing(labels=group, value=value))], self.gaps)

    def script(self, build: Callable[[Scene], tuple[Duration, list[Case]]]) -> Script:
        """Return the script of this alert."""
        every, cases = build(self)
        return Script(
            name=f"{self.service.name}.{self.alert.name}",
            title=f"alert {self.alert.name}",
            group=names.alert_group(self.service.name),
            evaluation=every,
            cases=tuple(cases),
            alerts=frozenset({self.alert.name}),
            gaps=self.gaps,
        )


@dataclass(frozen=True, slots=True)
class ConditionCases:
    """The cases of a condition kind; `build` returns the evaluation interval and the cases."""

    name: str
    build: Callable[[Scene], tuple[Duration, list[Case]]]


def scene(service: Service, alert: Alert, rule: Alerting) -> Scene:
    """Set the scene for an alert and the rule that was planned for it."""
    document, path = alert.origin.document, alert.origin.path
    data: object = document.data
    for step in path:
        data = data[step] if isinstance(data, (dict, list)) else None  # type: ignore[index] # path of a resolved alert
    outer = Reader(document, path, data if isinstance(data, dict) else {})
    return Scene(service=service, alert=alert, fields=outer.child(alert.condition.kind) or outer,
                 watch=Watch(alert.name, rule), by=alert.condition.by)  # fmt: skip
