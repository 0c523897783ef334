"""What Sloth itself refuses is refused at its place and by its rule; what has no counterpart is said."""

from __future__ import annotations

import pytest

from tests.formats.sloth.original import EVENTS, codes, events, found, pointed_at, raw, spec, translated

GOOD_TOTAL = "sum(rate(all[{{.window}}]))"
INVALID = {
    "another version": (spec().replace("prometheus/v1", "prometheus/v2"), "prometheus/v2", "is no version that Sloth"),
    "a comment behind the version": (
        spec().replace("prometheus/v1", "prometheus/v1 # SLOs"), "prometheus/v1", "a line that holds nothing but"),
    "another kind": (
        "apiVersion: sloth.slok.dev/v1\nkind: ServiceLevel\nmetadata: {name: x}\n", "ServiceLevel",
        "Sloth knows no kind `ServiceLevel`"),
    "a service of one letter": (spec(head="service: s"), "s", "Sloth refuses the service `s`"),
    "no service": (spec(head="labels: {a: b}"), "version", "`service` is missing"),
    "a name that ends in a dash": (spec(slo="name: orders-"), "orders-", "Sloth refuses the name `orders-`"),
    "no SLOs": ("version: prometheus/v1\nservice: shop\nslos: []\n", "slos", "at least one SLO"),
    "an objective of 0": (spec(objective=0), "0", "above 0 and up to 100, not 0"),
    "an objective above 100": (spec(objective=100.1), "100.1", "above 0 and up to 100, not 100.1"),
    "an objective in quotes": (spec(objective='"99"'), '"99"', "`objective` must be a number"),
    "a name twice": (spec() + spec().split("slos:\n")[1], "orders", "two SLOs of this service are named `orders`"),
    "an empty label": (spec(slo='name: orders\n    labels: {a: ""}'), "a", "the label `a` is empty"),
    "a label __name__": (spec(head="service: shop\nlabels: {__name__: x}"), "__name__", "Sloth refuses `__name__`"),
    "labels in a list": (spec(head="service: shop\nlabels: [a]"), "[a]", "`labels` must be a mapping"),
    "an empty annotation": (
        spec(alerting='alerting: {name: X, annotations: {summary: ""}}'), "summary", "annotation `summary` is empty"),
    "no alert name": (
        spec(alerting="alerting: {page_alert: {disable: true}}"), "alerting", "`alerting.name` is missing"),
    "disable in quotes": (
        spec(alerting='alerting: {name: X, page_alert: {disable: "true"}}'), '"true"', "`disable` must be `true`"),
    "no SLI": (spec(sli="{}"), "sli", "exactly one of `events`, `raw` and `plugin`"),
    "two SLIs": (spec(sli=f"{EVENTS}\n      raw: {{}}"), "sli", "there is `events` and `raw`"),
    "no total": (spec(sli='events: {error_query: "x[{{.window}}]"}'), "events", "`total_query` is missing"),
    "no window": (spec(sli=events("sum(rate(a[5m]))", GOOD_TOTAL)), "'sum(rate(a[5m]))'", "has no `{{.window}}`"),
    "another variable": (
        spec(sli=events("sum(rate(a[{{.window}}])) * {{.f}}", GOOD_TOTAL)), "{{.f}}", "Sloth knows `{{.window}}` only"),
    "equal queries": (
        spec(sli=events(GOOD_TOTAL, GOOD_TOTAL)), f"'{GOOD_TOTAL}'", "both queries are the same"),
    "broken PromQL": (spec(sli=raw("sum(rate(a[{{.window}}])")), "(", "Prometheus refuses this query"),
    "no function for it": (spec(sli=raw("summ(rate(a[{{.window}}]))")), "summ", "Prometheus refuses this query"),
    "a chain of nothing": (
        spec(slo="name: orders\n    plugins: {overridePrevious: true}"), "true", "no plugin is there to take over"),
    "a plugin without id": (
        spec(head="service: shop\nslo_plugins: {chain: [{priority: 1}]}"), "{priority: 1}", "a plugin has no `id`"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "message"), INVALID.values(), ids=INVALID)
def test_what_sloth_refuses(text: str, place: str, message: str) -> None:
    """The finding points at the culprit in the user's own text, and names the rule."""
    findings = found(translated(text), "S401")
    assert [(place, True)] == [(at, message in said) for at, said in findings], findings


OBJECT = """\
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: {name: x}
spec:
  service: shop
  labels: {a: 1}
  slos:
    - name: orders
      objective: 99
      sli: {raw: {errorRatioQuery: "avg(avg_over_time(r[{{.window}}]))"}}
      alerting: {name: X}
"""


def test_numbers_are_no_labels_of_objects() -> None:
    """Kubernetes takes no number for text, where a spec of the command line does."""
    ((place, message),) = found(translated(OBJECT), "S401")
    assert ("1", True) == (place, message.startswith("`a` must be text"))


