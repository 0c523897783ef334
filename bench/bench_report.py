"""How long `sloctl report` takes: a hundred SLOs on a real Prometheus, over the last period and over four of them.

The server holds what the rules record of the base window, a sample every five minutes, for five months.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from demo.process import Server
from demo.servers import prometheus
from measure import machine, peak_megabytes, print_table, timed

SLOCTL = Path(sys.executable).with_name("sloctl")
RUNS = 3
SERVICES, SLOS = 10, 10
DAY, STEP = 86_400, 300
END = 1_795_392_000
DAYS = 150
EVENTS = 1000.0
INCIDENT = 30
"""Every 30 days, for an hour, every tenth event is bad."""


def spec(number: int) -> str:
    """Write a service."""
    slos = "".join(
        f"  - name: slo-{index}\n    objective: 99.9\n"
        f"    sli: {{events: {{bad: failed_{index}_total, total: requests_{index}_total}}}}\n"
        for index in range(SLOS)
    )
    head = f"apiVersion: sloctl/v1\nkind: Service\nmetadata: {{name: service-{number}, owner: team}}\n"
    return f'{head}defaults: {{runbook: "https://runbooks.example.org/{{name}}", action: Look}}\nslos:\n{slos}'


def samples(metric: str, *, is_bad: bool) -> Iterator[str]:
    """Write the recorded base windows of all SLOs."""
    for service in range(SERVICES):
        for index in range(SLOS):
            labels = f'slo_service="service-{service}",slo="slo-{index}"'
            for at in range(END - DAYS * DAY, END + 1, STEP):
                bad = EVENTS / 10 if at // DAY % INCIDENT == index and at % DAY < 3600 else 0.3
                yield f"{metric}{{{labels}}} {bad if is_bad else EVENTS} {at}\n"


def history(folder: Path) -> Path:
    """Make the database; return its folder."""
    text, data = folder / "recorded.om", folder / "data"
    with text.open("w") as out:
        out.writelines(samples("slo:bad_events:increase5m", is_bad=True))
        out.writelines(samples("slo:total_events:increase5m", is_bad=False))
        out.write("# EOF\n")
    block = ["--max-block-duration=4320h", str(text), str(data)]
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", *block], check=True, capture_output=True)
    text.unlink()
    return data


def row(server: Server, folder: Path, what: str, *options: str) -> list[str]:
    """Measure one way of asking."""
    command = [SLOCTL, "report", "specs", "--quiet", "--prometheus", server.url, "--time", str(END), *options]
    runs = [timed(command, folder) for _ in range(RUNS)]
    wall, cpu = (median(values) for values in ([run.wall for run in runs], [run.cpu for run in runs]))
    return [what, f"{wall:.1f} s", f"{cpu:.1f} s", f"{peak_megabytes(command, folder):.0f} MB"]


def main() -> None:
    """Print the table."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="bench-report-") as name:
        folder = Path(name)
        (folder / "specs").mkdir()
        for number in range(SERVICES):
            (folder / "specs" / f"{number}.yaml").write_text(spec(number))
        with prometheus(scrapes={}, data=history(folder)) as server:
            rows = [
                row(server, folder, "one period, text", "--last", "1"),
                row(server, folder, "three periods, text", "--last", "3"),
                row(server, folder, "three periods, page", "--last", "3", "-o", "page.html"),
            ]
        size = (folder / "page.html").stat().st_size / 1e6
    print_table("100 SLOs of 30d", ["what", "time", "processor", "memory"], rows)
    print(f"The page has {size:.1f} MB.")


if __name__ == "__main__":
    main()
