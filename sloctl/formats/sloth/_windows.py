"""Catalogues of alert windows: four pairs per period. Sloth has two built in, those of the SRE workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from itertools import product

from sloctl.core.document import Document
from sloctl.core.duration import Duration
from sloctl.core.finding import Finding
from sloctl.core.human import decimal_text
from sloctl.core.translated import Place
from sloctl.formats._format import mapping
from sloctl.formats.sloth._shape import WINDOWS, Fields, check
from sloctl.model.burn import STANDARD, Tier, raw_burn_rate, standard_tiers
from sloctl.model.windows import BASES

BUILT_IN = (Duration.of(days=28), Duration.of(days=30))
DEFAULT = Duration.of(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    """A tier, and where it is written (None: built in). `raised` is the burn rate that Sloth has, if it is below 1."""

    tier: Tier
    place: Place | None = None
    raised: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The tiers of a period. `is_own` tells that the native standard tiers are others."""

    period: Duration
    rows: tuple[Row, ...]
    is_own: bool = False


def built_in(period: Duration) -> Catalogue:
    """Return the catalogue that Sloth has for a period."""
    rows = []
    for tier in standard_tiers(period, BASES[0]):
        burn = raw_burn_rate(tier.budget, period, tier.long)
        rows.append(Row(tier, raised=burn if burn < 1 else None))
    return Catalogue(period, tuple(rows))


CATALOGUE = "AlertWindows"


def is_catalogue(document: Document) -> bool:
    """Tell whether a document holds alert windows."""
    return mapping(document.data).get("kind") == CATALOGUE


def read_catalogues(documents: Sequence[Document], findings: list[Finding]) -> list[Catalogue]:
    """Read the catalogues of the files that the settings name; what Sloth would refuse is reported."""
    tops = [
        Fields(document, (), mapping(document.data), True, findings) for document in documents if is_catalogue(document)
    ]
    return [catalogue for top in tops if (catalogue := _catalogue(top))]


def _catalogue(top: Fields) -> Catalogue | None:
    check(top, WINDOWS)
    spec = top.child("spec")
    period = _duration(spec, "sloPeriod")
    rows = [_row(spec.child(notify).child(pace), period) for notify, pace in product(("page", "ticket"), _PACES)]
    if period is None or None in rows:
        return None
    named = zip((row for row in rows if row), STANDARD, strict=True)
    tiers = [_named(row, name, notify) for row, (name, notify, _, _) in named]
    return Catalogue(period, tuple(tiers), is_own=not _is_standard(tiers, period))


_PACES = ("quick", "slow")


def _named(row: Row, name: str, notify: str) -> Row:
    tier = row.tier
    named = Tier(name=name, notify=notify, budget=tier.budget, long=tier.long, short=tier.short, period=tier.period)
    return Row(named, row.place, row.raised)


def _is_standard(rows: Sequence[Row], period: Duration) -> bool:
    known = [(tier.notify, tier.budget, tier.long, tier.short) for tier in standard_tiers(period, BASES[0])]
    given = [(row.tier.notify, row.tier.budget, row.tier.long, row.tier.short) for row in rows]
    return known == given


def _row(pair: Fields, period: Duration | None) -> Row | None:
    share = pair.number("errorBudgetPercent")
    short, long = _duration(pair, "shortWindow"), _duration(pair, "longWindow")
    if not share or share < 0:
        message = "`errorBudgetPercent` must be above 0: Sloth makes the burn rate of it"
        pair.refuse(pair.at("errorBudgetPercent"), message, "the share of the budget in per cent, such as `2`")
        return None
    if short is None or long is None or period is None:
        return None
    budget, burn = share / 100, raw_burn_rate(share / 100, period, long)
    least = (long.seconds / period.seconds).quantize(Decimal("1e-9"), ROUND_UP)
    tier = Tier(name="", notify="", budget=max(budget, least), long=long, short=short, period=period)
    return Row(tier, Place(pair.document, pair.path), burn if burn < 1 else None)


def _duration(fields: Fields, key: str) -> Duration | None:
    written = fields.text(key)
    try:
        found = Duration.parse(written)
    except ValueError:
        found = Duration(0)
    if found.ms:
        return found
    message = f"`{key}` must be a duration above 0: Sloth wants all twelve values of a catalogue"
    fields.refuse(fields.at(key), message, "such as `1h` or `30d`")
    return None


def tier_fields(row: Row) -> Iterator[tuple[str, object]]:
    """Yield what a native tier says."""
    tier = row.tier
    yield "name", tier.name
    yield "severity", tier.notify
    yield "budget", f"{decimal_text(tier.budget * 100)}%" if tier.budget <= 1 else tier.budget
    yield "long", str(tier.long)
    yield "short", str(tier.short)
