"""What a function call gives, and what is wrong with its arguments."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from sloctl.gotemplate._printf import format_text, placeholder
from sloctl.gotemplate._recorder import Recorder, Span
from sloctl.gotemplate._shapes import LABEL_MAPS, TEXT, UNKNOWN, Rendering, Shape, bounded, either
from sloctl.gotemplate.functions import COMPARISONS, FUNCTIONS, Kind, Signature
from sloctl.gotemplate.nodes import Function

_FIRST_IS_PATTERN = frozenset({"match", "reReplaceAll"})

# These look at a label set or hand it on without using what is in it.
_PASSES_ON = frozenset({"and", "args", "index", "len", "not", "or"})
_COMPARABLE = (Kind.TEXT, Kind.INT, Kind.FLOAT)


def call(function: Function, arguments: Sequence[tuple[Shape, Span]], recorder: Recorder) -> Shape:
    """Return the result of a call with `arguments` (each with its place), record uses and mistakes."""
    at = (function.start, function.end)
    recorder.function(function.name, at)
    signature = FUNCTIONS[function.name]
    if not _check_count(function.name, signature, len(arguments), at, recorder):
        return Shape(signature.gives)
    _check_kinds(function.name, signature, arguments, recorder)
    if function.name in _FIRST_IS_PATTERN:
        recorder.pattern(*arguments[0])
    shapes = [shape for shape, _ in arguments]
    if function.name not in _PASSES_ON:
        for shape in shapes:
            recorder.whole(shape)
    special = _SPECIAL.get(function.name)
    return special(arguments, recorder) if special else _rendered(function.name, signature, shapes)


def _check_count(name: str, signature: Signature, count: int, at: Span, recorder: Recorder) -> bool:
    least, most = signature.least, signature.most
    if count >= least and (most is None or count <= most):
        return True
    limit, bound = (least, "at least ") if count < least else (most, "at most ")
    wanted = f"{'' if least == most else bound}{limit} argument{'' if limit == 1 else 's'}"
    advice = "the alert's value is `$value`" if (name, count) == ("value", 0) else ""
    recorder.mistake(f"`{name}` takes {wanted}, not {count}", at, advice)
    return False


def _check_kinds(name: str, signature: Signature, arguments: Sequence[tuple[Shape, Span]], recorder: Recorder) -> None:
    for wanted, (shape, at) in zip(signature.takes, arguments, strict=False):
        if not _fits(wanted, shape.kind):
            advice = _ADVICE.get((wanted, shape.kind), "")
            recorder.mistake(f"`{name}` takes {wanted.value}, not {shape.kind.value}", at, advice)
    if name in COMPARISONS:
        _check_comparison(name, arguments, recorder)


def _fits(wanted: Kind, given: Kind) -> bool:
    if wanted is given or Kind.UNKNOWN in (wanted, given):
        return True
    return wanted is Kind.FLOAT and given in (Kind.TEXT, Kind.INT)


_ADVICE = {
    (Kind.SAMPLE, Kind.SAMPLES): "take one by `first`, or go through them by `range`",
    (Kind.FLOAT, Kind.SAMPLES): "take one by `first | value`",
    (Kind.FLOAT, Kind.SAMPLE): "take its number by `value`",
    (Kind.SAMPLES, Kind.TEXT): "run it first: `query`",
    (Kind.TEXT, Kind.FLOAT): 'turn the number into text: `printf "%g"`',
}


def _check_comparison(name: str, arguments: Sequence[tuple[Shape, Span]], recorder: Recorder) -> None:
    first = arguments[0][0].kind
    for shape, at in arguments[1:]:
        if first in _COMPARABLE and shape.kind in _COMPARABLE and shape.kind is not first:
            advice = "write the number with a decimal point: `5.0`" if Kind.TEXT not in (first, shape.kind) else ""
            recorder.mistake(f"`{name}` cannot compare {first.value} with {shape.kind.value}", at, advice)


def _rendered(name: str, signature: Signature, shapes: Sequence[Shape]) -> Shape:
    """Return the result of an ordinary function, which carries on what is known of the alert's value."""
    earlier = next((shape.rendering for shape in shapes if shape.rendering), None)
    if earlier is None or name in COMPARISONS:
        return Shape(signature.gives)
    percent = earlier.percent_sign or name == "humanizePercentage"
    return Shape(signature.gives, rendering=Rendering(earlier.function or name, percent))


def _query(arguments: Sequence[tuple[Shape, Span]], recorder: Recorder) -> Shape:
    shape, at = arguments[0]
    recorder.query(shape, at)
    return Shape(Kind.SAMPLES)


def _printf(arguments: Sequence[tuple[Shape, Span]], recorder: Recorder) -> Shape:
    (template, at), *rest = arguments
    shapes = [shape for shape, _ in rest]
    formatted = format_text(template.text, shapes) if template.text is not None and template.exact else None
    if formatted is None:
        return _rendered("printf", FUNCTIONS["printf"], shapes)
    for message, advice in formatted.problems:
        recorder.mistake(message, at, advice)
    return Shape(Kind.TEXT, bounded(formatted.text), formatted.exact, template.at, formatted.rendering)


def _print(arguments: Sequence[tuple[Shape, Span]], _: Recorder) -> Shape:
    """Glue the arguments; Go puts a space between two that are no text."""
    shapes = [shape for shape, _ in arguments]
    text = ""
    for before, shape in pairwise([TEXT, *shapes]):
        text += " " if Kind.TEXT not in (before.kind, shape.kind) else ""
        text += shape.text if shape.text is not None else placeholder(shape, "v", text)
    exact = all(shape.exact and shape.text is not None for shape in shapes)
    at = next((shape.at for shape in shapes if shape.at), None)
    rendering = _rendered("print", FUNCTIONS["print"], shapes).rendering
    return Shape(Kind.TEXT, bounded(text), exact, at, rendering)


def _index(arguments: Sequence[tuple[Shape, Span]], recorder: Recorder) -> Shape:
    collection, *keys = (shape for shape, _ in arguments)
    if not keys:
        return collection
    if collection.kind is Kind.SAMPLES:
        return Shape(Kind.SAMPLE)
    if collection.kind not in LABEL_MAPS:
        return UNKNOWN
    key = keys[0]
    if key.text is None or not key.exact or key.at is None:
        recorder.whole(collection)
        return TEXT
    start, end = key.at
    quotes = 1 if end - start == len(key.text) + 2 else 0
    recorder.label(collection.kind, key.text, (start + quotes, end - quotes))
    return TEXT


def _args(arguments: Sequence[tuple[Shape, Span]], _: Recorder) -> Shape:
    return Shape(Kind.ARGUMENTS, items=tuple(shape for shape, _ in arguments))


def _one_of(arguments: Sequence[tuple[Shape, Span]], _: Recorder) -> Shape:
    return either(shape for shape, _ in arguments)


_SPECIAL: dict[str, Callable[[Sequence[tuple[Shape, Span]], Recorder], Shape]] = {
    "and": _one_of,
    "args": _args,
    "index": _index,
    "or": _one_of,
    "print": _print,
    "printf": _printf,
    "query": _query,
}
