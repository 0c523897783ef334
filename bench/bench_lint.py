"""How long `sloctl lint` takes: 10,000 rules in 1,000 files, and a repository of 50 rules with start-up."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SLOCTL = Path(sys.executable).with_name("sloctl")
RUNS = 5
EXPRESSIONS = (
    'sum by (job) (rate(http_requests_total{{job="api-{n}",code=~"5.."}}[5m]))'
    ' / sum by (job) (rate(http_requests_total{{job="api-{n}"}}[5m])) > 0.05',
    'max by (instance, job) (node_filesystem_avail_bytes{{job="node-{n}"}}) < 1e9',
    'histogram_quantile(0.99, sum by (le, job) (rate(request_duration_seconds_bucket{{job="api-{n}"}}[10m]))) > 1',
    'absent(up{{job="worker-{n}"}} == 1)',
    'predict_linear(queue_free_slots{{job="queue-{n}"}}[6h], 4 * 3600) < 0 and queue_free_slots{{job="queue-{n}"}} < 100',
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


def lint(folder: Path, profile: str) -> float:
    """Lint a folder and return the seconds it took, with start-up."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # modules are compiled, as after an installation
    start = time.perf_counter()
    subprocess.run([SLOCTL, "lint", "--fail-on", "never", "--format", "concise", "--quiet", "--profile", profile, folder],
                   stdout=subprocess.DEVNULL, check=True, env=environment)  # fmt: skip
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    print(f"| case | median of {RUNS} | fastest |\n| --- | --- | --- |")
    for files, per_file in ((5, 10), (100, 10), (1000, 10)):
        with tempfile.TemporaryDirectory() as name:
            write_rules(Path(name), files, per_file)
            for profile in ("recommended", "strict"):
                seconds = [lint(Path(name), profile) for _ in range(RUNS)]
                median, fastest = statistics.median(seconds), min(seconds)
                print(f"| {files * per_file:,} rules in {files:,} files, {profile} | {median:.2f} s | {fastest:.2f} s |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nLargest process: {peak:.0f} MB")


if __name__ == "__main__":
    main()
