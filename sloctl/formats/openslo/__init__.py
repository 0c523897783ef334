"""OpenSLO: `openslo/v1`, `openslo/v1alpha` and `openslo.com/v2alpha`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sloctl.core.document import Document
from sloctl.core.shapes import choice, count, flag
from sloctl.formats._spec import Imports, SpecFormat, Translation


def _recognise(document: Document) -> bool:
    """An object, or a list of them, as the tools of OpenSLO write it."""
    data = document.data
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and str(first.get("apiVersion", "")).startswith(("openslo/", "openslo.com/"))


def _translate(documents: Sequence[Document], imports: Imports) -> Translation:
    from sloctl.formats.openslo._translate import translate

    return translate(documents, imports)


_SEVERITIES = {
    "type": "object",
    "description": "What severities of your own mean: `page`, `ticket` or `nobody`.",
    "additionalProperties": choice("Whom the severity calls.", "page", "ticket", "nobody"),
    "patternErrorMessage": "a mapping of severities to `page`, `ticket` or `nobody`",
}
_STRICT = flag("Whether to refuse all that the official validator refuses; the default is `false`.")
_FLOOR = count("Bad events that a tier waits for; 0 as in OpenSLO by default.")

FORMAT = SpecFormat(
    name="openslo",
    description="OpenSLO objects: `openslo/v1`, `openslo/v1alpha`, `openslo.com/v2alpha`",
    hint=re.compile(rb"openslo"),
    recognise=_recognise,
    translate=_translate,
    schema={"strict": _STRICT, "severities": _SEVERITIES, "min_bad_events": _FLOOR},
)
