"""The schemas as they are published in `schemas/` and printed by `sloctl schema`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sloctl.pipeline.audit.json import audit_schema
from sloctl.pipeline.backtest.schema import backtest_schema
from sloctl.pipeline.diff.json import diff_schema
from sloctl.pipeline.lint.report_schema import report_schema
from sloctl.pipeline.report.schema import budgets_schema
from sloctl.pipeline.schema import spec_schema
from sloctl.pipeline.settings import settings_schema

SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "spec": spec_schema,
    "settings": settings_schema,
    "report": report_schema,
    "diff": diff_schema,
    "budgets": budgets_schema,
    "backtest": backtest_schema,
    "audit": audit_schema,
}
FILES = {"spec": "sloctl.v1.schema.json", "settings": "sloctl.settings.schema.json",
         "report": "sloctl.report.schema.json", "diff": "sloctl.diff.schema.json",
         "budgets": "sloctl.budgets.schema.json", "backtest": "sloctl.backtest.schema.json",
         "audit": "sloctl.audit.schema.json"}  # fmt: skip


def published(name: str) -> str:
    """Return a schema as text; `name` is a key of `SCHEMAS`."""
    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"
