"""CODEOWNERS: who owns which files, as GitHub and GitLab read it.

Patterns are those of gitignore, without `!` and ranges; the last one that matches a path decides. In a GitLab section
(`[Name]`, `[Name][2] @owner`) that holds for each section by itself, and the owners of all sections count together.

Sources: GitHub documentation, "About code owners"; GitLab documentation, "Code Owners syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](\[\d+\])?(?P<owners>.*)")
_GLOB = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\\.|[^*?\\]")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: the section it stands in, the paths it matches, and who owns them; nobody, where it names no one."""

    section: str
    pattern: re.Pattern[str]
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """A CODEOWNERS file: `path` as it is shown, and its entries in their order."""

    path: str
    entries: tuple[Entry, ...]

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a file, a path below the root of the repository with `/`."""
        deciding = {entry.section: entry.owners for entry in self.entries if entry.pattern.fullmatch(path)}
        return tuple(dict.fromkeys(owner for owners in deciding.values() for owner in owners))

    @property
    def names(self) -> frozenset[str]:
        """Every name by which any owner may be called."""
        return frozenset(name for entry in self.entries for owner in entry.owners for name in names_of(owner))


def names_of(owner: str) -> tuple[str, ...]:
    """Return by which names a team or person is called: `@acme/sre`, `acme/sre` and `sre` are one team."""
    bare = owner.removeprefix("@")
    return tuple(dict.fromkeys((owner, bare, bare.rpartition("/")[2] if owner.startswith("@") else bare)))


def is_among(name: str, owners: tuple[str, ...]) -> bool:
    """Tell whether a name is that of any owner; forges do not tell upper from lower case."""
    return name.lower() in {each.lower() for owner in owners for each in names_of(owner)}


def parse_codeowners(path: str, text: str) -> CodeOwners:
    """Read a CODEOWNERS file; a line that says nothing is passed over, as forges do."""
    return CodeOwners(path, tuple(_entries(text)))


def _entries(text: str) -> Iterator[Entry]:
    section, inherited = "", ()
    for line in text.splitlines():
        words = _WORD.findall(re.split(r"(?:^|\s)#", line, maxsplit=1)[0])
        if found := _SECTION.fullmatch(line.strip()):
            section, inherited = found["name"].lower(), tuple(found["owners"].split("#")[0].split())
        elif words:
            yield Entry(section, _pattern(words[0]), tuple(words[1:]) or inherited)


def _pattern(glob: str) -> re.Pattern[str]:
    """Translate a pattern: without a slash but at its end it matches at any depth, and a folder all that is in it."""
    body = glob.strip("/")
    is_anchored = "/" in glob.rstrip("/")
    below = "/.+" if glob.endswith("/") else "" if body.endswith("*") and "/" in body else "(/.+)?"
    return re.compile(("" if is_anchored else "(.+/)?") + "".join(map(_piece, _GLOB.findall(body))) + below)


def _piece(piece: str) -> str:
    pieces = {"**/": "(.+/)?", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return pieces.get(piece) or re.escape(piece.removeprefix("\\") or piece)
