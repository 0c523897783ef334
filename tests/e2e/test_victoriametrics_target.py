"""The rules for vmalert on the real VictoriaMetrics: every expression is computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import requests
import yaml
from demo.process import Server
from demo.servers import victoria_metrics

from tests.cli.session import sloctl
from tests.support.docs import ROOT
from tests.targets.test_victoriametrics import KINDS


def written(folder: Path, *specs: Path) -> list[Path]:
    """Compile specs for vmalert and return the files."""
    (folder / "sloctl.yaml").write_text("targets: {victoriametrics: {keep_firing_for: false}}\n")
    run = sloctl("compile", *specs, "--target", "victoriametrics", "-o", "rules", cwd=folder)
    assert 0 == run.code, run.err
    return sorted((folder / "rules").glob("*.yml"))


def refused(database: Server, expr: str) -> str:
    """Return what VictoriaMetrics has against an expression; nothing when it computes it."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{database.url}/api/v1/query", data={"query": expr}, timeout=10)
    return "" if answer.ok else f"{expr}\n{json.loads(answer.text)['error']}"


def test_every_expression_is_computed(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """VictoriaMetrics answers the expressions of all examples and kinds; to parse them would not know its functions."""
    tool("victoria-metrics")
    (tmp_path / "kinds.yaml").write_text(KINDS)
    files = written(tmp_path, ROOT / "examples", tmp_path / "kinds.yaml")
    groups = [group for path in files for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
    with victoria_metrics(scrapes={}) as database:
        found = [refused(database, rule["expr"]) for group in groups for rule in group["rules"]]
    assert (True, []) == (len(found) > 200, [each for each in found if each])
