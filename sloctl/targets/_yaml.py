"""YAML written by hand, so that it reads as a person would write it and no reader can misread it."""

from __future__ import annotations

import re
from functools import lru_cache

# Plain text that neither YAML 1.1 nor 1.2 takes for anything but text: a letter or `/` first, and no indicator.
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./@%+,;()'\"=<>*?!|~^$`{}\[\]& -]*(:[A-Za-z0-9_./@%+-]+)*")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_FLOW = re.compile(r"[\[\]{},]|^[-?:,&*!|>'\"%@`#]| #|: |:$|\s$")
_CONTROL = re.compile(r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_INNER_BREAK = re.compile(r"\n(?!\n)")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@lru_cache(maxsize=1024)  # label values come back with every rule of a service; long texts do not, and take memory
def scalar(text: str) -> str:
    """Write text on one line: plain where that is safe, else quoted."""
    if "\n" in text or "\t" in text or _CONTROL.search(text):
        return f'"{"".join(_escape(char) for char in text)}"'
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not _FLOW.search(text):
        return text
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if not _CONTROL.match(char):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def block(text: str, indent: int) -> str:
    """Write text of several lines as a literal block after `key: `, or on one line where it has one."""
    if "\n" not in text or not _fits_block(text):
        return scalar(text)
    margin = "\n" + " " * indent
    return f"|-{margin}{_INNER_BREAK.sub(margin, text)}"


def _fits_block(text: str) -> bool:
    """Tell whether a literal block keeps the text: no white space at edges and line ends, no tab, no control."""
    edges = text[0] + text[-1]
    return not (" " in edges or "\n" in edges or " \n" in text or "\t" in text or _CONTROL.search(text))
