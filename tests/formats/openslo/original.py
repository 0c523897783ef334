"""Small objects of OpenSLO that tests start from, and what comes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sloctl.core.source import Location, Source
from sloctl.core.yamlread import parse_yaml
from sloctl.formats._spec import Fate, Translation
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.specs import by_format, translate

SHOP = {"runbook": "https://runbooks.example.org/{slo}", "action": "Look at it", "owner": "team-shop"}
WINDOW = "{duration: 30d, isRolling: true}"


def query(promql: str) -> str:
    """Write a metric of Prometheus."""
    return f"{{metricSource: {{type: Prometheus, spec: {{query: '{promql}'}}}}}}"


def ratio(counter: str = "true", **queries: str) -> str:
    """Write the spec of a ratio SLI of two queries."""
    said = f"counter: {counter}, " if counter else ""
    return f"{{ratioMetric: {{{said}{', '.join(f'{key}: {query(text)}' for key, text in queries.items())}}}}}"


def raw(promql: str, kind: str = "failure") -> str:
    """Write the spec of an SLI that is a ratio already."""
    return f"{{ratioMetric: {{rawType: {kind}, raw: {query(promql)}}}}}"


def threshold(promql: str) -> str:
    """Write the spec of a threshold SLI."""
    return f"{{thresholdMetric: {query(promql)}}}"


ORDERS = ratio(bad='orders_total{state="failed"}', total="orders_total")


def slo(*, metadata: str = "name: orders", service: str = "shop", sli: str = ORDERS, indicator: str = "",
        window: str = WINDOW, method: str = "Occurrences", objectives: str = "{target: 0.999}", rest: str = ""
        ) -> str:  # fmt: skip
    """Write an SLO; `indicator` replaces the SLI that is written in place, `rest` are more lines of `spec`."""
    return f"""\
apiVersion: openslo/v1
kind: SLO
metadata: {{{metadata}}}
spec:
  service: {service}
  {indicator or f"indicator: {{metadata: {{name: sli}}, spec: {sli}}}"}
  timeWindow: [{window}]
  budgetingMethod: {method}
  objectives: [{objectives}]
{f"  {rest}" if rest else ""}
"""


def thing(kind: str, spec: str, *, metadata: str = "name: it", version: str = "openslo/v1") -> str:
    """Write another object."""
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {spec}\n"


def burning(condition: str = "{kind: burnrate, op: gt, threshold: 14, lookbackWindow: 1h}", severity: str = "page",
            targets: str = "", more: str = "", metadata: str = "name: fast") -> str:  # fmt: skip
    """Write a policy in place, as an item of `alertPolicies`."""
    at = "{kind: AlertNotificationTarget, metadata: {name: pager}, spec: {target: pagerduty}}"
    spec = f"{{severity: {severity}, condition: {condition}}}"
    conditions = f"[{{kind: AlertCondition, metadata: {{{metadata}}}, spec: {spec}}}]"
    policy = f"{{{more}conditions: {conditions}, notificationTargets: [{targets or at}]}}"
    return f"{{kind: AlertPolicy, metadata: {{name: policy}}, spec: {policy}}}"


def alerting(*policies: str) -> str:
    """Write `alertPolicies`."""
    return f"alertPolicies: [{', '.join(policies)}]"


def translated(
    *texts: str, defaults: dict[str, str] | None = None, shared: tuple[str, ...] = (), **options: object
) -> Translation:
    """Translate files, which may refer to `shared` ones; `options` are those of `formats.openslo`."""
    documents = [document for number, text in enumerate(texts, start=1) for document in _read(f"{number}.yaml", text)]
    others = [document for number, text in enumerate(shared) for document in _read(f"shared-{number}.yaml", text)]
    said = SHOP if defaults is None else defaults
    settings = Settings(root=Path("/project"), formats={"openslo": options}, defaults=said)
    return translate(documents, settings, by_format(others))


def _read(path: str, text: str) -> list[Any]:
    found, findings = parse_yaml(Source(path, text))
    assert [] == findings
    return found


def native(*texts: str, **more: Any) -> dict[str, Any]:
    """Return the data of the one service that files become; nothing but notes may be said about them."""
    translation = translated(*texts, **more)
    assert [] == [each.message for each in translation.findings if each.severity.value != "note"]
    (document,) = translation.documents
    assert isinstance(document.data, dict)
    return document.data


def slos(*texts: str, **more: Any) -> Any:
    """Return the SLOs that files become."""
    return native(*texts, **more)["slos"]


def sli(*texts: str, **more: Any) -> Any:
    """Return the SLI of the only SLO that files become."""
    (only,) = slos(*texts, **more)
    return only["sli"]


def first_slo(translation: Translation) -> Any:
    """Return the first SLO of the only service, whatever is said about it."""
    (document,) = translation.documents
    data: Any = document.data
    return data["slos"][0]


def pointed_at(location: Location) -> str:
    """Return the characters that a place covers."""
    source, span = location.source, location.span
    begin = source.offset(span.line - 1, span.column - 1)
    return source.text[begin : source.offset(span.end_line - 1, span.end_column - 1)]


def found(translation: Translation) -> list[tuple[str, str, str]]:
    """Return the findings: code, what they point at, and what they say."""
    return [(each.problem.code, pointed_at(each.at), each.message) for each in translation.findings]


def remarks(translation: Translation, fate: Fate) -> list[tuple[str, str]]:
    """Return what remarks of a fate point at, and what they say."""
    return [(pointed_at(each.at), each.text) for each in translation.remarks if each.fate is fate]
