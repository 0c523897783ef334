"""An alert of a rule file as an alert of a spec."""

from __future__ import annotations

import re
from decimal import Decimal

from sloctl.core.document import Path
from sloctl.core.duration import PATTERN
from sloctl.core.human import decimal_text
from sloctl.core.shapes import LABEL
from sloctl.core.translated import Place
from sloctl.formats._spec import Draft, Fate, Remark, is_ours
from sloctl.model import names
from sloctl.model.service import PAGE
from sloctl.model.severity import MEANINGS, NOBODY
from sloctl.pipeline.convert.conditions import Recognised, recognise
from sloctl.pipeline.convert.original import TIMES, Original
from sloctl.pipeline.settings import Settings
from sloctl.promql.burn import is_burn_rate
from sloctl.promql.tree import Expression, Number, walk

_FIELDS = {"runbook_url": "runbook", "dashboard_url": "dashboard", "summary": "summary", "description": "description",
           "action": "action", "impact": "impact"}  # fmt: skip
"""Annotations that a spec has keys for."""
_OTHER_NAMES = {"runbook": "runbook_url", "dashboard": "dashboard_url"}
_TEMPLATES = ("summary", "description")
_SEVERITY = "severity"
_SECOND = ("p2", "sev2", "high")
_LOW = ("p4", "sev4", "low", "minor")
_DURATION = re.compile(r"[0-9]+(ms|[smhdwy])")


class AlertWriter:
    """Writes an alert that Prometheus takes into a draft, and collects what is to be said about it."""

    def __init__(self, draft: Draft, original: Original, settings: Settings) -> None:
        self.path: Path = ("alerts", draft.length(("alerts",)))
        self._draft = draft
        self._original = original
        self._settings = settings
        self.remarks: list[Remark] = []

    def write(self, name: str) -> None:
        """Write the alert under a name."""
        original = self._original
        self._draft.put((*self.path, "name"), name, original.at("alert"))
        self._draft.mark(self.path, original.place)
        if name != original.name:
            self._remark(Fate.DERIVED, f"`{original.name}` is named `{name}`", "alert")
        self._condition()
        self._priority()
        self._labels()
        self._annotations()

    def _remark(self, fate: Fate, text: str, *more: str) -> None:
        place = self._original.at(*more)
        at = place.document.at_key(place.path) if len(more) > 1 else place.document.at(place.path)
        self.remarks.append(Remark(fate, at, text))

    def _put(self, key: str, value: object, *more: str) -> None:
        self._draft.put((*self.path, key), value, self._original.at(*more))

    def _condition(self) -> None:
        """Write the condition, and the times."""
        expression = self._original.expression()
        found = recognise(expression)
        if found and self._original.allows(found):
            self._recognised(found)
        else:
            self._expression(expression)
            found = None
        self._times(holds=bool(found and found.holds))

    def _recognised(self, found: Recognised) -> None:
        place, lead = self._original.at("expr"), self._original.lead
        for field in found.fields:
            start = None if field.start is None else field.start + lead
            self._draft.put((*self.path, found.kind, field.key), field.value, Place(place.document, place.path, start))
        for label, value in found.labels:
            if label not in self._original.labels:
                self._draft.put((*self.path, "labels", label), value, place)
        self._remark(Fate.MAPPED, f"the expression of `{self._original.name}` is a `{found.kind}`", "expr")

    def _expression(self, expression: Expression) -> None:
        text = _in_seconds(expression)
        place = self._original.at("expr")
        start = self._original.lead if text == expression.text else None
        self._draft.put((*self.path, "expr"), text, Place(place.document, place.path, start))
        if text != expression.text:
            self._remark(Fate.DERIVED, "durations that stand for numbers are seconds", "expr")
        if is_burn_rate(expression.root):
            text = (
                f"`{self._original.name}` looks like a burn-rate alert: an SLO says it with tiers, and measures it too"
            )
            self._remark(Fate.DERIVED, text, "expr")
        else:
            self._remark(Fate.MAPPED, f"the expression of `{self._original.name}` is an `expr`", "expr")

    def _times(self, *, holds: bool) -> None:
        for key in TIMES:
            duration = self._original.duration(key)
            if duration and duration.ms:
                written = self._original.text(key)
                self._put(key, written if re.fullmatch(PATTERN, written) else str(duration), key)
            elif key == "for" and holds:
                self._put(key, "0s", "expr")

    def _priority(self) -> None:
        """Write the priority whose labels the alert has, or that its severity means."""
        labels = self._original.labels
        word = labels.get(_SEVERITY, "")
        known = {row: dict(each.labels).get(_SEVERITY) for row, each in self._settings.priorities.items()}
        named = labels.get(names.PRIORITY, "")
        priority = next((row for row, severity in known.items() if word and severity == word), "")
        if named in known and (not priority or known[named] == word):
            priority = named
        self._put("priority", priority or _usual(word), "labels", _SEVERITY)
        if not priority:
            self._remark(Fate.DERIVED, _derived(word), *(("labels", _SEVERITY) if word else ()))

    def _labels(self) -> None:
        chosen = self._settings.priorities[self._draft.get((*self.path, "priority"))]
        written = dict(chosen.labels)
        for label, value in self._original.labels.items():
            if written.get(label) == value or not value or is_ours(label) or label in (names.OWNER, names.PRIORITY):
                continue
            if reason := _unwritable(label, value):
                self._remark(Fate.LOST, f"the label `{label}` is left out: {reason}", "labels", label)
            else:
                self._draft.put((*self.path, "labels", label), value, self._original.at("labels", label))

    def _annotations(self) -> None:
        annotations = self._original.annotations
        for name, value in annotations.items():
            usual = _OTHER_NAMES.get(name, name)
            key = _FIELDS.get(usual, "") if usual == name or usual not in annotations else ""
            if is_ours(name):
                self._own(name, value)
            elif key and _can_say(key, value):
                self._draft.put((*self.path, key), value.strip(), self._exact(name, value))
            elif value.strip():
                self._draft.put((*self.path, "annotations", usual if key else name), value, self._exact(name, value))

    def _exact(self, name: str, value: str) -> Place:
        place = self._original.at("annotations", name)
        return Place(place.document, place.path, len(value) - len(value.lstrip()))

    def _own(self, name: str, value: str) -> None:
        """Take over what an annotation says to this tool."""
        key = name[len("sloctl/") :]
        if key in _FIELDS.values():
            self._draft.put((*self.path, key), value, self._exact(name, value))
        elif key != names.OWNER:
            advice = "write it as a comment in the spec" if key == "ignore" else "no key of a spec"
            self._remark(Fate.LOST, f"`{name}` is left out: {advice}", "annotations", name)


