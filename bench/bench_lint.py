"""How long `sloctl lint` takes: 10,000 rules in 1,000 files, and a repository of 50 rules with start-up.

The alerts are different from each other and mostly in order: one in five has a finding.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import machine, peak_megabytes, print_table, timed

SLOCTL = Path(sys.executable).with_name("sloctl")
RUNS = 5
EXPRESSIONS = (
    'sum by (job) (rate(errors_total{{job="j{n}",code=~"5.."}}[5m])) / sum by (job) (rate(requests_total[5m])) > 0.05',
    'max by (instance, job) (node_filesystem_avail_bytes{{job="node-{n}"}}) < 1e9',
    'histogram_quantile(0.99, sum by (le, job) (rate(request_duration_seconds_bucket{{job="api-{n}"}}[10m]))) > 1',
    'absent(up{{job="worker-{n}"}} == 1)',
    'predict_linear(queue_free_slots{{job="q-{n}"}}[6h], 4 * 3600) < 0 and queue_free_slots{{job="q-{n}"}} < 100',
)


def rule(number: int) -> str:
    """Write one alert as people write them."""
    expr = EXPRESSIONS[number % len(EXPRESSIONS)].format(n=number)
    return (
        f"      - alert: Alert{number}\n        expr: |\n          {expr}\n        for: 10m\n        labels:\n"
        f"          severity: {'critical' if number % 3 == 0 else 'warning'}\n          owner: team-{number % 7}\n"
        f"        annotations:\n          summary: Job {{{{ $labels.job }}}} is in trouble\n"
        f"          runbook_url: https://wiki.acme.internal/runbooks/alert-{number}\n"
    )


def write_rules(folder: Path, files: int, per_file: int) -> None:
    """Write rule files with different alerts."""
    for index in range(files):
        rules = "".join(rule(index * per_file + number) for number in range(per_file))
        (folder / f"rules-{index:04}.yml").write_text(f"groups:\n  - name: group-{index}\n    rules:\n{rules}")


def command(folder: Path, profile: str) -> list[str | Path]:
    """Return the command that lints a folder."""
    return [SLOCTL, "lint", "--fail-on", "never", "--format", "concise", "--quiet", "--profile", profile, folder]


def measured(folder: Path, profile: str) -> list[str]:
    """Lint a folder several times and return the cells of its row."""
    timed(command(folder, profile), folder)  # the first run compiles modules and reads files from disk
    runs = [timed(command(folder, profile), folder) for _ in range(RUNS)]
    walls = [run.wall for run in runs]
    return [f"{taken:.2f} s" for taken in (min(walls), median(walls), median(run.cpu for run in runs))]


def main() -> None:
    """Print the table."""
    print(machine())
    rows: list[list[str]] = []
    for files, per_file in ((5, 10), (100, 10), (1000, 10)):
        with tempfile.TemporaryDirectory(prefix="sloctl-bench-") as name:
            write_rules(Path(name), files, per_file)
            case = f"{files * per_file:,} in {files:,}"
            rows += [[case, profile, *measured(Path(name), profile)] for profile in ("recommended", "strict")]
            peak = peak_megabytes(command(Path(name), "strict"), Path(name))
    print_table("lint", ["rules in files", "profile", "fastest", f"median of {RUNS}", "processor time"], rows)
    print(f"Memory of the last row, all processes: {peak:.0f} MB")


if __name__ == "__main__":
    main()
