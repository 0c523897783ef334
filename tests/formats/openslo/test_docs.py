"""docs/formats/openslo.md shows what really comes of objects of OpenSLO."""

from __future__ import annotations

from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.formats.openslo._words import RESPONSE_KEYS
from tests.formats.openslo.original import native
from tests.support.docs import blocks, page_text

PAGE = "docs/formats/openslo.md"


def shown(word: str) -> str:
    """Return the block that bears a word."""
    (block,) = [block for block in blocks(PAGE) if block.word(word) is not None]
    return block.text


def test_the_example_becomes_what_is_shown() -> None:
    """The objects of the page become the native document of the page, value by value."""
    ((document,), _) = parse_yaml(Source("native.yaml", shown("native")))
    assert document.data == native(shown("openslo"), defaults={})


def test_every_key_is_named() -> None:
    """The page names all that annotations may say about an alert."""
    text = page_text(PAGE)
    assert [] == [key for key in RESPONSE_KEYS if f"`{key}`" not in text]
