"""Rule files of Prometheus, and what Mimir, Cortex, Thanos, Loki and VictoriaMetrics add to them."""

from __future__ import annotations

from sloctl.core.document import Document
from sloctl.formats._format import Found, GroupList, RuleFormat, mapping

# Mimir and Cortex put a namespace above the groups and tenants into them; Thanos says what a partial answer means;
# vmalert has many more.
_GROUP_KEYS = frozenset(
    [
        "source_tenants", "align_evaluation_time_on_interval", "evaluation_delay", "partial_response_strategy",
        "concurrency", "type", "tenant", "params", "headers", "notifier_headers", "eval_alignment", "eval_offset",
        "eval_delay", "debug", "remote_write",
    ]
)
_RULE_KEYS = frozenset(["debug", "update_entries_limit"])


def _find(document: Document) -> Found | None:
    data = mapping(document.data)
    if "groups" not in data or "kind" in data or "apiVersion" in data:
        return None
    plain = "namespace" not in data
    return Found((GroupList(document, ("groups",), plain, _GROUP_KEYS, _RULE_KEYS),))


FORMAT = RuleFormat("rule-file", _find)
