"""Runbooks that stand in the same repository as the alerts: where a link leads, and which headings the page has.

A link leads into this repository when it is a path, or the address of a file on the default branch of one of the
repository's own remotes (`https://HOST/OWNER/NAME/blob/main/PATH`). Nothing is asked over the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

_BRANCHES = "main|master|HEAD|trunk|develop"
_IN_FORGE = re.compile(rf"/(?P<project>.+?)(/-)?/(blob|tree|raw|src|blame)/(branch/)?({_BRANCHES})/(?P<path>.+)")
_FORGE_HINT = re.compile(r"/(blob|tree|raw|src|blame)/|//raw\.githubusercontent\.com/")
_RAW_HOST = re.compile(rf"/(?P<project>[^/]+/[^/]+)/(refs/heads/)?({_BRANCHES})/(?P<path>.+)")
_REMOTE = re.compile(r"^\s*url\s*=\s*(\S+)", re.MULTILINE)
_SSH = re.compile(r"(?:ssh://)?(?:[^@/]+@)(?P<host>[^:/]+)(?::\d+/|[:/])(?P<project>.+)")
_PAGE = re.compile(r"(\.{0,2}/)?[^\s:{}<>]+\.(md|markdown|mdx|rst|adoc|asciidoc|html?|txt|org)", re.IGNORECASE)
_MARKDOWN = {".md", ".markdown", ".mdx"}
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_ANCHOR = re.compile(r"""<[^>]*\b(?:id|name)\s*=\s*["']([^"']+)["']|\{#([^}\s]+)""")
_LINE_NUMBER = re.compile(r"L\d+(-L\d+)?|:~:.*")


@dataclass(frozen=True, slots=True)
class Link:
    """A link into this repository: the path as written, the files it can mean, and the heading in it."""

    path: str
    files: tuple[Path, ...]
    fragment: str

    @property
    def file(self) -> Path | None:
        """The file or folder, if it is there."""
        return next((file for file in self.files if file.exists()), None)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a page (level 0 for the page itself), the anchors set in it, and the text below it."""

    level: int
    title: str
    anchors: tuple[str, ...]
    body: str


@lru_cache(maxsize=1024)  # every alert of a file asks it
def path_below(file: str, root: Path) -> str:
    """Return the path of a file, given as it is shown, below the root of the project."""
    absolute = Path.cwd() / file
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else file


def local_link(url: str, file: str, root: Path) -> Link | None:
    """Return where a link in a rule file leads in this repository; None if it leads elsewhere."""
    if "{{" in url or ("://" in url and not _FORGE_HINT.search(url)):
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    top = top_folder(root)
    if parts.scheme:
        path = _path_in_forge(parts.hostname or "", parts.path, top) if parts.scheme in ("http", "https") else None
        bases: tuple[Path, ...] = (top,)
    else:
        path = parts.path if not parts.netloc and _PAGE.fullmatch(parts.path) else None
        bases = (root, top, (Path.cwd() / file).parent)
    if not path:
        return None
    files = [(base / unquote(path).lstrip("/")).resolve() for base in bases]
    inside = tuple(each for each in dict.fromkeys(files) if each.is_relative_to(top.resolve()))
    return Link(unquote(path), inside, unquote(parts.fragment)) if inside else None


def _path_in_forge(host: str, path: str, top: Path) -> str | None:
    """Return the path below the repository of an address, if the address is in one of the repository's remotes."""
    pattern = _RAW_HOST if host == "raw.githubusercontent.com" else _IN_FORGE
    found = pattern.fullmatch(path)
    if not found:
        return None
    host = "github.com" if host == "raw.githubusercontent.com" else host
    return found["path"] if (host.lower(), found["project"].lower()) in _remotes(top) else None


@lru_cache(maxsize=64)
def top_folder(root: Path) -> Path:
    """Return the root of the repository that the project stands in, or of the project."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


@lru_cache(maxsize=64)
def _remotes(top: Path) -> frozenset[tuple[str, str]]:
    """Return host and project of every remote, in lower case."""
    try:
        text = (_git_folder(top) / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    return frozenset(remote for url in _REMOTE.findall(text) if (remote := _remote(url)))


def _git_folder(top: Path) -> Path:
    """Return the folder with the configuration, also for a linked working tree, whose `.git` is a file."""
    git = top / ".git"
    if git.is_dir():
        return git
    folder = top / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
    common = folder / "commondir"
    return folder / common.read_text(encoding="utf-8").strip() if common.is_file() else folder


def _remote(url: str) -> tuple[str, str] | None:
    if url.startswith(("http://", "https://")):
        parts = urlsplit(url)
        host, project = parts.hostname or "", parts.path
    elif found := _SSH.fullmatch(url):
        host, project = found["host"], found["project"]
    else:
        return None
    return host.lower(), project.strip("/").removesuffix(".git").lower()


def has_headings(file: Path) -> bool:
    """Tell whether the headings of a file are known here: it is Markdown."""
    return file.is_file() and file.suffix.lower() in _MARKDOWN


@lru_cache(maxsize=256)
def sections(file: Path) -> tuple[Section, ...]:
    """Return the sections of a Markdown page in their order; none if it cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    starts = list(_headings(lines))
    found = []
    for number, (line, level, title) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(lines)
        body = "\n".join(lines[line:end])
        found.append(Section(level, title, tuple(_fold(a or b) for a, b in _ANCHOR.findall(body)), body))
    return tuple(found)


def _headings(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield line, level and title of each heading, beginning with the page itself."""
    yield 0, 0, ""
    fence = ""
    for number, line in enumerate(lines):
        if mark := _FENCE.match(line):
            fence = mark[1] if not fence else "" if mark[1] == fence else fence
        elif fence:
            continue
        elif heading := _HEADING.fullmatch(line):
            yield number, len(heading[1]), heading[2]
        elif number and (rule := _UNDERLINE.fullmatch(line)) and lines[number - 1].strip():
            yield number - 1, 1 if rule[1][0] == "=" else 2, lines[number - 1].strip()


def find_section(page: tuple[Section, ...], fragment: str) -> int | None:
    """Return the index of the section that a fragment names; forges spell anchors differently, so only letters count.

    A fragment that names a line, or the top, is the page itself.
    """
    wanted = _fold(fragment.removeprefix("user-content-"))
    if not wanted or _LINE_NUMBER.fullmatch(fragment) or wanted == "top":
        return 0
    for index, section in enumerate(page):
        if wanted in (_fold(section.title), *section.anchors):
            return index
    numbered = re.sub(r"-\d+$", "", fragment)  # the second heading of one name ends with -1
    return find_section(page, numbered) if numbered != fragment else None


def _fold(text: str) -> str:
    linked = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[\W_]+", "", re.sub(r"\{#[^}]*\}|<[^>]*>", "", linked)).lower()
