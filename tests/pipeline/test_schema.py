"""The published schemas: up to date, valid, and telling an editor about every key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from sloctl.pipeline.published import FILES, SCHEMAS, published
from tests.cli.session import sloctl
from tests.pipeline.specs import read

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_the_one_in_the_code(name: str) -> None:
    """`sloctl schema NAME > schemas/FILE` changes nothing."""
    committed = (ROOT / "schemas" / FILES[name]).read_text(encoding="utf-8")
    assert committed == published(name)
    assert committed == sloctl("schema", name, cwd=ROOT).out


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_valid_draft_7(name: str) -> None:
    """Editors can read it."""
    schema = json.loads(published(name))
    assert "http://json-schema.org/draft-07/schema#" == schema["$schema"]
    Draft7Validator.check_schema(schema)


def properties(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property of a schema with its path."""
    if isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            yield f"{at}.{key}", value
        for key, value in schema.items():
            yield from properties(value, f"{at}.{key}" if key != "properties" else at)
    elif isinstance(schema, list):
        for value in schema:
            yield from properties(value, at)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_described(name: str) -> None:
    """Editors explain each key, in a sentence."""
    keys = dict(properties(SCHEMAS[name]()))
    assert [] == [path for path, value in keys.items() if not value.get("description", "").endswith((".", "?"))]
    assert len(keys) > 20


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_mapping_is_closed(name: str) -> None:
    """Where keys are known, an unknown one is refused."""
    open_ones = [path for path, value in properties(SCHEMAS[name]())
                 if "properties" in value and value.get("additionalProperties") is not False]  # fmt: skip
    assert [path for path in open_ones if not path.endswith(".links")] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_valid(path: Path) -> None:
    """What the project shows as documentation satisfies the schema that editors use."""
    data = json.loads(json.dumps(read(path.read_text(encoding="utf-8")).data, default=float))
    assert [] == [error.message for error in Draft7Validator(SCHEMAS["spec"]()).iter_errors(data)]


def test_the_settings_of_this_project_are_valid() -> None:
    """The project's own sloctl.yaml satisfies the schema."""
    data = read((ROOT / "sloctl.yaml").read_text(encoding="utf-8")).data
    assert [] == [error.message for error in Draft7Validator(SCHEMAS["settings"]()).iter_errors(data)]
