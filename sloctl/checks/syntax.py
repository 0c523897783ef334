"""An expression that Prometheus cannot evaluate.

**What it finds.** Expressions that do not parse; expressions whose value no rule can use: a range vector (`x[5m]`) or a
string; and `label_replace` with a broken regular expression, which fails at each evaluation. Loki's LogQL is left
alone, and so are groups of vmalert for Graphite or logs and `VMRule` objects, whose language is larger.

**Why it wakes people up.** It does not, and that is the trouble. Prometheus refuses the whole file, with every other
alert in it; or it loads the rule, and each evaluation fails. Either way nobody is called.

**What to do.** Mend the expression at the caret.

**Sources.** Prometheus documentation, querying basics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.core.document import Document
from sloctl.promql.errors import PromqlError
from sloctl.promql.explain import is_regular_expression, not_a_regular_expression
from sloctl.promql.tree import Call, String, unwrap
from sloctl.promql.value_types import value_type

_LOGQL = re.compile(r"\|[=~>]|!>|\|\s*(json|logfmt|pattern|regexp|unpack|unwrap|line_format|label_format|decolorize)\b")
_OTHER_LANGUAGES = ("graphite", "vlogs")


def run(rule: Rule, _context: Context) -> Iterator[Hit]:
    """Report an expression that does not parse or has a useless type. Reading a spec has reported its own."""
    read = rule.parsed
    if isinstance(read, PromqlError):
        if _is_text(rule.data.get("expr")) and not _is_other_language(rule):
            yield _hit(rule, read)
        return
    yield from (_hit(rule, broken) for broken in _broken_replacements(rule))
    given = value_type(read.root)
    if given in ("range vector", "string"):
        message = f"the expression is a {given}, but a rule needs one value for each series"
        advice = "put it into a function such as `rate` or `max_over_time`" if given == "range vector" else ""
        yield Hit(at=rule.expr.at(read.root), message=message, help=advice)


def _hit(rule: Rule, error: PromqlError) -> Hit:
    return Hit(at=rule.expr.at((error.start, error.end)), message=error.message, help=error.help)


def _broken_replacements(rule: Rule) -> Iterator[PromqlError]:
    """Yield what is wrong with the regular expressions of `label_replace`."""
    if "label_replace" in rule.functions:
        for node in rule.nodes:
            pattern = unwrap(node.args[-1]) if isinstance(node, Call) and node.function == "label_replace" else None
            if isinstance(pattern, String) and not is_regular_expression(pattern.value):
                yield not_a_regular_expression(pattern.value, pattern.place)


def _is_text(value: object) -> bool:
    """Tell whether an expression was written at all, in a rule file; what is missing or no text is C320."""
    return value not in (None, "") and not isinstance(value, dict | list)


def _is_other_language(rule: Rule) -> bool:
    is_dialect = rule.group.data.get("type") in _OTHER_LANGUAGES or _stands_in_vmrule(rule.document)
    return is_dialect or _LOGQL.search(rule.expr.value) is not None


def _stands_in_vmrule(document: Document) -> bool:
    return isinstance(document.data, dict) and document.data.get("kind") in ("VMRule", "VMRuleList")


CHECK = Check(
    code="C301",
    name="syntax",
    severity=ERROR,
    scope=Scope.RULE,
    run=run,
    profile=MIGRATION,
    cases=(
        Bad("""
            - alert: ManyErrors
              expr: sum(rate(errors_total[5m]) > 5
              #        ^ `(` is never closed
            - record: job:errors:rate5m
              expr: sum by (job) (rate(errors_total{job='api}[5m]))
              #                                         ^^^^^^^^^^^ this string is never closed
        """),
        Bad("""
            - alert: ManyErrors
              expr: |
                sum(
                  rate(errors_total)
                  #    ^^^^^^^^^^^^ expected a range such as `[5m]` after `errors_total`: `rate` needs a range vector
                ) > 5
        """),
        Bad("""
            - alert: ManyErrors
              expr: errors_total[5m]
              #     ^^^^^^^^^^^^^^^^ the expression is a range vector, but a rule needs one value for each series
        """),
        Bad("""
            - alert: ApiDown
              expr: label_replace(up, "host", "$1", "instance", "(.*:.*") == 0
              #                                                 ^^^^^^^^ `(.*:.*` is not a regular expression
        """),
        Good("""
            - alert: ManyErrors
              expr: |
                # errors of the last five minutes
                sum(rate(errors_total[5m])) > 5
            - record: answer
              expr: 42
        """),
        Good("""
            - alert: ManyErrorLines
              expr: sum(rate({job="api"} |= "error" [5m])) > 5
        """),
        Good("""
            groups:
              - name: logs
                type: vlogs
                rules:
                  - alert: ManyErrorLines
                    expr: 'error | stats count() as errors'
        """),
    ),
)
