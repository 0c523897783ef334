"""Small specs of Sloth that tests start from, and what comes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sloctl.core.finding import Finding
from sloctl.core.source import Location, Source
from sloctl.core.yamlread import parse_yaml
from sloctl.formats._spec import Translation
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import translate

ALERTING = "alerting: {name: ShopBurns}"
EVENTS = """\
events:
        error_query: sum(rate(orders_total{state="failed"}[{{.window}}]))
        total_query: sum(rate(orders_total[{{.window}}]))"""


def spec(*, head: str = "service: shop", slo: str = "name: orders", objective: object = 99.9,
         sli: str = EVENTS, alerting: str = ALERTING) -> str:  # fmt: skip
    """Write a spec of one SLO."""
    return f"""\
version: prometheus/v1
{head}
slos:
  - {slo}
    objective: {objective}
    sli:
      {sli}
    {alerting}
"""


def events(error: str, total: str) -> str:
    """Write an SLI of two queries, each in quotes."""
    return f"events:\n        error_query: '{error}'\n        total_query: '{total}'"


def raw(query: str) -> str:
    """Write an SLI of one query, in quotes."""
    return f"raw: {{error_ratio_query: '{query}'}}"


DEFAULTS = {"runbook": "https://runbooks.example.org/{slo}", "action": "Look at it", "owner": "team-shop"}


def translated(*texts: str, defaults: dict[str, str] | None = None, root: Path | None = None, **options: object
               ) -> Translation:  # fmt: skip
    """Translate files; `options` are those of `formats.sloth`."""
    documents = []
    for number, text in enumerate(texts, start=1):
        found, findings = parse_yaml(Source(f"{number}.yml", text))
        assert [] == findings
        documents += found
    said = DEFAULTS if defaults is None else defaults
    settings = Settings(root=root or Path("/project"), formats={"sloth": options}, defaults=said)
    return translate(documents, settings)


def native(*texts: str, **more: Any) -> dict[str, Any]:
    """Return the data of the one service that files become; nothing but notes may be said about them."""
    translation = translated(*texts, **more)
    assert [] == [each.message for each in translation.findings if each.severity.value != "note"]
    (document,) = translation.documents
    assert isinstance(document.data, dict)
    return document.data


def slo_of(*texts: str, **more: Any) -> Any:
    """Return the first SLO that files become."""
    return native(*texts, **more)["slos"][0]


def pointed_at(location: Location) -> str:
    """Return the characters that a place covers."""
    source, span = location.source, location.span
    begin = source.offset(span.line - 1, span.column - 1)
    return source.text[begin : source.offset(span.end_line - 1, span.end_column - 1)]


def found(translation: Translation, code: str) -> list[tuple[str, str]]:
    """Return what findings of a class point at, and what they say."""
    return [(pointed_at(each.at), each.message) for each in translation.findings if each.problem.code == code]


def codes(findings: tuple[Finding, ...]) -> set[str]:
    """Return the codes of findings."""
    return {each.problem.code for each in findings}
