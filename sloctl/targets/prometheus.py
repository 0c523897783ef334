"""Rule files as Prometheus loads them: one file per service."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sloctl.model.rules import Artifact, RuleFile
from sloctl.targets._target import Target
from sloctl.targets._yaml import block, scalar

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # YAML, not HTML: every value passes a filter of `_yaml`, which quotes it for YAML.
    environment = Environment(  # noqa: S701 - see above
        loader=PackageLoader("sloctl.targets", ""), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters |= {"scalar": scalar, "block": block, "comment": _comment}
    return environment.get_template("_rules.yml.j2")


def _comment(text: str) -> str:
    """Keep a text on the line of its comment."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def _emit(file: RuleFile) -> Artifact:
    return Artifact(f"{file.service}.yml", _template().render(file=file))


TARGET = Target("prometheus", "rule files for Prometheus, one per service", _emit)
