"""`sloctl lint` without the printing: files in, findings out, with what was suppressed and what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sloctl.checks._brief import Brief
from sloctl.core import problems
from sloctl.core.errors import UsageError
from sloctl.core.finding import Finding, Problem
from sloctl.core.human import and_list, nearest
from sloctl.pipeline.lint.config import LintConfig, all_checks
from sloctl.pipeline.lint.online import check_online
from sloctl.pipeline.lint.run import Linted, check_project, lint_bytes, lint_files
from sloctl.pipeline.lint.settings import known_problems
from sloctl.pipeline.lint.suppress import Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class LintResult:
    """The findings that are left, and the figures of the run. `answered` is False when a server was asked in vain."""

    findings: tuple[Finding, ...]
    suppressed: int
    files: int
    rules: int
    readable: bool
    crashed: bool
    answered: bool = True
    briefs: tuple[Brief, ...] = ()


def lint(files: Sequence[tuple[Path, str]], config: LintConfig, jobs: int = 0) -> LintResult:
    """Lint files, each given with the path it is shown by; raise UsageError when none of them holds rules."""
    return judge(not_empty(lint_files(files, config, jobs)), config)


def lint_text(raw: bytes, shown: str, config: LintConfig) -> LintResult:
    """Lint one text under a name of the user's choice; raise UsageError when it holds no rules."""
    return judge(not_empty([lint_bytes(raw, shown, config)]), config)


def not_empty(parts: list[Linted]) -> list[Linted]:
    """Return what was linted; raise UsageError when none of it holds rules."""
    if not any(part.holds_rules or part.findings for part in parts):
        raise UsageError("no rules found", "name files or folders with specs or Prometheus rules")
    return parts


def judge(parts: Sequence[Linted], config: LintConfig) -> LintResult:
    """Check all files together, then drop what is not wanted or suppressed."""
    parts = _without_copies(parts)
    briefs = tuple(brief for part in parts for brief in part.briefs)
    shared, crashed = check_project(briefs, config)
    online = check_online([rule for part in parts for rule in part.rules], config)
    own = (finding for part in parts for finding in part.findings)
    found = _wanted([*own, *shared, *online.findings], config)
    suppressions = [each for part in parts for each in part.suppressions]
    left = [finding for finding in found if not _covering(finding, suppressions, config)]
    judged = config if online.answered else replace(config, server=None)  # unasked, not unneeded
    about = _wanted(_about_suppressions(suppressions, found, judged), config)
    return LintResult(
        findings=_once_a_place([*left, *about]),
        suppressed=len(found) - len(left),
        files=sum(part.holds_rules for part in parts),
        rules=len(briefs),
        readable=all(part.readable for part in parts),
        crashed=crashed or online.crashed or any(part.crashed for part in parts),
        answered=online.answered,
        briefs=briefs,
    )


def _once_a_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings; what several rules of one place have in common (the tiers of an SLO, an alias) is said once."""
    first: dict[tuple[object, ...], Finding] = {}
    for finding in sorted(findings, key=lambda each: each.sort_key):
        first.setdefault((finding.problem.code, finding.at.source.path, finding.at.span, finding.message), finding)
    return tuple(first.values())


def _without_copies(parts: Sequence[Linted]) -> list[Linted]:
    """Leave out compiled rule files whose specs are linted too: each rule is reported once, at its spec."""
    native = {_identity(brief) for part in parts for brief in part.briefs if brief.native}
    return [part for part in parts if not _is_copy(part, native)]


def _is_copy(part: Linted, native: set[tuple[str, ...]]) -> bool:
    return bool(part.briefs) and all(not brief.native and _identity(brief) in native for brief in part.briefs)


def _identity(brief: Brief) -> tuple[str, ...]:
    return (brief.group, brief.name, *(brief.labels.get(label, "") for label in ("slo_service", "slo", "tier")))


def _wanted(findings: Iterable[Finding], config: LintConfig) -> list[Finding]:
    in_profile = {check.code: config.in_profile(check) for check in config.checks or all_checks()}
    return [
        finding
        for finding in findings
        if finding.is_about_run or config.wanted(finding.problem, finding.at.source.path,
                         in_profile=in_profile.get(finding.problem.code, True))
    ]  # fmt: skip


def _covering(finding: Finding, suppressions: Iterable[Suppression], config: LintConfig) -> Suppression | None:
    if finding.is_about_run or config.locks(finding.problem):
        return None
    return next((each for each in suppressions if each.covers(finding, config.context.today)), None)


def _about_suppressions(
    suppressions: Sequence[Suppression], found: Sequence[Finding], config: LintConfig
) -> list[Finding]:
    known = {name: problem for problem in known_problems() for name in (problem.code, problem.name)}
    findings = []
    for each in suppressions:
        if not (each.codes and each.reason):
            findings.append(_unreasoned(each))
        findings += _unknown(each, known)
        if locked := [code for code in each.codes if code in known and config.locks(known[code])]:
            message = f"the settings lock {and_list(locked)}, so it cannot be suppressed"
            findings.append(Finding(problem=problems.LOCKED_SUPPRESSION, at=each.at, message=message))
        findings += _useless(each, found, config)
    return findings


def _unreasoned(each: Suppression) -> Finding:
    unreadable = "this suppression cannot be read, so it suppresses nothing"
    message = f"the suppression of {and_list(each.codes)} says no reason" if each.codes else unreadable
    advice = "write codes in brackets, and the reason after two dashes: `ignore[N201] -- why`"
    return Finding(problem=problems.SUPPRESSION_WITHOUT_REASON, at=each.at, message=message, help=advice)


def _unknown(each: Suppression, known: Mapping[str, Problem]) -> Iterator[Finding]:
    for code in each.codes:
        if code not in known:
            meant = [problem.code for problem in known.values() if problem.code.startswith(code)]
            near = nearest(code, known)
            advice = f"did you mean `{near}`?" if near else "`sloctl explain --list` shows all codes"
            yield Finding(problem=problems.UNUSED_SUPPRESSION, at=each.at, message=f"no check is called `{code}`",
                          help="a suppression names whole codes, one by one" if meant else advice)  # fmt: skip


def _useless(each: Suppression, found: Sequence[Finding], config: LintConfig) -> list[Finding]:
    today = config.context.today
    if each.is_expired(today):
        message = f"the suppression of {and_list(each.codes)} ended on {each.until}"
        advice = "mend the alert, or give a new date and reason"
        return [Finding(problem=problems.UNUSED_SUPPRESSION, at=each.at, message=message, help=advice)]
    used = {finding.problem.code for finding in found if each.covers(finding, today)}
    used |= {finding.problem.name for finding in found if each.covers(finding, today)}
    running = {name for check in config.running for name in (check.code, check.name)}
    unused = [code for code in each.codes if code not in used and code in running]
    if not unused:
        return []
    message = f"nothing here needs the suppression of {and_list(unused)}"
    return [Finding(problem=problems.UNUSED_SUPPRESSION, at=each.at, message=message, help="remove it")]
