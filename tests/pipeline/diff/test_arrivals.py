"""What is new, gone, moved or renamed; and what is no change at all."""

from __future__ import annotations

import pytest

from tests.pipeline.diff.scratch import SPEC, Scratch, classes, texts

ALERT = """\
  - name: CarrierSlow
    value: {of: carrier_seconds, above: 3, for: 10m}
    priority: P1
    action: Switch the carrier
"""
VOLUME = """\
  - name: SmsVolumeRunaway
    count: {of: sms_replies_total, over: 1h, above: 5000}
    priority: P2
    action: Block the sender
"""


def _after(repository: Scratch) -> list[str]:
    return texts(repository.data("HEAD"))


def test_a_new_page_says_whom_it_calls_and_counts_the_pages(repository: Scratch) -> None:
    """A new page names its owner and condition, and the load of the owner is told against what is allowed."""
    repository.write("specs/sms.yaml", SPEC + ALERT + ALERT.replace("CarrierSlow", "CarrierSlower").replace("3,", "5,"))
    data = repository.data("HEAD")
    assert {"page-added"} == classes(data)
    assert "alert CarrierSlow: new: P1 pages `team-messaging` when the max of `carrier_seconds`" in texts(data)[0]
    assert "  2 new pages for `team-messaging` (now 4 of 10)" in repository.diff("HEAD").out.splitlines()


def test_too_many_pages_are_told_against_the_setting(repository: Scratch) -> None:
    """The limit is `lint.max_pages_per_service` of the newer side."""
    repository.write("sloctl.yaml", "specs: [specs]\nlint: {max_pages_per_service: 2}\n")
    repository.commit()
    repository.write("specs/sms.yaml", SPEC + ALERT)
    assert "  1 new page for `team-messaging` (now 3 of 2 allowed)" in repository.diff().out.splitlines()


def test_a_removed_alert_says_that_nothing_else_watches(repository: Scratch) -> None:
    """What no other SLO or alert reads is named."""
    repository.replace((VOLUME, ""))
    assert [("alert SmsVolumeRunaway: removed: it paged `team-messaging`; nothing else that was compared watches "
            "`sms_replies_total`")] == _after(repository)  # fmt: skip


def test_a_removed_alert_says_who_still_watches(repository: Scratch) -> None:
    """Where another SLO or alert reads the same metric, nothing is lost without a trace, and that one is named."""
    repository.replace(("of: sms_replies_total", "of: sms_sends_total"))
    repository.commit()
    repository.replace((VOLUME.replace("replies", "sends"), ""))
    assert [("alert SmsVolumeRunaway: removed: it paged `team-messaging`; `sms_sends_total` is still read by SLO "
            "sms-helpline/delivery")] == _after(repository)  # fmt: skip


def test_a_new_service_is_told_with_all_it_brings(repository: Scratch) -> None:
    """The service, its SLOs and its alerts are told, each on its own."""
    repository.write(
        "specs/other.yaml", SPEC.replace("sms-helpline", "shop").replace("sms_", "shop_").replace("queue", "q")
    )
    assert [
        "service shop: new, with 1 SLO and 2 alerts",
        "SLO delivery: new: 99.9 % of events over 30d; pages from 1.44 % errors in 1h",
        (
            "alert QueueTooOld: new: P3 opens a ticket for `team-messaging` when the max of `q_age_seconds` is above "
            "120, for 10m"
        ),
        "alert SmsVolumeRunaway: new: P2 pages `team-messaging` when `shop_replies_total` grew by more than 5000 in 1h",
    ] == _after(repository)


def test_a_removed_service_is_loud(repository: Scratch) -> None:
    """A service that is gone takes its SLOs and alerts with it, and each of them is told."""
    repository.write(
        "specs/other.yaml", SPEC.replace("sms-helpline", "shop").replace("sms_", "shop_").replace("queue", "q")
    )
    repository.commit()
    repository.spec.unlink()
    data = repository.data("HEAD")
    assert {"slo-removed", "alert-removed", "page-removed"} == classes(data)
    assert "service sms-helpline: removed, with 1 SLO and 2 alerts" == texts(data)[0]


