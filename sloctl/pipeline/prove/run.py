"""Specs in, proofs out: the scripts of every SLO and alert, run by promtool against compiled rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError, WorldError
from sloctl.core.registry import plugins
from sloctl.model.service import Alert, Service, Slo
from sloctl.pipeline.emit import emit_service, target_named
from sloctl.pipeline.load import find_files
from sloctl.pipeline.plan.alerts import slo_alerts, threshold_alert
from sloctl.pipeline.plan.dialects import dialects, windows_of
from sloctl.pipeline.plan.recordings import slo_levels
from sloctl.pipeline.plan.service import plan
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.write import Change
from sloctl.proof.basics import basic_scripts
from sloctl.proof.case import Script, Unproven
from sloctl.proof.conditions._scene import scene
from sloctl.proof.document import HEADER, document
from sloctl.proof.limits import limit_scripts
from sloctl.proof.promtool import Promtool
from sloctl.proof.rule_text import Group, excerpt, groups
from sloctl.proof.sli._feed import Supply, recorded, steps_per_base
from sloctl.proof.slo_stage import NO_DATA, Ground, SloStage
from sloctl.proof.tiers import tier_scripts
from sloctl.proof.verdict import Failure, failures
from sloctl.proof.windows import window_scripts
from sloctl.targets._target import Job

_RULES, _TESTS = "rules.json", "test.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be proven of one SLO or alert: its scripts, and what they do not prove."""

    service: str
    name: str
    spec: str
    scripts: tuple[Script, ...] = field(default=(), repr=False)
    unproven: str = ""


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """Rule groups by name, and the file that each comes from."""

    groups: Mapping[str, Group]
    paths: Mapping[str, Path]


def plan_proofs(
    services: Iterable[Service], settings: Settings, *, is_closed: bool, is_beside_all: bool = False
) -> list[Plan]:
    """Plan what is to be proven; see `Ground` for the flags, of which the second is for kept files."""
    ground = Ground(is_closed=is_closed, is_beside_all=is_beside_all)
    plans = []
    for service in services:
        items: tuple[Slo | Alert, ...] = (*service.slos, *service.alerts)
        plans += [_plan(service, item, settings, ground) for item in items]
    return plans


def _plan(service: Service, item: Slo | Alert, settings: Settings, ground: Ground) -> Plan:
    scripts: tuple[Script, ...] = ()
    unproven = ""
    try:
        if isinstance(item, Slo):
            scripts, unproven = _slo_scripts(service, item, settings, ground)
        else:
            scripts = _alert_scripts(service, item, settings)
    except Unproven as reason:
        unproven = str(reason)
    spec = service.origin.document.source.path
    return Plan(service=service.name, name=item.name, spec=spec, scripts=scripts, unproven=unproven)


def _slo_scripts(service: Service, slo: Slo, settings: Settings, ground: Ground) -> tuple[tuple[Script, ...], str]:
    """Return the scripts; where the SLI cannot be fed they feed its recorded windows, and the reason is said."""
    supply, reason = _supply(service, slo, settings)
    tiers = (*(tier.name for tier in slo.tiers), NO_DATA)
    rules = dict(zip(tiers, slo_alerts(service, slo, settings), strict=False))  # the last is there unless it is off
    stage = SloStage(
        service=service,
        slo=slo,
        rules=rules,
        supply=supply,
        levels=slo_levels(slo, windows_of(slo, dialects(settings))),
        scrape=settings.scrape_interval,
        ground=ground,
    )
    # Where the base window is fed, its rule for bad events makes 0 of the total beside it.
    is_disturbed = ground.is_beside_all and supply.fed and slo.sli.failures
    everything = (tier_scripts, limit_scripts, basic_scripts, window_scripts)
    makers = (window_scripts,) if is_disturbed else everything
    return tuple(script for make in makers for script in make(stage)), reason


