"""What `facts` reports about a template. `start` and `end` are 0-based offsets into its text, end exclusive."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """A label, a function or a regular expression (without its quotes) that the template names."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A PromQL query that the template runs.

    When `exact` is False, `text` holds placeholders (`x`, `1`, `5m`) for what only the alert knows. The span is that of
    the constant that spells the query or its format, with its quotes.
    """

    text: str
    exact: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedValue:
    """A place where the alert's value is printed; the span is that of the pipeline.

    `function` is the one that made it text (`humanizePercentage`, `printf`, …), empty for the bare number.
    `percent_sign` tells whether a percent sign follows it, from the function, the format or the text behind the action.
    """

    function: str
    percent_sign: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something that Prometheus loads without complaint and that spoils the text once the alert fires."""

    message: str
    help: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a template uses and prints, each list in the order of evaluation and without repeats.

    `labels` and `external_labels` are those of the alert, not of samples that a query returned; `all_labels` tells
    whether the alert's labels are used as a whole (printed, ranged over, or read by a computed name).
    `static_text` is what a template without any variable part prints, None for other templates.
    """

    labels: tuple[Use, ...]
    external_labels: tuple[Use, ...]
    all_labels: bool
    uses_value: bool
    functions: tuple[Use, ...]
    queries: tuple[Query, ...]
    patterns: tuple[Use, ...]
    printed_values: tuple[PrintedValue, ...]
    mistakes: tuple[Mistake, ...]
    static_text: str | None
