"""The emitted rules against the usual layout, on one Prometheus, over the same backfilled 31 days.

The usual layout records an error ratio per window, each from raw counters, and takes the mean of 5m ratios for the
period. Times are medians; take them on an idle machine, or repeat them.

Needs `prometheus` and `promtool`. The first run makes 80 million samples, which takes minutes, and keeps them for a
week under .cache/bench/.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from layout import usual
from layout.detect import Firing, firing
from layout.emitted import rule_file
from layout.ground import SIZES, Past, prepare, query_time, started
from layout.history import DAY, EVALUATION, INCIDENTS
from layout.live import Ground, check_health, evaluation_seconds, load, samples_read, value
from layout.quiet import FAILURES, FLOOR, MONTHS, pages
from measure import print_table

Rules = dict[str, Any]
HEAD = ("", *(f"{size} raw series" for size in SIZES))
DETECTED = "w80"
"""The incidents are looked at on this service."""
ROUNDS = 3
DOWN_SECONDS = 20
CHECKED = 20
"""Moments at which the recordings of the history are compared with what the server computes."""


def main() -> None:
    """Print all tables."""
    print(_machine())
    begin = time.perf_counter()
    past, data = prepare()
    print(f"history of {len(SIZES)} services made in {time.perf_counter() - begin:.0f} s")
    try:
        with tempfile.TemporaryDirectory(prefix="sloctl-bench-") as name:
            _measure(past, data, Path(name))
    finally:
        shutil.rmtree(data)


def _machine() -> str:
    asked = subprocess.run(["prometheus", "--version"], check=True, capture_output=True, text=True)
    server, libraries = asked.stdout.split(" (")[0], f"Python {platform.python_version()}, numpy {np.__version__}"
    return f"{server}, {libraries}; {os.cpu_count()} cores"


def _measure(past: Past, data: Path, folder: Path) -> None:
    ours = {name: rule_file(name, folder) for name in past.histories}
    theirs = {name: usual.rule_file(name) for name in past.histories}
    with started(past, data, folder) as ground:
        print_check(ground, ours, past)
        print_samples(ground, ours, theirs, past)
        print_rules(ours[DETECTED], theirs[DETECTED])
        print_ratios(ground, ours, theirs, past)
        print_detection(ground, ours[DETECTED], past)
        print_seconds(ground, ours, theirs)
    print_pages()
    print_restart(past, data, folder, ours[DETECTED])


def print_check(ground: Ground, ours: dict[str, Rules], past: Past) -> None:
    """How far the recordings made offline are from what the rules compute on the server at the same moments."""
    worst = 0.0
    last = query_time(past)
    times = [last - step * 110_550 for step in range(CHECKED)]
    for content in ours.values():
        for rule in _rules(content):
            name = rule.get("record", "")
            if name.split(":increase")[-1] in {"5m", "30m", "1h", "2h", "6h", "1d", "3d"}:
                labels = ",".join(f'{key}="{text}"' for key, text in rule["labels"].items())
                for at in times:
                    computed, made = value(ground, rule["expr"], at), value(ground, f"{name}{{{labels}}}", at)
                    worst = max(worst, abs((computed or 0) - (made or 0)) / max(1.0, computed or 0))
    print(f"recordings made offline against the server, at {CHECKED} moments: at most {worst:.1e} apart")


def print_samples(ground: Ground, ours: dict[str, Rules], theirs: dict[str, Rules], past: Past) -> None:
    """Samples that one evaluation of all rules of an SLO reads."""
    at = query_time(past)
    read = [
        [sum(samples_read(ground, rule["expr"], at) for rule in _rules(layout[name])) for name in past.histories]
        for layout in (theirs, ours)
    ]
    factor = [f"{usual_read / our_read:,.0f} x" for usual_read, our_read in zip(*read, strict=True)]
    rows = [[name, *(f"{count:,}" for count in counts)] for name, counts in zip(("usual", "sloctl"), read, strict=True)]
    print_table("Samples read per evaluation of an SLO", HEAD, [*rows, ["fewer by", *factor]])


def print_seconds(ground: Ground, ours: dict[str, Rules], theirs: dict[str, Rules]) -> None:
    """Time per evaluation, as the server itself reports it; the layouts take turns."""
    rows = {"usual": list[str](), "sloctl": list[str]()}
    for name, own in ours.items():
        taken: dict[str, list[float]] = {layout: [] for layout in rows}
        for _ in range(ROUNDS):
            for layout, content in (("usual", theirs[name]), ("sloctl", own)):
                taken[layout].append(evaluation_seconds(ground, content))
                check_health(ground)
        for layout, times in taken.items():
            rows[layout].append(f"{median(times) * 1000:.2f} ms ({min(times) * 1000:.2f} to {max(times) * 1000:.2f})")
    title = "Evaluation of all rules of an SLO (prometheus_rule_group_last_duration_seconds)"
    print_table(title, HEAD, [[layout, *cells] for layout, cells in rows.items()])


def print_rules(ours: Rules, theirs: Rules) -> None:
    """Rules and recorded series of one SLO without `by`."""
    rows = []
    for name, content in (("usual", theirs), ("sloctl", ours)):
        kinds = [("record" in rule) for rule in _rules(content)]
        rows.append([name, str(kinds.count(True)), str(kinds.count(True)), str(kinds.count(False))])
    print_table("Rules of an SLO", ("", "recording rules", "recorded series", "alerting rules"), rows)


def print_ratios(ground: Ground, ours: dict[str, Rules], theirs: dict[str, Rules], past: Past) -> None:
    """The error ratio over 30d against the truth, without and with the first two incidents."""
    sums = {name: {r["record"]: r["expr"] for r in _rules(ours[name]) if "record" in r} for name in ours}
    figures = {
        "usual": [_expr(theirs[name], "slo:sli_error:ratio_rate30d") for name in ours],
        "raw counters, [30d]": [usual.ratio(name, "30d") for name in ours],
        "sloctl": [
            f"({sums[name]['slo:bad_events:increase30d']}) / ({sums[name]['slo:total_events:increase30d']})"
            for name in ours
        ],
    }
    midnight = next(iter(past.histories.values())).midnight
    troubled = (", with an outage in a hole and an absence of Prometheus", midnight + 30 * DAY)
    for what, at in (("", query_time(past)), troubled):
        truth = [known.true_ratio(at - 30 * DAY, at) for known in past.histories.values()]
        rows = [["truth", *(f"{ratio:.8f}" for ratio in truth)]]
        for name, expressions in figures.items():
            found = [value(ground, expr, at) or 0.0 for expr in expressions]
            rows.append([name, *(f"{ratio / true - 1:+.3%}" for ratio, true in zip(found, truth, strict=True))])
        rows += _by_phase(ground, figures["sloctl"], at, truth)
        print_table(f"Error ratio over 30d{what}", HEAD, rows)


def _by_phase(ground: Ground, expressions: list[str], at: int, truth: list[float]) -> Iterator[list[str]]:
    """Return rows for ten evaluations: which recorded moments a sum meets depends on when it is asked, modulo 5m."""
    times = range(at, at - 300, -EVALUATION)
    off = [
        [(value(ground, expr, time) or 0.0) / true - 1 for time in times]
        for expr, true in zip(expressions, truth, strict=True)
    ]
    yield ["sloctl, median of ten evaluations", *(f"{median(each):+.3%}" for each in off)]
    yield ["sloctl, worst of ten evaluations", *(f"{max(each, key=abs):+.3%}" for each in off)]


def print_detection(ground: Ground, ours: Rules, past: Past) -> None:
    """Minutes to the alert and to its reset, for rules that read raw counters and for those of sloctl."""
    midnight = past.histories[DETECTED].midnight
    rows = []
    for incident in INCIDENTS:
        expressions = [r["expr"] for r in _rules(ours) if r.get("labels", {}).get("notify") == incident.notify
                       and "alert" in r and r["labels"]["tier"] != "no_data"]  # fmt: skip
        raw = firing(ground, [usual.from_raw(DETECTED, incident.notify)], incident, midnight)
        own = firing(ground, expressions, incident, midnight)
        rows.append([incident.name, incident.notify, *_minutes(raw, own)])
    head = ("incident", "alert", "raw: fires", "sloctl: fires", "raw: resets", "sloctl: resets")
    print_table(f"Minutes to the alert and to its reset ({DETECTED[1:]} raw series)", head, rows)


def print_pages() -> None:
    """Pages of a service within its objective."""
    floors = {"usual": 0, "sloctl": FLOOR}
    rows = [[name, *(f"{pages(rate, floor):.2f}" for rate in (1, 10, 100))] for name, floor in floors.items()]
    title = f"Pages in 30 days without an incident ({FAILURES:.2%} of requests fail at random; mean of {MONTHS} months)"
    print_table(title, ("", "1 request/h", "10 requests/h", "100 requests/h"), rows)


def print_restart(past: Past, data: Path, folder: Path, ours: Rules) -> None:
    """What the rules count before and after a real restart, against raw counters at the same time."""
    rows = []
    for when in ("before", "after"):
        with started(past, data, folder) as ground:
            load(ground, ours, "5s")
            time.sleep(DOWN_SECONDS)
            now = int(time.time())
            raw = f'sum(increase(http_requests_total{{job="{DETECTED}"}}[1h]))'
            recorded = f'slo:total_events:increase1h{{slo_service="{DETECTED}"}}'
            figures = [value(ground, expr, now) for expr in (raw, recorded)]
            rows.append([when, *("none" if figure is None else f"{figure:,.0f}" for figure in figures)])
        time.sleep(DOWN_SECONDS)
    title = f"Requests in 1h, Prometheus away for {DOWN_SECONDS} s in between"
    print_table(title, ("", "raw counters", "sloctl"), rows)


def _minutes(raw: Firing, own: Firing) -> Iterator[str]:
    for figure in (raw.after, own.after, raw.reset, own.reset):
        yield "never" if figure is None else f"{figure:.1f}"


def _rules(content: Rules) -> list[dict[str, Any]]:
    return [rule for group in content["groups"] for rule in group["rules"]]


def _expr(content: Rules, name: str) -> str:
    return str(next(rule["expr"] for rule in _rules(content) if rule.get("record") == name))


if __name__ == "__main__":
    main()
