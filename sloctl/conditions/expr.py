"""Any PromQL: the escape hatch, linted hardest."""

from __future__ import annotations

from sloctl.conditions._condition import HOLD, KEEP_FIRING_FOR, ConditionKind, template_text
from sloctl.core.reader import Reader
from sloctl.core.shapes import expression, record
from sloctl.model.service import Condition
from sloctl.promql import fields


def _build(reader: Reader) -> Condition | None:
    expr = fields.expression(reader, "expr")
    if not expr:
        return None
    flat = " ".join(expr.split())
    return Condition(
        kind="expr",
        expr=expr,
        hold=None,
        words=f"`{flat}`",
        summary=template_text(flat),
        description="The value is {{ $value | humanize }}.",
        inputs=(("expr", expr),),
    )


_FIELDS = {"expr": expression("The expression."), "for": HOLD, "keep_firing_for": KEEP_FIRING_FOR}
_MAPPING = record("Any PromQL; every series of the result is an alert. May be written as plain text.", _FIELDS, "expr")
_TEXT = {"type": ["string", "object"], "minLength": 1, "patternErrorMessage": "a PromQL expression"}
KIND = ConditionKind("expr", _MAPPING | _TEXT, _build)
