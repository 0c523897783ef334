"""What the name of a metric says: does it count, or is it a level that goes up and down?"""

from __future__ import annotations

import re
from functools import lru_cache

# Totals that are an amount: what there is of something, or how many there are right now.
_CAPACITY = re.compile(
    r"(^|_)(mem|memory|disks?|space|size|bytes|capacity|limit|max|inodes|swap|cpus?|cores|nodes|slots|blocks|storage|fs|"
    r"filesystem|volume|servers|replicas|instances|members|shards|hosts|pool|allocatable|connections|threads)_total$"
)
_RIGHT_NOW = re.compile(
    r"(^|_)(pending|unapplied|active|inactive|current|running|queued|open|waiting|used|unused|free|available|unavailable|"
    r"ready|up|down|desired|in_?flight|idle|busy|connected|offline|online|degraded|stuck|outstanding|missing|expiring)(_|$)"
)
_LEVEL = re.compile(
    r"^(up|probe_success|go_goroutines|node_load[0-9]+)$|"
    r"_(celsius|fahrenheit|temperature|ratio|percent|percentage|timestamp_seconds|queue_(length|size|depth))$|"
    r"_(free|avail|available|usage|used|working_set|resident_memory|virtual_memory)_bytes$|"
    r"^node_memory_\w+_bytes$"
)


def is_counter_name(metric: str) -> bool:
    """Tell whether a metric has the name of a counter; recorded series (`a:b`) are none."""
    return metric.endswith(("_total", "_bucket")) and ":" not in metric


@lru_cache(maxsize=4096)
def is_amount(metric: str) -> bool:
    """Tell whether a `…_total` is how much there is of something, such as `memory_total`, and no counter."""
    return bool(_CAPACITY.search(metric) or _RIGHT_NOW.search(metric))


@lru_cache(maxsize=4096)
def is_level(metric: str) -> bool:
    """Tell whether a metric is certainly a gauge by its name: a temperature, a ratio, free bytes, a queue's length."""
    return bool(_LEVEL.search(metric))
