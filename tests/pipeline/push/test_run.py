"""An interrupt in the middle of a push."""

from __future__ import annotations

import threading
from typing import NoReturn

import pytest

from sloctl.pipeline.push import run
from sloctl.pipeline.push.steps import Step
from sloctl.promapi.access import Access
from sloctl.promapi.ruler import Ruler
from sloctl.promapi.transport import Transport
from tests.support.http import Request
from tests.support.ruler import FakeRuler, ruling


def test_an_interrupt_ends_the_steps_and_not_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on its way arrives, the rest is not sent, and the state of each group is known."""
    has_begun, is_stopped = threading.Event(), threading.Event()

    class Stop(threading.Event):
        def set(self) -> None:
            super().set()
            is_stopped.set()

    def interrupt(_: object) -> NoReturn:
        has_begun.wait(10)
        raise KeyboardInterrupt

    def hold(request: Request) -> None:
        if request.method == "POST":
            has_begun.set()
            is_stopped.wait(10)

    monkeypatch.setattr(run, "Event", Stop)
    monkeypatch.setattr(run, "wait", interrupt)
    fake = FakeRuler(trouble=hold)
    steps = [Step("shop", name, None, {"name": name, "rules": [{"record": "a:b", "expr": "up"}]}) for name in "ab"]
    with ruling(fake) as server:
        ruler = Ruler(Transport(Access(url=f"{server.url}/prometheus")), "mimir")
        results = run.carry_out(ruler, steps, lambda: None)
        ruler.close()
    assert [(run.LIVE, None), (run.NOT_LIVE, None)] == [(result.state, result.error) for result in results]
    assert ["shop: a"] == fake.groups()
