"""What the alerts of an SLO say: the measured against the allowed, in human units, as Prometheus templates.

Numbers that the alert's own expression does not carry are asked for by `query`, which Prometheus answers from the
samples of the same evaluation.
"""

from __future__ import annotations

from decimal import Decimal

from sloctl.core.human import decimal_text, percent
from sloctl.gotemplate.escape import literal
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.model.service import Service, Slo
from sloctl.pipeline.plan.recordings import series


def tier_texts(service: Service, slo: Slo, tier: Tier) -> tuple[str, str, str]:
    """Return summary, description and action of a tier's alert."""
    response = slo.responses[tier.notify]
    summary = response.summary or f"{_subject(service, slo)}: {_pace(tier, slo)}{_promise(slo)}"
    return summary, response.description or _tier_description(service, slo, tier), response.action


def _pace(tier: Tier, slo: Slo) -> str:
    objective = _share(slo.objective)
    if tier.burn_rate == 1:
        return f"more errors than {objective} allows"
    return f"more than {decimal_text(tier.burn_rate, 3)} times the errors that {objective} allows"


def _share(ratio: Decimal) -> str:
    """Write a percentage without a space, as Prometheus's `humanizePercentage` does in the same sentence."""
    return percent(ratio).replace(" ", "")


def _tier_description(service: Service, slo: Slo, tier: Tier) -> str:
    bad, total = (series(name(tier.long), service, slo) for name in (names.bad_events, names.total_events))
    whole = decimal_text(slo.period.seconds)
    seconds_left = f"{whole} * {decimal_text(slo.error_budget)} * {_grouped(total, slo)} / {_grouped(bad, slo)}"
    limit = _share(tier.threshold(slo.error_budget))
    ratio = _ratio(bad, total, slo)
    measured = f"{_counted(total, slo)} ({ratio})" if _counts_events(slo) else f"{ratio} of all events"
    return (
        f"{measured} in the last {tier.long} were bad; up to {limit} is tolerated. At this rate a full {slo.period} "
        f"budget is gone in {_query(seconds_left, slo, 2, 'humanizeDuration')}."
    )


_COUNT = 'printf "%.0f"'


def _counts_events(slo: Slo) -> bool:
    """Tell whether bad events are whole events; those of an error ratio are not, and they have no floor."""
    return slo.sli.floor > 0


def _counted(total: str, slo: Slo) -> str:
    return f"{{{{ $value | {_COUNT} }}}} of {_query(_grouped(total, slo), slo, 1, _COUNT)} {slo.sli.events}"


def _ratio(bad: str, total: str, slo: Slo) -> str:
    asked = f"{_grouped(bad, slo)} / {_grouped(total, slo)}"
    return _query(asked, slo, 2, "humanizePercentage")


def _query(expr: str, slo: Slo, selectors: int, shown: str) -> str:
    """Ask Prometheus for one number; the group's labels are filled in as quoted strings."""
    arguments = "".join(f" $labels.{label}" for label in slo.by * selectors)
    asked = f"printf `{expr}`{arguments} | query" if slo.by else f"query `{expr}`"
    return f"{{{{ with {asked} }}}}{{{{ . | first | value | {shown} }}}}{{{{ end }}}}"


def _grouped(selector: str, slo: Slo) -> str:
    """Add the group's labels to a selector, as `printf` verbs."""
    matchers = "".join(f", {label}=%q" for label in slo.by)
    return f"{selector[:-1]}{matchers}}}"


NO_DATA_IMPACT = "As long as they are gone, no other alert of this SLO can fire."


def no_data_texts(service: Service, slo: Slo) -> tuple[str, str, str]:
    """Return summary, description and action of the alert on missing data."""
    summary = f"{_subject(service, slo)}: no data, so an outage would go unnoticed{_promise(slo)}"
    description = "The series behind the SLI were there during the last day and have been gone for 30m."
    return summary, description, "Find out why the metrics are gone: target, scrape job, exporter, or a renamed metric."


def _subject(service: Service, slo: Slo) -> str:
    """Name the SLO and the group first: a pager shows the beginning."""
    named = ", ".join(f"{label} {{{{ $labels.{label} }}}}" for label in slo.by)
    return f"{service.name}/{slo.name} ({named})" if named else f"{service.name}/{slo.name}"


def _promise(slo: Slo) -> str:
    """Say what was promised, in the words of the spec."""
    promise = " ".join(slo.description.split())
    return f" ({literal(promise)})" if promise else ""
