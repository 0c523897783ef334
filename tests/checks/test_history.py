"""Whose firing was it? Alerts of one name are told apart by their labels, and changed rules have no history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import dedent, indent

import pytest

from sloctl.checks._context import Context
from sloctl.checks._history import bouts, human_alerts, is_of, telling_labels
from sloctl.checks._rule import Rule
from sloctl.checks._server import Canned, Firings
from sloctl.core.duration import Duration
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.pipeline.lint.read import read_file
from sloctl.promapi.answers import LoadedRule

LADDER = """
    - alert: DiskFull
      expr: disk_used_ratio > 0.8
      labels: {severity: warning, team: db}
    - alert: DiskFull
      expr: disk_used_ratio > 0.9
      labels: {severity: critical, team: db}
"""


@dataclass(frozen=True)
class Recorded(Canned):
    """A server with these firings, label by label."""

    rows: tuple[Firings, ...] = field(default=())

    def firings(self, by: object) -> tuple[Firings, ...]:  # noqa: ARG002 - the rows are what they are
        """Return the rows."""
        return self.rows


def rules(text: str) -> list[Rule]:
    """Read rules."""
    document = "groups:\n  - name: g\n    rules:\n" + indent(dedent(text).strip("\n"), "      ")
    view, _, _ = read_file("a.yml", parse_yaml(Source("a.yml", document))[0])
    return [rule for group in view.groups for rule in group.rules]


def firings(slots: set[int], **labels: str) -> Firings:
    """Build a row of the history of DiskFull."""
    return Firings({"alertname": "DiskFull", **labels}, frozenset(slots))


def fired(text: str, *rows: Firings, loaded: tuple[LoadedRule, ...] | None = None) -> list[tuple[str, object]]:
    """Return for each alert with a history its severity and when it fired."""
    found = bouts(rules(text), Recorded(rows=rows, loaded=loaded))
    return [(alert.label("severity"), stretches) for alert, stretches in found]


def test_only_labels_that_differ_tell_alerts_apart() -> None:
    """The severity does; the team, which both share, and labels of other alerts do not."""
    other = "\n    - {alert: Other, expr: up == 0, labels: {severity: page, zone: a}}"
    assert frozenset({"severity"}) == telling_labels(rules(LADDER + other))


def test_label_names_that_promql_cannot_write_are_left_out() -> None:
    """What would break the query, or change it, never gets into it."""
    odd = LADDER.replace("team: db}", "'a) or vector(1': x}", 1)
    assert frozenset({"severity", "team"}) == telling_labels(rules(odd))


def test_each_step_of_a_ladder_has_its_own_history() -> None:
    """Firings count for the rule whose fixed labels they bear."""
    rows = (firings({1, 2, 9}, severity="warning"), firings({2}, severity="critical"))
    assert [("warning", [(1, 2), (9, 9)]), ("critical", [(2, 2)])] == fired(LADDER, *rows)


def test_series_that_fire_at_one_time_are_one_firing() -> None:
    """What several series did is laid over one another."""
    rows = (firings({1, 2}, severity="warning", zone="a"), firings({3, 7}, severity="warning", zone="b"))
    assert [("warning", [(1, 3), (7, 7)])] == fired(LADDER, *rows)


def test_a_templated_label_may_have_any_value() -> None:
    """Where the rule computes a label, its value does not decide."""
    [alert] = rules("- {alert: DiskFull, expr: x > 1, labels: {severity: '{{ $labels.level }}'}}")
    assert is_of(alert, {"alertname": "DiskFull", "severity": "page"})
    assert not is_of(alert, {"alertname": "DiskFuller", "severity": "page"})


def test_twins_have_no_history() -> None:
    """Of two rules with the same name and labels nobody knows which one fired."""
    twins = LADDER.replace("critical", "warning")
    assert [] == fired(twins, firings({1}, severity="warning"))


@pytest.mark.parametrize(
    ("query", "minutes", "expected"),
    [
        ("disk_used_ratio > 0.8", 0, 1),
        ("(disk_used_ratio) >  0.80", 0, 1),
        ("disk_used_ratio > 0.7", 0, 0),
        ("disk_used_ratio > 0.8", 5, 0),
        ("disk_used_ratio >", 0, 0),
    ],
    ids=["same", "written otherwise", "other threshold", "other for", "unreadable"],
)
def test_a_changed_rule_has_no_history(query: str, minutes: int, expected: int) -> None:
    """Only what the server evaluates as it is here is judged by what it did."""
    loaded = (LoadedRule(name="DiskFull", is_alert=True, query=query, hold=Duration.of(minutes=minutes)),)
    assert expected == len(fired(LADDER, firings({1}, severity="warning"), loaded=loaded))


def test_only_alerts_that_call_somebody_are_judged() -> None:
    """Watchdogs and alerts for nobody may fire as they like."""
    text = LADDER.replace("critical", "info") + "\n    - {alert: Watchdog, expr: vector(1)}"
    context = Context(today=date(2026, 11, 23), root=Path())
    assert ["warning"] == [alert.label("severity") for alert in human_alerts(rules(text), context)]
