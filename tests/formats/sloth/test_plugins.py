"""SLI plugins of the public set count what their Go programs count; SLO plugins lead to the native way."""

from __future__ import annotations

import pytest

from sloctl.formats._spec import Fate
from sloctl.formats.sloth._plugins import plugin_names
from tests.formats.sloth.original import found, native, slo_of, spec, translated

FAILED = '"(5..|429)"'
ISTIO = 'destination_service_name="web", destination_service_namespace="prod"'
COUNTERS: dict[str, tuple[str, dict[str, str]]] = {
    "coredns/availability": ('filter: \'{job="dns"}\'', {
        "bad": 'coredns_dns_responses_total{job="dns", rcode=~"SERVFAIL"}',
        "total": 'coredns_dns_responses_total{job="dns"}'}),
    "coredns/latency": ('bucket: "0.064"', {
        "good": 'coredns_dns_request_duration_seconds_bucket{le="0.064"}',
        "total": "coredns_dns_request_duration_seconds_count"}),
    "haproxy/frontend/availability": ("", {
        "bad": 'haproxy_frontend_http_responses_total{code="5xx"}', "total": "haproxy_frontend_http_responses_total"}),
    "istio/v1/availability": ("service: web, namespace: prod", {
        "bad": f"istio_requests_total{{{ISTIO}, response_code=~{FAILED}}}",
        "total": f"istio_requests_total{{{ISTIO}}}"}),
    "istio/v1/latency": ('service: web, namespace: prod, bucket: 300, exclude_errors: "true"', {
        "good": f'istio_request_duration_milliseconds_bucket{{code!~"5..", {ISTIO}, le="300"}}',
        "total": f'istio_request_duration_milliseconds_count{{code!~"5..", {ISTIO}}}'}),
    "kubernetes/apiserver/availability": ("", {
        "bad": f"apiserver_request_total{{code=~{FAILED}}}", "total": "apiserver_request_total"}),
    "kubernetes/apiserver/latency": ('bucket: "0.4"', {
        "good": 'apiserver_request_duration_seconds_bucket{verb!="WATCH", le="0.4"}',
        "total": 'apiserver_request_duration_seconds_count{verb!="WATCH"}'}),
    "kubernetes/kooper/latency": ('controller: c, bucket: "1"', {
        "good": 'kooper_controller_processed_event_duration_seconds_bucket{controller="c", le="1"}',
        "total": 'kooper_controller_processed_event_duration_seconds_count{controller="c"}'}),
    "kubernetes/kooper/queue-congestion": ('controller: c, bucket: "1"', {
        "good": 'kooper_controller_event_in_queue_duration_seconds_bucket{controller="c", le="1"}',
        "total": 'kooper_controller_event_in_queue_duration_seconds_count{controller="c"}'}),
    "kubernetes/nginx-ingress/availability": ("", {
        "bad": f"nginx_ingress_controller_requests{{status=~{FAILED}}}", "total": "nginx_ingress_controller_requests"}),
    "linkerd/v2/availability": ("filter: 'job=\"x\"'", {
        "bad": 'response_total{job="x", direction="inbound", classification="failure"}',
        "total": 'response_total{job="x", direction="inbound"}'}),
    "prometheus/rules/eval-availability": ("", {
        "bad": "prometheus_rule_evaluation_failures_total", "total": "prometheus_rule_evaluations_total"}),
    "slok-go-http-metrics/availability": ("filter: 'job=\"x\"'", {
        "bad": f'http_request_duration_seconds_count{{job="x", code=~{FAILED}}}',
        "total": 'http_request_duration_seconds_count{job="x"}'}),
    "slok-go-http-metrics/latency": ("filter: 'job=\"x\"', bucket: 1", {
        "good": 'http_request_duration_seconds_bucket{job="x", le="1"}',
        "total": 'http_request_duration_seconds_count{job="x"}'}),
    "traefik/v1/availability": ("backend_regex: web.*", {
        "bad": f'traefik_backend_requests_total{{backend=~"web.*", code=~{FAILED}}}',
        "total": 'traefik_backend_requests_total{backend=~"web.*"}'}),
    "traefik/v1/latency": ('backend_regex: web.*, bucket: "0.3"', {
        "good": 'traefik_backend_request_duration_seconds_bucket{backend=~"web.*", le="0.3"}',
        "total": 'traefik_backend_request_duration_seconds_count{backend=~"web.*"}'}),
    "traefik/v2/availability": ("service_name_regex: web.*", {
        "bad": 'traefik_service_requests_total{service=~"web.*", code=~"(5..)"}',
        "total": 'traefik_service_requests_total{service=~"web.*"}'}),
    "traefik/v2/latency": ('service_name_regex: web.*, bucket: "0.3"', {
        "good": 'traefik_service_request_duration_seconds_bucket{service=~"web.*", le="0.3"}',
        "total": 'traefik_service_request_duration_seconds_count{service=~"web.*"}'}),
}  # fmt: skip
DONE = 'kooper_controller_processed_event_duration_seconds_count{controller="c"'
OTHERS = {
    "prometheus/targets/availability": ("filter: 'job=\"x\"'", {"probe": {"up": 'up{job="x"}'}}),
    "kubernetes/kooper/availability": ("controller: c", {"raw": {
        "bad": f'sum(increase({DONE}, success="false"}}[$window]))',
        "total": f"sum(increase({DONE}}}[$window]))\n- (sum(increase(kooper_controller_queued_events_total"
                 '{controller="c", requeue="true"}[$window])) or vector(0))'}}),
}  # fmt: skip


