"""SLOs of one service, wherever they stand, become one service; names, owners, labels and places come with them."""

from __future__ import annotations

import pytest

from sloctl.formats._spec import Fate
from tests.formats.openslo.original import (
    ORDERS,
    alerting,
    burning,
    first_slo,
    found,
    native,
    pointed_at,
    query,
    remarks,
    slo,
    slos,
    thing,
    translated,
)


def test_slos_of_one_service_are_one_document() -> None:
    """Files do not matter: each service is one document, in the order in which it was met first."""
    texts = slo(metadata="name: a"), slo(metadata="name: b", service="other"), slo(metadata="name: c")
    documents = [document.data for document in translated(*texts).documents]
    assert {"shop": ["a", "c"], "other": ["b"]} == {
        data["metadata"]["name"]: [each["name"] for each in data["slos"]] for data in documents
    }


def test_a_service_object_says_what_it_says() -> None:
    """Description, owner, labels, and what its alerts say, are those of the Service object."""
    metadata = 'name: shop, labels: {env: prod}, annotations: {sloctl/owner: team-a, sloctl/dashboard: "https://d"}'
    made = native(slo(), thing("Service", "{description: Sells things}", metadata=metadata))
    expected = {"name": "shop", "owner": "team-a", "description": "Sells things", "labels": {"env": "prod"}}
    assert expected == made["metadata"]
    assert {"dashboard": "https://d"} == made["defaults"]


@pytest.mark.parametrize("metadata", [
    "labels: {sloctl_owner: team-a, team: b}", "annotations: {sloctl/owner: team-a}", "labels: {owner: team-a}",
    "labels: {team: [team-a]}"])  # fmt: skip
def test_the_owner_stands_in_an_annotation_or_a_label(metadata: str) -> None:
    """The prefix wins; without it, `owner` and `team` are what people write."""
    assert "team-a" == native(slo(metadata=f"name: x, {metadata}"))["metadata"]["owner"]


def test_a_service_has_one_owner() -> None:
    """A second owner is lost, with a warning at its name."""
    texts = [slo(metadata=f"name: {name}, labels: {{team: {name}}}") for name in ("a", "b")]
    assert [("S403", "b", "`b` is not the owner of the service: a service has one, and `a` comes first")] == found(
        translated(*texts)
    )


def test_who_is_called_without_being_named() -> None:
    """That an SLO which names no owner has the owner of another one is said, but not where the service names it."""
    texts = slo(metadata="name: a, labels: {team: web}"), slo(metadata="name: b")
    assert [("S405", "b", "`b` names no owner, so `web` is called, who owns other SLOs of `shop`")] == found(
        translated(*texts)
    )
    service = "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop, labels: {team: web}}\nspec: {}\n"
    assert [] == found(translated(service, *texts))


def test_what_nobody_says_is_one_warning() -> None:
    """Without owner, runbook and action, stand-ins are compiled, and one warning for the service says so."""
    translation = translated(slo(rest=alerting(burning())), defaults={})
    assert [("S405", "shop")] == [each[:2] for each in found(translation)]
    assert "nothing says `owner`, `runbook` and `action` for `shop`" in translation.findings[0].message


def test_names_are_made_to_fit() -> None:
    """Our names are lower-case letters, digits and `-`; a name that was changed is in the report, and stays unique."""
    texts = slo(metadata="name: My_SLO", service="My_Service.v1"), slo(service="my-service-v1")
    translation = translated(*texts)
    names = [document.data["metadata"]["name"] for document in translation.documents]
    assert ["my-service-v1", "my-service-v1-2"] == names
    assert [
        ("My_SLO", "the SLO `My_SLO` is named `my-slo`"),
        ("My_Service.v1", "the service `My_Service.v1` is named `my-service-v1`"),
        ("my-service-v1", "the service `my-service-v1` is named `my-service-v1-2`"),
    ] == [remark for remark in remarks(translation, Fate.DERIVED) if "named" in remark[1]]


def test_alerts_keep_the_name_of_their_slo() -> None:
    """Where the name of an SLO had to change, its alerts bear the original."""
    (only,) = slos(slo(metadata="name: My_SLO", rest=alerting(burning())))
    assert {"openslo_name": "My_SLO"} == only["alerting"]["page"]["annotations"]


def test_objectives_become_slos() -> None:
    """One objective is the SLO; several are named after their display names, or else by number as Sloth does."""
    telling = slo(objectives="{displayName: Good enough, target: 0.9}, {displayName: Great, targetPercent: 99.99}")
    assert [("orders-good-enough", "90.0", "Good enough"), ("orders-great", "99.99", "Great")] == [
        (each["name"], str(each["objective"]), each["description"]) for each in slos(telling)
    ]
    assert ["orders-0", "orders-1"] == [each["name"] for each in slos(slo(objectives="{target: 0.9}, {target: 0.99}"))]


def test_labels_of_an_slo_are_on_its_alerts() -> None:
    """Labels get names that Prometheus can read; one that sloctl writes itself is renamed, with a warning."""
    metadata = "name: orders, labels: {cost.centre: [a, b], tier: x}"
    translation = translated(slo(metadata=metadata, rest=alerting(burning())))
    labels = first_slo(translation)["alerting"]["page"]["labels"]
    assert {"cost_centre": "a,b", "exported_tier": "x", "notification_target": "pager"} == labels
    message = "the label `tier` is written by sloctl or Prometheus, so this one becomes `exported_tier`"
    assert [("S403", "tier", message)] == found(translation)


