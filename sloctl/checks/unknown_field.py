"""What the strict loader of Prometheus refuses in the structure of a rule file.

**What it finds.** Keys of files, groups and rules that nobody reads (with the nearest one that is known); values of the
wrong type; groups without a name; rules without `expr`, with both `alert` and `record`, or with neither; `for`,
`keep_firing_for` and annotations on recording rules; names of metrics, labels and annotations that no version allows.
The group and rule keys of Mimir, Thanos, Loki and VictoriaMetrics are known. Misspelt names of annotations and labels
(`runbok_url`) are H510, durations C321, names that only Prometheus 3 and later take C335.

**Why it wakes people up.** Prometheus refuses the whole file, so that every alert in it is gone, also the sound ones.
Kubernetes drops the key without a word, and the alert runs without its `for`.

**What to do.** Correct or remove the key.

**Sources.** Prometheus documentation, recording and alerting rules; its package rulefmt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, FileView, Good, GroupListView, Hit, Scope
from sloctl.checks._context import Context
from sloctl.core.document import Document, Path
from sloctl.core.human import nearest
from sloctl.core.source import Location

CODE = "C320"
_GROUP_KEYS = frozenset({"name", "interval", "query_offset", "limit", "labels", "rules"})
_RULE_KEYS = frozenset({"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"})
_ALERT_ONLY = ("for", "keep_firing_for", "annotations")
_ZERO = {"", "0", "0s", "None"}


def run(file: FileView, _: Context) -> Iterator[Hit]:
    """Report what is wrong with the structure of every list of groups in a file."""
    for listing in file.lists:
        loader = _Loader(listing)
        yield from loader.top()
        yield from loader.groups()


class _Spot(NamedTuple):
    """A value in a document, with its place; a tuple because there are many and nearly all are in order."""

    document: Document
    path: Path
    value: object

    def child(self, step: str | int) -> _Spot:
        inner: object = None
        if isinstance(self.value, dict) and isinstance(step, str):
            inner = self.value.get(step)
        elif isinstance(self.value, list) and isinstance(step, int):
            inner = self.value[step]
        return _Spot(self.document, (*self.path, step), inner)

    @property
    def items(self) -> list[_Spot]:
        return [self.child(index) for index in range(len(self.value))] if isinstance(self.value, list) else []

    @property
    def fields(self) -> Mapping[str, object]:
        return self.value if isinstance(self.value, dict) else {}

    def at(self) -> Location:
        return self.document.at(self.path)

    def at_key(self, key: str) -> Location:
        return self.document.at_key((*self.path, key))


@dataclass(frozen=True, slots=True)
class _Loader:
    """Goes through a list of groups as Prometheus does when it loads it."""

    listing: GroupListView

    def top(self) -> Iterator[Hit]:
        """Check the mapping that holds the groups."""
        owner = self._root()
        for step in self.listing.path[:-1]:
            owner = owner.child(step)
        known = {"groups"} if self.listing.plain or len(self.listing.path) > 1 else {"groups", "namespace"}
        yield from self._unknown(owner, frozenset(known), "a rule file")

    def groups(self) -> Iterator[Hit]:
        spot = self._root()
        for step in self.listing.path:
            spot = spot.child(step)
        yield from _wrong_type(spot, list, "a list of groups")
        for group in spot.items:
            yield from _wrong_type(group, dict, "a mapping with `name` and `rules`")
            if group.fields:
                yield from self._group(group)

    def _root(self) -> _Spot:
        return _Spot(self.listing.document, (), self.listing.document.data)

    def _group(self, group: _Spot) -> Iterator[Hit]:
        yield from self._unknown(group, _GROUP_KEYS | self.listing.group_keys, "a group")
        yield from _scalar(group, "name")
        if group.fields.get("name") in (None, ""):
            at = group.at_key("name") if "name" in group.fields else group.at()
            yield Hit(at=at, message="this group has no name", help="name it as no other group of the file is named")
        yield from _number(group.child("limit"))
        yield from _names(group, "labels", "a label")
        yield from _wrong_type(group.child("rules"), list, "a list of rules")
        for rule in group.child("rules").items:
            yield from _wrong_type(rule, dict, "a mapping with `alert` or `record`, and `expr`")
            if rule.fields:
                yield from self._rule(rule)

    def _rule(self, rule: _Spot) -> Iterator[Hit]:
        yield from self._unknown(rule, _RULE_KEYS | self.listing.rule_keys, "a rule")
        yield from _kind(rule)
        for key in ("alert", "record", "expr"):
            yield from _scalar(rule, key)
        if rule.fields.get("expr") in (None, ""):
            at = rule.at_key("expr") if "expr" in rule.fields else rule.at()
            yield Hit(at=at, message="this rule has no `expr`", help="give it an expression, or remove the rule")
        if rule.fields.get("record") not in (None, ""):
            yield from _recording(rule)
        yield from _names(rule, "labels", "a label")
        yield from _names(rule, "annotations", "an annotation")

    def _unknown(self, owner: _Spot, known: frozenset[str], what: str) -> Iterator[Hit]:
        for key in owner.fields:
            if key not in known:
                near = nearest(key, known)
                effect = "Prometheus refuses the whole file" if self.listing.plain else "it has no effect"
                advice = f"did you mean `{near}`? As it is, {effect}" if near else f"remove it: {effect}"
                yield Hit(at=owner.at_key(key), message=f"`{key}` is no field of {what}", help=advice)


def _recording(rule: _Spot) -> Iterator[Hit]:
    for key in _ALERT_ONLY:
        value = rule.fields.get(key)
        if value not in ({}, None) and str(value) not in _ZERO:
            message = f"a recording rule has no `{key}`"
            yield Hit(at=rule.at_key(key), message=message, help=f"remove `{key}`")
    name = str(rule.fields["record"])
    if "{" in name:
        message = f"`{name}` cannot be the name of a metric"
        yield Hit(at=rule.child("record").at(), message=message, help="labels stand under `labels`")


def _names(owner: _Spot, key: str, what: str) -> Iterator[Hit]:
    """Check a mapping of names to text."""
    spot = owner.child(key)
    yield from _wrong_type(spot, dict, "a mapping of names to text")
    for name in spot.fields:
        yield from _scalar(spot, name)
        if not name or (key == "labels" and name == "__name__"):
            message = f"Prometheus refuses `{name}` as the name of {what}"
            yield Hit(at=spot.at_key(name), message=message, help="use letters, digits and `_`")


def _kind(rule: _Spot) -> Iterator[Hit]:
    kinds = [key for key in ("alert", "record") if rule.fields.get(key) not in (None, "")]
    if len(kinds) == 2:
        message = "this rule has both `alert` and `record`"
        yield Hit(at=rule.at_key("record"), message=message, help="make it two rules")
    elif not kinds:
        at = next((rule.at_key(key) for key in ("alert", "record") if key in rule.fields), rule.at())
        message = "this rule has neither `alert` nor `record`"
        yield Hit(at=at, message=message, help="name the alert, or what is recorded")


def _wrong_type(spot: _Spot, wanted: type, words: str) -> Iterator[Hit]:
    if spot.value is not None and not isinstance(spot.value, wanted):
        yield Hit(at=spot.at(), message=f"this should be {words}")


def _scalar(owner: _Spot, key: str) -> Iterator[Hit]:
    if isinstance(owner.fields.get(key), (dict, list)):
        yield Hit(at=owner.child(key).at(), message=f"`{key}` should be text")


def _number(spot: _Spot) -> Iterator[Hit]:
    if spot.value is not None and (isinstance(spot.value, str | bool | list | dict)):
        yield Hit(at=spot.at(), message=f"`{spot.path[-1]}` should be a whole number, without quotes")


CHECK = Check(
    code=CODE,
    name="unknown-field",
    severity=ERROR,
    scope=Scope.FILE,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            groups:
              - name: mail
                intervall: 1m
              # ^^^^^^^^^ `intervall` is no field of a group
                limit: "5"
                #      ^^^ `limit` should be a whole number, without quotes
                rules:
                  - alert: QueueLong
                  # ^^^^^ this rule has no `expr`
                    exp: queue_length > 100
                  # ^^^ `exp` is no field of a rule
                    annotation: {summary: The queue is long}
                  # ^^^^^^^^^^ `annotation` is no field of a rule
        """),
        Bad("""
            groups:
              - rules:
              # ^^^^^ this group has no name
                  - record: queue_length{a="b"}
                  # ^^^^^^ this rule has both `alert` and `record`
                  #         ^^^^^^^^^^^^^^^^^^^ `queue_length{a="b"}` cannot be the name of a metric
                    alert: QueueLong
                    expr: queue_length
                    for: 5m
                  # ^^^ a recording rule has no `for`
                  - expr: [queue_length]
                  # ^^^^ this rule has neither `alert` nor `record`
                  #       ^^^^^^^^^^^^^^ `expr` should be text
                    labels: {__name__: mail, team: [mail]}
                    #        ^^^^^^^^ Prometheus refuses `__name__` as the name of a label
                    #                              ^^^^^^ `team` should be text
              - name: other
                rules: none
                #      ^^^^ this should be a list of rules
        """),
        Bad("""
            {"groups": [], "rules": []}
            #              ^^^^^^^ `rules` is no field of a rule file
        """),
        Bad("""
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            spec:
              group: []
            # ^^^^^ `group` is no field of a rule file
              groups:
                - name: mail
                  partial_response_strategy: warn
                  rules:
                    - alert: QueueLong
                      expr: queue_length > 100
                      fore: 5m
                    # ^^^^ `fore` is no field of a rule
        """),
        Good("""
            groups:
              - name: mail
                interval: 1m
                limit: 5
                query_offset: 10s
                labels: {team: mail}
                partial_response_strategy: warn
                rules:
                  - alert: QueueLong
                    expr: queue_length > 100
                    for: 0
                    keep_firing_for: 5m
                    labels: {severity: 5, empty: null}
                    annotations:
                  - record: answer
                    expr: 42
                    for: 0s
                    annotations: {}
              - name: empty
        """),
        Good("""
            namespace: mail
            groups:
              - name: mail
                source_tenants: [one, two]
                rules: []
        """),
        Good("""
            - alert: QueueLong
              expr: queue_length > 100
              labels: {team-name: mail}
              annotations: {mail.summary: The queue is long}
            - record: queue.length
              expr: sum({"queue.length"})
        """),
    ),
)
