"""The rules that a server evaluates, as lint sees them: whom they call, and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sloctl.checks._rule import Rule
from sloctl.pipeline.lint.config import LintConfig
from sloctl.pipeline.lint.judge import lint_text
from sloctl.pipeline.lint.read import read_file
from sloctl.pipeline.load import parse_bytes
from sloctl.promapi.answers import LoadedRule

_FILE = "rules of the server"
_FAMILIES = ("A", "N", "C")
"""What is wrong with an alert itself: not with its file, nor with what it costs."""


@dataclass(frozen=True, slots=True)
class Known:
    """A rule of the server as checks see it, and what they find in it: codes with names, each once."""

    rule: Rule
    codes: tuple[str, ...]


def known_rules(rules: Sequence[LoadedRule], config: LintConfig) -> tuple[Known, ...]:
    """Return all rules of a server, in their order. Suppressions are comments, which no server keeps."""
    if not rules:
        return ()
    raw = _as_file(rules)
    documents, _ = parse_bytes(raw, _FILE)
    view, _, _ = read_file(_FILE, documents)
    found: dict[int, dict[str, None]] = {}
    for finding in lint_text(raw, _FILE, replace(config, server=None, locked=frozenset())).findings:
        if finding.problem.code.startswith(_FAMILIES):
            shown = f"{finding.problem.code} {finding.problem.name}"
            found.setdefault(finding.at.span.line, {})[shown] = None
    read = [rule for group in view.groups for rule in group.rules]
    return tuple(Known(rule, tuple(found.get(line, ()))) for line, rule in enumerate(read, start=2))


def _as_file(rules: Sequence[LoadedRule]) -> bytes:
    """Write rules as a file with one of them in each line, from the second line on, so that a line is a rule."""
    lines = ",\n".join(json.dumps(_data(rule), ensure_ascii=False) for rule in rules)
    return f'{{"groups": [{{"name": "server", "rules": [\n{lines}\n]}}]}}\n'.encode()


def _data(rule: LoadedRule) -> dict[str, object]:
    data: dict[str, object] = {"alert" if rule.is_alert else "record": rule.name, "expr": rule.query}
    if rule.is_alert and rule.hold.ms:
        data["for"] = str(rule.hold)
    if rule.is_alert and rule.keep.ms:
        data["keep_firing_for"] = str(rule.keep)
    if rule.labels:
        data["labels"] = dict(rule.labels)
    return data | ({"annotations": dict(rule.annotations)} if rule.annotations else {})
