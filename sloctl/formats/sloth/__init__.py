"""Specs of Sloth: `prometheus/v1`, `PrometheusServiceLevel` (alone or in a List), and catalogues of alert windows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sloctl.core.document import Document
from sloctl.core.shapes import choice, count, duration, text
from sloctl.formats._spec import Imports, SpecFormat, Translation

_GROUP = "sloth.slok.dev/"
_KINDS = ("PrometheusServiceLevel", "AlertWindows")


def _recognise(document: Document) -> bool:
    data = document.data
    if not isinstance(data, dict):
        return False
    if str(data.get("version", "")).startswith("prometheus/"):
        return True
    items = data.get("items")
    if str(data.get("kind", "")).endswith("List") and isinstance(items, list):
        return any(_is_object(item) for item in items)
    return _is_object(data)


def _is_object(data: object) -> bool:
    return isinstance(data, dict) and str(data.get("apiVersion", "")).startswith(_GROUP) and data.get("kind") in _KINDS


def _translate(documents: Sequence[Document], imports: Imports) -> Translation:
    from sloctl.formats.sloth._services import translate  # asks for the PromQL library, which lint may not need

    return translate(documents, imports)


FORMAT = SpecFormat(
    name="sloth",
    description="specs of Sloth",
    hint=re.compile(rb"prometheus/v|sloth\.slok\.dev/"),
    recognise=_recognise,
    translate=_translate,
    schema={
        "period": duration("The period of all SLOs (`--default-slo-period` of Sloth); the default is 30d.", "30d"),
        "windows": text("A file or folder of `AlertWindows` (`--slo-period-windows-path` of Sloth)."),
        "min_bad_events": count("Bad events that a tier waits for; 0 as in Sloth by default."),
        "no_data": choice("Who is called when the SLI is gone; `off` as in Sloth by default.", "ticket", "page", "off"),
        "owner_label": text("The label that names whom to call; the default is `owner`."),
    },
    files=("windows",),
)