def test_metrics_may_name_their_data_source() -> None:
    """A type may come from a DataSource; one that does not exist is an error, one that is no Prometheus another."""
    metric = query("orders_total").replace("type: Prometheus", "metricSourceRef: main")
    text = slo(sli=ORDERS.replace(query("orders_total"), metric))
    source = "{type: %s, connectionDetails: {url: x}}"
    assert "events" in slos(text, thing("DataSource", source % "Prometheus", metadata="name: main"))[0]["sli"]
    assert [("S402", "Datadog")] == [
        each[:2] for each in found(translated(text, thing("DataSource", source % "Datadog", metadata="name: main")))
    ]
    message = (
        "the DataSource `main` referenced at `spec.indicator.spec.ratioMetric.total.metricSource.metricSourceRef`"
        " does not exist"
    )
    assert [("S401", "main", message)] == found(translated(text))


def test_objects_in_other_files_may_be_referred_to() -> None:
    """A file that is looked at alone may lean on the others of the run, broken ones among them."""
    text = slo(indicator="indicatorRef: ok")
    assert 1 == len(slos(text, shared=(thing("SLI", ORDERS, metadata="name: ok"), thing("AlertPolicy", "{}"))))


def test_of_two_objects_of_a_name_the_first_counts() -> None:
    """A reference that fits two objects is a warning that shows both."""
    texts = [thing("SLI", ORDERS, metadata="name: ok") for _ in range(2)]
    translation = translated(slo(indicator="indicatorRef: ok"), *texts)
    assert [("S403", "ok", "two SLI objects are named `ok`; the first counts")] == found(translation)
    assert ["2.yaml", "3.yaml"] == [note.at.source.path for note in translation.findings[0].notes]


def test_a_list_of_objects_is_read() -> None:
    """The tools of OpenSLO write a list; each item is an object."""
    listed = "".join(f"- {line}" if index == 0 else f"  {line}" for index, line in enumerate(slo().splitlines(True)))
    assert slos(slo()) == slos(listed)


def test_objects_without_an_slo_are_a_warning() -> None:
    """A file of services alone is valid, and nothing comes of it."""
    message = "there is no SLO among the objects that are read, so nothing is compiled"
    assert [("S403", message)] == [(code, text) for code, _, text in found(translated(thing("Service", "{}")))]


def test_sloth_reads_v1alpha_and_so_does_this() -> None:
    """`openslo/v1alpha` as Sloth takes it: no method, no `isRolling`, the window as a Go template, and no alerts."""
    metric = "{source: prometheus, queryType: promql, query: 'sum(rate(%s[{{.window}}]))'}"
    good, total = metric % 'orders_total{state="ok"}', metric % "orders_total"
    text = f"""\
apiVersion: openslo/v1alpha
kind: SLO
metadata: {{name: orders, displayName: Orders}}
spec:
  service: shop
  objectives: [{{ratioMetrics: {{good: {good}, total: {total}}}, target: 0.999}}]
  timeWindows: [{{count: 28, unit: Day}}]
"""
    (only,) = slos(text)
    assert {"events": {"good": 'orders_total{state="ok"}', "total": "orders_total"}} == only["sli"]
    assert {"sloth": "orders-0"} == only["aliases"]
    assert ("28d", "Orders", "off") == (only["period"], only["description"], only["alerting"]["page"])
    assert {"S401"} == {code for code, _, _ in found(translated(text, strict=True))}


def test_v1alpha_thresholds() -> None:
    """An indicator of `openslo/v1alpha` is compared with each objective's value."""
    text = """\
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: load}
spec:
  service: shop
  budgetingMethod: Occurrences
  indicator: {thresholdMetric: {source: prometheus, queryType: promql, query: load}}
  objectives: [{op: lte, value: 3, target: 0.99}]
  timeWindows: [{count: 1, unit: Month, isRolling: true}]
"""
    (only,) = slos(text)
    assert ({"expr": "load", "at_most": 3, "slice": "1m"}, "30d") == (only["sli"]["timeslice"], only["period"])


def test_v2alpha_names_its_fields_otherwise() -> None:
    """`openslo.com/v2alpha` says `sli`, and puts the query beside the source."""
    source = "dataSourceSpec: {type: Prometheus, connectionDetails: {}}"
    queries = ", ".join(f"{key}: {{{source}, spec: {{query: {key}_total}}}}" for key in ("good", "total"))
    text = slo(indicator=f"sli: {{metadata: {{name: x}}, spec: {{ratioMetric: {{counter: true, {queries}}}}}}}")
    (only,) = slos(text.replace("openslo/v1", "openslo.com/v2alpha"))
    assert {"events": {"good": "good_total", "total": "total_total"}} == only["sli"]


def test_values_lead_to_the_words_they_come_from() -> None:
    """What is found later in a selector is reported inside the user's own expression."""
    text = slo(sli=ORDERS.replace("orders_total{state", 'sum(rate(orders_total{job="shop",state').replace(
        '"failed"}', '"failed"}[5m]))'))  # fmt: skip
    (document,) = translated(text).documents
    path = ("slos", 0, "sli", "events", "bad")
    selector = document.data["slos"][0]["sli"]["events"]["bad"]
    start = selector.index("state=")
    assert 'state="failed"' == pointed_at(document.inside(path, start, start + len('state="failed"')))
    assert "0.999" == pointed_at(document.at(("slos", 0, "objective")))
    assert "30d" == pointed_at(document.at(("slos", 0, "period")))
