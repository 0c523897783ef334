"""Which labels the result of an expression has, and which part of the expression drops one.

The rules are those of the Prometheus engine (promql/engine.go: `resultMetric`, `aggregation`,
`createLabelsForAbsentFunction`). They serve to tell whether `{{ $labels.x }}` can be anything but empty, so they err on
the side of "may have": a label is missing only if no series could bring it. The metric name is the label `__name__`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sloctl.promql.grammar import COMPARISONS, SET_OPERATORS
from sloctl.promql.label_set import NO_LABELS, LabelSet
from sloctl.promql.tree import Aggregate, Binary, Call, Matching, Node, Number, Selector, String, Unary, unwrap
from sloctl.promql.value_types import value_type

Recorded = Mapping[str, LabelSet]
"""The labels of recorded series, by the name of the series."""
NOTHING_RECORDED: Recorded = MappingProxyType({})
NAME = "__name__"
_CHOOSING = {"topk", "bottomk", "limitk", "limit_ratio"}
_KEEP_NAME = {"sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "last_over_time", "first_over_time", "info"}
_KEEP_NAME |= {"label_replace", "label_join"}
_ABSENT = {"absent", "absent_over_time"}
_HISTOGRAMS = {"histogram_quantile", "histogram_quantiles", "histogram_fraction"}


def surviving_labels(node: Node, recorded: Recorded = NOTHING_RECORDED) -> LabelSet:
    """Return the labels of an expression's result.

    Of the branches of an `or` only what each of them may have counts, for any of them may be the one that fires.
    `recorded` are the labels of series that recording rules make; any other series may have any label.
    """
    match node:
        case Number() | String():
            return NO_LABELS
        case Selector():
            return _selected(node, recorded)
        case Call():
            return _returned(node, recorded)
        case Aggregate():
            return _aggregated(node, recorded)
        case Binary():
            return _combined(node, recorded)
    inner = surviving_labels(node.expr, recorded)
    return inner.drop(NAME) if isinstance(node, Unary) else inner


def dropped_by(node: Node, label: str, recorded: Recorded = NOTHING_RECORDED) -> Node | None:
    """Return the innermost part of an expression that drops a label; None if the result may have it.

    An operand that never had labels, such as `vector(0)`, counts as the one that drops them.
    """
    if surviving_labels(node, recorded).may_have(label):
        return None
    blamed = (dropped_by(source, label, recorded) for source in _sources(node, label))
    return next((part for part in blamed if part), node)


def _sources(node: Node, label: str) -> tuple[Node, ...]:
    """Return the operands from which the result could have a label."""
    match node:
        case Aggregate():
            return (node.arg,)
        case Call():
            carrier = _carrier(node)
            return () if carrier is None or node.function in _ABSENT else (carrier,)
        case Binary(op="or"):
            return node.left, node.right
        case Binary():
            many, one = _sides(node)
            return (one,) if label in _names(node.matching, "include") else (many,)
    return node.children


def _selected(node: Selector, recorded: Recorded) -> LabelSet:
    missing = frozenset(matcher.label for matcher in node.matchers if (matcher.op, matcher.value) == ("=", ""))
    present = {matcher.label for matcher in node.matchers if matcher.op == "=" and matcher.value}
    present |= {matcher.label for matcher in node.matchers if (matcher.op, matcher.value) in {("!=", ""), ("=~", ".+")}}
    known = recorded.get(node.metric or "", LabelSet(is_open=True)).drop(*missing)
    return known.assure(*present, *([NAME] if node.metric else []))


def _carrier(node: Call) -> Node | None:
    """Return the argument whose labels a function passes on."""
    return next((arg for arg in node.args if value_type(arg) in {"instant vector", "range vector"}), None)


def _returned(node: Call, recorded: Recorded) -> LabelSet:
    carrier = _carrier(node)
    if carrier is None or value_type(node) == "scalar":
        return NO_LABELS
    if node.function in _ABSENT:
        return _absent(unwrap(carrier))
    labels = surviving_labels(carrier, recorded)
    if node.function in _HISTOGRAMS:
        labels = labels.drop("le")
    if node.function not in _KEEP_NAME:
        labels = labels.drop(NAME)
    return _relabelled(node, labels)


def _relabelled(node: Call, labels: LabelSet) -> LabelSet:
    texts = [arg.value if isinstance(arg, String) else "" for arg in map(unwrap, node.args)]
    if node.function == "label_replace":
        # an empty replacement is the idiom for removing a label
        return labels.drop(texts[1]) if not texts[2] else labels.drop(texts[1]).add(texts[1])
    if node.function == "label_join":
        return labels.drop(texts[1]).add(texts[1])
    if node.function == "histogram_quantiles":
        return labels.assure(texts[1])
    if node.function == "info":
        return LabelSet(is_open=True, certain=labels.certain)
    return labels


def _absent(carrier: Node) -> LabelSet:
    """Return the labels that `absent` makes up: those with a single matcher, which is an `=`."""
    if not isinstance(carrier, Selector):
        return NO_LABELS
    labels = [matcher.label for matcher in carrier.matchers]
    pinned = [matcher for matcher in carrier.matchers if matcher.op == "=" and labels.count(matcher.label) == 1]
    return NO_LABELS.assure(*(matcher.label for matcher in pinned if matcher.value and matcher.label != NAME))


def _aggregated(node: Aggregate, recorded: Recorded) -> LabelSet:
    labels = surviving_labels(node.arg, recorded)
    if node.op in _CHOOSING:
        return labels
    names = [label.name for label in node.labels]
    kept = labels.drop(*names, NAME) if node.modifier == "without" else labels.keep(names)
    if node.op == "count_values" and node.param and isinstance(value := unwrap(node.param), String):
        return kept.assure(value.value)
    return kept


def _sides(node: Binary) -> tuple[Node, Node]:
    """Return the operand that gives the result its labels (the side with many series), and the other one."""
    if node.matching and node.matching.group:
        swapped = node.matching.group == "right"
    else:
        swapped = value_type(node.left) == "scalar"
    return (node.right, node.left) if swapped else (node.left, node.right)


def _names(matching: Matching | None, kind: str) -> frozenset[str]:
    """Return the labels of `on`, of `ignoring`, or those that a group modifier includes (`include`)."""
    if matching is None or kind not in {matching.kind, "include"}:
        return frozenset()
    return frozenset(label.name for label in (matching.include if kind == "include" else matching.labels))


def _combined(node: Binary, recorded: Recorded) -> LabelSet:
    many, one = _sides(node)
    labels = surviving_labels(many, recorded)
    if node.op in SET_OPERATORS:
        return labels.common(surviving_labels(one, recorded)) if node.op == "or" else labels
    if node.op not in COMPARISONS or node.returns_bool:
        labels = labels.drop(NAME)
    if node.matching and node.matching.group is None:
        on = node.matching.kind == "on"
        return labels.keep(_names(node.matching, "on")) if on else labels.drop(*_names(node.matching, "ignoring"))
    return _included(labels, surviving_labels(one, recorded), _names(node.matching, "include"))


def _included(labels: LabelSet, one: LabelSet, include: frozenset[str]) -> LabelSet:
    """Return the labels of a grouped operation: the included ones come from the side with one series, or vanish."""
    labels = labels.drop(*include).add(*(label for label in include if one.may_have(label)))
    return labels.assure(*(include & one.certain))
