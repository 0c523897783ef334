"""Specs in, proofs out: the scripts of every SLO and alert, run by promtool against compiled rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sloctl.core.errors import UsageError, WorldError
from sloctl.core.registry import plugins
from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.load import find_files
from sloctl.pipeline.plan import plan
from sloctl.pipeline.plan_alerts import slo_alerts, threshold_alert
from sloctl.pipeline.settings import Settings
from sloctl.proof.basics import basic_scripts
from sloctl.proof.case import Script, Unproven
from sloctl.proof.conditions._scene import scene
from sloctl.proof.document import document
from sloctl.proof.promtool import Promtool
from sloctl.proof.rule_text import Group, excerpt, groups
from sloctl.proof.slo_stage import NO_DATA, SloStage
from sloctl.proof.tiers import tier_scripts
from sloctl.proof.verdict import Failure, failures

_RULES, _TESTS = "rules.json", "test.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be proven of one SLO or alert: its scripts, or the reason why there are none.

    `kind` is `SLO` or `alert`; `gaps` are texts that cannot be compared.
    """

    service: str
    kind: str
    name: str
    scripts: tuple[Script, ...] = field(default=(), repr=False)
    unproven: str = ""

    @property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """The annotations, as alert and key, that are not compared."""
        return tuple(sorted({pair for script in self.scripts for pair in script.dropped}))


@dataclass(frozen=True, slots=True)
class Ruling:
    """A script that was run, and the checks that failed."""

    script: Script
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """Rule groups by name, and the file that each comes from."""

    groups: Mapping[str, Group]
    paths: Mapping[str, Path]


def plan_proofs(services: Iterable[Service], settings: Settings, *, is_closed: bool) -> list[Plan]:
    """Plan what is to be proven. `is_closed` tells whether ranges include their left edge (before Prometheus 3)."""
    plans = []
    for service in services:
        plans += [_slo_plan(service, slo, settings, is_closed=is_closed) for slo in service.slos]
        plans += [_alert_plan(service, alert, settings) for alert in service.alerts]
    return plans


def _slo_plan(service: Service, slo: Slo, settings: Settings, *, is_closed: bool) -> Plan:
    try:
        supply = plugins("sloctl.proof.sli", "FEED")[slo.sli.kind].build(slo)
        rules = dict(zip([*(tier.name for tier in slo.tiers), NO_DATA], slo_alerts(service, slo, settings),
                         strict=False))  # fmt: skip
        stage = SloStage(service=service, slo=slo, rules=rules, supply=supply,
                         scrape=settings.scrape_interval, is_closed=is_closed)  # fmt: skip
        scripts = (*tier_scripts(stage), *basic_scripts(stage))
    except Unproven as reason:
        return Plan(service=service.name, kind="SLO", name=slo.name, unproven=str(reason))
    return Plan(service=service.name, kind="SLO", name=slo.name, scripts=scripts)


def _alert_plan(service: Service, alert: Alert, settings: Settings) -> Plan:
    try:
        cases = plugins("sloctl.proof.conditions", "CASES")[alert.condition.kind]
        script = scene(service, alert, threshold_alert(service, alert, settings)).script(cases.build)
    except Unproven as reason:
        return Plan(service=service.name, kind="alert", name=alert.name, unproven=str(reason))
    return Plan(service=service.name, kind="alert", name=alert.name, scripts=(script,))


def fresh_rules(services: Iterable[Service], settings: Settings) -> CompiledRules:
    """Compile the services anew; the paths are those where `sloctl compile` writes them."""
    found: dict[str, Group] = {}
    paths: dict[str, Path] = {}
    for service in services:
        artifact = plugins("sloctl.targets", "TARGET")["prometheus"].emit(plan(service, "spec", settings))
        path = settings.root / settings.output / artifact.path
        for name, group in groups(artifact.content, artifact.path).items():
            found[name], paths[name] = group, path
    return CompiledRules(found, paths)


def committed_rules(rule_paths: Sequence[Path]) -> CompiledRules:
    """Read rule files, or folders of them; raise UsageError when they hold no group."""
    found: dict[str, Group] = {}
    paths: dict[str, Path] = {}
    for path in find_files(rule_paths):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise WorldError(f"cannot read {path}: {error}") from error
        for name, group in groups(text, path.as_posix()).items():
            found[name], paths[name] = group, path
    if not found:
        where = ", ".join(str(path) for path in rule_paths)
        raise UsageError(f"no rule groups found in {where}", "name files that `sloctl compile` wrote")
    return CompiledRules(found, paths)


def run_proofs(
    plans: Iterable[Plan], rules: CompiledRules, promtool: Promtool, *, jobs: int, done: Callable[[], None]
) -> dict[str, Ruling]:
    """Run all scripts, several at a time, and return the rulings by script name; `done` is called after each."""
    scripts = sorted((script for each in plans for script in each.scripts), key=_cost, reverse=True)
    found: dict[str, Ruling] = {}
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        for ruling in pool.map(lambda script: run_script(script, rules.groups.get(script.group), promtool), scripts):
            found[ruling.script.name] = ruling
            done()
    return found


def _cost(script: Script) -> int:
    """Estimate how long a script runs: the long ones begin first, so that no process is left with one at the end."""
    ends = (max((check.at.ms for check in case.checks), default=0) for case in script.cases)
    return sum(ends) // script.evaluation.ms


def run_script(script: Script, group: Group | None, promtool: Promtool) -> Ruling:
    """Run one script over the rules of its group; without a group, every check fails."""
    if group is None:
        missing = f"the rules have no group `{script.group}`"
        checks = (Failure(case, check, missing) for case in script.cases for check in case.checks)
        return Ruling(script, tuple(checks))
    with TemporaryDirectory(prefix="sloctl-") as folder:
        (Path(folder) / _RULES).write_text(excerpt(group, script), encoding="utf-8")
        file = Path(folder) / _TESTS
        file.write_text(document(script, _RULES), encoding="utf-8")
        passed, output = promtool.test(file)
    return Ruling(script, tuple(failures(script, passed, output)))


def kept_files(plans: Iterable[Plan], rules: CompiledRules, folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the promtool files to keep, each with a path to the compiled rules that is relative to the folder."""
    for script in (script for each in plans for script in each.scripts):
        path = rules.paths.get(script.group)
        if path is not None:
            target = Path(os.path.relpath(path, folder)).as_posix()
            yield folder / f"{script.name}.yml", document(script, target, with_texts=not (script.crowded or script.dropped))

