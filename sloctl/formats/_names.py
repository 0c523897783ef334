"""Names of other tools made into names of `sloctl/v1`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_LONGEST = 63
_OUTSIDE = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[A-Za-z0-9]+")
_NO_LETTER = re.compile(r"^[^A-Za-z]+")


def slug(text: str) -> str:
    """Return lower-case letters, digits and `-`: `My_Service.v1` becomes `my-service-v1`; maybe nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _OUTSIDE.sub("-", plain).strip("-")[:_LONGEST].rstrip("-")


def unused(name: str, taken: Container[str]) -> str:
    """Return a name, with a number if it is taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[:60].rstrip('-')}-{number}"
    return free


def camel(text: str) -> str:
    """Return UpperCamelCase: `api-read errors` becomes `ApiReadErrors`; empty when no letter begins it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(word[0].upper() + word[1:] for word in _WORD.findall(_NO_LETTER.sub("", plain)))
