"""A document of `sloctl/v1` becomes a service with SLOs and alerts, or findings."""

from __future__ import annotations

from sloctl.core import problems
from sloctl.core.document import Document
from sloctl.core.finding import Finding, Note, Problem, has_errors
from sloctl.core.human import nearest
from sloctl.core.reader import Reader
from sloctl.model.service import Origin, Response, Service, Slo
from sloctl.model.windows import BASES, base_window
from sloctl.pipeline.resolve.alert import resolve_alert
from sloctl.pipeline.resolve.policy import general_policy, read_policy
from sloctl.pipeline.resolve.slo import SloContext, resolve_slo
from sloctl.pipeline.response import check_labels, check_templates
from sloctl.pipeline.schema import API_VERSION, KIND, spec_schema
from sloctl.pipeline.settings import Settings
from sloctl.pipeline.validate import check_shape, shown


def resolve(document: Document, settings: Settings) -> tuple[Service | None, list[Finding]]:
    """Read a document; the service is None when any finding is an error."""
    if unknown := check_format(document):
        return None, [unknown]
    assert isinstance(document.data, dict)  # noqa: S101 - check_format has refused everything else
    reader = Reader(document, (), document.data, check_shape(document, spec_schema))
    service = _service(reader, settings)
    findings = sorted(dict.fromkeys(reader.findings), key=lambda finding: finding.sort_key)
    return (None if has_errors(findings) else service), findings


def check_format(document: Document) -> Finding | None:
    """Return a finding for a document that is no `sloctl/v1` Service."""
    data = document.data
    if not isinstance(data, dict):
        message = f"a spec is a mapping that begins with `apiVersion: {API_VERSION}`, not {shown(data)}"
        return Finding(problem=problems.UNKNOWN_FORMAT, at=document.at(()), message=message)
    for key, known in (("apiVersion", API_VERSION), ("kind", KIND)):
        if data.get(key) != known:
            given = f"`{key}` is {shown(data[key])}" if key in data else f"`{key}` is missing"
            return Finding(problem=problems.UNKNOWN_FORMAT, at=document.at((key,)), help=_format_help(data, key, known),
                           message=f"{given}, so this is no spec that is read here")  # fmt: skip
    return None


def _format_help(data: dict[str, object], key: str, known: str) -> str:
    if "groups" in data:
        return "rule files are read by `sloctl lint`, and made into specs by `sloctl convert`"
    meant = None if key in data else nearest(key, data)
    return f"did you mean `{key}` where `{meant}` stands?" if meant else f"specs say `{key}: {known}`"


def _service(reader: Reader, settings: Settings) -> Service | None:
    metadata = reader.child("metadata")
    base = base_window(settings.scrape_interval) or BASES[-1]
    if metadata is None:
        return None
    _check_metadata(metadata, settings)
    defaults = _defaults(reader, settings)
    name, links = metadata.text("name"), metadata.pairs("links")
    dashboard = dict(links).get("dashboard", "")
    policy = read_policy(reader) if reader.has("policy") else general_policy(settings.document)
    context = SloContext(name, dashboard, defaults, base, settings, policy)
    slo_readers, alert_readers = reader.children("slos"), reader.children("alerts")
    _check_names(slo_readers, problems.DUPLICATE_SLO, "SLOs")
    _check_names(alert_readers, problems.DUPLICATE_ALERT, "alerts")
    slos = [resolve_slo(each, context) for each in slo_readers]
    alerts = [resolve_alert(each, name, dashboard, defaults) for each in alert_readers]
    service = Service(
        name=name,
        owner=metadata.text("owner"),
        description=metadata.text("description"),
        links=links,
        labels=metadata.pairs("labels"),
        slos=tuple(slo for slo in slos if slo),
        alerts=tuple(alert for alert in alerts if alert),
        origin=Origin(reader.document, ()),
        aliases=metadata.pairs("aliases"),
    )
    _check_groups(reader, service, settings)
    return service


def _check_groups(reader: Reader, service: Service, settings: Settings) -> None:
    """Report groups that a label of the alert would hide: Prometheus refuses two alerts with the same labels."""
    split = [(slo.by, (*slo.origin.path, "sli"), tuple(slo.responses.values()), _tier_labels(slo))
             for slo in service.slos]  # fmt: skip
    split += [(alert.condition.by, (*alert.origin.path, alert.condition.kind), (alert.response,), set())
              for alert in service.alerts]  # fmt: skip
    for by, path, responses, more in split:
        written = more.union(*(_labels_of(service, response, settings) for response in responses))
        for index, label in enumerate(by):
            if label in written:
                message = f"`by` splits by `{label}`, but the alert has a label `{label}` that hides the groups"
                advice = "rename the label in `labels` or in the settings, or group by another one"
                reader.report(problems.HIDDEN_GROUP, reader.at(*path, "by", index), message, advice)


def _tier_labels(slo: Slo) -> set[str]:
    return {label for tier in slo.tiers for label, _ in tier.labels}


def _labels_of(service: Service, response: Response, settings: Settings) -> set[str]:
    priority = settings.priorities.get(response.priority)
    pairs = (*service.labels, *response.labels, *(priority.labels if priority else ()))
    return {label for label, _ in pairs}


def _defaults(reader: Reader, settings: Settings) -> tuple[Reader, ...]:
    own = reader.child("defaults")
    if own:
        check_labels(own, "labels")
        check_templates(own)
    general = settings.document and Reader(settings.document, ("defaults",), dict(settings.defaults), [])
    return tuple(found for found in (own, general) if found)


def _check_metadata(metadata: Reader, settings: Settings) -> None:
    check_labels(metadata, "labels")
    owner = metadata.text("owner")
    if settings.owners is not None and owner and owner not in settings.owners:
        meant = nearest(owner, settings.owners)
        advice = f"did you mean `{meant}`?" if meant else f"the settings know {', '.join(settings.owners)}"
        message = f"the owner `{owner}` is not among those the settings know"
        metadata.report(problems.UNKNOWN_OWNER, metadata.at("owner"), message, advice)


def _check_names(readers: list[Reader], problem: Problem, what: str) -> None:
    first: dict[str, Reader] = {}
    for reader in readers:
        name = reader.text("name")
        if name and name in first:
            note = Note("the first stands here", first[name].at("name"))
            reader.report(problem, reader.at("name"), f"two {what} are named `{name}`", "rename one of them", note)
        first.setdefault(name, reader)
