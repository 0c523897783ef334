"""`sloctl test --rules` finds every way to break a compiled rule, and names it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.proving import GOOD, compiled, swapped, without
from tests.cli.session import sloctl

BAD, TOTAL = "slo:bad_events:increase", "slo:total_events:increase"
Mutation = Callable[[str], str]
MUTATIONS: dict[str, tuple[Mutation, str, str]] = {
    "the comparison is flipped": (
        lambda text: text.replace("> 1.2 * 0.02", "< 1.2 * 0.02", 1),
        "orders/quick",
        "fires 60s after a full outage begins: expected an alert at 31m; nothing fires",
    ),
    "the short window is dropped": (
        lambda text: without(text, rf" *{BAD}5m\{{[^\n]*\n *> 1.2 \* 0.02[^\n]*\n *and\n"),
        "orders/quick",
        "resets 5m30s after recovery: expected no alert at",
    ),
    "the factor of the long window is halved": (
        lambda text: text.replace("> 1.2 * 0.02", "> 0.6 * 0.02", 1),
        "orders/quick",
        "it fires",
    ),
    "the factor of the short window is halved": (
        lambda text: text[::-1].replace("> 1.2 * 0.02"[::-1], "> 0.6 * 0.02"[::-1], 1)[::-1],
        "orders/quick",
        "stays quiet at 0.99 x the allowed rate after an outage: expected no alert",
    ),
    "a threshold of the long window includes what is allowed": (
        lambda text: text.replace("> 1.2 * 0.02", ">= 1.2 * 0.02", 1),
        "orders/quick",
        "stays quiet exactly at the allowed rate: expected no alert",
    ),
    "the floor is one lower": (
        lambda text: text.replace(">= 5", ">= 4"),
        "orders/quick",
        "fires from 5 bad events on: expected no alert from 0s to 5m; it fires",
    ),
    "a tile of the period is lost": (
        lambda text: without(text, r"label_replace\(slo:total_events:increase30m\{[^\n]*\n *or\n *"),
        "orders",
        "every window is the sum of its parts: expected `slo:total_events:increase1h` is 3; got ",
    ),
    "the burn rate has another budget": (
        lambda text: text.replace("/ 0.02\n        labels", "/ 0.2\n        labels"),
        "orders",
        "the burn rate is recorded: expected `slo:burn_rate:ratio1h` is 0.6 at 30m; got ",
    ),
    "a ratio of no events is recorded": (
        lambda text: text.replace("> 0)", ">= 0)"),
        "orders",
        "there is no ratio without traffic: expected no `slo:error_ratio:period`; got ",
    ),
    "the floor is removed": (
        lambda text: without(text, rf"\n *and\n *{BAD}30m\{{[^\n]*>= 5"),
        "orders/quick",
        "stays quiet after one failed event at low traffic: expected no alert",
    ),
    "`or 0 *` is dropped": (
        lambda text: without(text, r"\n *or\n *0 \* sum by \(region\) [^\n]*"),
        "orders",
        "the SLI is 100 % before the first failure: expected `slo:error_ratio:period` is 0 at 20m; there is no sample",
    ),
    "bad and total are swapped": (
        lambda text: swapped(text, f"record: {BAD}5m", f"record: {TOTAL}5m"),
        "orders/quick",
        "stays quiet under healthy traffic: expected no alert",
    ),
    "a tile is taken from the wrong time": (
        lambda text: text.replace("offset 25m", "offset 45m", 1),
        "orders/quick",
        "",
    ),
    "the grouping is lost": (
        lambda text: text.replace("sum by (region) (increase", "sum by (job) (increase"),
        "orders/quick",
        "",
    ),
    "the runbook link is another": (
        lambda text: text.replace("runbook_url: https://runbooks.example.org/orders", "runbook_url: https://a.b/c"),
        "orders/quick",
        '`runbook_url` is "https://a.b/c" instead of "https://runbooks.example.org/orders"',
    ),
    "a label is another": (
        lambda text: text.replace("priority: P2", "priority: P4"),
        "orders/quick",
        "",
    ),
    "missing data is reported too early": (
        lambda text: text.replace("for: 30m", "for: 10m"),
        "orders/no_data",
        "fires 37m after the events are gone: expected no alert",
    ),
    "a threshold is compared the other way": (
        lambda text: text.replace("> 500", "< 500"),
        "TooMany",
        "fires just above 500: expected an alert",
    ),
    "a threshold includes its level": (
        lambda text: text.replace("> 500", ">= 500"),
        "TooMany",
        "stays quiet exactly at 500: expected no alert",
    ),
    "a window is halved": (
        lambda text: text.replace("[10m]", "[5m]"),
        "TooMany",
        "counts a burst while it is in the window, and no longer: expected an alert",
    ),
    "`for` is gone": (
        lambda text: without(text, r"\n *for: 5m"),
        "QueueOld",
        "stays quiet at one sample beyond the level: expected no alert",
    ),
    "an alert is gone": (
        lambda text: text.replace("alert: QueueOld", "alert: Other"),
        "QueueOld",
        "fires just above 120: expected an alert",
    ),
    "a group is gone": (
        lambda text: text.replace("slo/shop/orders", "slo/shop/other"),
        "orders/quick",
        "the rules have no group `slo/shop/orders`",
    ),
    "an expression is broken": (
        lambda text: text.replace("sum(increase(sends_total", "summ(increase(sends_total"),
        "TooMany",
        "promtool says: ",
    ),
}


@pytest.fixture
def folder(tool: Callable[[str], str], tmp_path: Path) -> Path:
    """A folder with the spec and its compiled rules; promtool is there."""
    tool("promtool")
    return compiled(tmp_path)


@pytest.mark.parametrize(("mutate", "subject", "said"), MUTATIONS.values(), ids=MUTATIONS.keys())
def test_every_mutation_is_caught_and_named(folder: Path, mutate: Mutation, subject: str, said: str) -> None:
    """A committed rule file with one mistake fails, and the report names the alert, the claim and what happened."""
    path = folder / "rules" / "shop.yml"
    text = path.read_text()
    assert text != mutate(text), "the mutation changes nothing"
    path.write_text(mutate(text))
    found = sloctl("test", "--rules", "rules/shop.yml", cwd=folder)
    assert 1 == found.code, found.out
    assert f"\n    {subject}: " in found.out
    assert said in found.out


def test_good_and_bad_swapped_is_caught(folder: Path) -> None:
    """With good and total, a rule that takes one for the other calls healthy traffic an outage."""
    (folder / "shop.yaml").write_text(GOOD)
    assert 0 == sloctl("compile", cwd=folder).code
    assert 0 == sloctl("test", "--rules", "rules", cwd=folder).code
    path = folder / "rules" / "shop.yml"
    path.write_text(swapped(path.read_text(), "good_total", "orders_total"))
    found = sloctl("test", "--rules", "rules", cwd=folder)
    assert 1 == found.code
    assert "orders/quick: fires 60s after a full outage begins: expected an alert at 31m; nothing fires" in found.out


def test_a_first_success_that_is_awaited_is_an_outage(folder: Path) -> None:
    """Without `or 0 *` around the good events, a service that has never worked would have no SLI."""
    (folder / "shop.yaml").write_text(GOOD)
    assert 0 == sloctl("compile", cwd=folder).code
    path = folder / "rules" / "shop.yml"
    path.write_text(without(path.read_text(), r"\n *or\n *0 \* sum\([^\n]*"))
    found = sloctl("test", "--rules", "rules", cwd=folder)
    assert 1 == found.code
    claim = "the SLI is 0 % before the first success: expected `slo:error_ratio:period` is 1 at 20m; there is no sample"
    assert f"    orders: {claim}" in found.out
