"""A comparison as data, and the JSON Schema of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sloctl.core.shapes import Shape, choice, count, flag, listing, record, text
from sloctl.pipeline.diff.change import ALERT, CLASSES, RECORDING, SERVICE, SETTINGS, SLO, Diff, Entry, OnCall, Subject
from sloctl.pipeline.schema import DRAFT

VERSION = 1


def as_data(diff: Diff) -> dict[str, Any]:
    """Return a comparison as plain data with stable keys."""
    return {
        "version": VERSION,
        "base": diff.base,
        "head": diff.head,
        "changes": [_entry(entry) for entry in diff.entries],
        "oncall": [_oncall(load) for load in diff.oncall],
        "left_out": list(diff.left_out),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "subjects": [_subject(subject) for subject in entry.subjects],
        "classes": list(change.classes),
        "loud": change.is_loud,
        "text": change.text,
        "details": list(change.details),
        "before": change.before,
        "after": change.after,
    }


def _subject(subject: Subject) -> dict[str, Any]:
    path, line = (subject.at.source.path, subject.at.span.line) if subject.at else ("", 0)
    return {"kind": subject.kind, "service": subject.service, "name": subject.name, "path": path, "line": line}


def _oncall(load: OnCall) -> dict[str, Any]:
    return {
        "owner": load.owner,
        "pages": {"before": load.pages[0], "after": load.pages[1]},
        "tickets": {"before": load.tickets[0], "after": load.tickets[1]},
        "services": [{"service": name, "pages": pages, "allowed": load.allowed} for name, pages in load.services],
    }


@cache
def diff_schema() -> dict[str, Any]:
    """Return the JSON Schema of `sloctl diff --format json`."""
    fields = {
        "version": {"const": VERSION, "description": "The version of this format; it grows when a key changes."},
        "base": text("What was compared: the older side."),
        "head": text("What was compared: the newer side."),
        "changes": listing("What has changed: settings first, then service by service.", _change_shape()),
        "oncall": listing("The owners whose on-call load changes.", _oncall_shape()),
        "left_out": listing("What could not be compared, in sentences.", text("A sentence.")),
    }
    return {"$schema": DRAFT, "title": "Result of sloctl diff", **record("A comparison of specs.", fields, *fields)}


def _change_shape() -> Shape:
    subject = {
        "kind": choice("What kind of thing has changed.", SETTINGS, SERVICE, SLO, ALERT, RECORDING),
        "service": _any("Its service; the group of a rule in a rule file; empty for the settings."),
        "name": _any("Its name; empty for a service and the settings."),
        "path": _any("The file it stands in; that of the older side when it is gone."),
        "line": count("The line there, from 1; 0 for the settings."),
    }
    fields = {
        "subjects": listing("What has changed in this way.", record("One of them.", subject, *subject)),
        "classes": listing("What `--fail-on` knows it by.", choice("A class.", *CLASSES)),
        "loud": flag("Whether it asks for a second look."),
        "text": text("The change and its consequence, in a sentence; code stands in back-ticks."),
        "details": listing("More consequences.", text("A sentence.")),
        "before": _any("What was, as text; empty for what is new."),
        "after": _any("What is, as text; empty for what is gone."),
    }
    return record("A change.", fields, *fields)


def _oncall_shape() -> Shape:
    sides = {"before": count("On the older side."), "after": count("On the newer side.")}
    service = {
        "service": _any("The service; empty for alerts in rule files that name none."),
        "pages": count("How many of its alerts page now."),
        "allowed": count("How many may, by `lint.max_pages_per_service`."),
    }
    fields = {
        "owner": _any("Who is called; empty for alerts that do not say."),
        "pages": record("How many alerts page the owner.", sides, *sides),
        "tickets": record("How many alerts open tickets for the owner.", sides, *sides),
        "services": listing("The services that page more than before.", record("One of them.", service, *service)),
    }
    return record("An owner.", fields, *fields)


def _any(description: str) -> Shape:
    return {"type": "string", "description": description}
