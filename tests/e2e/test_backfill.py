"""A backfill on a real server: rules that begin to record find a history, and it is the one they would have made."""

import math
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from demo.process import Server, running, wait_until
from demo.servers import prometheus, query

from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs
from sloctl.model.service import Service
from sloctl.pipeline.backfill.history import History
from sloctl.pipeline.backfill.plan import Job, base_queries, constants, labels_of, recorded
from sloctl.pipeline.compile import compile_paths
from sloctl.pipeline.explain.select import read_specs
from sloctl.pipeline.settings import load_settings
from sloctl.promapi.access import Access
from sloctl.promapi.client import Client
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.transport import Transport
from tests.cli.session import sloctl
from tests.support.prometheus import Distribution

SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop, labels: {env: prod}}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Look at it}
slos:
  - name: checkout
    objective: 99
    period: 12h
    sli:
      events: {bad: failed_total, total: requests_total}
      by: [region]
"""
SETTINGS = "evaluation_interval: 2s\nscrape_interval: 30s\n"
EVALUATION_MS = 2000
HOUR = 3600
HISTORY = 13 * HOUR + 100
"""Samples five minutes apart, counted from its beginning, are not where the live rules look."""
SCRAPE, AFTER = 30, 12
"""Scrapes are 12 s after every full and half minute.

A backfill before the first evaluation cannot know at which offset the group will be evaluated. Between two scrapes a
window holds the same samples at any offset, so its numbers must be the very same nevertheless.
"""
FIRST = 5000
"""Where counters begin: `increase` treats one near 0 otherwise, in a way that depends on the offset."""
LIVE = 4
"""Evaluations of the live rules that are compared."""
SECONDS = 30.0


def counters(begin: int, end: int) -> Iterator[str]:
    """Write a history with late first failures, a restart that resets counters, and a hole in the scrapes.

    Around the first failures and the hole the counters stand still for longer than a base window: `increase`
    extrapolates from half a window to an end that depends on the offset.
    """
    times = range(begin + (AFTER - begin) % SCRAPE, end, SCRAPE)
    for region, pod, speed in (("eu", 1, 40), ("eu", 2, 7), ("us", 1, 3)):
        labels = f'{{region="{region}",pod="{pod}"}}'
        yield from (f"requests_total{labels} {count} {at}" for at, count in counted(times, begin, speed))
    failing = range(times[len(times) // 2], end, SCRAPE)
    failed = 'failed_total{region="eu",pod="1"}'
    yield from (f"{failed} {FIRST + max(0, number - 20)} {at}" for number, at in enumerate(failing))


def counted(times: range, begin: int, speed: int) -> Iterator[tuple[int, int]]:
    """Count up at a speed that swings, not around the hole; begin anew after nine hours."""
    count = FIRST
    for at in times:
        hours = (at - begin) / HOUR
        if not 5 < hours < 5.5:
            count += speed * (1 + (at // 600) % 5)
        if 0 <= hours - 9 < SCRAPE / HOUR:
            count = FIRST
        if not 5.2 < hours < 5.4:
            yield at, count


def make_history(promtool: str, folder: Path, begin: int, end: int) -> Path:
    """Make a database that holds the raw counters; return its folder."""
    text, data = folder / "raw.om", folder / "data"
    text.write_text("\n".join([*counters(begin, end), "# EOF\n"]))
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=18h", str(text), str(data)]
    subprocess.run(command, check=True, capture_output=True)
    return data


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the spec, its settings and its rules."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    settings, findings = load_settings(tmp_path)
    assert [] == findings
    compiled = compile_paths([tmp_path / "spec.yaml"], settings, tmp_path, emit=True)
    (tmp_path / "rules.yml").write_text(compiled.artifacts[0].content)
    return tmp_path


def the_service(project: Path) -> Service:
    """Read the service of the spec."""
    [service] = read_specs([project / "spec.yaml"], load_settings(project)[0], project).services
    return service


Values = dict[tuple[str, Pairs], float]


def live_values(server: Server, at: float) -> Values:
    """Return what was recorded at the very time of an evaluation."""
    found = query(server.url, '{__name__=~"slo:.+"}', at=at)
    return {
        (sample.labels["__name__"], tuple(sorted((k, v) for k, v in sample.labels.items() if k != "__name__"))): (
            sample.value
        )
        for sample in found
    }


def live_times(server: Server) -> list[int]:
    """Return the times, in milliseconds, of the rules' newest evaluations with no scrape just before, oldest first."""
    newest = query(server.url, 'timestamp(slo:info{slo="checkout"})')
    last = round(1000 * newest[0].value) if newest else 0
    times = [last - back * EVALUATION_MS for back in reversed(range(LIVE))]
    return [time for time in times if (time - 1000 * AFTER) % (1000 * SCRAPE) >= EVALUATION_MS]


