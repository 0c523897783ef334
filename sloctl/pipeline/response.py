"""What an alert asks of whom: its own words, then the document's defaults, then those of the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sloctl.core import problems
from sloctl.core.human import nearest
from sloctl.core.reader import Reader
from sloctl.core.source import Location
from sloctl.gotemplate.errors import TemplateError
from sloctl.gotemplate.parse import parse
from sloctl.model.names import RESERVED_LABELS
from sloctl.model.service import Response
from sloctl.pipeline.schema import response_fields

TEMPLATES = ("summary", "description")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where an alert's words may come from, the nearest first, and what fills `{name}` and the like in them."""

    readers: tuple[Reader, ...]
    subject: str
    at: Location
    where: str = "here"
    names: dict[str, str]
    dashboard: str

    def text(self, key: str, default: str = "") -> str:
        """Return the nearest text of a key."""
        return next((text for reader in self.readers if (text := reader.text(key).strip())), default)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return all pairs of a key; the nearest wins."""
        merged: dict[str, str] = {}
        for reader in reversed(self.readers):
            merged |= reader.pairs(key)
        return tuple(merged.items())

    def url(self, key: str, default: str = "") -> str:
        """Return a URL with `{name}`, `{slo}` and `{service}` filled in."""
        url = self.text(key, default)
        for name, value in self.names.items():
            url = url.replace(f"{{{name}}}", value)
        return url


_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def _check_placeholders(scope: Scope, key: str) -> None:
    """Report names in braces that are nearly those that are filled in; other braces are the URL's own."""
    reader = next((reader for reader in scope.readers if reader.text(key).strip()), None)
    for match in _PLACEHOLDER.finditer(reader.text(key)) if reader else ():
        if reader and match[1] not in scope.names and (meant := nearest(match[1], scope.names)):
            advice = f"did you mean `{{{meant}}}`?"
            reader.report_inside(problems.BAD_VALUE, key, match.span(), f"nothing fills in `{match[0]}`", advice)


def read_response(scope: Scope, priority: str = "") -> Response | None:
    """Build the response of an alert; report each part that is missing and return None.

    `priority` is known already for the alerts of an SLO.
    """
    check_labels(scope.readers[0], "labels")
    check_templates(scope.readers[0])
    for key in ("runbook", "dashboard"):
        _check_placeholders(scope, key)
    found = Response(
        priority=priority or scope.text("priority"),
        runbook=scope.url("runbook"),
        action=scope.text("action"),
        impact=scope.text("impact"),
        summary=scope.text("summary"),
        description=scope.text("description"),
        dashboard=scope.url("dashboard", scope.dashboard),
        labels=scope.pairs("labels"),
        annotations=scope.pairs("annotations"),
    )
    return found if _is_complete(found, scope) else None


def _is_complete(found: Response, scope: Scope) -> bool:
    link = f"link the page that says what to do, {scope.where} or in `defaults`"
    act = f"say {scope.where} what the person who is called shall do first"
    rows = (
        (found.priority, problems.MISSING_KEY, "priority", "P1 and P2 page somebody, P3 and P4 open a ticket"),
        (found.runbook, problems.MISSING_RUNBOOK, "runbook", link),
        (found.action, problems.MISSING_ACTION, "action", act),
    )
    missing = [row for row in rows if not row[0] and not any(_is_meant(row[2], reader) for reader in scope.readers)]
    for _, problem, key, advice in missing:
        scope.readers[0].report(problem, scope.at, f"{scope.subject} has no `{key}`", advice)
    return all(row[0] for row in rows)


def _is_meant(key: str, reader: Reader) -> bool:
    """Tell whether a key is there, though it be misspelt or blank; the schema has reported that."""
    return reader.has(key) or nearest(key, reader.data.keys() - response_fields().keys()) is not None


def check_labels(reader: Reader, key: str) -> None:
    """Report labels that sloctl writes itself."""
    for label, _ in reader.pairs(key):
        if label in RESERVED_LABELS:
            at = reader.document.at_key((*reader.path, key, label))
            reader.report(problems.RESERVED_LABEL, at, f"the label `{label}` is written by sloctl", "use another name")


def check_templates(reader: Reader) -> None:
    """Report texts that Prometheus could not expand."""
    for key in TEMPLATES:
        _check_template(reader, key)
    annotations = reader.child("annotations")
    if annotations:
        for key in annotations.data:
            _check_template(annotations, key)


def _check_template(reader: Reader, key: str) -> None:
    try:
        parse(reader.text(key))
    except TemplateError as error:
        reader.report_inside(problems.TEMPLATE_ERROR, key, (error.start, error.end), error.message, error.help)