LOST = {
    "a misspelt key": (spec().replace("alerting:", "labls: {a: b}\n    alerting:"), "labls", "passes the unknown key"),
    "a reserved label": (spec(head='service: shop\nlabels: {tier: "2"}'), "tier", "becomes `exported_tier`"),
    "a label with a dot": (spec(head="service: shop\nlabels: {a.b: c}"), "a.b", "the label `a.b` is left out"),
    "disable as a label": (
        spec(alerting="alerting: {name: X, ticket_alert: {labels: {disable: true}}}"), "disable",
        "the alert is not disabled"),
    "a template in a label": (
        spec(alerting="alerting: {name: X, labels: {v: '{{ $value }}'}}"), "v", "is a template"),
    "an annotation with a dot": (
        spec(alerting="alerting: {name: X, annotations: {a.b: c}}"), "a.b", "the annotation `a.b` is left out"),
    "a label that no series has": (
        spec(alerting="alerting: {name: X, annotations: {summary: 'in {{ $labels.sloth_window }}'}}"),
        "$labels.sloth_window", "no series has a label `sloth_window`"),
    "raw beside a plugin": (
        spec(sli="plugin: {id: sloth-common/prometheus/targets/availability}\n      raw: {error_ratio_query: x}"),
        "raw", "Sloth drops `raw`"),
    "labels that cannot be named": (
        spec(sli=events("rate(a[{{.window}}])", "rate(b[{{.window}}])")), "sli", "keeps all labels of its series"),
    "a ratio and nothing else": (
        spec(sli=raw("avg(avg_over_time(r[{{.window}}]))")), "sli", "is no ratio of counters"),
    "an SLO plugin": (
        spec(slo="name: orders\n    plugins: {chain: [{id: sloth.dev/contrib/rule_intervals/v1}]}"),
        "sloth.dev/contrib/rule_intervals/v1", "is left out"),
    "a catalogue that no setting names": (
        spec() + "---\napiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {}\n", "AlertWindows", "are not used"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "message"), LOST.values(), ids=LOST)
def test_what_has_no_counterpart(text: str, place: str, message: str) -> None:
    """What is lost is a warning at its place, once, and the rest is compiled."""
    translation = translated(text)
    findings = found(translation, "S403")
    assert [(place, True)] == [(at, message in said) for at, said in findings], findings
    assert 1 == len(translation.documents)
    assert "S401" not in codes(translation.findings)


NOT_COMPILED = {
    "an objective of 100": (spec(objective=100), "100", "leaves no error budget"),
    "a window in a metric's name": (
        spec(sli=raw("shop:errors:ratio{{.window}}")), "{{.window}}", "part of a metric name"),
    "an unknown SLI plugin": (spec(sli="plugin: {id: own/thing}"), "own/thing", "is a program"),
    "no recording of the SLI": (
        spec(head="service: shop\nslo_plugins: {overridePrevious: true, chain: [{id: own/thing}]}"), "orders",
        "replace those that record the SLI"),
    "MetricsQL": (
        spec(head="service: shop\nslo_plugins: {chain: [{id: sloth.dev/contrib/validate_victoria_metrics/v1}]}",
             sli=raw("histogram_share(0.2, rate(a[{{.window}}]))")), "histogram_share", "this is MetricsQL"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "message"), NOT_COMPILED.values(), ids=NOT_COMPILED)
def test_what_cannot_be_compiled(text: str, place: str, message: str) -> None:
    """What Sloth takes and nobody could compile right is an error that says so."""
    findings = found(translated(text), "S402")
    assert [(place, True)] == [(at, message in said) for at, said in findings], findings


def test_advice_for_a_misspelt_key() -> None:
    """An unknown key comes with the one that was probably meant."""
    text = spec(alerting="alerting: {name: X, page_alert: {lables: {a: b}}}")
    assert ["did you mean `labels`?"] == [
        each.help for each in translated(text).findings if each.problem.code == "S403"
    ]


def test_a_dead_alert_is_left_out() -> None:
    """Sloth's page can never fire at 80 %, so it is off, and a note says which objective it would need."""
    translation = translated(spec(objective=80))
    alerting = translation.documents[0].data["slos"][0]["alerting"]  # type: ignore[index]
    assert ("off", True) == (alerting["page"], alerting.get("ticket") != "off")
    notes = [pointed_at(each.at) for each in translation.findings if "can never fire at 80 %" in each.message]
    assert ["80"] == notes


def test_the_average_of_ratios_is_corrected_and_said_once() -> None:
    """However many specs there are, one note says how the figure of the period differs."""
    translation = translated(spec(), spec(head="service: cart"))
    notes = [each for each in translation.findings if each.message.startswith("Sloth averages 5m ratios")]
    assert 1 == len(notes)


def test_a_name_twice_is_refused_once() -> None:
    """Of two SLOs of one name only the first goes on, so that no second finding says the same."""
    (document,) = translated(spec() + spec().split("slos:\n")[1]).documents
    assert ["orders"] == [slo["name"] for slo in document.data["slos"]]  # type: ignore[index]


def test_irate_is_corrected() -> None:
    """`irate` sees two samples of a window; every event is counted instead, and a note says so."""
    text = spec(sli=events("sum(irate(a[{{.window}}]))", "sum(irate(b[{{.window}}]))"))
    translation = translated(text)
    assert {"events": {"bad": "a", "total": "b"}} == translation.documents[0].data["slos"][0]["sli"]  # type: ignore[index]
    assert any("`irate` sees two samples" in message for _, message in found(translation, "S404"))


@pytest.mark.parametrize(
    "text",
    [
        spec(slo="description: nameless"),
        spec(sli="events: -1"),
        spec(alerting="alerting: {name: X, page_alert: {disable: [1]}}"),
        "version: prometheus/v1\n",
        "version: prometheus/v1\nservice: shop\nslos: [null, text, 1]\n",
    ],
    ids=["no name", "a number for queries", "a list for a flag", "nothing else", "SLOs that are none"],
)
def test_broken_shapes(text: str) -> None:
    """What has no shape at all is a finding, never a crash."""
    translation = translated(text)
    assert ((), True) == (translation.documents, "S401" in codes(translation.findings))
