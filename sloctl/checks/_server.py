"""What checks may ask a live server, and the canned server of their cases.

Online checks look at all rules at once (`Scope.ONLINE`), so that one question serves many rules: asking once per rule
would make 10,000 rules 10,000 requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sloctl.core.duration import Duration
from sloctl.core.source import Location
from sloctl.promapi.answers import Cost, Labels, LoadedRule
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.links import Page

WEEK = Duration.of(days=7)
"""How far back online checks look, unless they say otherwise."""
SLOT = Duration.of(minutes=5)
"""The resolution of an alert's history: it fired in a slot if it fired at any moment of it."""


LoadedRules = Mapping[str, Sequence[LoadedRule]]
"""The rules that a server evaluates, by name."""


@dataclass(frozen=True, slots=True)
class Firings:
    """The slots, counted from the oldest, in which alerts with these labels were firing."""

    labels: Labels
    slots: frozenset[int]


class Server(Protocol):
    """The facts of a server. Each is fetched once; a fact that cannot be had raises PromApiError.

    `failures` are the errors so far, each of which becomes a finding: checks let them pass. `unmeasured` counts the
    queries that were left out because there were too many.
    """

    @property
    def at(self) -> Location:
        """Where a finding about the server points."""

    @property
    def failures(self) -> Sequence[PromApiError]:
        """What went wrong so far."""

    @property
    def unmeasured(self) -> int:
        """How many queries were not measured."""

    @property
    def unreached(self) -> Mapping[str, str]:
        """Links that were followed in vain, with the reason."""

    def metrics(self) -> frozenset[str]:
        """Return the names of all series of the last week."""

    def labels(self, metrics: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return for each metric the labels that any of its series had in the last week."""

    def rules(self) -> LoadedRules | None:
        """Return the rules that the server evaluates; None when it does not say or evaluates none itself."""

    def firings(self, by: Collection[str]) -> tuple[Firings, ...]:
        """Return when alerts fired in the last week, by `alertname` and the labels `by`."""

    def seen(self, days: int, by: Collection[str]) -> tuple[Labels, ...] | None:
        """Return which alerts were firing or pending in so many days; None when the server's memory is shorter."""

    def pages(self, urls: Iterable[str]) -> Mapping[str, Page]:
        """Follow links; one that was left out, because there were too many, is missing."""

    def costs(self, queries: Iterable[str]) -> Mapping[str, Cost]:
        """Measure queries. One that the server gave up has endless seconds; one that it does not measure is missing."""

    def refusals(self, queries: Iterable[str]) -> Mapping[str, str]:
        """Return what the server says of those queries that it cannot evaluate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """The server of a case: what it knows, written down. It implements `Server`.

    `has` maps a metric to its labels; `fired` draws the slots of an alert, `#` for one in which it fired (`"#..#"`);
    `memory` is how many days back the server remembers alerts; `gone` maps a link to what its web server says.
    """

    has: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    loaded: tuple[LoadedRule, ...] | None = None
    fired: Mapping[str, str] = field(default_factory=dict)
    memory: int = 365
    cost: Mapping[str, Cost] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    at: Location = field(default_factory=lambda: Location.whole("server"))
    failures: tuple[PromApiError, ...] = ()
    unmeasured: int = 0
    unreached: Mapping[str, str] = field(default_factory=dict)

    def metrics(self) -> frozenset[str]:
        """Return the names that were written down."""
        return frozenset(self.has)

    def labels(self, metrics: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return the labels that were written down."""
        return {metric: frozenset(self.has.get(metric, ())) for metric in metrics}

    def rules(self) -> LoadedRules | None:
        """Return the rules that were written down."""
        return None if self.loaded is None else by_name(self.loaded)

    def firings(self, by: Collection[str]) -> tuple[Firings, ...]:  # noqa: ARG002 - drawn by name alone
        """Return the slots that were drawn."""
        return tuple(Firings({"alertname": name}, _drawn(marks)) for name, marks in self.fired.items())

    def seen(self, days: int, by: Collection[str]) -> tuple[Labels, ...] | None:  # noqa: ARG002 - as above
        """Return the alerts for which slots were drawn."""
        return tuple({"alertname": name} for name in self.fired) if days <= self.memory else None

    def pages(self, urls: Iterable[str]) -> Mapping[str, Page]:
        """Return all pages as there, except those that were written down."""
        return {url: Page(url in self.gone, self.gone.get(url, "")) for url in urls}

    def costs(self, queries: Iterable[str]) -> Mapping[str, Cost]:
        """Return the costs that were written down."""
        return {query: self.cost[query] for query in queries if query in self.cost}

    def refusals(self, queries: Iterable[str]) -> Mapping[str, str]:
        """Return the refusals that were written down."""
        return {query: self.refused[query] for query in queries if query in self.refused}


def by_name(rules: Iterable[LoadedRule]) -> LoadedRules:
    """Sort rules by their names."""
    found: dict[str, list[LoadedRule]] = {}
    for rule in rules:
        found.setdefault(rule.name, []).append(rule)
    return found


def _drawn(marks: str) -> frozenset[int]:
    return frozenset(slot for slot, mark in enumerate(marks) if mark == "#")