def client(server: Server) -> Client:
    """Return a client of a server."""
    return Client(Transport(Access(url=server.url)))


def computed_values(server: Server, service: Service, times: list[int]) -> dict[int, Values]:
    """Compute from the raw series what a group that always ran would have recorded at some times."""
    [slo] = service.slos
    last = times[-1] + EVALUATION_MS
    grid = Grid.between(last - HISTORY * 1000, last, EVALUATION_MS, phase=last % EVALUATION_MS)
    job = Job(service, slo, grid)
    history = History(client(server))
    bad, total = (history.ask(expr, grid) for expr in base_queries(slo))
    nothing = Samples.empty(grid.count)
    series = {
        (metric, tuple(sorted(labels_of(job, group)))): samples
        for group in total
        for metric, samples in recorded(job, bad.get(group, nothing), total[group]).items()
    }
    for metric, (labels, value) in constants(job).items():
        series[metric, tuple(sorted(labels))] = Samples.constant(value, grid.count)
    indexes = {time: (time - grid.start) // grid.step for time in times}
    return {
        time: {key: samples.values[index] for key, samples in series.items() if samples.present[index]}
        for time, index in indexes.items()
    }


def differing(expected: Values, found: Values) -> dict[tuple[str, Pairs], tuple[float | None, float | None]]:
    """Return the series that are not there in both, or differ by more than the last digits of a float."""
    return {
        key: (expected.get(key), found.get(key))
        for key in expected.keys() | found.keys()
        if not math.isclose(expected.get(key, math.nan), found.get(key, math.nan), rel_tol=1e-9, abs_tol=1e-12)
    }


def test_live_rules_go_on_where_the_backfill_ends(
    distribution: Distribution, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From their first evaluations on, rules record in every window what they would had they always been there."""
    monkeypatch.setenv("PATH", str(Path(distribution.promtool).parent), prepend=":")
    now = int(time.time())
    end = now - (now - AFTER) % SCRAPE
    data = make_history(distribution.promtool, project, end - HISTORY, end)
    options = ["spec.yaml", "--since", str(end - HISTORY), "--until", str(end)]
    with prometheus(scrapes={}, data=data, program=distribution.prometheus) as server:
        done = sloctl("backfill", *options, "--prometheus", server.url, "--blocks", data, cwd=project)
    assert 0 == done.code, done.err
    assert f"wrote backfill.om: 1 SLO, {(project / 'backfill.om').stat().st_size / 1e6:.1f} MB" in done.err
    rules = [project / "rules.yml"]
    with prometheus(
        scrapes={}, data=data, rules=rules, evaluation_interval=None, program=distribution.prometheus
    ) as server:
        begun = time.time()
        wait_until(lambda: live_times(server)[0] > 1000 * begun, SECONDS, "some evaluations")
        times = live_times(server)
        assert end - EVALUATION_MS / 1000 < (client(server).head_start() or 0) <= times[0] / 1000
        expected = computed_values(server, the_service(project), times)
        assert 12 < len(expected[times[0]])
        for at in times:
            assert {} == differing(expected[at], live_values(server, at / 1000)), at
        again = sloctl("backfill", *options, "--prometheus", server.url, cwd=project)
    assert (0, "") == (again.code, again.out)
    assert re.search(
        r"^shop/checkout: recorded since \S+, and there is nothing older to fill$", again.err, re.MULTILINE
    )


@contextmanager
def limited(data: Path, folder: Path, max_samples: int) -> Iterator[Server]:
    """Run Prometheus with a limit on the samples of a query."""
    (folder / "prometheus.yml").write_text("")
    options = [
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={data}",
        f"--query.max-samples={max_samples}",
    ]
    with running(
        "prometheus",
        lambda port: ["prometheus", *options, f"--web.listen-address=127.0.0.1:{port}"],
        ready="/-/ready",
        folder=folder,
    ) as server:
        yield server


def test_a_limit_of_the_server_changes_nothing(project: Path, tool: Callable[[str], str]) -> None:
    """A server that refuses long queries is asked shorter ones, and the file is the same."""
    end = int(time.time()) // 300 * 300
    data = make_history(tool("promtool"), project, end - HISTORY, end)
    options = ["spec.yaml", "--since", str(end - 4 * HOUR), "--until", str(end)]
    texts = []
    for max_samples in (50_000_000, 1_000):
        with limited(data, project, max_samples) as server:
            done = sloctl("backfill", *options, "--prometheus", server.url, cwd=project)
            assert 0 == done.code, done.err
            whole = {"start": end - 4 * HOUR, "end": end - 2, "step": 2}
            refusal = pytest.raises(PromApiError, match="too many samples") if max_samples < 7200 else nullcontext()
            with refusal:
                client(server).query_range("requests_total", **whole)
            texts.append((project / "backfill.om").read_text())
    assert texts[0] == texts[1]
