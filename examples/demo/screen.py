"""What the demo prints: paragraphs, fields and bars in 80 columns, with colour where a terminal shows it."""

import os
import textwrap
from typing import TextIO

WIDTH = 80
INDENT = "  "

BAR_WIDTH, BAR_LIMIT = 36, 27
"""Columns of a bar, and the column at which its limit stands."""

PLAIN, GOOD, BAD, STRONG = "", "32", "31;1", "1"
"""Styles, as the numbers of ANSI's SGR sequence."""


class Screen:
    """Prints to `out`, each line at once, so that a reader sees what happens when it happens."""

    def __init__(self, out: TextIO, *, color: bool) -> None:
        self._out = out
        self._color = color

    def heading(self, text: str) -> None:
        """Begin a section."""
        self.line("")
        self.line(text, STRONG)

    def say(self, text: str) -> None:
        """Print a paragraph, wrapped."""
        self.line(textwrap.fill(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT))

    def field(self, name: str, text: str, style: str = PLAIN) -> None:
        """Print a name and what it stands for, wrapped in the second column."""
        first, rest = f"{INDENT}{name:<14}", f"{INDENT}{'':<14}"
        lines = textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
        for line in lines:
            self.line(line, style)

    def line(self, text: str, style: str = PLAIN) -> None:
        """Print a text as it is."""
        shown = f"\x1b[{style}m{text}\x1b[0m" if style and self._color else text
        print(shown, file=self._out, flush=True)


def shows_color(out: TextIO) -> bool:
    """Tell whether colours belong there: on a terminal that knows them, unless NO_COLOR is set."""
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def bar(value: float, limit: float) -> str:
    """Draw a value as a bar of fixed width, with `|` where the limit is; what does not fit is cut off."""
    filled = min(BAR_WIDTH, round(BAR_LIMIT * value / limit))
    cells = "#" * filled + " " * (BAR_WIDTH - filled)
    return f"{cells[:BAR_LIMIT]}|{cells[BAR_LIMIT:]}"
