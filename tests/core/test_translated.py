"""Documents made from other documents: every value leads back to the file that the user wrote."""

from __future__ import annotations

from sloctl.core.document import Document
from sloctl.core.source import Location, Source
from sloctl.core.translated import Place
from sloctl.core.yamlread import parse_yaml
from sloctl.formats._spec import Draft

TEXT = """\
service: shop
slos:
  - name: checkout
    query: sum(rate(failed_total{job="shop"}[5m]))
"""


def original() -> Document:
    """Read the original."""
    (document,), findings = parse_yaml(Source("shop.yml", TEXT))
    assert [] == findings
    return document


def words(at: Location) -> str:
    """Return the characters that a place points at."""
    line = TEXT.splitlines()[at.span.line - 1]
    return line[at.span.column - 1 : at.span.end_column - 1]


def test_a_value_leads_to_its_original() -> None:
    """A value that was set from a path of the original is reported there."""
    document = original()
    draft = Draft(document)
    draft.put(("metadata", "name"), "shop", Place(document, ("service",), 0))
    assert {"apiVersion": "sloctl/v1", "kind": "Service", "metadata": {"name": "shop"}} == draft.document().data
    assert "shop" == words(draft.document().at(("metadata", "name")))


def test_characters_inside_a_part_of_a_text_are_found() -> None:
    """A selector cut out of a query is reported with its own characters, and a label in it with the label's."""
    document = original()
    draft = Draft(document)
    selector = 'failed_total{job="shop"}'
    start = TEXT.splitlines()[3].index(selector) - TEXT.splitlines()[3].index("sum")
    path = ("slos", 0, "sli", "events", "bad")
    draft.put(path, selector, Place(document, ("slos", 0, "query"), start))
    assert selector == words(draft.document().at(path))
    assert 'job="shop"' == words(draft.document().inside(path, selector.index("job"), len(selector) - 1))


def test_a_derived_value_points_at_the_whole_original() -> None:
    """A value that stands nowhere as such is reported at what it was made from."""
    document = original()
    draft = Draft(document)
    draft.put(("slos", 0, "objective"), 99, Place(document, ("slos", 0, "name")))
    assert "checkout" == words(draft.document().inside(("slos", 0, "objective"), 1, 2))


def test_what_is_missing_is_reported_around_it() -> None:
    """A value without a place of its own is looked for at the nearest value around it."""
    document = original()
    draft = Draft(document)
    draft.mark(("slos", 0), Place(document, ("slos", 0)))
    assert "name" == words(draft.document().at(("slos", 0, "sli")))
    assert "service" == words(draft.document().at(("metadata",)))
