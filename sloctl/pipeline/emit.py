"""From rules to files: arranged for the target, written, read back and compared, sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sloctl.core.errors import UsageError, WorldError
from sloctl.core.finding import Finding
from sloctl.core.reader import Reader
from sloctl.core.registry import plugins
from sloctl.model.rules import Artifact, RuleFile
from sloctl.model.seal import seal
from sloctl.model.service import Service
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.shards import FOLDER, deal
from sloctl.targets._rules import difference
from sloctl.targets._target import Emitted, Job, Target, no_options


@dataclass(frozen=True, slots=True)
class Written:
    """What a target made of one service, or of that part of it that a shard evaluates."""

    emitted: Emitted
    shard: int | None = None

    def packed(self) -> Written:
        """Return the same with its artifacts packed."""
        artifacts = tuple(artifact.packed() for artifact in self.emitted.artifacts)
        return Written(replace(self.emitted, artifacts=artifacts), self.shard)


def target_named(name: str) -> Target:
    """Return a target; raise UsageError for a name that none bears."""
    known = plugins("sloctl.targets", "TARGET")
    if name not in known:
        raise UsageError(f"unknown target `{name}`", f"known targets: {', '.join(known)}")
    target: Target = known[name]
    return target


def target_options(settings: Settings, name: str) -> Reader:
    """Return what the settings say about a target."""
    data = settings.document.data if settings.document else None
    targets = data.get("targets") if isinstance(data, dict) else None
    options = targets.get(name) if isinstance(targets, dict) else None
    if settings.document is None or not isinstance(options, dict):
        return no_options()
    return Reader(settings.document, ("targets", name), options)


def emit_spec(
    file: RuleFile, service: Service | None, settings: Settings, *, shards: int = 0, verify: bool = True
) -> list[Written]:
    """Write the rules of a service for the target of the settings; with shards, in a folder for each of them."""
    target = target_named(settings.target)
    job = Job(file=file, options=target_options(settings, settings.target), service=service)
    if not shards:
        return [Written(emit_service(target, job, verify=verify))]
    dealt = [(shard, replace(job, file=part, shard=shard)) for shard, part in deal(file, shards)]
    return [Written(_into(shard, emit_service(target, each, verify=verify)), shard) for shard, each in dealt]


def emit_service(target: Target, job: Job, *, verify: bool = True) -> Emitted:
    """Write the rules of one service. With `verify` they are read back and compared; raises WorldError if they differ.

    Reading and comparing takes seven times as long as writing, so a run over many SLOs verifies samples only.
    """
    job = replace(job, file=target.arrange(job.file, job.options)) if target.arrange else job
    emitted = target.emit(job)
    if verify:
        _verify(target, job.file, emitted.artifacts)
    return replace(emitted, artifacts=tuple(map(_sealed, emitted.artifacts)))


def join_all(written: Sequence[Written], settings: Settings) -> Emitted:
    """Return the artifacts of all services, in the order of their paths, and all findings."""
    if not written:
        return Emitted()  # `validate` need not load the targets
    every = [each.emitted for each in written]
    if (joining := target_named(settings.target).join) is not None:
        options = target_options(settings, settings.target)
        for shard in sorted({each.shard for each in written}, key=str):
            parts = [each.emitted.part for each in written if each.shard == shard and each.emitted.part is not None]
            joined = joining(parts, options)
            findings = tuple(_of_shard(shard, finding) for finding in joined.findings)
            every.append(replace(joined, artifacts=tuple(map(_sealed, joined.artifacts)), findings=findings))
    artifacts = sorted((artifact for each in every for artifact in each.artifacts), key=lambda artifact: artifact.path)
    return Emitted(artifacts=tuple(artifacts), findings=tuple(finding for each in every for finding in each.findings))


def _of_shard(shard: int | None, finding: Finding) -> Finding:
    return finding if shard is None else replace(finding, message=f"{FOLDER}{shard}: {finding.message}")


def _sealed(artifact: Artifact) -> Artifact:
    return Artifact(artifact.path, seal(artifact.content))


def _into(shard: int, emitted: Emitted) -> Emitted:
    moved = (Artifact(f"{FOLDER}{shard}/{each.path}", each.content) for each in emitted.artifacts)
    return replace(emitted, artifacts=tuple(moved))


def _verify(target: Target, file: RuleFile, artifacts: Iterable[Artifact]) -> None:
    """Distrust the target: what it wrote must be read as the rules that it was given."""
    if target.read is None:
        return
    groups = [group for artifact in artifacts for group in target.read(artifact.content)]
    if wrong := difference(file.groups, groups):
        message = f"the target {target.name} wrote the group `{wrong}` so that it is read as something else"
        raise WorldError(message, "this is a mistake of sloctl, please report it; nothing was written")
