"""`sloctl backtest` of 100 SLOs over 30 days at 30 s: time and memory, beside what Prometheus itself would take.

The server's own processor time is counted apart: it evaluates the 5m windows over raw series, and nothing else. For the
comparison it evaluates all rules of one SLO over the same history, recording by recording, each on those before.

Needs `prometheus` and `promtool`. The first run makes 19 million samples, which takes a minute or two, and keeps them
under .cache/bench/.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from layout.blocks import Series, link_blocks, write_blocks
from measure import machine, peak_megabytes, print_table, timed

from sloctl.pipeline.backtest.private import running
from sloctl.promapi.access import Access
from sloctl.promapi.client import Client
from sloctl.promapi.transport import Transport

SLOS = 100
DAYS, LEAD = 30, 3
DAY, STEP = 86_400, 30
END = 1_795_046_400
"""A fixed end, so that the history is made once."""
BEGIN = END - (DAYS + LEAD) * DAY
CACHE = Path(__file__).parents[1] / ".cache" / "bench" / "backtest"
SLOCTL = (sys.executable, "-m", "sloctl")

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {{name: service-{number}, owner: team-{number}}}
defaults: {{runbook: "https://runbooks.example.org/{{name}}", action: Look at it}}
slos:
  - name: requests
    objective: 99.9
    sli:
      events:
        bad: failed_total{{service="{number}"}}
        total: requests_total{{service="{number}"}}
"""


def main() -> None:
    """Print the table."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="sloctl-bench-") as name:
        folder = Path(name)
        prepare(folder)
        replay(folder)
        evaluate(folder)


def prepare(folder: Path) -> None:
    """Write the specs, and give the folder a database of the history."""
    (folder / "specs").mkdir()
    (folder / "sloctl.yaml").write_text("specs: [specs]\n")
    for number in range(SLOS):
        (folder / "specs" / f"{number:03}.yaml").write_text(SPEC.format(number=number))
    if not (CACHE / "made").exists():
        shutil.rmtree(CACHE, ignore_errors=True)
        write_blocks((series for number in range(SLOS) for series in history(number)), BEGIN, END, CACHE / "raw")
        (CACHE / "made").touch()
    (folder / "data").mkdir()
    link_blocks(CACHE / "raw", folder / "data")


def history(number: int) -> Iterator[Series]:
    """Make the counters of a service: 40 requests a second, fewer by night; 5 % fail for half an hour a week."""
    random = np.random.default_rng(number)
    times = np.arange(BEGIN + 8, END, STEP)
    rate = 40 * (1 - 0.8 * np.cos((times % DAY) * (2 * np.pi / DAY)))
    share = np.where((times - BEGIN + number * 3001) % (7 * DAY) < 1800, 0.05, 0.0002)
    total = random.poisson(rate * STEP)
    bad = random.binomial(total, share)
    for name, counted in (("requests_total", total), ("failed_total", bad)):
        yield Series(f'{name}{{service="{number}"}}', times, counted.cumsum() + 1000)


def replay(folder: Path) -> None:
    """Time the command, and the server that answers it."""
    with running("prometheus", folder) as url:
        server = server_pid(url)
        command = [
            *SLOCTL,
            "backtest",
            "--prometheus",
            url,
            "--until",
            str(END),
            "--days",
            str(DAYS),
            "--format",
            "json",
        ]
        before = cpu_seconds(server)
        run = timed(command, folder)
        server_seconds = cpu_seconds(server) - before
        megabytes = peak_megabytes(command, folder)
    rows = [
        ["whole run, by the clock", f"{run.wall:.1f} s"],
        ["sloctl: processor time", f"{run.cpu:.1f} s"],
        ["Prometheus, answering: processor time", f"{server_seconds:.1f} s"],
        ["sloctl: most memory", f"{megabytes:.0f} MB"],
    ]
    print_table(f"sloctl backtest of {SLOS} SLOs, {DAYS} days, every {STEP} s", ("", "taken"), rows)


def evaluate(folder: Path) -> None:
    """Let Prometheus evaluate all rules of one SLO over the same time, and reckon what all would take."""
    compiled = subprocess.run([*SLOCTL, "compile", "specs/000.yaml", "--stdout"], cwd=folder, check=True,
                              capture_output=True, text=True)  # fmt: skip
    rules = yaml.safe_load(compiled.stdout)["groups"][0]["rules"]
    seconds = {"recordings": 0.0, "alerts": 0.0}
    for rule in rules:
        with running("prometheus", folder) as url:
            begin = time.perf_counter()
            found = Client(Transport(Access(url=url))).columns(rule["expr"], start=BEGIN, end=END - STEP, step=STEP)
            seconds["recordings" if "record" in rule else "alerts"] += time.perf_counter() - begin
        if "record" in rule and found:
            write_blocks(recorded(rule, found), BEGIN, END, folder / "data")
    whole = sum(seconds.values())
    rows = [[name, f"{taken:.1f} s", f"{SLOS * taken:.0f} s"] for name, taken in [*seconds.items(), ("all", whole)]]
    head = ("rules", "one SLO", f"{SLOS} SLOs, reckoned")
    print_table(
        "Prometheus evaluating the compiled rules over the same time (query_range, its answer read)", head, rows
    )


def recorded(rule: dict[str, Any], found: list[Any]) -> Iterator[Series]:
    """Return what a rule records."""
    for column in found:
        labels = {name: text for name, text in column.labels.items() if name != "__name__"} | rule["labels"]
        key = ",".join(f'{name}="{text}"' for name, text in labels.items())
        yield Series(f"{rule['record']}{{{key}}}", np.asarray(column.times).astype(np.int64), np.asarray(column.values))


def server_pid(url: str) -> int:
    """Find the server by the port it listens on."""
    port = url.rsplit(":", 1)[1]
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        if f"--web.listen-address=127.0.0.1:{port}".encode() in path.read_bytes().split(b"\0"):
            return int(path.parent.name)
    raise SystemExit(f"no server listens on {port}")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    main()
