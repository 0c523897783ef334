"""The settings file `sloctl.yaml`: found upwards from the working directory to the repository root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sloctl.core import problems
from sloctl.core.document import Document
from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError, WorldError
from sloctl.core.finding import Finding, has_errors
from sloctl.core.reader import Reader
from sloctl.core.registry import plugins
from sloctl.core.shapes import Shape, choice, count, duration, flag, labels, listing, number, ratio, record, text
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.formats._spec import SpecFormat
from sloctl.model.rules import Pairs
from sloctl.model.windows import LONGEST_SCRAPE_INTERVAL, base_window
from sloctl.pipeline.load import shown_path
from sloctl.pipeline.resolve.policy import read_policy
from sloctl.pipeline.response import check_labels, check_templates
from sloctl.pipeline.schema import DRAFT, policy_steps, response_fields
from sloctl.pipeline.validate import check_shape

FILE_NAME = "sloctl.yaml"
LOOKBACK = Duration.of(minutes=5)
"""How old a sample may be that Prometheus still uses (`--query.lookback-delta`)."""
HALF_MINUTE = Duration.of(seconds=30)


@dataclass(frozen=True, slots=True)
class Priority:
    """What a priority becomes on an alert: who is notified, and which labels."""

    notify: str
    labels: Pairs


def _standard_priorities() -> dict[str, Priority]:
    page, ticket = (("severity", "critical"),), (("severity", "warning"),)
    return {"P1": Priority("page", page), "P2": Priority("page", page),
            "P3": Priority("ticket", ticket), "P4": Priority("ticket", ticket)}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, with the defaults of a project that has no file. Paths are relative to `root`."""

    root: Path
    specs: tuple[str, ...] = ()
    output: str = "rules"
    target: str = "prometheus"
    scrape_interval: Duration = HALF_MINUTE
    evaluation_interval: Duration = HALF_MINUTE
    priorities: Mapping[str, Priority] = field(default_factory=_standard_priorities)
    owners: tuple[str, ...] | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    formats: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    document: Document | None = None


