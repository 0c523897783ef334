"""Rule files for Thanos Ruler: each group says what becomes of a partial answer.

A ruler asks a querier, and that may reach only some of the stores. With `abort`, the default here as in Thanos, the
evaluation fails then, and the ruler counts it; with `warn` the rules go on with what is there. A sum of events over
half of the stores is wrong without looking so, hence the default.
"""

from __future__ import annotations

from sloctl.core.shapes import choice, record
from sloctl.model.rules import Artifact
from sloctl.targets._rules import groups_of, rule_file
from sloctl.targets._target import Emitted, Job, Target

_OPTIONS = record(
    "Rule files for Thanos Ruler.",
    {
        "partial_response_strategy": choice(
            "What a ruler does when some stores do not answer: `abort` (the default) the evaluation, or `warn` only.",
            "abort",
            "warn",
        )
    },
)


def _emit(job: Job) -> Emitted:
    strategy = job.options.text("partial_response_strategy", "abort")
    return Emitted(
        artifacts=(Artifact(f"{job.file.service}.yml", rule_file(job.file, "thanos", strategy=strategy)),),
    )


TARGET = Target(
    name="thanos",
    description="rule files for Thanos Ruler, one per service",
    emit=_emit,
    options=_OPTIONS,
    read=groups_of,
    merges=True,
)
