"""YAML is read so that nothing is lost: exact numbers, text that stays text, every duplicate, every place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml


def value(text: str) -> object:
    """Read the value of the key `a`."""
    documents, findings = parse_yaml(Source("a.yaml", f"a: {text}\n"))
    assert [] == findings
    assert isinstance(documents[0].data, dict)
    return documents[0].data["a"]


SCALARS = {
    "on": "on", "yes": "yes", "Off": "Off", "2026-11-01": "2026-11-01", "12:30:45": "12:30:45", "5m": "5m",
    "true": True, "FALSE": False, "null": None, "~": None, "": None, "'true'": "true", '"5"': "5", "!!str 5": "5",
    "5_000": 5000, "0x1F": 31, "0o17": 15, "017": 17, "-3": -3, "+4": 4, "1_": "1_", "_1": "_1",
    "99.90": Decimal("99.90"), ".5": Decimal("0.5"), "5.": Decimal(5), "1e3": Decimal("1e3"), "1e400": "1e400",
    "-1e-400": "-1e-400", "1e99999999999999999999": "1e99999999999999999999", ".inf": ".inf", ".nan": ".nan",
    "9" * 5000: "9" * 5000, "1.2.3": "1.2.3", "-": None,
}  # fmt: skip


@pytest.mark.parametrize("written", [text for text in SCALARS if text != "-"], ids=lambda text: text[:20] or "nothing")
def test_scalars_mean_what_yaml_1_2_says(written: str) -> None:
    """`on` is text, `5_000` a number, decimals are exact; a number that no float holds stays text."""
    expected, got = SCALARS[written], value(written)
    assert (type(expected), str(expected)) == (type(got), str(got))


def test_every_duplicate_key_is_found_with_the_first_place() -> None:
    """Each repetition is a finding that also points at the first."""
    _, findings = parse_yaml(Source("a.yaml", "a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\na: 4\n"))
    places = [(str(finding.at), str(finding.notes[0].at)) for finding in findings]
    assert [("a.yaml:3:1", "a.yaml:1:1"), ("a.yaml:4:11", "a.yaml:4:5"), ("a.yaml:5:1", "a.yaml:1:1")] == places


def test_merge_keys_give_way_to_own_keys_and_earlier_sources() -> None:
    """`<<` fills in what is missing, the first source wins, and what it brings is found at its origin."""
    text = "one: &one {x: 1, y: 1}\ntwo: &two {y: 2, z: 2}\nall:\n  <<: [*one, *two]\n  x: 0\n"
    documents, findings = parse_yaml(Source("a.yaml", text))
    assert [] == findings
    assert isinstance(documents[0].data, dict)
    assert {"x": 0, "y": 1, "z": 2} == documents[0].data["all"]
    assert "a.yaml:2:21" == str(documents[0].at(("all", "z")))


def test_lines_are_those_of_an_editor() -> None:
    """The line separators of YAML 1.1 that no editor counts do not move later places."""
    text = 'a: "\u2028\u2029\x85"\nb: 1\r\nc: 1\rd: {e: 1}\n'
    documents, _ = parse_yaml(Source("a.yaml", text))
    assert ["2:4", "3:4", "4:8"] == [str(documents[0].at(path))[7:] for path in (("b",), ("c",), ("d", "e"))]


def test_documents_of_a_stream_are_read_until_a_syntax_error() -> None:
    """What stands before a syntax error is kept; empty documents are passed over."""
    documents, findings = parse_yaml(Source("a.yaml", "---\n---\na: 1\n---\nb: [\n"))
    assert [{"a": 1}] == [document.data for document in documents]
    assert ["a.yaml:6:1"] == [str(finding.at) for finding in findings]


@pytest.mark.parametrize("text", ["key: !!python/object:os.system x", "key: !secret x", "key: !!int 5", "? [a]\n: x"])
def test_tags_and_odd_keys_are_refused(text: str) -> None:
    """A tag cannot make a value something else, and never runs anything."""
    _, findings = parse_yaml(Source("a.yaml", text))
    assert ["S107"] == [finding.problem.code for finding in findings]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: b: c", "1:5", "mapping values are not allowed in this context"),
        ("a:\n\tb: 1", "2:1", "a tab stands where YAML wants spaces"),
        ("a: 'x\ty' z", "1:10", "did not find expected key"),
        ("a: *b", "1:4", "found undefined alias"),
        ("a: 'b\nc: d\n", "1:4", "the file ends before what begins here does"),
        ("a: [b,\n\n", "3:1", "did not find expected node content"),
        ("a: \x01", "1:4", "the character U+0001 may not stand in YAML"),
        ("é: 🗼\nb: \x7f", "2:4", "the character U+007F may not stand in YAML"),
    ],
)
def test_syntax_errors_say_where_and_what(text: str, place: str, message: str) -> None:
    """Each syntax error is one finding at the character that is to blame."""
    _, findings = parse_yaml(Source("a.yaml", text))
    assert [(f"a.yaml:{place}", message)] == [(str(finding.at), finding.message) for finding in findings]
