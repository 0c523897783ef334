"""A client whose pauses take no time, and an environment without proxies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from sloctl.promapi.access import Access
from sloctl.promapi.client import Client
from sloctl.promapi.transport import Transport


@dataclass
class Pauses:
    """Makes clients and remembers how long each of them would have slept."""

    seconds: list[float] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    def client(self, url: str, **access: object) -> Client:
        """Return a client of a server; chance is a half, always."""
        transport = Transport(
            Access(url=url, **access),  # type: ignore[arg-type]  # the tests name its fields
            sleep=self.seconds.append,
            chance=lambda: 0.5,
        )
        self.clients.append(Client(transport))
        return self.clients[-1]


@pytest.fixture
def pauses() -> Iterator[Pauses]:
    """Clients that do not wait."""
    made = Pauses()
    yield made
    for client in made.clients:
        client.close()


@pytest.fixture
def connect(pauses: Pauses) -> Callable[..., Client]:
    """Make a client of a server."""
    return pauses.client


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
