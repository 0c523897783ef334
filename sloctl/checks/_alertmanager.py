"""The routing tree of an Alertmanager configuration, and which receivers an alert can end at.

Matching follows Alertmanager's `dispatch.Route.Match`: the root takes every alert; the children of a route are asked in
their order, and the first that matches ends the search unless it says `continue`; a route keeps what no child takes. A
label that an alert lacks counts as empty. Some labels of a rule's alerts are known only to the server (they come from
the series, from a template, from `external_labels`); a matcher on such a label may match or not, so that the answer is
the set of all receivers that are possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sloctl.checks._rule import Rule
from sloctl.promql.label_set import LabelSet
from sloctl.promql.labels import surviving_labels

_MATCHER = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|[^\s=!~"{},]+)\s*(=~|!~|!=|=)\s*(.*?)\s*""", re.DOTALL)
_PIECE = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|[^,"])+""")
_ESCAPE = re.compile(r"\\(.)")
_MEANING = {"n": "\n", '"': '"', "\\": "\\"}

Lookup = Callable[[str], str | None]
"""Gives the value of a label, empty when the alert lacks it, None when only the server knows."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver and the kinds of its integrations, such as `pagerduty` and `email`."""

    name: str
    kinds: frozenset[str] = frozenset()

    @property
    def is_silent(self) -> bool:
        """Whether nobody hears of what is sent there."""
        return not self.kinds

    @property
    def is_mail_only(self) -> bool:
        """Whether e-mail is all that is sent: it wakes nobody."""
        return self.kinds == {"email"}


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on a label; `op` is `=`, `!=`, `=~` or `!~`, a regular expression is anchored at both ends."""

    label: str
    op: str
    value: str

    def matches(self, value: str | None) -> bool | None:
        """Tell whether a value matches; None when that cannot be known."""
        if value is None:
            return None
        if "~" not in self.op:
            return (value == self.value) == (self.op == "=")
        try:
            found = re.fullmatch(self.value, value) is not None
        except re.error:  # Go knows syntax that Python does not
            return None
        return found == (self.op == "=~")


@dataclass(frozen=True, slots=True)
class Route:
    """A route with the receiver it has or inherits."""

    receiver: Receiver
    matchers: tuple[Matcher, ...] = ()
    goes_on: bool = False
    routes: tuple[Route, ...] = ()

    def matches(self, lookup: Lookup) -> bool | None:
        """Tell whether an alert matches the route itself; None when it may."""
        answers = [matcher.matches(lookup(matcher.label)) for matcher in self.matchers]
        if False in answers:
            return False
        return None if None in answers else True

    def ends(self, lookup: Lookup) -> Iterator[Route]:
        """Yield every route at which a matching alert may end, in the tree below this one."""
        is_taken = False
        for child in self.routes:
            answer = child.matches(lookup)
            if answer is not False:
                yield from child.ends(lookup)
            is_taken = is_taken or answer is True
            if answer and not child.goes_on:
                break
        if not is_taken:
            yield self


def possible_routes(root: Route, rule: Rule, external_labels: frozenset[str]) -> tuple[Route, ...]:
    """Return the routes at which the alerts of a rule can end."""
    return tuple(root.ends(_lookup(rule, external_labels)))


def _lookup(rule: Rule, external_labels: frozenset[str]) -> Lookup:
    brought = surviving_labels(rule.root) if rule.root else LabelSet(is_open=True)

    def lookup(label: str) -> str | None:
        if label == "alertname":
            return rule.name.value
        written = rule.labels.get(label)
        if written and "{{" in written.value:
            return None
        if written and written.value:
            return written.value
        is_open = label in external_labels or (written is None and brought.may_have(label))
        return None if is_open else ""

    return lookup


def read_routes(data: object) -> Route:
    """Read the routing tree of a configuration; raise ValueError where Alertmanager would refuse it."""
    root = _mapping(_mapping(data).get("route"))
    if "receiver" not in root:
        raise ValueError("it has no `route` with a `receiver`")
    receivers = {receiver.name: receiver for receiver in _receivers(_mapping(data).get("receivers"))}
    return _route(root, receivers, Receiver(""))


def _receivers(data: object) -> Iterator[Receiver]:
    for item in _list(data):
        kinds = {key.removesuffix("_configs") for key, value in _mapping(item).items() if key != "name" and value}
        yield Receiver(_text(_mapping(item).get("name")), frozenset(kinds))


def _route(data: Mapping[str, object], receivers: Mapping[str, Receiver], inherited: Receiver) -> Route:
    receiver = inherited
    if name := _text(data.get("receiver")):
        if name not in receivers:
            raise ValueError(f"a route names the receiver `{name}`, which is not there")
        receiver = receivers[name]
    children = tuple(_route(_mapping(child), receivers, receiver) for child in _list(data.get("routes")))
    return Route(receiver, tuple(_matchers(data)), data.get("continue") is True, children)


def _matchers(data: Mapping[str, object]) -> Iterator[Matcher]:
    """Yield the conditions of a route, in the old syntax (`match`, `match_re`) and the new one (`matchers`)."""
    for key, op in (("match", "="), ("match_re", "=~")):
        yield from (Matcher(label, op, _text(value)) for label, value in _mapping(data.get(key)).items())
    for line in _list(data.get("matchers")):
        text = _text(line).strip()
        text = text[1:-1] if text.startswith("{") and text.endswith("}") else text
        yield from (_matcher(piece) for piece in _PIECE.findall(text) if piece.strip())


def _matcher(text: str) -> Matcher:
    found = _MATCHER.fullmatch(text)
    if found is None:
        raise ValueError(f"`{text.strip()}` is no matcher")
    label, op, value = found.groups()
    return Matcher(_unquoted(label), op, _unquoted(value))


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    return _ESCAPE.sub(lambda found: _MEANING.get(found[1], found[0]), text[1:-1])


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