def plugin(name: str, options: str) -> str:
    """Write a spec whose SLI is a plugin."""
    return spec(sli=f"plugin: {{id: sloth-common/{name}, options: {{{options}}}}}")


@pytest.mark.parametrize("name", COUNTERS)
def test_counters(name: str) -> None:
    """The plugin counts these two counters."""
    options, counters = COUNTERS[name]
    assert {"events": counters} == slo_of(plugin(name, options))["sli"]


@pytest.mark.parametrize("name", OTHERS)
def test_other_kinds(name: str) -> None:
    """A gauge of targets is a probe; a difference of counters is written out."""
    options, sli = OTHERS[name]
    assert sli == slo_of(plugin(name, options))["sli"]


def test_every_plugin_is_tested() -> None:
    """The tables above hold every plugin that is known."""
    assert set(plugin_names()) == {*COUNTERS, *OTHERS}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("coredns/latency", "", "the plugin needs the option `bucket`"),
        ("istio/v1/availability", "service: web", "the plugin needs the option `namespace`"),
        ("coredns/latency", "bucket: fast", "`bucket` must be a number"),
        ("coredns/availability", "filter: 'job='", "the options make no valid PromQL"),
    ],
)
def test_options_that_a_plugin_refuses(name: str, options: str, message: str) -> None:
    """What the program would refuse at run time is refused."""
    ((_, said),) = found(translated(plugin(name, options)), "S401")
    assert said.startswith(message)


def test_an_option_that_nobody_reads() -> None:
    """An unknown option is a warning."""
    ((place, _),) = found(translated(plugin("haproxy/frontend/availability", "filtre: x")), "S403")
    assert "filtre" == place


@pytest.mark.parametrize("name", ["linkerd/v2/latency", "fake", "noop"])
def test_plugins_that_measure_nothing(name: str) -> None:
    """Three plugins of the set are refused, each with its reason."""
    ((place, message),) = found(translated(plugin(name, "")), "S402")
    assert (f"sloth-common/{name}", True) == (place, "is not imported: it" in message)


def chain(*names: str, override: bool = False) -> str:
    """Write the head of a spec with SLO plugins."""
    links = ", ".join(f"{{id: {name}}}" for name in names)
    return f"service: shop\nslo_plugins: {{overridePrevious: {str(override).lower()}, chain: [{links}]}}"


def test_needless_plugins() -> None:
    """The plugins of Sloth's core, and the one that corrects ratios, change nothing here; the report says so."""
    text = spec(head=chain("sloth.dev/core/debug/v1", "sloth.dev/contrib/denominator_corrected_rules/v1"))
    native(text)
    assert 2 == len([each for each in translated(text).remarks if each.fate is Fate.MAPPED and "needless" in each.text])


def test_a_chain_without_alerts() -> None:
    """Where the plugins that write alerts are not in a chain that stands for all, there are none."""
    text = spec(head=chain("sloth.dev/core/sli_rules/v1", override=True))
    alerting = slo_of(text)["alerting"]
    assert ("off", "off") == (alerting["page"], alerting["ticket"])


def test_the_native_way() -> None:
    """The plugin that alerts on a spent budget is left out with the advice to agree on a policy."""
    text = spec(head=chain("sloth.dev/contrib/error_budget_exhausted_alert/v1"))
    (advice,) = [each.help for each in translated(text).findings if each.problem.code == "S403"]
    assert "write a `policy`" in advice
