"""A backfill against a server that is a function of time: what is asked, what is kept, what is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError, WorldError
from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs, Recording
from sloctl.model.service import Service
from sloctl.model.windows import Level
from sloctl.pipeline.backfill.output import check_output, shown_command
from sloctl.pipeline.backfill.plan import Job, Span, plan_jobs, resolution
from sloctl.pipeline.backfill.run import fetch, keep_plan, missing_parts, resumed, run_key, write
from sloctl.pipeline.backfill.state import State, opened
from sloctl.pipeline.plan.recordings import recordings, slo_levels
from tests.pipeline.specs import HEAD, SETTINGS, resolved

SPEC = (
    HEAD
    + """\
slos:
  - name: checkout
    objective: 99
    period: 7d
    sli: {events: {bad: failed_total, total: requests_total}}
"""
)
MINUTE = 60_000
HOUR = 60 * MINUTE
START = 1_700_000_100_000
DAY = Span(START, START + 24 * HOUR, START + 30 * HOUR)
INTERVAL = SETTINGS.evaluation_interval
EU, US = (("region", "eu"),), (("region", "us"),)

Value = Callable[[int], float | None]


def services_of(text: str) -> list[Service]:
    """Return the service of a spec, as a list."""
    service, _notes = resolved(text)
    assert service
    return [service]


@dataclass
class Server:
    """Answers an expression that holds a word with the series of that word; `fails_at` is the number of a question."""

    series: Mapping[str, Mapping[Pairs, Value]]
    fails_at: int = 0
    asked: list[tuple[str, Grid]] = field(default_factory=list)

    def ask(self, expr: str, grid: Grid) -> Mapping[Pairs, Samples]:
        """Answer at every time of the grid."""
        self.asked.append((expr, grid))
        if len(self.asked) == self.fails_at:
            raise WorldError("the server is gone")
        word = next((word for word in self.series if word in expr), "")
        return {labels: sampled(value, grid) for labels, value in self.series.get(word, {}).items()}


def sampled(value: Value, grid: Grid) -> Samples:
    """Ask a function of time at every time of a grid."""
    points = ((grid.time(index), value(grid.time(index))) for index in range(grid.count))
    return Samples.on(grid, ((time, found) for time, found in points if found is not None))


def recorded_since(first: int, step: int) -> Value:
    """Answer `timestamp(x)` for a series with a sample every `step` from `first` on."""
    return lambda now: (now - (now - first) % step) / 1000 if now >= first else None


STEADY = {"failed_total": {(): lambda _: 1.0}, "requests_total": {(): lambda _: 200.0}}
"""Half a percent of all requests fails."""


def planned(server: Server, span: Span = DAY, spec: str = SPEC) -> list[Job]:
    """Plan the backfill of a spec."""
    return plan_jobs(services_of(spec), INTERVAL, span, server.ask)


def backfilled(server: Server, jobs: Sequence[Job], folder: Path) -> Path:
    """Fetch and write; return the file."""
    output = folder / "backfill.om"
    with opened(folder / "state", "key") as state:
        keep_plan(jobs, state)
        fetch(missing_parts(jobs, state), state, server.ask, lambda: None)
        write(jobs, state, output, lambda: None)
    return output


def samples_in(file: Path) -> dict[str, dict[str, float]]:
    """Read samples by series and by time as it is written."""
    found: dict[str, dict[str, float]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            series, value, time = line.rsplit(" ", 2)
            found.setdefault(series, {})[time] = float(value)
    return found


def metrics_in(file: Path) -> list[str]:
    """List the metrics of a file in their order, each as often as its lines begin anew."""
    names = [series.partition("{")[0] for series in samples_in(file)]
    return [name for index, name in enumerate(names) if index == 0 or names[index - 1] != name]


def test_every_recording_is_backfilled(tmp_path: Path) -> None:
    """Each series that the rules record is written, with its labels and no others."""
    server = Server(STEADY)
    jobs = planned(server)
    found = {series.partition("{")[0] for series in samples_in(backfilled(server, jobs, tmp_path))}
    [service] = services_of(SPEC)
    assert {rule.record for rule in rules_of(service)} == found


def rules_of(service: Service) -> list[Recording]:
    """Plan the recordings of a service's first SLO."""
    return list(recordings(service, service.slos[0]))


