"""What Go's `printf` makes of a constant format: the printed text as far as it is known, and arguments that misfit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sloctl.gotemplate._shapes import Rendering, Shape
from sloctl.gotemplate.escape import go_string
from sloctl.gotemplate.functions import Kind

_VERB = re.compile(r"%(?P<flags>[-+# 0]*[0-9]*(?:\.[0-9]*)?)(?P<verb>[^-+# 0-9.\[*])", re.DOTALL)
_UNCOUNTABLE = re.compile(r"%[-+# 0-9.]*[\[*]")
_FITS = {Kind.TEXT: "sqvxXT", Kind.INT: "bcdoOqxXUvT", Kind.FLOAT: "beEfFgGxXvT"}
_GO_TYPE = {Kind.TEXT: "string", Kind.INT: "int", Kind.FLOAT: "float64"}
_CURE = {
    Kind.TEXT: "use `%s` or `%q` for text",
    Kind.INT: "use `%d` for an integer",
    Kind.FLOAT: "use a verb for floats: `%.0f`, `%.2f`, `%g`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """`text` with placeholders for what is only known when the alert fires (`exact` is False then).

    `rendering` says how the alert's value appears in it; `problems` are pairs of message and help.
    """

    text: str
    exact: bool
    rendering: Rendering | None
    problems: tuple[tuple[str, str], ...]


def format_text(template: str, arguments: Sequence[Shape]) -> Formatted | None:
    """Expand `template` with `arguments`; None when the format counts its arguments by itself (`%*d`, `%[1]s`)."""
    if _UNCOUNTABLE.search(template.replace("%%", "")):
        return None
    text, exact, rendering, problems = "", True, None, []
    position, rest = 0, list(arguments)
    for match in _VERB.finditer(template):
        text += template[position : match.start()]
        position = match.end()
        if match["verb"] == "%":
            text += "%"
            continue
        if not rest:
            problems.append((f"`{match[0]}` has no argument", "give one argument for every verb; a percent sign is `%%`"))
            continue
        shape = rest.pop(0)
        if shape.kind in _FITS and match["verb"] not in _FITS[shape.kind]:
            problems.append(
                (f"`{match[0]}` prints `%!{match['verb']}({_GO_TYPE[shape.kind]}=…)` here", _CURE[shape.kind])
            )
        known = shape.text if match["flags"] == "" and shape.exact and match["verb"] in "svq" else None
        exact &= known is not None
        text += _shown(match["verb"], shape if known is None else None, known or "", before=text)
        rendering = rendering or _rendering(shape, followed_by=template[position:])
    if rest:
        problems.append(("`printf` has more arguments than verbs", "give one verb for every argument"))
    return Formatted(text=text + template[position:], exact=exact, rendering=rendering, problems=tuple(problems))


def _shown(verb: str, unknown: Shape | None, known: str, before: str) -> str:
    text = known if unknown is None else placeholder(unknown, verb, before)
    return go_string(text) if verb == "q" else text


def placeholder(shape: Shape, verb: str, before: str) -> str:
    """Return what stands in a query for an unknown value: a duration after `[`, a number or a name elsewhere."""
    if before.endswith("["):
        return "5m"
    is_number = shape.kind in (Kind.FLOAT, Kind.INT) or verb in "bcdeEfFgGoOU"
    return "1" if is_number else shape.text or "x"


def _rendering(shape: Shape, followed_by: str) -> Rendering | None:
    if shape.rendering is None:
        return None
    percent = shape.rendering.percent_sign or followed_by.lstrip(" ").startswith("%%")
    return Rendering(shape.rendering.function or "printf", percent)
