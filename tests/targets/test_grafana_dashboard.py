"""Dashboards: what Grafana's own types make of them, what stands in them, and what a user's text cannot do there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from sloctl.targets._grafana_text import address, link, markdown, plain
from tests.cli.session import Outcome, sloctl
from tests.support.docs import ROOT

HOSTILE = "$datasource ${__from} [[datasource]] <img src=x> | a | *b* `c` [d](javascript:e) \\"


def compiled(folder: Path, *specs: Path, settings: str = "{}") -> Outcome:
    """Compile specs to dashboards below `boards`."""
    (folder / "sloctl.yaml").write_text(settings)
    return sloctl("compile", *specs, "--target", "grafana-dashboard", "-o", "boards", cwd=folder)


def board(folder: Path, name: str) -> dict[str, Any]:
    """Read a dashboard."""
    data: dict[str, Any] = json.loads((folder / "boards" / f"{name}.json").read_text(encoding="utf-8"))
    return data


def panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield all panels, those of collapsed rows too."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def lost(ours: object, theirs: object, place: str = "") -> Iterator[str]:
    """Yield every value of ours that is not in theirs; what they add are defaults."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            yield from lost(value, theirs.get(key), f"{place}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from lost(mine, other, f"{place}[{index}]")
    elif ours != theirs:
        yield f"{place}: {ours} is read as {theirs}"


def many(count: int, name: str = "shop") -> str:
    """Write a service with some SLOs."""
    head = f"apiVersion: sloctl/v1\nkind: Service\nmetadata: {{name: {name}, owner: team}}\n"
    texts = "defaults: {priority: P3, action: Look, runbook: 'https://runbooks.example.org/x'}\nslos:\n"
    slo = "  - {{name: slo-{}, objective: 99.9, sli: {{events: {{bad: a, total: b}}}}}}\n"
    return head + texts + "".join(slo.format(number) for number in range(count))


@pytest.mark.parametrize("spec", sorted(ROOT.glob("examples/*.yaml")), ids=lambda path: path.stem)
def test_grafana_reads_what_is_written(spec: Path, tmp_path: Path) -> None:
    """Grafana's types (SDK for 11.6) take every key and every value of the dashboards of all examples."""
    register_default_plugins()
    assert 0 == compiled(tmp_path, spec).code
    ours = board(tmp_path, spec.stem)
    theirs = json.loads(JSONEncoder(sort_keys=False).encode(Dashboard.from_json(ours)))
    assert [] == list(lost(ours, theirs))


def test_panels_of_an_slo(tmp_path: Path) -> None:
    """Each SLO has its budget, its SLI, its burn rates by tier, and its alerts with their runbooks."""
    compiled(tmp_path, ROOT / "examples" / "sms-helpline.yaml")
    found = {panel["title"]: panel for panel in reversed(list(panels(board(tmp_path, "sms-helpline"))))}
    assert "delivery: 99.9 % over 30d: Outbound messages are accepted by the carrier" in found
    assert [None, 0, 0.25] == [
        step["value"] for step in found["Error budget left"]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    ]
    burn = found["Burn rate by tier"]
    assert ["fast: over 1h, page at 14.4", "slow: over 6h, page at 6", "trend: over 1d, ticket at 3",
            "drain: over 3d, ticket at 1"] == [target["legendFormat"] for target in burn["targets"]]  # fmt: skip
    assert [None, 1, 3, 6, 14.4] == [step["value"] for step in burn["fieldConfig"]["defaults"]["thresholds"]["steps"]]
    text = found["Alerts and their runbooks"]["options"]["content"]
    line = r"| [ErrorBudgetBurnPage fast](https://runbooks.example.org/sms-helpline/delivery) | P1 team-messaging | "
    assert f"{line}Switch to the second carrier, then call the first |\n" in text


def test_a_dashboard_belongs_to_no_installation(tmp_path: Path) -> None:
    """It has a stable identity, no number of a database, a data source to choose, and panels that do not overlap."""
    compiled(tmp_path, ROOT / "examples" / "shop-api.yaml")
    found = board(tmp_path, "shop-api")
    assert ("slo-shop-api", False, False) == (found["uid"], "id" in found, "version" in found)
    sources = {target["datasource"]["uid"] for panel in panels(found) for target in panel.get("targets", [])}
    assert ({"${datasource}"}, "datasource") == (sources, found["templating"]["list"][0]["name"])
    ids = [panel["id"] for panel in panels(found)]
    assert len(ids) == len(set(ids))
    cells = [(x, y) for panel in found["panels"] for x, y in cells_of(panel["gridPos"])]
    assert len(cells) == len(set(cells))


