"""The contract of an output target.

A target is one module with `TARGET`, an object with a `name`, a line of `description`, and `emit`, which turns the
rules of all services into files. Paths are relative to the output folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sloctl.model.rules import Artifact, RuleFile


@dataclass(frozen=True, slots=True)
class Target:
    """An output target: its name on the command line, a line of help, and how it writes a service's rules."""

    name: str
    description: str
    emit: Callable[[RuleFile], Artifact]
