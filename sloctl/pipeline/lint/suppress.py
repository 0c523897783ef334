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
from sloctl.core.source import Location, Source, Span
from sloctl.pipeline.lint.suppress_texts import frames, plain_texts

ANNOTATIONS = ("sloctl_ignore", "sloctl/ignore")
"""The names of the annotation. Prometheus before 3.0 refuses the second one on a rule."""

_BODY = (
    r"ignore\[(?P<codes>[^\]]*)\]\s*(?:--\s*(?P<reason>(?:(?!\(until\b).)*?)\s*)?"
    r"(?:\(until (?P<until>\d{4}-\d{2}-\d{2})\))?\s*$"
)
_VALUE = re.compile(_BODY)
_COMMENT = re.compile(r"#\s*sloctl:\s*(?P<body>ignore\b.*)")
_HINT = "sloctl:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """What may be ignored in which lines of a file (both inclusive, counted from 1).

    One that cannot be read has no codes; it is reported.
    """

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
    found = [each for source in sources if _HINT in source.text for each in _comments(file, source)]
    rules = (rule for group in file.groups for rule in group.rules)
    found += [_annotation(rule, text) for rule in rules for text in _named(rule.annotations)]
    return found + [each for document in file.documents for each in _object(document)]


def _named(annotations: Mapping[str, Text]) -> list[Text]:
    return [annotations[name] for name in ANNOTATIONS if name in annotations]


def _object(document: Document) -> Iterator[Suppression]:
    """Read the annotation of a Kubernetes object, which covers all of it."""
    value: Any = document.data
    for key in ("metadata", "annotations", ANNOTATIONS[1]):
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, str):
        at = document.at(("metadata", "annotations", ANNOTATIONS[1]))
        yield _suppression(value, at, _lines(document, ()))


def _comments(file: FileView, source: Source) -> Iterator[Suppression]:
    ranges = sorted(_ranges(file), key=lambda lines: lines[1] - lines[0])
    texts = plain_texts(file, _HINT)
    length = source.span(len(source.text), len(source.text)).line
    hints = (source.span(match.start(), match.start()).line for match in re.finditer(_HINT, source.text))
    for number in dict.fromkeys(hints):
        if match := _COMMENT.search(source.line(number)):
            start = source.offset(number - 1, match.start())
            at = Location(source, source.span(start, start + len(match[0].rstrip())))
            if not any(_holds(text, at.span) for text in texts):
                yield _suppression(match["body"], at, _target(number, ranges, source, length))


def _holds(outer: Span, inner: Span) -> bool:
    start = (inner.line, inner.column)
    return (outer.line, outer.column) <= start < (outer.end_line, outer.end_column)


def _ranges(file: FileView) -> Iterator[tuple[int, int]]:
    """Yield the lines of every rule, of every group, and of every file inside a ConfigMap."""
    for group in file.groups:
        yield _lines(group.document, group.path)
        for rule in group.rules:
            yield _lines(rule.document, rule.path)
    for frame in frames(file):
        yield _lines(frame.document, frame.path)


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


def _annotation(rule: Rule, text: Text) -> Suppression:
    return _suppression(text.value, text.at(), _lines(rule.document, rule.path))


def _suppression(body: str, at: Location, lines: tuple[int, int]) -> Suppression:
    match = _VALUE.match(body.strip())
    codes = tuple(code.strip() for code in match["codes"].split(",") if code.strip()) if match else ()
    until = _date(match["until"]) if match and match["until"] else None
    reason = (match["reason"] or "") if match else ""
    return Suppression(at=at, codes=codes, reason=reason, until=until, first=lines[0], last=lines[1])


def _date(text: str) -> date:
    """Read a date; one that is in no calendar counts as long past, so that the suppression is reported."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
