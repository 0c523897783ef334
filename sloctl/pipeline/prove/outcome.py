"""What the proofs have shown, in the user's terms: per alert, which claims hold and what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sloctl.pipeline.prove.run import Plan
from sloctl.proof.case import Script
from sloctl.proof.verdict import Failure


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence about an alert, and the checks of it that failed: it holds when there are none."""

    text: str
    failures: tuple[Failure, ...]

    @property
    def holds(self) -> bool:
        """Whether every check of the claim was met."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a subject (`delivery/fast`, an alert's name): its claims; or why nothing, or not all, is."""

    service: str
    subject: str
    claims: tuple[Claim, ...] = ()
    unproven: str = ""


def outcomes(plans: Iterable[Plan], failed: Mapping[str, Sequence[Failure]]) -> list[Outcome]:
    """Sort the results by service and subject, in the order of the specs."""
    found: list[Outcome] = []
    for each in plans:
        found += [Outcome(each.service, each.name, unproven=each.unproven)] if each.unproven else []
        found += _of_subjects(each, [failure for script in each.scripts for failure in failed[script.name]])
        found += [Outcome(each.service, each.name, unproven=text) for text in _gaps(each.scripts)]
    return found


def _of_subjects(each: Plan, failed: Sequence[Failure]) -> list[Outcome]:
    claims: dict[str, dict[str, None]] = {}
    for script in each.scripts:
        for subject, texts in script.subjects.items():
            claims.setdefault(subject, {}).update(texts)
    return [
        Outcome(each.service, subject, tuple(Claim(text, _about(failed, subject, text)) for text in texts))
        for subject, texts in claims.items()
    ]


def _about(failed: Iterable[Failure], subject: str, text: str) -> tuple[Failure, ...]:
    return tuple(each for each in failed if (each.check.subject, each.check.claim) == (subject, text))


def _gaps(scripts: Iterable[Script]) -> list[str]:
    gaps = {gap: reason for script in scripts for gap, reason in script.gaps.items()}
    return [f"`{key}` of {alert} is not compared: {reason}" for (alert, key), reason in sorted(gaps.items())]


def as_data(found: Iterable[Outcome]) -> dict[str, Any]:
    """Return outcomes as JSON: `version` changes when a reader would have to."""
    return {"version": 1, "results": [_row(each) for each in found]}


def _row(each: Outcome) -> dict[str, Any]:
    claims = [
        {"claim": claim.text, "holds": claim.holds, "failures": [_failure(failure) for failure in claim.failures]}
        for claim in each.claims
    ]
    return {"service": each.service, "subject": each.subject, "claims": claims, "not_proven": each.unproven or None}


def _failure(failure: Failure) -> dict[str, str]:
    return {
        "case": failure.case.name,
        "story": failure.case.reason,
        "expected": failure.check.expected,
        "happened": failure.happened,
    }
