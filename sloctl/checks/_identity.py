"""Which labels tell the alerts of a rule apart, as far as the query says so."""

from __future__ import annotations

from collections.abc import Collection

from sloctl.checks._rule import Rule
from sloctl.promql.functions import AGGREGATIONS
from sloctl.promql.labels import surviving_labels
from sloctl.promql.tree import Aggregate, Label


def grouped_by(alert: Rule, names: Collection[str]) -> Label | None:
    """Return the first label of these that a `by` names and that reaches the result."""
    if alert.root is None or alert.functions.isdisjoint(AGGREGATIONS):
        return None
    clauses = (node.labels for node in alert.nodes if isinstance(node, Aggregate) and node.modifier == "by")
    named = [label for labels in clauses for label in labels if label.name in names]
    return next((label for label in named if surviving_labels(alert.root).may_have(label.name)), None)
