"""Specs are written as a careful person would, and read back as the very same data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.pipeline.convert.yaml_text import Beside, yaml_text


def read(text: str) -> Any:
    """Read a document as sloctl does."""
    (document,), findings = parse_yaml(Source("spec.yaml", text))
    assert [] == findings
    return document.data


def alert(**fields: Any) -> dict[str, Any]:
    """Write a document with one alert."""
    return {"kind": "Service", "apiVersion": "sloctl/v1", "alerts": [{**fields, "name": "Alert"}]}


LONG = " ".join(f"word{number}" for number in range(40))


@pytest.mark.parametrize(
    "text",
    [LONG, f"{LONG}  {LONG}", f" {LONG}", f"{LONG}\n{LONG}\n", "a\n  b\n\nc", "# no comment", "5", "on", "off", "null",
     "2026-11-01", "30d", "5%", "{a: b}", "a: b", "x # y", "'", '"', "\\", "\t", "é\u2028", "- a", "*a", "&a", "",
     "~", "="],
)  # fmt: skip
def test_texts_survive(text: str) -> None:
    """Whatever a text holds, it is the same when it is read again."""
    data = alert(summary=text, labels={"a": text})
    assert data == read(yaml_text(data))


@given(st.dictionaries(st.text(min_size=1).filter(lambda key: key != "<<"), st.text()))
def test_any_annotation_survives(annotations: dict[str, str]) -> None:
    """Any keys and values of annotations come back unchanged, as far as YAML can hold them."""
    data = alert(annotations=annotations)
    texts = (*annotations, *annotations.values())
    if all(char.isprintable() or char in "\n\t" for text in texts for char in text):
        assert data == read(yaml_text(data))


def test_keys_come_in_the_order_of_the_format() -> None:
    """Identity first, then the condition with its times, then who is called; a blank line parts the alerts."""
    first = {
        "labels": {"a": "b"},
        "for": "5m",
        "priority": "P1",
        "count": {"above": 5, "over": "1h", "of": "x"},
        "name": "A",
    }
    data = {
        "alerts": [first, {"expr": "up == 0", "name": "B"}],
        "metadata": {"owner": "t", "name": "s"},
        "kind": "Service",
    }
    assert """\
kind: Service
metadata:
  name: s
  owner: t

alerts:
  - name: A
    count:
      of: x
      over: 1h
      above: 5
    for: 5m
    priority: P1
    labels: {a: b}

  - name: B
    expr: up == 0
""" == yaml_text(data)


def test_long_expressions_are_blocks() -> None:
    """A long line is folded and several lines are literal, so that a diff shows one change as one line."""
    text = yaml_text(alert(summary=LONG, expr="a\n> b"))
    assert "    summary: >-\n      word0 word1" in text
    assert "    expr: |-\n      a\n      > b\n" in text


def test_tiers_are_rows() -> None:
    """A tier that fits stands on one line, like the row of a table."""
    tier = {"severity": "page", "name": "fast", "burn_rate": Decimal("14.40"), "long": "1h", "short": "5m"}
    data = {"slos": [{"name": "a", "alerting": {"tiers": [tier], "page": "off", "no_data": "off"}}]}
    text = yaml_text(data)
    assert "        - {name: fast, severity: page, burn_rate: 14.4, long: 1h, short: 5m}\n" in text
    assert "      page: off\n      no_data: off\n" in text


def test_comments_stand_above_and_beside() -> None:
    """Comments of values are written above their key and behind the value, also those of a list's item."""
    said = {
        ("kind",): Beside(("one", "", "two"), "three"),
        ("alerts", 0): Beside(("item",)),
        ("alerts", 0, "name"): Beside(("name",), "beside"),
    }
    text = yaml_text(alert(expr="a"), lambda path: said.get(path, Beside()))
    assert "# one\n#\n# two\nkind: Service  # three\n" in text
    assert "alerts:\n  # item\n  # name\n  - name: Alert  # beside\n    expr: a\n" in text
