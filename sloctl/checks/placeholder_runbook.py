"""A runbook that is still to be written.

**What it finds.** Runbook annotations that hold the place of a link: `TODO`, `TBD`, `n/a`, `<runbook url>`, a link to
a host that exists for examples only (`example.com`, `….example`, `localhost`), a link with `TODO` in its path. Files
that call themselves examples, in their path or in the comment at their top, may link example hosts. Of the stand-in
that a spec of another tool gets for a missing runbook, S405 tells; it is reported here once it stands in a file.

**Why it wakes people up.** The alert looks as if help were one click away. It is not, and the first to notice is
whoever was called.

**What to do.** Write the page and link it. Until then, leave the annotation out, so that the gap can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule, Text
from sloctl.checks._runbook import path_below
from sloctl.checks._texts import host_of, is_example_host, is_placeholder, runbooks
from sloctl.core.translated import TranslatedDocument
from sloctl.model.names import STAND_IN_HOST

_UNFINISHED = re.compile(r"[/#?=](todo|tbd|fixme|change-?me|placeholder)($|[/#?&])", re.IGNORECASE)


def run(alert: Rule, context: Context) -> Iterator[Hit]:
    """Report a runbook that is none."""
    for text in runbooks(alert):
        value = text.value.strip()
        if value and (reason := _reason(text, value, alert, context)):
            message = f"this runbook is a placeholder: {reason}"
            yield Hit(at=text.at(), message=message, help="write the page and link it")


def _reason(text: Text, value: str, alert: Rule, context: Context) -> str:
    if is_placeholder(value):
        return f"`{value}`"
    host = host_of(value)
    if host == STAND_IN_HOST:
        return "" if isinstance(text.document, TranslatedDocument) else "the stand-in of an import"
    if is_example_host(host) and not _is_example(text, alert, context):
        return f"`{host}` is no real host"
    found = _UNFINISHED.search(value) if "://" in value else None
    return f"`{found[1]}` in its address" if found else ""


def _is_example(text: Text, alert: Rule, context: Context) -> bool:
    if "example" in path_below(alert.group.file, context.root).lower():
        return True
    return _has_example_head(text.at().source.text)


@lru_cache(maxsize=16)  # every alert of a file asks it
def _has_example_head(text: str) -> bool:
    return any("example" in line.lower() for line in _head(text))


def _head(text: str) -> Iterator[str]:
    """Yield the comment lines at the top of a file."""
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        yield line


CHECK = Check(
    code="A103",
    name="placeholder-runbook",
    severity=ERROR,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: Slow
              expr: job:checkout_failures:ratio5m > 0.1
              annotations:
                runbook_url: TODO
                #            ^^^^ this runbook is a placeholder: `TODO`
        """),
        Bad("""
            - alert: Slow
              expr: job:checkout_failures:ratio5m > 0.1
              annotations:
                docs: http://example.com
                #     ^^^^^^^^^^^^^^^^^^ this runbook is a placeholder: `example.com` is no real host
        """),
        Bad("""
            - alert: Slow
              expr: job:checkout_failures:ratio5m > 0.1
              annotations:
                runbook: https://acme.net/TODO
                #        ^^^^^^^^^^^^^^^^^^^^^ this runbook is a placeholder: `TODO` in its address
        """),
        Bad("""
            - alert: Slow
              expr: job:checkout_failures:ratio5m > 0.1
              annotations: {runbook_url: https://runbooks.invalid/checkout}
              #                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this runbook is a placeholder: the stand-in of an import
        """),  # noqa: E501 - drawn to scale
        Good("""
            - alert: Slow
              expr: job:checkout_failures:ratio5m > 0.1
              annotations:
                runbook_url: https://wiki.acme.net/runbooks/todo-list-service-down
                summary: TODO lists cannot be opened
        """),
        Good("""
            # Rules of the tutorial, an example to begin with.
            groups:
              - name: tutorial
                rules:
                  - alert: Slow
                    expr: job:checkout_failures:ratio5m > 0.1
                    annotations: {runbook_url: https://runbooks.example.org/checkout}
        """),
    ),
)
