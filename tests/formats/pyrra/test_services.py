"""Objectives are gathered into services, and their labels and annotations say what a spec needs beside."""

from __future__ import annotations

from sloctl.formats._spec import Fate
from tests.formats.pyrra.original import findings_of, native, objective, pointed_at, ratio, remarks, said, translated


def head(name: str = "orders", *, labels: str = "", annotations: str = "", namespace: str = "") -> str:
    """Write the metadata of an objective."""
    space = f", namespace: {namespace}" if namespace else ""
    return f"metadata: {{name: {name}{space}, labels: {{{labels}}}, annotations: {{{annotations}}}}}"


ANYWHERE = ratio('a{code="5"}', "a")


def test_objectives_of_one_job_are_one_service() -> None:
    """The job that the metric pins names the service; the order of the files is the order of the SLOs."""
    (document,) = native(objective(head=head("orders")), objective(head=head("carts")))
    assert ("shop", ["orders", "carts"]) == (document["metadata"]["name"], [slo["name"] for slo in document["slos"]])


def test_ways_to_name_the_service() -> None:
    """`sloctl/service` comes first, then `pyrra.dev/service`, then the job, then the objective."""
    said_first = head(labels="pyrra.dev/service: b", annotations="sloctl/service: a")
    cases = [
        (objective(head=said_first), "a"),
        (objective(head=head(labels="pyrra.dev/service: My_Shop.v1")), "my-shop-v1"),
        (objective(), "shop"),
        (objective(indicator=ANYWHERE), "orders"),
    ]
    assert [name for _, name in cases] == [native(text)[0]["metadata"]["name"] for text, _ in cases]
    assert "orders" == native(objective(), service="name")[0]["metadata"]["name"]


def test_names_that_a_spec_cannot_have_are_derived() -> None:
    """Capitals and dots become lower-case letters and `-`, and the report says so."""
    translation = translated(objective(head=head("Orders.API"), indicator=ANYWHERE))
    slo = translation.documents[0].data["slos"][0]  # type: ignore[index]
    assert ("orders-api", {"pyrra": "Orders.API"}) == (slo["name"], slo["aliases"])
    assert "the SLO is named `orders-api`" in remarks(translation, Fate.DERIVED)


def test_a_name_of_which_nothing_is_left() -> None:
    """A name without any letter or digit that a spec may have is refused."""
    (finding,) = translated(objective(head=head("注文"), indicator=ANYWHERE)).findings
    assert ("S402", "注文") == (finding.problem.code, pointed_at(finding))


def test_the_same_name_in_two_namespaces() -> None:
    """Objectives that only their namespaces tell apart stay two."""
    (document,) = native(*(objective(head=head(namespace=space)) for space in ("eu", "us")))
    assert ["orders-eu", "orders-us"] == [slo["name"] for slo in document["slos"]]


def test_owners() -> None:
    """`sloctl/owner`, `pyrra.dev/owner` or `pyrra.dev/team` say who owns it; each owner in a job has a service."""
    ours, owner, team = (
        head("a", labels="pyrra.dev/team: t", annotations="sloctl/owner: o"),
        head("b", labels="pyrra.dev/owner: o, pyrra.dev/team: t"),
        head("c", labels="pyrra.dev/team: t"),
    )
    documents = native(*(objective(head=each) for each in (ours, owner, team)))
    found = {
        each["metadata"]["name"]: (each["metadata"]["owner"], [slo["name"] for slo in each["slos"]])
        for each in documents
    }
    assert {"shop-o": ("o", ["a", "b"]), "shop-t": ("t", ["c"])} == found


def test_labels_and_annotations_reach_the_alerts() -> None:
    """What Pyrra writes on alerts is on ours, texts under the keys that a spec has for them."""
    text = objective(
        head=head(
            labels="pyrra.dev/channel: ops, role: rules",
            annotations="pyrra.dev/runbook_url: https://r.example.org/a, pyrra.dev/summary: 'It {{ $value }}', "
            "pyrra.dev/note: hm",
        )
    )
    (document,) = native(text)
    assert {
        "runbook": "https://r.example.org/a",
        "summary": "It {{ $value }}",
        "labels": {"channel": "ops", "job": "shop"},
        "annotations": {"note": "hm"},
    } == document["defaults"]
    assert ["`role` stays with the object: Pyrra passes on `pyrra.dev/` only"] == remarks(translated(text), Fate.LOST)[
        1:
    ]


def test_what_objectives_share_is_written_once() -> None:
    """Labels that all SLOs of a service have are defaults; others stand at page, ticket and the alerts of their SLO."""
    one, other = head("a", labels="pyrra.dev/team: t, pyrra.dev/kind: x"), head("b", labels="pyrra.dev/team: t")
    (document,) = native(objective(head=one), objective(head=other))
    assert {"team": "t", "job": "shop"} == document["defaults"]["labels"]
    first, second = document["slos"]
    assert ({"labels": {"kind": "x"}}, None) == (first["alerting"]["ticket"], second["alerting"].get("ticket"))
    assert [{"kind": "x"}, None] == [alert.get("labels") for alert in document["alerts"]]


def test_a_template_stays_a_template() -> None:
    """A link with template actions is an annotation, because the key of a spec is literal."""
    text = objective(head=head(annotations="pyrra.dev/runbook_url: 'https://r.example.org/{{ $labels.slo }}'"))
    assert {"runbook_url": "https://r.example.org/{{ $labels.slo }}"} == native(text)[0]["defaults"]["annotations"]


def test_labels_that_cannot_be_written() -> None:
    """Labels that sloctl writes itself, and names that are none, are lost with a word about it."""
    translation = translated(objective(head=head(labels="pyrra.dev/tier: gold, pyrra.dev/a-b: c, sloctl/runbok: x")))
    assert ["pyrra.dev/tier", "pyrra.dev/a-b", "sloctl/runbok"] == [
        pointed_at(each) for each in findings_of(translation)
    ]
    assert {"S403"} == {each.problem.code for each in findings_of(translation)}


def test_what_nobody_says_is_reported_once() -> None:
    """Without owner, runbook and action stand-ins are compiled, and one warning names them."""
    assert ["S405: nothing says `owner`, `runbook` and `action` for `shop`, so stand-ins are compiled"] == said(
        translated(objective(), defaults={})
    )
