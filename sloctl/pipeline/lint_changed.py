"""What is new or worse since a revision: both versions are linted, and findings are matched by rule, not by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sloctl.core.finding import Finding
from sloctl.pipeline.git import commit_of, file_at, git
from sloctl.pipeline.lint import LintResult, judge, lint
from sloctl.pipeline.lint_config import LintConfig
from sloctl.pipeline.lint_run import Linted, lint_bytes


def lint_changes(
    revision: str, files: Mapping[str, Path], config: LintConfig, cwd: Path, *, jobs: int = 0
) -> LintResult:
    """Lint files, and keep the findings that were not there at a revision; raise UsageError when git does not know it.

    Findings about a rule count as old only when its expression is the same too, so a changed rule is judged anew.
    """
    commit = commit_of(cwd, revision)
    before = judge(_parts_at(commit, files, config, cwd), config)
    recorded = frozenset(brief.name for brief in before.briefs if not brief.is_alert)
    knowing = replace(config, context=replace(config.context, recorded_before=recorded))
    result = lint([(path, shown) for shown, path in files.items()], knowing, jobs)
    known = Counter(_key(finding) for finding in before.findings if not finding.is_about_run)
    fresh = []
    for finding in result.findings:
        known[_key(finding)] -= 1
        if known[_key(finding)] < 0:
            fresh.append(finding)
    return replace(result, findings=tuple(fresh))


def _parts_at(
    commit: str, files: Mapping[str, Path], config: LintConfig, cwd: Path
) -> list[Linted]:
    changed = set(git(cwd, "diff", "--name-only", "--relative", "-z", commit).decode().split("\0"))
    gone = set(git(cwd, "diff", "--name-only", "--relative", "--diff-filter=D", "-z", commit).decode().split("\0"))
    parts = []
    for path in sorted({*files, *gone} - {""}):
        old = file_at(cwd, commit, path) if path in changed or path in gone else files[path].read_bytes()
        if old is not None and path.endswith((".yaml", ".yml", ".json")):
            parts.append(lint_bytes(old, path, config))
    return parts


def _key(finding: Finding) -> tuple[str, str, str, str]:
    where = "" if finding.subject else finding.at.source.path
    return (finding.problem.code, finding.subject or finding.message, finding.basis, where)
