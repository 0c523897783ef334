"""Which checks run: profiles, `select` and `ignore`, and settings for some paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from sloctl.checks._check import MIGRATION, RECOMMENDED, STRICT, Check, Scope
from sloctl.checks._context import Context
from sloctl.checks._server import Server
from sloctl.core.errors import UsageError
from sloctl.core.finding import Problem, Severity
from sloctl.core.human import nearest
from sloctl.core.registry import plugins
from sloctl.pipeline.settings import Settings

ALL = "all"
PROFILES = (MIGRATION, RECOMMENDED, STRICT, ALL)
"""From the fewest checks to all of them; each profile holds those before it."""


@dataclass(frozen=True, slots=True)
class PathRule:
    """Other settings for the paths that match a glob."""

    glob: str
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LintConfig:
    """How a run lints. Codes may be cut short: `N` and `N2` name all that begin so.

    `server` is asked by the online checks; without one they do not run. `named` are the files that the user has named
    one by one: what keeps them from being read is always reported, whether or not they look like rules. `files` are
    all files of the run, because specs of other tools refer to each other.
    """

    context: Context
    settings: Settings
    profile: str = RECOMMENDED
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path: tuple[PathRule, ...] = ()
    locked: frozenset[str] = frozenset()
    fail_on: Severity | None = Severity.ERROR
    checks: tuple[Check, ...] = field(default=())
    server: Server | None = None
    named: frozenset[str] = frozenset()
    files: tuple[tuple[Path, str], ...] = ()

    def wanted(self, problem: Problem, path: str, *, in_profile: bool) -> bool:
        """Tell whether findings of a class are wanted for a path. The last word has the most specific setting."""
        selected = _matches(problem, self.select) or (in_profile and not self.select)
        verdict = selected and not _matches(problem, self.ignore)
        for rule in self.per_path:
            if fnmatch(path, rule.glob):
                verdict = (verdict or _matches(problem, rule.select)) and not _matches(problem, rule.ignore)
        return verdict

    def locks(self, problem: Problem) -> bool:
        """Tell whether findings of a class must not be suppressed."""
        return _matches(problem, self.locked)

    def in_profile(self, check: Check) -> bool:
        """Tell whether the profile holds a check."""
        return PROFILES.index(check.profile) <= PROFILES.index(self.profile)

    def runs(self, check: Check) -> bool:
        """Tell whether a check runs at all: for some path, and with the setting or the server it needs."""
        if check.needs and not getattr(self.context, check.needs):
            return False
        if check.scope is Scope.ONLINE and self.server is None:
            return False
        named = [*self.select, *(code for rule in self.per_path for code in rule.select)]
        return _matches(check.problem, named) or (self.in_profile(check) and not self.select)

    @cached_property
    def running(self) -> tuple[Check, ...]:
        """The checks that run, by code; found once, because every file asks for them."""
        return tuple(check for check in self.checks or all_checks() if self.runs(check))


def _matches(problem: Problem, codes: Iterable[str]) -> bool:
    return any(code == ALL or problem.code.startswith(code) or problem.name == code for code in codes)


def all_checks() -> tuple[Check, ...]:
    """Return every check, by code."""
    checks: Iterable[Check] = plugins("sloctl.checks", "CHECK").values()
    return tuple(sorted(checks, key=lambda check: check.code))


def check_codes(codes: Iterable[str], known: Iterable[Problem]) -> None:
    """Raise UsageError for a code or name that begins no known one."""
    problems = list(known)
    for code in codes:
        if not any(_matches(problem, [code]) for problem in problems):
            meant = nearest(code, [name for problem in problems for name in (problem.code, problem.name)])
            advice = f"did you mean `{meant}`?" if meant else "`sloctl explain --list` shows all codes"
            raise UsageError(f"no check is called `{code}`", advice)