@cache
def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of the settings file."""
    priority = record("What a priority becomes.", {
        "notify": choice("Who is called.", "page", "ticket"),
        "labels": labels("Labels on the alert, such as the severity your routing knows."),
    }, "notify")  # fmt: skip
    fields = {
        "specs": listing("Folders or files with specs, for commands that are given no path.", text("A path.")),
        "output": text("Folder for the compiled rules; the default is `rules`."),
        "target": text("Output target; the default is `prometheus`."),
        "scrape_interval": duration("How often targets are scraped; the default is 30s.", "30s"),
        "evaluation_interval": duration("How often the rules are evaluated; the default is 30s.", "30s"),
        "priorities": record("What each priority becomes on the alert.", {f"P{n}": priority for n in (1, 2, 3, 4)}),
        "owners": listing("All owners there are; any other is then a finding.", text("An owner.")),
        "defaults": record("What every alert of every service says unless it says otherwise.",
                           response_fields() | {"owner": text("Whom specs of other tools call that name no owner.")}),
        "formats": _formats_schema(),
        "names": _names_schema(),
        "targets": _targets_schema(),
        "policy": policy_steps("The error-budget policy of all SLOs whose specs have none."),
        "prometheus": _server_schema(),
        "lint": _lint_schema(),
        "backtest": _backtest_schema(),
        "audit": record("Settings of `sloctl audit`.", {
            "pages_per_week": number("How often alerts may page one owner in a week.", minimum=0)}),
    }
    return {"$schema": DRAFT, "title": f"Settings of sloctl ({FILE_NAME})", **record("Settings of sloctl.", fields)}


def _names_schema() -> Shape:
    tools = choice("A tool.", *plugins("sloctl.dialects", "DIALECT"))
    return listing("Tools whose series are recorded too, for their dashboards; `--names` wins over it.", tools)


def _targets_schema() -> Shape:
    fields = {target.name: target.options for target in plugins("sloctl.targets", "TARGET").values()}
    return record("What the targets write beside the rules, and which limits they keep.", fields)


def _server_schema() -> Shape:
    headers = {"type": "object", "description": "Headers that each request carries, such as `X-Scope-OrgID`.",
               "additionalProperties": {"type": "string", "patternErrorMessage": "text in quotes"}}  # fmt: skip
    fields = {
        "url": text("Its address: what stands before `/api/v1`."),
        "token_file": text("File with a bearer token."),
        "user": text("User of basic authentication."),
        "password_file": text("File with the password."),
        "ca_file": text("File with the certificates of the authorities that are trusted."),
        "cert_file": text("File with the client certificate."),
        "key_file": text("File with the key of the client certificate."),
        "insecure": flag("Whether any certificate of the server is accepted."),
        "headers": headers,
        "timeout": duration("How long an answer may take; the default is 30s.", "30s"),
    }
    return record("The server that online commands ask.", fields)


def _formats_schema() -> Shape:
    known = [each for each in plugins("sloctl.formats", "FORMAT").values() if isinstance(each, SpecFormat)]
    fields = {each.name: record(f"How {each.description} are read.", dict(each.schema)) for each in known}
    return record("How specs of other tools are read.", fields)


def _lint_schema() -> Shape:
    codes = listing("Codes, or their first letters.", text("Such as `N201` or `N`."))
    of_path = {"path": text("A glob."), "select": codes, "ignore": codes}
    per_path = record("Other settings for some files.", of_path, "path")
    fields = {
        "profile": choice("Which checks run.", "recommended", "strict", "all", "migration"),
        "select": codes,
        "ignore": codes,
        "fail_on": choice("The mildest severity that makes `lint` exit with 1.", "error", "warning", "note", "never"),
        "max_pages_per_service": count("How many alerts of one service may page."),
        "review_after": duration("Alerts not reviewed for longer are findings.", "180d"),
        "per_path": listing("Settings for some paths.", per_path),
        "locked": listing("Codes that nobody may suppress.", text("Such as `A101`.")),
        "severities": _words("What your values of `severity` mean: `page`, `ticket` or `nobody`."),
        "owner_label": text("The label that names an alert's owner; the default is `owner`."),
        "external_labels": listing("Labels that Prometheus adds to every alert.", text("A label name.")),
        "retention": duration("How long the server keeps samples.", "15d"),
        "codeowners": text("Path of CODEOWNERS; the owner of a service must then be among the owners of its file."),
        "alertmanager": text("Path of an Alertmanager configuration; its routes then show which alerts reach nobody."),
        "options": _options(),
    }
    return record("Settings of `sloctl lint`.", fields)


def _backtest_schema() -> Shape:
    fields = {
        "pages_per_week": number("How often one alert may page in a week.", minimum=0),
        "min_precision": ratio("Which share of an SLO's alerts must have come with a loss that was worth one."),
        "max_flaps": number("How often a week an alert may fire again within an hour.", minimum=0),
        "worth": ratio("Share of the period's budget that a loss must cost to be worth a page; the default is 2%."),
    }
    return record("What `sloctl backtest` allows; without a limit, nothing fails.", fields)


def _words(description: str) -> Shape:
    return {"type": "object", "description": description,
            "additionalProperties": choice("Whom it reaches.", "page", "ticket", "nobody")}  # fmt: skip


def _options() -> Shape:
    of_check = {"type": "object", "description": "Options by name.", "patternErrorMessage": "a mapping of options"}
    return {"type": "object", "description": "Options of checks, by code; `sloctl explain CODE` names them.",
            "additionalProperties": of_check}  # fmt: skip


def load_settings(start: Path, explicit: Path | None = None) -> tuple[Settings, list[Finding]]:
    """Read the settings that hold in a folder; raise UsageError for an explicit file that is missing."""
    path = explicit or find_upwards(start)
    if path is None:
        return Settings(root=repository_root(start) or start), []
    if not path.is_file():
        raise UsageError(f"settings file not found: {path}", "check the path after --config")
    try:
        source = Source(shown_path(path, start), path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError(f"cannot read settings file {path}: {error}") from error
    documents, findings = parse_yaml(source)
    findings += [_second_document(document) for document in documents[1:]]
    documents = [document for document in documents[:1] if document.data is not None]
    for document in documents:
        findings += [*check_shape(document, settings_schema), *_check_meaning(document)]
    if has_errors(findings) or not documents:
        return Settings(root=path.parent.resolve()), findings
    return _from_document(documents[0], path.parent.resolve()), findings


def _second_document(document: Document) -> Finding:
    message = "the settings are one document, and a second one begins here"
    return Finding(problem=problems.UNSUPPORTED_YAML, at=document.at(()), message=message, help="join the two")


def _check_meaning(document: Document) -> list[Finding]:
    """Return what the schema cannot see: labels and templates of alerts, and intervals that Prometheus cannot serve."""
    reader = Reader(document, (), document.data if isinstance(document.data, dict) else {})
    if defaults := reader.child("defaults"):
        check_labels(defaults, "labels")
        check_templates(defaults)
    read_policy(reader)
    priorities = reader.child("priorities")
    for name in priorities.data if priorities else ():
        if priorities and (row := priorities.child(name)):
            check_labels(row, "labels")
    if (scrape := reader.duration("scrape_interval")) and base_window(scrape) is None:
        message = f"a scrape interval of {scrape} is too long: no window holds four scrapes"
        advice = f"use at most {LONGEST_SCRAPE_INTERVAL}"
        reader.report(problems.BAD_VALUE, reader.at("scrape_interval"), message, advice)
    if (evaluation := reader.duration("evaluation_interval")) and evaluation >= LOOKBACK:
        message = f"an evaluation interval of {evaluation} is too long: Prometheus looks back {LOOKBACK} for a sample"
        reader.report(problems.BAD_VALUE, reader.at("evaluation_interval"), message, "30s to 2m are usual")
    return reader.findings


def _from_document(document: Document, root: Path) -> Settings:
    reader = Reader(document, (), document.data if isinstance(document.data, dict) else {})
    given: dict[str, Any] = {
        "specs": reader.texts("specs"),
        "output": reader.text("output"),
        "target": reader.text("target"),
        "scrape_interval": reader.duration("scrape_interval"),
        "evaluation_interval": reader.duration("evaluation_interval"),
        "owners": reader.texts("owners") if reader.has("owners") else None,
        "defaults": reader.data.get("defaults"),
        "formats": reader.data.get("formats"),
        "names": tuple(dict.fromkeys(reader.texts("names"))),
    }
    priorities = _standard_priorities() | _priorities(reader.child("priorities"))
    return Settings(root=root, priorities=priorities, document=document,
                    **{key: value for key, value in given.items() if value})  # fmt: skip


def _priorities(reader: Reader | None) -> dict[str, Priority]:
    if reader is None:
        return {}
    rows = {name: reader.child(name) for name in reader.data}
    return {name: Priority(row.text("notify"), row.pairs("labels")) for name, row in rows.items() if row}


def find_upwards(start: Path) -> Path | None:
    """Find the settings file from a folder up to the repository root; outside a repository, only in the folder."""
    root = repository_root(start)
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
        if root is None or folder == root:
            return None
    return None


def repository_root(start: Path) -> Path | None:
    """Return the folder above (or at) `start` that holds `.git`."""
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)