def test_the_values_are_those_of_the_rules(tmp_path: Path) -> None:
    """At one bad request of 200 in 5m, the last sample of each level is its number of base windows, the ratio 0.5 %."""
    server = Server(STEADY)
    found = samples_in(backfilled(server, planned(server), tmp_path))
    identity = '{slo="checkout",slo_service="shop"}'
    last = {series.removesuffix(identity): list(values.values())[-1] for series, values in found.items()}
    assert (1.0, 12.0, 288.0) == tuple(last[f"slo:bad_events:increase{window}"] for window in ("5m", "1h", "7d"))
    assert (200.0, 2400.0, 57_600.0) == tuple(
        last[f"slo:total_events:increase{window}"] for window in ("5m", "1h", "7d")
    )
    figures = ("slo:error_ratio:period", "slo:error_budget_remaining:ratio", "slo:burn_rate:ratio1h")
    assert (0.005, 0.5, 0.5) == tuple(last[name] for name in figures)
    assert 0.99 == last["slo:objective:ratio"]


def test_a_strict_reader_accepts_the_file(tmp_path: Path) -> None:
    """The reference parser of OpenMetrics reads the file, and finds gauges that say where they come from."""
    server = Server({"failed_total": {EU: lambda _: 1.0}, "requests_total": {EU: lambda _: 100.0, US: lambda _: 5.0}})
    spec = SPEC.replace("requests_total}}", "requests_total}, by: [region]}")
    span = replace(DAY, until=START + HOUR + 12_345)
    text = backfilled(server, planned(server, span, spec), tmp_path).read_text()
    families = list(text_string_to_metric_families(text))
    assert {("gauge", "Backfilled by sloctl.")} == {(family.type, family.documentation) for family in families}
    assert text.count("\n") - 2 * len(families) - 1 == sum(len(family.samples) for family in families)


def test_families_are_whole(tmp_path: Path) -> None:
    """All series of a metric stand together, whatever SLO they belong to, and the file ends as OpenMetrics must."""
    two = SPEC + SPEC.partition("slos:\n")[2].replace("checkout", "payment")
    server = Server(STEADY)
    file = backfilled(server, planned(server, spec=two), tmp_path)
    names = metrics_in(file)
    assert sorted(set(names)) == sorted(names)
    assert file.read_text().endswith("\n# EOF\n")


def test_each_group_has_its_own_series(tmp_path: Path) -> None:
    """With `by`, each group is computed by itself; one without a counter of failures has an error ratio of 0."""
    spec = SPEC.replace("requests_total}}", "requests_total}, by: [region]}")
    series = {"failed_total": {EU: lambda _: 1.0}, "requests_total": {EU: lambda _: 100.0, US: lambda _: 50.0}}
    server = Server(series)
    found = samples_in(backfilled(server, planned(server, spec=spec), tmp_path))
    last = {series: list(values.values())[-1] for series, values in found.items()}
    labels = {region: f'{{region="{region}",slo="checkout",slo_service="shop"}}' for region in ("eu", "us")}
    assert {"eu": 0.01, "us": 0.0} == {region: last[f"slo:error_ratio:period{labels[region]}"] for region in labels}
    assert {"eu": 1200.0, "us": 600.0} == {
        region: last[f"slo:total_events:increase1h{labels[region]}"] for region in labels
    }
    assert 'slo:objective:ratio{slo="checkout",slo_service="shop"}' in found


def test_the_backfill_ends_where_the_rules_began(tmp_path: Path) -> None:
    """It ends at the first sample of the rules and keeps their rhythm, to the millisecond."""
    first = START + 20 * HOUR + 12_345
    server = Server({"timestamp": {(): recorded_since(first, 30_000)}})
    [job] = planned(server)
    assert (first, 0) == (job.grid.end, (first - job.grid.start) % INTERVAL.ms)
    assert START <= job.grid.start < START + INTERVAL.ms


