"""The part of the settings that `sloctl lint` reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import yaml

from sloctl.checks._alertmanager import Route, read_routes
from sloctl.checks._context import Context
from sloctl.core.document import Document
from sloctl.core.errors import UsageError
from sloctl.core.finding import Problem, Severity
from sloctl.core.problems import BY_CODE
from sloctl.core.reader import Reader
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.pipeline.lint_config import LintConfig, PathRule, all_checks, check_codes
from sloctl.pipeline.settings import Settings

DEFAULT_MAX_PAGES = 10


def lint_config(settings: Settings, today: date) -> LintConfig:
    """Read the section `lint`; raise UsageError for codes and options that nobody knows."""
    reader = _section(settings)
    config = LintConfig(
        context=_context(settings, reader, today),
        settings=settings,
        profile=reader.text("profile", "recommended"),
        select=reader.texts("select"),
        ignore=reader.texts("ignore"),
        per_path=tuple(
            PathRule(row.text("path"), row.texts("select"), row.texts("ignore")) for row in reader.children("per_path")
        ),
        locked=frozenset(reader.texts("locked")),
        fail_on=severity_of(reader.text("fail_on", "error")),
    )
    named = [*config.select, *config.ignore, *config.locked]
    check_codes([*named, *(code for row in config.per_path for code in (*row.select, *row.ignore))], known_problems())
    return config


def severity_of(word: str) -> Severity | None:
    """Return the severity of a word; None for `never`."""
    return None if word == "never" else Severity(word)


def known_problems() -> Iterable[Problem]:
    """Return every class of findings: those of the checks, and those of reading."""
    return [*(check.problem for check in all_checks()), *BY_CODE.values()]


def _section(settings: Settings) -> Reader:
    document = settings.document or Document(Source("", ""), yaml.ScalarNode("", ""), {})
    data = document.data.get("lint") if isinstance(document.data, dict) else None
    return Reader(document, ("lint",), data if isinstance(data, dict) else {})


def _context(settings: Settings, reader: Reader, today: date) -> Context:
    pages = reader.number("max_pages_per_service")
    return Context(
        today=today,
        root=settings.root,
        owners=None if settings.owners is None else frozenset(settings.owners),
        owner_label=reader.text("owner_label", "owner"),
        severities={word.lower(): notify for word, notify in reader.pairs("severities")},
        external_labels=frozenset(reader.texts("external_labels")),
        scrape_interval=settings.scrape_interval,
        evaluation_interval=settings.evaluation_interval,
        max_pages_per_service=DEFAULT_MAX_PAGES if pages is None else int(pages),
        review_after=reader.duration("review_after"),
        retention=reader.duration("retention"),
        alertmanager=_routes(settings, reader.text("alertmanager")),
        options=_options(reader),
    )


def _routes(settings: Settings, path: str) -> Route | None:
    """Read the routing tree of the Alertmanager configuration that the settings name."""
    if not path:
        return None
    try:
        text = (settings.root / path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read `{path}`: {error}", "`lint.alertmanager` names it in the settings") from error
    documents, findings = parse_yaml(Source(path, text))
    if findings:
        raise UsageError(f"{findings[0].at}: {findings[0].message}", "`lint.alertmanager` names it in the settings")
    try:
        return read_routes(documents[0].data if documents else None)
    except ValueError as error:
        raise UsageError(f"`{path}` is no configuration of Alertmanager: {error}") from error


def _options(reader: Reader) -> dict[str, Mapping[str, Any]]:
    section = reader.child("options")
    rows = {code: section.child(code) for code in section.data} if section else {}
    given = {code: row.data for code, row in rows.items() if row}
    known = {check.code: {option.name for option in check.options} for check in all_checks()}
    for code, options in given.items():
        for name in options:
            if name not in known.get(code, ()):
                names = ", ".join(sorted(known.get(code, ()))) or "none"
                raise UsageError(f"`lint.options.{code}.{name}` is no option", f"options of {code}: {names}")
    return dict(given)
