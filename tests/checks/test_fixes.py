"""The edits of fixable checks: exact in every YAML style, and absent where they could not be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sloctl.checks._context import Context
from sloctl.core.finding import Edit
from sloctl.core.source import Source
from sloctl.pipeline.lint.config import ALL, LintConfig
from sloctl.pipeline.lint.run import lint_bytes
from sloctl.pipeline.settings import Settings

HEAD = "groups:\n  - name: g\n    rules:\n      - alert: A\n"


def fixed(text: str, code: str) -> str:
    """Apply every fix of a check to a file."""
    context = Context(today=date(2026, 11, 23), root=Path())
    config = LintConfig(context=context, settings=Settings(root=Path()), profile=ALL, select=(code,))
    findings = lint_bytes(text.encode(), "a.yml", config).findings
    assert findings, "the check must find something to fix"
    edits = [edit for finding in findings if finding.fix for edit in finding.fix.edits]
    source = Source("a.yml", text)
    for start, end, new in sorted((_place(source, edit) for edit in edits), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _place(source: Source, edit: Edit) -> tuple[int, int, str]:
    span = edit.at.span
    start = source.offset(span.line - 1, span.column - 1)
    return start, source.offset(span.end_line - 1, span.end_column - 1), edit.text


EXPRESSIONS = [
    ("x{a=~%s, b=~'^c|d$'} > 1", "'e'", "x{a=%s, b=~'c|d'} > 1"),
    ('"x{a=~%s, b!~\\"^c.$\\"} > 1"', '\\"e\\"', '"x{a=%s, b!~\\"c.\\"} > 1"'),
    ("'x{a=~%s, b!~\"^c.$\"} > 1'", "\"it''s\"", "'x{a=%s, b!~\"c.\"} > 1'"),
    ("|\n          # why\n          x{a=~%s,\n          b=~`c.$`} > 1\n", "`e`",
     "|\n          # why\n          x{a=%s,\n          b=~`c.`} > 1\n"),
    (">-\n          x{a=~%s,\n          b=~'^c.'}\n\n          > 1\n", '"e"',
     ">-\n          x{a=%s,\n          b=~'c.'}\n\n          > 1\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "value", "after"), EXPRESSIONS, ids=["plain", "double", "single", "literal", "folded"]
)
def test_matchers_are_mended_in_every_style(before: str, value: str, after: str) -> None:
    """Operators and anchors are replaced in the user's own characters, whatever way the expression is written."""
    text = HEAD + "        expr: " + before % value + "\n"
    mended = fixed(fixed(text, "H504"), "H505")
    assert HEAD + "        expr: " + after % value + "\n" == mended


def test_a_matcher_in_a_config_map_is_mended_in_the_outer_file() -> None:
    """The edit of an embedded rule file is one of the file around it."""
    inner = "".join(f"    {line}\n" for line in (HEAD + '        expr: x{a=~"e"} > 1').splitlines())
    text = "kind: ConfigMap\ndata:\n  a.yml: |\n" + inner
    assert text.replace("=~", "=") == fixed(text, "H504")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "        expr: x > 1\n        for: 0s\n        labels: {a: b}\n",
            "        expr: x > 1\n        labels: {a: b}\n",
        ),
        ("        expr: x > 1\n        for: '0s'\n", "        expr: x > 1\n"),
        ("        expr: x > 1\n        for: 0s", "        expr: x > 1\n"),
        ("        expr: x > 1\n        for: 0s # at once\n", "        expr: x > 1\n        for: 0s # at once\n"),
    ],
    ids=["between", "quoted", "last without line end", "with a comment"],
)
def test_a_zero_for_goes_with_its_line(before: str, after: str) -> None:
    """The line is removed, unless somebody has written a comment on it."""
    assert HEAD + after == fixed(HEAD + before, "H506")


def test_a_key_that_begins_an_item_stays() -> None:
    """Removing the line of `- for: 0s` would remove the dash."""
    text = "groups:\n  - name: g\n    rules:\n      - for: 0s\n        alert: A\n        expr: x > 1\n"
    assert text == fixed(text, "H506")


def test_json_is_left_alone() -> None:
    """In brackets a key is not a line of its own."""
    text = '{"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "x > 1", "for": "0s"}]}]}'
    assert text == fixed(text, "H506")


def test_an_empty_label_goes_unless_it_is_the_only_one() -> None:
    """A mapping is never left without a key."""
    two = HEAD + '        expr: sum(x) > 1\n        labels:\n          a: ""\n          b: c\n'
    one = HEAD + '        expr: sum(x) > 1\n        labels:\n          a: ""\n'
    assert two.replace('          a: ""\n', "") == fixed(two, "H515")
    assert one == fixed(one, "H515")


def test_a_value_that_is_no_text_is_quoted_as_written() -> None:
    """The quotes hold the characters of the file, not what YAML made of them."""
    text = HEAD + "        expr: x > 1\n        labels: {a: 1.10, b: yes, c: 0x1F, d: ok}\n"
    assert text.replace("1.10, b: yes, c: 0x1F", '"1.10", b: "yes", c: "0x1F"') == fixed(text, "H507")
