"""Specs of Sloth become services: each field of the format, and what is said about it."""

from __future__ import annotations

import pytest

from sloctl.formats._spec import Fate
from tests.formats.sloth.original import ALERTING, EVENTS, events, found, native, raw, slo_of, spec, translated

ORDERS = {"bad": 'orders_total{state="failed"}', "total": "orders_total"}


def test_events_become_counters() -> None:
    """Two sums of rates over the window are the counters of bad and all events."""
    assert {"events": ORDERS} == slo_of(spec())["sli"]


def test_identity_and_promise() -> None:
    """Names, description and objective are taken over as they stand."""
    text = spec(slo='name: orders\n    description: "Orders: accepted"')
    data = native(text)
    assert ("sloctl/v1", "Service", "shop") == (data["apiVersion"], data["kind"], data["metadata"]["name"])
    slo = data["slos"][0]
    assert ("orders", "Orders: accepted", "99.9") == (slo["name"], slo["description"], str(slo["objective"]))
    assert "period" not in slo


@pytest.mark.parametrize("window", ["{{.window}}", "{{ .window }}", "{{  .window  }}"])
def test_spellings_of_the_window(window: str) -> None:
    """Go templates may have spaces around the window."""
    sli = raw(f"avg(avg_over_time(errors:ratio[{window}]))")
    found = translated(spec(sli=sli)).documents[0].data["slos"][0]["sli"]  # type: ignore[index]
    assert {"raw": {"error_ratio": "avg(avg_over_time(errors:ratio[$window]))"}} == found


@pytest.mark.parametrize(
    ("error", "total", "sli"),
    [
        ("sum by (region) (rate(failed[{{.window}}]))", "sum(rate(all[{{.window}}])) by (region)",
         {"events": {"bad": "failed", "total": "all"}, "by": ["region"]}),
        ("sum(rate(failed[{{.window}}])) or vector(0)", "sum(rate(all[{{.window}}])) > 0",
         {"events": {"bad": "failed", "total": "all"}}),
        ("sum(increase(failed[{{.window}}])) OR on() vector(0)", "sum(increase(all[{{.window}}]))",
         {"events": {"bad": "failed", "total": "all"}}),
        ("(sum(rate(all[{{.window}}])) - sum(rate(good[{{.window}}])))", "sum(rate(all[{{.window}}]))",
         {"events": {"good": "good", "total": "all"}}),
        ("sum(rate(failed[{{.window}}]))", "sum(rate(good[{{.window}}])) + sum(rate(failed[{{.window}}]))",
         {"events": {"bad": "failed", "good": "good"}}),
        ("sum(rate(a[{{.window}}])) + sum(rate(b[{{.window}}]))", "sum(rate(all[{{.window}}]))",
         {"raw": {"bad": "sum(increase(a[$window])) + sum(increase(b[$window]))",
                  "total": "sum(increase(all[$window]))"}}),
        ("sum_over_time((count(x < 5) or on() vector(0))[{{.window}}:])", "sum_over_time(count(x)[{{.window}}:1m])",
         {"raw": {"bad": "sum_over_time((count(x < 5) or on() vector(0))[$window:])",
                  "total": "sum_over_time(count(x)[$window:1m])"}}),
    ],
)  # fmt: skip
def test_shapes_of_queries(error: str, total: str, sli: dict[str, object]) -> None:
    """Counters are recognised behind the usual guards; other sums become counts that add up over time."""
    assert sli == slo_of(spec(sli=events(error, total)))["sli"]


def test_raw_ratio_of_counters() -> None:
    """A raw query that is one minus a ratio of counters counts them."""
    sli = raw("1 - (sum(rate(good[{{.window}}])) / sum(rate(all[{{.window}}])))")
    assert {"events": {"good": "good", "total": "all"}} == slo_of(spec(sli=sli))["sli"]


def test_no_floor_and_no_alert_on_missing_data() -> None:
    """Sloth asks for no number of failures and misses no data, so neither do the imported SLOs; a remark says so."""
    alerting = slo_of(spec())["alerting"]
    assert (0, "off") == (alerting["min_bad_events"], alerting["no_data"])
    said = [each.text for each in translated(spec()).remarks if each.fate is Fate.DERIVED]
    assert ["one failed request may alert when there is little traffic, as in Sloth: set `min_bad_events`"] == said


def test_floor_and_missing_data_by_setting() -> None:
    """The settings of the format give every SLO a floor, and an alert on missing data."""
    alerting = slo_of(spec(), min_bad_events=5, no_data="ticket")["alerting"]
    assert (5, "ticket") == (alerting["min_bad_events"], alerting["no_data"])


