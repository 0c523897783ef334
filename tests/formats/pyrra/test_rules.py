"""What Pyrra refuses is refused here too, for the same reason and at the very characters; all else is imported."""

from __future__ import annotations

import pytest

from tests.formats.pyrra.original import (
    HEAD,
    RATIO,
    findings_of,
    latency,
    objective,
    pointed_at,
    ratio,
    said,
    translated,
)

UNKNOWN = "unknown key `{}`: Pyrra refuses keys that it does not know"
NO_SELECTOR = "the metric of `{}` must be a vector selector"
BUCKET = 'seconds_bucket{le="0.5"}'


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        (objective(rest="  windows: 4w\n"), UNKNOWN.format("windows"), "windows"),
        (objective(head="metadata: {name: a, label: {}}"), UNKNOWN.format("label"),
         "label"),
        (objective(head="metadata: {namespace: shop}"), "Pyrra wants a name", "{namespace: shop}"),
        (objective().replace("v1alpha1", "v1"), "Pyrra knows no `pyrra.dev/v1`", "pyrra.dev/v1"),
        (objective().replace("kind: ServiceLevelObjective", "kind: Objective"), "Pyrra knows no kind `Objective`",
         "Objective"),
        (objective(target='""'), "Pyrra wants a target", '""'),
        (objective(target="most"), "the target `most` is no number", "most"),
        (objective(target='"100.1"'), "the target must be between 0 and 100, not 100.1", '"100.1"'),
        (objective(target="-1"), "the target must be between 0 and 100, not -1", "-1"),
        (objective(target="[99]"), "`target` must be text", "[99]"),
        (objective(window='""'), "Pyrra wants a window", '""'),
        (objective(window="1 month"), "the window `1 month` is no duration", "1 month"),
        (objective(indicator="    {}\n"), "Pyrra wants one of `ratio`, `latency`, `latencyNative` or `bool_gauge`",
         "{}"),
        (objective(indicator=RATIO + latency(BUCKET, "seconds_count")),
         "Pyrra refuses `ratio` and `latency` in one objective", "latency"),
        (objective(indicator=ratio("", "a")), "Pyrra wants a metric for `ratio.errors`", "''"),
        (objective(indicator="    ratio: {total: {metric: a}}\n"), "Pyrra wants a metric for `ratio.errors`",
         "{total: {metric: a}}"),
        (objective(indicator=ratio("a{b=", "a")), "the expression ends too early", ""),
        (objective(indicator=ratio("rate(a[5m])", "a")), NO_SELECTOR.format("ratio.errors"),
         "rate(a[5m])"),
        (objective(indicator=ratio("a[5m]", "a")), NO_SELECTOR.format("ratio.errors"), "[5m]"),
        (objective(indicator=latency("seconds_bucket", "seconds_count")),
         "the metric of `latency.success` must pick a bucket", "'seconds_bucket'"),
        (objective(indicator=latency('seconds_bucket{le="fast"}', "seconds_count")),
         "`le` must be a number, not `fast`", '"fast"'),
        (objective(indicator="    latencyNative: {total: {metric: a}}\n"), "Pyrra wants a `latency`",
         "{total: {metric: a}}"),
        (objective(indicator="    latencyNative: {total: {metric: a}, latency: 1.5s}\n"),
         "the latency `1.5s` is no duration", "1.5s"),
        (objective(indicator="    bool_gauge: {metric: a / b}\n"), NO_SELECTOR.format("bool_gauge"),
         "a / b"),
        (objective(rest="  alerting: {burnrates: never}\n"), "`burnrates` must be true or false", "never"),
        (objective(rest="  alerting: {severities: {fast: x}}\n"),
         UNKNOWN.format("fast"), "fast"),
    ],
)  # fmt: skip
def test_what_pyrra_refuses(text: str, message: str, place: str) -> None:
    """One finding says what is wrong, at its place, and no SLO is made."""
    translation = translated(text)
    finding = next(finding for finding in translation.findings if finding.problem.code == "S401")
    if place:
        assert (message, place) == (finding.message, pointed_at(finding))
    assert ((), 1) == (translation.documents, len(translation.findings))


