"""Questions to a server that answers only short ones."""

from array import array
from dataclasses import dataclass, field, replace

import pytest

from sloctl.core.duration import Duration
from sloctl.evidence.samples import Grid
from sloctl.pipeline.backfill.history import PART, History
from sloctl.promapi.access import Access
from sloctl.promapi.client import Client
from sloctl.promapi.errors import PromApiError
from sloctl.promapi.matrix import Column
from sloctl.promapi.transport import Transport
from tests.support.http import Answer, Request, serving, success

GRID = Grid(1_700_000_000_123, 30_000, 3000)


def evaluations(start: float, end: float, step: float) -> list[float]:
    """List the times of a range query."""
    return [start + number * step for number in range(round((end - start) / step) + 1)]


@dataclass
class Server:
    """A client whose server refuses, with a status or for its slowness, what is longer than `longest`."""

    longest: int = PART
    status: int | None = 422
    is_slow: bool = False
    asked: list[int] = field(default_factory=list)

    def client(self, monkeypatch: pytest.MonkeyPatch) -> Client:
        """Return a client that asks this server."""

        def columns(_: Client, expr: str, *, start: float, end: float, step: float) -> list[Column]:
            times = evaluations(start, end, step)
            self.asked.append(len(times))
            if len(times) > self.longest:
                raise PromApiError("refused", status=self.status, is_timeout=self.is_slow)
            return [Column({"__name__": "x", "b": "2", "a": "1"}, array("d", times), array("d", times))]

        monkeypatch.setattr(Client, "columns", columns)
        return Client(Transport(Access(url="http://localhost:1")))


def test_one_question_for_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers is asked in parts of a day; every evaluation comes back at its millisecond."""
    server = Server()
    found = History(server.client(monkeypatch)).ask("x", GRID)
    assert [PART, GRID.count - PART] == server.asked
    assert [(("a", "1"), ("b", "2"))] == list(found)
    [samples] = found.values()
    assert b"\1" * GRID.count == samples.present
    assert GRID.time(GRID.count - 1) == round(1000 * samples.values[-1])


@pytest.mark.parametrize(("status", "is_slow"), [(422, False), (400, False), (503, True), (None, True), (504, False)])
def test_a_refused_part_is_asked_for_in_halves(
    status: int | None, is_slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the limit, of points, of samples or of time: smaller questions are answered, and remembered."""
    server = Server(longest=800, status=status, is_slow=is_slow)
    history = History(server.client(monkeypatch))
    [samples] = history.ask("x", GRID).values()
    assert b"\1" * GRID.count == samples.present
    assert [2880, 1440, 720, 720, 720, 720, 120] == server.asked
    history.ask("y", GRID)
    assert [720, 720, 720, 720, 120] == server.asked[7:]


def test_what_no_length_can_mend_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that refuses even short questions has another reason, which its user must know."""
    server = Server(longest=0)
    with pytest.raises(PromApiError, match="refused"):
        History(server.client(monkeypatch)).ask("x", GRID)
    assert [2880, 1440, 720, 360, 180, 90, 45] == server.asked


@pytest.mark.parametrize("status", [401, 404, None])
def test_other_errors_end_it_at_once(status: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing permission, a wrong address or no connection is not asked about twice."""
    server = Server(longest=0, status=status)
    with pytest.raises(PromApiError, match="refused"):
        History(server.client(monkeypatch)).ask("x", GRID)
    assert [2880] == server.asked


def test_a_server_that_is_too_slow_is_asked_for_less() -> None:
    """When no answer comes in time, the next question is shorter."""

    def answer(request: Request) -> Answer:
        times = evaluations(*(float(request.param(key)) for key in ("start", "end", "step")))
        values = [[time, "1"] for time in times]
        quick = success({"resultType": "matrix", "result": [{"metric": {}, "values": values}]})
        return quick if len(times) <= 1440 else replace(quick, drop_seconds=0.1)

    with serving(answer) as server:
        access = Access(url=server.url, timeout=Duration(300))
        client = Client(Transport(access, sleep=lambda _: None))
        [samples] = History(client).ask("x", GRID).values()
        client.close()
    assert b"\1" * GRID.count == samples.present