def test_a_renamed_service_breaks_all_of_its_history(repository: Scratch) -> None:
    """The same SLOs and alerts under another service name are one renamed service."""
    repository.replace(("name: sms-helpline", "name: sms-line"))
    data = repository.data("HEAD")
    assert {"renamed", "history-broken"} == classes(data)
    assert (
        "service sms-line: renamed from `sms-helpline`: all its recorded series and alerts have another"
        in texts(data)[0]
    )


@pytest.mark.parametrize(
    ("edits", "kinds"),
    [
        ([("name: SmsVolumeRunaway", "name: Flood"), ("above: 5000", "above: 9000")], {"renamed", "alert-weakened"}),
        ([("name: delivery", "name: sending"), ('code!="0"', 'code=~"5.."')],
         {"renamed", "history-broken", "sli-changed"}),
        ([("name: sms-helpline", "name: sms-line"), ('code!="0"', 'code=~"5.."')],
         {"renamed", "history-broken", "sli-changed"}),
    ],
    ids=["alert", "SLO", "service"],
)  # fmt: skip
def test_a_rename_with_another_change_is_still_one(
    edits: list[tuple[str, str]], kinds: set[str], repository: Scratch
) -> None:
    """An alert with another level, an SLO with other bad events of the same total: renamed, and what changed too."""
    repository.replace(*edits)
    data = repository.data("HEAD")
    assert [True, False] == [" renamed from " in texts(data)[0], any("removed" in text for text in texts(data))]
    assert kinds == classes(data)


def test_an_alert_moved_to_another_service_is_no_new_alert(repository: Scratch) -> None:
    """The service is part of its identity, so the move is told as such."""
    repository.write("specs/b.yaml", SPEC.replace("sms-helpline", "b").replace("sms_", "b_").replace("queue", "b"))
    repository.commit()
    repository.replace((VOLUME, ""))
    repository.write("specs/b.yaml", (repository.root / "specs/b.yaml").read_text() + VOLUME.replace("SmsV", "V"))
    assert {"renamed", "runbook-changed"} == classes(repository.data("HEAD"))


REORDERED = SPEC.replace(VOLUME, "") + VOLUME
REFORMATTED = SPEC.replace('bad: sms_send_failures_total{job="helpline", code!="0"}',
                           'bad: >-\n          sms_send_failures_total{code!="0",\n          job="helpline"}'
                           ).replace("over: 1h", "over: 60m").replace("99.9", '"99.90%"')  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [f"# a comment\n{SPEC}", REORDERED, REFORMATTED, SPEC.replace("\n", "\r\n"), SPEC.replace("{env:", '{"env":')],
    ids=["comment", "reordered", "reformatted", "line-ends", "quoted"],
)  # fmt: skip
def test_what_changes_no_meaning_is_silent(text: str, repository: Scratch) -> None:
    """Comments, order, white space and ways of writing are no change."""
    assert text != SPEC
    repository.spec.write_bytes(text.encode())
    assert [] == repository.data("HEAD")["changes"]


def test_moved_and_split_files_are_silent(repository: Scratch) -> None:
    """A service is known by its name, not by its file."""
    repository.spec.rename(repository.root / "specs" / "a b\nü.yaml")
    assert [] == repository.data("HEAD")["changes"]


def test_a_default_that_moves_to_the_settings_is_silent(repository: Scratch) -> None:
    """What an alert says counts, not where it is written."""
    repository.replace(("defaults:\n  runbook: https://runbooks.example.org/sms-helpline\n", ""))
    repository.write(
        "sloctl.yaml", "specs: [specs]\ndefaults: {runbook: 'https://runbooks.example.org/sms-helpline'}\n"
    )
    assert [] == repository.data("HEAD")["changes"]
