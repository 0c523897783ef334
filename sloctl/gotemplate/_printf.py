"""What Go's `printf` makes of a constant format: the printed text as far as it is known, and arguments that misfit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sloctl.gotemplate._shapes import UNKNOWN, Rendering, Shape
from sloctl.gotemplate.escape import go_string
from sloctl.gotemplate.functions import Kind

_VERB = re.compile(r"%(?P<flags>[-+# 0]*[0-9]*(?:\.[0-9]*)?)(?P<verb>[^-+# 0-9.\[*])", re.DOTALL)
_UNCOUNTABLE = re.compile(r"%[-+# 0-9.]*[\[*]")
_LONE = re.compile(r"%[-+# 0-9.]*\Z")
_FITS = {Kind.TEXT: "sqvxXT", Kind.INT: "bcdoOqxXUvT", Kind.FLOAT: "beEfFgGxXvT"}
_GO_TYPE = {Kind.TEXT: "string", Kind.INT: "int", Kind.FLOAT: "float64"}
_CURE = {
    Kind.TEXT: "use `%s` or `%q` for text",
    Kind.INT: "use `%d` for an integer",
    Kind.FLOAT: "use a verb for floats: `%.0f`, `%.2f`, `%g`",
}
_PERCENT = "a percent sign is written `%%`"


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
    verbs = [match for match in _VERB.finditer(template) if match["verb"] != "%"]
    pairs = list(zip(verbs, arguments, strict=False))
    by_start = {match.start(): shape for match, shape in pairs}
    return Formatted(
        text=_VERB.sub(lambda match: _shown(match, by_start.get(match.start(), UNKNOWN)), template),
        exact=len(pairs) == len(verbs) and all(_known(match, shape) is not None for match, shape in pairs),
        rendering=next((_rendering(match, shape) for match, shape in pairs if shape.rendering), None),
        problems=(*_misfits(pairs), *_miscounts(template, verbs, len(arguments))),
    )


def _known(match: re.Match[str], shape: Shape) -> str | None:
    """Return the text that replaces a verb, None when only the firing alert knows it."""
    if match["flags"] or match["verb"] not in "svq" or not shape.exact:
        return None
    return shape.text


def _shown(match: re.Match[str], shape: Shape) -> str:
    if match["verb"] == "%":
        return "%"
    known = _known(match, shape)
    text = placeholder(shape, match["verb"], match.string[: match.start()]) if known is None else known
    return go_string(text) if match["verb"] == "q" else text


def placeholder(shape: Shape, verb: str, before: str) -> str:
    """Return what stands in a query for an unknown value: a duration after `[`, a number or a name elsewhere."""
    if before.endswith("["):
        return "5m"
    is_number = shape.kind in (Kind.FLOAT, Kind.INT) or verb in "bcdeEfFgGoOU"
    return "1" if is_number else shape.text or "x"


def _rendering(match: re.Match[str], shape: Shape) -> Rendering | None:
    if shape.rendering is None:
        return None
    percent = shape.rendering.percent_sign or match.string[match.end() :].lstrip(" ").startswith("%%")
    return Rendering(shape.rendering.function or "printf", percent)


def _misfits(pairs: Sequence[tuple[re.Match[str], Shape]]) -> Iterator[tuple[str, str]]:
    for match, shape in pairs:
        if shape.kind in _FITS and match["verb"] not in _FITS[shape.kind]:
            printed = f"%!{match['verb']}({_GO_TYPE[shape.kind]}=…)"
            yield f"`{match[0]}` is not for {shape.kind.value}: it prints `{printed}`", _CURE[shape.kind]


def _miscounts(template: str, verbs: Sequence[re.Match[str]], arguments: int) -> Iterator[tuple[str, str]]:
    for match in verbs[arguments:]:
        yield f"`{match[0]}` has no argument", f"give one argument for every verb; {_PERCENT}"
    if arguments > len(verbs):
        yield "`printf` has more arguments than verbs", "give one verb for every argument"
    if _LONE.search(_VERB.sub("", template)):
        yield "the format ends with a lone `%`", _PERCENT
