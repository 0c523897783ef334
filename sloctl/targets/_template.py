"""Templates of YAML files: every value passes a filter that quotes it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sloctl.targets._yaml import block, scalar

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template(name: str) -> Template:
    """Load a template of this folder. Its filters are `scalar`, `block` and `comment`."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # YAML, not HTML: every value passes a filter of `_yaml`, which quotes it for YAML.
    environment = Environment(  # noqa: S701 - see above
        loader=PackageLoader("sloctl.targets", ""), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters |= {"scalar": scalar, "block": block, "comment": comment}
    return environment.get_template(name)


def comment(text: str) -> str:
    """Keep a text on the line of its comment."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
