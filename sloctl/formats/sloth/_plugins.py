"""The public set of SLI plugins, as far as they are plain PromQL: what each of them counts.

Sloth runs plugins, which are Go programs; here their counters are named. Facts from the plugins of
github.com/slok/sloth-common-sli-plugins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sloctl.core import problems
from sloctl.core.translated import Place
from sloctl.formats._queries import Part, Recognised
from sloctl.formats.sloth._shape import Fields
from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import quote
from sloctl.promql.parse import parse

_PREFIX = "sloth-common/"
_FAILED = '"(5..|429)"'


@dataclass(frozen=True, slots=True)
class _Counter:
    """A metric and matchers; in them `<option>` is the value of an option."""

    metric: str
    matchers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plugin:
    """An SLI: a native kind, and a counter for each of its keys. All options of `required` must be given."""

    kind: str
    counters: Mapping[str, _Counter]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ("filter",)


def _availability(metric: str, failed: str, *scope: str, required: tuple[str, ...] = (), **more: object) -> _Plugin:
    counters = {"bad": _Counter(metric, (*scope, failed)), "total": _Counter(metric, scope)}
    optional = more.get("optional", ("filter",))
    return _Plugin("events", counters, required, optional if isinstance(optional, tuple) else ())


def _latency(metric: str, *scope: str, required: tuple[str, ...] = (), errors: bool = False) -> _Plugin:
    good = _Counter(f"{metric}_bucket", (*scope, "le=<bucket>"))
    optional = ("filter", "exclude_errors") if errors else ("filter",)
    return _Plugin(
        "events", {"good": good, "total": _Counter(f"{metric}_count", scope)}, ("bucket", *required), optional
    )


_ISTIO = ("destination_service_name=<service>", "destination_service_namespace=<namespace>")
_TO_INSIDE = 'direction="inbound"'
_CONTROLLER = "controller=<controller>"
_PLUGINS = {
    "coredns/availability": _availability(
        "coredns_dns_responses_total", "rcode=~<custom_rcode_regex>", optional=("filter", "custom_rcode_regex")
    ),
    "coredns/latency": _latency("coredns_dns_request_duration_seconds"),
    "haproxy/frontend/availability": _availability("haproxy_frontend_http_responses_total", 'code="5xx"'),
    "istio/v1/availability": _availability(
        "istio_requests_total", f"response_code=~{_FAILED}", *_ISTIO, required=("service", "namespace")
    ),
    "istio/v1/latency": _latency(
        "istio_request_duration_milliseconds", *_ISTIO, required=("service", "namespace"), errors=True
    ),
    "kubernetes/apiserver/availability": _availability("apiserver_request_total", f"code=~{_FAILED}"),
    "kubernetes/apiserver/latency": _latency("apiserver_request_duration_seconds", 'verb!="WATCH"'),
    "kubernetes/kooper/latency": _latency(
        "kooper_controller_processed_event_duration_seconds", _CONTROLLER, required=("controller",)
    ),
    "kubernetes/kooper/queue-congestion": _latency(
        "kooper_controller_event_in_queue_duration_seconds", _CONTROLLER, required=("controller",)
    ),
    "kubernetes/nginx-ingress/availability": _availability(
        "nginx_ingress_controller_requests", f"status=~{_FAILED}"
    ),
    "linkerd/v2/availability": _availability(
        "response_total", 'classification="failure"', _TO_INSIDE, required=("filter",)
    ),
    "prometheus/rules/eval-availability": _Plugin(
        "events",
        {
            "bad": _Counter("prometheus_rule_evaluation_failures_total"),
            "total": _Counter("prometheus_rule_evaluations_total"),
        },
    ),
    "prometheus/targets/availability": _Plugin("probe", {"up": _Counter("up")}),
    "slok-go-http-metrics/availability": _availability(
        "http_request_duration_seconds_count", f"code=~{_FAILED}", required=("filter",)
    ),
    "slok-go-http-metrics/latency": _latency("http_request_duration_seconds", required=("filter",), errors=True),
    "traefik/v1/availability": _availability(
        "traefik_backend_requests_total", f"code=~{_FAILED}", "backend=~<backend_regex>", required=("backend_regex",)
    ),
    "traefik/v1/latency": _latency(
        "traefik_backend_request_duration_seconds", "backend=~<backend_regex>", required=("backend_regex",), errors=True
    ),
    "traefik/v2/availability": _availability(
        "traefik_service_requests_total", 'code=~"(5..)"', "service=~<service_name_regex>",
        required=("service_name_regex",),
    ),
    "traefik/v2/latency": _latency(
        "traefik_service_request_duration_seconds", "service=~<service_name_regex>", required=("service_name_regex",),
        errors=True,
    ),
}  # fmt: skip
_KOOPER = "kubernetes/kooper/availability"
_REFUSED = {
    "linkerd/v2/latency": "its query is no valid PromQL, so Prometheus refuses the rules that Sloth makes of it",
    "fake": "it makes up an error ratio, for trying Sloth out",
    "noop": "it measures nothing",
}
_DEFAULTS = {"custom_rcode_regex": "SERVFAIL"}
_NO_ERRORS = 'code!~"5.."'
_OPTION = re.compile(r"<(\w+)>")
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})


def plugin_sli(plugin: Fields) -> Recognised | None:
    """Return the SLI that a plugin counts; what is not known of it is reported."""
    name = plugin.text("id").removeprefix(_PREFIX)
    options = plugin.texts("options")
    found = _PLUGINS.get(name) or (_kooper() if name == _KOOPER else None)
    if found is None:
        _report_unknown(plugin, name)
        return None
    if not _options_fit(plugin, found, options):
        return None
    known = {key: value for key, value in options.items() if key in {*found.required, *found.optional}}
    texts = {key: _selector(counter, known) for key, counter in found.counters.items()}
    if not _filter_parses(plugin, texts):
        return None
    place = Place(plugin.document, (*plugin.path, "id"))
    written = _kooper_counts(texts) if name == _KOOPER else texts
    return Recognised(kind=found.kind, parts=tuple((key, Part(text, place)) for key, text in written.items()))


def _report_unknown(plugin: Fields, name: str) -> None:
    reason = _REFUSED.get(name)
    if reason and plugin.text("id").startswith(_PREFIX):
        message, advice = f"the plugin `{plugin.text('id')}` is not imported: {reason}", "write what shall be measured"
    else:
        message = f"the plugin `{plugin.text('id')}` is a program, so nobody can tell from here what it measures"
        advice = "write the query it makes as `events`: `sloth generate` shows it"
    plugin.report(problems.NOT_IMPORTED, plugin.at("id"), message, advice)


def _options_fit(plugin: Fields, found: _Plugin, options: Mapping[str, str]) -> bool:
    fits = True
    for key in found.required:
        if not options.get(key, "").strip():
            plugin.refuse(plugin.at("id"), f"the plugin needs the option `{key}`", "add it under `options`")
            fits = False
    for key in options.keys() - {*found.required, *found.optional}:
        at = plugin.document.at_key((*plugin.path, "options", key))
        plugin.report(problems.LOST_IN_IMPORT, at, f"the plugin knows no option `{key}`", "remove it")
    bucket = options.get("bucket", "0")
    if "bucket" in found.required and bucket and not _is_number(bucket):
        plugin.refuse(plugin.at("options", "bucket"), "`bucket` must be a number, the upper bound of a bucket")
        fits = False
    return fits


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _selector(counter: _Counter, options: Mapping[str, str]) -> str:
    own = [_OPTION.sub(lambda found: quote(_value(found[1], options)), each) for each in counter.matchers]
    user = options.get("filter", "").strip("{},")
    errors = [_NO_ERRORS] if options.get("exclude_errors", "") in _TRUE else []
    matchers = ", ".join([*([user] if user else []), *errors, *own])
    return f"{counter.metric}{{{matchers}}}" if matchers else counter.metric


def _value(option: str, options: Mapping[str, str]) -> str:
    value = options.get(option, "")
    return (value.strip() if option != "bucket" else value) or _DEFAULTS.get(option, "")


def _filter_parses(plugin: Fields, texts: Mapping[str, str]) -> bool:
    try:
        for text in texts.values():
            parse(text)
    except PromqlError as error:
        message = f"the options make no valid PromQL: {error.message}"
        plugin.refuse(plugin.at("options"), message, '`filter` holds matchers, such as `job="api"`')
        return False
    return True


def _kooper() -> _Plugin:
    """Failures of all events but those that were queued again."""
    done = "kooper_controller_processed_event_duration_seconds_count"
    counters = {
        "bad": _Counter(done, (_CONTROLLER, 'success="false"')),
        "done": _Counter(done, (_CONTROLLER,)),
        "again": _Counter("kooper_controller_queued_events_total", (_CONTROLLER, 'requeue="true"')),
    }
    return _Plugin("raw", counters, ("controller",))


def _kooper_counts(texts: Mapping[str, str]) -> dict[str, str]:
    grown = {key: f"sum(increase({text}[$window]))" for key, text in texts.items()}
    return {"bad": grown["bad"], "total": f"{grown['done']}\n- ({grown['again']} or vector(0))"}


def plugin_names() -> list[str]:
    """List the plugins that are known, without the prefix of the set."""
    return sorted([*_PLUGINS, _KOOPER])
