"""`ServiceLevelObjective` of Pyrra: one SLO per document, alone or in a List."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sloctl.core.document import Document
from sloctl.core.shapes import choice, count
from sloctl.formats._spec import Imports, SpecFormat, Translation

_GROUP = "pyrra.dev/"
_KIND = "ServiceLevelObjective"


def _recognise(document: Document) -> bool:
    data = document.data
    if not isinstance(data, dict):
        return False
    items = data.get("items")
    if str(data.get("kind", "")).endswith("List") and isinstance(items, list):
        return any(_is_objective(item) for item in items)
    return _is_objective(data)


def _is_objective(data: object) -> bool:
    return isinstance(data, dict) and str(data.get("apiVersion", "")).startswith(_GROUP) and data.get("kind") == _KIND


def _translate(documents: Sequence[Document], imports: Imports) -> Translation:
    from sloctl.formats.pyrra._services import translate  # asks for the PromQL library, which lint may not need

    return translate(documents, imports)


FORMAT = SpecFormat(
    name="pyrra",
    description="objectives of Pyrra",
    hint=re.compile(rb"pyrra\.dev/"),
    recognise=_recognise,
    translate=_translate,
    schema={
        "service": choice("What an objective's service is named after; the default is `job`.", "job", "name"),
        "min_bad_events": count("Bad events that a tier waits for; 0 as in Pyrra by default."),
    },
)
