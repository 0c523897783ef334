"""`sloctl explain` says what a spec means, and accounts for every number in the rules that it compiles to."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sloctl.cli.main import run

EXAMPLES = Path(__file__).parents[2] / "examples"
SPEC = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: help, owner: team-messaging}
defaults: {runbook: "https://wiki.acme.org/help/{name}", action: Call the carrier}
slos:
  - name: delivery
    objective: %s
    sli: {events: {bad: fails_total, total: sends_total}}
%salerts:
  - name: Runaway
    count: {of: 'sends_total{direction="out"}', over: 1h, above: 5000}
    priority: P2
    impact: Every message is billed
  - name: BackupTooOld
    stale: {timestamp: backup_time_seconds, older_than: 26h}
    priority: P3
"""
# Structure, not settings: `1 - x`, `x > 0`, `or 0 * x`, `vector(1)`.
STRUCTURE = {"0", "1"}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def explained(capsys: pytest.CaptureFixture[str], *arguments: str, objective: str = "99.9", more: str = "") -> str:
    """Explain the spec of this module, with more keys for its SLO."""
    lines = "".join(f"    {line}\n" for line in more.splitlines())
    Path("help.yaml").write_text(SPEC % (objective, lines))
    assert run(["explain", "help.yaml", *arguments]) == 0
    return capsys.readouterr().out


def row(text: str, table: str, first: str) -> list[str]:
    """Find the row of a table that begins with `first`; cells are told apart by two blanks or more."""
    section = text.partition(f"\n  {table}")[2].partition("\n\n")[0]
    found = next(line for line in section.splitlines() if line.split()[:1] == [first])
    return re.split(r"\s{2,}", found.strip())


def test_the_promise_and_its_budget(capsys: pytest.CaptureFixture[str]) -> None:
    """The budget is said in events and in minutes of full outage."""
    text = " ".join(explained(capsys, "delivery").split())
    assert "99.9 % of events are good over any 30d." in text
    assert "0.1 % of events may be bad: 1 of 1,000, or 43m 12s of full outage per 30d." in text


def test_traffic_turns_the_budget_into_events(capsys: pytest.CaptureFixture[str]) -> None:
    """With `traffic`, the budget is counted in events of the period."""
    text = " ".join(explained(capsys, "delivery", more="traffic: 1200/h").split())
    assert "20 events per minute are expected: 864,000 per 30d, of which 864 may be bad." in text


def test_tiers(capsys: pytest.CaptureFixture[str]) -> None:
    """A row per tier: who is called, windows, burn rate, limit, budget spent, how long a budget lasts."""
    text = explained(capsys, "delivery")
    assert ["fast", "page", "1h", "5m", "14.4", "1.44 %", "2 %", "2d 2h"] == row(text, "Tiers", "fast")
    assert ["drain", "ticket", "3d", "6h", "1", "0.1 %", "10 %", "30d"] == row(text, "Tiers", "drain")


def test_detection(capsys: pytest.CaptureFixture[str]) -> None:
    """Detection times at 100, 10, 1 and 0.2 % are those of the workbook."""
    text = explained(capsys, "delivery")
    assert ["errors:", "100 %", "10 %", "1 %", "0.2 %"] == row(text, "Detection", "errors:")
    assert ["fast", "51.8s", "8m 38s", "never", "never"] == row(text, "Detection", "fast")
    assert ["slow", "2m 10s", "21m 36s", "3h 36m", "never"] == row(text, "Detection", "slow")
    assert ["trend", "4m 19s", "43m 12s", "7h 12m", "never"] == row(text, "Detection", "trend")
    assert ["drain", "4m 19s", "43m 12s", "7h 12m", "1d 12h"] == row(text, "Detection", "drain")


def test_detection_waits_for_the_floor_when_traffic_is_declared(capsys: pytest.CaptureFixture[str]) -> None:
    """At one event a minute the fifth bad one comes after five minutes of full outage."""
    text = explained(capsys, "delivery", more="traffic: 60/h")
    assert ["fast", "5m", "50m", "never", "never"] == row(text, "Detection", "fast")


def test_reset(capsys: pytest.CaptureFixture[str]) -> None:
    """A tier that never fired has nothing to reset."""
    assert ["fast", "4m 56s", "4m 17s", "-", "-"] == row(explained(capsys, "delivery"), "Reset", "fast")


