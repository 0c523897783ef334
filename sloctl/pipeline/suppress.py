"""Suppressions: `# sloctl: ignore[N201] -- reason (until 2026-12-31)`.

On a rule (in it, or in the comment lines above it), on a group, or at the top of the file; in generated files also as
the annotation `sloctl_ignore` of a rule, or `sloctl/ignore` of a Kubernetes object. A reason is required, and what is
no longer needed is itself a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sloctl.checks._check import FileView
from sloctl.checks._rule import Rule, Text
from sloctl.core.document import Document
from sloctl.core.finding import Finding
from sloctl.core.source import Location, Source

ANNOTATIONS = ("sloctl_ignore", "sloctl/ignore")
"""The names of the annotation. Prometheus before 3.0 refuses the second one on a rule."""

_BODY = r"ignore\[(?P<codes>[^\]]*)\]\s*(?:--\s*(?P<reason>.*?)\s*)?(?:\(until (?P<until>\d{4}-\d{2}-\d{2})\))?\s*$"
_COMMENT = re.compile(rf"#\s*sloctl:\s*{_BODY}")
_VALUE = re.compile(_BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """What may be ignored in which lines of a file (both inclusive, counted from 1)."""

    at: Location
    codes: tuple[str, ...]
    reason: str
    until: date | None
    first: int
    last: int

    def covers(self, finding: Finding, today: date) -> bool:
        """Tell whether a finding is suppressed: by its code or name, in these lines, before the date."""
        if self.is_expired(today) or finding.at.source.path != self.at.source.path:
            return False
        named = finding.problem.code in self.codes or finding.problem.name in self.codes
        return named and self.first <= finding.at.span.line <= self.last

    def is_expired(self, today: date) -> bool:
        """Tell whether the date is past."""
        return self.until is not None and today > self.until


def find_suppressions(file: FileView, sources: Iterable[Source]) -> list[Suppression]:
    """Collect the suppressions of a file: from its comments, and from annotations."""
    found = [each for source in sources if "sloctl:" in source.text for each in _comments(file, source)]
    rules = (rule for group in file.groups for rule in group.rules)
    found += [each for rule in rules for text in _named(rule.annotations) for each in _annotation(rule, text)]
    return found + [each for document in file.documents for each in _object(document)]


def _named(annotations: Mapping[str, Text]) -> list[Text]:
    return [annotations[name] for name in ANNOTATIONS if name in annotations]


def _object(document: Document) -> Iterator[Suppression]:
    """Read the annotation of a Kubernetes object, which covers all of it."""
    value: Any = document.data
    for key in ("metadata", "annotations", ANNOTATIONS[1]):
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, str) and (match := _VALUE.match(value)):
        at = document.at(("metadata", "annotations", ANNOTATIONS[1]))
        yield _suppression(match, at, *_lines(document, ()))


def _comments(file: FileView, source: Source) -> Iterator[Suppression]:
    ranges = sorted(_ranges(file), key=lambda lines: lines[1] - lines[0])
    length = source.text.count("\n") + 1
    for number in range(1, length + 1):
        if match := _COMMENT.search(source.line(number)):
            first, last = _target(number, ranges, source, length)
            start = source.offset(number - 1, match.start())
            at = Location(source, source.span(start, start + len(match[0].rstrip())))
            yield _suppression(match, at, first, last)


def _ranges(file: FileView) -> Iterator[tuple[int, int]]:
    """Yield the lines of every rule and of every group."""
    for group in file.groups:
        yield _lines(group.document, group.path)
        for rule in group.rules:
            yield _lines(rule.document, rule.path)


def _lines(document: Document, path: tuple[str | int, ...]) -> tuple[int, int]:
    span = document.extent(path).span
    return span.line, span.end_line


def _target(number: int, ranges: list[tuple[int, int]], source: Source, length: int) -> tuple[int, int]:
    """Return the lines a comment speaks for: the smallest block around it, the block right below it, or the file."""
    below = _next_content(number, source, length)
    is_whole_line = source.line(number).lstrip().startswith("#")
    starting = [lines for lines in ranges if lines[0] == below]
    if is_whole_line and starting and not any(first < number <= last for first, last in starting):
        widest = starting[-1]
        return (number, widest[1])
    around = [lines for lines in ranges if lines[0] <= number <= lines[1]]
    return around[0] if around else (1, length)


def _next_content(number: int, source: Source, length: int) -> int:
    while number <= length and (not (line := source.line(number).strip()) or line.startswith("#")):
        number += 1
    return number


def _annotation(rule: Rule, text: Text) -> Iterator[Suppression]:
    if match := _VALUE.match(text.value):
        yield _suppression(match, text.at(), *_lines(rule.document, rule.path))


def _suppression(match: re.Match[str], at: Location, first: int, last: int) -> Suppression:
    codes = tuple(code.strip() for code in match["codes"].split(",") if code.strip())
    until = _date(match["until"]) if match["until"] else None
    return Suppression(at=at, codes=codes, reason=match["reason"] or "", until=until, first=first, last=last)


def _date(text: str) -> date:
    """Read a date; one that is in no calendar counts as long past, so that the suppression is reported."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
