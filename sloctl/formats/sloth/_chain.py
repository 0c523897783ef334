"""SLO plugins: programs that change what Sloth writes. Each known one has a native way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sloctl.core import problems
from sloctl.formats._spec import Fate, Remark
from sloctl.formats.sloth._shape import Fields

_CORE, _CONTRIB = "sloth.dev/core/", "sloth.dev/contrib/"
SLI_RULES, ALERT_RULES = f"{_CORE}sli_rules/v1", f"{_CORE}alert_rules/v1"
_NEEDLESS = {
    f"{_CORE}validate/v1": "everything is validated",
    SLI_RULES: "the events are recorded",
    f"{_CORE}metadata_rules/v1": "objective, budget and burn rate are recorded",
    ALERT_RULES: "the alerts are compiled",
    f"{_CORE}debug/v1": "it only prints",
    f"{_CORE}noop/v1": "it does nothing",
    f"{_CONTRIB}denominator_corrected_rules/v1": "every event counts alike here, so nothing needs a correction",
    f"{_CONTRIB}validate_victoria_metrics/v1": "queries are validated as PromQL",
}
_NATIVE_WAYS = {
    f"{_CONTRIB}error_budget_exhausted_alert/v1": "a budget that is gone asks for a decision, not for a page: write a "
                                                  "`policy` and let `sloctl report --gate` hold the releases",
    f"{_CONTRIB}info_labels/v1": "write the labels into `labels`: they are on `slo:info` and on the alerts",
    f"{_CONTRIB}remove_labels/v1": "labels are on `slo:info` and the alerts only, so the recordings need none removed",
    f"{_CONTRIB}rule_intervals/v1": "set `evaluation_interval` in sloctl.yaml",
}  # fmt: skip


def plugin_chain(group: Fields, slo: Fields) -> dict[str, Fields]:
    """Return the plugins of an SLO by ID, as Sloth chains them."""
    levels = [group.child("slo_plugins"), slo.child("plugins")]
    if levels[1].flag("overridePrevious"):
        levels = levels[1:]
    return {link.text("id"): link for level in levels for link in level.children("chain") if link.text("id")}


def is_replaced(group: Fields, slo: Fields) -> bool:
    """Tell whether the chain stands instead of Sloth's own plugins."""
    return group.child("slo_plugins").flag("overridePrevious") or slo.child("plugins").flag("overridePrevious")


def judge(links: Iterable[Fields]) -> Iterator[Remark]:
    """Say what becomes of plugins: nothing is lost by the needless ones, the others are findings."""
    for link in links:
        name = link.text("id")
        if name in _NEEDLESS:
            yield Remark(Fate.MAPPED, link.at("id"), f"the plugin `{name}` is needless: {_NEEDLESS[name]}")
        elif name:
            unknown = "it is a program, so nobody can tell from here what it does: see which rules it adds or changes"
            advice = _NATIVE_WAYS.get(name, unknown)
            link.report(problems.LOST_IN_IMPORT, link.at("id"), f"the plugin `{name}` is left out", advice)


def writes_alerts(chain: Mapping[str, Fields], *, replaced: bool) -> bool:
    """Tell whether Sloth writes alerts at all."""
    return not replaced or ALERT_RULES in chain


def records_slis(chain: Mapping[str, Fields], *, replaced: bool) -> bool:
    """Tell whether Sloth itself records the SLI, or a plugin instead of it."""
    corrected = f"{_CONTRIB}denominator_corrected_rules/v1"
    return not replaced or SLI_RULES in chain or corrected in chain
