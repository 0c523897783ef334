"""The contract of an SLI kind.

A kind is one module with `KIND`, an object with `name`, `schema` (the fragment for the value of its key) and
`build`. `build` reads the user's fields and returns the PromQL that counts bad and total events of one base window,
or None when fields are missing or wrong; it reports what is wrong through the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sloctl.core.duration import Duration
from sloctl.core.human import decimal_text
from sloctl.core.reader import Reader
from sloctl.core.shapes import Shape
from sloctl.model.service import Sli
from sloctl.promql.fields import check_grouping


@dataclass(frozen=True, slots=True)
class SliContext:
    """What a kind must know beside its own fields: the base window, the grouping, and how often targets are scraped."""

    window: Duration
    by: tuple[str, ...]
    scrape_interval: Duration
    sli: Reader


@dataclass(frozen=True, slots=True)
class SliKind:
    """An SLI kind: the key in the spec, its schema fragment, and its builder."""

    name: str
    schema: Shape
    build: Callable[[Reader, SliContext], Sli | None]


def aggregate(operator: str, by: tuple[str, ...], inner: str) -> str:
    """Write `sum by (region) (inner)`, without `by` when there is no grouping; long inner text on lines of its own."""
    head = f"{operator} by ({', '.join(by)}) " if by else operator
    if "\n" not in inner:
        return f"{head}({inner})"
    return f"{head}(\n{indent(inner)}\n)"


def indent(text: str) -> str:
    """Indent every line by two spaces."""
    return "\n".join(f"  {line}" if line else line for line in text.split("\n"))


def increase(selector: str, context: SliContext) -> str:
    """Let a counter grow over the base window and one scrape more, per group; `per_window` takes the surplus back.

    `increase(x[5m])` knows the growth between the first and the last sample of the 5m only. What is counted between
    the last sample of one window and the first of the next is in neither, so a burst would vanish from the sum of
    both, once per window, and an alert would flap. With one scrape more, adjacent windows share that sample.
    """
    return aggregate("sum", context.by, f"increase({selector}[{context.window + context.scrape_interval}])")


def per_window(increased: str, context: SliContext) -> str:
    """Scale what `increase` counted to the base window: `* 300 / 330` for 5m, scraped every 30s."""
    window, read = context.window, context.window + context.scrape_interval
    return f"{increased} * {decimal_text(window.seconds)} / {decimal_text(read.seconds)}"


def or_zero(counted: str, always: str) -> str:
    """Let a series that does not exist yet count as 0 wherever `always` exists: never failed means 100 %."""
    return f"{counted}\nor\n0 * {always}"


def missing_good(good: str, total: str) -> str:
    """Count bad events as total - good.

    Never below 0: extrapolation may put good a little above total, and negative bad events would hide later ones.
    """
    return f"clamp_min(\n  {total}\n  - (\n{indent(indent(or_zero(good, total)))}\n  ),\n  0\n)"


def check_inputs(reader: Reader, context: SliContext, *keys: str) -> None:
    """Report `by` labels that one of the selectors pins."""
    for key in keys:
        check_grouping(reader, key, context.by, context.sli)

