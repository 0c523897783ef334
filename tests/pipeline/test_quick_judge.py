"""What the quick judge of shapes lets through, the one that speaks would have nothing to say about."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.pipeline.schema import spec_schema
from sloctl.pipeline.validate import is_right

((_DOCUMENT,), _) = parse_yaml(Source("full.yaml", (Path(__file__).parent / "full.yaml").read_text()))
WHOLE = _DOCUMENT.data
ODD = [None, True, -1, 10**30, "", "a\n", "Ünï", [], {}]


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value."""
    steps = list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    return [path, *(found for key, value in steps for found in places(value, (*path, key)))]


def replaced(data: Any, path: tuple[Any, ...], value: object) -> Any:
    """Return a copy in which another value stands at a path."""
    changed = copy.deepcopy(data)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return changed


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_both_judges_agree(odd: object) -> None:
    """A spec with an odd value at any place passes the quick judge only if it passes the other one."""
    slow = Draft7Validator(spec_schema())
    specs = [replaced(WHOLE, path, odd) for path in places(WHOLE) if path]
    assert is_right(WHOLE, spec_schema)
    passed = [spec for spec in specs if is_right(spec, spec_schema)]
    assert [] == [spec for spec in passed if not slow.is_valid(spec)]


def test_what_json_has_not_is_doubtful() -> None:
    """A key that is no text is for the other judge to speak about."""
    assert not is_right({1: "x"}, spec_schema)
