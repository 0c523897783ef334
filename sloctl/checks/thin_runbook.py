"""A runbook in this repository that leaves out what its reader needs.

**What it finds.** Markdown pages in the repository of the rules that an alert links and that have no heading or bold
word for one of: meaning, impact, diagnosis, mitigation (or a word like them). With a heading in the link, only that
section is read.

**Why it wakes people up.** A page that only explains the metric leaves its reader where the alert left them.

**What to do.** Write the four parts, even if each is two lines.

**Sources.** The template of the Prometheus operator's runbooks (meaning, impact, diagnosis, mitigation).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import STRICT, WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._runbook import Section, find_section, has_headings, local_link, sections
from sloctl.checks._texts import runbooks
from sloctl.core.human import and_list

_PARTS = {
    "meaning": r"mean|what (it|this|happened|is)|description|summary|about|background|cause|why",
    "impact": r"impact|effect|severity|consequence|affected|risk|blast",
    "diagnosis": r"diagnos|investigat|troubleshoot|debug|verif|check|triage|analy|identify|look",
    "mitigation": r"mitigat|resol|remed|fix|recover|repair|action|what to do|steps|procedure|solution|workaround",
}
_FOUND = {part: re.compile(rf"\b({words})", re.IGNORECASE) for part, words in _PARTS.items()}
_LEAD = re.compile(r"^\s*(?:[-*+]\s+|\d+\.\s+)?(?:\*\*|__)(.+?)(?:\*\*|__)|^\s*([A-Z][\w ]{2,30}):", re.MULTILINE)


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a page that lacks parts."""
    for text in runbooks(alert):
        link = local_link(text.value, alert.group.file, context.root)
        if link and link.file and has_headings(link.file):
            missing = _missing(sections(link.file), link.fragment)
            if missing:
                message = f"the runbook of `{alert.name.value}` says nothing on {and_list(missing, 'or')}"
                yield Hit(at=text.at(), message=message, help=f"add a heading for each: {', '.join(missing)}")


def _missing(page: tuple[Section, ...], fragment: str) -> list[str]:
    start = find_section(page, fragment)
    if start is None:
        return []
    leads = "\n".join(_leads(page, start))
    return [part for part, words in _FOUND.items() if not words.search(leads)]


def _leads(page: tuple[Section, ...], start: int) -> Iterator[str]:
    """Yield the headings of a section and below it, and the words in bold that stand for a heading."""
    for index, section in enumerate(page[start:]):
        if index and section.level <= page[start].level:
            return
        yield section.title
        yield from (bold or plain for bold, plain in _LEAD.findall(section.body))


_PAGE = """
    # Queues
    ## Old queue
    **Meaning.** Messages wait. **Impact.** None yet.
    ### Impact
    Help comes late.
    ### How to investigate
    Look at the workers.
    ### Fix
    Add one.
    ## Long
    What it means: too many messages.
    1. **Check** the workers.
    2. **Recover:** add one.
    """


CHECK = Check(
    code="A120",
    name="thin-runbook",
    severity=WARNING,
    profile=STRICT,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad(
            """
            - alert: QueueLong
              expr: max(queue_length) > 5
              annotations: {runbook_url: "docs/queues.md#long"}
            #                            ^^^^^^^^^^^^^^^^^^^^^ the runbook of `QueueLong` says nothing on impact
            """,
            files={"docs/queues.md": _PAGE},
        ),
        Good(
            """
            - alert: QueueOld
              expr: max(queue_age_seconds) > 5
              annotations: {runbook_url: docs/queues.md#old-queue}
            """,
            files={"docs/queues.md": _PAGE},
        ),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              annotations: {runbook_url: https://wiki.acme.net/queues}
        """),
    ),
)
