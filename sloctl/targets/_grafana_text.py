"""A user's text in a dashboard: Grafana replaces variables nearly everywhere, and takes some texts for Markdown."""

from __future__ import annotations

import re
from urllib.parse import quote

# Grafana replaces `$name`, `${name}` and `[[name]]`; it knows no way to write these literally.
_VARIABLE = re.compile(r"\$(?=[\w{])|\[(?=\[)")
_JOINER = "\u2060"
"""WORD JOINER: it is not seen, and a `$` followed by it is no variable."""
_LITERAL = str.maketrans({char: f"&#{ord(char)};" for char in "&<>$[]|\\`*_~"})
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_WEB_IN_TEXT = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'])", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a text for a title or another field without markup, on one line."""
    return _VARIABLE.sub(lambda match: match[0] + _JOINER, " ".join(text.split()))


def markdown(text: str) -> str:
    """Return a text for Markdown on one line, so that it is shown as it was written: neither markup nor variables.

    Addresses in it become links here, for Markdown would make links of them too, with the entities as they stand.
    """
    parts = enumerate(_WEB_IN_TEXT.split(" ".join(text.split())))
    return "".join(link(part, part) if index % 2 else part.translate(_LITERAL) for index, part in parts)


def address(url: str) -> str:
    """Return an address so that nothing in it is taken for a variable or for the end of a link; else nothing."""
    return quote(url, safe=":/?#@!&'*+,;=%~._-") if _WEB.fullmatch(url) else ""


def link(text: str, url: str) -> str:
    """Return a link in Markdown, or the text alone when the address is no web address."""
    target = address(url)
    shown = text.translate(_LITERAL)
    return f"[{shown}]({target})" if target else shown
