"""The YAML of rule files is read as exactly the text that was written, whatever the text and the reader."""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.targets._yaml import block, scalar

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(alphabet="ab \n\t\r:#-?*&!|>'\"%@`{}[],\\\x85\u2028\u2029\ufeff\xa0\x00\x1b\x7f🗼"),
    st.from_regex(r"[-+]?[0-9_.:]+(e[-+]?[0-9]+)?", fullmatch=True),
    st.sampled_from(["", "~", "null", "NULL", "yes", "No", "on", "OFF", "y", "N", "true", ".inf", "-.INF", ".nan"]),
    st.sampled_from(["=", "<<", "2026-11-01", "12:30:45", "0x1F", "0o17", "017", "1_000", "1e3", "---", "..."]),
    st.sampled_from(["- a", "a: b", "a #b", "a:", " a", "a ", "\ta", "\n", "a\n", "\na", "a\n\nb", "a\n b", " a\nb"]),
    st.sampled_from(["a \nb", "é\x85"]),
)  # fmt: skip


def read_by_yaml_1_1(text: str) -> object:
    """Read with PyYAML, which follows YAML 1.1."""
    return yaml.safe_load(text)


def read_by_yaml_1_2(text: str) -> object:
    """Read with our reader, which follows YAML 1.2."""
    documents, findings = parse_yaml(Source("rules.yml", text))
    assert [] == findings
    return documents[0].data


READERS = pytest.mark.parametrize("read", [read_by_yaml_1_1, read_by_yaml_1_2])


@READERS
@given(TEXTS)
@example("\ufeff")
@settings(max_examples=500, deadline=None)
def test_a_scalar_is_read_as_it_was_written(read: object, text: str) -> None:
    """One line, as a value and as a key."""
    assert callable(read)
    assert {"key": text, "after": "z"} == read(f"key: {scalar(text)}\nafter: z\n")
    assert "\n" not in scalar(text)
    if len(text) < 100:
        assert {text: "z"} == read(f"{scalar(text)}: z\n")


@READERS
@given(TEXTS, st.integers(1, 12))
@settings(max_examples=500, deadline=None)
def test_a_block_is_read_as_it_was_written(read: object, text: str, indent: int) -> None:
    """A text over lines is a literal block where that keeps it whole."""
    assert callable(read)
    assert {"rules": [{"expr": text, "for": "5m"}]} == read(
        f"rules:\n{' ' * (indent - 1)}- expr: {block(text, indent + 4)}\n{' ' * (indent + 1)}for: 5m\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("team-shop", "team-shop"),
        ("https://runbooks.example.org/a#b", '"https://runbooks.example.org/a#b"'),
        ("vector(1)", "vector(1)"),
        ("30d", '"30d"'),
        ("yes", '"yes"'),
        ('say "hi"', 'say "hi"'),
        ('sum(x{a="b"}) > 1', "'sum(x{a=\"b\"}) > 1'"),
        ("it's", "it's"),
        ("a\tb", '"a\\tb"'),
        ("", '""'),
    ],
)
def test_scalars_are_written_as_a_person_would(text: str, written: str) -> None:
    """Plain where that is safe, else in the quotes that need no escapes."""
    assert written == scalar(text)


def test_lines_of_an_expression_are_a_literal_block() -> None:
    """Expressions keep their lines."""
    assert "|-\n    a\n\n    and b" == block("a\n\nand b", 4)
