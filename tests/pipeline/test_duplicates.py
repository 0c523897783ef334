"""What is there twice is shown at both places."""

from __future__ import annotations

import pytest

from tests.pipeline.specs import HEAD, resolved

SLO = "  - name: {}\n    objective: 99.9\n    sli: {{probe: {{up: up}}}}\n"
ALERT = "  - name: {}\n    expr: x > 1\n    priority: P3\n"


@pytest.mark.parametrize(
    ("text", "code", "places"),
    [
        (f"{HEAD}slos:\n{SLO.format('a')}{SLO.format('b')}{SLO.format('a')}", "S304", ["12:11", "6:11"]),
        (f"{HEAD}alerts:\n{ALERT.format('A')}{ALERT.format('A')}", "S305", ["9:11", "6:11"]),
        (f"{HEAD}alerts:\n{ALERT.format('A') * 3}", "S305", ["9:11", "6:11", "12:11", "6:11"]),
    ],
    ids=["SLOs", "alerts", "three alerts"],
)
def test_both_places_of_a_name_are_shown(text: str, code: str, places: list[str]) -> None:
    """The finding stands at the later name, its note at the first."""
    service, findings = resolved(text)
    assert service is None
    assert {code} == {finding.problem.code for finding in findings}
    assert places == [str(at).removeprefix("spec.yaml:") for finding in findings
                      for at in (finding.at, *(note.at for note in finding.notes))]  # fmt: skip
