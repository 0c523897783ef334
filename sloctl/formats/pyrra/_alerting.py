"""The alerts of Pyrra as tiers and as alerts on absent metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sloctl.core.document import Path
from sloctl.core.duration import Duration
from sloctl.core.human import and_list, percent
from sloctl.core.translated import Place
from sloctl.formats._alert_names import renamed
from sloctl.formats._names import camel
from sloctl.formats._spec import Draft, Fate
from sloctl.formats.pyrra._indicator import with_every_le
from sloctl.formats.pyrra._original import Metric, Original
from sloctl.formats.pyrra._report import Report
from sloctl.formats.pyrra._windows import Window, absent_for, windows
from sloctl.model.service import OFF, PAGE, TICKET
from sloctl.model.severity import MEANINGS

_USUAL = {PAGE: "critical", TICKET: "warning"}
"""The severities that Pyrra writes unless the objective says another one."""
_DEFAULT_NAMES = {"name": "ErrorBudgetBurn", "absentName": "SLOMetricAbsent"}


@dataclass(frozen=True, slots=True)
class Severity:
    """Who is called, and the severity where it is not the usual one of those."""

    notify: str
    label: str = ""


def severity(original: Original, key: str, usual: str) -> Severity:
    """Return the severity that an objective gives, or the one that Pyrra writes."""
    given = dict(original.alerting.pairs("severities")).get(key, "")
    meant = MEANINGS.get(given.lower(), usual)
    notify = meant if meant in (PAGE, TICKET) else TICKET
    return Severity(notify, "" if given in ("", _USUAL[notify]) else given)


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of Pyrra with windows that fit the base window."""

    origin: Window
    long: Duration
    short: Duration
    severity: Severity


def has_burn_alerts(original: Original) -> bool:
    """Tell whether Pyrra alerts on burn rates."""
    return original.alerting.flag("burnrates", default=True) and not original.alerting.flag("disabled", default=False)


def tiers(original: Original, base: Duration, report: Report) -> tuple[Tier, ...]:
    """Return the tiers that can fire; report those that cannot."""
    if not has_burn_alerts(original):
        return ()
    found = []
    for each in windows(original.period):
        long, short = each.fitted(base)
        tier = Tier(each, long, short, severity(original, each.key, each.notify))
        if each.burn_rate * (1 - original.objective) >= 1:
            report.corrected(
                (*original.spec.path, "target"), _dead(original, each), "a higher target has all four tiers"
            )
        elif short >= long or long >= original.period:
            report.corrected(
                (*original.spec.path, "window"), _too_short(original, each), "a longer window has all four"
            )
        else:
            found.append(tier)
    _report_windows(original, found, base, report)
    return tuple(found)


def _dead(original: Original, window: Window) -> str:
    burn = f"at {percent(original.objective)} a full outage burns less than {window.burn_rate}x"
    return f"the tier `{window.name}` is left out, because it can never fire: {burn}"


def _too_short(original: Original, window: Window) -> str:
    both = f"{window.long} and {window.short}"
    return (
        f"the tier `{window.name}` is left out: its windows in {original.period} would be {both}, too short for a rate"
    )


def _report_windows(original: Original, found: list[Tier], base: Duration, report: Report) -> None:
    path = (*original.spec.path, "window")
    blind = [each for each in found if each.origin.short < base and each.origin.short.ms * 2 < base.ms]
    if blind:
        names = and_list([f"`{each.origin.name}` ({each.origin.short})" for each in blind])
        report.corrected(path, f"the short window of {names} is {base}: fewer scrapes make no rate")
    moved = [each for each in found if (each.long, each.short) != (each.origin.long, each.origin.short)]
    if moved:
        names = and_list([f"`{each.origin.name}` {each.origin.long}/{each.origin.short} to {each.long}/{each.short}"
                          for each in moved])  # fmt: skip
        report.remark(Fate.DERIVED, path, f"windows are multiples of {base}: {names}")


