"""Rule files as Prometheus loads them: one file per service."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from sloctl.model.rules import Artifact, RuleFile
from sloctl.targets._target import Target
from sloctl.targets._yaml import block, scalar

if TYPE_CHECKING:
    from jinja2 import Template


_CHUNKS_PER_PIECE = 4096


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
    chunks = _template().generate(file=file)
    # Joined in stages: the millions of chunks of a service with thousands of SLOs would take as much memory again.
    pieces = iter(lambda: "".join(islice(chunks, _CHUNKS_PER_PIECE)), "")
    return Artifact(f"{file.service}.yml", "".join(pieces))


TARGET = Target("prometheus", "rule files for Prometheus, one per service", _emit)
