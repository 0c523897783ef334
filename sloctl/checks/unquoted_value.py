"""A label or annotation that YAML does not read as text.

**What it finds.** Values of labels and annotations that are written as a number, a boolean or a word that YAML 1.1
reads as one: `severity: 1`, `enabled: true`, `page: yes`, `version: 1.10`.

**Why it matters.** Kubernetes refuses a `PrometheusRule` with such a value, and every tool that reads the file and
writes it again makes `1.1` of `1.10` and `true` of `yes`.

**What to do.** Quote it; `--fix` does it.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._edits import written
from sloctl.checks._rule import Rule, Text
from sloctl.core.document import Document
from sloctl.core.finding import Edit, Fix
from sloctl.core.nodes import PLAIN

_WORDS_1_1 = frozenset({"yes", "no", "on", "off", "y", "n"})
"""What YAML 1.1 reads as a boolean beside `true` and `false`."""


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report values that are not text."""
    for field in ("labels", "annotations"):
        data = rule.data.get(field)
        for key, value in data.items() if isinstance(data, dict) else ():
            if kind := _kind(value):
                text = (rule.labels if field == "labels" else rule.annotations)[key]
                if _is_plain(text):
                    yield _hit(key, text, kind)


def _kind(value: object) -> str:
    """Say what YAML makes of a value that is not text."""
    if isinstance(value, str):
        return "a boolean" if len(value) < 4 and value.lower() in _WORDS_1_1 else ""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return "a boolean" if isinstance(value, bool) else "a number"


def _is_plain(text: Text) -> bool:
    node = text.document.node(text.path)
    return isinstance(node, yaml.ScalarNode) and node.tag == PLAIN


def _takes_quotes(document: Document) -> bool:
    """Tell whether quotes can be written: not in a text that stands in quotes itself."""
    if document.frame is None:
        return True
    outer = document.frame.document.node(document.frame.path)
    return isinstance(outer, yaml.ScalarNode) and outer.style in ("|", ">")


def _hit(key: str, text: Text, kind: str) -> Hit:
    at = text.at()
    value = written(at)
    quoted = f'"{value}"'
    fix = Fix(title=f"write `{quoted}`", edits=(Edit(at, quoted),)) if value and _takes_quotes(text.document) else None
    return Hit(at=at, message=f"YAML reads `{key}: {value}` as {kind}, not as text", help="quote it", fix=fix)


CHECK = Check(
    code="H507",
    name="unquoted-value",
    severity=WARNING,
    scope=Scope.RULE,
    run=run,
    cases=(
        Bad("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels:
                severity: 1
                #         ^ YAML reads `severity: 1` as a number, not as text
                paging: true
                #       ^^^^ YAML reads `paging: true` as a boolean, not as text
              annotations: {version: 1.10, wake: no}
            #                        ^^^^ YAML reads `version: 1.10` as a number, not as text
            #                                    ^^ YAML reads `wake: no` as a boolean, not as text
        """),
        Good("""
            - alert: QueueLong
              expr: max(queue_length) > 5
              labels: {severity: "1", paging: 'true', version: 1.10.2, team: "no"}
              annotations:
                number: |
                  5
        """),
    ),
)
