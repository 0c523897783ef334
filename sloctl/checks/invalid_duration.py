"""A duration that Prometheus cannot read.

**What it finds.** `for`, `keep_firing_for`, `interval` and `query_offset` that are no durations: without a unit (`5`),
with a fraction (`1.5h`), with words (`5min`), with units in the wrong order or twice, negative or too long. Durations
inside an expression are C301. `VMRule` objects are left alone: vmalert reads more.

**Why it wakes people up.** Prometheus refuses the whole file, and every alert in it is gone.

**What to do.** Write whole numbers with units from large to small: `1h30m`. The units are y, w, d, h, m, s and ms.

**Sources.** Prometheus documentation, querying basics, time durations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import yaml

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, Good, Hit, RuleGroupView, Scope
from sloctl.checks._context import Context
from sloctl.core.document import Document, Path
from sloctl.core.duration import Duration

_GROUP_KEYS = ("interval", "query_offset")
_RULE_KEYS = ("for", "keep_firing_for")
_LONGEST_MS = (2**63 - 1) // 1_000_000  # 64 bits of nanoseconds
_NEARLY = re.compile(
    r"([0-9]+)\s*(ms|mins?|s|m|h|d|w|y|secs?|hrs?|seconds?|minutes?|hours?|days?|weeks?|years?)", re.IGNORECASE
)


def run(group: RuleGroupView, _context: Context) -> Iterator[Hit]:
    """Report the durations of a group and its rules that are none."""
    if isinstance(group.document.data, dict) and str(group.document.data.get("kind", "")).startswith("VMRule"):
        return
    yield from _check(group.document, group.path, group.data, _GROUP_KEYS)
    for rule in group.rules:
        yield from _check(rule.document, rule.path, rule.data, _RULE_KEYS)


def _check(document: Document, path: Path, data: Mapping[str, object], keys: tuple[str, ...]) -> Iterator[Hit]:
    for key in keys:
        if data.get(key) is not None and not _is_duration(text := _written(document, (*path, key))):
            message = f"`{key}` is no duration: `{text}`" if text else f"`{key}` is no duration"
            yield Hit(at=document.at((*path, key)), message=message, help=_advice(text.strip()))


def _written(document: Document, path: Path) -> str:
    """Return a value as written: `00` is not `0` to Prometheus. A list or a mapping is no text."""
    node = document.node(path)
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _is_duration(text: str) -> bool:
    try:
        return text == "0" or Duration.parse(text).ms <= _LONGEST_MS
    except ValueError:
        return False


def _advice(text: str) -> str:
    if text.isdigit() and text.strip("0"):
        return f"give it a unit: `{text}s` or `{text}m`"
    nearly = _NEARLY.fullmatch(text)
    if nearly and _is_duration(meant := nearly[1] + _unit(nearly[2])):
        return f"write `{meant}`"
    return "write whole numbers with units from large to small, such as `1h30m`"


def _unit(word: str) -> str:
    return "ms" if word.lower() == "ms" else word[0].lower()


CHECK = Check(
    code="C321",
    name="invalid-duration",
    severity=ERROR,
    scope=Scope.GROUP,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            groups:
              - name: mail
                interval: 30
                #         ^^ `interval` is no duration: `30`
                rules:
                  - alert: QueueLong
                    expr: queue_length > 100
                    for: 5min
                    #    ^^^^ `for` is no duration: `5min`
                    keep_firing_for: 1.5h
                    #                ^^^^ `keep_firing_for` is no duration: `1.5h`
                  - alert: QueueLonger
                    expr: queue_length > 1000
                    for: 5m1h
                    #    ^^^^ `for` is no duration: `5m1h`
        """),
        Bad("""
            - alert: QueueLong
              expr: queue_length > 100
              for: ""
              #    ^^ `for` is no duration
            - alert: QueueLonger
              expr: queue_length > 1000
              for: 300y
              #    ^^^^ `for` is no duration: `300y`
        """),
        Good("""
            groups:
              - name: mail
                interval: 1m30s
                rules:
                  - alert: QueueLong
                    expr: queue_length > 100
                    for: 0
                    keep_firing_for:
                  - alert: QueueLonger
                    expr: queue_length > 1000
                    for: "5m"
        """),
        Good("""
            apiVersion: operator.victoriametrics.com/v1beta1
            kind: VMRule
            spec:
              groups:
                - name: mail
                  interval: 1.5m
                  rules: []
        """),
    ),
)
