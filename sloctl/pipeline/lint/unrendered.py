"""Rule files that are still templates of Helm or the like: they are said to be skipped, and never read in half."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.source import Location, Source, Span

_HELM = re.compile(r"\{\{-?\s*(\$?\.(Values|Release|Chart|Capabilities)\.|(include|tpl|toYaml|nindent|required) )")
_LINE = re.compile(r"^[ \t]*\{\{", re.MULTILINE)


def as_unrendered(raw: bytes, shown: str, found: Iterable[Finding]) -> Finding | None:
    """Return the note for a file that is a template, None for any other; `found` is what reading it as YAML says.

    Alerts have templates too. Only Helm has `.Values.x`, and only what is no YAML has actions outside of its texts.
    """
    if b"{{" not in raw:
        return None
    text = raw.decode("utf-8", "replace")
    is_broken = any(finding.problem in (problems.YAML_SYNTAX, problems.UNSUPPORTED_YAML) for finding in found)
    action = _HELM.search(text) or (_LINE.search(text) if is_broken else None)
    if action is None:
        return None
    start = text.index("{{", action.start())
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    at = Location(Source(shown, text), Span(line, column, line, column + 2))
    return Finding(problem=problems.NOT_RENDERED, at=at, message="this template is not rendered, so it is not checked",
                   help="check what it becomes: `helm template … | sloctl lint -`")  # fmt: skip
