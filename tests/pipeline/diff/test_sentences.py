"""One kind of change after the other, each committed: the sentence that is said of it, and its classes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.pipeline.diff.scratch import Scratch, classes, texts


@dataclass(frozen=True, slots=True)
class Case:
    """Texts that are replaced in the spec, what is said then, and the classes."""

    name: str
    edits: tuple[tuple[str, str], ...]
    said: tuple[str, ...]
    classes: frozenset[str]


def case(name: str, old: str, new: str, said: str, *kinds: str) -> Case:
    """Describe a case with one edit."""
    return Case(name, ((old, new),), (said,), frozenset(kinds))


RESTART = "`sloctl backfill` can compute their past"
MATCHES = "silences, routes, inhibitions and dashboards that match the old name match nothing any more"
LABELS = "routes, silences and inhibitions that match it need a look"

LAST = "no tier of this SLO pages any more"
TICKET = "      ticket: {action: C"


def tiers(trend: str) -> str:
    """Write the standard tiers out, with another one in the place of `trend`."""
    rows = ["{name: fast, severity: page, budget: 2%, long: 1h}", "{name: slow, severity: page, budget: 5%, long: 6h}",
            trend, "{name: drain, severity: ticket, budget: 10%, long: 3d}"]  # fmt: skip
    return "      tiers:\n" + "".join(f"        - {row}\n" for row in rows if row)


CASES = [
    case("objective raised", "objective: 99.9", "objective: 99.95",
         "SLO delivery: objective 99.9 % → 99.95 %: budget 43m 12s → 21m 36s per 30d; `fast` (page) now fires at "
         "0.72 % errors instead of 1.44 %, at 10 % errors after 4m 19s instead of 8m 38s", "objective-raised"),
    case("objective lowered", "objective: 99.9", "objective: 99",
         "SLO delivery: objective 99.9 % → 99 %: budget 43m 12s → 7h 12m per 30d; `fast` (page) now fires at "
         "14.4 % errors instead of 1.44 %, at 10 % errors never instead of after 8m 38s", "objective-lowered"),
    case("period", "period: 30d", "period: 28d",
         "SLO delivery: period 30d → 28d: budget 43m 12s per 30d → 40m 19s per 28d; `fast` (page) now fires at "
         "1.344 % errors instead of 1.44 %, at 10 % errors after 8m 4s instead of 8m 38s", "period-changed"),
    case("floor", TICKET, "      min_bad_events: 20\n      ticket: {action: C",
         "SLO delivery: min_bad_events 5 → 20: a tier needs 20 bad events in its long window", "alert-weakened"),
    case("SLI", 'code!="0"', 'code=~"5.."',
         'SLO delivery: SLI changed: bad `sms_send_failures_total{job="helpline", code!="0"}` → '
         '`sms_send_failures_total{job="helpline", code=~"5.."}`', "sli-changed", "history-mixed"),
    case("groups", "      events:", "      by: [region]\n      events:",
         "SLO delivery: one budget per `region` instead of nothing: the 30d figure restarts: the recorded series "
         f"change identity; {RESTART}", "history-broken"),
    case("missing data", TICKET, "      no_data: off\n      ticket: {action: C",
         "SLO delivery: no_data ticket → off: nobody is told when the SLI is gone (SLODataMissing)", "alert-removed"),
    case("threshold up", "above: 5000", "above: 8000",
         "alert SmsVolumeRunaway: level 5000 → 8000: fires for worse only (`sms_replies_total` grew by more than 8000 "
         "in 1h)", "alert-weakened"),
    case("threshold down", "above: 5000", "above: 500",
         "alert SmsVolumeRunaway: level 5000 → 500: fires for less (`sms_replies_total` grew by more than 500 in 1h)",
         "alert-tightened"),
    case("another condition", "over: 1h", "over: 2h",
         "alert SmsVolumeRunaway: fires when `sms_replies_total` grew by more than 5000 in 2h; until now when "
         "`sms_replies_total` grew by more than 5000 in 1h", "condition-changed"),
    case("a tier gone", TICKET, tiers(trend="") + TICKET,
         "SLO delivery: tier `trend` (ticket, 1d and 2h, from 0.3 % errors) is gone", "alert-weakened"),
    case("a tier slower", TICKET, tiers(trend="{name: trend, severity: ticket, budget: 20%, long: 1d}") + TICKET,
         "SLO delivery: tier `trend`: 10 % of the budget in 1d and 2h → 20 % of the budget in 1d and 2h; `trend` "
         "(ticket) now fires at 0.6 % errors instead of 0.3 %, at 10 % errors after 1h 26m instead of 43m 12s",
         "alert-weakened"),
    Case("a period of another make", (("period: 30d", "period: 90d"),),
         (("SLO delivery: period 30d → 90d: budget 43m 12s per 30d → 2h 9m per 90d; `fast` (page) now fires at "
           "4.32 % errors instead of 1.44 %, at 10 % errors after 25m 55s instead of 8m 38s"),
          ("SLO delivery: the 90d figure misses 72d of its past at first: slo:bad_events:increase18d and "
           f"slo:bad_events:increase90d are recorded from now on; {RESTART}")),
         frozenset({"period-changed", "history-broken"})),
    Case("no page", (("      page: {action: Switch the carrier, impact: Nobody gets an answer}", "      page: off"),),
         (f"SLO delivery: tier `fast` (page, 1h and 5m, from 1.44 % errors) is gone; {LAST}",
          f"SLO delivery: tier `slow` (page, 6h and 30m, from 0.6 % errors) is gone; {LAST}"),
         frozenset({"alert-removed", "page-removed"})),
    case("runbook", "org/sms-helpline\n", "org/sms\n",
         "3 SLOs: runbook `https://runbooks.example.org/sms-helpline` → `https://runbooks.example.org/sms`",
         "runbook-changed"),
    case("for", "for: 10m", "for: 30m", "alert QueueTooOld: for 10m → 30m: fires 20m later", "alert-weakened"),
    case("ticket to page", "priority: P3", "priority: P1",
         "alert QueueTooOld: priority P3 → P1: what opened a ticket for `team-messaging` now pages `team-messaging`",
         "priority-raised", "page-added"),
    case("page to ticket", "priority: P2", "priority: P4",
         "alert SmsVolumeRunaway: priority P2 → P4: what paged `team-messaging` now opens a ticket",
         "priority-lowered", "page-removed"),
    case("owner", "owner: team-messaging", "owner: team-carrier",
         "service sms-helpline: owner `team-messaging` → `team-carrier`: 2 pages and 3 tickets change hands",
         "owner-changed"),
    case("action", "Block the sender", "Call the sender",
         "alert SmsVolumeRunaway: action `Block the sender` → `Call the sender`", "action-changed"),
    case("labels", "env: prod", "env: staging", f"service sms-helpline: label `env`: `prod` → `staging`; {LABELS}",
         "labels-changed"),
    case("texts", "Nobody gets", "Everybody gets",
         "SLO delivery: page: impact `Nobody gets an answer` → `Everybody gets an answer`", "text-changed"),
    case("SLO renamed", "name: delivery", "name: sending",
         "SLO sending: renamed from `sms-helpline/delivery`: the 30d figure restarts: its recorded series now have "
         f"slo_service=sms-helpline, slo=sending; {RESTART}", "renamed", "history-broken"),
    case("alert renamed", "name: QueueTooOld", "name: QueueStuck",
         f"alert QueueStuck: renamed from `sms-helpline/QueueTooOld`: {MATCHES}", "renamed"),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=lambda row: row.name.replace(" ", "-"))
def test_each_change_has_its_sentence(row: Case, repository: Scratch) -> None:
    """A commit with one change is told in one sentence, with its consequence and its classes."""
    repository.replace(*row.edits)
    repository.commit()
    data = repository.data("HEAD~1", "HEAD")
    assert (list(row.said), row.classes) == (texts(data), classes(data))
