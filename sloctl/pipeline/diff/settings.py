"""How the settings have changed, as far as they change rules, or what is checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sloctl.core.duration import Duration
from sloctl.core.human import plural, time_text
from sloctl.model.windows import base_window
from sloctl.pipeline.diff.change import Change, code, moved
from sloctl.pipeline.diff.sides import Side
from sloctl.pipeline.settings import Settings

_SECRET = re.compile(r"header|token|password|secret|user", re.IGNORECASE)
"""Keys whose values may be nobody's business; a comment on a pull request is read by many."""
_TOLD = frozenset({"scrape_interval", "evaluation_interval", "priorities", "owners", "specs", "defaults", "prometheus"})
"""Keys that have a sentence of their own, or show in the services, or change no rule."""


def settings_changes(before: Side, after: Side) -> Iterator[Change]:
    """Yield what has changed in the settings."""
    old, new = before.settings, after.settings
    if old.scrape_interval != new.scrape_interval:
        yield _scrape(old, new, sum(len(service.slos) for service in after.services.values()))
    if old.evaluation_interval != new.evaluation_interval:
        yield _evaluation(old.evaluation_interval, new.evaluation_interval)
    yield from _priorities(old, new)
    if old.owners != new.owners:
        yield _changed("owners", ", ".join(old.owners or ("any",)), ", ".join(new.owners or ("any",)))
    yield from _others(_data(old), _data(new))


def _changed(key: str, before: str, after: str, effect: str = "") -> Change:
    text = moved(code(key), code(before), code(after)) + (f": {effect}" if effect else "")
    return Change(classes=("settings-changed",), text=text, before=before, after=after)


def _scrape(old: Settings, new: Settings, slos: int) -> Change:
    before, after = (base_window(settings.scrape_interval) for settings in (old, new))
    if before == after:
        effect = f"the base window stays {after}"
    else:
        effect = f"the base window of {plural(slos, 'SLO')} becomes {after} instead of {before}"
    return _changed("scrape_interval", str(old.scrape_interval), str(new.scrape_interval), effect)


def _evaluation(before: Duration, after: Duration) -> Change:
    later = after > before
    apart = time_text((after - before if later else before - after).seconds)
    effect = f"every alert may come up to {apart} {'later' if later else 'sooner'}"
    return _changed("evaluation_interval", str(before), str(after), effect)


def _priorities(old: Settings, new: Settings) -> Iterator[Change]:
    for name in old.priorities:
        was, now = old.priorities[name], new.priorities[name]
        if was == now:
            continue
        before, after = (f"{each.notify}{''.join(f' {k}={v}' for k, v in sorted(each.labels))}" for each in (was, now))
        if before != after:
            effect = "routes and silences that match these labels need a look"
            change = _changed(f"priorities.{name}", before, after, effect if was.labels != now.labels else "")
            yield Change(classes=(*change.classes, *(("labels-changed",) if was.labels != now.labels else ())),
                         text=change.text, before=before, after=after)  # fmt: skip


def _data(settings: Settings) -> dict[str, Any]:
    data = settings.document.data if settings.document else None
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}


def _others(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """Report keys without a sentence of their own, one level deep (`lint.ignore`)."""
    before, after = _flat(old), _flat(new)
    for key in dict.fromkeys((*before, *after)):
        if key.partition(".")[0] in _TOLD or before.get(key) == after.get(key):
            continue
        if _SECRET.search(key):
            yield Change(classes=("settings-changed",), text=f"{code(key)} has changed")
        else:
            yield _changed(key, _shown(before.get(key)), _shown(after.get(key)))


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in data.items():
        flat |= {f"{key}.{name}": each for name, each in value.items()} if isinstance(value, dict) else {key: value}
    return flat


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True, ensure_ascii=False)
