"""A comparison for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from sloctl.pipeline.diff.change import Diff, Entry, shortened
from sloctl.pipeline.diff.words import headline, oncall_text, places, title
from sloctl.pipeline.explain.layout import WIDTH, one_line

_BOLD, _RED, _PLAIN = "\x1b[1m", "\x1b[1;31m", "\x1b[0m"


def as_text(diff: Diff, *, color: bool) -> str:
    """Write a comparison: the load first, then what has changed, the loud marked with `!`."""
    head = f"{one_line(diff.base)} → {one_line(diff.head)}: {headline(diff)}"
    blocks = [_wrapped(head, "", "  ")]
    if diff.oncall:
        blocks.append([_bold("On call", color), *(line for load in diff.oncall
                                                  for line in _wrapped(oncall_text(load), "  ", "    "))])  # fmt: skip
    blocks += [list(_block(heading, list(group), color)) for heading, group in groupby(diff.entries, _heading)]
    if diff.left_out:
        lines = [line for each in diff.left_out for line in _wrapped(each, "  ", "    ")]
        blocks.append([_bold("Not compared", color), *lines])
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _heading(entry: Entry) -> str:
    place = places(entry)
    return one_line(f"{shortened(title(entry))} ({place})" if place else shortened(title(entry)))


def _block(heading: str, entries: list[Entry], color: bool) -> Iterator[str]:
    yield from (_bold(line, color) for line in _wrapped(heading, "", "  "))
    for entry in entries:
        change = entry.change
        mark = "!" if change.is_loud else "-"
        first, *more = _wrapped(f"{change.text} [{', '.join(change.classes)}]", f"  {mark} ", "    ")
        yield f"  {_RED}!{_PLAIN}{first[3:]}" if color and change.is_loud else first
        yield from more
        for detail in change.details:
            yield from _wrapped(detail, "      ", "      ")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return wrap(one_line(text), WIDTH, initial_indent=first, subsequent_indent=rest,
                break_long_words=False, break_on_hyphens=False)  # fmt: skip


def _bold(line: str, color: bool) -> str:
    return f"{_BOLD}{line}{_PLAIN}" if color else line
