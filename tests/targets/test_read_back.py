"""What a target writes is read as the rules that it was given, whatever is in them; a target that errs is caught."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sloctl.core.errors import WorldError
from sloctl.core.registry import plugins
from sloctl.core.source import Source
from sloctl.core.yamlread import parse_yaml
from sloctl.model.rules import Alerting, Artifact
from sloctl.pipeline.emit import emit_service, target_named
from sloctl.targets._target import Emitted, Job, Target
from tests.pipeline.specs import MINIMAL, planned
from tests.pipeline.test_hostile_text import HOSTILE, service

TARGETS = sorted(name for name, target in plugins("sloctl.targets", "TARGET").items() if target.read)


def texts(target: Target, spec: str) -> list[str]:
    """Return the artifacts of a spec; the pipeline has read them back by then."""
    return [artifact.content for artifact in emit_service(target, Job(file=planned(spec))).artifacts]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_text_survives(target: str, text: str) -> None:
    """Owners, actions and labels that look like YAML come back unchanged, by readers of YAML 1.1 and 1.2 alike."""
    expected = [
        (rule.alert, dict(rule.labels), dict(rule.annotations))
        for rule in planned(service(text)).rules
        if isinstance(rule, Alerting)
    ]
    documents = [parse_yaml(Source("x.yml", content)) for content in texts(target_named(target), service(text))]
    assert [] == [finding for _, found in documents for finding in found]
    data = [document.data for parsed, _ in documents for document in parsed]
    groups = [group for each in data if isinstance(each, dict) for group in each.get("spec", each)["groups"]]
    assert expected == [
        (rule["alert"], rule["labels"], rule["annotations"])
        for group in groups
        for rule in group["rules"]
        if "alert" in rule
    ]


@pytest.mark.parametrize("target", TARGETS)
def test_the_header_names_the_target(target: str) -> None:
    """The command in the header writes this very file again, so that each target prunes its own."""
    option = "" if target == "prometheus" else f" --target {target}"
    for text in texts(target_named(target), MINIMAL):
        assert f"run `sloctl compile{option}`;" in text.splitlines()[0]


def tampering(change: Callable[[str], str]) -> Target:
    """Return a target that writes rule files with a mistake in them."""
    honest = target_named("prometheus")

    def emit(job: Job) -> Emitted:
        (artifact,) = honest.emit(job).artifacts
        changed = change(artifact.content)
        assert changed != artifact.content
        return Emitted(artifacts=(Artifact(artifact.path, changed),))

    return replace(honest, emit=emit)


@pytest.mark.parametrize(
    ("change", "group"),
    [
        (lambda text: text.replace("> 14.4 *", "> 14.5 *", 1), "slo/shop/checkout"),
        (lambda text: text.replace("        for: 30m\n", "", 1), "slo/shop/checkout"),
        (lambda text: text.replace("tier: fast", "tier: no", 1), "slo/shop/checkout"),
        (lambda text: text.replace("interval: 30s", "interval: 30", 1), "slo/shop/checkout"),
        (lambda text: text.replace("priority: P3", "priority: 3"), "slo/shop/checkout"),
        (lambda text: text.replace("action: Look at it", "action: |\n            Look at it"), "slo/shop/checkout"),
        (lambda text: text[: text.index("  - name: alerts/shop")], "alerts/shop"),
        (lambda text: f"{text}  - name: more\n    interval: 30s\n    rules: []\n", "more"),
    ],
    ids=["number", "for", "label", "interval", "type", "line break", "group lost", "group added"],
)
def test_a_target_that_errs_is_caught(change: Callable[[str], str], group: str) -> None:
    """Nothing is written, and the message names the first group that is not what it should be."""
    with pytest.raises(WorldError, match=f"wrote the group `{group}` so that it is read as something else"):
        texts(tampering(change), MINIMAL)
