"""A report on VictoriaMetrics: its cache may not move the times that are asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from demo.process import HOST, running

from tests.cli.session import sloctl
from tests.support.budgets import SPEC

STEP, DAY = 300, 86_400
END = int(time.time()) // DAY * DAY - DAY
BESIDE = 77
"""Seconds that the report ends after a multiple of its step."""
SECONDS = 60.0


def samples() -> Iterator[str]:
    """Write what the rules recorded in three days, one bad event in two hundred, at times beside the full minutes."""
    labels = '{slo_service="shop",slo="checkout"}'
    for at in range(END - 3 * DAY + BESIDE, END + BESIDE + 1, STEP):
        yield f"slo:total_events:increase5m{labels} 200 {at}000"
        yield f"slo:bad_events:increase5m{labels} 1 {at}000"


def test_any_time_can_be_reported_on(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """A time that is no multiple of five minutes has all its events, as on Prometheus."""
    (tmp_path / "spec.yaml").write_text(SPEC.replace("objective: 99", "objective: 99\n    period: 1d"))
    fixed = [tool("victoria-metrics"), f"-storageDataPath={tmp_path / 'data'}", "-retentionPeriod=10y"]
    listen = "-httpListenAddr"
    with running("victoria-metrics", lambda port: [*fixed, f"{listen}={HOST}:{port}"], ready="/health",
                 folder=tmp_path) as server:  # fmt: skip
        for path, body in (("/api/v1/import/prometheus", "\n".join(samples())), ("/internal/force_flush", "")):
            requests.post(f"{server.url}{path}", data=body, timeout=SECONDS).raise_for_status()
        options = ["--prometheus", server.url, "--time", str(END + BESIDE), "--last", "2", "--format", "json"]
        done = sloctl("report", "spec.yaml", *options, cwd=tmp_path)
    assert 0 == done.code, done.err
    [budget] = json.loads(done.out)["services"][0]["slos"][0]["budgets"]
    assert (288.0, 57_600.0, 1.0) == (budget["bad_events"], budget["total_events"], budget["known_ratio"])
    assert 0.5 == pytest.approx(budget["budget_left"])
    assert [57_600.0] * 2 == [past["total_events"] for past in budget["past"]]
