"""A rule as checks see it: every text of it with its place, everything derived from it computed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sloctl.core.document import Document, Path
from sloctl.core.duration import Duration
from sloctl.core.source import Location
from sloctl.gotemplate.errors import TemplateError
from sloctl.gotemplate.facts import facts
from sloctl.gotemplate.parse import parse as parse_template
from sloctl.gotemplate.records import Facts
from sloctl.model.service import Alert, Service, Slo
from sloctl.promql.errors import PromqlError
from sloctl.promql.grammar import COMPARISONS
from sloctl.promql.normal import normalise
from sloctl.promql.parse import parse
from sloctl.promql.shape import alternatives, comparison, requirements
from sloctl.promql.tree import Aggregate, Binary, Call, Expression, Later, Node, Selector, Spanned, unwrap, walk

SEVERITY_LABELS = ("severity", "priority", "notify", "level")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a rule and its place. `exact` is False where the user wrote something that only led to this text."""

    value: str
    document: Document
    path: Path
    exact: bool = True

    def at(self, part: Spanned | tuple[int, int] | None = None) -> Location:
        """Point at the whole text, or at a part of it: a node of the parsed text, or two offsets."""
        if part is None or not self.exact:
            return self.document.at(self.path)
        start, end = (part.start, part.end) if isinstance(part, Spanned) else part
        return self.document.inside(self.path, start, end)

    def at_key(self) -> Location:
        """Point at the key of this text."""
        return self.document.at_key(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The group of a rule; `index` is the rule's place in it."""

    name: Text
    file: str
    interval: Duration | None
    data: Mapping[str, object] = field(repr=False)
    document: Document = field(repr=False)
    path: Path


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An alerting or recording rule. `labels` include those of the group; `data` is the rule as written.

    For a rule compiled from a spec, `service` and `source` (the SLO or alert) are set, and places are in the spec.
    """

    name: Text
    is_alert: bool
    expr: Text
    labels: Mapping[str, Text]
    annotations: Mapping[str, Text]
    times: Mapping[str, Text]
    data: Mapping[str, object] = field(repr=False)
    group: Group
    index: int
    document: Document = field(repr=False)
    path: Path
    service: Service | None = field(default=None, repr=False)
    source: Slo | Alert | None = field(default=None, repr=False)

    @cached_property
    def parsed(self) -> Expression | PromqlError:
        """The expression with its tree, or why there is none."""
        try:
            return parse(self.expr.value, later=True)
        except PromqlError as error:
            return error

    @cached_property
    def root(self) -> Node | None:
        """The tree of the expression; None when it does not parse."""
        return None if isinstance(self.parsed, PromqlError) else self.parsed.root

    @property
    def later(self) -> tuple[Later, ...]:
        """The parts of the expression that Prometheus reads from version 3 on."""
        return () if isinstance(self.parsed, PromqlError) else self.parsed.later

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of the expression, outermost first; none when it does not parse."""
        return tuple(walk(self.root)) if self.root else ()

    @cached_property
    def functions(self) -> frozenset[str]:
        """The names of the functions that the expression calls, and of its aggregations."""
        calls = {node.function for node in self.nodes if isinstance(node, Call)}
        return frozenset(calls | {node.op for node in self.nodes if isinstance(node, Aggregate)})

    @cached_property
    def branches(self) -> tuple[tuple[Node, ...], ...]:
        """For each branch of the condition, what must all hold for it to fire; none when it does not parse."""
        return tuple(map(requirements, alternatives(self.root))) if self.root else ()

    @property
    def bound(self) -> tuple[str, str, float] | None:
        """The normal form of what is compared, the operator, the constant; None if the condition is not just that."""
        bare = unwrap(self.root) if self.root else None
        if not isinstance(bare, Binary) or bare.op not in COMPARISONS:
            return None
        found = comparison(bare)
        return None if found.threshold is None else (normalise(found.subject), found.op, found.threshold)

    @property
    def selectors(self) -> Iterator[Selector]:
        """Every selector of the expression."""
        return (node for node in self.nodes if isinstance(node, Selector))

    @cached_property
    def normal(self) -> str:
        """The expression in one canonical form, for comparing."""
        return normalise(self.root) if self.root else " ".join(self.expr.value.split())

    def time(self, key: str) -> Duration | None:
        """Return `for` or `keep_firing_for`; None when it is missing or no duration."""
        text = self.times.get(key)
        try:
            return Duration.parse(text.value) if text else None
        except ValueError:
            return None

    @cached_property
    def hold(self) -> Duration:
        """How long the condition must hold; zero without `for`."""
        return self.time("for") or Duration(0)

    @cached_property
    def severity_words(self) -> tuple[str, ...]:
        """What its labels say of its severity, in lower case, the most telling one first."""
        said = (self.labels[key].value.strip().lower() for key in SEVERITY_LABELS if key in self.labels)
        return tuple(word for word in said if word)

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Every label and annotation of the rule itself that holds a template action."""
        texts = [*self.labels.items(), *self.annotations.items()]
        return tuple(Template(key, text) for key, text in texts if "{{" in text.value) if self.is_alert else ()

    @property
    def subject(self) -> str:
        """Name the rule so that the name survives moved lines: kind, name, group and identifying labels."""
        extra = [f"{key}={self.labels[key].value}" for key in ("slo_service", "slo", "tier") if key in self.labels]
        return "/".join((self.group.name.value, self.name.value, *extra))

    def annotation(self, *keys: str) -> Text | None:
        """Return the first of these annotations that is there and not blank."""
        found = (self.annotations.get(key) for key in keys)
        return next((text for text in found if text and text.value.strip()), None)

    def label(self, key: str) -> str:
        """Return the value of a label, or nothing."""
        return self.labels[key].value if key in self.labels else ""

    def at_key(self, key: str) -> Location:
        """Point at a key of the rule as written; at its name when the key is not there."""
        return self.document.at_key((*self.path, key)) if key in self.data else self.name.at()


@dataclass(frozen=True)
class Template:
    """A label or annotation with template actions, and what it uses; `error` is set when it does not parse."""

    key: str
    text: Text

    @cached_property
    def read(self) -> Facts | TemplateError:
        """What the template uses, or why it does not parse."""
        try:
            return facts(parse_template(self.text.value))
        except TemplateError as error:
            return error

    @property
    def facts(self) -> Facts | None:
        """What the template uses; None when it does not parse."""
        return None if isinstance(self.read, TemplateError) else self.read
