"""Which groups are written or removed, in which order, and which are left alone."""

from __future__ import annotations

from typing import Any

import pytest

from sloctl.core.errors import UsageError
from sloctl.pipeline.push.show import step_lines
from sloctl.pipeline.push.steps import Difference, compare, refuse_foreign_names, room_needed


def group(name: str, expr: str = "up", **more: object) -> dict[str, Any]:
    """Return a group of one rule."""
    return {"name": name, "interval": "30s", "rules": [{"record": "a:b", "expr": expr}], **more}


A, B, OTHER = group("slo/shop/a"), group("slo/shop/b"), group("alerts/shop")


def found(
    compiled: dict[str, Any], stored: dict[str, Any], *, prefix: str = "sloctl-", prune: bool = False
) -> Difference:
    """Compare."""
    return compare(compiled, stored, prefix=prefix, prune=prune)


def steps(difference: Difference) -> list[str]:
    """Return the steps in their order."""
    return [f"{step.action.value}{step.namespace}: {step.name}" for step in difference.steps]


def test_nothing_to_do() -> None:
    """The same groups need no step, whatever order the server gives them in."""
    difference = found({"sloctl-shop": [A, B]}, {"sloctl-shop": [B, A]})
    assert ([], 2) == (steps(difference), difference.unchanged)


@pytest.mark.parametrize(
    ("compiled", "needed"),
    [([A, B], 0), ([group("slo/shop/a", "down"), B], 4), ([A, B, OTHER], 4), ([group("slo/shop/a", "down"), OTHER], 5),
     ([A], 0)],
    ids=["nothing", "a change", "a new one", "both, before one is removed", "a removal"],
)  # fmt: skip
def test_room_on_the_way(compiled: list[dict[str, Any]], needed: int) -> None:
    """A ruler counts what is there, groups of others too, what is new, and one more while it replaces one."""
    stored = {"sloctl-shop": [A, B], "other": [group("x")]}
    assert needed == room_needed(found({"sloctl-shop": compiled}, stored).steps, stored)


def test_written_in_the_order_of_the_file_and_removed_last() -> None:
    """What others read is there before they are, and goes when nobody reads it any more."""
    compiled = {"sloctl-shop": [group("slo/shop/new"), group("slo/shop/a", "up > 1"), OTHER]}
    difference = found(compiled, {"sloctl-shop": [B, A, OTHER]})
    expected = ["+sloctl-shop: slo/shop/new", "~sloctl-shop: slo/shop/a", "-sloctl-shop: slo/shop/b"]
    assert (expected, 1) == (steps(difference), difference.unchanged)


def test_what_others_wrote_is_left_alone() -> None:
    """Groups of other names in our namespace, and other namespaces, are neither replaced nor removed."""
    stored = {"sloctl-shop": [A, group("by-hand"), group("alerts/shop-2")], "infra": [group("slo/shop/a")]}
    difference = found({"sloctl-shop": [A]}, stored, prune=True)
    assert [] == steps(difference)
    assert (("sloctl-shop", "by-hand"), ("sloctl-shop", "alerts/shop-2")) == difference.foreign


def test_services_that_were_not_compiled() -> None:
    """Their namespaces are named, and removed with `prune` only: group by group, those that are ours."""
    stored = {"sloctl-shop": [A], "sloctl-old": [group("slo/old/a"), group("by-hand")], "sloctl-x": [group("y")]}
    assert ([], ("sloctl-old",)) == (steps(found({"sloctl-shop": [A]}, stored)), ("sloctl-old",))
    difference = found({"sloctl-shop": [A]}, stored, prune=True)
    assert (["-sloctl-old: slo/old/a"], ()) == (steps(difference), difference.orphans)


def test_a_name_of_ours_is_demanded() -> None:
    """What could not be told apart from other people's groups later is not written."""
    refuse_foreign_names({"sloctl-shop": [A, OTHER, group("alerts/shop/2")]}, "sloctl-")
    with pytest.raises(UsageError, match="`slo/shop/a` of the namespace `shop`"):
        refuse_foreign_names({"shop": [A]}, "sloctl-")


def test_a_changed_group_shows_what_is_different() -> None:
    """Under the group stand its changed rules, under those the changed fields, and nothing that stayed."""
    kept = {"record": "kept", "expr": "sum(up)"}
    page = {"alert": "Page", "expr": "a\n> 1\nand b", "labels": {"tier": "fast", "team": "x"}}
    old = {"name": "slo/shop/a", "interval": "1m", "rules": [kept, {"record": "gone", "expr": "up"}, page]}
    changed = page | {"expr": "a\n> 2\nand b", "labels": {"tier": "fast", "team": "y"}, "for": "5m"}
    new = {"name": "slo/shop/a", "interval": "30s", "rules": [kept, changed, {"record": "new", "expr": "up"}]}
    [step] = found({"sloctl-shop": [new]}, {"sloctl-shop": [old]}).steps
    assert [
        "~ sloctl-shop: slo/shop/a (3 rules)",
        "    - interval: 1m",
        "    + interval: 30s",
        "    ~ alert Page tier=fast",
        "        ~ expr",
        "            - > 1",
        "            + > 2",
        "        - labels.team: x",
        "        + labels.team: y",
        "        + for: 5m",
        "    + record new",
        "    - record gone",
    ] == list(step_lines(step))


def test_a_new_order_is_shown() -> None:
    """Rules that have changed places are a change too, for they are evaluated one after the other."""
    rules = [{"record": "a", "expr": "up"}, {"record": "b", "expr": "a"}]
    old, new = ({"name": "slo/shop/a", "rules": order} for order in (rules[::-1], rules))
    [step] = found({"sloctl-shop": [new]}, {"sloctl-shop": [old]}).steps
    assert ["~ sloctl-shop: slo/shop/a (2 rules)", "    ~ the order of the rules"] == list(step_lines(step))


def test_of_long_texts_only_the_difference_is_shown() -> None:
    """A template of some hundred characters, in which a number has changed, is cut around it."""
    text = f"{'a' * 200} up to 0.1% is tolerated and {'b' * 200}"
    old, new = ({"alert": "A", "expr": "up", "annotations": {"s": each}} for each in (text, text.replace("0.1", "0.2")))
    compiled, stored = ({"name": "slo/shop/a", "rules": [rule]} for rule in (new, old))
    [step] = found({"sloctl-shop": [compiled]}, {"sloctl-shop": [stored]}).steps
    assert [
        "        - annotations.s: …aaaaaaaaaaaaaaaa up to 0.1% is tolerated and bbbbbb…",
        "        + annotations.s: …aaaaaaaaaaaaaaaa up to 0.2% is tolerated and bbbbbb…",
    ] == list(step_lines(step))[2:]
