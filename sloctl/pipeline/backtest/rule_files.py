"""Rule files: their alerts, the recordings that these read, and of compiled files the SLOs that they were made from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.document import Document
from sloctl.core.finding import Finding
from sloctl.model.seal import read_header
from sloctl.model.service import Service
from sloctl.pipeline.backtest.cases import AlertCase, Cases, alerts_of, recorded_of, spec_cases
from sloctl.pipeline.diff.points import Point
from sloctl.pipeline.diff.snapshot import tree_of, write_files
from sloctl.pipeline.explain.select import Choice
from sloctl.pipeline.lint.native import native_groups
from sloctl.pipeline.lint.read import read_file
from sloctl.pipeline.lint.settings import lint_config
from sloctl.pipeline.load import find_files, read_documents, shown_path
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import read_specs


def rule_file_cases(paths: Sequence[Path], settings: Settings, cwd: Path, today: date) -> tuple[Cases, list[Finding]]:
    """Return the cases of rule files, and what is wrong with the files."""
    context = lint_config(settings, today).context
    cases, findings = Cases(), list[Finding]()
    for path in find_files(paths):
        shown = shown_path(path, cwd)
        documents, found, _ = read_documents(path, shown)
        view, more, _ = read_file(shown, documents)
        findings += [*found, *more]
        rules = [rule for group in view.groups for rule in group.rules]
        service = _compiled(documents, rules, settings, cwd)
        cases += spec_cases([_whole(service)], settings, today) if service else _as_they_are(rules, context)
    return replace(cases, alerts=tuple(_told_apart(cases.alerts))), findings


def _as_they_are(rules: Sequence[Rule], context: Context) -> Cases:
    alerts = [rule for rule in rules if rule.is_alert and rule.expr.value and context.reaches_human(rule)]
    return Cases((), tuple(alerts_of(alerts, context, "")), tuple(recorded_of(rules, context)))


def _whole(service: Service) -> Choice:
    return Choice(service, service.slos, service.alerts)


def _compiled(documents: Sequence[Document], rules: Sequence[Rule], settings: Settings, cwd: Path) -> Service | None:
    """Return the service from which a file was compiled, if its spec is here and still means the same.

    The windows of its rules are made of windows: to write them out as one query would take millions of characters.
    """
    head = read_header(documents[0].source.text) if documents else None
    spec = next((path for root in (cwd, settings.root) if head and (path := root / head.spec).is_file()), None)
    services = [each.service for each in read_specs([spec], settings, cwd, named=[spec]).found] if spec else []
    return next((service for service in services if _is_same(service, rules, settings)), None)


def _is_same(service: Service, rules: Iterable[Rule], settings: Settings) -> bool:
    """Tell whether rules are those of a service, with or without recordings for other tools beside them."""
    compiled = {_meaning(rule) for group in native_groups(service, "", settings) for rule in group.rules}
    given = {_meaning(rule) for rule in rules}
    return compiled <= given and not any(is_alert for is_alert, *_ in given - compiled)


def _meaning(rule: Rule) -> tuple[object, ...]:
    labels = tuple(sorted((label, text.value) for label, text in rule.labels.items()))
    return rule.is_alert, rule.name.value, labels, rule.normal, rule.hold, rule.time("keep_firing_for")


def _told_apart(alerts: Iterable[AlertCase]) -> Iterator[AlertCase]:
    """Tell alerts of one name apart: by the labels that they do not share, else by their number."""
    alike: dict[tuple[str, str], list[AlertCase]] = {}
    for alert in alerts:
        alike.setdefault((alert.service, alert.name), []).append(alert)
    for alert in alerts:
        others = alike[alert.service, alert.name]
        shared = set.intersection(*(set(other.labels) for other in others))
        own = ", ".join(value for pair in alert.labels if pair not in shared for value in pair[1:])
        is_unique = sum(other.labels == alert.labels for other in others) == 1
        number = "" if is_unique else f"#{1 + others.index(alert)}"
        yield replace(alert, variant=" ".join(filter(None, (own, number))))


@contextmanager
def files_at(point: Point, paths: Sequence[Path], cwd: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Yield a folder, and in it the same files as they are at a revision or in another folder, if they are there.

    A point that is itself a file stands for all of them.
    """
    if not point.commit:
        there = [point.folder / path for path in paths] if point.folder.is_dir() else [point.folder]
        yield point.folder, [path for path in there if path.exists()]
        return
    with TemporaryDirectory(prefix="sloctl-") as name:
        tree, folder = tree_of(point.folder, point.commit), Path(name).resolve()
        here = os.path.realpath(cwd)
        wanted = [os.path.relpath(os.path.join(here, path), os.path.realpath(tree.top)) for path in paths]  # noqa: PTH118 - relpath resolves `..`, which Path does not
        write_files(tree, wanted, folder)
        yield folder, [folder / path for path in wanted if (folder / path).exists()]