def _usual(word: str) -> str:
    """Return the priority of a severity that the settings do not know."""
    word = word.lower()
    if MEANINGS.get(word) == PAGE:
        return "P2" if word in _SECOND else "P1"
    return "P4" if MEANINGS.get(word) == NOBODY or word in _LOW else "P3"


def _derived(word: str) -> str:
    if not word:
        return "an alert without a severity is a P3, which opens a ticket"
    if MEANINGS.get(word.lower()) == NOBODY:
        return f"`{word}` calls nobody, so it should be a graph or a report, not an alert; it is a P4 until then"
    known = "" if word.lower() in MEANINGS else ", for want of a better guess"
    return f"the severity `{word}` is {_usual(word)}{known}"


def _unwritable(label: str, value: str) -> str:
    """Say why a label cannot be written."""
    if label in names.RESERVED_LABELS:
        return "sloctl writes its own"
    if "{{" in value:
        return "labels are literal, so that an alert keeps its identity while its value changes"
    return "" if re.fullmatch(LABEL, label) else "the name is none that a spec allows"


def _can_say(key: str, value: str) -> bool:
    """Tell whether a key says a text as the annotation does: some are templates, others fill in names in braces."""
    return bool(value.strip()) and (key in _TEMPLATES or not ("{{" in value or (key in _OTHER_NAMES and "{" in value)))


def _in_seconds(expression: Expression) -> str:
    """Write durations that stand for numbers in seconds: only Prometheus 3 reads the others."""
    edits = [(node.start, node.end, decimal_text(Decimal(repr(node.value)))) for node in walk(expression.root)
             if isinstance(node, Number) and _DURATION.match(node.text)]  # fmt: skip
    text = expression.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
