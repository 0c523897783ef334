"""What the usual words for severities mean: who is called."""

from __future__ import annotations

NOBODY = "nobody"
_PAGE = (
    "critical", "page", "pager", "crit", "emergency", "fatal", "urgent", "disaster", "sev1", "sev2", "p0", "p1", "p2",
    "high", "paging",
)  # fmt: skip
_TICKET = (
    "warning", "warn", "ticket", "error", "major", "minor", "medium", "moderate", "low", "sev3", "sev4", "p3", "p4",
    "average", "alert",
)  # fmt: skip
_NOBODY = (
    "info", "information", "informational", "none", "debug", "notice", "fyi", "p5", "p6", "sev5", "ok", "notify", "log",
    "silent",
)  # fmt: skip
MEANINGS = dict.fromkeys(_PAGE, "page") | dict.fromkeys(_TICKET, "ticket") | dict.fromkeys(_NOBODY, NOBODY)
"""Each word, in lower case, and whether it pages, opens a ticket, or calls nobody."""
