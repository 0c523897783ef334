"""YAML read so that nothing is lost: positions, duplicate keys, exact numbers, no surprising booleans.

Scalars follow YAML 1.2: `on`, `yes` and `2026-11-01` are text, `5_000` is a number, decimals stay exact
(`Decimal`), and the keys of a mapping are always text.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from sloctl.core import problems
from sloctl.core.document import Document, Frame
from sloctl.core.finding import Finding, Note, Problem
from sloctl.core.nodes import (
    PLAIN,
    STANDARD_TAG,
    expanded_size,
    first_scalar,
    is_empty,
    is_merge,
    merge_sources,
    scalar_value,
)
from sloctl.core.source import Location, Source

MAX_VALUES = 1_000_000
"""How many values a file may hold, and how many the aliases of a document may expand to."""
MAX_DEPTH = 100
"""How deep lists and mappings may be nested: a spec needs 8 levels, and libyaml's composer overflows the C stack."""


_TAGS = {PLAIN, *(f"{STANDARD_TAG}{kind}" for kind in ("str", "seq", "map"))}


class _TooMuchError(Exception):
    """A file that is no spec, refused while it is read: which problem, what is wrong, what to do."""

    def __init__(self, problem: Problem, message: str, advice: str) -> None:
        super().__init__(message)
        self.problem = problem
        self.advice = advice


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the C loader has no stub
    """Composes nodes; leaves the meaning of plain scalars to `scalar_value`, and stops where there are too many."""

    depth = 0
    count = 0

    def resolve(self, kind: type[yaml.Node], _value: str | None, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode:
            return PLAIN if implicit[0] else f"{STANDARD_TAG}str"
        return f"{STANDARD_TAG}{'seq' if kind is yaml.SequenceNode else 'map'}"

    def descend_resolver(self, _parent: yaml.Node | None, _index: object) -> None:
        """Count the node that the composer is about to read."""
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            message = f"the document is nested more than {MAX_DEPTH} levels deep"
            raise _TooMuchError(problems.UNSUPPORTED_YAML, message, "a spec has a handful of levels")
        if self.count > MAX_VALUES:
            message = f"the file holds more than {MAX_VALUES:,} values"
            raise _TooMuchError(problems.FILE_TOO_LARGE, message, "split it into one file per service")

    def ascend_resolver(self) -> None:
        """Leave a node."""
        self.depth -= 1


def parse_yaml(source: Source, frame: Frame | None = None) -> tuple[list[Document], list[Finding]]:
    """Read every document of a text; a syntax error ends the reading, all other problems are collected.

    A text that is embedded in another document has a `frame`, so that every place is one in the outer file.
    """
    documents: list[Document] = []
    findings: list[Finding] = []
    # Before there is a document, an empty one knows the text and its frame.
    text = Document(source, yaml.ScalarNode("", ""), None, frame)
    try:
        for root in _compose_all(source.text):
            builder = _Builder(source, root, frame)
            documents += [Document(source, root, builder.data, frame)] if not builder.fatal else []
            findings += builder.findings
    except yaml.MarkedYAMLError as error:
        findings.append(_syntax_finding(text, error))
    except yaml.reader.ReaderError as error:
        findings.append(_character_finding(text, error))
    except _TooMuchError as error:
        findings.append(_finding(error.problem, text.locate(0, 0), str(error), error.advice))
    return documents, findings


def _compose_all(text: str) -> Iterator[yaml.Node]:
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if not is_empty(node):
                yield node
    finally:
        loader.dispose()


class _Builder:
    """Builds the data of one document and collects what is wrong with it."""

    def __init__(self, source: Source, root: yaml.Node, frame: Frame | None) -> None:
        self._document = Document(source, root, None, frame)
        self._done: dict[int, object] = {}
        self.findings: list[Finding] = []
        self.fatal = self._explodes(root)
        self.data = None if self.fatal else self._build(root)

    def _unsupported(self, node: yaml.Node, message: str, advice: str = "") -> None:
        self.findings.append(_finding(problems.UNSUPPORTED_YAML, self._at(node), message, advice))

    def _at(self, node: yaml.Node) -> Location:
        return self._document.at_node(first_scalar(node))

    def _explodes(self, root: yaml.Node) -> bool:
        size = expanded_size(root)
        if size is None:
            self._unsupported(root, "an anchor contains an alias to itself")
        elif size > MAX_VALUES:
            message = f"the aliases of this document expand to more than {MAX_VALUES:,} values"
            advice = "write the values out, or use fewer aliases"
            self.findings.append(_finding(problems.ALIAS_EXPLOSION, self._at(root), message, advice))
        return size is None or size > MAX_VALUES

    def _build(self, node: yaml.Node) -> object:
        if id(node) not in self._done:
            self._done[id(node)] = self._build_new(node)
        return self._done[id(node)]

    def _build_new(self, node: yaml.Node) -> object:
        if node.tag not in _TAGS:
            shown = node.tag.replace(STANDARD_TAG, "!!")
            self._unsupported(node, f"the tag `{shown}` means nothing here", "remove the tag")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item) for item in node.value]
        return scalar_value(node) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode) -> dict[str, object]:
        own: dict[str, object] = {}
        first: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._unsupported(key, "a key must be text", "quote the key if it is meant as text")
            elif is_merge(key):
                continue
            elif key.value in first:
                self._duplicate(key, first[key.value])
            else:
                first[key.value] = key
                own[key.value] = self._build(value)
        return {**self._merged(node), **own}

    def _duplicate(self, key: yaml.Node, first: yaml.Node) -> None:
        message = f"the key `{key.value}` is there twice"
        note = Note("it stands here first", self._at(first))
        self.findings.append(Finding(problem=problems.DUPLICATE_KEY, at=self._at(key), message=message,
                                     help="keep one of the two", notes=(note,)))  # fmt: skip

    def _merged(self, node: yaml.MappingNode) -> dict[str, object]:
        merged: dict[str, object] = {}
        for source in merge_sources(node):
            data = self._build(source)
            if not isinstance(data, dict):
                self._unsupported(source, "`<<` merges mappings only", "give it an alias to a mapping")
                continue
            merged = {**data, **merged}
        return merged