def cells_of(place: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Yield the cells of the grid that a panel takes."""
    assert place["x"] + place["w"] <= 24
    for x in range(place["x"], place["x"] + place["w"]):
        yield from ((x, y) for y in range(place["y"], place["y"] + place["h"]))


def test_rows_of_many_slos_are_closed(tmp_path: Path) -> None:
    """A service with many SLOs shows all budgets first, and asks for the rest when a row is opened."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(many(30))
    compiled(tmp_path, spec)
    found = board(tmp_path, "shop")
    assert ["bargauge", *["row"] * 30] == [panel["type"] for panel in found["panels"]]
    assert {5} == {len(panel["panels"]) for panel in found["panels"][1:]}


@pytest.mark.parametrize("name", ["a" * 36, "a" * 37, "a" * 63])
def test_identities_fit(name: str, tmp_path: Path) -> None:
    """Grafana takes 40 characters; services whose long names differ at their end have different identities."""
    uids = set()
    for service in (name, f"{name[:-1]}b"):
        (tmp_path / "spec.yaml").write_text(many(1, service))
        assert 0 == compiled(tmp_path, tmp_path / "spec.yaml").code
        uids.add(board(tmp_path, service)["uid"])
    assert 2 == len(uids)
    assert all(re.fullmatch("[a-z0-9-]{1,40}", uid) for uid in uids)


def test_texts_of_users_are_only_text(tmp_path: Path) -> None:
    """Nothing that a user wrote becomes a variable, markup or a link in any field of the dashboard."""
    spec = tmp_path / "spec.yaml"
    quoted = json.dumps(HOSTILE)
    links = "links: {'$datasource': 'https://example.org/${datasource}', bad: 'javascript:x'}"
    text = many(1).replace("action: Look", f"action: {quoted}").replace("owner: team", f"owner: team, {links}")
    spec.write_text(text.replace("objective: 99.9", f"objective: 99.9, description: {quoted}"))
    assert 0 == compiled(tmp_path, spec).code
    found = board(tmp_path, "shop")
    whole = json.dumps(found, ensure_ascii=False).replace('"uid": "${datasource}"', "")
    assert [] == re.findall(r"\$(?:\w|\{)|\[\[|javascript:x", whole)
    marked = [panel.get("description", "") + panel["options"].get("content", "") for panel in found["panels"][1:]]
    assert (True, []) == ("&#60;img" in "".join(marked), re.findall(r"<|\[d\]|\*b|`c", "".join(marked)))
    [shown] = found["links"]
    assert "https://example.org/%24%7Bdatasource%7D" == shown["url"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$a and ${b}, 5 $", "&#36;a and &#36;{b}, 5 &#36;"),
        ("a | b\nc", "a &#124; b c"),
        ("*a* _b_ `c`", "&#42;a&#42; &#95;b&#95; &#96;c&#96;"),
        ("~d~ \\", "&#126;d&#126; &#92;"),
        ("see https://x.example/a_b.", "see [https://x.example/a&#95;b](https://x.example/a_b)."),
        ("<b>&amp;[x](y)", "&#60;b&#62;&#38;amp;&#91;x&#93;(y)"),
    ],
)
def test_markdown(text: str, expected: str) -> None:
    """Entities keep a text what it is."""
    assert expected == markdown(text)


def test_titles_and_addresses() -> None:
    """A `$` is kept in a title, followed by a joiner that is not seen; in an address it is encoded."""
    assert "$\u2060a $\u2060{b} [\u2060[c]] 5 $" == plain("$a ${b} [[c]]\n5 $")
    assert "https://x.example/a%20b?c=%24d#e" == address("https://x.example/a%20b?c=$d#e")
    assert ("", "") == (address("javascript:alert(1)"), address("https://x.example/a b"))
    assert ("[a](https://x.example)", "a") == (link("a", "https://x.example"), link("a", "see wiki"))


def test_settings_of_the_target(tmp_path: Path) -> None:
    """Tags and the time range come from the settings; an unknown key is an error with its place."""
    spec = ROOT / "examples" / "sms-helpline.yaml"
    compiled(tmp_path, spec, settings="targets: {grafana-dashboard: {tags: [team-a, slo], range: 30d}}\n")
    found = board(tmp_path, "sms-helpline")
    assert (["sloctl", "slo", "team-a"], "now-30d") == (found["tags"], found["time"]["from"])
    run = compiled(tmp_path, spec, settings="targets: {grafana-dashboard: {tag: []}}\n")
    assert (2, True) == (run.code, "sloctl.yaml:1:31: error S201" in run.err), run.err


def test_a_dashboard_is_kept_up_to_date(tmp_path: Path) -> None:
    """JSON files bear the mark of sloctl: they are checked, replaced and pruned as rule files are."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(many(1))
    (tmp_path / "sloctl.yaml").write_text("{}")
    arguments = ("compile", "spec.yaml", "--target", "grafana-dashboard", "-o", "boards")
    assert 0 == sloctl(*arguments, cwd=tmp_path).code
    assert 0 == sloctl(*arguments, "--check", cwd=tmp_path).code
    spec.write_text(many(2, "web"))
    assert 1 == sloctl(*arguments, "--check", cwd=tmp_path).code
    assert 0 == sloctl(*arguments, "--prune", cwd=tmp_path).code
    assert ["web.json"] == [path.name for path in (tmp_path / "boards").iterdir()]
