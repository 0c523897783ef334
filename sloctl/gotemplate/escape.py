"""Plain text written into a template."""

import re

_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_OPENING = re.compile(r"\{\{|\{\Z")
_SPECIAL = re.compile(r'[\\"\x00-\x1f\x7f]')


def literal(text: str) -> str:
    """Return a template that prints `text` exactly, alone and between any other templates.

    Only `{{` means anything to a template, so text is returned unchanged unless it holds one, or ends with a `{` that
    would make one together with what follows. The rest of a template cannot be changed by plain text before it.
    """
    return _OPENING.sub(r'{{"\g<0>"}}', text)


def go_string(text: str) -> str:
    """Return `text` as a Go string literal in double quotes, fit for use inside an action."""
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\x{ord(character):02x}"
