"""What a proof consists of: input series, moments, and what Prometheus must answer at them.

A `Case` becomes one test group of a promtool file, a `Script` one file. Every check belongs to a claim about a
subject ("delivery/fast": "fires 60s after a full outage begins"); a claim holds when all its checks do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sloctl.core.duration import Duration
from sloctl.model.rules import Pairs
from sloctl.promql.literals import quote

TIMES = "\N{MULTIPLICATION SIGN}"


class Unproven(Exception):  # noqa: N818 - a result, not an error: it says why something is left unproven
    """Something cannot be proven; the text is the reason, for the report."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of a series, sorted by name; the metric is `__name__`."""

    pairs: Pairs

    @classmethod
    def of(cls, *mappings: dict[str, str]) -> Labels:
        """Join mappings, the later ones win; empty values are no labels."""
        joined: dict[str, str] = {}
        for mapping in mappings:
            joined |= mapping
        return cls(tuple(sorted((name, value) for name, value in joined.items() if value)))

    def __str__(self) -> str:
        """Write the labels as PromQL does: `metric{a="b"}`."""
        rest = ", ".join(f"{name}={quote(value)}" for name, value in self.pairs if name != "__name__")
        metric = dict(self.pairs).get("__name__", "")
        return f"{metric}{{{rest}}}" if rest or not metric else metric


@dataclass(frozen=True, slots=True)
class Series:
    """An input series; `values` is in promtool's notation, one sample every `step` of the case."""

    labels: Labels
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A check: the expression has exactly these samples. `expected` says in words what they mean."""

    subject: str
    claim: str
    at: Duration
    expr: str
    samples: tuple[tuple[Labels, str], ...]
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A check: these are all firing alerts of a name, with all their labels and annotations."""

    subject: str
    claim: str
    at: Duration
    alert: str
    alerts: tuple[tuple[Labels, Pairs], ...]
    expected: str = "the texts and links of the spec"


Check = Query | Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A story told in series (`reason` says which) and the checks along it. Names are unique in a script."""

    name: str
    reason: str
    step: Duration
    series: tuple[Series, ...] = field(repr=False)
    checks: tuple[Check, ...] = field(repr=False)

    def asked(self, check: Check) -> str:
        """Return what promtool is asked, and prints when the answer is wrong.

        A query ends with a comment that tells case and claim: promtool names neither.
        """
        if isinstance(check, Texts):
            return check.alert
        return f"{check.expr} # {check.subject}: {check.claim} ({self.name})"


Gaps = dict[tuple[str, str], str]
"""Annotations, by alert and key, whose text cannot be foretold, and why."""


@dataclass(frozen=True, kw_only=True)
class Script:
    """Cases that promtool runs together, over the rules of one group.

    `name` is a file name without suffix. `alerts` are the names of the alerts under test and `records` the recordings
    that the checks read: no other rule of the group has to be there. `fed` are recordings that the input series stand
    in for. `gaps` are annotations that are not compared.
    `is_portable` tells that the texts are right beside all other rules of the service and for every promtool.
    """

    name: str
    title: str
    group: str
    evaluation: Duration
    cases: tuple[Case, ...] = field(repr=False)
    alerts: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()
    fed: frozenset[str] = frozenset()
    gaps: Gaps = field(default_factory=dict, repr=False)
    is_portable: bool = True

    @cached_property
    def subjects(self) -> dict[str, dict[str, None]]:
        """The claims of each subject, in the order in which they come up."""
        found: dict[str, dict[str, None]] = {}
        for case in self.cases:
            for check in case.checks:
                found.setdefault(check.subject, {})[check.claim] = None
        return found
