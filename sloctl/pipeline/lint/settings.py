"""The part of the settings that `sloctl lint` reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from sloctl.checks._alertmanager import Route, read_routes
from sloctl.checks._check import Option
from sloctl.checks._context import Context
from sloctl.core.codeowners import CodeOwners, parse_codeowners
from sloctl.core.document import Document
from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError
from sloctl.core.finding import Problem, Severity
from sloctl.core.human import nearest
from sloctl.core.problems import BY_CODE
from sloctl.core.reader import Reader
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.pipeline.lint.config import LintConfig, PathRule, all_checks, check_codes
from sloctl.pipeline.settings import Settings

DEFAULT_MAX_PAGES = 10


def lint_config(settings: Settings, today: date) -> LintConfig:
    """Read the section `lint`; raise UsageError for codes and options that nobody knows."""
    reader = lint_section(settings)
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


def lint_section(settings: Settings) -> Reader:
    """Return the section `lint` of the settings, empty where there is none."""
    document = settings.document or Document(Source("", ""), yaml.ScalarNode("", ""), {})
    data = document.data.get("lint") if isinstance(document.data, dict) else None
    return Reader(document, ("lint",), data if isinstance(data, dict) else {})


def _context(settings: Settings, reader: Reader, today: date) -> Context:
    pages = reader.number("max_pages_per_service")
    codeowners = _codeowners(settings, reader.text("codeowners"))
    return Context(
        today=today,
        root=settings.root,
        owners=_owners(settings, codeowners),
        codeowners=codeowners,
        owner_label=reader.text("owner_label", "owner"),
        severities={word.lower(): notify for word, notify in reader.pairs("severities")},
        external_labels=frozenset(reader.texts("external_labels")),
        scrape_interval=settings.scrape_interval,
        evaluation_interval=settings.evaluation_interval,
        max_pages_per_service=DEFAULT_MAX_PAGES if pages is None else int(pages),
        review_after=reader.duration("review_after"),
        retention=reader.duration("retention"),
        alertmanager=_routes(settings, reader.text("alertmanager")),
        options=_limits(settings, _options(reader)),
    )


def _limits(settings: Settings, options: dict[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Let the limits of `backtest` hold for the history of alerts too, unless the options say otherwise."""
    data = settings.document.data if settings.document else None
    section = data.get("backtest") if isinstance(data, dict) else None
    limits = section if isinstance(section, dict) else {}
    for code, option, key in (("L603", "per_week", "pages_per_week"), ("L604", "returns", "max_flaps")):
        if key in limits:
            options[code] = {option: int(limits[key]), **options.get(code, {})}
    return options


def _owners(settings: Settings, codeowners: CodeOwners | None) -> frozenset[str] | None:
    if settings.owners is not None:
        return frozenset(settings.owners)
    return codeowners.names if codeowners else None


def _codeowners(settings: Settings, path: str) -> CodeOwners | None:
    """Read the CODEOWNERS file that the settings name."""
    if not path:
        return None
    try:
        return parse_codeowners(path, (settings.root / path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read `{path}`: {error}", "`lint.codeowners` names it in the settings") from error


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
    section = reader.data.get("options")
    given: dict[str, Any] = section if isinstance(section, dict) else {}
    known = {check.code: {option.name: option for option in check.options} for check in all_checks()}
    for code, values in given.items():
        if code not in known:
            near = nearest(str(code), known)
            advice = f"did you mean `{near}`?" if near else "`sloctl explain --list` shows all codes"
            raise UsageError(f"`lint.options.{code}`: no check has this code", advice)
        for name, value in values.items():
            _check_option(f"lint.options.{code}.{name}", known[code].get(name), value, known[code])
    return {code: values for code, values in given.items() if values}


def _check_option(where: str, option: Option | None, value: object, names: Iterable[str]) -> None:
    """Raise UsageError for an option that is not there, and for a value of another type than its default."""
    if option is None:
        code = where.split(".")[2]
        raise UsageError(f"`{where}` is no option", f"options of {code}: {', '.join(sorted(names)) or 'none'}")
    accepts, wanted = _TYPES[type(option.default)]
    if not accepts(value):
        shown = option.default if isinstance(option.default, str) else json.dumps(option.default)
        raise UsageError(f"`{where}` must be {wanted}", f"{option.meaning}; the default is {shown}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and value >= 0


def _is_duration(value: object) -> bool:
    try:
        return isinstance(value, str) and Duration.parse(value).ms >= 0
    except ValueError:
        return False


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_TYPES: dict[type, tuple[Callable[[object], bool], str]] = {
    bool: (lambda value: isinstance(value, bool), "true or false"),
    int: (_is_whole, "a whole number from 0"),
    float: (_is_number, "a number from 0"),
    str: (_is_duration, "a duration such as `5m`"),
    list: (_is_texts, "a list of texts"),
    tuple: (_is_texts, "a list of texts"),
}
"""What an option accepts, by the type of its default: a default that is a text is a duration."""
