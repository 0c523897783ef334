"""Delete, fix or keep: which habits of an alert lead to which verdict."""

from __future__ import annotations

from datetime import UTC

import pytest

from sloctl.core.duration import Duration
from sloctl.evidence.firings import Bout
from sloctl.evidence.limits import Limits
from sloctl.evidence.summary import summarise
from sloctl.pipeline.audit.facts import Audit, Audited, Load, loads
from sloctl.pipeline.audit.judge import Verdict, judge, noise
from sloctl.pipeline.audit.tables import budget_words, nothing_words, together_words
from sloctl.pipeline.audit.together import together

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MONTH = 28 * DAY


def rang(*pairs: tuple[int, int]) -> tuple[Bout, ...]:
    """Firings, each from a time for a length of time."""
    return tuple(Bout(start=start, end=start + length) for start, length in pairs)


def alert(*pairs: tuple[int, int], name: str = "QueueLong", notify: str = "page", runbook: str = "https://wiki",
          owner: str = "team-a", is_by_design: bool = False, is_of_slo: bool = False,
          is_loaded: bool = True, known: int = MONTH) -> Audited:  # fmt: skip
    """An alert that fired."""
    bouts = rang(*pairs)
    return Audited(
        name=name, told=(), notify=notify, owner=owner, service="", runbook=runbook, is_by_design=is_by_design,
        is_of_slo=is_of_slo, is_loaded=is_loaded, hold=Duration(0), bouts=bouts,
        summary=summarise(bouts, known_ms=known, zone=UTC),
    )  # fmt: skip


def audit(*alerts: Audited, since: int = 0) -> Audit:
    """An audit of four weeks."""
    return Audit(server="s", asked_since=0, since=since, until=MONTH, zone=UTC, alerts=alerts, together=(), owners=(),
                 services=(), has_rules=True)  # fmt: skip


def verdict(of: Audited, since: int = 0) -> tuple[str, tuple[str, ...]]:
    """Return verdict and reasons."""
    judged = judge(of, audit(of, since=since), Limits())
    return judged.verdict.value, judged.reasons


NEVER = "it never fired in 28 days"
DAILY = [(day * DAY + 12 * HOUR, 10 * MINUTE) for day in range(28)]


def test_a_rare_long_page_is_kept() -> None:
    """An alert that fires within what people bear, and long enough to be looked at, needs nothing."""
    assert ("keep", ()) == verdict(alert((DAY, HOUR), (9 * DAY, 2 * HOUR)))


def test_a_page_a_day_is_to_be_fixed() -> None:
    """Two pages a week are borne; seven are said with their number."""
    assert ("fix", ("it fired 7.0 times a week, 0 times at night",)) == verdict(alert(*DAILY))
    assert ("keep", ()) == verdict(alert(*DAILY, notify="ticket"))


def test_noise_without_a_runbook_is_to_be_deleted() -> None:
    """Nobody can act on a noisy alert of which nothing says what to do."""
    found, reasons = verdict(alert(*DAILY, runbook=""))
    assert ("delete", "nothing says what to do: no runbook") == (found, reasons[-1])


def test_flapping_and_short_lived_are_said() -> None:
    """An alert that comes back within the hour, or is over before anybody looked, is told what to do about it."""
    often = [(each * 6 * DAY + part * 10 * MINUTE, 2 * MINUTE) for each in range(2) for part in range(4)]
    found, reasons = verdict(alert(*often))
    assert "fix" == found
    assert "it came back within the hour 6 of 8 times: a longer `for`, or `keep_firing_for`" in reasons
    assert "half of its firings were over within 2m" in reasons


def test_a_state_is_no_event() -> None:
    """An alert that fires most of the time is heard by nobody."""
    found = verdict(alert((0, 21 * DAY), notify="ticket"))
    assert ("fix", ("it fired 75 % of the time: nobody hears it any more",)) == found


def test_of_an_hour_no_habit_is_judged() -> None:
    """What a server remembers of less than a day is told with its length, and leads to no verdict."""
    begin = MONTH - HOUR
    state = alert((begin, HOUR), runbook="", known=HOUR)
    reason = "it fired 100 % of the 1h that the server remembers: too little to judge"
    assert ("watch", (reason,)) == verdict(state, begin)
    assert ("watch", ()) == verdict(alert(runbook=""), begin)
    assert "nothing yet: 1h is too little to judge" == nothing_words(audit(state, since=begin), Limits())
    assert ("keep", ()) == verdict(alert(runbook=""), MONTH - 3 * DAY)


