"""What is known about a value before the alert fires."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from sloctl.gotemplate.functions import Kind


@dataclass(frozen=True, slots=True)
class Rendering:
    """How the alert's value becomes text: the first function that made it so (empty: none), whether `%` follows."""

    function: str
    percent_sign: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A value: its kind and, for text, its content with the place in the template that spells it.

    `text` is None when nothing is known; when `exact` is False it holds placeholders. `rendering` is set for the
    alert's value and for text made of it, `items` for the arguments gathered by `args`.
    """

    kind: Kind
    text: str | None = None
    exact: bool = True
    at: tuple[int, int] | None = None
    rendering: Rendering | None = None
    items: tuple["Shape", ...] = ()


UNKNOWN = Shape(Kind.UNKNOWN)
ALERT = Shape(Kind.ALERT)
LABELS = Shape(Kind.LABELS)
EXTERNAL_LABELS = Shape(Kind.EXTERNAL_LABELS)
TEXT = Shape(Kind.TEXT)
VALUE = Shape(Kind.FLOAT, rendering=Rendering("", percent_sign=False))
ALERT_FIELDS = {"Labels": LABELS, "ExternalLabels": EXTERNAL_LABELS, "ExternalURL": TEXT, "Value": VALUE}
SAMPLE_FIELDS = {"Labels": Shape(Kind.SAMPLE_LABELS), "Value": Shape(Kind.FLOAT)}
_MAX_TEXT = 1 << 16
LABEL_MAPS = frozenset({Kind.LABELS, Kind.EXTERNAL_LABELS, Kind.SAMPLE_LABELS})


def bounded(text: str) -> str | None:
    """Return `text`, or None when it has grown past any text of an alert: templates can double it with every step."""
    return text if len(text) <= _MAX_TEXT else None


def either(shapes: Iterable[Shape]) -> Shape:
    """Return what holds whichever of the values it is."""
    return reduce(_either_of_two, shapes)


def _either_of_two(one: Shape, other: Shape) -> Shape:
    if one == other:
        return one
    if one.kind != other.kind:
        return UNKNOWN
    return Shape(one.kind, rendering=one.rendering or other.rendering)


def element(shape: Shape) -> Shape:
    """Return what the dot is inside a `range` over `shape`."""
    if shape.kind is Kind.SAMPLES:
        return Shape(Kind.SAMPLE)
    if shape.kind in LABEL_MAPS:
        return TEXT
    return UNKNOWN
