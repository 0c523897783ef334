"""An alert whose own words say that nothing need be done.

**What it finds.** Alerts that reach somebody and whose texts say "for information", "FYI", "no action needed", "can be
ignored" and the like. A condition around it ("can be ignored if …", "no action needed unless …") makes it advice, and
it is left alone.

**Why it wakes people up.** Whoever reads it has been called for nothing, and learns to read the next one later.

**What to do.** Make it a panel or a report, or say what shall be done.

**Sources.** Rob Ewaschuk, "My Philosophy on Alerting".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule, Text

_WORDING = re.compile(
    r"""\b(?:
        for\ (?:your\ )?information(?:al\ purposes)?(?:\ only)?(?=\s*(?:[-.,:;!)]|$)) | fyi\b |
        (?:purely|just|only)\ informational | informational\ (?:only|alert) |
        no\ (?:further\ |immediate\ )?action\ (?:is\ |was\ )?(?:needed|required|necessary) |
        nothing\ to\ (?:do|worry\ about) | (?:can|may|should)\ (?:safely\ )?be\ (?:safely\ )?(?:ignored|disregarded)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_HINTS = ("informat", "fyi", "no action", "no further", "no immediate", "nothing to", "ignored", "disregarded")
_CONDITIONS = "if|when|while|unless|until|during|once|as long|in case"
_CONDITION = re.compile(rf"\b({_CONDITIONS}|except|otherwise|but)\b", re.IGNORECASE)
_CONDITION_BEFORE = re.compile(rf"\b({_CONDITIONS})\b[^.;!?\n]*$", re.IGNORECASE)


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report the first words that say so."""
    if not context.reaches_human(alert):
        return
    for text in alert.annotations.values():
        if found := _plain_wording(text):
            message = f"`{alert.name.value}` asks for nothing in its own words: `{found[0]}`"
            yield Hit(at=text.at(found.span()), message=message, help="make it a panel or a report, or say what to do")
            return


def _plain_wording(text: Text) -> re.Match[str] | None:
    """Return the wording, unless its sentence ties it to a condition."""
    folded = text.value.lower()
    if not any(word in folded for word in _HINTS):
        return None
    for found in _WORDING.finditer(text.value):
        rest = re.split(r"[.;!?\n]", text.value[found.end() :], maxsplit=1)[0]
        if not _CONDITION.search(rest) and not _CONDITION_BEFORE.search(text.value[: found.start()]):
            return found
    return None


CHECK = Check(
    code="A114",
    name="fyi-wording",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: NodeRebooted
              expr: job:reboots:increase1h > 0
              annotations:
                description: No action needed.
                #            ^^^^^^^^^^^^^^^^ `NodeRebooted` asks for nothing in its own words: `No action needed`
        """),
        Bad("""
            - alert: NodeRebooted
              expr: job:reboots:increase1h > 0
              annotations:
                summary: |
                  FYI, a node was rebooted
            #     ^^^ `NodeRebooted` asks for nothing in its own words: `FYI`
        """),
        Good("""
            - alert: BackupLate
              expr: job:backup_age_seconds:max > 86400
              annotations:
                description: No action needed if a migration is running; else start the job by hand.
            - alert: BackupLater
              expr: job:backup_age_seconds:max > 186400
              annotations:
                description: When a migration is running, this can be ignored. Else start the job.
            - alert: BackupGone
              expr: job:backups:count < 1
              annotations: {description: "This must not be ignored: see the wiki for information on restoring."}
            - alert: Deployed
              expr: job:deploys:rate5m > 0
              labels: {severity: info}
              annotations: {summary: "For information: a new version is live"}
        """),
    ),
)
