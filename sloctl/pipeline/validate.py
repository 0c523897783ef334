"""The shape of a document against its JSON Schema, said in the user's terms.

The schema decides and this module speaks: each error of the validator becomes a finding at the key or value that is
wrong, with the sentence from the schema (`patternErrorMessage`, `x-one-of`, `x-missing`, `x-problem`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from sloctl.core import problems
from sloctl.core.document import Document, Path
from sloctl.core.finding import Finding, Problem
from sloctl.core.human import and_list, nearest

if TYPE_CHECKING:
    from jsonschema import ValidationError  # costs 50 ms, so that only the commands that validate import it
    from jsonschema.protocols import Validator

_TYPE_WORDS = {"object": "a mapping", "array": "a list", "string": "text", "number": "a number"}


@cache
def _validator(schema_of: Callable[[], dict[str, Any]]) -> Validator:
    from jsonschema import Draft7Validator
    from jsonschema.validators import extend

    strict: Validator = extend(Draft7Validator, {"pattern": _pattern})(schema_of())
    return strict


def _pattern(_validator: Validator, pattern: str, instance: object, _schema: object) -> Iterator[ValidationError]:
    """Match as JSON Schema says, where `$` is the end of the text; Python's lets a line break follow."""
    from jsonschema import ValidationError

    exact = f"{pattern[:-1]}\\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(exact, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@cache
def _judge(schema_of: Callable[[], dict[str, Any]]) -> Callable[[object], bool]:
    from jsonschema_rs import Draft7Validator

    return Draft7Validator(schema_of()).is_valid


def is_right(data: object, schema_of: Callable[[], dict[str, Any]]) -> bool:
    """Tell quickly that a document has the right shape; of what is doubtful, `jsonschema` says what is wrong with it.

    That takes a sixtieth of the time, and most documents are right.
    """
    try:
        return _judge(schema_of)(data)
    except ValueError:  # a key that is no text, a number that JSON has not
        return False


def check_shape(document: Document, schema_of: Callable[[], dict[str, Any]]) -> list[Finding]:
    """Return everything in which a document differs from the schema."""
    if is_right(document.data, schema_of):
        return []
    errors = _validator(schema_of).iter_errors(document.data)
    return [finding for error in errors for finding in _findings(document, error)]


def _findings(document: Document, error: ValidationError) -> Iterator[Finding]:
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(document, path, error)
    elif error.validator == "required":
        yield from _missing_key(document, path, error)
    elif error.validator == "oneOf":
        yield from _not_one(document, path, error)
    else:
        yield _bad_value(document, path, error)


def _unknown_keys(document: Document, path: Path, error: ValidationError) -> Iterator[Finding]:
    known = list(error.schema["properties"])
    for key in [key for key in error.instance if key not in known]:
        meant = nearest(key, [other for other in known if other not in error.instance])
        advice = f"did you mean `{meant}`?" if meant else f"known keys here: {', '.join(sorted(known))}"
        where = _named(path)
        at = document.at_key((*path, key))
        yield Finding(problem=problems.UNKNOWN_KEY, at=at, message=f"unknown key `{key}` in {where}", help=advice)


def _missing_key(document: Document, path: Path, error: ValidationError) -> Iterator[Finding]:
    for key in error.validator_value:
        if key in error.instance or f"'{key}' is" not in error.message:
            continue
        if nearest(key, [other for other in error.instance if other not in error.schema["properties"]]):
            continue  # a misspelt key is the reason, and it is reported as such
        problem = problems.BY_CODE[error.schema.get("x-missing", {}).get(key, problems.MISSING_KEY.code)]
        expected = error.schema["properties"][key].get("description", "")
        yield Finding(problem=problem, at=document.at(path), message=f"{_named(path)} lacks `{key}`", help=expected)


def _not_one(document: Document, path: Path, error: ValidationError) -> Iterator[Finding]:
    known = error.schema["properties"]
    if not isinstance(error.instance, dict) or any(key not in known for key in error.instance):
        return  # a wrong type or a misspelt key is the reason, and it is reported as such
    choices = {key for choice in error.validator_value for key in choice["required"]}
    given = [f"`{key}`" for key in error.instance if key in choices]
    message = f"{_named(path)} has {and_list(given) or 'none of them'}: {error.schema['x-one-of']}"
    yield Finding(problem=problems.NOT_ONE_KIND, at=document.at(path), message=message)


def _bad_value(document: Document, path: Path, error: ValidationError) -> Finding:
    schema = error.schema if isinstance(error.schema, dict) else {}
    expected = schema.get("patternErrorMessage") or _expected(error)
    is_key = "propertyNames" in error.absolute_schema_path
    at = document.at_key((*path, error.instance)) if is_key else document.at(path)
    subject = f"a key of {_named(path)}" if is_key else _named(path)
    is_blank = error.instance is None or (isinstance(error.instance, str) and not error.instance.strip())
    found = "but it is empty" if is_blank else f"not {shown(error.instance)}"
    message = f"{subject} must be {expected}, {found}"
    return Finding(problem=_problem(error, schema), at=at, message=message, help=_advice(error, schema))


def _problem(error: ValidationError, schema: dict[str, Any]) -> Problem:
    if error.validator == "type":
        return problems.WRONG_TYPE
    return problems.BY_CODE[schema.get("x-problem", problems.BAD_VALUE.code)]


def _expected(error: ValidationError) -> str:
    if error.validator == "const":
        return f"`{error.validator_value}`"
    if error.validator == "enum":
        return and_list([f"`{value}`" for value in error.validator_value], "or")
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    return " or ".join(_TYPE_WORDS.get(str(name), str(name)) for name in types)


def _advice(error: ValidationError, schema: dict[str, Any]) -> str:
    if error.validator == "enum" and (meant := nearest(str(error.instance), error.validator_value)):
        return f"did you mean `{meant}`?"
    return str(schema.get("description", ""))


def _named(path: Path) -> str:
    """Name a place for a sentence: the nearest key, and the item it belongs to."""
    keys = [step for step in path if isinstance(step, str)]
    if not keys:
        return "the document"
    numbered = isinstance(path[-1], int)
    return f"item {int(path[-1]) + 1} of `{keys[-1]}`" if numbered else f"`{keys[-1]}`"


def shown(value: object) -> str:
    """Show a value in a sentence, shortened."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = f'"{value}"' if isinstance(value, str) and value.isdecimal() else str(value)
    text = text.replace("\n", "\\n")
    return f"`{text if len(text) <= 40 else text[:37] + '...'}`"
