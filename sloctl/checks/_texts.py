"""What the texts of an alert are called in the wild, and texts that only hold a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from sloctl.checks._rule import Rule, Text

SUMMARY_KEYS = ("summary", "message", "title", "headline", "short_description")
"""Annotations that say in a line what is wrong; notifications show the first of them."""

DESCRIPTION_KEYS = ("description", "details", "detail", "message", "long_description", "text")
"""Annotations that say more than a line."""

_RUNBOOK_KEY = re.compile(r"run.?book|play.?book|(^|_)(sop|wiki|docs?|documentation|procedure|instructions|guide)(_|$)")
_EXAMPLE_HOST = re.compile(r"(.+\.)?(example\.(com|net|org)|example|invalid|test|localhost)")
_PLACEHOLDER = re.compile(
    r"""[\W_]*(
        to.?do\b.* | tb[adc]\b.* | fixme\b.* | x{3,} | n/?a | none | null | nil | unknown | missing | empty | nothing |
        placeholder\b.* | change.?me\b.* | coming.soon | wip\b.* | your[-_ ].* | (add|insert|put|write)\b.{0,20}\bhere |
        (add|insert)\b.{0,10}\b(link|url|run.?book|action)\b.*
    )?[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)


def runbooks(rule: Rule) -> Iterator[Text]:
    """Yield the annotations (or labels) of a rule that are there to hold its runbook and are not blank."""
    for key, text in rule.annotations.items():
        if is_runbook_key(key) and text.value.strip():
            yield text
    for key, text in rule.labels.items():
        if "book" in key and is_runbook_key(key) and text.value.strip():
            yield text


@lru_cache(maxsize=1024)
def is_runbook_key(key: str) -> bool:
    """Tell whether an annotation of this name holds a runbook: `runbook_url`, `playbook`, `documentation`."""
    return _RUNBOOK_KEY.search(key.lower().replace("-", "_")) is not None


def has_runbook(rule: Rule) -> bool:
    """Tell whether an alert leads to a runbook: in an annotation for it, or in the words of another text."""
    if next(runbooks(rule), None):
        return True
    return any(_mentions_runbook(text.value) for text in rule.annotations.values())


def _mentions_runbook(text: str) -> bool:
    return "://" in text and any(word in text.lower() for word in ("runbook", "playbook"))


def host_of(url: str) -> str:
    """Return the host of an address, empty for what is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a malformed address, such as an open bracket; another check's matter
        return ""


def is_example_host(host: str) -> bool:
    """Tell whether a host is reserved for documentation and tests by RFC 2606 and RFC 6761."""
    return _EXAMPLE_HOST.fullmatch(host) is not None


def is_placeholder(text: str) -> bool:
    """Tell whether a text only holds the place of one that is still to be written: `TODO`, `TBD`, `n/a`, `-`."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None
