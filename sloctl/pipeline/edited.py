"""What to say of compiled files that somebody has edited: the edit would be lost, so it is shown and kept."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.source import Location, Source
from sloctl.model.seal import read_header, unsealed
from sloctl.pipeline.write import Change

_CONFLICT = "<<<<<<< "


def edit_findings(changes: Iterable[Change]) -> list[Finding]:
    """Return a finding for each file whose edits the changes would lose."""
    return [_finding(change) for change in changes if change.loses_edits]


def _finding(change: Change) -> Finding:
    old = change.old or ""
    head = read_header(old)
    spec = head.spec if head else "the spec"
    source = Source(change.path.as_posix(), old)
    message, advice = _words(change, spec)
    at = _first_difference(source, change.new)
    return Finding(problem=problems.EDITED_OUTPUT, at=at, message=message, help=advice)


def _words(change: Change, spec: str) -> tuple[str, str]:
    old = change.old or ""
    if f"\n{_CONFLICT}" in old or old.startswith(_CONFLICT):
        return "the file holds the marks of a merge conflict", f"merge {spec}, then run `sloctl compile --force`"
    if change.new is None:
        return f"edited since it was compiled; {spec} no longer fills it", "`--force` removes it all the same"
    message = f"edited since it was compiled; this is the first line that {spec} does not say"
    return message, "say it in the spec, and drop the edit with `sloctl compile --force`"


def _first_difference(source: Source, new: str | None) -> Location:
    """Point at the first line that is not as compiled: if the spec is as it was, that is the edit."""
    if new is None:
        return Location.whole(source.path, source.text)
    lines = zip_longest(unsealed(source.text).split("\n"), unsealed(new).split("\n"))
    number = next(number for number, (old, line) in enumerate(lines, 1) if old != line)
    text = source.line(number)
    column = len(text) - len(text.lstrip()) + 1
    start = source.offset(number - 1, column - 1)
    return Location(source, source.span(start, start + len(text.strip())))
