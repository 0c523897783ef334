"""An audit for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sloctl.core.figures import days_text
from sloctl.core.human import plural
from sloctl.pipeline.audit.facts import Audit
from sloctl.pipeline.audit.judge import Verdict
from sloctl.pipeline.audit.tables import (
    ALERT_HEAD,
    LOAD_HEAD,
    alert_cells,
    budget_words,
    finding_words,
    head_words,
    load_cells,
    quiet,
    ranked,
    reservation_words,
    runbook_words,
    together_words,
    verdict_words,
    whom_words,
)
from sloctl.pipeline.backtest.limits import Limits
from sloctl.pipeline.explain.layout import Section, labelled, page, paragraph, table

MOST_ALERTS, MOST_PAIRS, MOST_QUIET = 20, 10, 40
"""What is listed; the JSON has all."""


def text_report(audit: Audit, limits: Limits, allowed: float | None, *, color: bool) -> str:
    """Write a report; `allowed` are the pages that an owner may get in a week, None for any number."""
    sections = [
        Section("", [line for words in _head(audit, limits) for line in paragraph(words, "  ")]),
        Section("What to do", list(_verdicts(audit, limits))),
        Section("What was heard", list(_figures(audit, limits))),
        Section("Rang together", list(_pairs(audit))),
        Section("On call", list(_loads(audit, allowed))),
        Section(f"Never fired in {days_text(audit.known_ms)}", list(_quiet(audit))),
    ]
    filled = [section for section in sections if section.lines]
    return page(head_words(audit), filled, color=color) + "\n"


def _head(audit: Audit, limits: Limits) -> list[str]:
    return [verdict_words(audit, limits), *reservation_words(audit)]


def _verdicts(audit: Audit, limits: Limits) -> Iterator[str]:
    todo = [(alert, each) for alert, each in ranked(audit, limits) if each.verdict in {Verdict.DELETE, Verdict.FIX}]
    for alert, judged in todo[:MOST_ALERTS]:
        yield from paragraph(f"{judged.verdict.value} {whom_words(alert)}", "    ")
        yield from _bullets((*judged.reasons, finding_words(alert), runbook_words(alert)), "      ")
    if len(todo) > MOST_ALERTS:
        yield f"    … and {plural(len(todo) - MOST_ALERTS, 'alert')} more"
    if not todo:
        yield "    nothing: every alert that fired was worth keeping"


def _bullets(texts: Iterable[str], margin: str) -> Iterator[str]:
    """Write texts as a list, their further lines below the first."""
    for text in filter(None, texts):
        first, *more = paragraph(text, f"{margin}  ")
        yield from (f"{margin}- {first.lstrip()}", *more)


def _figures(audit: Audit, limits: Limits) -> Iterator[str]:
    rows = [alert_cells(alert, judged) for alert, judged in ranked(audit, limits) if alert.summary.times]
    if rows:
        yield from table(ALERT_HEAD, rows[:MOST_ALERTS], words=3)
    if len(rows) > MOST_ALERTS:
        yield f"    … and {plural(len(rows) - MOST_ALERTS, 'alert')} that were heard less"


def _pairs(audit: Audit) -> Iterator[str]:
    for pair in audit.together[:MOST_PAIRS]:
        yield from _bullets([together_words(pair)], "    ")
    if len(audit.together) > MOST_PAIRS:
        yield f"    … and {plural(len(audit.together) - MOST_PAIRS, 'pair')} more"


def _loads(audit: Audit, allowed: float | None) -> Iterator[str]:
    for title, loads in (("owner", audit.owners), ("service", audit.services)):
        if loads:
            yield from [""] if loads is audit.services and audit.owners else []
            yield from table((title, *LOAD_HEAD[1:]), [load_cells(load) for load in loads[:MOST_ALERTS]])
    for words in budget_words(audit.owners, allowed):
        yield from paragraph(words, "    ")


def _quiet(audit: Audit) -> Iterator[str]:
    names = [alert.shown for alert in quiet(audit)] if audit.has_rules and not audit.is_short else []
    more = f", … and {plural(len(names) - MOST_QUIET, 'alert')} more" if len(names) > MOST_QUIET else ""
    yield from labelled([("", f"{', '.join(names[:MOST_QUIET])}{more}")])