def test_rules_that_began_after_the_end_give_the_rhythm() -> None:
    """What the server keeps in its head is left out, and still the rules that recorded there say when."""
    first = DAY.until + HOUR + 7_007
    server = Server({"timestamp": {(): recorded_since(first, 30_000)}})
    [job] = planned(server)
    assert first % INTERVAL.ms == job.grid.start % INTERVAL.ms
    assert DAY.until <= job.grid.end < DAY.until + INTERVAL.ms


def test_an_slo_that_was_recorded_throughout_has_nothing_to_fill() -> None:
    """An old SLO beside a new one is left as it is."""
    server = Server({"timestamp": {(): recorded_since(START - HOUR, 30_000)}})
    [job] = planned(server)
    assert 0 == job.grid.count


def everywhere(job: Job) -> Samples:
    """Return a series with a sample at each evaluation."""
    return Samples.constant(1.0, job.grid.count)


def looked_up(level: Level, end: int) -> list[tuple[Duration, int]]:
    """List what a window reads when it is first evaluated after the backfill: windows, and times."""
    return [(tile.window, end - tile.offset.ms) for tile in level.tiles if tile.offset.ms]


def test_every_evaluation_that_rules_read_back_is_written() -> None:
    """The first evaluation after the seam finds each tile at the very time its offset names."""
    span = replace(DAY, since=START - 10 * 24 * HOUR + 3 * INTERVAL.ms)
    [job] = planned(Server({}), span)
    wanted = resolution(job)
    for level in slo_levels(job.slo):
        for window, time in looked_up(level, job.grid.end):
            assert (time - job.grid.start) // job.grid.step in set(
                wanted(f"slo:bad_events:increase{window}", everywhere(job))
            )


def test_a_graph_finds_a_sample_everywhere() -> None:
    """Where no rule reads back, samples are five minutes apart: as far as Prometheus looks back."""
    [job] = planned(Server({}))
    written = [job.grid.time(index) for index in resolution(job)("slo:error_ratio:period", everywhere(job))]
    gaps = {after - before for before, after in pairwise(written)}
    assert 5 * MINUTE == max(gaps)
    assert job.grid.end - job.grid.step == written[-1]


def test_the_first_sample_is_written() -> None:
    """Where history begins between two of the samples that are written, the first one is written too."""
    [job] = planned(Server({}))
    samples = Samples.on(job.grid, ((job.grid.time(index), 1.0) for index in range(7, job.grid.count)))
    written = list(resolution(job)("slo:error_ratio:period", samples))
    assert (7, 5 * MINUTE) == (written[0], (written[1] - written[0]) * job.grid.step)


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """Only what is missing is asked for again, and the file is that of a run that was never stopped."""
    span = replace(DAY, until=START + 72 * HOUR, now=START + 72 * HOUR)
    whole = backfilled(Server(STEADY), planned(Server(STEADY), span), tmp_path).read_text()
    (tmp_path / "state").unlink()
    jobs, broken = planned(Server(STEADY), span), Server(STEADY, fails_at=4)
    with pytest.raises(WorldError, match="the server is gone"):
        backfilled(broken, jobs, tmp_path)
    again = Server(STEADY)
    assert whole == backfilled(again, jobs, tmp_path).read_text()
    assert 4 == len(again.asked), "two parts of three, and two sides of each"


def test_a_run_is_gone_on_with_as_it_was_planned(tmp_path: Path) -> None:
    """The time that was filled when it began stays, although the clock went on."""
    services = services_of(SPEC)
    server = Server({"timestamp": {(): recorded_since(START + 20 * HOUR, 30_000)}})
    jobs = plan_jobs(services, INTERVAL, DAY, server.ask)
    with opened(tmp_path / "state", "key") as state:
        assert resumed(services, state) is None
        keep_plan(jobs, state)
    with opened(tmp_path / "state", "key") as state:
        assert jobs == resumed(services, state)


