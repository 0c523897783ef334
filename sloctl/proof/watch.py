"""An alert under test: the checks that ask for its state, its labels and its texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sloctl.core.duration import Duration
from sloctl.model import names
from sloctl.model.rules import Alerting, Pairs
from sloctl.promql.literals import quote
from sloctl.proof.case import Gaps, Labels, Query, Texts, Unproven
from sloctl.proof.render import Alert, render

_IDENTITY = (names.SERVICE, names.SLO, names.TIER)
TEXTS_CLAIM = "texts and runbook link as written"


def no_query(_expr: str) -> None:
    """Answer no query of a template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """An alert that must fire: the labels of its expression's result, its value, and what its templates may ask."""

    labels: Mapping[str, str]
    value: float | None
    query: Callable[[str], float | None] = no_query


@dataclass(frozen=True, slots=True)
class Watch:
    """An alert and the name that the report gives it."""

    subject: str
    rule: Alerting

    @property
    def selector(self) -> str:
        """Select the samples that Prometheus writes while the alert fires."""
        labels = dict(self.rule.labels)
        wanted = {"alertname": self.rule.alert, "alertstate": "firing"}
        wanted |= {name: labels[name] for name in _IDENTITY if name in labels}
        return f"ALERTS{{{', '.join(f'{name}={quote(value)}' for name, value in wanted.items())}}}"

    def fires(self, claim: str, at: Duration, *groups: Mapping[str, str]) -> Query:
        """Check that exactly one alert fires for each group (or one without groups), with all its labels."""
        samples = tuple((self._sample(group), "1") for group in groups or ({},))
        expected = f"an alert at {at}" if len(samples) == 1 else f"{len(samples)} alerts at {at}"
        return self._query(claim, at, self.selector, samples, expected)

    def quiet(self, claim: str, at: Duration) -> Query:
        """Check that nothing fires at a moment."""
        return self._query(claim, at, self.selector, (), f"no alert at {at}")

    def quiet_during(self, claim: str, start: Duration, end: Duration) -> Query:
        """Check that nothing fires at any evaluation from `start` to `end`."""
        if end <= start:
            return self.quiet(claim, end)
        expr = f"present_over_time({self.selector}[{end - start}])"
        return self._query(claim, end, expr, (), f"no alert from {start} to {end}")

    def _query(
        self, claim: str, at: Duration, expr: str, samples: tuple[tuple[Labels, str], ...], expected: str
    ) -> Query:
        return Query(subject=self.subject, claim=claim, at=at, expr=expr, samples=samples, expected=expected)

    def _sample(self, group: Mapping[str, str]) -> Labels:
        return Labels.of({"__name__": "ALERTS", "alertstate": "firing"}, self.labels(group))

    def labels(self, group: Mapping[str, str]) -> dict[str, str]:
        """Return all labels of the alert for a group."""
        seen = Alert(group, None, no_query)
        own = {name: render(template, seen) for name, template in self.rule.labels}
        return {**group, **own, "alertname": self.rule.alert}

    def annotations(self, firing: Firing, gaps: Gaps) -> Pairs:
        """Return the rendered annotations; those whose text cannot be foretold are added to the gaps."""
        seen = Alert(firing.labels, firing.value, firing.query)
        found = []
        for key, template in self.rule.annotations:
            try:
                found.append((key, render(template, seen)))
            except Unproven as reason:
                gaps[self.rule.alert, key] = str(reason)
        return tuple((key, text) for key, text in found if (self.rule.alert, key) not in gaps)


def texts(at: Duration, alerts: Iterable[tuple[Watch, Firing]], gaps: Gaps) -> list[Texts]:
    """Check all labels and annotations of the alerts of one name that fire at a moment, once per watch."""
    firing = list(alerts)
    for watch, each in firing:
        watch.annotations(each, gaps)
    shown = tuple(
        (Labels.of({k: v for k, v in watch.labels(each.labels).items() if k != "alertname"}),
         watch.annotations(each, gaps))
        for watch, each in firing
    )  # fmt: skip
    return [
        Texts(subject=subject, claim=TEXTS_CLAIM, at=at, alert=name, alerts=shown)
        for subject, name in dict.fromkeys((watch.subject, watch.rule.alert) for watch, _ in firing)
    ]
