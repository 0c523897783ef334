"""Places in a scalar: whatever way a text was written, a character of it is found in the file."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sloctl.core.document import Document
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml

TEXTS = st.text(alphabet="abcé🗼東'\"\\:#{}[]>|-%,&* \n\t\x85\u2028", max_size=40)
STYLES = st.sampled_from([None, "'", '"', "|", ">"])


def only_document(text: str) -> Document:
    """Read a text that holds one document."""
    documents, findings = parse_yaml(Source("a.yaml", text))
    assert [] == findings
    return documents[0]


def written_at(document: Document, start: int, end: int) -> str:
    """Return what is written in the file where characters of the value of `key` are said to be."""
    span = document.inside(("key",), start, end).span
    source = document.source
    begin, stop = source.offset(span.line - 1, span.column - 1), source.offset(span.end_line - 1, span.end_column - 1)
    return source.text[begin:stop]


def decoded(raw: str, following: str, style: str | None) -> str:
    """Return the character that begins at a place."""
    if style == '"' and raw == "\\":
        escape = re.match(r"\\(x..|u....|U........|.)", following, re.DOTALL)
        assert escape
        return str(yaml.safe_load(f'"{escape[0]}"'))
    return raw


@given(TEXTS, STYLES, st.integers(8, 80))
@settings(max_examples=1000, deadline=None)
def test_each_character_is_found_where_it_is_written(value: str, style: str | None, width: int) -> None:
    """In every style and at any width of folded lines, the place of a character holds that character."""
    data = {"before": ["b"], "key": value, "after": "a"}
    text = yaml.dump(data, default_style=style, width=width, allow_unicode=True, sort_keys=False)
    document = only_document(text)
    assert isinstance(document.data, dict)
    assume(document.data["key"] == value)  # PyYAML's own reader disagrees with its writer about a few breaks
    node = document.node(("key",))
    assert isinstance(node, yaml.ScalarNode)
    for index, char in enumerate(value):
        if char in " \n\t\x85\u2028":
            continue  # a fold stands for it, or nothing does
        span = document.inside(("key",), index, index + 1).span
        begin = document.source.offset(span.line - 1, span.column - 1)
        raw = written_at(document, index, index + 1)
        assert char == decoded(raw, document.source.text[begin:], node.style), (text, index)


@given(TEXTS, STYLES, st.data())
@settings(max_examples=100, deadline=None)
def test_any_range_lies_inside_the_scalar(value: str, style: str | None, data: st.DataObject) -> None:
    """Ranges past the end or empty ones still point into what was written for the value."""
    document = only_document(yaml.dump({"key": value, "zero": "z"}, default_style=style, allow_unicode=True))
    start = data.draw(st.integers(0, len(value) + 3))
    end = data.draw(st.integers(start, len(value) + 3))
    span, outer = document.inside(("key",), start, end).span, document.extent(("key",)).span
    assert (outer.line, outer.column) <= (span.line, span.column) <= (span.end_line, span.end_column)


HAND_WRITTEN = {
    "plain over lines": ("key: one\n  two\n\n  three\n", "three", "three"),
    "single quotes": ("key: 'it''s x'\n", "x", "x"),
    "escapes": (r'key: "\u00e9\x41\\ \U0001f5fc x"' + "\n", "x", "x"),
    "escaped line break": ('key: "one \\\n    two"\n', "two", "two"),
    "literal": ("key: |\n  one\n    two\n  three\n", "two", "two"),
    "literal with an indentation indicator": ("key: |2\n     one\n    two\n", "two", "two"),
    "literal that keeps breaks": ("key: |+\n  one\n\n\n  two\n\n", "two", "two"),
    "literal after a comment": ("key: | # why\n  one\n  two\n", "two", "two"),
    "folded": ("key: >-\n  one\n  two\n\n  three\n    more\n  four\n", "four", "four"),
    "folded that begins with blank lines": ("key: >\n\n\n  one\n  two\n", "two", "two"),
    "Windows": ("key: |\r\n  one\r\n  two\r\n", "two", "two"),
    "Windows, folded": ("key: >\r\n  one\r\n\r\n  two\r\n", "two", "two"),
    "Windows, quoted over lines": ('key: "one\r\n  two"\r\n', "two", "two"),
    "anchor and tag": ('key: &a !!str "one two"\n', "two", "two"),
    "flow": ('{"key": "one\\/two"}\n', "two", "two"),
    "tabs": ("key: 'one\t\ttwo'\n", "two", "two"),
}


@pytest.mark.parametrize(("text", "part", "raw"), HAND_WRITTEN.values(), ids=HAND_WRITTEN)
def test_words_are_found_in_every_style(text: str, part: str, raw: str) -> None:
    """A word of a value is found in texts as people write them."""
    document = only_document(text)
    assert isinstance(document.data, dict)
    start = document.data["key"].index(part)
    assert raw == written_at(document, start, start + len(part))
