"""Rule files that tests convert, and what comes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sloctl.pipeline.convert import Conversion, convert
from sloctl.pipeline.settings import Settings


def rule(expr: str, name: str = "Alert", **more: Any) -> dict[str, Any]:
    """Write an alert; `hold` is its `for`."""
    hold = {"for": more.pop("hold")} if "hold" in more else {}
    return {"alert": name, "expr": expr, **hold, **more}


def rule_file(*rules: dict[str, Any], **group: Any) -> str:
    """Write a rule file of one group."""
    return json.dumps({"groups": [{"name": "shop", "rules": rules, **group}]}, ensure_ascii=False)


def converted(folder: Path, texts: dict[str, str], **settings: Any) -> Conversion:
    """Convert files of a folder."""
    paths = [folder / name for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return convert(paths, Settings(root=folder, **settings), folder)


def spec_of(folder: Path, text: str, **settings: Any) -> Any:
    """Return the one spec that a rule file becomes, as data."""
    import yaml

    (spec,) = converted(folder, {"shop.yml": text}, **settings).specs
    return yaml.safe_load(spec.text)


def alert_of(folder: Path, expr: str, **more: Any) -> Any:
    """Return the alert that an expression becomes."""
    (alert,) = spec_of(folder, rule_file(rule(expr, **more)))["alerts"]
    return alert
