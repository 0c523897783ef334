"""Rule groups as every evaluator of Prometheus rules reads them, written and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sloctl.model.rules import Alerting, Rule, RuleFile, RuleGroup
from sloctl.model.seal import header
from sloctl.targets._template import comment, template


def rule_file(file: RuleFile, target: str = "", *, head: str = "", strategy: str = "") -> str:
    """Write a rule file: the header, further lines (`head`), the groups."""
    return "".join([comment_header(file, target), head, *_pieces(file.groups, strategy)])


def comment_header(file: RuleFile, target: str = "") -> str:
    """Write the header as comments of YAML."""
    return "".join(f"# {comment(line)}\n" for line in header(file.spec_path, target))


def groups_text(groups: Iterable[RuleGroup], strategy: str = "") -> str:
    """Write the YAML of `groups:`; `strategy` is what Thanos does with a partial answer."""
    return "".join(_pieces(groups, strategy))


def _pieces(groups: Iterable[RuleGroup], strategy: str) -> list[str]:
    """Write the groups one by one: the pieces of a template take several times the memory of its text."""
    one = template("_rules.yml.j2")
    texts = [one.render(group=group, strategy=strategy) for group in groups]
    return ["groups:\n", *texts] if texts else ["groups: []\n"]


def groups_of(text: str) -> Sequence[Mapping[str, Any]]:
    """Read the groups of a rule file, or those below `spec` of a Kubernetes object."""
    import yaml

    data = yaml.load(text, yaml.CSafeLoader)
    groups: list[dict[str, Any]] = data.get("spec", data)["groups"]
    return groups


def difference(groups: Iterable[RuleGroup], written: Iterable[Mapping[str, Any]]) -> str:
    """Compare groups with what was read back; return the name of the first that differs, or nothing.

    Keys of groups that only the target knows are its own business.
    """
    found = {str(group["name"]): group for group in written}
    for group in groups:
        read = found.pop(group.name, {})
        if any(read.get(key) != value for key, value in plain_group(group).items()):
            return group.name
    return next(iter(found), "")


def plain_group(group: RuleGroup) -> dict[str, Any]:
    """Return a group as a reader of YAML sees it."""
    return {"name": group.name, "interval": str(group.interval), "rules": [_plain(rule) for rule in group.rules]}


def _plain(rule: Rule) -> dict[str, Any]:
    """Return a rule as a reader of YAML sees it."""
    if not isinstance(rule, Alerting):
        return {"record": rule.record, "expr": rule.expr} | ({"labels": dict(rule.labels)} if rule.labels else {})
    plain = {"alert": rule.alert, "expr": rule.expr, "annotations": dict(rule.annotations)}
    plain |= {"for": str(rule.hold)} if rule.hold and rule.hold.ms else {}
    plain |= {"keep_firing_for": str(rule.keep_firing_for)} if rule.keep_firing_for else {}
    return plain | ({"labels": dict(rule.labels)} if rule.labels else {})
