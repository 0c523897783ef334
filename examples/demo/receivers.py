"""Somebody to notify: fills the empty receivers of a compiled Alertmanager configuration."""

from typing import Any
from urllib.parse import quote

import yaml


def filled(config: str, url: str) -> str:
    """Return a compiled configuration in which each receiver posts to `url/NAME`, and nobody is kept waiting.

    Every `group_wait` and `group_interval` becomes a second; routes, groups and inhibition stay as they were compiled.
    """
    content = yaml.safe_load(config)
    receivers = [_posting(receiver["name"], url) for receiver in content["receivers"]]
    return yaml.safe_dump({**content, "route": _prompt(content["route"]), "receivers": receivers}, allow_unicode=True)


def _posting(name: str, url: str) -> dict[str, Any]:
    return {"name": name, "webhook_configs": [{"url": f"{url}/{quote(name, safe='')}", "send_resolved": True}]}


def _prompt(route: dict[str, Any]) -> dict[str, Any]:
    waits: dict[str, Any] = {key: "1s" for key in ("group_wait", "group_interval") if key in route}
    below = {"routes": [_prompt(each) for each in route["routes"]]} if "routes" in route else {}
    return {**route, **waits, **below}
