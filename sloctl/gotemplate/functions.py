"""The functions an alert's template may call, with what they take and give.

Read from the `template` package of Prometheus 2.42 and 3.16 and from the builtins of Go's text/template. `tmpl` is not
among them: Prometheus defines it for console pages only.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a value is, as far as a template's author must know."""

    ALERT = "the alert's data"
    LABELS = "the alert's labels"
    EXTERNAL_LABELS = "the external labels"
    SAMPLES = "a list of samples"
    SAMPLE = "a sample"
    SAMPLE_LABELS = "a sample's labels"
    ARGUMENTS = "the arguments gathered by args"
    TEXT = "a text"
    INT = "an integer"
    FLOAT = "a float"
    UNKNOWN = "a value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a function takes (`least` to `most` arguments; `most` is None when any number will do) and gives.

    `takes` are the kinds of the parameters; UNKNOWN accepts anything, FLOAT whatever can be read as a number.
    """

    least: int
    most: int | None
    takes: tuple[Kind, ...] = ()
    gives: Kind = Kind.UNKNOWN


def _fixed(*takes: Kind, gives: Kind = Kind.UNKNOWN) -> Signature:
    return Signature(least=len(takes), most=len(takes), takes=takes, gives=gives)


def _open(least: int, most: int | None = None, gives: Kind = Kind.UNKNOWN) -> Signature:
    return Signature(least=least, most=most, gives=gives)


_TEXT_TO_TEXT = _fixed(Kind.TEXT, gives=Kind.TEXT)
_NUMBER_TO_TEXT = _fixed(Kind.FLOAT, gives=Kind.TEXT)

PROMETHEUS = {
    "args": _open(0, gives=Kind.ARGUMENTS),
    "externalURL": _fixed(gives=Kind.TEXT),
    "first": _fixed(Kind.SAMPLES, gives=Kind.SAMPLE),
    "graphLink": _TEXT_TO_TEXT,
    "humanize": _NUMBER_TO_TEXT,
    "humanize1024": _NUMBER_TO_TEXT,
    "humanizeDuration": _NUMBER_TO_TEXT,
    "humanizePercentage": _NUMBER_TO_TEXT,
    "humanizeTimestamp": _NUMBER_TO_TEXT,
    "label": _fixed(Kind.TEXT, Kind.SAMPLE, gives=Kind.TEXT),
    "match": _fixed(Kind.TEXT, Kind.TEXT),
    "now": _fixed(gives=Kind.FLOAT),
    "parseDuration": _fixed(Kind.TEXT, gives=Kind.FLOAT),
    "pathPrefix": _fixed(gives=Kind.TEXT),
    "query": _fixed(Kind.TEXT, gives=Kind.SAMPLES),
    "reReplaceAll": _fixed(Kind.TEXT, Kind.TEXT, Kind.TEXT, gives=Kind.TEXT),
    "safeHtml": _TEXT_TO_TEXT,
    "sortByLabel": _fixed(Kind.TEXT, Kind.SAMPLES, gives=Kind.SAMPLES),
    "stripDomain": _TEXT_TO_TEXT,
    "stripPort": _TEXT_TO_TEXT,
    "strvalue": _fixed(Kind.SAMPLE, gives=Kind.TEXT),
    "tableLink": _TEXT_TO_TEXT,
    "title": _TEXT_TO_TEXT,
    "toDuration": _fixed(Kind.FLOAT),
    "toLower": _TEXT_TO_TEXT,
    "toTime": _fixed(Kind.FLOAT),
    "toUpper": _TEXT_TO_TEXT,
    "urlQueryEscape": _TEXT_TO_TEXT,
    "value": _fixed(Kind.SAMPLE, gives=Kind.FLOAT),
}
COMPARISONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
BUILTINS = {
    "and": _open(1),
    "call": _open(1),
    "eq": _open(2),
    "ge": _open(2, 2),
    "gt": _open(2, 2),
    "html": _open(0, gives=Kind.TEXT),
    "index": _open(1),
    "js": _open(0, gives=Kind.TEXT),
    "le": _open(2, 2),
    "len": _open(1, 1, gives=Kind.INT),
    "lt": _open(2, 2),
    "ne": _open(2, 2),
    "not": _open(1, 1),
    "or": _open(1),
    "print": _open(0, gives=Kind.TEXT),
    "printf": _open(1, gives=Kind.TEXT),
    "println": _open(0, gives=Kind.TEXT),
    "slice": _open(1, 4),
    "urlquery": _open(0, gives=Kind.TEXT),
}
FUNCTIONS = PROMETHEUS | BUILTINS
