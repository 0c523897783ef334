"""A configuration for Alertmanager: routes to the owners, grouping, and which alerts hold back which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sloctl.core.reader import Reader
from sloctl.gotemplate.facts import facts
from sloctl.gotemplate.parse import parse
from sloctl.model import names
from sloctl.model.rules import Alerting, Artifact
from sloctl.model.seal import header
from sloctl.model.service import PAGE, TICKET
from sloctl.promql.literals import quote
from sloctl.targets._target import Emitted, Job, Target
from sloctl.targets._template import template


@dataclass(frozen=True, slots=True, order=True)
class _Call:
    """Who is called, and how: `page` or `ticket`."""

    owner: str
    notify: str

    @property
    def matcher(self) -> str:
        """The condition of the owner's route. Alertmanager reads the escapes of PromQL."""
        return f"{names.OWNER}={quote(self.owner)}"

    @property
    def receiver(self) -> str:
        """The receiver of the owner's route; no two calls share one, since the part behind the last `-` is known."""
        return f"{self.owner}-{self.notify}"


@dataclass(frozen=True, slots=True)
class _Needs:
    """What routing must know of a service: the calls of its alerts, and the labels that split its SLOs."""

    calls: frozenset[_Call]
    by: frozenset[str]


def _emit(job: Job) -> Emitted:
    alerts = [dict(rule.labels) for rule in job.file.rules if isinstance(rule, Alerting)]
    needs = _Needs(
        calls=frozenset(_Call(_printed(labels[names.OWNER]), labels[names.NOTIFY]) for labels in alerts),
        by=frozenset(label for group in job.file.groups for label in group.by),
    )
    return Emitted(part=needs)


def _printed(owner: str) -> str:
    """Return what Alertmanager sees of an owner: the label of a rule is a template, here one that never varies."""
    return facts(parse(owner)).static_text or ""


def _join(needs: Sequence[_Needs], _options: Reader) -> Emitted:
    calls = sorted({call for each in needs for call in each.calls})
    routes = {notify: [call for call in calls if call.notify == notify] for notify in (PAGE, TICKET)}
    by = sorted({label for each in needs for label in each.by})
    head = header("the specs of all services", "alertmanager")
    text = template("_alertmanager.yml.j2").render(header=head, calls=calls, routes=routes, by=by)
    return Emitted(artifacts=(Artifact("alertmanager.yml", text),))


TARGET = Target(
    name="alertmanager",
    description="routes, groups and inhibition for Alertmanager, one file for all",
    emit=_emit,
    join=_join,
)
