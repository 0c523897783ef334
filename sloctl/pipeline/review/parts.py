"""The parts of a review: each runs a command's work on the specs and says what came of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sloctl.core.errors import ExitCode
from sloctl.core.finding import Finding, Severity, has_errors
from sloctl.core.human import plural
from sloctl.model.service import Service
from sloctl.pipeline.diff.change import SETTINGS, Diff, code
from sloctl.pipeline.diff.compare import compare
from sloctl.pipeline.diff.markdown import as_markdown, fold
from sloctl.pipeline.diff.points import Point
from sloctl.pipeline.diff.sides import Side, read_sides
from sloctl.pipeline.diff.words import headline
from sloctl.pipeline.load import find_files, shown_path
from sloctl.pipeline.review.document import Part, fenced
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.write import Change
from sloctl.reporters._reporter import Run, counts, one_line
from sloctl.reporters.markdown import REPORTER, marked, plain

_MOST_FILES = 20
_MOST_FINDINGS = 20
_MOST_DIFF_LINES = 40
_LONGEST_LINE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is reviewed: the specs in the working tree, against a commit. `output` is where compiled rules are."""

    base: Point
    cwd: Path
    settings: Settings
    paths: tuple[Path, ...]
    output: Path
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides of the change, and how they differ."""

    diff: Diff
    before: Side
    after: Side


def diff_part(task: Task, wanted: frozenset[str]) -> tuple[Part, Compared]:
    """Compare; `wanted` are the classes of changes that fail the review."""
    before, after = read_sides(task.base, Point(name="working tree", folder=task.cwd), task.cwd, task.config)
    diff = compare(before, after)
    refused = sorted(wanted & diff.classes)
    verdict = plain(headline(diff)) + (f" ({', '.join(refused)})" if refused else "")
    bad = ExitCode.PROBLEMS if refused or after.broken else ExitCode.OK
    part = Part(title="What changes", verdict=verdict, body=as_markdown(diff),
                code=bad if after.readable else ExitCode.WORLD)  # fmt: skip
    return part, Compared(diff, before, after)


def lint_part(task: Task, today: date) -> Part:
    """Lint, and keep what is new or worse since the base."""
    from sloctl.pipeline.lint.changed import lint_changes
    from sloctl.pipeline.lint.settings import lint_config

    files = {shown_path(path, task.cwd): path for path in find_files(task.paths)}
    config = replace(lint_config(task.settings, today), files=tuple((path, shown) for shown, path in files.items()))
    result = lint_changes(task.base.commit, files, config, task.cwd)
    worst = min((finding.severity.rank for finding in result.findings), default=99)
    bad = ExitCode.PROBLEMS if config.fail_on and worst <= config.fail_on.rank else ExitCode.OK
    return Part(title="Lint of what changed", verdict=_counted(result.findings), body=_findings(result.findings),
                code=ExitCode.WORLD if result.crashed or not result.readable else bad)  # fmt: skip


def _counted(findings: Sequence[Finding]) -> str:
    return ", ".join(plural(count, word) for word, count in counts(findings).items() if count) or "no findings"


def _findings(findings: Sequence[Finding]) -> str:
    """Write findings as tables: the first ones to be seen, the others folded away."""
    first, rest = findings[:_MOST_FINDINGS], findings[_MOST_FINDINGS:]
    tables = [REPORTER.render(each, Run()).partition("\n\n")[2] for each in (first, rest) if each]
    return "\n".join((*tables[:1], *(fold(plural(len(rest), "more finding"), table) for table in tables[1:])))


def compiled_part(task: Task, compared: Compared) -> Part:
    """Compile, and compare with the files that are committed; a repository of rule files has nothing to compile."""
    from sloctl.pipeline.compile import compile_paths
    from sloctl.pipeline.write import plan_changes, plan_removals

    title = "Compiled rules"
    if not compared.after.services and not compared.after.findings:
        return Part(title=title, verdict="there are no specs to compile")
    shown = code(shown_path(task.output, task.cwd))
    compiled = compile_paths(task.paths, task.settings, task.cwd, emit=True, keep_rules=False)
    errors = [finding for finding in compiled.findings if finding.severity is Severity.ERROR]
    if has_errors(errors) or not compiled.readable:
        return Part(title=title, verdict=f"not compiled: {_counted(errors)}",
                    body=fold("Why not", _findings(errors)),
                    code=ExitCode.PROBLEMS if compiled.readable else ExitCode.WORLD)  # fmt: skip
    if not task.output.is_dir():
        return Part(title=title, verdict=marked(f"specs compile; there is no folder {shown} to compare with"))
    changes = plan_changes(compiled.artifacts, task.output)
    changes += plan_removals(compiled.artifacts, task.output, task.settings.root, compiled.files)
    if not changes:
        return Part(title=title, verdict=marked(f"{plural(len(compiled.artifacts), 'file')} in {shown} up to date"))
    return Part(title=title, verdict=marked(f"{plural(len(changes), 'file')} in {shown} not as the specs say"),
                body=_stale(changes, task.cwd), code=ExitCode.PROBLEMS)  # fmt: skip


def _stale(changes: Sequence[Change], cwd: Path) -> str:
    """List the files, those that were edited by hand as such, and fold the beginning of the difference."""
    from sloctl.pipeline.edited import edit_findings

    edited = edit_findings(changes)
    names = {each.at.source.path: f"edited by hand, see line {each.at.span.line}: {each.help}" for each in edited}
    lines = [_line(change, names, cwd) for change in changes[:_MOST_FILES]]
    lines += [f"- … and {len(changes) - _MOST_FILES} more"] if len(changes) > _MOST_FILES else []
    text = "".join(change.diff(shown_path(change.path, cwd)) for change in changes).splitlines()
    more = f"\n… {len(text) - _MOST_DIFF_LINES} lines more" if len(text) > _MOST_DIFF_LINES else ""
    content = fenced("\n".join(_shown(line) for line in text[:_MOST_DIFF_LINES]) + more, "diff")
    return "\n\n".join(("\n".join(lines), *_advice(changes), fold("Difference", content)))


def _advice(changes: Sequence[Change]) -> Iterator[str]:
    """Name the command that mends it; what was edited by hand has an advice of its own, because it would refuse."""
    verbs = {change.verb for change in changes if not change.loses_edits}
    if verbs:
        command = "sloctl compile --prune" if "removed" in verbs else "sloctl compile"
        yield f"Run `{command}` and commit what it writes."


def _shown(line: str) -> str:
    """Cut a line, and leave out what would steer a terminal or turn the text around."""
    return one_line(line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…")


def _line(change: Change, edited: dict[str, str], cwd: Path) -> str:
    missing = {"created": "missing", "removed": "left over", "updated": "stale"}[change.verb]
    said = edited.get(change.path.as_posix(), missing)
    return f"- {marked(code(shown_path(change.path, cwd)))}: {marked(said)}"


def proof_part(task: Task, compared: Compared) -> Part:
    """Prove the alerts of the services that have changed; all of them when the settings have."""
    from sloctl.pipeline.prove.outcome import outcomes
    from sloctl.pipeline.prove.run import fresh_rules, plan_proofs, run_scripts
    from sloctl.proof.promtool import find_promtool

    services = _changed(compared.diff, compared.after)
    if not services:
        return Part(title="Tests", verdict="no service has changed")
    promtool = find_promtool()
    plans = plan_proofs(services, task.settings, is_closed=promtool.major < 3)
    scripts = [script for each in plans for script in each.scripts]
    rules = fresh_rules(services, task.settings)
    found = outcomes(plans, run_scripts(scripts, rules, promtool, jobs=0, done=lambda: None))
    claims = [(each, claim) for each in found for claim in each.claims]
    broken = [f"- {marked(code(f'{each.service}: {each.subject}'))}: {marked(claim.text)}"
              for each, claim in claims if not claim.holds]  # fmt: skip
    unproven = [f"- {marked(code(f'{each.service}: {each.subject}'))}: not proven: {marked(each.unproven)}"
                for each in found if each.unproven]  # fmt: skip
    verdict = f"{len(claims) - len(broken)} claims proven, {len(broken)} failed, {len(unproven)} not proven"
    return Part(title="Tests", verdict=verdict, body="\n".join((*broken, *unproven)),
                code=ExitCode.PROBLEMS if broken else ExitCode.OK)  # fmt: skip


def _changed(diff: Diff, after: Side) -> list[Service]:
    subjects = [subject for entry in diff.entries for subject in entry.subjects]
    if any(subject.kind == SETTINGS for subject in subjects):
        return list(after.services.values())
    names = {subject.service for subject in subjects}
    return [service for name, service in after.services.items() if name in names]


def task_paths(settings: Settings, cwd: Path) -> tuple[Path, ...]:
    """Return what is reviewed: the `specs` of the settings, else the working folder."""
    found = [Path(os.path.relpath(settings.root / path, cwd)) for path in settings.specs] or [Path()]
    return tuple(found)
