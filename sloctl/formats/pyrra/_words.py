"""What the labels and annotations of an objective say: about its alerts, their owner and their service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sloctl.core.document import Path
from sloctl.core.shapes import LABEL
from sloctl.core.translated import Place
from sloctl.formats._spec import PREFIX, Fate, is_ours
from sloctl.formats.pyrra._indicator import grouping
from sloctl.formats.pyrra._original import Original
from sloctl.formats.pyrra._report import Report
from sloctl.model import names

_PYRRA = "pyrra.dev/"
"""The labels and annotations that Pyrra passes on, without this prefix."""
_FIELDS = {"runbook_url": "runbook", "runbook": "runbook", "dashboard_url": "dashboard", "dashboard": "dashboard",
           "summary": "summary", "description": "description", "action": "action", "impact": "impact"}  # fmt: skip
"""Annotations that a spec has keys for."""
_ANNOTATIONS = {"runbook": names.RUNBOOK_URL, "dashboard": names.DASHBOARD_URL}
_TEMPLATES = ("summary", "description")
OWN_KEYS = ("service", "owner", "min_bad_events", *dict.fromkeys(_FIELDS.values()))
"""What `sloctl/<key>` may say."""
Words = dict[Path, tuple[str, Place]]
"""What the alerts of an SLO say, by the path below `page`, `ticket`, an alert or `defaults`."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text and where it stands."""

    text: str
    place: Place


def said(original: Original, key: str) -> Said | None:
    """Return what `sloctl/<key>` says, in an annotation or a label."""
    return next(_values(original, (f"{PREFIX}/{key}", f"{PREFIX}_{key}")), None)


def owner(original: Original) -> Said | None:
    """Return who owns an objective."""
    return said(original, "owner") or next(_values(original, (f"{_PYRRA}owner",)), None) or \
        next(_values(original, (f"{_PYRRA}team",)), None)  # fmt: skip


def service(original: Original, after: str) -> Said:
    """Return what names the service: a label or annotation, else the job (if `after` says so), else the objective."""
    if found := said(original, "service") or next(_values(original, (f"{_PYRRA}service",)), None):
        return found
    document = original.fields.document
    if after == "job" and (job := original.total.pinned.get("job")):
        return Said(job, Place(document, original.total.path))
    return Said(original.name, Place(document, (*original.metadata.path, "name")))


def _values(original: Original, wanted: tuple[str, ...]) -> Iterator[Said]:
    for kind in ("annotations", "labels"):
        for name, value in original.metadata.pairs(kind):
            if name in wanted and value.strip():
                yield Said(value, Place(original.fields.document, (*original.metadata.path, kind, name), 0))


def words(original: Original, report: Report) -> Words:
    """Return the labels and texts of all alerts of an objective."""
    found: Words = {}
    for kind in ("labels", "annotations"):
        for name, value in original.metadata.pairs(kind):
            place = Place(original.fields.document, (*original.metadata.path, kind, name), 0)
            if is_ours(name):
                _check_own(name, place, report)
            elif name.startswith(_PYRRA) and kind == "labels":
                _add_label(found, name.removeprefix(_PYRRA), value, place, report)
            elif name.startswith(_PYRRA):
                _add_text(found, name.removeprefix(_PYRRA), value, place)
            else:
                report.remark(Fate.LOST, place.path, f"`{name}` stays with the object: Pyrra passes on `{_PYRRA}` only")
    for key in dict.fromkeys(_FIELDS.values()):
        if own := said(original, key):
            found[(key,)] = (own.text, own.place)
    _add_matchers(found, original, report)
    return found


def _check_own(name: str, place: Place, report: Report) -> None:
    key = name[len(PREFIX) + 1 :]
    if key not in OWN_KEYS:
        known = ", ".join(f"`{PREFIX}/{each}`" for each in OWN_KEYS)
        report.lost(place.document.at_key(place.path), f"`{name}` means nothing here", f"known: {known}")


def _add_text(found: Words, name: str, value: str, place: Place) -> None:
    """Add an annotation: as a key of the spec, unless it is a template where the key is literal."""
    key = _FIELDS.get(name, "")
    if not value.strip():
        return
    if key and (key in _TEMPLATES or "{{" not in value):
        found.setdefault((key,), (value, place))
    else:
        found[("annotations", _ANNOTATIONS.get(key, name))] = (value, place)


def _add_label(found: Words, name: str, value: str, place: Place, report: Report) -> None:
    if name == names.OWNER or not value:
        return
    at = place.document.at_key(place.path)
    if name in names.RESERVED_LABELS:
        report.lost(at, f"the label `{name}` is written by sloctl, so it is left out", "use another name")
    elif not re.fullmatch(LABEL, name):
        report.lost(at, f"`{name}` is no name of a label", "use letters, digits and `_`")
    else:
        found[("labels", name)] = (value, place)


def _add_matchers(found: Words, original: Original, report: Report) -> None:
    """Add the labels that the metric pins, as Pyrra does; those that split the budget are there already."""
    place, by = Place(original.fields.document, original.total.path), grouping(original)
    for label, value in original.total.pinned.items():
        if label in names.RESERVED_LABELS:
            report.remark(
                Fate.LOST, place.path, f"the label `{label}` of the metric is not on the alerts: sloctl writes it"
            )
        elif label not in by and value and re.fullmatch(LABEL, label):
            found[("labels", label)] = (value, place)
