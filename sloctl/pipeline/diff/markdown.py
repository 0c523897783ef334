"""A comparison for a comment on a pull request: short first, the rest folded; what users wrote is shown as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sloctl.core.human import plural
from sloctl.pipeline.diff.change import Diff, Entry, code
from sloctl.pipeline.diff.words import headline, oncall_text, places, title
from sloctl.reporters.markdown import marked, plain

_HARMLESS = re.compile(r"[\w ,:./-]+")
_MOST_LOUD = 20
"""Loud changes that stand outside of the fold; a hundred would hide what comes after them."""


def as_markdown(diff: Diff) -> str:
    """Write a comparison as GitHub and GitLab show it."""
    loud = sorted((entry for entry in diff.entries if entry.change.is_loud), key=lambda entry: not _is_loss(entry))
    others = [entry for entry in diff.entries if not entry.change.is_loud]
    head = f"**{plain(headline(diff))}** ({marked(f'{code(diff.base)} → {code(diff.head)}')})"
    top = [*(marked(oncall_text(load)) for load in diff.oncall), *(_bullet(entry) for entry in loud[:_MOST_LOUD])]
    parts = [head, _bullets(top)]
    parts += [_folded(f"{plural(len(loud) - _MOST_LOUD, 'more change')} to look at twice", loud[_MOST_LOUD:])]
    parts += [_folded(plural(len(others), "other change"), others)]
    parts += [_consequences([entry for entry in diff.entries if entry.change.details])]
    parts += [fold(f"Not compared: {len(diff.left_out)}", _bullets(map(marked, diff.left_out)))]
    return "\n\n".join(filter(None, parts)) + "\n"


def _is_loss(entry: Entry) -> bool:
    """Tell whether something is gone: that must not drown in a long list of what is new."""
    return any(name.endswith("-removed") for name in entry.change.classes)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _bullet(entry: Entry) -> str:
    place = places(entry)
    where = f" {marked(code(place))}" if place else ""
    return f"**{_title(entry)}**: {marked(entry.change.text)} ({', '.join(entry.change.classes)}){where}"


def _title(entry: Entry) -> str:
    """Name what an entry is about; a name that a forge may make a link of (`#12`, `www.`) stands as code."""
    text = title(entry)
    return plain(text) if _HARMLESS.fullmatch(text) and "www." not in text else marked(code(text))


def _folded(summary: str, entries: Sequence[Entry]) -> str:
    return fold(summary, _bullets(_bullet(entry) for entry in entries))


def _consequences(entries: Sequence[Entry]) -> str:
    blocks = [[f"- **{_title(entry)}**", *(f"  - {marked(each)}" for each in entry.change.details)]
              for entry in entries]  # fmt: skip
    return fold("More consequences", "\n".join(line for block in blocks for line in block))


def fold(summary: str, content: str) -> str:
    """Fold a part away; GitHub wants empty lines around Markdown inside HTML. Nothing is folded to nothing."""
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>" if content else ""
