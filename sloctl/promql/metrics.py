"""What the name of a metric says: whether it counts, and in which unit.

Source: "Metric and label naming" and "OpenMetrics" conventions. Names are hints, never proof: old counters have no
`_total` (`kubelet_evictions`), and `_count` and `_sum` are the names of gauges as often as of histogram parts.
"""

from functools import lru_cache
from typing import Literal, TypeAlias

Counting: TypeAlias = Literal["certainly", "perhaps", "no"]

_UNITS = (
    "milliseconds",
    "microseconds",
    "nanoseconds",
    "seconds",
    "minutes",
    "hours",
    "days",
    "bytes",
    "bits",
    "ratio",
    "percent",
    "percentage",
    "celsius",
    "fahrenheit",
    "volts",
    "amperes",
    "watts",
    "joules",
    "meters",
    "grams",
    "hertz",
)
_NOT_THE_UNIT = ("_total", "_sum", "_bucket", "_created", "_max", "_min", "_avg")


def counting(metric: str) -> Counting:
    """Tell whether a metric is a counter, so that only its rate means something; a recorded one (`a:b`) is not."""
    if ":" in metric:
        return "no"
    if metric.endswith(("_total", "_bucket")):
        return "certainly"
    return "perhaps" if metric.endswith(("_count", "_sum")) else "no"


@lru_cache(maxsize=4096)  # several checks ask it of every selector
def unit(metric: str) -> str | None:
    """Return the unit that ends a metric's name (`seconds`, `bytes`, `ratio`, …); None if there is none.

    `_count` has no unit: it counts events, whatever they measure.
    """
    base = metric
    for suffix in _NOT_THE_UNIT:
        base = base.removesuffix(suffix)
    return next((name for name in _UNITS if base.endswith(("_" + name, ":" + name))), None)
