"""A cursor over tokens, shared by the parts of the grammar."""

from sloctl.promql.errors import PromqlError
from sloctl.promql.tokens import Token
from sloctl.promql.tree import Label, Later

CLOSERS = {"(": ")", "[": "]", "{": "}"}


_MAX_NESTING = 100  # each level takes six frames of Python's 1,000, and the library crashes at some thousands


def too_deep(start: int, end: int) -> PromqlError:
    """Return the error of an expression with too many levels."""
    return PromqlError("this expression is nested too deeply", start, end, "record parts of it as rules of their own")


class Reader:
    """The tokens of one text and the one that is read next; comments are skipped, an `end` token closes the row."""

    def __init__(self, text: str, tokens: tuple[Token, ...]) -> None:
        self.text = text
        self.tokens = [token for token in tokens if token.kind != "comment"]
        self.tokens.append(Token("end", "", len(text), len(text)))
        self.index = 0
        self.nesting = 0
        self.found_later: list[Later] = []
        self.replaced: dict[int, tuple[int, str]] = {}
        self.next = self.tokens[0]

    @property
    def last(self) -> Token:
        """The token that was read last; only valid after `take`."""
        return self.tokens[self.index - 1]

    def at_end(self) -> bool:
        """Tell whether everything is read."""
        return self.index == len(self.tokens) - 1

    def take(self) -> Token:
        """Return the next token and go on to the one after it."""
        token = self.next
        if token.kind != "end":
            self.index += 1
            self.next = self.tokens[self.index]
        return token

    def take_if(self, *keywords: str) -> Token | None:
        """Take the next token if it is one of the symbols or keywords (in lower case)."""
        return self.take() if self.next.keyword in keywords else None

    def follows(self, keyword: str) -> bool:
        """Tell whether the token after the next one is this symbol or keyword."""
        return self.index + 1 < len(self.tokens) and self.tokens[self.index + 1].keyword == keyword

    def deeper(self) -> None:
        """Go one level down, which must end with `nesting -= 1`; raise PromqlError where it is too deep."""
        self.nesting += 1
        if self.nesting > _MAX_NESTING:
            raise too_deep(self.next.start, self.next.end)

    def later(self, first: int, what: str, advice: str, plain: str) -> None:
        """Note that the tokens from `first` to the last one need Prometheus 3; `plain` is what the library reads."""
        start, end = self.tokens[first].start, self.last.end
        self.found_later.append(Later(what=what, help=advice, start=start, end=end))
        self.replaced[first] = (self.index, plain)

    def close(self, opening: Token, expected: str) -> Token:
        """Return the bracket that closes `opening`; `expected` says what else could have stood here."""
        closer = CLOSERS[opening.text]
        if self.next.text == closer:
            return self.take()
        if self.next.kind == "end":
            raise self.unclosed(opening)
        raise self.error(self.next, f"expected {expected} or `{closer}`, found `{self.next.text}`")

    def labels(self, owner: Token) -> tuple[Label, ...]:
        """Read a bracketed list of labels that belongs to the keyword `owner`; a comma at its end is allowed."""
        opening = self.take_if("(")
        if opening is None:
            raise self.error(owner, f"`{owner.text}` needs labels in brackets", f"write `{owner.text} (label, …)`")
        found: list[Label] = []
        while self.next.text != ")":
            found.append(self._label(opening))
            if not self.take_if(","):
                break
        self.close(opening, "`,`")
        return tuple(found)

    def _label(self, opening: Token) -> Label:
        token = self.next
        if token.kind == "end":
            raise self.unclosed(opening)
        if token.kind == "string" and len(token.text) > 2:
            token = self.take()
            return Label(name=token.text[1:-1], start=token.start, end=token.end)
        if token.kind != "identifier" or ":" in token.text:
            raise self.error(token, f"expected a label, found `{token.text}`")
        self.take()
        return Label(name=token.text, start=token.start, end=token.end)

    def error(self, culprit: Token, message: str, advice: str = "") -> PromqlError:
        """Return the error whose place is a token."""
        return PromqlError(message, culprit.start, culprit.end, advice)

    def unclosed(self, opening: Token) -> PromqlError:
        """Return the error of a bracket that is still open at the end of the text."""
        return self.error(opening, f"`{opening.text}` is never closed", f"add the missing `{CLOSERS[opening.text]}`")
