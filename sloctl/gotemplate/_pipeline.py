"""Parses what stands inside an action: pipelines, commands, operands."""

from difflib import get_close_matches

from sloctl.gotemplate._lexer import Token
from sloctl.gotemplate._strings import is_character, unquote
from sloctl.gotemplate.errors import TemplateError
from sloctl.gotemplate.functions import FUNCTIONS
from sloctl.gotemplate.nodes import Access, Command, FieldOf, Function, Literal, LiteralType, Operand, Pipeline

MAX_DEPTH = 50
_MAX_DIGITS = 400
_NUMBERS = {"int": LiteralType.INT, "float": LiteralType.FLOAT}
_FIELDS = ("Labels", "ExternalLabels", "ExternalURL", "Value")
_ALERTMANAGER = frozenset({"Annotations", "Status", "StartsAt", "EndsAt", "GeneratorURL", "Fingerprint", "Alerts"})


class ActionParser:
    """Reads the tokens of one action. `variables` is the template's stack of defined variables, extended in place."""

    __slots__ = ("_at", "_depth", "_tokens", "_variables")

    def __init__(self, tokens: list[Token], variables: list[str]) -> None:
        self._tokens = tokens
        self._variables = variables
        self._at = 1
        self._depth = 0

    @property
    def span(self) -> tuple[int, int]:
        """The whole action with its braces."""
        return self._tokens[0].start, self._tokens[-1].end

    def keyword(self) -> str:
        """Take the keyword that comes next; without one, return the empty string and take nothing."""
        token = self._peek()
        if token.kind != "keyword":
            return ""
        self._at += 1
        return token.text

    def takes(self, keyword: str) -> bool:
        """Take `keyword` if it comes next, and return whether it did."""
        token = self._peek()
        found = token.kind == "keyword" and token.text == keyword
        self._at += found
        return found

    def name(self, keyword: str) -> str:
        """Take the quoted name after `define`, `block` or `template`."""
        token = self._peek()
        if token.kind not in ("string", "raw"):
            raise TemplateError(f"`{keyword}` needs a name in quotes", token.start, token.end)
        self._at += 1
        return _text(token)

    def close(self, keyword: str) -> None:
        """Take the end of the action, which `keyword` demands here."""
        if not self.at_close():
            token = self._peek()
            raise TemplateError(f"unexpected `{token.text}` after `{keyword}`", token.start, token.end)

    def at_close(self) -> bool:
        """Return whether nothing but the closing braces is left."""
        return self._peek().kind == "close"

    def pipeline(self, keyword: str = "") -> Pipeline:
        """Take the rest of the action as one pipeline."""
        return self._pipeline("close", keyword)

    def _peek(self) -> Token:
        """Return the next token that is no space."""
        if self._tokens[self._at].kind == "space":
            self._at += 1
        return self._tokens[self._at]

    def _pipeline(self, closing: str, keyword: str) -> Pipeline:
        start = self._peek().start
        variables, declares = self._targets(keyword)
        commands: list[Command] = []
        while (token := self._peek()).kind != closing:
            commands.append(self._command())
        self._at += 1
        if not commands:
            what = f"`{keyword}` needs a value" if keyword else "nothing to evaluate"
            raise TemplateError(what, *(self.span if closing == "close" else (token.start, token.end)))
        for command in commands[1:]:
            _check_takes_input(command)
        end = commands[-1].end
        return Pipeline(commands=tuple(commands), variables=variables, declares=declares, start=start, end=end)

    def _targets(self, keyword: str) -> tuple[tuple[str, ...], bool]:
        """Take `$x :=`, `$x =` or, in a range, `$i, $x :=`. A variable that is only read is left where it is."""
        names: list[str] = []
        while (token := self._peek()).kind == "variable" and "." not in token.text:
            before = self._at
            self._at += 1
            sign = self._peek()
            if sign.kind not in ("declare", "assign", "comma"):
                self._at = before
                break
            self._at += 1
            names.append(token.text)
            self._variables.append(token.text)
            if sign.kind != "comma":
                return tuple(names), sign.kind == "declare"
            if keyword != "range" or len(names) > 1 or self._peek().kind not in ("variable", "close", "shut"):
                raise TemplateError("too many variables", token.start, sign.end, "only `range` sets two: `$i, $x := …`")
        return tuple(names), True

    def _command(self) -> Command:
        operands: list[Operand] = []
        start = self._peek().start
        while operand := self._operand():
            operands.append(operand)
            if self._tokens[self._at].kind != "space":
                break
        token = self._tokens[self._at] if operands else self._peek()
        if not operands or token.kind not in ("close", "shut", "pipe", "space"):
            raise _unexpected(token, after_operand=bool(operands))
        if self._peek().kind == "pipe":
            self._at += 1
        elif self._peek().kind not in ("close", "shut"):
            raise _unexpected(self._peek(), after_operand=True)
        return Command(tuple(operands), start, operands[-1].end)

    def _operand(self) -> Operand | None:
        token = self._peek()
        base = self._term(token)
        if base is None:
            return None
        follower = self._tokens[self._at]
        if follower.kind != "field":
            return base
        self._at += 1
        if not isinstance(base, Function | Pipeline):
            raise TemplateError(f"`{token.text}` has no fields", follower.start, follower.end)
        path = tuple(follower.text[1:].split("."))
        return FieldOf(base=base, path=path, start=token.start, end=follower.end)

    def _term(self, token: Token) -> Operand | None:
        kind = token.kind
        if kind not in _TERMS:
            return None
        self._at += 1
        if kind == "variable":
            return self._variable(token)
        if kind in ("field", "dot"):
            path = tuple(token.text[1:].split(".")) if kind == "field" else ()
            return Access(root=".", path=path, start=token.start, end=token.end)
        if kind == "word":
            return _function(token)
        if kind == "open":
            return self._group(token)
        return _literal(token)

    def _group(self, token: Token) -> Pipeline:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TemplateError(f"more than {MAX_DEPTH} brackets inside each other", token.start, token.end)
        inner = self._pipeline("shut", "")
        self._depth -= 1
        return inner

    def _variable(self, token: Token) -> Access:
        root, *path = token.text.split(".")
        if root not in self._variables:
            raise _undefined(token, root, self._variables)
        return Access(root=root, path=tuple(path), start=token.start, end=token.end)


