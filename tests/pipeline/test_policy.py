"""The error-budget policy: where it may stand, and which one holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.model.service import Service
from sloctl.pipeline.settings import Settings, load_settings
from tests.pipeline.specs import HEAD, resolved

SLO = """\
slos:
  - name: checkout
    objective: 99.9
    sli: {events: {bad: checkout_failed_total, total: checkout_total}}
"""
OF_SETTINGS = "policy: [{below: 10%, then: settings}]\n"
OF_DOCUMENT = "policy: [{below: 20%, then: document}]\n"
OF_SLO = "    policy: [{below: 30%, then: slo}]\n"


def settings(folder: Path, text: str) -> Settings:
    """Read settings without a mistake."""
    (folder / "sloctl.yaml").write_text(text)
    found, findings = load_settings(folder)
    assert [] == findings
    return found


def service(text: str, given: Settings) -> Service:
    """Read a spec without a mistake."""
    found, findings = resolved(text, given)
    assert (True, []) == (found is not None, findings)
    assert found
    return found


@pytest.mark.parametrize(
    ("document", "slo", "expected"),
    [("", "", ["settings"]), (OF_DOCUMENT, "", ["document"]), (OF_DOCUMENT, OF_SLO, ["slo"]),
     (OF_DOCUMENT, "    policy: []\n", []), ("policy: []\n", "", [])],
)  # fmt: skip
def test_the_nearest_policy_holds(tmp_path: Path, document: str, slo: str, expected: list[str]) -> None:
    """That of the SLO, else of its document, else of the settings; an empty one is none."""
    [found] = service(f"{HEAD}{document}{SLO}{slo}", settings(tmp_path, OF_SETTINGS)).slos
    assert expected == [step.then for step in found.policy]


def test_steps_are_ordered_as_the_budget_runs_out(tmp_path: Path) -> None:
    """Percentages and ratios are the same numbers, and only what says freeze freezes."""
    policy = "    policy: [{below: 0, then: c, freeze: true}, {below: 0.5, then: b}, {below: 100%, then: a}]\n"
    [found] = service(f"{HEAD}{SLO}{policy}", settings(tmp_path, "output: rules\n")).slos
    assert [("a", 1, False), ("b", 0.5, False), ("c", 0, True)] == [
        (step.then, float(step.below), step.freeze) for step in found.policy]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("{below: 0.5, then: a}, {below: 50%, then: b}", "two steps of the policy begin below 50 %"),
        ("{below: 50, then: a}", "must be a percentage such as `5%`, or a ratio from 0 to 1"),
        ("{below: 50%}", "`then`"),
        ("{below: 50%, then: a, freeze: perhaps}", "must be `true` or `false`"),
    ],
)
def test_mistakes_are_shown_where_they_are(tmp_path: Path, policy: str, message: str) -> None:
    """In a spec and in the settings alike, once, with the line."""
    text = f"policy: [{policy}]\n"
    (tmp_path / "sloctl.yaml").write_text(text)
    _, of_settings = load_settings(tmp_path)
    _, of_spec = resolved(f"{HEAD}{text}{SLO}")
    for findings, line in ((of_settings, 1), (of_spec, HEAD.count("\n") + 1)):
        [found] = findings
        assert message in f"{found.message} {found.help}"
        assert line == found.at.span.line
