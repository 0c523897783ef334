"""Running the checks: over one file in a process of its own, then over all files together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sloctl.checks._absence import guarded_metrics
from sloctl.checks._brief import Brief
from sloctl.checks._check import Check, FileView, Hit, RuleGroupView, Runner, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._templates import used_labels
from sloctl.core import problems
from sloctl.core.document import Document
from sloctl.core.finding import Finding, Problem, Severity
from sloctl.core.source import Location
from sloctl.pipeline.lint.config import LintConfig
from sloctl.pipeline.lint.native import native_groups
from sloctl.pipeline.lint.read import read_file
from sloctl.pipeline.lint.suppress import Suppression, find_suppressions
from sloctl.pipeline.lint.unrendered import as_unrendered
from sloctl.pipeline.load import parse_bytes, read_bytes
from sloctl.pipeline.specs import Shared, SpecFile, by_format, is_own, is_spec, looks_foreign, resolve_specs
from sloctl.promql.usage import uses

_FILES_PER_TASK = 16
_config: LintConfig
"""The configuration of a worker process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What came out of a file. `holds_rules` is False for a file that is about something else.

    `rules` are kept for the online checks only: they are too large to be passed between processes.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    briefs: tuple[Brief, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    rules: tuple[Rule, ...] = ()
    holds_rules: bool = False
    readable: bool = True
    crashed: bool = False


def lint_files(files: Sequence[tuple[Path, str]], config: LintConfig, jobs: int) -> list[Linted]:
    """Lint files, each given with the path it is shown by; in several processes where that pays."""
    if jobs == 1 or config.server or len(files) <= _FILES_PER_TASK:
        return [_lint_path(path, shown, config) for path, shown in files]
    with ProcessPoolExecutor(jobs or os.cpu_count(), initializer=_start_worker, initargs=(config,)) as pool:
        return list(pool.map(_lint_in_worker, files, chunksize=_FILES_PER_TASK))


def _start_worker(config: LintConfig) -> None:
    """Keep what all tasks share in the worker, so that it does not travel with each of them."""
    global _config  # noqa: PLW0603 - the one way to hand something to all tasks of a process pool
    _config = config


def _lint_in_worker(file: tuple[Path, str]) -> Linted:
    return _lint_path(*file, _config)


def _lint_path(path: Path, shown: str, config: LintConfig) -> Linted:
    raw, refused = read_bytes(path, shown)
    if refused:
        return Linted(path=shown, findings=(refused,), readable=refused.problem is not problems.UNREADABLE)
    return lint_bytes(raw, shown, config)


def lint_bytes(raw: bytes, shown: str, config: LintConfig) -> Linted:
    """Lint the text of a file."""
    documents, found = parse_bytes(raw, shown)
    is_asked_for = shown in config.named or _looks_like_rules(raw)
    if note := as_unrendered(raw, shown, found) if is_asked_for else None:
        return Linted(path=shown, findings=(note,))
    native, spec_findings = _native_groups(documents, shown, config)
    view, embedded, holds_rules = read_file(shown, [each for each in documents if not is_spec(each)])
    view = FileView(shown, tuple(documents), (*view.groups, *native), view.lists)
    holds_rules = holds_rules or any(is_spec(each) for each in documents)
    if not holds_rules:
        return Linted(path=shown, findings=tuple(found) if is_asked_for else ())
    findings, crashed = _check_file(view, config)
    sources = {document.source.path: document.source for document in documents if not document.frame}
    return Linted(
        path=shown,
        findings=(*found, *spec_findings, *embedded, *findings),
        briefs=tuple(_brief(rule, config.context) for group in view.groups for rule in group.rules),
        rules=tuple(rule for group in view.groups for rule in group.rules) if config.server else (),
        suppressions=tuple(find_suppressions(view, sources.values())),
        holds_rules=True,
        crashed=crashed,
    )


def _looks_like_rules(raw: bytes) -> bool:
    """Tell whether a file that could not be read was meant to hold rules."""
    words = (b"groups:", b"alert:", b"record:", b"sloctl/v1", b'"groups"')
    return any(word in raw for word in words) or looks_foreign(raw)


def _native_groups(
    documents: Iterable[Document], shown: str, config: LintConfig
) -> tuple[list[RuleGroupView], list[Finding]]:
    specs = tuple(document for document in documents if is_spec(document))
    foreign = any(not is_own(document) for document in specs)
    resolved = resolve_specs([SpecFile(shown, specs)], config.settings, _shared(config.files) if foreign else None)
    groups = [group for spec in resolved.found for group in native_groups(spec.service, shown, config.settings)]
    return groups, list(resolved.findings)


@cache
def _shared(files: tuple[tuple[Path, str], ...]) -> Shared:
    """Read all documents of other tools' formats in the run: those of one file may refer to another's."""
    texts = ((read_bytes(path, shown), shown) for path, shown in files)
    return by_format(document for (raw, refused), shown in texts if not refused and looks_foreign(raw)
                     for document in parse_bytes(raw, shown)[0])  # fmt: skip


def _check_file(view: FileView, config: LintConfig) -> tuple[list[Finding], bool]:
    findings: list[Finding] = []
    crashed = False
    targets = _targets(view)
    for check in config.running:
        for subject, target in targets.get(check.scope, ()):
            try:
                hits = _call(check.run, target, config.context)
                findings += [as_finding(check, hit, subject) for hit in hits] if hits else ()
            except Exception as error:  # noqa: BLE001 - a broken check must not stop the others
                findings.append(crash(check, error, subject.name.at() if subject else Location.whole(view.path)))
                crashed = True
    return findings, crashed


def _targets(view: FileView) -> dict[Scope, list[tuple[Rule | None, Any]]]:
    """Return what the checks of each scope look at, with the rule that their hits are about."""
    rules = [rule for group in view.groups for rule in group.rules]
    return {
        Scope.FILE: [(None, view)],
        Scope.GROUP: [(None, group) for group in view.groups],
        Scope.RULE: [(rule, rule) for rule in rules],
        Scope.ALERT: [(rule, rule) for rule in rules if rule.is_alert],
    }


def _call(runner: Runner, target: Any, context: Context) -> list[Hit]:
    run: Callable[[Any, Context], Iterator[Hit]] = runner  # type: ignore[assignment]  # told by the check's scope
    return list(run(target, context))


def as_finding(check: Check, hit: Hit, rule: Rule | None) -> Finding:
    """Make a finding of what a check found."""
    severity = check.native_severity if check.native_severity and rule and rule.service else check.severity
    problem = _problem(check.code, check.name, severity)
    known = rule or hit.about
    return Finding(problem=problem, at=hit.at, message=hit.message, help=hit.help, notes=hit.notes, fix=hit.fix,
                   subject=known.subject if known else "", basis=known.normal if known else "")  # fmt: skip


@cache
def _problem(code: str, name: str, severity: Severity) -> Problem:
    """Return one object for the class of many findings, so that it crosses a process boundary once per task."""
    return Problem(code, name, severity, "")


def crash(check: Check, error: Exception, at: Location) -> Finding:
    """Make a finding of a check's own failure."""
    message = f"the check {check.code} failed here: {type(error).__name__}: {error}"
    advice = "this is a bug in sloctl; please report it with this rule"
    return Finding(problem=problems.CHECK_CRASHED, at=at, message=message, help=advice)


def check_project(briefs: Sequence[Brief], config: LintConfig) -> tuple[list[Finding], bool]:
    """Run the checks that look at all rules of all files."""
    findings: list[Finding] = []
    crashed = False
    for check in config.running:
        if together := check.run if check.scope is Scope.PROJECT else check.together:
            try:
                findings += [as_finding(check, hit, None) for hit in _call(together, briefs, config.context)]
            except Exception as error:  # noqa: BLE001 - a broken check must not stop the others
                findings.append(crash(check, error, Location.whole("")))
                crashed = True
    return findings, crashed


def _brief(rule: Rule, context: Context) -> Brief:
    recorded_at = _recorded_at(rule)
    asked = used_labels(rule, context) if recorded_at else {}
    return Brief(
        name=rule.name.value,
        is_alert=rule.is_alert,
        native=rule.service is not None,
        normal=rule.normal,
        bound=rule.bound if rule.is_alert else None,
        metrics=frozenset(selector.metric for selector in rule.selectors if selector.metric),
        guards=guarded_metrics(rule),
        recorded_at=recorded_at,
        asked={label: found[0][0].text.at((found[0][1].start, found[0][1].end)) for label, found in asked.items()},
        labels={key: text.value for key, text in rule.labels.items()},
        annotations={key: text.value for key, text in rule.annotations.items()},
        notify=context.notify(rule) if rule.is_alert else "",
        hold_ms=rule.hold.ms,
        file=rule.group.file,
        group=rule.group.name.value,
        index=rule.index,
        subject=rule.subject,
        at_name=rule.name.at(),
        at_expr=rule.expr.at(),
        at_annotations={key: text.at() for key, text in rule.annotations.items() if key in _KEPT_ANNOTATIONS},
    )


def _recorded_at(rule: Rule) -> dict[str, Location]:
    """Find the recorded series that a rule reads; a rate of one means that an exporter puts colons into its names."""
    if rule.root is None or not any(":" in (selector.metric or "") for selector in rule.selectors):
        return {}
    places: dict[str, Location] = {}
    for use in uses(rule.root):
        metric = use.selector.metric or ""
        if ":" in metric and metric not in places and not use.is_rated:
            places[metric] = rule.expr.at(use.selector.name_at)
    return places


_KEPT_ANNOTATIONS = ("runbook_url", "runbook", "playbook", "playbook_url")