_TERMS = frozenset({"variable", "field", "dot", "word", "open", "string", "raw", "char", "int", "float", "constant"})


def _literal(token: Token) -> Literal:
    kind, text = LiteralType.BOOL, token.text
    if token.kind in ("string", "raw"):
        kind, text = LiteralType.TEXT, _text(token)
    elif token.kind in _NUMBERS:
        kind = _NUMBERS[token.kind]
        _check_number(token)
    elif token.kind == "char":
        kind = LiteralType.INT
        if not is_character(token.text):
            advice = 'text takes double quotes: `"…"`'
            raise TemplateError("single quotes hold one character", token.start, token.end, advice)
    elif token.text == "nil":
        kind = LiteralType.NIL
    return Literal(type=kind, text=text, start=token.start, end=token.end)


def _check_number(token: Token) -> None:
    digits = token.text.lstrip("+-").lower().replace("_", "")
    if len(digits) > _MAX_DIGITS:
        too_large = True
    elif token.kind == "float":
        too_large = float(digits) == float("inf")
    elif digits.isdigit() and digits[0] == "0":
        too_large = int(digits, 8) >= 1 << 64
    else:
        too_large = int(digits, 0) >= 1 << (64 if token.text[0] not in "+-" else 63)
    if too_large:
        raise TemplateError("the number is too large", token.start, token.end)


def _text(token: Token) -> str:
    text = unquote(token.text)
    if text is None:
        advice = "write `\\\\` for a backslash, or use back-quotes, which know no escapes"
        raise TemplateError("the text has an escape that Go does not know", token.start, token.end, advice)
    return text


def _function(token: Token) -> Function:
    if token.text not in FUNCTIONS:
        advice = _function_advice(token.text)
        raise TemplateError(f"function `{token.text}` does not exist", token.start, token.end, advice)
    return Function(token.text, token.start, token.end)


def _function_advice(name: str) -> str:
    if name == "tmpl":
        return "`tmpl` works in console pages only; here, use `{{ template … }}`"
    if name in ("labels", "externalLabels"):
        return f"the variable is `${name}`"
    if name in _FIELDS:
        return f"a field starts with a dot: `.{name}`"
    if name in _ALERTMANAGER:
        return "only Alertmanager's templates know that"
    near = get_close_matches(name, FUNCTIONS, 1)
    return f"did you mean `{near[0]}`?" if near else ""


def _undefined(token: Token, root: str, variables: list[str]) -> TemplateError:
    near = get_close_matches(root, variables, 1, cutoff=0.75)
    advice = f"did you mean `{near[0]}`?" if near else ""
    if root in ("$labels", "$value", "$externalLabels", "$externalURL"):
        advice = "inside `define` and `block` only the dot that was passed in exists: use `.Labels`, `.Value`"
    return TemplateError(f"variable `{root}` is not defined", token.start, token.start + len(root), advice)


def _unexpected(token: Token, *, after_operand: bool) -> TemplateError:
    if token.kind == "close":
        return TemplateError("a bracket is never closed", token.start, token.end, "add `)`")
    if token.kind == "shut":
        return TemplateError("unexpected `)`", token.start, token.end, "no bracket is open here")
    advice = ""
    if token.kind == "assign":
        advice = "only a variable can be set; to compare, use `eq`"
    elif token.kind == "keyword":
        advice = f"`{token.text}` must come first in an action"
    elif after_operand and token.kind in _TERMS:
        advice = "put a space between the two"
    return TemplateError(f"unexpected `{token.text}`", token.start, token.end, advice)


def _check_takes_input(command: Command) -> None:
    """Raise when a later stage of a pipeline starts with something that cannot take the piped value."""
    first = command.operands[0]
    if isinstance(first, Literal) or (isinstance(first, Access) and first.root == "." and not first.path):
        raise TemplateError("a pipe must lead to a function", first.start, first.end)