def _syntax_finding(document: Document, error: yaml.MarkedYAMLError) -> Finding:
    source, mark = document.source, error.problem_mark or error.context_mark
    end = len(source.text.rstrip())
    if mark and error.context_mark and error.context_mark.index < end <= mark.index:
        begin = error.context_mark.index
        return _finding(problems.YAML_SYNTAX, document.locate(begin, begin + 1),
                        "the file ends before what begins here does", "close the quote or the bracket")  # fmt: skip
    start = mark.index if mark else 0
    at = document.locate(start, min(start + 1, len(source.text)))
    problem = error.problem or "unreadable"
    notes = []
    if error.context and error.context_mark and error.context_mark.line != (mark.line if mark else -1):
        begin = error.context_mark.index
        notes.append(Note(error.context, document.locate(begin, begin + 1)))
    if source.text[start : start + 1] == "\t":
        return _finding(problems.YAML_SYNTAX, at, "a tab stands where YAML wants spaces", "indent with spaces")
    return Finding(problem=problems.YAML_SYNTAX, at=at, message=problem, help=_syntax_help(problem), notes=tuple(notes))


def _character_finding(document: Document, error: yaml.reader.ReaderError) -> Finding:
    """A character that YAML allows nowhere: the first of its kind is the one."""
    code = error.character if isinstance(error.character, int) else ord(error.character)
    start = max(document.source.text.find(chr(code)), 0)
    at = document.locate(start, start + 1)
    return _finding(problems.YAML_SYNTAX, at, f"the character U+{code:04X} may not stand in YAML", "remove it")


_HELP = {
    "mapping values are not allowed": "quote text that contains `: `, or check the indentation",
    "could not find expected ':'": "a key needs `: ` after it; quote text that spans lines",
    "did not find expected ',' or": "in brackets and braces, quote text that holds any of `[]{},`, such as PromQL",
    "did not find expected key": "check the indentation: keys of one mapping stand in one column",
    "did not find expected '-' indicator": "check the indentation: items of one list stand in one column",
    "cannot start any token": "quote text that begins with a special character",
    "expected node content": "write a value, or close the bracket",
    "Unicode character escape": "write the character itself: YAML has no surrogate pairs",
    "undefined alias": "define the anchor (`&name`) before it is used",
}


def _syntax_help(problem: str) -> str:
    return next((text for part, text in _HELP.items() if part in problem), "")


def _finding(problem: Problem, at: Location, message: str, advice: str = "") -> Finding:
    return Finding(problem=problem, at=at, message=message, help=advice)
