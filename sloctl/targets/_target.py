"""The contract of an output target.

A target is one module with `TARGET`, an object with a `name`, a line of `description`, and `emit`, which turns the
rules of a service into a file. Paths are relative to the output folder. A target that writes one file for all
services has `join` too, and its `emit` returns what `join` needs of a service. Services may be compiled in several
processes, and only what `emit` returns passes between them: let it be small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sloctl.model.rules import Artifact, RuleFile


@dataclass(frozen=True, slots=True)
class Target:
    """An output target: its name on the command line, a line of help, and how it writes services.

    `emit` returns an Artifact; if there is `join`, a value of the target's own. `join` gets these values of all
    services in any order, and must write the same file whatever the order is.
    """

    name: str
    description: str
    emit: Callable[[RuleFile], Any]
    join: Callable[[Sequence[Any]], Artifact] | None = None
