"""The contract of an output target.

A target is one module with `TARGET`. Its `emit` turns the rules of one service into artifacts, whose paths are relative
to the output folder. Services may be compiled in several processes, and only what `emit` returns passes between them:
let it be small.

Each artifact holds the sentence of `sloctl.model.seal.header` near its beginning (in a comment, or in a field where a
format has none): only files with it are ever replaced or removed. The pipeline fills in its content hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sloctl.core.finding import Finding
from sloctl.core.reader import Reader
from sloctl.core.shapes import Shape, record
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.model.rules import Artifact, RuleFile
from sloctl.model.service import Service


@cache
def no_options() -> Reader:
    """Return the options of a target about which the settings say nothing."""
    (document,), _ = parse_yaml(Source("sloctl.yaml", "{}"))
    return Reader(document, (), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a target writes: the rules of one service, arranged, and what the settings say about the target.

    `options` reads the mapping `targets.<name>` of the settings, which has passed the schema of the target.
    `service` is the spec behind the rules; it is None where rules of several services are printed as one file.
    `shard` is the number of the shard that evaluates these rules, from 0, if they are dealt out.
    """

    file: RuleFile
    options: Reader = field(default_factory=no_options)
    service: Service | None = None
    shard: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """What a target made of one service, or `join` of all: files, what is wrong with them, and `part` for `join`."""

    artifacts: tuple[Artifact, ...] = ()
    findings: tuple[Finding, ...] = ()
    part: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An output target: its name on the command line, a line of help, and how it writes services.

    `options` is the JSON Schema of `targets.<name>` in the settings; unknown keys are errors there.
    `arrange` returns the same rules in other groups, where the target has limits on groups.
    `join` gets the `part` of every service that has one, in any order, and adds what only all of them together have: a
    file for all, or a finding about a limit. What it writes must not depend on the order.
    `read` returns the groups (plain data: `name`, `interval`, `rules`) that the text of an artifact holds. A target
    has it if it writes rules: they are read back and compared, and may be dealt out to shards.
    `merges` says that the rules of several services may be written as one file, which is what `--stdout` prints.
    """

    name: str
    description: str
    emit: Callable[[Job], Emitted]
    options: Shape = field(default_factory=lambda: record("This target has no options.", {}))
    arrange: Callable[[RuleFile, Reader], RuleFile] | None = None
    join: Callable[[Sequence[Any], Reader], Emitted] | None = None
    read: Callable[[str], Sequence[Mapping[str, Any]]] | None = None
    merges: bool = False
