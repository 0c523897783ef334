"""How a comparison is written: for a terminal, for a comment, as data; and which changes make the run fail."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from sloctl.pipeline.diff.change import CLASSES
from sloctl.pipeline.diff.json import diff_schema
from tests.pipeline.diff.scratch import SPEC, Scratch

ROOT = Path(__file__).parents[3]
HOSTILE = "</details><script>alert(1)</script> @everyone ![x](http://evil.example) `code` **bold** | #1 \x1b[31m"


def _changed(repository: Scratch) -> None:
    repository.replace(("objective: 99.9", "objective: 99"), ("priority: P3", "priority: P1"), ("prod", "test"))
    repository.write("specs/broken.yaml", "apiVersion: sloctl/v1\nkind: Service\n")


def test_a_terminal_of_80_columns_suffices(repository: Scratch) -> None:
    """No line is longer, but for words that cannot be broken."""
    _changed(repository)
    lines = repository.diff("HEAD").out.splitlines()
    assert [] == [line for line in lines if len(line) > 80]
    assert ["On call", "service sms-helpline (specs/sms.yaml:4)", "SLO sms-helpline/delivery (specs/sms.yaml:10)",
            "alert sms-helpline/QueueTooOld (specs/sms.yaml:25)", "Not compared"] == [
                line for line in lines[1:] if line and line[0] != " "]  # fmt: skip


def test_colour_only_where_it_is_wanted(repository: Scratch) -> None:
    """`--color always` marks what is loud; a pipe gets plain text."""
    _changed(repository)
    assert "\x1b" not in repository.diff("HEAD").out
    assert "\x1b[1;31m!" in repository.diff("HEAD", "--color", "always").out


def test_the_data_follows_the_published_schema(repository: Scratch) -> None:
    """`--format json` is what `sloctl schema diff` describes, for settings, services, SLOs and alerts alike."""
    _changed(repository)
    repository.write("sloctl.yaml", "specs: [specs]\nevaluation_interval: 1m\n")
    data = json.loads(repository.diff("HEAD", "--format", "json").out)
    assert [] == [error.message for error in Draft7Validator(diff_schema()).iter_errors(data)]
    assert ["settings", "service", "SLO", "alert"] == [each["subjects"][0]["kind"] for each in data["changes"]]
    assert {"before": 2, "after": 3} == data["oncall"][0]["pages"]


def test_a_comment_is_short_first_and_folds_the_rest(repository: Scratch) -> None:
    """The loud changes stand at the top; others, consequences and what was not compared are folded."""
    _changed(repository)
    text = repository.diff("HEAD", "--format", "markdown").out
    top, *folds = text.split("<details><summary>")
    assert "objective 99.9 % → 99 %" in top
    assert "label" not in top
    assert ["1 other change", "More consequences", "Not compared: 1"] == [fold.partition("<")[0] for fold in folds]
    assert text.count("<details>") == text.count("</details>")


def test_hostile_texts_are_shown_as_text(repository: Scratch) -> None:
    """What a spec says can neither end the fold, run, mention somebody, load a picture, nor steer the terminal."""
    action = json.dumps(HOSTILE)
    repository.write("specs/sms.yaml", SPEC.replace("action: Restart the worker", f"action: {action}"))
    repository.write("specs/<b>@x.yaml", SPEC.replace("sms-helpline", "x").replace("team-messaging", "'@all'"))
    text = repository.diff("HEAD", "--format", "markdown").out
    assert "alert\\(1\\)" in text
    assert {"details", "summary", "code"} == set(re.findall(r"</?(\w+)", text))
    assert [] == re.findall(r"@(?!&#8203;)|(?<!\\)!\[|\x1b|(?<!\\)\]\(", text)
    assert "\x1b" not in repository.diff("HEAD").out


def test_names_in_rule_files_are_shown_as_text(repository: Scratch) -> None:
    """A group or an alert may be called anything: short, as code, and with nothing that a forge would act on."""
    name = json.dumps(f"{HOSTILE} GH-12 www.evil.example {'x' * 500}")
    repository.write("specs/rules.yml", f"groups: [{{name: {name}, rules: [{{alert: {name}, expr: up == 0}}]}}]")
    text = repository.diff("HEAD", "--format", "markdown").out
    assert {"code"} == set(re.findall(r"</?(\w+)", text.partition("<details>")[0]))
    assert [] == re.findall(r"@(?!&#8203;)|\x1b|(?<!\\)\]\(|x{200}", text)
    assert "#1" not in re.sub(r"<code>.*?</code>", "", text)
    assert [] == [line for line in repository.diff("HEAD").out.splitlines() if len(line) > 80 and " " in line.strip()]


def test_what_is_gone_does_not_drown_in_what_is_new(repository: Scratch) -> None:
    """However many pages a change adds, the one that it removes stands first in the comment."""
    pages = "".join(f"  - name: Page{at}\n    expr: sum(page_{at}) > 5\n    priority: P1\n    action: Act\n"
                    for at in range(30))  # fmt: skip
    repository.write("specs/sms.yaml", SPEC[: SPEC.index("  - name: QueueTooOld")] + pages)
    top = repository.diff("HEAD", "--format", "markdown").out.partition("<details>")[0]
    assert top.splitlines()[3].startswith("- **alert sms-helpline/QueueTooOld**: removed")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("objective-lowered", 1),
        ("owner-changed,page-added", 1),
        ("loud", 1),
        ("owner-changed", 0),
        ("history-broken", 0),
    ],
)
def test_a_class_of_changes_can_fail_the_run(wanted: str, code: int, repository: Scratch) -> None:
    """`--fail-on` exits with 1 when there is such a change, so that a team can ask for a second approval."""
    repository.replace(("objective: 99.9", "objective: 99"), ("priority: P3", "priority: P1"))
    assert code == repository.diff("HEAD", "--fail-on", wanted).code


def test_every_class_is_in_the_help_and_in_the_document(repository: Scratch) -> None:
    """What `--fail-on` takes is listed where its user looks."""
    shown = repository.diff("--help").out
    assert [] == [name for name in CLASSES if f"  {name}" not in shown]
    rows = [f"| `{name}` | {'!' if each.is_loud else ''} | {each.meaning[:-1]} |" for name, each in CLASSES.items()]
    assert "\n".join(rows) in (ROOT / "docs" / "diff.md").read_text(encoding="utf-8")
