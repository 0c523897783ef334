"""An expression that the server cannot evaluate, though its syntax is right.

**What it finds.** With `--prometheus`: rules whose last evaluation failed, and expressions of which one evaluation is
refused for what the series are: two of one side match one of the other (`many-to-many matching not allowed`), two
results have the same labels (`duplicate series`). What only took too long or read too much is L606.

**Why it wakes people up.** It does not: a rule that fails gives nothing, for as long as these series are there, and the
alert that should have fired stays silent.

**What to do.** Say which labels tell the series apart (`on (…)`, `group_left`), or add them up before they meet:
`sum by (…) (…)`.

**Sources.** Prometheus documentation, vector matching; HTTP API, rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sloctl.checks._check import ERROR, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._history import running
from sloctl.checks._rule import Rule
from sloctl.checks._server import Canned, Server
from sloctl.promapi.answers import LoadedRule

_PASSING = re.compile(r"timed out|timeout|cancell?ed|deadline|too many samples", re.IGNORECASE)
_MOST = 160
"""How much of the server's words is shown."""


def run(rules: Sequence[Rule], server: Server, _context: Context) -> Iterator[Hit]:
    """Report rules that fail on the server."""
    loaded = server.rules() or {}
    sound = [(rule, running(rule, loaded)) for rule in rules if rule.root]
    refusals = server.refusals(rule.expr.value for rule, known in sound if known is None)
    for rule, known in sound:
        words = known.error if known else refusals.get(rule.expr.value, "")
        if words and not _PASSING.search(words):
            said = words.partition(": [")[0]  # the series themselves, with all their labels, come behind it
            shown = said if len(said) <= _MOST else said[: _MOST - 1] + "…"
            is_match = "match" in words or "same label" in words
            advice = "say which labels tell the series apart, or add them up before they meet" if is_match else ""
            yield Hit(at=rule.expr.at(), message=f"the server cannot evaluate this: {shown}", help=advice, about=rule)


_QUERY = "errors / on (job) requests > 0.1"
_RULE = f"""
    - alert: ManyErrors
      expr: {_QUERY}
"""
_WORDS = "many-to-many matching not allowed: matching labels must be unique on one side"


def _loaded(error: str) -> tuple[LoadedRule, ...]:
    return (LoadedRule(name="ManyErrors", is_alert=True, query=_QUERY, error=error),)


CHECK = Check(
    code="L607",
    name="refused-query",
    severity=ERROR,
    scope=Scope.ONLINE,
    run=run,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: errors / on (job) requests > 0.1
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server cannot evaluate this: many-to-many matching not allowed: matching labels must be unique on one side
        """, server=Canned(refused={_QUERY: _WORDS})),  # noqa: E501 - the message stands under its place
        Bad("""
            - alert: ManyErrors
              expr: errors / on (job) requests > 0.1
              #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server cannot evaluate this: vector contains metrics with the same labelset
        """, server=Canned(loaded=_loaded("vector contains metrics with the same labelset"))),  # noqa: E501 - as above
        Good(_RULE, server=Canned()),
        Good(_RULE, server=Canned(loaded=_loaded(""), refused={_QUERY: _WORDS})),
    ),
)
