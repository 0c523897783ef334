"""Whatever a spec holds, the answer is findings with places in the file, and nothing is lost without one."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sloctl.core.finding import Finding, has_errors
from sloctl.core.source import Location
from sloctl.pipeline.load import parse_bytes
from sloctl.pipeline.plan.service import plan
from sloctl.pipeline.resolve.service import resolve
from sloctl.pipeline.schema import spec_schema
from sloctl.reporters._reporter import Run
from sloctl.reporters.text import REPORTER
from tests.pipeline.specs import SETTINGS, read, resolved, rule_file_text

TEXT = Path(__file__).with_name("full.yaml").read_text()
FULL: Any = json.loads(json.dumps(read(TEXT).data, default=float))
"""A spec that uses every key there is."""

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**400),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", " ", "\n", "P2\n", "off", "off\n", "5m", "0s", "300y", "99.9%", "1e999", "x{", "{{",
                     "{{ if }}", "sum(x)", "x[5m]", "$window", "\x85", "\u2028", "🗼", "<<", "P5", "delivery\n",
                     "x # y", "\ud83d"]),
)  # fmt: skip
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                                                                                           max_size=3))  # fmt: skip


def paths_of(data: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the paths of all values below a value."""
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at] * bool(at) + [path for step, value in steps for path in paths_of(value, (*at, step))]


PATHS = paths_of(FULL)
ACTIONS = st.sampled_from(["replace", "remove", "rename", "repeat"])
CHANGES = st.lists(st.tuples(st.sampled_from(PATHS), ACTIONS, VALUES), min_size=1, max_size=4)


def changed(changes: list[tuple[tuple[str | int, ...], str, Any]]) -> Any:
    """Apply changes to the full spec; those whose place is gone are passed over."""
    data = copy.deepcopy(FULL)
    for path, action, value in changes:
        parent: Any = data
        try:
            for step in path[:-1]:
                parent = parent[step]
            apply_change(parent, path[-1], action, value)
        except (KeyError, IndexError, TypeError):
            continue
    return data


def apply_change(parent: Any, step: Any, action: str, value: Any) -> None:
    """Change one value of a mapping or list."""
    old = parent[step]
    if action == "replace":
        parent[step] = value
    elif isinstance(parent, list):
        parent.append(old) if action == "repeat" else parent.pop(step)
    else:
        del parent[step]
        if action != "remove":
            parent[str(value)] = old


def judged(raw: bytes) -> None:
    """Read, resolve, plan and emit a text as the command does, and check what must hold for any text."""
    documents, findings = parse_bytes(raw, "spec.yaml")
    for document in documents:
        service, found = resolve(document, SETTINGS)
        findings += found
        assert (service is None) == has_errors(found)
        if service:
            assert isinstance(document.data, dict)
            assert len(document.data.get("slos", ())) == len(service.slos), "an SLO was lost without a finding"
            assert len(document.data.get("alerts", ())) == len(service.alerts), "an alert was lost without a finding"
            yaml.safe_load(rule_file_text(plan(service, "spec.yaml", SETTINGS)))
    for finding in findings:
        well_placed(finding)
    REPORTER.render(findings, Run())


def well_placed(finding: Finding) -> None:
    """Check that a finding and its notes point into the text, and that it says something."""
    assert finding.message.strip()
    for at in (finding.at, *(note.at for note in finding.notes)):
        inside(at)


def inside(at: Location) -> None:
    """Check that a span lies in its source, and does not end before it starts."""
    span, lines = at.span, at.source.text.count("\n") + at.source.text.count("\r") + 1
    assert 1 <= span.line <= span.end_line <= lines
    assert 1 <= span.column <= len(at.source.line(span.line)) + 1
    assert 1 <= span.end_column <= len(at.source.line(span.end_line)) + 2
    assert (span.line, span.column) <= (span.end_line, span.end_column)


def keys_of_schema(schema: dict[str, Any], at: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """List the keys that a schema describes, items of lists left out of the path."""
    found = {at} if at else set()
    for key, value in schema.get("properties", {}).items():
        found |= keys_of_schema(value, (*at, key))
    return found | (keys_of_schema(schema["items"], at) if "items" in schema else set())


def without_indexes(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Leave the items of lists out of a path."""
    return tuple(step for step in path if isinstance(step, str))


def in_schema(path: tuple[str, ...]) -> bool:
    """Tell whether a path leads to a key of the schema, not to a label that a user has named."""
    return not {"labels", "annotations", "links"} & set(path[:-1]) or path[-2:] == ("links", "dashboard")


def test_the_full_spec_is_fine_and_uses_every_key() -> None:
    """The spec that the fuzzer changes has no findings, and mentions every key of the schema."""
    service, findings = resolved(TEXT)
    assert ([], True) == (findings, service is not None)
    assert keys_of_schema(spec_schema()) == {path for path in map(without_indexes, PATHS) if in_schema(path)}


@given(CHANGES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_spec_yields_findings(changes: list[tuple[tuple[str | int, ...], str, Any]]) -> None:
    """Values removed, renamed, repeated or replaced by others of any type: findings with valid places, no crash."""
    judged(yaml.safe_dump(changed(changes), allow_unicode=True, sort_keys=False).encode("utf-8", "replace"))


@given(st.text())
@settings(max_examples=60, deadline=None)
def test_any_text_yields_findings(text: str) -> None:
    """Any text at all is answered with findings."""
    judged(text.encode("utf-8", "replace"))


@given(st.text(alphabet="&*a:-[]{}<>|'\"#!%@,? \t\n\r\x85\u2028é", max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_punctuation_yields_findings(text: str) -> None:
    """Texts of YAML's own indicators, anchors, breaks and tabs are answered with findings."""
    judged(text.encode())


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_yield_findings(raw: bytes) -> None:
    """Any bytes at all are answered with findings."""
    judged(raw)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_text_with_a_hole_yields_findings(data: st.DataObject) -> None:
    """A spec out of which a piece was cut, as by an unlucky merge, is answered with findings."""
    start = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(start, min(len(TEXT), start + 200)))
    judged((TEXT[:start] + data.draw(st.text(max_size=5)) + TEXT[end:]).encode("utf-8", "replace"))


@pytest.mark.parametrize("value", [None, []], ids=repr)
def test_every_value_may_be_of_a_wrong_type(value: object) -> None:
    """Each value of the full spec, replaced by one of another type, is answered with findings or accepted."""
    for path in PATHS:
        judged(json.dumps(changed([(path, "replace", value)])).encode())
