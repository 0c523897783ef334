"""The stage of the end-to-end tests: a gateway that can be broken, and a pager behind an Alertmanager."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from demo.gateway import JOB, Gateway, serving
from demo.servers import alertmanager, notify
from demo.webhook import Webhook, listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What stands around the server under test: `scrapes` and `alertmanager` are arguments to start it with."""

    gateway: Gateway
    scrapes: dict[str, str]
    webhook: Webhook
    alertmanager: str


@contextmanager
def staged() -> Iterator[Stage]:
    """Run a gateway with the usual traffic, and an Alertmanager that posts every alert to the webhook at once."""
    gateway = Gateway()
    with serving(gateway) as target, listening() as webhook, alertmanager(notify(webhook.url)) as server:
        yield Stage(gateway=gateway, scrapes={JOB: target}, webhook=webhook, alertmanager=server.url)
