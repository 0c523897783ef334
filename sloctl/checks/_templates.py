"""The templates of a rule as several checks need them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._context import Context
from sloctl.checks._rule import Rule, Template
from sloctl.gotemplate.records import Facts, Use


def readable(rule: Rule) -> Iterator[tuple[Template, Facts]]:
    """Yield the templates of a rule that parse, with what they use."""
    for template in rule.templates:
        if facts := template.facts:
            yield template, facts


def used_labels(rule: Rule, context: Context) -> dict[str, list[tuple[Template, Use]]]:
    """Return the labels that the texts of a rule use, each with its places.

    Those that a text asks for first, and those that the settings say a server adds, are left out.
    """
    places: dict[str, list[tuple[Template, Use]]] = {}
    for template, facts in readable(rule):
        unsure = asked_labels(template) | context.external_labels if facts.labels else frozenset()
        for use in facts.labels:
            if use.name not in unsure:
                places.setdefault(use.name, []).append((template, use))
    return places


def asked_labels(template: Template) -> frozenset[str]:
    """Return the labels that a template asks for (`{{ if $labels.x }}`): its author knows that they may be missing."""
    text = template.text.value
    actions = _CONDITION.findall(text) if "if" in text or "with" in text else []
    return frozenset(name for action in actions for name in _LABEL.findall(action))


_CONDITION = re.compile(r"\{\{-?\s*(?:else\s+)?(?:if|with)\b(.*?)\}\}", re.DOTALL)
_LABEL = re.compile(r"(?:\$labels|\.Labels)\.(\w+)")
