"""What Sloth itself refuses (pkg/common/validation/slo.go), all of it at once and each at its place."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sloctl.core import problems
from sloctl.core.finding import Finding, Note
from sloctl.formats._queries import GO_WINDOW, Query
from sloctl.formats.sloth._shape import KUBERNETES, NAME, PROMETHEUS_V1, SLO, SLO_OF_OBJECT, Fields, check
from sloctl.promql.errors import PromqlError

_VERSION_LINE = re.compile(r"^version: +['\"]?prometheus/v1['\"]?\r?\n? *$", re.MULTILINE)
"""How Sloth finds out that a text is a spec (internal/storage/io/sloth.go)."""
_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_METRICSQL = "sloth.dev/contrib/validate_victoria_metrics/v1"


def check_document(top: Fields, group: Fields) -> None:
    """Check a spec as a whole; `group` holds its service and SLOs."""
    check(top, KUBERNETES if top.is_object else PROMETHEUS_V1)
    if not top.is_object:
        _check_version(top)
    _check_name(group, "service")
    check_texts(group, "labels", "label")
    _check_chain(group.child("slo_plugins"))
    slos = group.children("slos")
    if not slos and not isinstance(group.data.get("slos"), dict):
        group.refuse(group.at_key("slos"), "Sloth wants at least one SLO, and `slos` holds none", "add one")
    first: dict[str, Fields] = {}
    for slo in slos:
        name = slo.text("name")
        if name and name in first:
            _report_twice(slo, first[name])
        first.setdefault(name, slo)


def _check_version(top: Fields) -> None:
    if top.text("version") != "prometheus/v1":
        message = f"`{top.text('version')}` is no version that Sloth reads"
        top.refuse(top.at("version"), message, "write `version: prometheus/v1`")
    elif not top.document.frame and not _VERSION_LINE.search(top.document.source.text):
        message = "Sloth recognises a spec by a line that holds nothing but `version: prometheus/v1`"
        if top.document.source.text.lstrip()[:1] != "{":
            top.refuse(top.at("version"), message, "move the comment, or whatever else is there, to another line")


def _report_twice(slo: Fields, first: Fields) -> None:
    message = f"two SLOs of this service are named `{slo.text('name')}`, and Sloth makes their ID of it"
    note = Note("the first stands here", first.at("name"))
    slo.findings.append(Finding(problem=problems.INVALID_ORIGINAL, at=slo.at("name"), message=message,
                                help="rename one of them", notes=(note,)))  # fmt: skip


def check_slo(slo: Fields) -> None:
    """Check an SLO."""
    check(slo, SLO_OF_OBJECT if slo.is_object else SLO)
    _check_name(slo, "name")
    objective = slo.number("objective")
    if objective is None:
        if not slo.has("objective"):
            slo.refuse(slo.at_key("objective"), "the SLO has no `objective`, which Sloth wants above 0", "add one")
    elif not 0 < objective <= 100:
        message = f"Sloth wants an objective above 0 and up to 100, not {objective}"
        slo.refuse(slo.at("objective"), message, "it is a percentage, such as `99.9`")
    check_texts(slo, "labels", "label")
    _check_chain(slo.child("plugins"))
    _check_alerting(slo)


def _check_name(fields: Fields, key: str) -> None:
    name = fields.text(key)
    if not fields.has(key) or name == "":
        fields.refuse(fields.at_key(key), f"`{key}` is missing, and Sloth needs it", "add it")
    elif not NAME.fullmatch(name):
        message = f"Sloth refuses the {key} `{name}`: two characters at least, of letters, digits, `.`, `_` and `-`"
        fields.refuse(fields.at(key), message, "begin and end with a letter or digit")


def check_texts(fields: Fields, key: str, what: str) -> None:
    """Check labels or annotations."""
    for name, value in fields.texts(key).items():
        at = fields.document.at_key((*fields.path, fields.key(key), name))
        if name == "" or (what == "label" and name == "__name__"):
            fields.refuse(at, f"Sloth refuses `{name}` as the name of {_a(what)}", "use another name")
        if value == "":
            fields.refuse(at, f"the {what} `{name}` is empty, and Sloth wants a value", "remove it, or give it a value")


def _a(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def _check_chain(chain: Fields) -> None:
    links = chain.children("chain")
    if chain.flag("overridePrevious") and not links:
        message = "`overridePrevious` is set, and no plugin is there to take over: Sloth refuses that"
        chain.refuse(chain.at("overridePrevious"), message, "add a `chain`, or remove it")
    for link in links:
        if not link.text("id"):
            link.refuse(link.at(), "a plugin has no `id`, which Sloth needs", "add it, or remove the plugin")


def _check_alerting(slo: Fields) -> None:
    alerting = slo.child("alerting")
    alerts = [alerting.child(key) for key in ("page_alert", "ticket_alert")]
    enabled = [alert for alert in alerts if not alert.flag("disable")]
    if enabled and not alerting.text("name"):
        at = alerting.at_key("name") if alerting.data else slo.at("name")
        message = "`alerting.name` is missing, and Sloth needs it unless page and ticket are both disabled"
        slo.refuse(at, message, "name the alerts")
    for part in (alerting, *enabled) if enabled else ():
        check_texts(part, "labels", "label")
        check_texts(part, "annotations", "annotation")


def read_query(sli: Fields, key: str, plugins: Mapping[str, Fields]) -> Query | None:
    """Read a query, or report why Sloth would refuse it."""
    written = sli.text(key)
    where = sli.at(sli.key(key))
    if not written:
        sli.refuse(sli.at_key(key), f"`{sli.key(key)}` is missing, and Sloth needs it", "write the PromQL here")
        return None
    query = Query.read(sli.document, (*sli.path, sli.key(key)), written)
    if not GO_WINDOW.search(written):
        message = f"`{sli.key(key)}` has no `{{{{.window}}}}`, so it would measure the same range in every window"
        sli.refuse(where, message, "write the range as `[{{.window}}]`")
        return None
    if action := _ACTION.search(query.text):
        message = f"`{action[0]}` means nothing in a query: Sloth knows `{{{{.window}}}}` only"
        sli.refuse(query.at(*action.span()), message, "write the value")
        return None
    try:
        _ = query.expression
    except PromqlError as error:
        _report_syntax(sli, query, error, is_metricsql=_METRICSQL in plugins)
        return None
    return query


def _report_syntax(sli: Fields, query: Query, error: PromqlError, *, is_metricsql: bool) -> None:
    at = query.error_at(error)
    if query.text[: error.start + 1].endswith("$") and query.text[: error.start][-1:].isalnum():
        message = "the window is part of a metric name, so this reads series that other rules record"
        advice = "write the query that those rules record, with the range as `[{{.window}}]`"
        sli.report(problems.NOT_IMPORTED, at, message, advice)
    elif is_metricsql:
        message = f"this is MetricsQL, which is not compiled: {error.message}"
        sli.report(problems.NOT_IMPORTED, at, message, "say it in PromQL")
    else:
        sli.refuse(at, f"Prometheus refuses this query: {error.message}", error.help)
