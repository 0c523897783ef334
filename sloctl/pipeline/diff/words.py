"""Sentences that all formats of a comparison share."""

from __future__ import annotations

from sloctl.core.human import and_list, plural
from sloctl.pipeline.diff.change import ALERT, RECORDING, SERVICE, SETTINGS, SLO, Diff, Entry, OnCall, code


def headline(diff: Diff) -> str:
    """Say how much has changed."""
    loud = sum(entry.change.is_loud for entry in diff.entries)
    if not diff.entries:
        return "nothing has changed in what could be compared" if diff.left_out else "nothing changes for anybody"
    rest = len(diff.entries) - loud
    parts = [f"{plural(loud, 'change')} to look at twice"] if loud else []
    parts += [plural(rest, "other change" if loud else "change")] if rest else []
    return ", ".join(parts)


def oncall_text(load: OnCall) -> str:
    """Say how the load of an owner changes: `2 new pages for team-a (now 9 of 10)`."""
    (old_pages, pages), (old_tickets, tickets) = load.pages, load.tickets
    parts = [_difference(pages - old_pages, "page", "pages")] if pages != old_pages else []
    if tickets != old_tickets:
        parts.append(_difference(tickets - old_tickets, "ticket alert", "ticket alerts"))
    whose = f"for {code(load.owner)}" if load.owner else "without an owner"
    return f"{' and '.join(parts)} {whose} ({_now(load)})"


def _difference(count: int, one: str, many: str) -> str:
    noun = one if abs(count) == 1 else many
    return f"{count} new {noun}" if count > 0 else f"{-count} {noun} fewer"


def _now(load: OnCall) -> str:
    """Say how many pages there are; how many are allowed is said per service, because that is what is limited."""
    pages = load.pages[1]
    named = [f"now {count} of {load.allowed}{' allowed' if count > load.allowed else ''}" for _, count in load.services]
    if not named:
        return f"now {plural(pages, 'page')} in all"
    if len(named) == 1 and load.services[0][1] == pages:
        return named[0]
    each = "; ".join(f"{service or 'others'}: {said}" for (service, _), said in zip(load.services, named, strict=True))
    return f"{each}; {pages} in all"


_MOST_NAMED = 3


def title(entry: Entry) -> str:
    """Name what an entry is about."""
    first, *more = entry.subjects
    if not more:
        return first.label
    names = [subject.label.removeprefix(f"{subject.kind} ") for subject in entry.subjects[:_MOST_NAMED]]
    kinds = {subject.kind for subject in entry.subjects}
    left = len(entry.subjects) - len(names)
    nouns = and_list([f"{kind}s" for kind in (SERVICE, SLO, ALERT, RECORDING) if kind in kinds])
    return f"{len(entry.subjects)} {nouns}: {', '.join(names)}{f' and {left} more' if left else ''}"


def places(entry: Entry) -> str:
    """Say where it stands; nothing for the settings and for many subjects."""
    first, *more = entry.subjects
    if more or first.kind == SETTINGS or first.at is None:
        return ""
    return f"{first.at.source.path}:{first.at.span.line}"