def test_few_events(capsys: pytest.CaptureFixture[str]) -> None:
    """One failure, and five, exceed the limit below these counts; the tier is of use above that objective."""
    text = explained(capsys, "delivery")
    assert ["fast", "1h", "below 69", "below 347", "above 93.06 %"] == row(text, "Few events", "fast")
    assert ["slow", "6h", "below 167", "below 833", "above 83.33 %"] == row(text, "Few events", "slow")
    assert ["trend", "1d", "below 333", "below 1,667", "above 66.67 %"] == row(text, "Few events", "trend")
    assert ["drain", "3d", "below 1,000", "below 5,000", "any"] == row(text, "Few events", "drain")


def test_failures_that_a_page_needs(capsys: pytest.CaptureFixture[str]) -> None:
    """With 1,000 events an hour more than 14.4 must be bad, with 100 the floor decides."""
    for traffic, needed in (("1000/h", "15 bad"), ("100/h", "5 bad")):
        text = explained(capsys, "delivery", more=f"traffic: {traffic}")
        assert needed == row(text, "Few events", "fast")[4]


def test_without_a_floor_one_failure_suffices(capsys: pytest.CaptureFixture[str]) -> None:
    """`min_bad_events: 0` is called what it is."""
    text = " ".join(explained(capsys, "delivery", more="alerting: {min_bad_events: 0}").split())
    assert "That fires `fast`: there is no floor that asks for more bad events." in text


def test_a_tier_that_cannot_fire_is_said_to_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """At 93 % the fast tier could not fire in a full outage; the reason and the objective it needs are named."""
    text = " ".join(explained(capsys, "delivery", objective="93").split())
    assert "The tier `fast` is left out: at 93 % a full outage burns less than 14.4x; " in text
    assert "it needs an objective above 93.06 %." in text


def test_a_tier_longer_than_the_period_is_said_to_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A period of two days has no place for a window of three."""
    text = " ".join(explained(capsys, "delivery", more="period: 2d").split())
    assert "Left out The period 2d is too short for `drain`, which is left out; " in text


def test_an_slo_that_calls_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """With everything off there are no tables, and that is said."""
    text = explained(capsys, "delivery", more='alerting: {page: "off", ticket: "off"}')
    assert "    No tier pages anybody.\n    No tier opens a ticket.\n" in text
    assert "Off: nobody is told when the SLI is gone." in text
    assert "Detection" not in text


def test_a_raised_burn_rate_is_accounted_for(capsys: pytest.CaptureFixture[str]) -> None:
    """10 % of 28d in 3d would be 0.933; the rules say 1, and why."""
    text = " ".join(explained(capsys, "delivery", more="period: 28d").split())
    assert "0.1 x 28d / 3d is 0.933, raised to 1: less would fire while the objective is met" in text


def test_who_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    """The priority becomes a page or a ticket by the settings, with the labels that route it."""
    Path("sloctl.yaml").write_text("priorities: {P1: {notify: page, labels: {severity: disaster}}}\n")
    text = explained(capsys, "delivery")
    assert "P1 pages team-messaging (severity=disaster)" in text
    assert "P3 opens a ticket for team-messaging (severity=warning)" in text
    assert "https://wiki.acme.org/help/delivery" in text


def test_a_threshold_alert(capsys: pytest.CaptureFixture[str]) -> None:
    """What it means, for how long, who is called, what they shall do, where it is written, and the PromQL."""
    text = explained(capsys, "Runaway")
    assert """\
Alert help/Runaway (help.yaml:10:11)

  Fires when  `sends_total{direction="out"}` grew by more than 5000 in 1h
  For         at once, without waiting
  Checked     every 30s
  Calls       P2 pages team-messaging (severity=critical)
  Action      Call the carrier
  Impact      Every message is billed
  Runbook     https://wiki.acme.org/help/Runaway

  PromQL
    sum(increase(sends_total{direction="out"}[1h])) > 5000
""" == text


def test_seconds_in_promql_are_accounted_for(capsys: pytest.CaptureFixture[str]) -> None:
    """PromQL compares with 93600; the spec said 26h."""
    text = explained(capsys, "BackupTooOld")
    assert re.search(r"Numbers +93600 is 1d2h in seconds\n", text)


@pytest.mark.parametrize(
    ("names", "titles"),
    [
        ((), ["SLO help/delivery", "Alert help/Runaway", "Alert help/BackupTooOld"]),
        (("help",), ["SLO help/delivery", "Alert help/Runaway", "Alert help/BackupTooOld"]),
        (("help/delivery",), ["SLO help/delivery"]),
        (("BackupTooOld", "delivery"), ["SLO help/delivery", "Alert help/BackupTooOld"]),
    ],
)
def test_names_pick(capsys: pytest.CaptureFixture[str], names: tuple[str, ...], titles: list[str]) -> None:
    """A service, `service/name` or a name picks what is explained; without one it is everything."""
    assert titles == re.findall(r"^((?:SLO|Alert) \S+) \(", explained(capsys, *names), re.MULTILINE)


def test_an_unknown_name_suggests_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt name is wrong use, with a suggestion."""
    explained(capsys)
    assert run(["explain", "help.yaml", "delivry"]) == 2
    assert "no SLO or alert is named `delivry`\n  = help: did you mean `delivery`?" in capsys.readouterr().err


