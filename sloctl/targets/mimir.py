"""Namespace files for the rulers of Mimir and Cortex, as `mimirtool rules` reads them: one namespace per service.

A ruler takes 20 rules in a group and 70 groups of a tenant unless it is told otherwise. Groups are cut to fit; too
many groups are a finding, for nobody but the operator of the ruler can change that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log, sqrt
from typing import NamedTuple

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.reader import Reader
from sloctl.core.shapes import count, record, text
from sloctl.core.source import Location
from sloctl.model.rules import Artifact
from sloctl.targets._mimir import most_groups, namespace, within_limits
from sloctl.targets._rules import groups_of, rule_file
from sloctl.targets._target import Emitted, Job, Target
from sloctl.targets._yaml import scalar

_OPTIONS = record(
    "Namespaces for the ruler of Mimir or Cortex.",
    {
        "namespace_prefix": text(
            "What stands before the name of a service in its namespace; the default is nothing.",
            pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
            patternErrorMessage="letters, digits, `.`, `_` and `-`, at most 100",
        ),
        "max_rules_per_group": count("What the ruler takes (`-ruler.max-rules-per-rule-group`): 20; 0 is no limit."),
        "max_groups_per_tenant": count("What it takes (`-ruler.max-rule-groups-per-tenant`): 70; 0 is no limit."),
    },
)


_LIMIT = "max_groups_per_tenant"


class _Part(NamedTuple):
    """How many groups a service has, and where its name stands."""

    groups: int
    at: Location | None


def _emit(job: Job) -> Emitted:
    head = f"namespace: {scalar(namespace(job.options, job.file.service))}\n"
    artifact = Artifact(f"{job.file.service}.yml", rule_file(job.file, "mimir", head=head))
    at = job.service.origin.at("metadata", "name") if job.service else None
    return Emitted(artifacts=(artifact,), part=_Part(len(job.file.groups), at))


def _join(parts: Sequence[_Part], options: Reader) -> Emitted:
    """Report more groups than the ruler takes from a tenant, and as many: then it refuses every later change."""
    most, total = most_groups(options), sum(part.groups for part in parts)
    if not most or total < most:
        return Emitted()
    problem, words = problems.TENANT_LIMIT, f"of which the ruler takes {most}"
    if total == most:
        problem, words = problems.TENANT_FULL, "all that the ruler takes: it counts one more while it replaces one"
    advice = (
        f"raise its limit `-ruler.max-rule-groups-per-tenant` and `targets.mimir.{_LIMIT}` alike, or deal "
        f"the rules out to about {_tenants(total, most):,} tenants with --shards"
    )
    message = f"{total:,} rule groups for one tenant, {words}"
    return Emitted(findings=(Finding(problem=problem, at=_place(parts, options), message=message, help=advice),))


def _place(parts: Sequence[_Part], options: Reader) -> Location:
    """Point at the limit where the settings have it, else at the service that has the most groups."""
    largest = max(parts, key=lambda part: (part.groups, part.at.source.path if part.at else ""))
    return largest.at if largest.at and not options.has(_LIMIT) else options.at(_LIMIT)


def _tenants(total: int, most: int) -> int:
    """Estimate how many tenants hold so many groups, dealt out by chance.

    SLOs are dealt out, each of two groups. The number in a tenant is about Poisson, with a root of the mean as its
    standard deviation; the largest of n tenants lies some sqrt(2 ln n) of these above the mean (that is the extreme of
    n normal values, and half a one more for the longer tail).
    """
    slos, room, tenants = total / 2, most / 2, 1.0
    for _ in range(3):  # each round knows the number of tenants better
        deviations = max(3.0, sqrt(2 * log(tenants)) + 0.5)
        mean = ((sqrt(deviations**2 + 4 * room) - deviations) / 2) ** 2
        tenants = max(1.0, slos / mean)
    return ceil(tenants)


TARGET = Target(
    name="mimir",
    description="namespace files for the rulers of Mimir and Cortex, one per service",
    emit=_emit,
    options=_OPTIONS,
    arrange=within_limits,
    join=_join,
    read=groups_of,
)
