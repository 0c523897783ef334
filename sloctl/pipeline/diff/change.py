"""What a comparison finds: changes of services, SLOs, alerts and settings, each with its classes and its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sloctl.core.source import Location
from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.explain.layout import one_line
from sloctl.pipeline.settings import Settings

SETTINGS, SERVICE, SLO, ALERT, RECORDING = "settings", "service", "SLO", "alert", "recording rule"
"""What a change may be about."""
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class ChangeClass:
    """A class of changes. A loud one asks for a second look: somebody is called, nobody is, or history is lost."""

    is_loud: bool
    meaning: str


CLASSES: Mapping[str, ChangeClass] = MappingProxyType({
    "page-added": ChangeClass(True, "Somebody is paged who was not: a new alert, or a ticket that became a page."),
    "page-removed": ChangeClass(True, "What paged is gone, or opens a ticket only."),
    "ticket-added": ChangeClass(False, "A new alert opens tickets."),
    "alert-added": ChangeClass(False, "A new alert calls nobody, or does not say whom it calls."),
    "alert-removed": ChangeClass(True, "An alert is gone, alone or with its SLO."),
    "alert-weakened": ChangeClass(True, "An alert fires later, or for worse only."),
    "alert-tightened": ChangeClass(False, "An alert fires sooner, or for less."),
    "condition-changed": ChangeClass(False, "An alert watches something else, in a way that cannot be compared."),
    "slo-added": ChangeClass(False, "An SLO is new."),
    "slo-removed": ChangeClass(True, "An SLO is gone."),
    "objective-lowered": ChangeClass(True, "Users are promised less."),
    "objective-raised": ChangeClass(True, "Users are promised more; its alerts fire sooner."),
    "period-changed": ChangeClass(True, "The budget is counted over another time."),
    "sli-changed": ChangeClass(True, "Good and bad are counted in another way."),
    "recording-added": ChangeClass(False, "A recording rule is new."),
    "recording-removed": ChangeClass(True, "A series is recorded no more; what reads it falls silent."),
    "history-broken": ChangeClass(True, "Recorded series begin anew, so a figure knows less than its period."),
    "history-gap": ChangeClass(False, "A figure misses less than a day of its past."),
    "history-mixed": ChangeClass(True, "Recorded series go on with another meaning."),
    "renamed": ChangeClass(True, "The same thing has another name."),
    "priority-raised": ChangeClass(False, "An alert is more urgent."),
    "priority-lowered": ChangeClass(True, "An alert is less urgent."),
    "owner-changed": ChangeClass(True, "Other people are called."),
    "runbook-changed": ChangeClass(False, "The link to the page that says what to do leads elsewhere."),
    "runbook-removed": ChangeClass(True, "That link is gone."),
    "action-changed": ChangeClass(False, "What the person who is called shall do first has changed."),
    "labels-changed": ChangeClass(False, "Labels on alerts have changed, which routes and silences match."),
    "policy-changed": ChangeClass(False, "What is done when the budget runs out has changed."),
    "settings-changed": ChangeClass(False, "A setting has changed."),
    "text-changed": ChangeClass(False, "Words for people have changed, and nothing else."),
})  # fmt: skip
"""Every class, which is also what `--fail-on` takes."""


@dataclass(frozen=True, slots=True)
class Held:
    """An SLO or an alert, with the service and the settings that it lives under."""

    service: Service
    item: Slo | Alert
    settings: Settings

    @property
    def label(self) -> str:
        """Name it in full."""
        return f"{SLO if isinstance(self.item, Slo) else ALERT} {self.service.name}/{self.item.name}"


def held_by(service: Service, settings: Settings) -> list[Held]:
    """Return the SLOs and alerts of a service."""
    items: tuple[Slo | Alert, ...] = (*service.slos, *service.alerts)
    return [Held(service, item, settings) for item in items]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a change is about, under its new name: where it stands, in the older text if it is gone.

    The `service` of a rule in a rule file is its group.
    """

    kind: str
    service: str = ""
    name: str = ""
    at: Location | None = None

    @property
    def label(self) -> str:
        """Name it for a heading."""
        return " ".join(filter(None, (self.kind, "/".join(filter(None, (self.service, self.name))))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: a sentence with its consequence, more consequences, and what was and is, as text.

    What a user wrote stands in back-ticks.
    """

    classes: tuple[str, ...]
    text: str
    details: tuple[str, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def is_loud(self) -> bool:
        """Whether it asks for a second look."""
        return any(CLASSES[each].is_loud for each in self.classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The same change of one or several subjects."""

    subjects: tuple[Subject, ...]
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """How many alerts may page an owner, or open tickets, before and after. The tiers of an SLO are one alert.

    `services` are those whose pages have grown in number, with how many they have now, and how many are allowed.
    """

    owner: str
    pages: tuple[int, int]
    tickets: tuple[int, int]
    services: tuple[tuple[str, int], ...] = ()
    allowed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """The result of a comparison. `left_out` says, in sentences, what could not be compared."""

    base: str
    head: str
    entries: tuple[Entry, ...]
    oncall: tuple[OnCall, ...]
    left_out: tuple[str, ...] = ()

    @property
    def classes(self) -> frozenset[str]:
        """The classes of all changes."""
        return frozenset(name for entry in self.entries for name in entry.change.classes)


def code(text: str) -> str:
    """Quote a user's text for a sentence: on one line, shortened, without back-ticks of its own."""
    line = one_line(text).replace("`", "'")
    return f"`{shortened(line)}`"


def shortened(text: str) -> str:
    """Cut a text off where it would fill the screen."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def moved(what: str, before: object, after: object) -> str:
    """Say that a value has become another one."""
    return f"{what} {before} → {after}"
