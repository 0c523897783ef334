"""The document of a review: a table of verdicts, then what each part has to say, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sloctl.core.errors import ExitCode, UsageError
from sloctl.core.human import plural

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CUT = "\n\n_This is not all: the text was cut where it became too long. `sloctl review` prints the whole._\n"
_FENCE = re.compile(r"(`{3,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a review: its verdict in a few words of Markdown, its text, and the exit code it asks for."""

    title: str
    verdict: str
    body: str = ""
    code: int = ExitCode.OK


def marker(name: str) -> str:
    """Return the comment that a bot knows its text by; raise UsageError for a name that cannot stand in it."""
    if name and not _NAME.fullmatch(name):
        raise UsageError(f"`{name}` is no name for a review", "use letters, digits, `.`, `_` and `-`")
    return f"<!-- sloctl:review{f':{name}' if name else ''} -->"


def document(parts: Sequence[Part], name: str = "") -> str:
    """Write the review; it begins with its marker."""
    bad = [part for part in parts if part.code != ExitCode.OK]
    verdict = f"{plural(len(bad), 'part')} of {len(parts)} need work" if len(bad) > 1 else "one part needs work"
    head = f"## sloctl review{f' ({name})' if name else ''}: {verdict if bad else 'fine'}"
    rows = [f"| {part.title} | {_bold(part)} |" for part in parts]
    table = "\n".join(("| part | result |", "| --- | --- |", *rows))
    texts = [f"### {part.title}\n\n{part.body.strip()}" for part in parts if part.body.strip()]
    return "\n\n".join((f"{marker(name)}\n{head}", table, *texts)) + "\n"


def _bold(part: Part) -> str:
    return part.verdict if part.code == ExitCode.OK else f"**{part.verdict}**"


def exit_code(parts: Sequence[Part]) -> int:
    """Return the code of the whole: a broken world says more than problems of the input."""
    return max((part.code for part in parts), default=ExitCode.OK)


def shortened(text: str, limit: int) -> str:
    """Cut a document to so many UTF-16 units, which are what GitHub counts at most, and say so; close what is open."""
    if _units(text) <= limit:
        return text
    kept: list[str] = []
    left = limit - _units(_CUT) - 200  # for what has to be closed
    for line in text.split("\n"):
        left -= _units(line) + 1
        if left < 0:
            break
        kept.append(line)
    whole = "\n".join(kept)
    return whole + _closing(whole) + _CUT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _closing(text: str) -> str:
    """Close the fence and the folds that a cut has left open."""
    fence, folds = "", 0
    for line in text.split("\n"):
        run = _FENCE.match(line)
        if fence:
            fence = "" if line == fence else fence
        elif run:
            fence = run[1]
        else:
            folds += line.count("<details>") - line.count("</details>")
    return (f"\n{fence}" if fence else "") + "\n\n</details>" * folds


def fenced(text: str, language: str) -> str:
    """Show a text as it is: the fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