def test_without_a_path_the_specs_of_the_settings_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    """A name alone is enough inside a project."""
    explained(capsys)
    Path("sloctl.yaml").write_text("specs: [help.yaml]\n")
    assert run(["explain", "Runaway"]) == 0
    assert capsys.readouterr().out.startswith("Alert help/Runaway (help.yaml:10:11)")


def test_a_missing_file_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """What ends as a spec does is a path, not a name."""
    assert run(["explain", "gone.yaml"]) == 2
    assert "no such file or folder: gone.yaml" in capsys.readouterr().err


def test_a_spec_with_errors_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """The findings go to stderr and the exit code is that of problems; the other services are explained."""
    explained(capsys)
    Path("bad.yaml").write_text((SPEC % ("100", "")).replace("name: help", "name: bad"))
    assert run(["explain", "."]) == 1
    shown = capsys.readouterr()
    assert "bad.yaml:7:16: error S301" in shown.err
    assert shown.out.startswith("SLO help/delivery")


def test_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """A code, in either case, prints what it stands for."""
    assert run(["explain", "S302", "n230"]) == 0
    assert re.findall(r"^\S+ \S+ \(\w+\)$", capsys.readouterr().out, re.MULTILINE) == [
        "S302 objective-as-fraction (error)",
        "N230 impossible-tier (error)",
    ]


