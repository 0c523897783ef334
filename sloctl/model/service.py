"""Services, SLOs and alerts as their owners promise them. Every object knows where it was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from sloctl.core.document import Document, Path
from sloctl.core.duration import Duration
from sloctl.core.source import Location
from sloctl.model.burn import Tier
from sloctl.model.rules import Pairs

PAGE, TICKET, OFF = "page", "ticket", "off"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model object was written: a document and the path in it."""

    document: Document = field(repr=False)
    path: Path

    def at(self, *more: str | int) -> Location:
        """Point at the value at this place, or below it."""
        return self.document.at((*self.path, *more))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What an alert asks of whom: everything about it that is not its condition.

    `summary`, `description` and `annotations` are Prometheus templates; all other texts are literal.
    """

    priority: str
    runbook: str
    action: str
    impact: str = ""
    summary: str = ""
    description: str = ""
    dashboard: str = ""
    labels: Pairs = ()
    annotations: Pairs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sli:
    """How good and bad are counted: PromQL for the events of one base window, one series per `by` group.

    `bad` and `total` stand for themselves. Where a series of failures may not exist yet, `bad` ends in `or 0 * total`,
    and `failures` is what stands before that, for rules that read the recorded total instead; elsewhere it is empty.
    `events` names what is counted, in the plural. `floor` is the default for `min_bad_events`. `inputs` keeps the
    user's own selectors or expressions by field name, `words` says in a phrase what is measured.
    """

    kind: str
    bad: str
    total: str
    events: str
    floor: int
    words: str
    inputs: Pairs
    failures: str = ""


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """A step of an error-budget policy: what is done while less than `below` (0 to 1) of the budget is left."""

    below: Decimal
    then: str
    freeze: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slo:
    """A promise: `objective` (0 to 1) of the events of `sli` are good over a rolling `period`.

    The steps of `policy` are ordered: the one that holds first, as the budget runs out, comes first.
    """

    name: str
    description: str
    objective: Decimal
    period: Duration
    base: Duration
    sli: Sli
    by: tuple[str, ...]
    tiers: tuple[Tier, ...]
    responses: dict[str, Response]
    min_bad_events: int
    no_data: str
    traffic: Decimal | None
    origin: Origin
    policy: tuple[PolicyStep, ...] = ()
    aliases: Pairs = ()

    @property
    def error_budget(self) -> Decimal:
        """1 - objective."""
        return 1 - self.objective


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a threshold alert watches. `summary` and `description` are Prometheus templates, `words` plain text.

    `by` is how the user splits it, into one alert per group; an expression of the user's own says so itself.
    """

    kind: str
    expr: str
    hold: Duration | None
    words: str
    summary: str
    description: str
    inputs: Pairs
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A threshold alert."""

    name: str
    condition: Condition
    hold: Duration | None
    keep_firing_for: Duration | None
    reviewed: str
    response: Response
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One document: a service with its SLOs and alerts."""

    name: str
    owner: str
    description: str
    links: Pairs
    labels: Pairs
    slos: tuple[Slo, ...]
    alerts: tuple[Alert, ...]
    origin: Origin
    aliases: Pairs = ()
