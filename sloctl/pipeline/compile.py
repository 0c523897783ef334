"""Specs in, artifacts and findings out: the whole way of the main job, file by file and then across files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from zlib import crc32

from sloctl.core import problems
from sloctl.core.errors import UsageError
from sloctl.core.finding import Finding, Note
from sloctl.core.source import Location
from sloctl.model.rules import Artifact, RuleFile
from sloctl.pipeline.emit import Written, emit_spec, join_all, target_named
from sloctl.pipeline.load import find_files
from sloctl.pipeline.plan.service import plan
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import batches, read_specs

_FILES_PER_TASK = 32
_WORTH_PROCESSES = 100_000
"""Bytes of specs (about 200 SLOs) below which starting processes costs more time than it saves."""


_READ_BACK = 20_000
"""Bytes of specs (about 40 SLOs) up to which every file is read back before it is written, in a tenth of a second."""
_SAMPLE = 100
"""Of more, one service in so many is read back, for 2 % of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a run shall keep of each service: see `compile_paths`. `verify` reads every artifact back."""

    emit: bool
    keep_rules: bool
    shards: int
    verify: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What came out of some files. `readable` is False when a file could not be opened at all.

    `rule_files` may be left out, because those of 10,000 SLOs take several hundred MB. `written` is what the target
    made of each service of some files; `artifacts` come of those of all files.
    """

    names: tuple[tuple[str, Location], ...] = ()
    rule_files: tuple[RuleFile, ...] = ()
    written: tuple[Written, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    findings: tuple[Finding, ...] = ()
    slos: int = 0
    alerts: int = 0
    readable: bool = True
    files: tuple[Path, ...] = field(default=())


def compile_paths(  # noqa: PLR0913 - three of them are switches, named by every caller
    paths: Sequence[Path],
    settings: Settings,
    cwd: Path,
    *,
    emit: bool,
    keep_rules: bool = True,
    jobs: int = 0,
    shards: int = 0,
) -> Compiled:
    """Compile all specs below the paths; raise UsageError when there are none.

    `emit` asks for artifacts and for the rules they were written from; `keep_rules=False` lets go of the rules.
    `shards` deals the rules out to so many folders, 0 to none.
    The result does not depend on the order of the paths, nor on the number of processes (0: as many as it has cores).
    """
    files = find_files(paths)
    named = {path for path in paths if not path.is_dir()}
    wanted = Wanted(emit=emit, keep_rules=keep_rules, shards=shards, verify=sum(map(_size, files)) <= _READ_BACK)
    work = partial(compile_batch, settings=settings, cwd=cwd, wanted=wanted, named=named)
    parts = list(_map(work, batches(files), jobs or os.cpu_count() or 1))
    if not any(part.names or part.findings for part in parts):
        raise no_specs(paths)
    return _joined(parts, files, settings)


def no_specs(paths: Sequence[Path]) -> UsageError:
    """Say that the paths hold no spec."""
    where = ", ".join(str(path) for path in paths) or "no path was given"
    return UsageError(f"no specs found ({where})", "specs are YAML files that begin with `apiVersion: sloctl/v1`")


def _map(work: partial[Compiled], files: list[tuple[Path, ...]], jobs: int) -> Iterable[Compiled]:
    if jobs == 1 or len(files) == 1 or sum(_size(path) for batch in files for path in batch) < _WORTH_PROCESSES:
        return map(work, files)
    from concurrent.futures import ProcessPoolExecutor  # costs 20 ms, which `validate` of one file need not pay

    # Many tasks per process: none is left working alone on a last large task, and no result is larger than need be.
    files_per_task = min(_FILES_PER_TASK, -(-len(files) // (16 * jobs)))
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(partial(_packed, work), files, chunksize=files_per_task))


def _packed(work: partial[Compiled], files: tuple[Path, ...]) -> Compiled:
    """Compile some files; what they become is small until it is written, for all of it waits in one process."""
    compiled = work(files)
    return replace(compiled, written=tuple(each.packed() for each in compiled.written))


def _size(path: Path) -> int:
    """Return the size of a file; one that cannot be read is reported when it is its turn."""
    return path.stat().st_size if os.access(path, os.R_OK) else 0


def compile_batch(
    files: tuple[Path, ...], *, settings: Settings, cwd: Path, wanted: Wanted, named: set[Path]
) -> Compiled:
    """Compile files that belong together."""
    specs = read_specs(files, settings, cwd, named=named)
    rule_files: list[RuleFile] = []
    written: list[Written] = []
    for spec in specs.found if wanted.emit else ():
        rules = plan(spec.service, spec.path, settings)
        verify = wanted.verify or crc32(spec.service.name.encode()) % _SAMPLE == 0
        written += emit_spec(rules, spec.service, settings, shards=wanted.shards, verify=verify)
        rule_files += [rules] if wanted.keep_rules else []
    return Compiled(
        names=tuple((spec.service.name, spec.service.origin.at("metadata", "name")) for spec in specs.found),
        rule_files=tuple(rule_files),
        written=tuple(written),
        findings=specs.findings,
        slos=sum(len(spec.service.slos) for spec in specs.found),
        alerts=sum(len(spec.service.alerts) for spec in specs.found),
        readable=specs.readable,
    )


def _joined(parts: Sequence[Compiled], files: list[Path], settings: Settings) -> Compiled:
    names = tuple(pair for part in parts for pair in part.names)
    findings = [finding for part in parts for finding in part.findings]
    findings += duplicate_services(names)
    joined = join_all([each for part in parts for each in part.written], settings)
    findings += joined.findings
    return Compiled(
        names=names,
        rule_files=tuple(sorted((file for part in parts for file in part.rule_files), key=lambda file: file.service)),
        artifacts=joined.artifacts,
        findings=tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        slos=sum(part.slos for part in parts),
        alerts=sum(part.alerts for part in parts),
        readable=all(part.readable for part in parts),
        files=tuple(files),
    )


def as_stream(compiled: Compiled, settings: Settings) -> str:
    """Return what `--stdout` prints: one document where the target allows that, else all artifacts as a YAML stream.

    Prometheus reads the first document of a file only, so rule files are joined. Raises UsageError where several files
    make no stream.
    """
    artifacts = compiled.artifacts
    if target_named(settings.target).merges:
        groups = tuple(group for file in compiled.rule_files for group in file.groups)
        specs = ", ".join(dict.fromkeys(file.spec_path for file in compiled.rule_files))
        artifacts = join_all(emit_spec(RuleFile("stdout", specs, groups), None, settings), settings).artifacts
    if len(artifacts) > 1 and not all(artifact.path.endswith(".yml") for artifact in artifacts):
        message = f"{len(artifacts)} files of the target {settings.target} cannot be printed as one"
        raise UsageError(message, "write them to a folder with -o, or compile one service")
    return "---\n".join(artifact.content for artifact in artifacts)


def duplicate_services(names: Iterable[tuple[str, Location]]) -> list[Finding]:
    """Report services that two documents describe, given their names and where these stand."""
    first: dict[str, Location] = {}
    found = []
    for name, at in sorted(names, key=lambda pair: (pair[1].source.path, pair[1].span.line)):
        if name in first:
            note = Note("the first stands here", first[name])
            message = f"two documents describe the service `{name}`"
            advice = "give one of them another name, or join them"
            finding = Finding(problem=problems.DUPLICATE_SERVICE, at=at, message=message, help=advice, notes=(note,))
            found.append(finding)
        first.setdefault(name, at)
    return found
