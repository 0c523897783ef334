"""Parses a template as Prometheus does when it loads a rule file: same templates accepted, better messages."""

from collections.abc import Iterator
from functools import lru_cache

from sloctl.gotemplate._lexer import Piece, pieces
from sloctl.gotemplate._pipeline import MAX_DEPTH, ActionParser
from sloctl.gotemplate.errors import TemplateError
from sloctl.gotemplate.nodes import Action, Body, Branch, Include, Node, Template, Text

ROOT_VARIABLES = ("$", "$labels", "$externalLabels", "$externalURL", "$value")
_ENDINGS = ("end", "else")


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """Return the tree of `text`, raise TemplateError where Prometheus would refuse to load the rule.

    Stricter than Prometheus in two ways nobody meets: complex numbers and hexadecimal floats are refused, and so are
    more than 50 levels of nesting. Laxer in one: what only newer versions know (`else with`, `now`) is accepted.
    """
    if "{{" not in text:
        return Template(text, (Text(text, 0, len(text)),) if text else (), {})
    return _Parser(text).template()


class _Parser:
    """Builds the tree; an action is read by an ActionParser."""

    __slots__ = ("_definitions", "_depth", "_pieces", "_ranges", "_text", "_variables")

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces: Iterator[Piece] = pieces(text)
        self._variables = list(ROOT_VARIABLES)
        self._definitions: dict[str, Body] = {}
        self._depth = 0
        self._ranges = 0

    def template(self) -> Template:
        body: list[Node] = []
        for piece in self._pieces:
            action = self._read(piece, body)
            if action is None:
                continue
            keyword = action.keyword()
            if keyword == "define":
                self._define(action)
                continue
            if keyword in _ENDINGS:
                raise TemplateError(f"`{keyword}` closes nothing", *action.span, "no block is open here")
            self._action(action, keyword, body)
        return Template(self._text, tuple(body), self._definitions)

    def _read(self, piece: Piece, body: list[Node]) -> ActionParser | None:
        """Return the parser of an action; a piece of text goes straight into the body."""
        if isinstance(piece, list):
            return ActionParser(piece, self._variables)
        body.append(Text(piece.text, piece.start, piece.end))
        return None

    def _action(self, action: ActionParser, keyword: str, body: list[Node]) -> None:
        if not keyword:
            body.append(Action(action.pipeline(), *action.span))
        elif keyword in ("if", "with", "range"):
            body.append(self._branch(action, keyword))
        elif keyword == "template":
            name = action.name(keyword)
            pipeline = None if action.at_close() else action.pipeline(keyword)
            body.append(Include(name=name, pipeline=pipeline, start=action.span[0], end=action.span[1]))
        elif keyword == "block":
            body.append(self._block(action))
        elif keyword in ("break", "continue"):
            self._jump(action, keyword)
        else:
            raise TemplateError(f"`{keyword}` stands inside another block", *action.span, "move it to the top level")

    def _jump(self, action: ActionParser, keyword: str) -> None:
        """Check `break` or `continue`. They print nothing and name nothing, so they leave no node."""
        action.close(keyword)
        if not self._ranges:
            raise TemplateError(f"`{keyword}` outside `range`", *action.span)

    def _body(self, opening: ActionParser, keyword: str) -> tuple[Body, ActionParser, str]:
        """Read up to `end` or `else`; return the body, the action that ended it and its keyword."""
        body: list[Node] = []
        for piece in self._pieces:
            action = self._read(piece, body)
            if action is None:
                continue
            word = action.keyword()
            if word in _ENDINGS:
                return tuple(body), action, word
            self._action(action, word, body)
        raise TemplateError(f"`{keyword}` is never closed", *opening.span, "add `{{ end }}`")

    def _descend(self, action: ActionParser) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TemplateError(f"more than {MAX_DEPTH} blocks inside each other", *action.span)

    def _branch(self, action: ActionParser, keyword: str) -> Branch:
        self._descend(action)
        known = len(self._variables)
        pipeline = action.pipeline(keyword)
        self._ranges += keyword == "range"
        body, ending, word = self._body(action, keyword)
        self._ranges -= keyword == "range"
        otherwise = self._otherwise(ending, keyword) if word == "else" else ()
        if word == "end":
            ending.close("end")
        del self._variables[known:]
        self._depth -= 1
        start, end = action.span
        return Branch(keyword=keyword, pipeline=pipeline, body=body, otherwise=otherwise, start=start, end=end)

    def _otherwise(self, action: ActionParser, keyword: str) -> Body:
        if keyword != "range" and action.takes(keyword):
            return (self._branch(action, keyword),)
        action.close("else")
        body, ending, word = self._body(action, "else")
        if word == "else":
            raise TemplateError("a second `else`", *ending.span, "only one is allowed; `{{ else if … }}` chains")
        ending.close("end")
        return body

    def _define(self, action: ActionParser) -> None:
        name = action.name("define")
        action.close("define")
        self._definition(action, "define", name)

    def _block(self, action: ActionParser) -> Include:
        name = action.name("block")
        start, end = action.span
        include = Include(name=name, pipeline=action.pipeline("block"), start=start, end=end)
        self._definition(action, "block", name)
        return include

    def _definition(self, action: ActionParser, keyword: str, name: str) -> None:
        """Read the body of a named template. It sees only `$`, and is no part of a range around it."""
        self._descend(action)
        outer = self._variables, self._ranges
        self._variables, self._ranges = ["$"], 0
        body, ending, word = self._body(action, keyword)
        self._variables, self._ranges = outer
        self._depth -= 1
        if word == "else":
            raise TemplateError(f"`else` in `{keyword}`", *ending.span)
        ending.close("end")
        if not _is_empty(self._definitions.get(name, ())) and not _is_empty(body):
            raise TemplateError(f"template `{name}` is defined twice", *action.span)
        if name not in self._definitions or not _is_empty(body):
            self._definitions[name] = body


def _is_empty(body: Body) -> bool:
    return all(isinstance(node, Text) and not node.text.strip() for node in body)
