"""What is new or worse since a revision: both versions are linted, and findings are matched by rule, not by line."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sloctl.checks._check import Scope
from sloctl.core.finding import Finding
from sloctl.pipeline.git import commit_of, file_at, git, names_in, top_of
from sloctl.pipeline.lint.config import LintConfig, all_checks
from sloctl.pipeline.lint.judge import LintResult, judge, not_empty
from sloctl.pipeline.lint.run import Linted, lint_bytes, lint_files
from sloctl.pipeline.load import SUFFIXES, shown_path


def lint_changes(
    revision: str, files: Mapping[str, Path], config: LintConfig, cwd: Path, *, jobs: int = 0
) -> LintResult:
    """Lint files, and keep the findings that were not there at a revision; raise UsageError when git does not know it.

    Findings about a rule count as old only when its expression is the same too, so a changed rule is judged anew. A
    file that the revision does not hold (new, ignored, or outside the repository) has no past: all of it is new.
    """
    past = dict(_past(commit_of(cwd, revision), files, cwd))
    parts = not_empty(_lint_today(files, {shown for shown, old in past.items() if old is None}, config, jobs))
    today = {part.path: part for part in parts}
    before = judge([today[shown] if old is None else lint_bytes(old, shown, config) for shown, old in past.items()],
                   config)  # fmt: skip
    recorded = frozenset(brief.name for brief in before.briefs if not brief.is_alert)
    knowing = replace(config, context=replace(config.context, recorded_before=recorded))
    result = judge(parts, knowing)
    known = Counter(_key(finding) for finding in before.findings if not finding.is_about_run)
    fresh = []
    for finding in result.findings:
        known[_key(finding)] -= 1
        if known[_key(finding)] < 0:
            fresh.append(finding)
    return replace(result, findings=tuple(fresh))


def _lint_today(files: Mapping[str, Path], unchanged: Container[str], config: LintConfig, jobs: int) -> list[Linted]:
    """Lint files; those that are as they were only for what checks of all files together need to know of them.

    What a file by itself is blamed for is old when the file is, so it is not even looked for.
    """
    together = tuple(check for check in config.checks or all_checks() if check.scope in (Scope.PROJECT, Scope.ONLINE))
    briefly = replace(config, checks=together)
    old, new = ([(path, shown) for shown, path in files.items() if (shown in unchanged) is wanted]
                for wanted in (True, False))  # fmt: skip
    return [*lint_files(old, briefly, jobs), *lint_files(new, config, jobs)]


def _past(commit: str, files: Mapping[str, Path], cwd: Path) -> Iterator[tuple[str, bytes | None]]:
    """Yield the files as they were at a commit, by the path they are shown by, and those that are gone since.

    None stands for the text of a file that has not changed.

    A renamed file counts as one that is gone and one that is new: its rules are known by their names.
    """
    top = top_of(cwd)
    held = names_in(git(top, "ls-tree", "-r", "--name-only", "-z", commit))
    changed = held & names_in(git(top, "diff", "--name-only", "--no-renames", "-z", commit))
    today = {_from(top, path): shown for shown, path in files.items()}
    for name, shown in today.items():
        if name in held:
            yield shown, file_at(top, commit, name) if name in changed else None
    for name in sorted(changed - today.keys()):
        if name.endswith(SUFFIXES) and not (top / name).exists():
            yield shown_path(top / name, cwd), file_at(top, commit, name)


def _from(top: Path, path: Path) -> str:
    """Return the path of a file from the top of the repository; a link stands for the file that it leads to."""
    return Path(os.path.relpath(os.path.realpath(path), top)).as_posix()


def _key(finding: Finding) -> tuple[str, str, str, str]:
    where = "" if finding.subject else finding.at.source.path
    return (finding.problem.code, finding.subject or finding.message, finding.basis, where)
