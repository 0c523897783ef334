"""`ServiceLevelObjective` of Pyrra: one SLO per document, alone or in a List."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sloctl.core.document import Document
from sloctl.core.shapes import choice, count
from sloctl.formats._objects import holds
from sloctl.formats._spec import Imports, SpecFormat, Translation
from sloctl.formats.pyrra._shape import GROUP


def _recognise(document: Document) -> bool:
    return holds(document, GROUP)


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
