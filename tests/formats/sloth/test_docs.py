"""docs/formats/sloth.md shows what really comes of a spec of Sloth."""

from __future__ import annotations

from decimal import Decimal

from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.formats.sloth._plugins import plugin_names
from tests.formats.sloth.original import native
from tests.support.docs import blocks, page_text

PAGE = "docs/formats/sloth.md"


def shown(word: str) -> str:
    """Return the block that bears a word."""
    (block,) = [block for block in blocks(PAGE) if block.word(word) is not None]
    return block.text


def test_the_example_becomes_what_is_shown() -> None:
    """The spec of the page becomes the native document of the page, value by value."""
    ((document,), _) = parse_yaml(Source("native.yaml", shown("native")))
    data = native(shown("sloth"), defaults={})
    assert document.data == data
    assert Decimal("99.9") == data["slos"][0]["objective"]


def test_every_plugin_is_named() -> None:
    """The page lists the plugins that are known, no more and no less."""
    listed = page_text(PAGE).split("known by what they count:")[1].split(". Any other")[0]
    assert plugin_names() == sorted(listed.replace("\n", " ").replace("`", "").strip().split(", "))
