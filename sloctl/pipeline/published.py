"""The schemas as they are published in `schemas/` and printed by `sloctl schema`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sloctl.pipeline.lint.report_schema import report_schema
from sloctl.pipeline.schema import spec_schema
from sloctl.pipeline.settings import settings_schema

SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "spec": spec_schema,
    "settings": settings_schema,
    "report": report_schema,
}
FILES = {"spec": "sloctl.v1.schema.json", "settings": "sloctl.settings.schema.json",
         "report": "sloctl.report.schema.json"}  # fmt: skip


def published(name: str) -> str:
    """Return a schema as text; `name` is a key of `SCHEMAS`."""
    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"
