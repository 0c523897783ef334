"""Findings about a compiled SLO point at the characters of the spec of Sloth that are to blame."""

from __future__ import annotations

from pathlib import Path

import pytest

from sloctl.core.translated import TranslatedDocument
from sloctl.pipeline.resolve.service import resolve
from sloctl.pipeline.settings import Settings
from tests.formats.sloth.original import events, pointed_at, spec, translated


def document(text: str) -> TranslatedDocument:
    """Translate a spec of one service."""
    (translation,) = translated(text).documents
    return translation


BLOCK = spec(
    sli="""\
events:
        error_query: |
          sum(
            rate(orders_total{state="failed"}[{{.window}}])
          )
        total_query: >-
          sum(rate(orders_total[{{.window}}]))"""
)


def test_selectors_in_block_scalars() -> None:
    """A selector is found where it stands in the query, whatever way the query was written."""
    made = document(BLOCK)
    bad, total = (made.at(("slos", 0, "sli", "events", key)) for key in ("bad", "total"))
    assert ('orders_total{state="failed"}', "orders_total") == (pointed_at(bad), pointed_at(total))
    assert (10, 13) == (bad.span.line, total.span.line)
    assert '"failed"' == pointed_at(made.inside(("slos", 0, "sli", "events", "bad"), 19, 27))


def test_words_after_the_window() -> None:
    """Behind a window, and behind a `rate` that became `increase`, every word is still found."""
    text = spec(sli=events("sum(rate(a[{{.window}}])) + sum(rate(b[{{ .window }}]))", "sum(rate(all[{{.window}}]))"))
    made = document(text)
    path = ("slos", 0, "sli", "raw", "bad")
    written = "sum(increase(a[$window])) + sum(increase(b[$window]))"
    assert written == made.data["slos"][0]["sli"]["raw"]["bad"]  # type: ignore[index]
    for word, original in (("a[", "a["), ("increase(b", "rate(b"), ("b[", "b["), ("$window", "{{.window}}")):
        start = written.index(word)
        assert original == pointed_at(made.inside(path, start, start + len(word)))
    last = written.rindex("$window")
    assert "{{ .window }}" == pointed_at(made.inside(path, last, last + len("$window")))


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("metadata", "name"), "shop"),
        (("slos", 0, "name"), "orders"),
        (("slos", 0, "objective"), "99.9"),
        (("slos", 0, "alerting", "page", "labels", "team"), "x"),
        (("slos", 0, "alerting", "page", "summary"), '"Orders fail"'),
        (("slos", 0, "alerting", "ticket"), "true"),
    ],
)
def test_values(path: tuple[str | int, ...], place: str) -> None:
    """Each value leads to the one that it was made of."""
    alerting = (
        'alerting: {name: X, labels: {team: x}, annotations: {summary: "Orders fail"}, ticket_alert: {disable: true}}'
    )
    assert place == pointed_at(document(spec(alerting=alerting)).at(path))


def test_a_native_finding_points_into_the_original() -> None:
    """What the native format finds wrong, a label that is grouped by and set at once, is shown in the spec of Sloth."""
    sli = events("sum by (path) (rate(a[{{.window}}]))", "sum by (path) (rate(b[{{.window}}]))")
    (made,) = translated(spec(head="service: shop\nlabels: {path: all}", sli=sli), defaults={}).documents
    _, findings = resolve(made, Settings(root=Path("/project")))
    assert ["S318"] == [each.problem.code for each in findings]
    assert "sum by (path)" in pointed_at(findings[0].at)
