"""Small specs that tests start from."""

from __future__ import annotations

from pathlib import Path

from sloctl.core.document import Document
from sloctl.core.finding import Finding
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.model.rules import RuleFile
from sloctl.model.service import Service
from sloctl.pipeline.emit import emit_service, target_named
from sloctl.pipeline.plan.service import plan
from sloctl.pipeline.resolve.service import resolve
from sloctl.pipeline.settings import Settings
from sloctl.targets._target import Job

SETTINGS = Settings(root=Path("/project"))

HEAD = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: shop, owner: team-shop}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Look at it}
"""

MINIMAL = (
    HEAD
    + """\
slos:
  - name: checkout
    objective: 99.9
    sli: {events: {bad: checkout_failed_total, total: checkout_total}}
alerts:
  - name: QueueTooOld
    value: {of: queue_age_seconds, above: 60}
    priority: P3
"""
)


def service_named(name: str) -> str:
    """Return the minimal spec under another name."""
    return MINIMAL.replace("name: shop", f"name: {name}")


def read(text: str) -> Document:
    """Return the only document of a text."""
    documents, findings = parse_yaml(Source("spec.yaml", text))
    assert [] == findings
    (document,) = documents
    return document


def resolved(text: str, settings: Settings = SETTINGS) -> tuple[Service | None, list[Finding]]:
    """Return the service of a spec, and what is found in it."""
    return resolve(read(text), settings)


def planned(text: str, settings: Settings = SETTINGS) -> RuleFile:
    """Return the rules of a spec without errors."""
    service, findings = resolved(text, settings)
    assert service, findings
    return plan(service, "spec.yaml", settings)


def rule_file_text(file: RuleFile, target: str = "prometheus") -> str:
    """Return the only artifact of some rules."""
    (artifact,) = emit_service(target_named(target), Job(file=file)).artifacts
    return artifact.content
