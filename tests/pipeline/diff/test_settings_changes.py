"""Settings are compared too, and what they do to all services."""

from __future__ import annotations

from tests.pipeline.diff.scratch import SETTINGS, SPEC, Scratch, classes, texts


def test_a_slower_scrape_changes_the_base_window(repository: Scratch) -> None:
    """The base window is named, and that a figure lacks events only until the new window is filled."""
    repository.write("sloctl.yaml", SETTINGS + "scrape_interval: 2m\n")
    data = repository.data("HEAD")
    assert ["settings: `scrape_interval` `30s` → `2m`: the base window of 1 SLO becomes 10m instead of 5m",
            "SLO delivery: tier `fast`: 2 % of the budget in 1h and 5m → 2 % of the budget in 1h and 10m",
            ("SLO delivery: the 30d figure misses 20m of its past at first: slo:bad_events:increase10m is recorded "
             "from now on; `sloctl backfill` can compute their past"),
            ] == texts(data)  # fmt: skip
    assert {"settings-changed", "history-gap", "condition-changed"} == classes(data)


def test_a_slower_evaluation_delays_every_alert(repository: Scratch) -> None:
    """The delay is said, once."""
    repository.write("sloctl.yaml", SETTINGS + "evaluation_interval: 1m\n")
    assert ["settings: `evaluation_interval` `30s` → `1m`: every alert may come up to 30s later"] == texts(
        repository.data("HEAD"))  # fmt: skip


def test_a_priority_that_pages_no_more_is_told_for_each_alert(repository: Scratch) -> None:
    """What a priority means is a setting; the alerts that call other people for it are named."""
    repository.write("sloctl.yaml", SETTINGS + "priorities: {P2: {notify: ticket, labels: {severity: critical}}}\n")
    data = repository.data("HEAD")
    assert ["settings: `priorities.P2` `page severity=critical` → `ticket severity=critical`",
            "alert SmsVolumeRunaway: priority P2 has another meaning: what paged `team-messaging` now opens a ticket",
            ] == texts(data)  # fmt: skip
    assert {"settings-changed", "priority-lowered", "page-removed"} == classes(data)


def test_what_many_have_in_common_is_said_once(repository: Scratch) -> None:
    """The same change of three or more is one line."""
    for name in "abc":
        repository.write(f"specs/{name}.yaml", SPEC.replace("name: sms-helpline", f"name: {name}"))
    repository.commit()
    repository.write("sloctl.yaml", SETTINGS + "scrape_interval: 2m\n")
    assert "4 SLOs: the 30d figure misses 20m of its past at first: " in texts(repository.data("HEAD"))[2]


def test_settings_of_linting_are_told(repository: Scratch) -> None:
    """A check that is switched off in the same change should be seen."""
    repository.write("sloctl.yaml", SETTINGS + "lint: {ignore: [N201, A122]}\n")
    assert ["settings: `lint.ignore` `none` → `N201, A122`"] == texts(repository.data("HEAD"))


def test_values_that_may_be_secret_are_not_shown(repository: Scratch) -> None:
    """The server that is asked changes no rule, and what proves who asks is not repeated in a comment."""
    repository.write("sloctl.yaml", SETTINGS + "prometheus: {url: 'http://p', headers: {X-Key: hush}}\n")
    assert "hush" not in repository.diff("HEAD").out


def test_each_side_has_its_own_settings(repository: Scratch) -> None:
    """The specs of the older side are found where its settings say."""
    (repository.root / "specs").rename(repository.root / "slos")
    repository.write("sloctl.yaml", "specs: [slos]\n")
    assert [] == repository.data("HEAD")["changes"]


def test_wrong_settings_of_the_older_side_are_said(repository: Scratch) -> None:
    """The settings of the newer side stand in for them."""
    repository.write("sloctl.yaml", SETTINGS + "scrape_intervall: 1m\n")
    repository.commit()
    repository.write("sloctl.yaml", SETTINGS)
    data = repository.data("HEAD")
    assert [] == [text for text in texts(data) if "scrape" not in text]
    assert "its settings (sloctl.yaml:2:1: unknown key `scrape_intervall`" in data["left_out"][0]


def test_wrong_settings_of_the_newer_side_end_the_run(repository: Scratch) -> None:
    """They are what is to be merged."""
    repository.write("sloctl.yaml", SETTINGS + "scrape_intervall: 1m\n")
    done = repository.diff("HEAD")
    assert (2, True) == (done.code, "sloctl.yaml:2:1: unknown key `scrape_intervall`" in done.err)