def test_disabled_alerts() -> None:
    """A disabled alert is off; with both disabled no name is needed, and nobody is called for missing data either."""
    page = "alerting: {name: X, page_alert: {disable: true}}"
    assert ("off", None) == (slo_of(spec(alerting=page))["alerting"]["page"], None)
    both = "alerting: {page_alert: {disable: yes}, ticket_alert: {disable: true}}"
    alerting = slo_of(spec(alerting=both), no_data="ticket")["alerting"]
    assert ("off", "off", "off") == (alerting["page"], alerting["ticket"], alerting["no_data"])


ROUTED = """\
alerting:
      name: ShopBurns
      labels: {category: availability, severity: none}
      annotations:
        title: "{{ $labels.sloth_service }}: {{ $labels.sloth_slo }} ({{ $labels.cluster }})"
        runbook: https://runbooks.example.org/{{ $labels.sloth_slo }}
        note: plain
      page_alert:
        labels: {severity: critical, routing_key: "123"}
        annotations: {summary: Orders fail}
      ticket_alert: {labels: {severity: warning}}"""


def test_labels_and_annotations_reach_their_alerts() -> None:
    """Labels of the SLO, of alerting and of one alert are merged, the nearest wins; annotations find their keys."""
    text = spec(
        head="service: shop\nlabels: {cluster: eu}", slo="name: orders\n    labels: {path: /buy}", alerting=ROUTED
    )
    data = native(text)
    assert {"cluster": "eu"} == data["metadata"]["labels"]
    alerting = data["slos"][0]["alerting"]
    shared = {"path": "/buy", "category": "availability"}
    assert shared | {"severity": "critical", "routing_key": "123"} == alerting["page"]["labels"]
    assert shared | {"severity": "warning"} == alerting["ticket"]["labels"]
    said = {key: value for key, value in alerting["page"].items() if key != "labels"}
    assert {
        "summary": "Orders fail",
        "runbook": "https://runbooks.example.org/orders",
        "annotations": {"title": "shop: orders (eu)", "note": "plain"},
    } == said
    assert "summary" not in alerting["ticket"]


def test_numbers_as_labels() -> None:
    """Sloth writes numbers and `true` as text where text belongs, so labels need no quotes."""
    text = spec(head='service: shop\nlabels: {generated: true, grade: 0.2, zone: 3, quoted: "yes", bare: yes}')
    assert {"generated": "true", "grade": "0.2", "zone": "3", "quoted": "yes", "bare": "true"} == native(text)[
        "metadata"
    ]["labels"]


def test_owner_from_its_label() -> None:
    """The label `owner` is who is called; another label may be, by setting; a key of ours comes first."""
    assert "web" == native(spec(head="service: shop\nlabels: {owner: web}"))["metadata"]["owner"]
    assert "web" == native(spec(head="service: shop\nlabels: {squad: web}"), owner_label="squad")["metadata"]["owner"]
    both = spec(head="service: shop\nlabels: {owner: web, sloctl_owner: core}")
    metadata = translated(both).documents[0].data["metadata"]  # type: ignore[index]
    assert ("core", {"exported_owner": "web"}) == (metadata["owner"], metadata["labels"])


def test_keys_of_ours() -> None:
    """What Sloth cannot say is read from `sloctl_<key>` labels or `sloctl/<key>` annotations, which reach no alert."""
    alerting = """\
alerting:
      name: X
      annotations: {sloctl/runbook: "https://a.example.org", sloctl/action: Act}
      page_alert: {annotations: {sloctl/action: Act now}, labels: {priority: P2}}"""
    slo = slo_of(
        spec(slo='name: orders\n    labels: {sloctl_min_bad_events: "3", sloctl_traffic: 10/s}', alerting=alerting)
    )
    assert {"priority": "P2", "runbook": "https://a.example.org", "action": "Act now"} == slo["alerting"]["page"]
    assert {"runbook": "https://a.example.org", "action": "Act"} == slo["alerting"]["ticket"]
    assert (3, "10/s") == (slo["alerting"]["min_bad_events"], slo["traffic"])


def test_what_nobody_says_is_said_once() -> None:
    """Without settings and keys of ours there are evident stand-ins and one warning for the service."""
    translation = translated(spec(), defaults={})
    messages = [each.message for each in translation.findings if each.problem.code == "S405"]
    assert ["nothing says `owner`, `runbook` and `action` for `shop`, so stand-ins are compiled"] == messages


