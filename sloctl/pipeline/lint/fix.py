"""Mending what can be mended: edits of the bytes the user wrote, never a new dump of the file."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sloctl.core.finding import Edit, Finding
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.pipeline.write import Change


@dataclass(frozen=True, slots=True)
class Fixed:
    """The files after mending, and the findings that were mended."""

    changes: tuple[Change, ...]
    mended: tuple[Finding, ...]


def apply_fixes(findings: Sequence[Finding], paths: dict[str, Path], *, unsafe: bool) -> Fixed:
    """Work out the mended texts of the files, given by the path they are shown by.

    Fixes that overlap are left for the next run, and a file that would no longer be YAML is left as it is. A link is
    followed: what changes is the file that it leads to.
    """
    changes: list[Change] = []
    mended: list[Finding] = []
    wanted = [finding for finding in findings if finding.fix and (finding.fix.safe or unsafe)]
    for shown in dict.fromkeys(finding.at.source.path for finding in wanted):
        source = next(finding.at.source for finding in wanted if finding.at.source.path == shown)
        done = _compatible([finding for finding in wanted if finding.at.source.path == shown], source)
        new = _edited(source, dict.fromkeys(edit for finding in done if finding.fix for edit in finding.fix.edits))
        if new != source.text and shown in paths and _still_yaml(shown, new):
            changes.append(_change(paths[shown], source.text, new))
            mended += done
    return Fixed(tuple(changes), tuple(mended))


def _change(path: Path, old: str, new: str) -> Change:
    """Put back the byte order mark, which is no part of the text that was linted."""
    target = Path(os.path.realpath(path))
    with target.open("rb") as stream:
        mark = "\ufeff" if stream.read(3) == codecs.BOM_UTF8 else ""
    return Change(target, mark + old, mark + new)


def _compatible(findings: Iterable[Finding], source: Source) -> list[Finding]:
    """Keep the findings whose edits touch nothing that an earlier one edits otherwise.

    Rules that share a text by an alias have findings with the same edits: one edit mends them all.
    """
    taken: list[tuple[int, int]] = []
    edits: set[Edit] = set()
    kept = []
    for finding in findings:
        more = set(finding.fix.edits if finding.fix else ()) - edits
        spans = [_offsets(edit, source) for edit in more]
        if not any(start < other_end and other_start < end for start, end in spans for other_start, other_end in taken):
            taken += spans
            edits |= more
            kept.append(finding)
    return kept


def _offsets(edit: Edit, source: Source) -> tuple[int, int]:
    span = edit.at.span
    start = source.offset(span.line - 1, span.column - 1)
    return start, source.offset(span.end_line - 1, span.end_column - 1)


def _edited(source: Source, edits: Iterable[Edit]) -> str:
    text = source.text
    for edit in sorted(edits, key=lambda edit: _offsets(edit, source), reverse=True):
        start, end = _offsets(edit, source)
        text = text[:start] + edit.text + text[end:]
    return text


def _still_yaml(shown: str, text: str) -> bool:
    documents, findings = parse_yaml(Source(shown, text))
    return bool(documents) and not findings
