"""What the alerts of an SLO say: the measured against the allowed, in human units, as Prometheus templates.

Numbers that the alert's own expression does not carry are asked for by `query`, which Prometheus answers from the
samples of the same evaluation.
"""

from __future__ import annotations

from sloctl.core.human import decimal_text, percent
from sloctl.gotemplate.escape import literal
from sloctl.model import names
from sloctl.model.burn import Tier
from sloctl.model.service import Service, Slo
from sloctl.pipeline.plan_recordings import series


def tier_texts(service: Service, slo: Slo, tier: Tier) -> tuple[str, str, str]:
    """Return summary, description and action of a tier's alert."""
    response = slo.responses[tier.notify]
    summary = response.summary or f"{_subject(service, slo)}: {_pace(tier)}{_groups(slo)}"
    return summary, response.description or _tier_description(service, slo, tier), response.action


def _pace(tier: Tier) -> str:
    pace = f"more than {decimal_text(tier.burn_rate, 3)} times too fast" if tier.burn_rate > 1 else "too fast"
    return f"the error budget burns {pace}"


def _tier_description(service: Service, slo: Slo, tier: Tier) -> str:
    bad, total = (series(name(tier.long), service, slo) for name in (names.bad_events, names.total_events))
    whole = decimal_text(slo.period.seconds)
    seconds_left = f"{whole} * {decimal_text(slo.error_budget)} * {_grouped(total, slo)} / {_grouped(bad, slo)}"
    limit = percent(tier.threshold(slo.error_budget))
    measured = _counted(total, slo) if _counts_events(slo) else _ratio(bad, total, slo)
    return (
        f"{measured} in the last {tier.long} were bad; up to {limit} is tolerated. At this rate a whole {slo.period} "
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
    return f"{_query(asked, slo, 2, 'humanizePercentage')} of all events"


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
    subject = _subject(service, slo)
    summary = f"{subject}: no data, so nobody would notice an outage{_groups(slo)}"
    description = "The series behind the SLI were there during the last day and have been gone for 30m."
    return summary, description, "Find out why the metrics are gone: target, scrape job, exporter, or a renamed metric."


def _subject(service: Service, slo: Slo) -> str:
    promise = f" ({literal(slo.description)})" if slo.description else ""
    return f"{service.name}/{slo.name}{promise}"


def _groups(slo: Slo) -> str:
    named = ", ".join(f"{label} {{{{ $labels.{label} }}}}" for label in slo.by)
    return f", {named}" if named else ""
