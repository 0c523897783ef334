"""How long `sloctl compile` takes and how much memory: whole runs, the stages, the growth, the rules per SLO.

Whole runs start from the command line and write into an empty folder. Each is run five times; memory is
sampled in a run of its own, because sampling costs time.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeVar

from measure import Run, machine, peak_megabytes, print_table, spread, timed_often
from specs import Fleet, write_fleet

from sloctl.model.rules import Alerting, Artifact, RuleGroup
from sloctl.pipeline.emit import emit_spec
from sloctl.pipeline.load import find_files, read_documents
from sloctl.pipeline.plan.service import plan
from sloctl.pipeline.resolve.service import resolve
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.write import apply, plan_changes

_Result = TypeVar("_Result")

RUNS = 5
TIMES = ("fastest", "median", "CPU time")
SLOCTL = Path(sys.executable).with_name("sloctl")
MANY = Fleet(files=1000, slos=10)
FLEETS = (
    Fleet(files=1000, slos=3, alerts=2),
    MANY,
    Fleet(files=10, services=100, slos=10),
    Fleet(files=10, slos=1000),
)
GROWTH = tuple(Fleet(files=files, slos=10) for files in (100, 200, 500, 1000))

USUAL = (15, 2, 4)
"""The usual layout: eight windows of error ratios and seven figures are recorded; one page, one ticket; four of the
figures (objective, error budget, length of the period, info) have one series whatever the groups are."""


def main() -> None:
    """Print all tables."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="sloctl-bench-") as name:
        folder = Path(name)
        print_whole_runs(folder)
        print_growth(folder)
        print_stages(folder)
        print_rules(folder)


def print_whole_runs(folder: Path) -> None:
    """Time and memory of the command, with one process per core."""
    rows = []
    for fleet in FLEETS:
        specs = write_fleet(fleet, folder / fleet.words)
        taken, memory = spread(_runs(specs)), f"{_peak_memory(specs):.0f} MB"
        written = sum(path.stat().st_size for path in _output(specs).iterdir()) / 1e6
        rows.append([fleet.words, f"{fleet.all_slos:,}", f"{written:.0f} MB", *taken, memory])
    print_table("compile", ["specs", "SLOs", "rules", *TIMES, "peak memory"], rows)


def print_growth(folder: Path) -> None:
    """Does the cost grow in step with the number of SLOs?"""
    rows = []
    for fleet in GROWTH:
        specs = write_fleet(fleet, folder / fleet.words)
        runs = _runs(specs)
        per_thousand = f"{median(run.cpu for run in runs) / fleet.all_slos * 1000:.2f} s"
        rows.append([f"{fleet.all_slos:,}", *spread(runs), per_thousand, f"{_peak_memory(specs):.0f} MB"])
    print_table("growth, files of 10 SLOs", ["SLOs", *TIMES, "CPU per 1,000", "peak memory"], rows)


def print_stages(folder: Path) -> None:
    """Where the processor time goes, in one process; waiting for the disk is not counted."""
    specs = write_fleet(MANY, folder / MANY.words)
    spent = _stages(specs, folder / "staged")
    whole = sum(spent.values())
    rows = [
        [stage, f"{taken:.2f} s", f"{taken / whole:.0%}", f"{taken / MANY.all_slos * 1e6:.0f} us"]
        for stage, taken in spent.items()
    ]
    rows.append(["all", f"{whole:.2f} s", "100%", f"{whole / MANY.all_slos * 1e6:.0f} us"])
    print_table(f"stages, {MANY.words}, one process", ["stage", "CPU time", "share", "per SLO"], rows)


def print_rules(folder: Path) -> None:
    """Rules and recorded series of one SLO, beside the usual layout."""
    specs = write_fleet(Fleet(files=1, slos=4), folder / "periods")
    (document,), _, _ = read_documents(find_files([specs])[0], "specs.yaml")
    settings = Settings(root=folder)
    service, _ = resolve(document, settings)
    assert service, "the generated spec has errors"  # noqa: S101 - a bug of the generator
    groups = plan(service, "specs.yaml", settings).groups
    periods = {slo.period: group for slo, group in zip(service.slos, groups, strict=True)}
    rows = [["usual layout", *_counts(*USUAL)]]
    rows += [[f"sloctl, {period}", *_counts(*_kinds(periods[period]))] for period in sorted(periods)]
    head = ["layout", "recording rules", "alerting rules", "rules", "recorded series", "series of 10 groups"]
    print_table("rules of one SLO", head, rows)


def _kinds(group: RuleGroup) -> tuple[int, int, int]:
    """Count recordings, alerts, and recordings of a constant, which have one series whatever the groups are."""
    alerts = sum(isinstance(rule, Alerting) for rule in group.rules)
    constants = sum(rule.expr.startswith("vector(") for rule in group.rules)
    return len(group.rules) - alerts, alerts, constants


def _counts(recordings: int, alerts: int, constants: int) -> list[str]:
    grouped = 10 * (recordings - constants) + constants
    return [str(count) for count in (recordings, alerts, recordings + alerts, recordings, grouped)]


def _stages(specs: Path, output: Path) -> dict[str, float]:
    """Compile in this process, as `sloctl compile -j 1` does, and add up what each stage takes."""
    spent: dict[str, float] = {}
    settings = Settings(root=specs)
    artifacts: list[Artifact] = []
    for path in find_files([specs]):
        documents, _, _ = _timed(spent, "load", partial(read_documents, path, path.name))
        for document in documents:
            service, _ = _timed(spent, "validate and resolve", partial(resolve, document, settings))
            assert service, "the generated spec has errors"  # noqa: S101 - a bug of the generator
            rules = _timed(spent, "plan", partial(plan, service, path.name, settings))
            (written,) = _timed(spent, "emit", partial(emit_spec, rules, service, settings, verify=False))
            artifacts += written.emitted.artifacts
    _timed(spent, "write", lambda: apply(plan_changes(artifacts, output)))
    return spent


def _timed(spent: dict[str, float], stage: str, work: Callable[[], _Result]) -> _Result:
    start = time.process_time()
    result = work()
    spent[stage] = spent.get(stage, 0) + time.process_time() - start
    return result


def _runs(specs: Path) -> list[Run]:
    return timed_often(_command(specs), specs, RUNS, prepare=partial(_clear, specs))


def _peak_memory(specs: Path) -> float:
    _clear(specs)
    return peak_megabytes(_command(specs), specs)


def _command(specs: Path) -> list[str | Path]:
    return [SLOCTL, "compile", specs, "--quiet", "--output", _output(specs)]


def _output(specs: Path) -> Path:
    return specs.with_suffix(".rules")


def _clear(specs: Path) -> None:
    shutil.rmtree(_output(specs), ignore_errors=True)


if __name__ == "__main__":
    main()
