"""What a change of an SLO does to its recorded series: whether they begin anew, mix two meanings, or lack a window."""

from __future__ import annotations

from dataclasses import replace

from sloctl.core.duration import Duration
from sloctl.core.human import and_list, time_text
from sloctl.model import names
from sloctl.model.service import OFF, Slo
from sloctl.pipeline.diff.change import Change, code, moved
from sloctl.pipeline.diff.same import normal, sli_key
from sloctl.pipeline.plan.recordings import slo_levels

_NOTHING = Duration(0)
_LASTING = Duration.of(days=1)
"""A figure that misses less than this is not worth a second look."""
BACKFILL = "`sloctl backfill` can compute their past"


def restart(slo: Slo, because: str) -> str:
    """Say that the figure begins anew."""
    return f"the {slo.period} figure restarts: {because}; {BACKFILL}"


def history_changes(old: Slo, new: Slo, *, begins_anew: bool) -> list[Change]:
    """Return what is counted in another way, and what happens to the recorded series.

    Of an SLO that bears another name everything `begins_anew`, which is said already.
    """
    found = [*_groups(old, new), *_meaning(old, new)]
    if begins_anew:
        return [replace(each, classes=("sli-changed",), details=()) for each in found]
    return found if old.by != new.by else [*found, *_windows(old, new)]


def _groups(old: Slo, new: Slo) -> list[Change]:
    if set(old.by) == set(new.by):
        return []
    before, after = (and_list([code(label) for label in by]) or "nothing" for by in (old.by, new.by))
    details = [f"the figures of the old series run out over {old.period}"]
    if new.no_data != OFF:
        details.append(f"`{names.NO_DATA_ALERT}` fires for the old series during the first day, because they are gone")
    text = f"one budget per {after} instead of {before}: {restart(new, 'the recorded series change identity')}"
    return [Change(classes=("history-broken",), text=text, details=tuple(details),
                   before=", ".join(old.by), after=", ".join(new.by))]  # fmt: skip


def _meaning(old: Slo, new: Slo) -> list[Change]:
    if not sli_differs(old, new):
        return []
    what = [f"{moved(name, code(before), code(after))}" for name, before, after in _inputs(old, new)]
    text = f"SLI changed: {'; '.join(what) or 'it is computed in another way'}"
    mixed = f"the recorded series keep their names, so for {new.period} the figure mixes the old and the new meaning"
    classes = ("sli-changed", "history-mixed") if set(old.by) == set(new.by) else ("sli-changed",)
    return [Change(classes=classes, text=text, details=(mixed,) if len(classes) > 1 else (),
                   before=_shown(old), after=_shown(new))]  # fmt: skip


def sli_differs(old: Slo, new: Slo) -> bool:
    """Tell whether other events are counted: another base window alone counts the same ones."""
    if sli_key(old.sli) != sli_key(new.sli):
        return True
    pairs = ((old.sli.bad, new.sli.bad), (old.sli.total, new.sli.total))
    return old.base == new.base and set(old.by) == set(new.by) and any(normal(a) != normal(b) for a, b in pairs)


def _inputs(old: Slo, new: Slo) -> list[tuple[str, str, str]]:
    before, after = ({"kind": slo.sli.kind, **dict(slo.sli.inputs)} for slo in (old, new))
    keys = dict.fromkeys((*before, *after))
    rows = [(key, before.get(key, "none"), after.get(key, "none")) for key in keys]
    return [row for row in rows if normal(row[1]) != normal(row[2])]


def _shown(slo: Slo) -> str:
    return f"{slo.sli.kind}: {', '.join(f'{name}={text}' for name, text in slo.sli.inputs)}"


def _windows(old: Slo, new: Slo) -> list[Change]:
    """Say how much of its past the figure misses, because windows it is made of are recorded only from now on."""
    missed = missed_past(old, new)
    if missed == _NOTHING:
        return []
    fresh = [level.window for level in slo_levels(new) if level.window not in _recorded(old)]
    named = and_list([names.bad_events(window) for window in fresh])
    text = (f"the {new.period} figure misses {time_text(missed.seconds)} of its past at first: {named} "
            f"{'is' if len(fresh) == 1 else 'are'} recorded from now on; {BACKFILL}")  # fmt: skip
    return [Change(classes=("history-broken",) if missed >= _LASTING else ("history-gap",), text=text)]


def _recorded(slo: Slo) -> frozenset[Duration]:
    return frozenset(level.window for level in slo_levels(slo))


def missed_past(old: Slo, new: Slo) -> Duration:
    """Return how much time before the change the figure of the period does not cover right after it.

    A tile in the past is missing whole if its window was not recorded then. The newest tile misses what its own tiles
    miss. The base reads raw series, so it misses nothing.
    """
    recorded = _recorded(old)
    missed: dict[Duration, Duration] = {}
    for level in slo_levels(new):
        whole = [tile.window.ms for tile in level.tiles if tile.offset.ms and tile.window not in recorded]
        newest = [missed[tile.window].ms for tile in level.tiles if not tile.offset.ms]
        missed[level.window] = Duration(sum((*whole, *newest)))
    return missed[new.period]
