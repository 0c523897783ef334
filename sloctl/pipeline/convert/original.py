"""An alerting rule as it was written: its values, and what Prometheus would refuse of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sloctl.core import problems
from sloctl.core.duration import Duration
from sloctl.core.finding import Finding
from sloctl.core.source import Location
from sloctl.core.translated import Place
from sloctl.formats._spec import said
from sloctl.gotemplate.errors import TemplateError
from sloctl.gotemplate.facts import facts
from sloctl.gotemplate.parse import parse as parse_template
from sloctl.pipeline.convert.conditions import Recognised
from sloctl.promql.errors import PromqlError
from sloctl.promql.parse import parse
from sloctl.promql.tree import Expression

TIMES = ("for", "keep_firing_for")
"""Keys whose values are durations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """An alerting rule: where it stands, its data, and the labels of its group."""

    place: Place
    data: Mapping[str, object]
    group_labels: Mapping[str, object]

    def at(self, *more: str) -> Place:
        """Return the place of a value of the rule."""
        return Place(self.place.document, (*self.place.path, *more))

    def text(self, key: str) -> str:
        """Return a value as text."""
        return as_text(self.data.get(key))

    @property
    def name(self) -> str:
        """The name of the alert."""
        return self.text("alert")

    @property
    def lead(self) -> int:
        """How many blanks stand before the expression."""
        written = self.text("expr")
        return len(written) - len(written.lstrip())

    def expression(self) -> Expression:
        """Return the tree of the expression; raises PromqlError for what Prometheus would refuse."""
        return parse(self.text("expr").strip())

    def duration(self, key: str) -> Duration | None:
        """Return a time, None where there is none; raises ValueError for what is no duration."""
        written = self.text(key)
        return Duration.parse(written) if written not in ("", "0") else None  # Prometheus reads a bare 0 too

    @property
    def labels(self) -> dict[str, str]:
        """The labels, with those of the group."""
        own = self.data.get("labels")
        return {str(key): as_text(value) for key, value in (
            dict(self.group_labels) | (own if isinstance(own, dict) else {})).items()}  # fmt: skip

    @property
    def annotations(self) -> dict[str, str]:
        """The annotations."""
        own = self.data.get("annotations")
        return {str(key): as_text(value) for key, value in own.items()} if isinstance(own, dict) else {}

    def allows(self, found: Recognised) -> bool:
        """Tell whether no text of the alert would change with a condition: none shows what it changes.

        Templates see the labels of the expression's result, not those that the rule adds.
        """
        texts = (*self.annotations.values(), *self.labels.values())
        added = {label for label, _ in found.labels}
        return not any(_shows(text, added, value=found.revalues) for text in texts)

    @property
    def owner(self) -> str:
        """Whoever owns the alert, by its labels or annotations; a template names nobody."""
        ours = said([*self.annotations.items(), *self.labels.items()], "owner")
        named = ours[1] if ours else self.labels.get("owner") or self.labels.get("team", "")
        return "" if "{{" in named else named.strip()


def as_text(value: object) -> str:
    """Return a value as Prometheus reads it where text belongs."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shows(text: str, labels: set[str], *, value: bool) -> bool:
    """Tell whether a template shows one of some labels, or the value of the alert."""
    try:
        seen = facts(parse_template(text))
    except TemplateError:
        return True
    named = seen.all_labels or any(use.name in labels for use in seen.labels)
    return bool(labels and named) or (value and seen.uses_value)


def refused(original: Original) -> Iterator[Finding]:
    """Report what Prometheus would refuse of an alert."""
    try:
        original.expression()
    except PromqlError as error:
        place, lead = original.at("expr"), original.lead
        at = place.document.inside(place.path, lead + error.start, lead + error.end)
        yield _invalid(at, error.message, error.help)
    for key in TIMES:
        try:
            original.duration(key)
        except ValueError:
            place = original.at(key)
            message = f"`{key}: {original.text(key)}` is no duration"
            yield _invalid(place.document.at(place.path), message, "write it as Prometheus does, such as `10m`")


def _invalid(at: Location, message: str, advice: str) -> Finding:
    return Finding(problem=problems.INVALID_ORIGINAL, at=at, message=message, help=advice)