def _supply(service: Service, slo: Slo, settings: Settings) -> tuple[Supply, str]:
    try:
        supply: Supply = _plugin("sloctl.proof.sli", "FEED", slo.sli.kind).build(slo)
        supply.parts(len(slo.by[:1]))  # the second group, where there are groups
    except Unproven as stuck:
        step = Duration(slo.base.ms // steps_per_base(slo.base, settings.scrape_interval))
        reason = f"how events are counted ({stuck}); what follows begins with the counts"
        return recorded(service.name, slo, [slo.base], step), reason
    return replace(supply, parts=cache(supply.parts)), ""


def _alert_scripts(service: Service, alert: Alert, settings: Settings) -> tuple[Script, ...]:
    cases = _plugin("sloctl.proof.conditions", "CASES", alert.condition.kind)
    return (scene(service, alert, threshold_alert(service, alert, settings)).script(cases.build),)


def _plugin(package: str, attribute: str, kind: str) -> Any:
    """Return the cases of a kind; a kind that somebody has added without cases is not proven."""
    try:
        return plugins(package, attribute)[kind]
    except KeyError:
        raise Unproven(f"the kind `{kind}` has no module in {package}") from None


def fresh_rules(services: Iterable[Service], settings: Settings) -> CompiledRules:
    """Compile the services anew; the paths are those where `sloctl compile` writes them."""
    target = target_named("prometheus")
    texts = {}
    for service in services:
        (artifact,) = emit_service(target, Job(file=plan(service, service.name, settings)), verify=False).artifacts
        texts[settings.root / settings.output / artifact.path] = artifact.content
    return _compiled(texts)


def committed_rules(paths: Sequence[Path]) -> CompiledRules:
    """Read rule files, or folders of them; raise UsageError when they hold no group."""
    rules = _compiled({path: _read(path) for path in find_files(paths)})
    if not rules.groups:
        where = ", ".join(str(path) for path in paths)
        raise UsageError(f"no rule groups found in {where}", "name files that `sloctl compile` wrote")
    return rules


def _compiled(texts: Mapping[Path, str]) -> CompiledRules:
    found = {path: groups(text, path.name) for path, text in texts.items()}
    return CompiledRules(
        {name: group for each in found.values() for name, group in each.items()},
        {name: path for path, each in found.items() for name in each},
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError(f"cannot read {path}: {error}") from error


def run_scripts(
    scripts: Iterable[Script], rules: CompiledRules, promtool: Promtool, *, jobs: int, done: Callable[[], None]
) -> dict[str, list[Failure]]:
    """Run scripts, several at a time (0 jobs: one per core); return the checks that failed by script name.

    `done` is called after each script, in this thread.
    """
    ordered = sorted(scripts, key=_cost, reverse=True)
    found: dict[str, list[Failure]] = {}
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        failed = pool.map(lambda script: run_script(script, rules.groups.get(script.group), promtool), ordered)
        for script, each in zip(ordered, failed, strict=True):
            found[script.name] = each
            done()
    return found


def _cost(script: Script) -> int:
    """Count evaluations: the long scripts begin first, so that none is left alone at the end."""
    ends = (max((check.at.ms for check in case.checks), default=0) for case in script.cases)
    return sum(ends) // script.evaluation.ms


def run_script(script: Script, group: Group | None, promtool: Promtool) -> list[Failure]:
    """Run one script over the rules of its group and return the checks that failed; without a group, all do."""
    if group is None:
        missing = f"the rules have no group `{script.group}`"
        return [Failure(case, check, missing, is_general=True) for case in script.cases for check in case.checks]
    with TemporaryDirectory(prefix="sloctl-") as folder:
        (Path(folder) / _RULES).write_text(excerpt(group, script), encoding="utf-8")
        file = Path(folder) / _TESTS
        file.write_text(document(script, _RULES, script.name), encoding="utf-8")
        passed, output = promtool.test(file)
    return failures(script, output, passed=passed)


def kept_changes(plans: Iterable[Plan], rules: CompiledRules, folder: Path) -> list[Change]:
    """Return the promtool files that are new or differ; raise UsageError for a file that must not be replaced."""
    changes = []
    for spec, script in ((each.spec, script) for each in plans for script in each.scripts):
        path = folder / f"{script.name}.yml"
        old = _read(path) if path.exists() else None
        if old is not None and not old.startswith(HEADER):
            raise UsageError(f"{path} was not written by sloctl test, so it is not replaced", "move it away")
        rule_file = rules.paths.get(script.group)
        if rule_file is not None:
            shown = Path(os.path.relpath(rule_file, folder)).as_posix()
            new = document(script, shown, spec, with_texts=script.is_portable and not script.gaps)
            changes += [Change(path, old, new)] if new != old else []
    return changes