def test_names_of_alerts_are_lost() -> None:
    """Routes match names, so it is said once for a service which ones are lost, in the report of a conversion too."""
    names = ("ShopBurns", "ShopBurns", "Second", "Third", "Fourth")
    texts = [
        spec(slo=f"name: orders-{index}", alerting=f"alerting: {{name: {name}}}") for index, name in enumerate(names)
    ]
    translation = translated(*texts)
    expected = (
        "the alerts are named `ErrorBudgetBurnPage` and `ErrorBudgetBurnTicket`, not `ShopBurns`, `Second` and 2 more"
    )
    assert [("ShopBurns", expected)] == found(translation, "S406")
    assert [expected] == [each.text for each in translation.remarks if each.fate is Fate.LOST]


def test_who_is_called_without_being_named() -> None:
    """A service has one owner; that an SLO which names none has the owner of another one is said."""
    owned = spec(slo="name: orders", alerting="alerting: {name: A, labels: {owner: web}}")
    message = "`carts` names no owner, so `web` is called, who owns other SLOs of `shop`"
    assert [("carts", message)] == found(translated(owned, spec(slo="name: carts")), "S405")
    wide = [spec(head="service: shop\nlabels: {owner: web}", slo=f"name: {name}") for name in ("orders", "carts")]
    assert [] == found(translated(*wide), "S405")


def test_without_alerts_no_name_is_lost() -> None:
    """Where all alerts are disabled, nothing is said about their names."""
    off = "alerting: {name: Off, page_alert: {disable: true}, ticket_alert: {disable: true}}"
    assert [] == found(translated(spec(alerting=off)), "S406")


IN_CAMEL = EVENTS.replace("error_query", "errorQuery").replace("total_query", "totalQuery").replace("\n", "\n  ")
OBJECT = f"""\
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: {{name: shop-slos, annotations: {{sloctl/owner: web}}}}
spec:
  service: shop
  slos:
    - name: orders
      objective: 99.9
      sli:
        {IN_CAMEL}
      alerting: {{name: X, pageAlert: {{labels: {{severity: high}}}}, ticketAlert: {{disable: true}}}}
"""


def test_kubernetes_object() -> None:
    """The custom resource says the same in camel case; annotations of the object may say keys of ours."""
    data = native(OBJECT)
    slo = data["slos"][0]
    assert ("web", {"events": ORDERS}) == (data["metadata"]["owner"], slo["sli"])
    assert ({"labels": {"severity": "high"}}, "off") == (slo["alerting"]["page"], slo["alerting"]["ticket"])


def test_list_of_objects() -> None:
    """A Kubernetes List holds many; those of other kinds are passed over."""
    items = "".join(
        "  - " + "\n    ".join(OBJECT.replace("shop", name).rstrip().split("\n")) + "\n" for name in ("shop", "cart")
    )
    text = f"apiVersion: v1\nkind: List\nitems:\n{items}  - {{apiVersion: v1, kind: ConfigMap}}\n"
    names = [document.data["metadata"]["name"] for document in translated(text).documents]  # type: ignore[index]
    assert ["cart", "shop"] == names


def test_documents_of_one_service_are_joined() -> None:
    """A service may be spread over files; what only some of them label stays with their SLOs."""
    first = spec(head="service: shop\nlabels: {env: prod, part: a}")
    second = spec(head="service: shop\nlabels: {env: prod, part: b}", slo="name: stock")
    data = native(first, second)
    assert ["orders", "stock"] == [slo["name"] for slo in data["slos"]]
    assert {"env": "prod"} == data["metadata"]["labels"]
    assert [{"part": "a"}, {"part": "b"}] == [slo["alerting"]["page"]["labels"] for slo in data["slos"]]


def test_names_that_are_none_of_ours() -> None:
    """Capitals, dots and underscores go; the old name stays as an alias, and two that would be one stay apart."""
    text = spec(head="service: My_Shop.v1", slo="name: Order_Rate")
    data = native(text)
    assert ("my-shop-v1", {"sloth": "My_Shop.v1"}) == (data["metadata"]["name"], data["metadata"]["aliases"])
    assert ("order-rate", {"sloth": "Order_Rate"}) == (data["slos"][0]["name"], data["slos"][0]["aliases"])
    other = spec(head="service: my-shop-v1")
    names = [document.data["metadata"]["name"] for document in translated(text, other).documents]  # type: ignore[index]
    assert 2 == len(set(names))
    assert "my-shop-v1" in names


def test_alerting_of_another_slo_does_not_matter() -> None:
    """An SLO that Sloth would refuse keeps the others from nothing."""
    broken = spec() + f"  - name: bad\n    objective: 0\n    sli:\n      {EVENTS}\n    {ALERTING}\n"
    translation = translated(broken)
    assert ["orders"] == [slo["name"] for slo in translation.documents[0].data["slos"]]  # type: ignore[index]
