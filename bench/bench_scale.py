"""What SLOs cost whoever evaluates them: rules, groups, series and processor time per SLO.

SLOs of two raw series each are compiled, loaded and evaluated every 30s for some minutes. Processor time is measured,
not the time that the server says a group took: that grows with everything else that runs on the machine. The history
is short, so the long windows find few of their tiles; `bench_layout.py` measures one SLO over a whole month.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml
from demo.process import Server, get
from demo.servers import prometheus, query
from measure import machine, print_table

SLOCTL = Path(sys.executable).with_name("sloctl")
SERVICES, SLOS = 100, 10
EVALUATED_SERVICES = 20
SETTLED_SECONDS, MEASURED_SECONDS = 90, 150
SHARDS = 50

CPU, MEMORY = "process_cpu_seconds_total", "process_resident_memory_bytes"
EVALUATIONS = "prometheus_rule_group_iterations_total"

HEAD = """\
apiVersion: sloctl/v1
kind: Service
metadata: {{name: service-{service:03d}, owner: team-{team:02d}}}
defaults: {{runbook: "https://runbooks.example.org/{{service}}/{{name}}", action: Roll the last release back}}
slos:
"""
SLO = """\
  - name: slo-{slo}
    objective: 99.9
    sli:
      events:
        bad: requests_total{{service="{service:03d}", slo="{slo}", code="500"}}
        total: requests_total{{service="{service:03d}", slo="{slo}"}}
"""


def main() -> None:
    """Print the tables."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="sloctl-bench-") as name:
        folder = Path(name)
        for service in range(SERVICES):
            slos = "".join(SLO.format(service=service, slo=slo) for slo in range(SLOS))
            text = HEAD.format(service=service, team=service % 40) + slos
            (folder / f"service-{service:03d}.yaml").write_text(text, encoding="utf-8")
        print_files(folder)
        print_evaluation(folder)


def print_files(folder: Path) -> None:
    """Rules and groups of the files for Prometheus, and of those for Mimir, alone and dealt out to tenants."""
    rows = []
    for target, options in (("prometheus", ()), ("mimir", ()), ("mimir", ("--shards", str(SHARDS)))):
        groups, sizes = Counter[str](), []
        for path in sorted(compiled(folder, target, *options).rglob("*.yml")):
            found = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["groups"]
            groups[path.parent.name] += len(found)
            sizes += [len(group["rules"]) for group in found]
        spread = f"{min(groups.values()):,} to {max(groups.values()):,}"
        rows.append([" ".join((target, *options)), f"{sum(sizes):,}", f"{len(sizes):,}", f"{max(sizes)}", spread])
    head = ["files", "rules", "groups", "most rules of a group", "groups of a folder"]
    print_table(f"{SERVICES * SLOS:,} SLOs", head, rows)


def compiled(folder: Path, target: str, *options: str) -> Path:
    """Compile the specs of a folder without a limit on groups; return the output."""
    (folder / "sloctl.yaml").write_text("targets: {mimir: {max_groups_per_tenant: 0}}\n")
    output = folder / f"{target}{len(options)}"
    specs = sorted(folder.glob("service-*.yaml"))
    command = [SLOCTL, "compile", *specs, "--quiet", "--target", target, "-o", output, *options]
    subprocess.run(command, check=True, cwd=folder)
    return output


def print_evaluation(folder: Path) -> None:
    """Processor time, memory and series of one Prometheus."""
    rules = sorted(compiled(folder, "prometheus").glob("*.yml"))[:EVALUATED_SERVICES]
    with (
        exporting() as target,
        prometheus(scrapes={"bench": target}, rules=rules, scrape_interval="30s", evaluation_interval=None) as server,
    ):
        time.sleep(SETTLED_SECONDS)
        before = metrics(server)
        time.sleep(MEASURED_SECONDS)
        after = metrics(server)
        series = query(server.url, 'count({__name__=~"slo:.+"})')[0].value
    cpu, evaluations = (after[name] - before[name] for name in (CPU, EVALUATIONS))
    slos = EVALUATED_SERVICES * SLOS
    row = [f"{slos:,}", f"{series:,.0f}", f"{series / slos:.0f}", f"{evaluations:,.0f}",
           f"{cpu / evaluations * 1000:.1f} ms", f"{after[MEMORY] / 1e6:.0f} MB"]  # fmt: skip
    head = ["SLOs", "recorded series", "per SLO", "evaluations", "processor time of one", "memory of the server"]
    print_table("evaluated by one Prometheus every 30s", head, [row])


def metrics(server: Server) -> dict[str, float]:
    """Return what the server says of itself, added up over labels."""
    found: dict[str, float] = {CPU: 0, EVALUATIONS: 0, MEMORY: 0}
    for line in get(f"{server.url}/metrics").text.splitlines():
        name = line.partition("{")[0].partition(" ")[0]
        if name in found:
            found[name] += float(line.rpartition(" ")[2])
    return found


@contextmanager
def exporting() -> Iterator[str]:
    """Serve the counters of all SLOs, which grow with time; yield the address."""
    start = time.monotonic()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seconds = time.monotonic() - start
            body = "".join(
                f'requests_total{{service="{service:03d}",slo="{slo}",code="{code}"}} {int(seconds * rate)}\n'
                for service in range(EVALUATED_SERVICES)
                for slo in range(SLOS)
                for code, rate in (("200", 100), ("500", 0.05))
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


if __name__ == "__main__":
    main()
