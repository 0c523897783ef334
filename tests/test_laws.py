"""Laws of compiling: what holds for every input, beside the examples that other tests show."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sloctl.core.duration import Duration
from sloctl.model.burn import Tier, raw_burn_rate, standard_tiers
from sloctl.pipeline.compile import Compiled, compile_paths
from sloctl.pipeline.settings import Settings
from tests.pipeline.specs import MINIMAL, planned, service_named

EXAMPLES = Path(__file__).parents[1] / "examples"
BASE = Duration.of(minutes=5)


def many(folder: Path, count: int) -> list[Path]:
    """Write specs into a folder, some of them with mistakes."""
    for number in range(count):
        text = service_named(f"shop-{number % (count - 3)}")
        (folder / f"{number:03}.yaml").write_text(text if number % 10 else text.replace("99.9", "0.99"))
    return sorted(folder.glob("*.yaml"))


def compiled(paths: list[Path], root: Path, jobs: int = 1) -> Compiled:
    """Compile paths to artifacts."""
    return compile_paths(paths, Settings(root=root), root, emit=True, jobs=jobs)


def outcome(result: Compiled) -> tuple[object, ...]:
    """Return what a run is judged by: files, findings with their places, counts."""
    found = [(str(each.at), each.problem.code, each.message, [str(note.at) for note in each.notes])
             for each in result.findings]  # fmt: skip
    return result.artifacts, found, result.slos, result.alerts


def test_compiling_twice_gives_the_same_bytes() -> None:
    """The examples compile to the same files in every run."""
    first, second = (compiled([EXAMPLES], EXAMPLES.parent) for _ in range(2))
    assert first.artifacts == second.artifacts
    assert first.artifacts


def test_the_hash_seed_of_python_does_not_matter() -> None:
    """Two processes whose sets and dictionaries are ordered differently print the same bytes."""
    command = [sys.executable, "-m", "sloctl", "compile", "--stdout", EXAMPLES]
    first, second = (
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    )
    assert first == second
    assert first


@given(st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_inputs_does_not_matter(tmp_path: Path, data: st.DataObject) -> None:
    """Files, findings and their notes are the same for any order of the paths."""
    paths = many(tmp_path, 20)
    shuffled = data.draw(st.permutations(paths))
    assert outcome(compiled(paths, tmp_path)) == outcome(compiled(shuffled, tmp_path))


def test_naming_a_file_twice_does_not_matter(tmp_path: Path) -> None:
    """A file is read once, whatever names and links lead to it."""
    paths = many(tmp_path, 5)
    link = tmp_path / "link.yaml"
    link.symlink_to(paths[1].name)
    again = [tmp_path, *paths, tmp_path / "." / paths[0].name, link, tmp_path / ".." / tmp_path.name]
    assert outcome(compiled(paths, tmp_path)) == outcome(compiled([*paths, *again], tmp_path))


def test_the_number_of_processes_does_not_matter(tmp_path: Path) -> None:
    """One process and two give the same files and findings."""
    paths = many(tmp_path, 80)
    one, two = (outcome(compiled(paths, tmp_path, jobs)) for jobs in (1, 2))
    assert one == two


def test_keys_in_another_order_mean_the_same() -> None:
    """The order of keys in a spec changes nothing in the rules."""
    reordered = """\
alerts: [{priority: P3, value: {above: 60, of: queue_age_seconds}, name: QueueTooOld}]
slos: [{sli: {events: {total: checkout_total, bad: checkout_failed_total}}, objective: 99.9, name: checkout}]
defaults: {action: Look at it, runbook: "https://runbooks.example.org/{name}"}
kind: Service
metadata: {owner: team-shop, name: shop}
apiVersion: sloctl/v1
"""
    assert planned(MINIMAL) == planned(reordered)


OBJECTIVES = st.decimals("0.5", "0.99999", places=5)
RATIOS = st.decimals("0.00001", "1", places=5)
PERIODS = st.sampled_from(["7d", "28d", "30d", "90d"]).map(Duration.parse)


@given(OBJECTIVES, OBJECTIVES, RATIOS, PERIODS)
@settings(max_examples=300)
def test_a_stricter_objective_never_fires_later(one: Decimal, two: Decimal, errors: Decimal, period: Duration) -> None:
    """Raising the objective never delays a tier, nor silences one that fired."""
    loose, strict = sorted([one, two])
    for tier in standard_tiers(period, BASE):
        late, early = (tier.detection_seconds(1 - objective, errors) for objective in (loose, strict))
        assert late is None or (early is not None and early <= late)


@given(OBJECTIVES, RATIOS, RATIOS, PERIODS)
@settings(max_examples=300)
def test_more_errors_never_fire_later(objective: Decimal, one: Decimal, two: Decimal, period: Duration) -> None:
    """A worse incident is found no later, and is not over sooner for the short window."""
    mild, bad = sorted([one, two])
    for tier in standard_tiers(period, BASE):
        late, early = (tier.detection_seconds(1 - objective, errors) for errors in (mild, bad))
        assert late is None or (early is not None and early <= late)
        short, long = (tier.reset_seconds(1 - objective, errors) for errors in (mild, bad))
        assert short is None or (long is not None and short <= long)


@given(st.decimals("0.001", "1", places=3), st.integers(1, 700), st.integers(1, 90))
def test_no_tier_burns_below_one_nor_spends_less_than_it_says(share: Decimal, hours: int, days: int) -> None:
    """The factor is p * T / L or 1, so a met objective never fires and the budget spent is at least the share asked."""
    long, period = Duration.of(hours=hours), Duration.of(days=days)
    assume(long < period)
    tier = Tier(name="t", notify="page", budget=share, long=long, short=BASE, period=period)
    assert tier.burn_rate == max(Decimal(1), raw_burn_rate(share, period, long))
    assert tier.budget_spent > share * (1 - Decimal("1e-20"))
    assert replace(tier, budget=share * 2).burn_rate >= tier.burn_rate
