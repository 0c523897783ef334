"""Specs of Sloth: `prometheus/v1`, `PrometheusServiceLevel` (alone or in a List), and catalogues of alert windows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sloctl.core.document import Document
from sloctl.core.shapes import choice, count, duration, text
from sloctl.formats._format import mapping
from sloctl.formats._objects import holds
from sloctl.formats._spec import Imports, SpecFormat, Translation
from sloctl.formats.sloth._shape import GROUP


def _recognise(document: Document) -> bool:
    return str(mapping(document.data).get("version", "")).startswith("prometheus/") or holds(document, GROUP)


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
