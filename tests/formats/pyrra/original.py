"""Small objectives of Pyrra that tests start from, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sloctl.core.duration import Duration
from sloctl.core.finding import Finding
from sloctl.core.source import Location, Source
from sloctl.core.yamlread import parse_yaml
from sloctl.formats._spec import Fate, Translation
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import translate

DEFAULTS = {"runbook": "https://runbooks.example.org/{slo}", "action": "Look at it", "owner": "team-shop"}
RATIO = """\
    ratio:
      errors: {metric: 'orders_total{job="shop",code=~"5.."}'}
      total: {metric: 'orders_total{job="shop"}'}
"""
HEAD = "metadata: {name: orders}"


def objective(*, head: str = HEAD, target: str = '"99"', window: str = "28d", indicator: str = RATIO, rest: str = ""
              ) -> str:  # fmt: skip
    """Write an objective; `rest` are more lines of `spec`."""
    return f"""\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
{head}
spec:
  target: {target}
  window: {window}
  indicator:
{indicator}{rest}"""


def ratio(errors: str, total: str, grouping: str = "[]") -> str:
    """Write an indicator of two metrics, each in quotes."""
    metrics = f"      errors: {{metric: '{errors}'}}\n      total: {{metric: '{total}'}}\n"
    return f"    ratio:\n{metrics}      grouping: {grouping}\n"


def latency(success: str, total: str) -> str:
    """Write an indicator of a bucket and a count."""
    return f"    latency:\n      success: {{metric: '{success}'}}\n      total: {{metric: '{total}'}}\n"


def translated(*texts: str, defaults: Mapping[str, str] = DEFAULTS, scrape: str = "30s", **options: object
               ) -> Translation:  # fmt: skip
    """Translate files; `options` are those of `formats.pyrra`."""
    documents = []
    for number, text in enumerate(texts, start=1):
        found, findings = parse_yaml(Source(f"{number}.yaml", text))
        assert [] == findings
        documents += found
    settings = Settings(root=Path("/project"), formats={"pyrra": options}, defaults=defaults,
                        scrape_interval=Duration.parse(scrape))  # fmt: skip
    return translate(documents, settings)


def native(*texts: str, **options: Any) -> list[Any]:
    """Return the documents that files become."""
    return [document.data for document in translated(*texts, **options).documents]


def slo(text: str, **options: Any) -> Any:
    """Return the SLO that an objective becomes."""
    ((slo,),) = [document["slos"] for document in native(text, **options)]
    return slo


def findings_of(translation: Translation) -> list[Finding]:
    """Return the findings, without the one about names of alerts that every service has."""
    return [finding for finding in translation.findings if finding.problem.code != "S406"]


def said(translation: Translation) -> list[str]:
    """Return code and message of each finding, without the one about names."""
    return [f"{finding.problem.code}: {finding.message}" for finding in findings_of(translation)]


def remarks(translation: Translation, fate: Fate) -> list[str]:
    """Return the remarks of a fate."""
    return [remark.text for remark in translation.remarks if remark.fate is fate]


def pointed_at(place: Location | Finding) -> str:
    """Return the characters that a place points at."""
    at = place.at if isinstance(place, Finding) else place
    line = at.source.line(at.span.line)
    return line[at.span.column - 1 : at.span.end_column - 1]
