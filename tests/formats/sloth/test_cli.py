"""The commands take files of Sloth as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.session import sloctl
from tests.formats.sloth.original import EVENTS, spec
from tests.support.promtool import check_rules

SETTINGS = 'defaults: {runbook: "https://runbooks.corp/{slo}", action: Look at it, owner: team-shop}\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one service in two files, one of them a Kubernetes object beside something else."""
    (tmp_path / "sloctl.yaml").write_text(SETTINGS)
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos" / "orders.yml").write_text(spec())
    sli = EVENTS.replace("error_query", "errorQuery").replace("total_query", "totalQuery").replace("\n", "\n    ")
    (tmp_path / "slos" / "stock.yml").write_text(
        f"""\
apiVersion: v1
kind: ConfigMap
data: {{a: b}}
---
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: {{name: stock}}
spec:
  service: shop
  slos:
    - name: stock
      objective: 99
      sli:
          {sli.strip()}
      alerting: {{name: Stock}}
"""
    )
    return tmp_path


def test_validate(project: Path) -> None:
    """A folder is read as a whole: two files are one service."""
    done = sloctl("validate", "slos", cwd=project)
    assert (0, "1 service, 2 SLOs, 0 alerts: 2 notes\n") == (done.code, done.err), done.out


def test_compile(project: Path, tool: Callable[[str], str]) -> None:
    """One rule file comes of it, whose header names both files; promtool takes it, and the linter finds it clean."""
    done = sloctl("compile", "slos", "-o", "rules", cwd=project)
    assert 0 == done.code, done.err
    rules = project / "rules" / "shop.yml"
    assert "slos/orders.yml, slos/stock.yml" in rules.read_text()
    check_rules(rules, promtool=tool("promtool"))
    linted = sloctl("lint", "rules", "--profile", "strict", cwd=project)
    assert (0, "") == (linted.code, linted.out)


def test_lint(project: Path) -> None:
    """Specs are linted where they are written: a missing action is the finding of an import, at the service."""
    (project / "sloctl.yaml").unlink()
    done = sloctl("lint", "slos/orders.yml", "--format", "concise", cwd=project)
    assert "slos/orders.yml:2:10" in done.out
    assert "S405" in done.out


def test_explain(project: Path) -> None:
    """The burn table is that of the SLO, and says where it was written."""
    done = sloctl("explain", "slos/orders.yml", "--format", "json", cwd=project)
    assert 0 == done.code, done.err
    (slo,) = json.loads(done.out)["slos"]
    assert ("shop", "orders", "slos/orders.yml") == (slo["service"], slo["name"], slo["file"])


def test_proofs(project: Path, tool: Callable[[str], str]) -> None:
    """`sloctl test` proves the alerts of an imported SLO."""
    tool("promtool")
    done = sloctl("test", "slos/orders.yml", cwd=project)
    assert 0 == done.code, done.out + done.err


def test_an_error_writes_nothing(project: Path) -> None:
    """What Sloth would refuse stops the compilation, with the caret in the user's file."""
    (project / "slos" / "orders.yml").write_text(spec(objective=101))
    done = sloctl("compile", "slos", "-o", "rules", cwd=project)
    assert (1, False) == (done.code, (project / "rules").exists())
    assert "slos/orders.yml:5:16: error S401" in done.err
