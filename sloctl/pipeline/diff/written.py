"""Rules of rule files as a comparison sees them: whom they call, how often, and what they are known by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sloctl.checks._context import Context
from sloctl.checks._rule import SEVERITY_LABELS, Rule
from sloctl.core.duration import Duration
from sloctl.pipeline.diff.change import ALERT, RECORDING, code
from sloctl.pipeline.lint.settings import DEFAULT_MAX_PAGES, lint_section
from sloctl.pipeline.settings import Settings

_SERVICE_LABELS = ("slo_service", "service")
_NO_DATE = date.min
"""Whom an alert calls depends on no date."""


@dataclass(frozen=True, slots=True)
class Written:
    """A rule of a rule file, and the settings that it lives under, as far as they concern it."""

    rule: Rule
    context: Context

    @property
    def kind(self) -> str:
        """Whether it alerts or records."""
        return ALERT if self.rule.is_alert else RECORDING

    @property
    def name(self) -> str:
        """The alert, or the recorded series."""
        return self.rule.name.value

    @property
    def group(self) -> str:
        """The name of its group."""
        return self.rule.group.name.value

    @property
    def label(self) -> str:
        """Name it in full."""
        return f"{self.kind} {self.group}/{self.name}"

    @property
    def labels(self) -> dict[str, str]:
        """Its labels, those of its group included."""
        return {name: text.value for name, text in self.rule.labels.items()}

    @property
    def annotations(self) -> dict[str, str]:
        """Its annotations."""
        return {name: text.value for name, text in self.rule.annotations.items()}

    @property
    def notify(self) -> str:
        """Whom it calls: `page`, `ticket`, `nobody`, or nothing when its labels do not say."""
        return self.context.notify(self.rule)

    @property
    def severity(self) -> str:
        """The label that says so; empty when none does."""
        return next((label for label in SEVERITY_LABELS if self.rule.label(label).strip()), "")

    @property
    def owner(self) -> str:
        """Who is called, by the label that the settings name; nothing when it does not say, or only at run time."""
        return _static(self.rule.label(self.context.owner_label))

    @property
    def service(self) -> str:
        """The service that it says it belongs to, as A122 counts pages."""
        return next(filter(None, (_static(self.rule.label(label)) for label in _SERVICE_LABELS)), "")

    @property
    def interval(self) -> Duration:
        """How often it is evaluated."""
        return self.rule.group.interval or self.context.evaluation_interval

    @property
    def whom(self) -> str:
        """Name the owner for a sentence."""
        return code(self.owner) if self.owner else "whoever is on call"


def _static(value: str) -> str:
    return "" if "{{" in value else value.strip()


def written_context(settings: Settings) -> Context:
    """Return what the settings say about whom alerts call; nothing that has to be read from other files."""
    lint = lint_section(settings)
    most = lint.number("max_pages_per_service")
    return Context(
        today=_NO_DATE,
        root=settings.root,
        owner_label=lint.text("owner_label", "owner"),
        severities={word.lower(): notify for word, notify in lint.pairs("severities")},
        evaluation_interval=settings.evaluation_interval,
        max_pages_per_service=DEFAULT_MAX_PAGES if most is None else int(most),
    )
