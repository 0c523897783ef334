"""AlertPolicy, AlertCondition and AlertNotificationTarget become tiers, severities and labels to route by."""

from __future__ import annotations

from typing import Any

import pytest

from sloctl.formats._spec import Fate
from tests.formats.openslo.original import alerting, burning, first_slo, found, remarks, slo, slos, thing, translated

RATE = "{kind: burnrate, op: %s, threshold: %s, lookbackWindow: %s}"


def said(*policies: str, **more: Any) -> Any:
    """Return `alerting` of an SLO with these policies."""
    (only,) = slos(slo(rest=alerting(*policies), **more))
    return only["alerting"]


def test_without_a_policy_nobody_is_called() -> None:
    """OpenSLO alerts on nothing by itself, and neither does the import."""
    (only,) = slos(slo())
    assert {"page": "off", "ticket": "off", "no_data": "off"} == only["alerting"]
    assert [("orders", "`orders` has no alert policy, so nothing alerts")] == [
        remark for remark in remarks(translated(slo()), Fate.DERIVED) if "policy" in remark[1]
    ]


def test_a_condition_becomes_a_tier() -> None:
    """Threshold, window and `alertAfter` make a tier, the target's name a label; what OpenSLO lacks is spelled out."""
    condition = "{kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}"
    assert {
        "tiers": [{"name": "fast", "severity": "page", "burn_rate": "14.4", "long": "1h", "for": "5m"}],
        "page": {"labels": {"notification_target": "pager"}},
        "ticket": "off",
        "no_data": "off",
        "min_bad_events": 0,
    } == _plain(said(burning(condition)))


def _plain(alerting: dict[str, Any]) -> dict[str, Any]:
    """Show burn rates as text, to compare them exactly."""
    tiers = [{**tier, "burn_rate": str(tier["burn_rate"])} for tier in alerting["tiers"]]
    return {**alerting, "tiers": tiers}


def test_references_lead_to_the_same_alerts() -> None:
    """Whether policy, condition and target are written in place or named, in one file or three, makes no difference."""
    policy = thing("AlertPolicy", "{conditions: [{conditionRef: fast}], notificationTargets: [{targetRef: pager}]}",
                   metadata="name: policy")  # fmt: skip
    spec = f"{{severity: page, condition: {RATE % ('gt', 14, '1h')}}}"
    condition = thing("AlertCondition", spec, metadata="name: fast")
    target = thing("AlertNotificationTarget", "{target: pagerduty}", metadata="name: pager")
    named = slo(rest=alerting("{alertPolicyRef: policy}"))
    together = f"{named}---\n{policy}---\n{condition}---\n{target}"
    assert slos(slo(rest=alerting(burning()))) == slos(named, policy, condition, target) == slos(together)


@pytest.mark.parametrize(
    ("severity", "notify", "label"),
    [("page", "page", None), ("ticket", "ticket", None), ("Critical", "page", "Critical"), ("sev3", "ticket", "sev3")],
)
def test_the_word_of_a_severity_is_kept_for_routes(severity: str, notify: str, label: str | None) -> None:
    """Known words page or open a ticket; any word but `page` and `ticket` stays on the alert as `severity`."""
    made = said(burning(severity=severity))
    assert notify == made["tiers"][0]["severity"]
    assert label == made[notify]["labels"].get("severity")


def test_a_priority_as_severity_is_the_priority() -> None:
    """`P2` pages as P2."""
    assert "P2" == said(burning(severity="P2"))["page"]["priority"]


def test_the_settings_explain_severities() -> None:
    """A word that nobody knows pages, with a warning, until the settings say what it means."""
    text = slo(rest=alerting(burning(severity="blocker")))
    assert [("S403", "blocker", "`blocker` is no known severity; it is taken for a page")] == found(translated(text))
    (only,) = slos(text, severities={"Blocker": "ticket"})
    assert "ticket" == only["alerting"]["tiers"][0]["severity"]


def test_labels_that_differ_stand_on_their_tiers() -> None:
    """Two policies that page with other words and targets keep them apart; what they share is said once."""
    to = "{{targetRef: {0}}}".format
    texts = [slo(rest=alerting(burning(severity="sev1", targets=to("a")), burning(severity="sev2", targets=to("a"),
             metadata="name: slow")))]  # fmt: skip
    texts.append(thing("AlertNotificationTarget", "{target: x}", metadata="name: a"))
    (only,) = slos(*texts)
    made = only["alerting"]
    assert {"labels": {"notification_target": "a"}} == made["page"]
    assert [{"severity": "sev1"}, {"severity": "sev2"}] == [tier["labels"] for tier in made["tiers"]]


def test_missing_data_calls_whom_the_policy_calls() -> None:
    """`alertWhenNoData` is an alert here too; without it there is none."""
    assert "ticket" == said(burning(severity="ticket", more="alertWhenNoData: true, "))["no_data"]


def test_a_policy_for_missing_data_alone() -> None:
    """A policy that does not alert when it is breached has no tier."""
    made = said(burning(more="alertWhenNoData: true, alertWhenBreaching: false, "))
    assert ([], "page", "off") == (made["tiers"], made["no_data"], made["ticket"])


