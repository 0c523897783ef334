"""The functions and aggregations of PromQL: what they take, what they give, which are experimental.

Source: promql/parser/functions.go and lex.go of Prometheus 2.42 and 3.x. Experimental ones need
`--enable-feature=promql-experimental-functions`. `holt_winters` became `double_exponential_smoothing` in 3.0.
"""

from dataclasses import dataclass

from sloctl.promql.tree import ValueType


@dataclass(frozen=True, slots=True)
class Signature:
    """The argument types of a function and the type of its value.

    `most` is None if the last argument may be repeated without end.
    """

    arguments: tuple[ValueType, ...]
    least: int
    most: int | None
    returns: ValueType = "instant vector"

    def argument(self, index: int) -> ValueType:
        """Return the type of the argument at a 0-based index."""
        return self.arguments[min(index, len(self.arguments) - 1)]


_TYPES: dict[str, ValueType] = {"v": "instant vector", "m": "range vector", "n": "scalar", "s": "string"}

# One letter an argument: v instant vector, m range vector, n scalar, s string; after `?` optional, before `*` repeated.
_SHAPES = {
    "v": """
        abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count
        histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad scalar sgn sin sinh sort sort_desc sqrt tan
        tanh timestamp""",
    "?v": "day_of_month day_of_week day_of_year days_in_month hour minute month year",
    "m": """
        absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate
        last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time
        stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time
        ts_of_min_over_time""",
    "": "end pi range start step time",
    "n": "vector",
    "nv": "histogram_quantile",
    "nm": "quantile_over_time",
    "nnv": "histogram_fraction",
    "mn": "predict_linear",
    "mnn": "double_exponential_smoothing holt_winters",
    "vn": "clamp_max clamp_min",
    "vnn": "clamp",
    "v?n": "round",
    "v?v": "info",
    "vssss": "label_replace",
    "vss?s*": "label_join",
    "v?s*": "sort_by_label sort_by_label_desc",
    "vsn?n*": "histogram_quantiles",
}
_SCALARS = {"end", "pi", "range", "scalar", "start", "step", "time"}


def _signature(name: str, shape: str) -> Signature:
    letters = shape.replace("?", "").rstrip("*")
    most = None if shape.endswith("*") else len(letters)
    least = len(shape.partition("?")[0])
    arguments = tuple(_TYPES[letter] for letter in letters)
    return Signature(arguments, least, most, "scalar" if name in _SCALARS else "instant vector")


FUNCTIONS: dict[str, Signature] = {
    name: _signature(name, shape) for shape, names in _SHAPES.items() for name in names.split()
}
_EXPERIMENTAL = """
    double_exponential_smoothing end first_over_time histogram_quantiles info limit_ratio limitk mad_over_time range
    sort_by_label sort_by_label_desc start step ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time
    ts_of_min_over_time"""
EXPERIMENTAL = frozenset(_EXPERIMENTAL.split())
AGGREGATIONS: dict[str, ValueType | None] = {
    **dict.fromkeys(("avg", "count", "group", "max", "min", "stddev", "stdvar", "sum")),
    **dict.fromkeys(("bottomk", "limit_ratio", "limitk", "quantile", "topk"), "scalar"),
    "count_values": "string",
}
"""The type of each aggregation's parameter; None if it takes none."""
