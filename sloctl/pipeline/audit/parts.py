"""The parts of an audit in their order, for everything that people read. Each form only writes them its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sloctl.evidence.limits import Limits
from sloctl.pipeline.audit.facts import Audit, Audited, Load
from sloctl.pipeline.audit.judge import Judged, Verdict
from sloctl.pipeline.audit.tables import (
    ALERT_HEAD,
    LOAD_HEAD,
    alert_cells,
    budget_words,
    finding_words,
    known_words,
    load_cells,
    nothing_words,
    quiet,
    ranked,
    together_words,
    whom_words,
)


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence, the reasons below it, and the link to a runbook, empty without one."""

    text: str
    reasons: tuple[str, ...] = ()
    runbook: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first `words` columns are texts, the others numbers. Each row has the link to a runbook, or none."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    runbooks: tuple[str, ...]
    words: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A title and what stands below it; `names` are listed in a row.

    A terminal lists `most` of each, and says how many `rest` there are more.
    """

    title: str
    grids: tuple[Grid, ...] = ()
    items: tuple[Item, ...] = ()
    names: tuple[str, ...] = ()
    most: int = 20
    rest: str = "alert"

    @property
    def is_filled(self) -> bool:
        """Whether there is anything below the title."""
        return bool(self.grids or self.items or self.names)


def parts(audit: Audit, limits: Limits, allowed: float | None) -> list[Part]:
    """Return the parts that are not empty; `allowed` are the pages of an owner in a week, None for any number."""
    judged = ranked(audit, limits)
    todo = [_todo(alert, each) for alert, each in judged if each.verdict in {Verdict.DELETE, Verdict.FIX}]
    heard = [(alert, each) for alert, each in judged if alert.summary.times]
    over = [Item(words) for words in budget_words(audit.owners, allowed)]
    loads = [*_loads("owner", audit.owners), *_loads("service", audit.services)]
    found = (
        Part(title="What to do", items=tuple(todo) or (Item(nothing_words(audit, limits)),)),
        Part(title="What was heard", grids=_heard(heard, by_week=audit.is_enough)),
        Part(title="Rang together", items=tuple(Item(together_words(pair)) for pair in audit.together), most=10,
             rest="pair"),
        Part(title="On call", grids=tuple(loads), items=tuple(over), rest="name"),
        Part(title=f"Never fired in {known_words(audit)}", names=_quiet(audit), most=40),
    )  # fmt: skip
    return [part for part in found if part.is_filled]


def _todo(alert: Audited, judged: Judged) -> Item:
    reasons = (*judged.reasons, finding_words(alert))
    return Item(f"{judged.verdict.value} {whom_words(alert)}", tuple(filter(None, reasons)), alert.runbook)


def _heard(heard: Sequence[tuple[Audited, Judged]], *, by_week: bool) -> tuple[Grid, ...]:
    rows = tuple(alert_cells(alert, judged, by_week=by_week) for alert, judged in heard)
    return (Grid(ALERT_HEAD, rows, tuple(alert.runbook for alert, _ in heard), words=3),) if rows else ()


def _loads(title: str, loads: Sequence[Load]) -> list[Grid]:
    rows = tuple(map(load_cells, loads))
    return [Grid((title, *LOAD_HEAD[1:]), rows, ("",) * len(rows))] if rows else []


def _quiet(audit: Audit) -> tuple[str, ...]:
    return tuple(alert.shown for alert in quiet(audit)) if audit.has_rules and not audit.is_short else ()