def test_nothing_to_do_has_a_reason() -> None:
    """That alerts were worth keeping is said only where one fired and is kept."""
    quiet, kept, gone = alert(), alert((DAY, HOUR)), alert((DAY, HOUR), is_loaded=False)
    said = [nothing_words(audit(*alerts), Limits()) for alerts in ((quiet,), (quiet, gone), (quiet, kept, gone))]
    assert ["nothing: no alert fired in 28 days", "nothing: what fired is not evaluated any more",
            "nothing: every alert that fired was worth keeping"] == said  # fmt: skip


def test_a_load_of_less_than_a_day_is_not_told_by_the_week() -> None:
    """One page within five minutes are not two thousand a week, and pass no budget."""
    (load,) = loads([alert((0, MINUTE))], ["team-a"], 5 * MINUTE)
    assert (1, None) == (load.pages, load.pages_per_week)
    assert [] == budget_words([load], 5)


@pytest.mark.parametrize(
    ("quiet", "since", "word", "reason"),
    [
        (alert(), 0, "keep", f"{NEVER}: prove that it can"),
        (alert(runbook=""), 0, "delete", f"{NEVER}, and it has no runbook: prove that it can fire, or let it go"),
        (alert(is_of_slo=True), 0, "keep", f"{NEVER}: the objective was met"),
        (alert(runbook=""), 20 * DAY, "keep", ""),
        (alert(notify="nobody"), 0, "delete", "it calls nobody: what nobody must act on is a panel or a report"),
        (alert(*DAILY, is_by_design=True), 0, "keep", "it is meant to fire"),
        (alert(*DAILY, is_loaded=False), 0, "gone", "the server does not evaluate it any more"),
    ],
)
def test_verdicts_without_habits(quiet: Audited, since: int, word: str, reason: str) -> None:
    """What never fired is judged only when the server remembers long enough; SLOs and watchdogs are what they are."""
    assert (word, (reason,) if reason else ()) == verdict(quiet, since)


def test_the_noisiest_weighs_most() -> None:
    """Noise is measured against what is borne: seven pages a week weigh more than seven tickets; watchdogs nothing."""
    pages, tickets, dog = alert(*DAILY), alert(*DAILY, notify="ticket"), alert(*DAILY, is_by_design=True)
    weights = [noise(each, audit(each), Limits()) for each in (pages, tickets, dog)]
    assert sorted(weights, reverse=True) == weights
    assert 0.0 == weights[-1]


def test_a_page_inhibits_the_ticket_that_rings_with_it() -> None:
    """Alerts that nearly always ring together are a pair, and the one that pages holds back the other."""
    page = alert(*DAILY, name="Page")
    ticket = alert(*[(start + MINUTE, length) for start, length in DAILY[:5]], name="Ticket", notify="ticket")
    (pair,) = together((page, ticket, alert((DAY, HOUR), name="Other")))
    assert ("Page", "Ticket", 5, 5) == (pair.one.name, pair.other.name, pair.times, pair.of)
    assert together_words(pair).endswith("of the 5 firings of `Ticket`: let the page inhibit the ticket")


def test_the_load_of_an_owner_is_held_against_the_budget() -> None:
    """Pages are summed up by owner, without watchdogs; a budget that is passed is said."""
    alerts = (alert(*DAILY), alert(*DAILY[:8], name="Other", notify="ticket"), alert(*DAILY, is_by_design=True))
    (load,) = loads(alerts, [each.owner for each in alerts], MONTH)
    assert Load(name="team-a", pages=28, at_night=0, tickets=8, pages_per_week=7.0) == load
    assert ["team-a was paged 7.0 times a week; the budget is 5"] == budget_words([load], 5)
    assert [] == budget_words([load], 7)
    assert [] == budget_words([load], None)


def test_every_verdict_has_a_word() -> None:
    """The words that reports print are the ones that the documents explain."""
    assert ["delete", "fix", "watch", "keep", "gone"] == [each.value for each in Verdict]
