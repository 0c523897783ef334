"""Rule files for vmalert: one per service.

vmalert evaluates the rules of a group in order, but writes what they record in the background: a rule may read the
value of an evaluation ago. Bad and valid events of a window are read equally late, so their ratio stays right, and
every window of the chain lags behind by one evaluation more.
"""

from __future__ import annotations

from dataclasses import replace

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.reader import Reader
from sloctl.core.shapes import flag, record
from sloctl.model.rules import Alerting, Artifact, Rule, RuleFile
from sloctl.targets._rules import groups_of, rule_file
from sloctl.targets._target import Emitted, Job, Target
from sloctl.targets._vmalert import uncomputable

_NAME = "victoriametrics"
_KEEPING = "keep_firing_for"

_OPTIONS = record(
    "Rule files for vmalert.",
    {
        _KEEPING: flag(
            "Whether your vmalert knows `keep_firing_for`; the default is yes. Old ones (Debian 12 has 1.79) refuse a "
            "file that holds it, so with `false` it is left out."
        )
    },
)


def _is_kept(options: Reader) -> bool:
    return options.data.get(_KEEPING) is not False


def _arrange(file: RuleFile, options: Reader) -> RuleFile:
    if _is_kept(options):
        return file
    groups = (replace(group, rules=tuple(map(_without_keeping, group.rules))) for group in file.groups)
    return replace(file, groups=tuple(groups))


def _without_keeping(rule: Rule) -> Rule:
    return replace(rule, keep_firing_for=None) if isinstance(rule, Alerting) else rule


def _emit(job: Job) -> Emitted:
    artifact = Artifact(f"{job.file.service}.yml", rule_file(job.file, _NAME))
    return Emitted(artifacts=(artifact,), findings=(*_left_out(job), *uncomputable(job)))


def _left_out(job: Job) -> list[Finding]:
    """Report every alert whose `keep_firing_for` is left out."""
    if _is_kept(job.options) or job.service is None:
        return []
    return [
        Finding(
            problem=problems.NOT_ON_TARGET,
            at=alert.origin.at(_KEEPING),
            message=f"`{_KEEPING}` of `{alert.name}` is left out, as `targets.{_NAME}` says",
            help="the alert ends with its condition, and may soon be back; a newer vmalert knows the key",
        )
        for alert in job.service.alerts
        if alert.keep_firing_for
    ]


TARGET = Target(
    name=_NAME,
    description="rule files for vmalert, one per service",
    emit=_emit,
    options=_OPTIONS,
    arrange=_arrange,
    read=groups_of,
    merges=True,
)
