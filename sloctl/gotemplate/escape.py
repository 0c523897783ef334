"""Plain text written into a template."""

import re

_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_SPECIAL = re.compile(r'[\\"\x00-\x1f\x7f]')


def literal(text: str) -> str:
    """Return a template that prints `text` exactly; text without `{{` is returned unchanged.

    Only an opening `{{` means anything to a template: it is printed by an action, the rest stays as it is.
    """
    return text.replace("{{", '{{"{{"}}')


def go_string(text: str) -> str:
    """Return `text` as a Go string literal in double quotes, fit for use inside an action."""
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\x{ord(character):02x}"
