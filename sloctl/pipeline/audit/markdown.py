"""An audit as Markdown, for a ticket or a retrospective; what users wrote is shown as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sloctl.core.figures import days_text
from sloctl.pipeline.audit.facts import Audit, Audited
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
)
from sloctl.pipeline.backtest.limits import Limits
from sloctl.reporters.markdown import marked, plain


def markdown_report(audit: Audit, limits: Limits, allowed: float | None) -> str:
    """Write a report; `allowed` are the pages that an owner may get in a week, None for any number."""
    return "\n".join(_lines(audit, limits, allowed)).rstrip() + "\n"


def _lines(audit: Audit, limits: Limits, allowed: float | None) -> Iterator[str]:
    yield from (f"# {plain(head_words(audit))}", "")
    yield from _bullets([verdict_words(audit, limits), *reservation_words(audit), *budget_words(audit.owners, allowed)])
    heard = ranked(audit, limits)
    if heard:
        yield from ("## Delete, fix or keep", "", *_head((*ALERT_HEAD, "why")))
        for alert, judged in heard:
            why = [marked(each) for each in (*judged.reasons, finding_words(alert)) if each]
            why += [_link(alert)] if alert.runbook else []
            yield _row((*map(plain, alert_cells(alert, judged)), "<br>".join(why)))
        yield ""
    for title, loads in (("owner", audit.owners), ("service", audit.services)):
        if loads:
            yield from (f"## By {title}", "", *_head((title, *LOAD_HEAD[1:])))
            yield from (_row(tuple(map(plain, load_cells(load)))) for load in loads)
            yield ""
    if audit.together:
        yield from ("## Rang together", "", *_bullets(list(map(together_words, audit.together))))
    if audit.has_rules and not audit.is_short and (silent := quiet(audit)):
        yield from (f"## Never fired in {days_text(audit.known_ms)}", "")
        yield ", ".join(plain(alert.shown) for alert in silent)


def _link(alert: Audited) -> str:
    """Link the runbook; what is no plain address is shown as text."""
    is_address = re.fullmatch(r"https?://[\w./#?=%~+,:-]+", alert.runbook)
    return f"[runbook]({alert.runbook})" if is_address else marked(runbook_words(alert))


def _bullets(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"- {marked(line)}" for line in lines)
    yield from [""] if lines else []


def _head(cells: Sequence[str]) -> tuple[str, str]:
    return _row(cells), _row(["---"] * len(cells))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
