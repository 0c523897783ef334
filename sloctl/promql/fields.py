"""Spec fields that hold PromQL: read, parsed, and reported with the caret inside the user's own text."""

from __future__ import annotations

import re

from sloctl.core import problems
from sloctl.core.reader import Reader
from sloctl.promql.errors import PromqlError
from sloctl.promql.literals import quote
from sloctl.promql.parse import parse
from sloctl.promql.selector import fixed_labels, parse_selector, substitute
from sloctl.promql.tree import Node, Number, Selector, walk

_DURATION = re.compile(r"[$]|[0-9]+(ms|[smhdwy])")
WINDOW = "window"
"""The variable that a raw expression writes as `$window`."""


def selector(reader: Reader, key: str) -> str | None:
    """Return the selector at a key as the user wrote it; None when it is missing or cannot be used.

    A comment before or after it is left out: what is written behind it would become part of the comment.
    """
    parsed = parsed_selector(reader, key)
    return reader.text(key)[parsed.start : parsed.end] if parsed else None


def parsed_selector(reader: Reader, key: str) -> Selector | None:
    """Parse the selector at a key; report what is wrong with it and return None."""
    if not reader.text(key):
        return None
    try:
        return parse_selector(reader.text(key))
    except PromqlError as error:
        problem = problems.PROMQL_SYNTAX if _is_broken(reader.text(key)) else problems.NOT_A_SELECTOR
        reader.report_inside(problem, key, (error.start, error.end), error.message, error.help)
        return None


def _is_broken(text: str) -> bool:
    try:
        parse(text)
    except PromqlError:
        return True
    return False


def expression(reader: Reader, key: str, window: str | None = None) -> str | None:
    """Return the expression at a key, with `$window` replaced; None when it is missing or does not parse.

    Without a `window`, `$window` is an error like any other. A comment before or after the expression is left out.
    """
    written = reader.text(key)
    if not written:
        return None
    variables = {WINDOW: window} if window else {}
    try:
        root = parse(written, variables=variables).root
        _refuse_durations(root)
    except PromqlError as error:
        reader.report_inside(problems.PROMQL_SYNTAX, key, (error.start, error.end), error.message, error.help)
        return None
    expr = written[root.start : root.end]
    return substitute(expr, WINDOW, window) if window else expr


def _refuse_durations(root: Node) -> None:
    """Raise PromqlError for a duration where a number belongs: Prometheus before 3.0 refuses it."""
    for node in walk(root):
        if isinstance(node, Number) and _DURATION.match(node.text):
            message, advice = "a duration stands where a number belongs", "write seconds, such as `300`"
            raise PromqlError(message, node.start, node.end, advice)


def check_grouping(reader: Reader, key: str, by: tuple[str, ...], where: Reader) -> None:
    """Report `by` labels (of `where`) that the selector at a key pins to one value."""
    parsed = parsed_selector_quietly(reader.text(key))
    pinned = fixed_labels(parsed) if parsed else {}
    for index, label in enumerate(by):
        if label in pinned:
            message = f"`by` splits by `{label}`, but `{key}` selects only `{label}={quote(pinned[label])}`"
            advice = f"remove `{label}` from `by`, or the matcher from the selector"
            where.report(problems.FIXED_BY_LABEL, where.at("by", index), message, advice)


def parsed_selector_quietly(text: str) -> Selector | None:
    """Parse a selector; None when it is none (somebody else reports that)."""
    try:
        return parse_selector(text)
    except PromqlError:
        return None
