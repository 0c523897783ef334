"""The documentation as data: fenced blocks, commands with what they print, links and their targets."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

PAGES = (
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("docs/*.md"), *ROOT.glob("docs/formats/*.md"))),
)  # fmt: skip
"""Every page that is written by hand, relative to the checkout."""

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\((?P<to>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_EXIT = re.compile(r"\s+# exit (\d)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it (`spec=name.yaml`), and its text."""

    page: str
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    @property
    def place(self) -> str:
        """Where the block begins."""
        return f"{self.page}:{self.line}"

    def word(self, key: str) -> str | None:
        """Return the value of `key=value`, or the empty text for a bare `key`."""
        found = [word.partition("=") for word in self.words if word.partition("=")[0] == key]
        return found[0][2] if found else None


@dataclass(frozen=True)
class Command:
    """A command of a console block, the exit code it should have, and the lines it should print."""

    place: str
    arguments: tuple[str, ...]
    exit_code: int
    lines: tuple[str, ...]


def page_text(page: str) -> str:
    """Read a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page, in their order."""
    text = page_text(page)
    found = []
    for match in _FENCE.finditer(text):
        language, *words = match["info"].split() or [""]
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, language, tuple(words), match["text"]))
    return found


def commands(block: Block) -> list[Command]:
    """Return the `$ sloctl …` lines of a console block; `# exit N` names the exit code, 0 if it is not said."""
    found = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, *printed = part.rstrip("\n").split("\n")
        code = _EXIT.search(line)
        program, *arguments = shlex.split(line, comments=True)
        if program == "sloctl":
            found.append(Command(block.place, tuple(arguments), int(code[1]) if code else 0, tuple(printed)))
    return found


def prose(page: str) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page_text(page))


def links(page: str) -> list[str]:
    """Return where the links of a page lead."""
    return [match["to"] for match in _LINK.finditer(prose(page))]


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub names them."""
    headings = _HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