def put_alerting(
    draft: Draft, path: Path, original: Original, found: tuple[Tier, ...], floor: tuple[int, Place]
) -> None:
    """Write who is called and the tiers; what page and ticket say is written by the caller."""
    home = Place(original.fields.document, original.alerting.path)
    window = Place(original.fields.document, (*original.spec.path, "window"))
    draft.mark(path, home)
    for notify in (PAGE, TICKET):
        if notify not in {each.severity.notify for each in found}:
            draft.put((*path, notify), OFF, home)
    if found:
        draft.put((*path, "min_bad_events"), *floor)
    draft.put((*path, "no_data"), OFF, home)
    for index, tier in enumerate(found):
        _put_tier(draft, (*path, "tiers", index), tier, original, window)
    if found:
        draft.mark((*path, "tiers"), window)


def _put_tier(draft: Draft, path: Path, tier: Tier, original: Original, place: Place) -> None:
    origin = tier.origin
    values = {
        "name": origin.name,
        "severity": tier.severity.notify,
        "burn_rate": Decimal(origin.burn_rate),
        "long": str(tier.long),
        "short": str(tier.short),
    }
    for key, value in values.items():
        draft.put((*path, key), value, place)
    if origin.hold.ms:
        draft.put((*path, "for"), str(origin.hold), place)
    labels = {"long": tier.long, "short": tier.short, "exhaustion": origin.exhaustion(original.period)}
    for label, duration in labels.items():
        draft.put((*path, "labels", label), str(duration), place)
    if tier.severity.label:
        where = (*original.alerting.path, "severities", origin.key)
        draft.put((*path, "labels", "severity"), tier.severity.label, Place(place.document, where))
    draft.mark(path, place)


def put_absent(draft: Draft, original: Original, slo: str, report: Report) -> Iterator[Path]:
    """Write the alerts on metrics that are not there; yield their paths."""
    if not original.alerting.flag("absent", default=True):
        return
    home = Place(original.fields.document, original.alerting.path)
    level = severity(original, "absent", PAGE)
    for suffix, metric in _watched(original):
        path: Path = ("alerts", draft.length(("alerts",)))
        draft.mark(path, Place(original.fields.document, metric.path))
        draft.put((*path, "name"), _absent_name(original, slo) + suffix, home)
        exact = Place(original.fields.document, metric.path, metric.selector.start)
        draft.put((*path, "absent", "of"), with_every_le(metric), exact)
        draft.put((*path, "absent", "for"), str(absent_for(original.period, original.objective)), home)
        draft.put((*path, "priority"), "P1" if level.notify == PAGE else "P3", home)
        if level.label:
            draft.put((*path, "labels", "severity"), level.label, home)
        report.remark(Fate.DERIVED, metric.path, f"the alert on an absent metric is `{draft.get((*path, 'name'))}`")
        yield path


def _absent_name(original: Original, slo: str) -> str:
    return (camel(original.alerting.text("absentName")) or _DEFAULT_NAMES["absentName"]) + camel(slo)


def _watched(original: Original) -> Iterator[tuple[str, Metric]]:
    """Yield the metrics that Pyrra watches: all events, and the others where they have a name of their own."""
    if original.kind != "latencyNative":
        yield "", original.total
    if "success" in original.metrics:
        yield "Success", original.metrics["success"]
    errors = original.metrics.get("errors")
    if errors and errors.selector.metric != original.total.selector.metric:
        yield "Errors", errors


def report_names(originals: Sequence[Original], report: Report) -> None:
    """Say that the alerts of a service are not named as Pyrra names them, where it has an alert."""
    alerting = [each for each in originals if has_burn_alerts(each)]
    if not alerting:
        return
    given = [each.alerting.text("name") or _DEFAULT_NAMES["name"] for each in alerting]
    first = next((each for each in alerting if each.alerting.text("name")), None)
    place = first.alerting if first else alerting[0].metadata
    report.take(*renamed(place.document.at((*place.path, "name")), given, "`slo_service`, `slo` and `notify`"))
