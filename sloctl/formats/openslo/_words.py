"""What only annotations and labels can say: owner, runbook, action; and labels for alerts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sloctl.core.document import Path
from sloctl.formats._spec import PREFIX, Draft, is_ours, said
from sloctl.formats.openslo._context import Context
from sloctl.formats.openslo._objects import Spot, Thing
from sloctl.model.names import EXPORTED, RESERVED_LABELS

RESPONSE_KEYS = ("runbook", "action", "impact", "dashboard", "summary", "description", "priority")
_OWNER_LABELS = ("owner", "team")
"""Labels that name the owner where nothing with our prefix does; many objects have one of them."""
_NOT_IN_LABEL = re.compile(r"[^a-zA-Z0-9_]")


@dataclass(frozen=True, slots=True)
class Saying:
    """A text, and where it stands."""

    text: str
    spot: Spot


def find_said(thing: Thing, key: str) -> Saying | None:
    """Return what an annotation or label with our prefix says."""
    found = said(thing.pairs(), key)
    return Saying(found[1], _pair_spot(thing, found[0])) if found else None


def find_owner(things: Iterable[Thing]) -> list[Saying]:
    """Return the owners that objects name: those said with our prefix, or else in the usual labels."""
    holders = list(things)
    said_so = [saying for thing in holders if (saying := find_said(thing, "owner"))]
    return said_so or [saying for thing in holders if (saying := _usual_owner(thing))]


def _usual_owner(thing: Thing) -> Saying | None:
    named = dict(thing.pairs())
    key = next((key for key in _OWNER_LABELS if isinstance(named.get(key), str) and named[key]), None)
    return Saying(str(named[key]), _pair_spot(thing, key)) if key else None


def _pair_spot(thing: Thing, name: str) -> Spot:
    metadata = thing.spot.step("metadata")
    spot = next(metadata.step(key, name) for key in ("annotations", "labels") if name in metadata.step(key).fields)
    return spot.step(0) if isinstance(spot.value, list) else spot


def put_said(draft: Draft, path: Path, things: Iterable[Thing], context: Context) -> None:
    """Write what the objects say about an alert, the nearest first."""
    for key in RESPONSE_KEYS:
        found = next((saying for thing in things if (saying := find_said(thing, key))), None)
        if found:
            draft.put((*path, key), found.text, found.spot.place(0))
            context.report.mapped(found.spot.at(), f"`{key}` is what the alerts say")


def put_labels(draft: Draft, path: Path, labels: Spot, context: Context) -> None:
    """Write the labels of an object as labels of alerts."""
    for key, value in labels.fields.items():
        if is_ours(key) or key == "owner":
            continue
        spot = labels.step(key)
        values = value if isinstance(value, list) else [value]
        draft.put((*path, _label_name(spot, key, context)), ",".join(map(str, values)), spot.place())


def _label_name(spot: Spot, key: str, context: Context) -> str:
    """Return a name that Prometheus accepts and sloctl does not write itself."""
    name = _NOT_IN_LABEL.sub("_", key)
    name = f"_{name}" if name[0].isdigit() else name
    if name in RESERVED_LABELS or name.startswith("__"):
        renamed = f"{EXPORTED}{name.strip('_')}"
        message = f"the label `{key}` is written by sloctl or Prometheus, so this one becomes `{renamed}`"
        context.report.lost(spot.at_key(), message, "let your routes match that, or rename the label")
        return renamed
    if name != key:
        context.report.derived(spot.at_key(), f"`{key}` becomes the label `{name}`")
    return name


def remark_annotations(thing: Thing, context: Context) -> None:
    """Tell of annotations that are not for this tool."""
    annotations = thing.spot.step("metadata", "annotations")
    for key in annotations.fields:
        at = annotations.step(key).at_key()
        if not is_ours(key):
            context.report.left(at, f"the annotation `{key}` stays behind: nothing reads it here")
        elif key.removeprefix(f"{PREFIX}/") not in _KNOWN:
            known = ", ".join(f"`{PREFIX}/{each}`" for each in _KNOWN)
            context.report.lost(at, f"`{key}` is none of our annotations", f"known: {known}")


_KNOWN = ("owner", *RESPONSE_KEYS, "min_bad_events", "traffic")