def test_an_error_inside_a_metric_has_a_caret() -> None:
    """A misplaced brace is shown in the user's own line."""
    (finding,) = translated(objective(indicator=ratio('orders_total{code=~"5..}', "orders_total"))).findings
    assert ("S401", 9) == (finding.problem.code, finding.at.span.line)
    assert pointed_at(finding).startswith('"5..}')


@pytest.mark.parametrize("target", ['"0"', '"100"'])
def test_an_objective_without_budget_or_promise(target: str) -> None:
    """Pyrra accepts 0 and 100; a spec cannot say them, and the finding says what to write."""
    translation = translated(objective(target=target))
    assert ((), ["S402"]) == (translation.documents, [finding.problem.code for finding in translation.findings])
    assert "99.9 is a good start" in translation.findings[0].help


@pytest.mark.parametrize("target", ["99.5", '"99.50"', "'9.95e1'"])
def test_targets_are_read_as_pyrra_does(target: str) -> None:
    """Pyrra's reader makes text of a number, and reads any decimal notation."""
    (document,) = translated(objective(target=target)).documents
    assert "99.5" == f"{document.data['slos'][0]['objective']:f}"  # type: ignore[index]


@pytest.mark.parametrize("word", ["false", "off", "no", "False"])
def test_booleans_are_those_of_yaml_1_1(word: str) -> None:
    """Pyrra's reader takes `off` and `no` for false, so they turn the alerts off here too."""
    (document,) = translated(objective(rest=f"  alerting: {{burnrates: {word}, absent: {word}}}\n")).documents
    alerting = document.data["slos"][0]["alerting"]  # type: ignore[index]
    assert {"page": "off", "ticket": "off", "no_data": "off"} == alerting
    assert "alerts" not in document.data  # type: ignore[operator]


def test_all_that_is_missing_is_said_at_once() -> None:
    """An empty spec lacks a target, a window and an indicator; what has the wrong type is not missing as well."""
    head = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: a}\n"
    wants = ["a target", "a window", "one of `ratio`, `latency`, `latencyNative` or `bool_gauge`"]
    assert [f"S401: Pyrra wants {each}" for each in wants] == said(translated(f"{head}spec: {{}}\n"))
    assert ["S401: `spec` must be a mapping"] == said(translated(f"{head}spec: [1]\n"))


def test_null_is_nothing() -> None:
    """A key without value is as if it were not there, as in Kubernetes."""
    assert [] == said(translated(objective(rest="  alerting:\n  description:\n")))


def test_of_several_indicators_the_first_is_taken() -> None:
    """Pyrra takes a ratio before a gauge without a word; here the other one is named."""
    translation = translated(objective(indicator=RATIO + "    bool_gauge: {metric: up}\n"))
    assert ["S403: `bool_gauge` is left out: Pyrra takes the first indicator, which is `ratio`"] == said(translation)
    assert "events" in translation.documents[0].data["slos"][0]["sli"]  # type: ignore[index]


def test_an_offset_is_left_out() -> None:
    """Pyrra reads name and matchers of a metric only; that an offset is lost is said at the offset."""
    text = objective(indicator=ratio('orders_total{code="500"} offset 1m', "orders_total"))
    translation = translated(text)
    (finding,) = findings_of(translation)
    assert ("S403", "offset 1m") == (finding.problem.code, pointed_at(finding))
    assert 'orders_total{code="500"}' == translation.documents[0].data["slos"][0]["sli"]["events"]["bad"]  # type: ignore[index]


def test_a_list_of_objectives() -> None:
    """Objectives in a List are read one by one; other objects in it are somebody else's."""
    item = "\n".join(f"    {line}" for line in objective(head=HEAD).splitlines())[4:]
    text = f"apiVersion: v1\nkind: List\nitems:\n  - {item}\n  - {{apiVersion: v1, kind: Secret}}\n"
    translation = translated(text)
    assert ([], ["orders"]) == (said(translation), [each["name"] for each in translation.documents[0].data["slos"]])  # type: ignore[index]
    assert "1.yaml:6:22" == str(translation.documents[0].at(("slos", 0, "name")))
