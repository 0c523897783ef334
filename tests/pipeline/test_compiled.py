"""What specs compile to: each case of `tests/golden/compile/` holds a spec and the rules it becomes, read and judged.

`SLOCTL_UPDATE_GOLDEN=1 pytest tests/pipeline/test_compiled.py` writes the rules anew; read the diff before you commit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sloctl.core.registry import plugins
from sloctl.model.rules import Alerting
from tests.pipeline.problem_cases import UPDATE
from tests.pipeline.specs import planned, rule_file_text
from tests.support.promtool import check_rules

FOLDER = Path(__file__).parents[1] / "golden" / "compile"
CASES = sorted(path.parent for path in FOLDER.glob("*/spec.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_spec_compiles_to_these_rules(case: Path) -> None:
    """The rules are the committed ones, byte for byte."""
    content = rule_file_text(planned((case / "spec.yaml").read_text()))
    if UPDATE:
        (case / "rules.yml").write_text(content)
    assert (case / "rules.yml").read_text() == content


def test_promtool_accepts_every_case(tool: Callable[[str], str]) -> None:
    """Prometheus can load all of them: expressions parse, templates expand, labels are allowed."""
    check_rules(*(case / "rules.yml" for case in CASES), promtool=tool("promtool"))


def test_every_kind_has_a_case() -> None:
    """Each SLI kind and each condition is among the cases."""
    names = {case.name for case in CASES}
    kinds = [f"sli-{kind.replace('_', '-')}" for kind in plugins("sloctl.sli", "KIND")]
    kinds += [f"alert-{kind}" for kind in plugins("sloctl.conditions", "KIND")]
    assert [] == [kind for kind in kinds if not any(name.startswith(kind) for name in names)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_alert_says_whom_it_calls_and_what_for(case: Path) -> None:
    """Owner, priority, notify and severity are labels; action, runbook, summary and description annotations."""
    for rule in planned((case / "spec.yaml").read_text()).rules:
        if isinstance(rule, Alerting):
            assert {"slo_service", "owner", "priority", "notify", "severity"} <= dict(rule.labels).keys()
            assert {"summary", "description", "action", "runbook_url"} <= dict(rule.annotations).keys()
