"""An Alertmanager with the compiled routes: what it holds, how it groups, and whom it tells."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from demo.process import get
from demo.receivers import filled
from demo.servers import alertmanager
from demo.webhook import Webhook, listening

from tests.cli.session import sloctl
from tests.support.docs import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An alert in Alertmanager: `state` is `active` or `suppressed`, `inhibited_by` are fingerprints."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    state: str
    fingerprint: str
    inhibited_by: tuple[str, ...]

    @property
    def name(self) -> str:
        """The alert's name."""
        return self.labels["alertname"]


@dataclass(frozen=True, slots=True)
class Pager:
    """An Alertmanager by its base address, and the webhook that its receivers post to, each to a path of its own."""

    url: str
    webhook: Webhook

    def held(self, **labels: str) -> list[Held]:
        """Return the alerts that Alertmanager holds, those with these labels."""
        found = [_held(each) for each in get(f"{self.url}/api/v2/alerts").json()]
        return [each for each in found if labels.items() <= each.labels.items()]

    def groups(self) -> dict[tuple[str, frozenset[tuple[str, str]]], int]:
        """Count the alerts of each notification: its receiver, and the labels that its alerts share."""
        found = get(f"{self.url}/api/v2/alerts/groups").json()
        return {(each["receiver"]["name"], frozenset(each["labels"].items())): len(each["alerts"]) for each in found}

    def post(self, alerts: Iterable[Mapping[str, str]]) -> None:
        """Let alerts with these labels fire."""
        with requests.Session() as session:
            session.trust_env = False
            body = [{"labels": labels} for labels in alerts]
            session.post(f"{self.url}/api/v2/alerts", json=body, timeout=10).raise_for_status()


def _held(alert: Mapping[str, Any]) -> Held:
    return Held(
        labels=alert["labels"],
        annotations=alert["annotations"],
        state=alert["status"]["state"],
        fingerprint=alert["fingerprint"],
        inhibited_by=tuple(alert["status"]["inhibitedBy"]),
    )


def compiled_rules(folder: Path, target: str = "prometheus") -> Path:
    """Compile the examples into a folder, and return the rule file of the help line."""
    return _compiled(target, folder) / "sms-helpline.yml"


def compiled_routes(folder: Path) -> str:
    """Compile the examples into a folder, and return the configuration for Alertmanager."""
    return (_compiled("alertmanager", folder) / "alertmanager.yml").read_text(encoding="utf-8")


def _compiled(target: str, folder: Path) -> Path:
    outcome = sloctl("compile", ROOT / "examples", "--target", target, "-o", folder, cwd=ROOT)
    assert 0 == outcome.code, outcome.err
    return folder


@contextmanager
def pager(config: str) -> Iterator[Pager]:
    """Run an Alertmanager with a compiled configuration whose receivers have been filled in."""
    with listening() as webhook, alertmanager(filled(config, webhook.url)) as server:
        yield Pager(server.url, webhook)