def test_two_tiers_of_one_name_are_told_apart() -> None:
    """The name of a tier is a label, so the second one of a name gets a number."""
    assert ["fast", "fast-2"] == [tier["name"] for tier in said(burning(), burning())["tiers"]]


REFUSED = {
    "for information": (burning(severity="fyi"), ("S402", "fyi",
        "the severity `fyi` calls nobody: that is a report or a graph, not an alert")),
    "below nothing": (burning(RATE % ("gt", "-5", "1h")), ("S402", "-5",
        "a burn rate of -5 is exceeded without any error")),
}  # fmt: skip


@pytest.mark.parametrize(("policy", "finding"), REFUSED.values(), ids=REFUSED)
def test_an_alert_that_is_none_is_refused(policy: str, finding: tuple[str, str, str]) -> None:
    """The official validator lets these pass; they would never or always call somebody, so they are errors."""
    translation = translated(slo(rest=alerting(policy)))
    assert [finding] == found(translation)
    assert () == translation.documents


def test_a_condition_is_looked_at_though_nothing_refers_to_it() -> None:
    """An object of its own is checked like one in use."""
    condition = thing("AlertCondition", "{severity: fyi, condition: %s}" % (RATE % ("gt", 2, "1m")))
    assert [("S402", "fyi"), ("S403", "1m")] == [each[:2] for each in found(translated(slo(), condition))]


CORRECTED = {
    "inverted": (RATE % ("lte", 14, "1h"),
                 ("lte", "`op: lte` would alert while all is well; it is read as `gt`"), "14"),
    "below 1": (RATE % ("gt", 0.5, "1h"),
                ("0.5", "a burn rate of 0.5 fires while the objective is met; it is raised to 1"), "1"),
}  # fmt: skip


@pytest.mark.parametrize(("condition", "note", "burn"), CORRECTED.values(), ids=CORRECTED)
def test_what_is_wrong_is_compiled_right(condition: str, note: tuple[str, str], burn: str) -> None:
    """An alert that would fire while all is well is turned into the one that was meant, and a note says so."""
    translation = translated(slo(rest=alerting(burning(condition))))
    assert [("S404", *note)] == found(translation)
    assert [note] == remarks(translation, Fate.CORRECTED)
    assert burn == str(first_slo(translation)["alerting"]["tiers"][0]["burn_rate"])


def test_strict_refuses_an_inverted_operator() -> None:
    """When strict, nothing is guessed."""
    text = slo(rest=alerting(burning(RATE % ("lt", 14, "1h"))))
    assert [("S402", "lt", "`op: lt` would alert while all is well")] == found(translated(text, strict=True))


def test_a_tier_that_cannot_fire_is_left_out() -> None:
    """At 90 % a full outage burns ten times too fast, so a threshold of 14 is never exceeded; the ticket stays."""
    slow = burning(RATE % ("gt", 2, "1d"), severity="ticket", metadata="name: slow")
    translation = translated(slo(objectives="{target: 0.9}", rest=alerting(burning(), slow)))
    made = first_slo(translation)["alerting"]
    assert (["slow"], "off") == ([tier["name"] for tier in made["tiers"]], made["page"])
    ((code, words, message),) = found(translation)
    assert ("S404", "14") == (code, words)
    assert message.endswith("burns no faster than 10x, so `fast` never fires and is left out")


@pytest.mark.parametrize(("written", "watched"), [("5m", "10m"), ("7m", "10m"), ("33m", "35m")])
def test_a_window_has_room_for_a_short_one(written: str, watched: str) -> None:
    """Windows are multiples of 5m here, and two at least: a lookback of 5m is watched over 10m, with a warning."""
    translation = translated(slo(rest=alerting(burning(RATE % ("gt", 2, written)))))
    message = f"a window of {written} is not at least two times 5m, in whole numbers; {watched} is watched"
    assert [("S403", written, message)] == found(translation)
    assert watched == first_slo(translation)["alerting"]["tiers"][0]["long"]


def test_annotations_say_what_openslo_cannot() -> None:
    """Runbook, action and the floor come from annotations: of the condition, else of the policy, else of the SLO."""
    on_slo = 'name: orders, annotations: {sloctl/runbook: "https://a", sloctl/action: Look, sloctl/min_bad_events: "5"}'
    on_condition = 'name: fast, annotations: {sloctl/runbook: "https://b"}'
    (only,) = slos(slo(metadata=on_slo, rest=alerting(burning(metadata=on_condition))))
    labels = {"notification_target": "pager"}
    assert {"runbook": "https://b", "action": "Look", "labels": labels} == only["alerting"]["page"]
    assert 5 == only["alerting"]["min_bad_events"]


def test_without_a_floor_a_remark_names_the_setting() -> None:
    """OpenSLO has no floor on bad events, so none is set, and the report says what one bad event may do."""
    texts = [text for _, text in remarks(translated(slo(rest=alerting(burning()))), Fate.DERIVED)]
    assert "one bad event may be enough to alert; `sloctl/min_bad_events` asks for more" in texts


def test_the_settings_give_a_floor_to_all() -> None:
    """`formats.openslo.min_bad_events` holds where no annotation says another number."""
    text = slo(rest=alerting(burning()))
    (only,) = slos(text, min_bad_events=5)
    assert 5 == only["alerting"]["min_bad_events"]
