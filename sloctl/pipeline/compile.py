"""Specs in, artifacts and findings out: the whole way of the main job, file by file and then across files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sloctl.core import problems
from sloctl.core.errors import UsageError
from sloctl.core.finding import Finding, Note
from sloctl.core.registry import plugins
from sloctl.core.source import Location
from sloctl.model.rules import Artifact, RuleFile
from sloctl.pipeline.load import find_files
from sloctl.pipeline.plan.service import plan
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import batches, read_specs
from sloctl.targets._target import Target

_FILES_PER_TASK = 32
_WORTH_PROCESSES = 100_000
"""Bytes of specs (about 200 SLOs) below which starting processes costs more time than it saves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What came out of some files. `readable` is False when a file could not be opened at all.

    `rule_files` may be left out, because those of 10,000 SLOs take several hundred MB. `emitted` is what the target
    made of each service of one file; `artifacts` come of those of all files.
    """

    names: tuple[tuple[str, Location], ...] = ()
    rule_files: tuple[RuleFile, ...] = ()
    emitted: tuple[Any, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    findings: tuple[Finding, ...] = ()
    slos: int = 0
    alerts: int = 0
    readable: bool = True
    files: tuple[Path, ...] = field(default=())


def compile_paths(  # noqa: PLR0913 - three of them are switches, named by every caller
    paths: Sequence[Path], settings: Settings, cwd: Path, *, emit: bool, keep_rules: bool = True, jobs: int = 0
) -> Compiled:
    """Compile all specs below the paths; raise UsageError when there are none.

    `emit` asks for artifacts and for the rules they were written from; `keep_rules=False` lets go of the rules.
    The result does not depend on the order of the paths, nor on the number of processes (0: as many as it has cores).
    """
    files = find_files(paths)
    named = {path for path in paths if not path.is_dir()}
    work = partial(compile_batch, settings=settings, cwd=cwd, emit=emit, keep_rules=keep_rules, named=named)
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

    # Some tasks per process, so that none is left working alone on a last large task.
    files_per_task = min(_FILES_PER_TASK, -(-len(files) // (4 * jobs)))
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(work, files, chunksize=files_per_task))


def _size(path: Path) -> int:
    """Return the size of a file; one that cannot be read is reported when it is its turn."""
    return path.stat().st_size if os.access(path, os.R_OK) else 0


def compile_batch(  # noqa: PLR0913 - see compile_paths
    files: tuple[Path, ...], *, settings: Settings, cwd: Path, emit: bool, keep_rules: bool, named: set[Path]
) -> Compiled:
    """Compile files that belong together."""
    specs = read_specs(files, settings, cwd, named=named)
    rule_files: list[RuleFile] = []
    emitted: list[Any] = []
    for spec in specs.found if emit else ():
        rules = plan(spec.service, spec.path, settings)
        emitted.append(_target(settings).emit(rules))
        rule_files += [rules] if keep_rules else []
    return Compiled(
        names=tuple((spec.service.name, spec.service.origin.at("metadata", "name")) for spec in specs.found),
        rule_files=tuple(rule_files),
        emitted=tuple(emitted),
        findings=specs.findings,
        slos=sum(len(spec.service.slos) for spec in specs.found),
        alerts=sum(len(spec.service.alerts) for spec in specs.found),
        readable=specs.readable,
    )


def _joined(parts: Sequence[Compiled], files: list[Path], settings: Settings) -> Compiled:
    names = tuple(pair for part in parts for pair in part.names)
    findings = [finding for part in parts for finding in part.findings]
    findings += _duplicate_services(names)
    return Compiled(
        names=names,
        rule_files=tuple(sorted((file for part in parts for file in part.rule_files), key=lambda file: file.service)),
        artifacts=_artifacts([each for part in parts for each in part.emitted], settings),
        findings=tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        slos=sum(part.slos for part in parts),
        alerts=sum(part.alerts for part in parts),
        readable=all(part.readable for part in parts),
        files=tuple(files),
    )


def joined_artifact(compiled: Compiled, settings: Settings) -> Artifact:
    """Write the rules of all services into one file, as one document: Prometheus reads no second one."""
    groups = tuple(group for file in compiled.rule_files for group in file.groups)
    specs = ", ".join(dict.fromkeys(file.spec_path for file in compiled.rule_files))
    (artifact,) = _artifacts([_target(settings).emit(RuleFile("stdout", specs, groups))], settings)
    return artifact


def _artifacts(emitted: Sequence[Any], settings: Settings) -> tuple[Artifact, ...]:
    if not emitted:
        return ()  # `validate` need not load the targets
    join = _target(settings).join
    artifacts = [join(emitted)] if join else emitted
    return tuple(sorted(artifacts, key=lambda artifact: artifact.path))


def _target(settings: Settings) -> Target:
    target: Target = plugins("sloctl.targets", "TARGET")[settings.target]
    return target


def _duplicate_services(names: Iterable[tuple[str, Location]]) -> list[Finding]:
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