def kept(state: State, jobs: Sequence[Job]) -> int:
    """Count the parts that need not be fetched again."""
    return sum(len(job.grid.parts(2880)) for job in jobs) - len(missing_parts(jobs, state))


def test_another_question_starts_anew(tmp_path: Path) -> None:
    """With another key, nothing of what was fetched is used."""
    server = Server(STEADY)
    jobs = planned(server)
    backfilled(server, jobs, tmp_path)
    with opened(tmp_path / "state", "key") as state:
        assert 1 == kept(state, jobs)
    with opened(tmp_path / "state", "another key") as state:
        assert (0, []) == (kept(state, jobs), state.groups("shop/checkout"))


@pytest.mark.parametrize("change", ["objective: 99.5", "objective: 99", "period: 28d", "failures_total"])
def test_the_key_holds_all_that_matters(change: str) -> None:
    """A new expression, objective or period is another question; the same spec is the same one."""
    old = {"objective": "objective: 99", "period": "period: 7d", "failures_total": "failed_total"}
    changed = SPEC.replace(old[change.partition(":")[0]], change)
    is_same = run_key(services_of(SPEC), SETTINGS, days=30) == run_key(services_of(changed), SETTINGS, days=30)
    assert (changed == SPEC) is is_same
    assert run_key(services_of(SPEC), SETTINGS, days=30) != run_key(services_of(SPEC), SETTINGS, days=29)


@pytest.mark.parametrize("content", [b"notes of mine\n" * 100, b""])
def test_the_state_of_another_program_stays(content: bytes, tmp_path: Path) -> None:
    """A file in the way that is no state of a backfill is neither read nor replaced."""
    path = tmp_path / "state"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="was not written by sloctl"), opened(path, "key"):
        pass
    assert content == path.read_bytes()


def test_a_file_of_the_user_is_not_replaced(tmp_path: Path) -> None:
    """Only a file that an earlier backfill wrote may be written again; links are not followed."""
    path = tmp_path / "backfill.om"
    check_output(path)
    path.write_text("# HELP up Whether it is up.\n")
    with pytest.raises(UsageError, match="was not written by sloctl backfill"):
        check_output(path)
    ours = backfilled(Server(STEADY), planned(Server(STEADY)), tmp_path)
    check_output(ours)
    (tmp_path / "link.om").symlink_to(ours)
    with pytest.raises(UsageError, match="was not written by sloctl backfill"):
        check_output(tmp_path / "link.om")


def test_an_slo_without_data_is_named(tmp_path: Path) -> None:
    """Of an SLO whose series the server never had, nothing is written, not even an empty file, and it is said."""
    server = Server({})
    jobs = planned(server)
    with opened(tmp_path / "state", "key") as state:
        fetch(missing_parts(jobs, state), state, server.ask, lambda: None)
        written = write(jobs, state, tmp_path / "backfill.om", lambda: None)
    assert ((), tuple(jobs)) == (written.slos, written.empty)
    assert not (tmp_path / "backfill.om").exists()


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    """Nothing is put in place before it is whole, and nothing is left lying around."""
    file = backfilled(Server(STEADY), planned(Server(STEADY)), tmp_path)
    before = file.read_bytes()

    def stop() -> None:
        raise WorldError("the disk is full")

    with opened(tmp_path / "state", "key") as state, pytest.raises(WorldError, match="the disk is full"):
        write(planned(Server(STEADY)), state, file, stop)
    assert before == file.read_bytes()
    assert ["backfill.om", "state"] == sorted(path.name for path in tmp_path.iterdir())


def test_the_command_can_be_copied() -> None:
    """What is printed is one command line, whatever the file is called."""
    shown = shown_command(Path("my file.om"))
    assert "promtool tsdb create-blocks-from openmetrics --max-block-duration=18h 'my file.om' DATA_FOLDER" == shown