@pytest.mark.parametrize(("name", "code"), [("zero-for", "H506"), ("impossible-tier", "N230"), ("unreadable", "S100")])
def test_a_name_is_as_good_as_its_code(name: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings print code and name; either brings up the page."""
    assert run(["explain", code]) == run(["explain", name]) == 0
    first, second = capsys.readouterr().out.split(f"{code} {name} (")[1:]
    assert first == second


def test_an_unknown_code(capsys: pytest.CaptureFixture[str]) -> None:
    """A code that there is not is wrong use."""
    assert run(["explain", "Z999"]) == 2
    assert "unknown code Z999" in capsys.readouterr().err


def test_every_code_is_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """`--list` names each code once, and each has its page."""
    assert run(["explain", "--list"]) == 0
    codes = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert codes == sorted(set(codes))
    assert run(["explain", *codes]) == 0


def numbers(text: str) -> set[str]:
    """Collect the numbers and durations in a text; those inside of names are none."""
    bare = re.sub(r"[a-zA-Z_:][\w:]*", " ", text)
    return set(re.findall(r"(?<![\w.])(?:[0-9]+[a-z]+)+|(?<![\w.])[0-9]+(?:\.[0-9]+)?", bare))


def unquoted(expression: str) -> str:
    """Leave out the label values and other quoted texts of an expression."""
    return re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'', " ", expression)


def numbers_of_rule(rule: dict[str, Any]) -> set[str]:
    """Collect the numbers of a compiled rule: its expression, its times, and the queries of its description."""
    queries = re.findall(r"`(.+?)`", rule.get("annotations", {}).get("description", ""))
    texts = (rule["expr"], *queries, rule.get("for", ""), rule.get("keep_firing_for", ""))
    return set().union(*(numbers(unquoted(text)) for text in texts))


@pytest.mark.parametrize("spec", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_number_in_the_rules_is_explained(capsys: pytest.CaptureFixture[str], spec: Path) -> None:
    """Whatever number a compiled rule holds, the explanation of its SLO or alert says it in its own words."""
    assert run(["compile", "--stdout", str(spec)]) == 0
    groups = yaml.safe_load(capsys.readouterr().out)["groups"]
    found: dict[str, set[str]] = {}
    for group in groups:
        _, service, *slo = group["name"].split("/")
        for rule in group["rules"]:
            found.setdefault(f"{service}/{slo[0] if slo else rule['alert']}", set()).update(numbers_of_rule(rule))
    for name, used in found.items():
        assert run(["explain", str(spec), name]) == 0
        words = capsys.readouterr().out.partition("\n  PromQL\n")[0]
        assert (name, set()) == (name, used - numbers(words) - STRUCTURE)


@pytest.mark.parametrize("spec", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_prose_and_tables_fit_80_columns(capsys: pytest.CaptureFixture[str], spec: Path) -> None:
    """A line is longer than a terminal only where a word or an expression of the user is."""
    assert run(["explain", str(spec)]) == 0
    long = [line for line in capsys.readouterr().out.splitlines() if len(line) > 80]
    assert [] == [line for line in long if not re.search(r"\(\S+:\d+:\d+\)$|[({]|`", line)]


def test_long_tier_names_do_not_widen_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a tier gives way, so that the numbers stay in their columns."""
    name = "x" * 63
    tier = f"{{name: {name}, severity: page, budget: 2%, long: 1h}}"
    text = explained(capsys, "delivery", more=f"alerting: {{page: {{action: Go}}, tiers: [{tier}]}}")
    tables = text.partition("  Tiers")[2].partition("Who is called")[0]
    assert 80 >= max(map(len, tables.splitlines()))
    assert re.search(r"^ {4}x+… +page +1h", tables, re.MULTILINE)


def test_text_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters in a spec are not printed."""
    text = explained(capsys, "delivery", more='description: "a\\e[2Jb\\rc"')
    assert "\x1b" not in text
    assert "\r" not in text


def test_a_pipe_receives_the_same_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Colour adds nothing but escape codes, and only where it is asked for."""
    plain = explained(capsys)
    colored = explained(capsys, "--color", "always")
    assert "\x1b[1m" in colored
    assert plain == re.sub(r"\x1b\[\d+m", "", colored)


def data(capsys: pytest.CaptureFixture[str], **more: str) -> Any:
    """Explain the spec of this module as JSON."""
    return json.loads(explained(capsys, "--format", "json", **more))


def test_json_of_an_slo(capsys: pytest.CaptureFixture[str]) -> None:
    """Ratios and seconds are numbers, windows are Prometheus durations, never is null."""
    slo = data(capsys)["slos"][0]
    fast = slo["tiers"][0]
    assert ("help", "delivery", "help.yaml", 6) == tuple(slo[key] for key in ("service", "name", "file", "line"))
    assert (0.999, 0.001, "30d", 2592) == tuple(
        slo[key] for key in ("objective", "error_budget", "period", "full_outage_seconds")
    )
    assert ("1h", "5m", 14.4, 0.0144, 0.02) == tuple(
        fast[key] for key in ("long", "short", "burn_rate", "error_ratio", "budget_spent")
    )
    assert [51.84, 518.4, None, None] == [each["detection_seconds"] for each in fast["incidents"]]
    assert None is fast["bad_events_needed"]
    assert {"window": "1h", "tiles": [{"window": "30m", "offset": "0s"}, {"window": "30m", "offset": "30m"}]} in slo[
        "windows"
    ]


def test_json_of_an_alert(capsys: pytest.CaptureFixture[str]) -> None:
    """The alert's response says what its priority becomes."""
    alert = data(capsys)["alerts"][0]
    assert ("Runaway", "count", None) == tuple(alert[key] for key in ("name", "kind", "for"))
    assert ("P2", "page", "Call the carrier") == tuple(
        alert["response"][key] for key in ("priority", "notify", "action")
    )


def test_json_of_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Codes have a form for programs too."""
    assert run(["explain", "--format", "json", "N230"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [("N230", "impossible-tier", "error")] == [
        (each["code"], each["name"], each["severity"]) for each in found["problems"]
    ]


def complete(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str, instruction: str = "bash_complete"
) -> list[str]:
    """Ask for completion of the last word, as a shell would."""
    monkeypatch.setenv("_SLOCTL_COMPLETE", instruction)
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    with pytest.raises(SystemExit):
        run([])
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    """`_SLOCTL_COMPLETE=bash_source sloctl` prints a script for the shell."""
    script = "\n".join(complete(capsys, monkeypatch, "sloctl", f"{shell}_source"))
    assert "_SLOCTL_COMPLETE" in script
    assert f"{shell}_complete" in script


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("sloctl expl", "plain,explain"),
        ("sloctl explain --form", "plain,--format"),
        ("sloctl explain --format j", "plain,json"),
        ("sloctl explain N230", "plain,N230"),
        ("sloctl explain exam", "file,exam"),
    ],
)
def test_completion(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str, answer: str
) -> None:
    """Commands, options, their choices, codes and files complete."""
    assert [answer] == complete(capsys, monkeypatch, words)
