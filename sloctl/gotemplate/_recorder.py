"""Gathers facts while a template is walked."""

from sloctl.gotemplate._shapes import Shape
from sloctl.gotemplate.functions import Kind
from sloctl.gotemplate.records import Facts, Mistake, PrintedValue, Query, Use

Span = tuple[int, int]


class Recorder:
    """The facts so far. Dictionaries keep the order and drop repeats: a `define` may be walked several times."""

    __slots__ = ("_all_labels", "_external", "_functions", "_labels", "_mistakes", "_patterns", "_printed", "_queries",
                 "_value")  # fmt: skip

    def __init__(self) -> None:
        self._labels: dict[Use, None] = {}
        self._external: dict[Use, None] = {}
        self._functions: dict[Use, None] = {}
        self._queries: dict[Query, None] = {}
        self._patterns: dict[Use, None] = {}
        self._printed: dict[PrintedValue, None] = {}
        self._mistakes: dict[Mistake, None] = {}
        self._all_labels = False
        self._value = False

    def mistake(self, message: str, at: Span, advice: str = "") -> None:
        """Note a mistake."""
        self._mistakes[Mistake(message=message, help=advice, start=at[0], end=at[1])] = None

    def label(self, source: Kind, name: str, at: Span) -> None:
        """Note that a label is read from the label set `source`."""
        if source is Kind.LABELS:
            self._labels[Use(name, *at)] = None
        elif source is Kind.EXTERNAL_LABELS:
            self._external[Use(name, *at)] = None

    def function(self, name: str, at: Span) -> None:
        """Note that a function is called."""
        self._functions[Use(name, *at)] = None

    def query(self, shape: Shape, at: Span) -> None:
        """Note that a text is run as a query; a text nothing is known of is no fact."""
        if shape.text is not None:
            start, end = shape.at or at
            self._queries[Query(text=shape.text, exact=shape.exact, start=start, end=end)] = None

    def pattern(self, shape: Shape, at: Span) -> None:
        """Note that a text is read as a regular expression; one that only the alert knows is no fact."""
        if shape.text is not None and shape.exact:
            self._patterns[Use(shape.text, *(shape.at or at))] = None

    def printed(self, shape: Shape, at: Span, *, before_percent: bool) -> None:
        """Note that a value becomes output."""
        self.whole(shape)
        if shape.rendering:
            percent = shape.rendering.percent_sign or before_percent
            value = PrintedValue(function=shape.rendering.function, percent_sign=percent, start=at[0], end=at[1])
            self._printed[value] = None

    def read(self, shape: Shape) -> None:
        """Note that a value was read from a dot or a variable."""
        self._value |= shape.rendering is not None

    def whole(self, shape: Shape) -> None:
        """Note that a value is used with everything in it."""
        self._all_labels |= shape.kind in (Kind.LABELS, Kind.ALERT)
        self._value |= shape.kind is Kind.ALERT

    def facts(self, static_text: str | None) -> Facts:
        """Return all that was noted."""
        return Facts(
            labels=tuple(self._labels),
            external_labels=tuple(self._external),
            all_labels=self._all_labels,
            uses_value=self._value,
            functions=tuple(self._functions),
            queries=tuple(self._queries),
            patterns=tuple(self._patterns),
            printed_values=tuple(self._printed),
            mistakes=tuple(self._mistakes),
            static_text=static_text,
        )
