"""The JSON Schema of `sloctl lint --format json`."""

from __future__ import annotations

from functools import cache
from typing import Any

from sloctl.core.shapes import Shape, choice, count, listing, record, text
from sloctl.pipeline.schema import DRAFT


@cache
def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of the JSON report, version 1."""
    figures = ("files", "rules", "suppressed", "error", "warning", "note")
    tool = {"name": text("Always `sloctl`."), "version": text("Its version.")}
    fields = {
        "version": {"const": 1, "description": "The version of this format; it grows when a key changes its meaning."},
        "tool": record("Who wrote the report.", tool, *tool),
        "summary": record("The figures of the run.", {name: count(f"How many: {name}.") for name in figures}, *figures),
        "findings": listing("The findings, by place.", _finding()),
    }
    return {"$schema": DRAFT, "title": "Report of sloctl lint", **record("A lint report.", fields, *fields)}


def _finding() -> Shape:
    anything: Shape = {"type": "string"}
    note = record("A note.", {"message": text("What is there."), "at": _place("Where.")})
    fields = {
        "code": text("The code, such as `N201`."),
        "name": text("The name, such as `no-for`."),
        "severity": choice("How bad it is.", "error", "warning", "note"),
        "message": text("What is wrong."),
        "help": {**anything, "description": "What to do; may be empty."},
        "rule": {**anything, "description": "Group, name and identifying labels of the rule; empty for a file."},
        "fingerprint": text("The same in two runs for the same finding, whatever lines have moved."),
        "at": _place("Where."),
        "notes": listing("Second places.", note),
        "fix": {**_fix(), "type": ["object", "null"]},
    }
    return record("A finding.", fields, *fields)


def _fix() -> Shape:
    edit = {"at": _place("What is replaced."), "text": {"type": "string", "description": "The new text."}}
    fields = {
        "title": text("What the fix does."),
        "safe": {"type": "boolean", "description": "Whether the rule means the same afterwards."},
        "edits": listing("Replacements.", record("A replacement.", edit, *edit)),
    }
    return record("How to mend it.", fields, *fields)


def _place(description: str) -> Shape:
    numbers = {key: count(f"Counted from 1: {key}.") for key in ("line", "column", "end_line", "end_column")}
    fields = {"path": {"type": "string", "description": "The file."}, **numbers}
    return record(f"{description} The end is exclusive.", fields, *fields)
