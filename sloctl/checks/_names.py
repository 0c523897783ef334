"""Names that every version of Prometheus takes. Version 3 and later take any text in UTF-8."""

from __future__ import annotations

import re

OWN_ANNOTATION = "sloctl/ignore"
"""A suppression in a Kubernetes object; it reaches no Prometheus."""

_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def is_legacy_metric(name: str) -> bool:
    """Tell whether every version takes a text as the name of a metric."""
    return _METRIC.fullmatch(name) is not None


def is_legacy_label(name: str) -> bool:
    """Tell whether every version takes a text as the name of a label or an annotation."""
    return _LABEL.fullmatch(name) is not None
