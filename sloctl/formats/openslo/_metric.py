"""Metric sources: the PromQL in them, with the window left open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sloctl.core import problems
from sloctl.core.human import and_list
from sloctl.formats._queries import GO_WINDOW, Query
from sloctl.formats._query_shapes import VARIABLE
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.promql.errors import PromqlError
from sloctl.promql.labels import surviving_labels
from sloctl.promql.shape import constant
from sloctl.promql.tree import Aggregate, Binary, Call, Node, Selector, Subquery, unwrap, walk

_KEYS = ("query", "promql", "expr", "expression")
"""Where PromQL stands in `spec`; OpenSLO names no key. The first is that of Sloth and of the specification."""
_WINDOW = re.compile(
    rf"{GO_WINDOW.pattern}|\{{\{{\s*window\s*\}}\}}|\$\{{window\}}|(?<=\[)\s*window\s*(?=[\]:])"
    r"|\$__(?:rate_interval|interval|range)\b"
)
_SPEAKS_PROMQL = ("prom", "thanos", "mimir", "cortex", "victoria", "sloth")
_COUNTER_NAMES = ("_total", "_count", "_bucket", "_sum")


def read_query(metric: Spot, context: Context) -> Query | None:
    """Return the query of a metric; report a source that is not Prometheus, or PromQL that does not parse."""
    source = metric.step("metricSource") if metric.has("metricSource") else metric
    if not _is_prometheus(source, context):
        return None
    held = source if source.has("query") else source.step("spec")
    key = next((key for key in _KEYS if held.text(key).strip()), None)
    if key is None:
        message = f"`{held.name}` holds no PromQL"
        context.report.refuse(held.at(), message, f"write it as {and_list([f'`{each}`' for each in _KEYS], 'or')}")
        return None
    spot = held.step(key)
    query = Query.read(spot.document, spot.path, spot.text(), _WINDOW)
    try:
        query.expression  # noqa: B018 - it parses, or tells why not
    except PromqlError as error:
        context.report.find(problems.PROMQL_SYNTAX, query.error_at(error), error.message, error.help)
        return None
    return query


def check_sources(thing: Thing, context: Context) -> None:
    """Report metrics of an SLI of which nobody knows where they are, even where no SLO refers to it."""
    ratio = thing.spec.step("ratioMetric")
    metrics = [thing.spec.step("thresholdMetric"), *(ratio.step(key) for key in ("good", "bad", "total", "raw"))]
    for metric in metrics:
        if metric.value is not None:
            _type_of(metric.step("metricSource") if metric.has("metricSource") else metric, context)


def _is_prometheus(source: Spot, context: Context) -> bool:
    place = _type_of(source, context)
    if place is None:
        return False
    kind = place.text()
    if not kind or any(word in kind.lower() for word in _SPEAKS_PROMQL):
        return True
    message = f"the metrics are in `{kind}`, and only PromQL can be compiled"
    context.report.refuse(place.at(), message, "say the same with metrics that Prometheus has")
    return False


def _type_of(source: Spot, context: Context) -> Spot | None:
    """Return where the type of a source stands, with an empty text for one that is taken for Prometheus."""
    for path in (("source",), ("type",), ("dataSourceSpec", "type")):
        if source.text(*path):
            return source.step(*path)
    for key in ("metricSourceRef", "dataSourceRef"):
        if source.has(key):
            found = context.index.find("DataSource", source.step(key))
            return found.spec.step("type") if found else None
    message = f"`{source.name}` has neither a type nor a reference to a DataSource, so it is taken for Prometheus"
    context.report.disputed(source.at(), message, "write `type: Prometheus`")
    return source.step("type")


def counted(query: Query, *, counter: bool | None, context: Context) -> Query | None:
    """Make a query count events in an open window: `x_total` becomes `sum(increase(x_total[$window]))`.

    `counter` is what the SLI says of its metrics. Whatever reads a window already is left as it is.
    """
    if query.has_window:
        return _summed(query, context)
    root = query.expression.root
    if any(isinstance(node, Selector | Subquery) and node.range_at for node in walk(root)):
        opened = open_ranges(query, context)
        return _summed(opened, context) if opened else None
    if not _is_counter(query, counter, context):
        return _summed(_gathered(query, "sum_over_time"), context)
    if _is_sum(root):
        return _summed(_each(query, "increase"), context)
    message = "a counter is read without a range, and what is done with it does not add up over time"
    advice = "write the counts themselves, such as `sum(increase(x_total[{{.window}}]))`, or say `counter: false`"
    context.report.refuse(query.at(root.start, root.end), message, advice)
    return None


def in_one_unit(queries: Iterable[Query]) -> list[Query]:
    """Count in all queries of a ratio where only some do: events per second and events cannot be compared."""
    found = list(queries)
    calls = [node for query in found for node in walk(query.expression.root) if isinstance(node, Call)]
    if {"rate", "increase"} - {call.function for call in calls}:
        return found
    return [query.edited((*call.name_at, "increase") for call in _rates(query)) for query in found]


def _rates(query: Query) -> Iterator[Call]:
    for node in walk(query.expression.root):
        if isinstance(node, Call) and node.function == "rate":
            yield node


def averaged(query: Query, context: Context) -> Query | None:
    """Make a query for a ratio give its average in an open window."""
    if query.has_window:
        return query
    if any(isinstance(node, Selector | Subquery) and node.range_at for node in walk(query.expression.root)):
        return open_ranges(query, context)
    if isinstance(unwrap(query.expression.root), Selector):
        return _each(query, "avg_over_time")
    return _whole(query, "avg_over_time")


def open_ranges(query: Query, context: Context) -> Query | None:
    """Replace the one range that a query reads by the window."""
    ranged = [node for node in walk(query.expression.root) if isinstance(node, Selector | Subquery) and node.range_at]
    places = [node.range_at for node in ranged if node.range_at]
    written = {query.text[start:end] for start, end in places}
    where = query.at(*places[0])
    if len(written) > 1 or any(isinstance(node, Subquery) for node in ranged):
        message = (
            f"the query reads fixed ranges ({and_list(sorted(written))}), so it is unclear where the window belongs"
        )
        context.report.refuse(where, message, "write the window as `{{.window}}` where it belongs")
        return None
    context.report.derived(where, f"the range {written.pop()} becomes the window of each rule")
    return query.edited((start, end, f"[{VARIABLE}]") for start, end in places)


def _is_counter(query: Query, said: bool | None, context: Context) -> bool:
    """Believe what the SLI says, unless the name of the metric says that it is a counter."""
    selectors = [node for node in walk(query.expression.root) if isinstance(node, Selector)]
    named = [node for node in selectors if (node.metric or "").endswith(_COUNTER_NAMES)]
    if said or not named:
        return bool(said)
    message = f"`{named[0].metric}` is a counter by its name, so its growth is counted"
    if said is False:
        context.report.corrected(query.at(*named[0].vector_at), message, "write `counter: true`")
    else:
        context.report.derived(query.at(*named[0].vector_at), message)
    return True


def _is_sum(node: Node) -> bool:
    """Tell whether an expression of counters is their sum, so that its growth is the sum of theirs."""
    match unwrap(node):
        case Selector():
            return True
        case Aggregate(op="sum", arg=inner):
            return _is_sum(inner)
        case Call(function="label_replace" | "label_join", args=args):
            return _is_sum(args[0])
        case Binary(op="+" | "-", left=left, right=right):
            return _is_sum(left) and _is_sum(right)
        case Binary(op="or", left=left, right=right):
            return _is_sum(left) and (_is_sum(right) or constant(right) == 0)
    return False


def _gathered(query: Query, function: str) -> Query:
    return _each(query, function) if _is_sum(query.expression.root) else _whole(query, function)


def _each(query: Query, function: str) -> Query:
    """Read every selector over the window."""
    return query.edited(_wrapping(query, function))


def _wrapping(query: Query, function: str) -> Iterator[tuple[int, int, str]]:
    for node in walk(query.expression.root):
        if isinstance(node, Selector):
            yield node.start, node.start, f"{function}("
            last = node.vector_at[1]
            if last == node.end:
                yield last, last, f"[{VARIABLE}])"
            else:  # an offset follows the range
                yield last, last, f"[{VARIABLE}]"
                yield node.end, node.end, ")"


def _whole(query: Query, function: str) -> Query:
    """Read the whole expression once a minute over the window."""
    root = query.expression.root
    return query.edited([(root.start, root.start, f"{function}(("), (root.end, root.end, f")[{VARIABLE}:1m])")])


def _summed(query: Query, context: Context) -> Query:
    """Add up all series where the query leaves them apart: OpenSLO speaks of one figure."""
    root = query.expression.root
    if not surviving_labels(root).is_open:
        return query
    context.report.derived(query.at(root.start, root.end), "all series of the query are added up")
    return query.edited([(root.start, root.start, "sum("), (root.end, root.end, ")")])
