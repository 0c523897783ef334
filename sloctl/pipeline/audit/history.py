"""When alerts fired, from the `ALERTS` that a server has recorded, and which of its rules each of them is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sloctl.core.duration import Duration
from sloctl.evidence.firings import Firing, firings_from
from sloctl.model.rules import Pairs
from sloctl.promapi.answers import Labels, LoadedRule
from sloctl.promapi.client import Client

SLOT = Duration.of(minutes=1)
"""The resolution: what fired at any moment of a minute fired in it."""
_DAY = 86_400_000
_HOUR = Duration.of(hours=1)
_FIRING = f'last_over_time(ALERTS{{alertstate="firing"}}[{SLOT}])'
_NO_LABELS = ("__name__", "alertstate")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a server knows: its rules (none where it lists none), the firings of each, and since when it remembers.

    `firings` are by index of the rule, `gone` are those of no rule that is still there, by name of the alert.
    """

    rules: tuple[LoadedRule, ...]
    firings: Mapping[int, tuple[Firing, ...]]
    gone: Mapping[str, tuple[Firing, ...]]
    since: int


def days_of(since: int, until: int) -> list[tuple[int, int]]:
    """Cut a time (unix milliseconds) into the parts that are asked for one by one."""
    return [(start, min(start + _DAY, until)) for start in range(since, until, _DAY)]


def read_history(client: Client, since: int, until: int, done: Callable[[], None]) -> Recorded:
    """Ask a server for all firings between two times (unix milliseconds); `done` is called after each day."""
    rules = client.rules() or ()
    times: dict[Pairs, list[float]] = {}
    for start, end in days_of(since, until):
        for labels, found in _day(client, start, end):
            times.setdefault(labels, []).extend(found)
        done()
    firings: dict[int, tuple[Firing, ...]] = {}
    gone: dict[str, tuple[Firing, ...]] = {}
    find = _finder(rules)
    for labels, seconds in times.items():
        fired = tuple(firings_from(seconds, SLOT.ms, labels=labels, until=until - SLOT.ms))
        index, name = find(dict(labels)), dict(labels).get("alertname", "")
        if index is None:
            gone[name] = (*gone.get(name, ()), *fired)
        else:
            firings[index] = (*firings.get(index, ()), *fired)
    return Recorded(rules, firings, gone, _remembered(client, since, until))


def _day(client: Client, start: int, end: int) -> Iterator[tuple[Pairs, Sequence[float]]]:
    """Yield each alert that fired, with the beginnings of the minutes in which it did, in seconds."""
    step = SLOT.ms / 1000
    for column in client.columns(_FIRING, start=start / 1000 + step, end=end / 1000, step=step):
        labels = {name: value for name, value in column.labels.items() if name not in _NO_LABELS}
        yield tuple(sorted(labels.items())), [ended - step for ended in column.times]


def _remembered(client: Client, since: int, until: int) -> int:
    """Return from when on the server remembers anything, to the minute; `until` where it remembers nothing."""
    hour = _first(client, since, until, _HOUR)
    if hour is None or hour <= since:
        return until if hour is None else since
    begin = max(since, hour - _HOUR.ms)
    return max(since, (_first(client, begin, hour, SLOT) or hour) - SLOT.ms)


def _first(client: Client, start: int, end: int, step: Duration) -> int | None:
    """Return the end of the first step in which the server has scraped something, or had an alert."""
    ever = f"count(last_over_time(up[{step}])) or count(last_over_time(ALERTS[{step}]))"
    found = client.query_range(ever, start=start / 1000, end=end / 1000, step=step.ms / 1000)
    return min((round(1000 * series.points[0][0]) for series in found if series.points), default=None)


def _finder(rules: Sequence[LoadedRule]) -> Callable[[Labels], int | None]:
    """Return what finds the rule of a recorded alert: of those of its name, the one that fixes most of its labels."""
    by_name: dict[str, list[int]] = {}
    for index, rule in enumerate(rules):
        if rule.is_alert:
            by_name.setdefault(rule.name, []).append(index)

    def find(labels: Labels) -> int | None:
        fitting = [index for index in by_name.get(labels.get("alertname", ""), ()) if _fits(rules[index], labels)]
        return max(fitting, key=lambda index: len(rules[index].labels), default=None)

    return find


def _fits(rule: LoadedRule, labels: Labels) -> bool:
    return all("{{" in value or labels.get(name, "") == value for name, value in rule.labels.items())
