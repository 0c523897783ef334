"""`sloctl review` in a scratch repository: one document, one exit code, one comment."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.session import Outcome, sloctl
from tests.forges.fakes import TOKEN, Comments, answer
from tests.pipeline.diff.scratch import Scratch, scratch
from tests.support.http import serving

NAMES = ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "GITHUB_TOKEN", "GITHUB_STEP_SUMMARY", "GITHUB_REF",
         "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "GITHUB_API_URL", "GITLAB_TOKEN", "http_proxy",
         "HTTP_PROXY")  # fmt: skip


TINY = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: tiny, owner: team-messaging}
alerts:
  - name: QueueTooLong
    value: {of: queue_length, above: 9, for: 10m}
    priority: P3
    runbook: https://runbooks.example.org/tiny
    action: Restart the worker
"""
NOISY = "  - name: Bare\n    expr: queue_length > 5\n    priority: P1\n    action: Act\n"


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Scratch:
    """A repository whose rules are compiled and committed on main; the branch `topic` is checked out."""
    found = scratch(tmp_path / "repository")
    found.write("sloctl.yaml", "specs: [specs]\nlint: {ignore: [A103, A121]}\n")
    assert 0 == sloctl("compile", cwd=found.root).code
    found.commit()
    found.git("checkout", "-q", "-b", "topic")
    return found


def _review(repository: Scratch, *arguments: str) -> Outcome:
    return sloctl("review", *arguments, cwd=repository.root)


def _rows(done: Outcome) -> dict[str, str]:
    """Return the table of verdicts."""
    table = done.out.partition("\n\n### ")[0].splitlines()
    return dict(
        line.strip("| ").split(" | ") for line in table if line.startswith("| ") and line[2:6] not in {"part", "--- "}
    )


def test_without_a_change_all_is_fine(repository: Scratch) -> None:
    """The document says so, and the exit code is 0."""
    done = _review(repository)
    assert (0, {"What changes": "nothing changes for anybody", "Lint of what changed": "no findings",
                "Compiled rules": "1 file in <code>rules</code> up to date"}) == (done.code, _rows(done))  # fmt: skip
    assert done.out.startswith("<!-- sloctl:review -->\n## sloctl review: fine\n")


def test_stale_rules_fail_the_review(repository: Scratch) -> None:
    """A spec that was changed and not compiled is told, with the file and what to run."""
    repository.replace(("objective: 99.9", "objective: 99.95"))
    done = _review(repository)
    assert (1, "**1 file in <code>rules</code> not as the specs say**") == (done.code, _rows(done)["Compiled rules"])
    assert "- <code>rules/sms-helpline.yml</code>: stale\n\nRun `sloctl compile` and commit" in done.out
    assert 0 == sloctl("compile", cwd=repository.root).code
    done = _review(repository)
    assert (0, "1 change to look at twice") == (done.code, _rows(done)["What changes"])


def test_rules_left_over_name_prune(repository: Scratch) -> None:
    """Only files whose spec is gone need the option that removes files."""
    repository.git("mv", "specs", "moved")
    repository.write("specs/tiny.yaml", TINY)
    repository.write("sloctl.yaml", "specs: [specs]\nlint: {ignore: [A103, A121]}\n")
    done = _review(repository)
    assert "- <code>rules/sms-helpline.yml</code>: left over\n\nRun `sloctl compile --prune` and commit" in done.out


def test_the_difference_cannot_steer_what_shows_it(repository: Scratch) -> None:
    """Compiled texts of users stand in the difference too: no escape sequence, no right-to-left override, one fence."""
    repository.replace(("action: Switch the carrier", r'action: "\e[31m \u202e ``` </details>"'))
    done = _review(repository)
    assert [True, False, False] == ["</details>" in done.out.partition("````diff")[2], "\x1b" in done.out,
                                    "\u202e" in done.out]  # fmt: skip


def test_rules_edited_by_hand_are_named(repository: Scratch) -> None:
    """They are no mere leftovers: the edit would be lost."""
    path = repository.root / "rules" / "sms-helpline.yml"
    path.write_text(path.read_text().replace("14.4 *", "10 *"))
    done = _review(repository)
    assert (1, True) == (done.code, "edited by hand, see line" in done.out)
    assert "Run `sloctl compile" not in done.out


def test_new_findings_of_lint_fail_the_review(repository: Scratch) -> None:
    """Only what the change brings is reported."""
    repository.spec.write_text(repository.spec.read_text() + NOISY)
    assert 0 == sloctl("compile", cwd=repository.root).code
    done = _review(repository)
    assert (1, True) == (done.code, "N201 no-for" in done.out)
    repository.commit()
    done = _review(repository, "HEAD")
    assert (0, "no findings") == (done.code, _rows(done)["Lint of what changed"])


def test_many_findings_are_folded(repository: Scratch) -> None:
    """Twenty are seen at once, the others on demand; nothing is left out."""
    more = "".join(NOISY.replace("Bare", f"Bare{at}").replace("> 5", f"> {at}") for at in range(30))
    repository.spec.write_text(repository.spec.read_text() + more)
    seen, _, folded = _review(repository).out.partition("### Lint of what changed")[2].partition("<details><summary>")
    assert (20, True) == (seen.count("| error |") + seen.count("| warning |"), "more findings</summary>" in folded)
    assert 30 == (seen + folded).count("N201 no-for")


def test_specs_with_errors_are_told_once_per_part(repository: Scratch) -> None:
    """They do not compile, the rest is compared, and the exit code is 1."""
    repository.write("specs/bad.yaml", "apiVersion: sloctl/v1\nkind: Service\n")
    done = _review(repository)
    assert (1, "**not compiled: 1 error**") == (done.code, _rows(done)["Compiled rules"])
    assert "sloctl lint" not in done.out


def test_without_compiled_rules_there_is_nothing_to_compare(repository: Scratch) -> None:
    """A team that compiles elsewhere is not told that its rules are stale."""
    repository.git("rm", "-rq", "rules")
    repository.commit()
    done = _review(repository)
    assert (0, True) == (done.code, "there is no folder <code>rules</code>" in _rows(done)["Compiled rules"])


def test_rule_files_are_reviewed_without_any_spec(repository: Scratch) -> None:
    """A team that writes its rules itself gets the change and the findings; there is nothing to compile."""
    rules = "groups:\n  - name: g\n    rules:\n      - {alert: QueueLong, expr: sum(queue) > 5, for: 5m}\n"
    repository.git("rm", "-rq", "rules", "specs")
    repository.write("specs/rules.yml", rules)
    repository.commit()
    repository.write("specs/rules.yml", rules.replace("> 5, for: 5m", "> 50"))
    done = _review(repository, "HEAD")
    assert (1, "there are no specs to compile") == (done.code, _rows(done)["Compiled rules"])
    assert [True, True] == ["level 5 → 50" in done.out, "N201 no-for" in done.out]


def test_a_class_of_changes_fails_the_review(repository: Scratch) -> None:
    """`--fail-on` is that of `diff`, and the class is named in the verdict."""
    repository.replace(("objective: 99.9", "objective: 99"))
    assert 0 == sloctl("compile", cwd=repository.root).code
    done = _review(repository, "--fail-on", "objective-lowered")
    assert (1, "**1 change to look at twice (objective-lowered)**") == (done.code, _rows(done)["What changes"])


def test_the_alerts_of_changed_services_are_proven(repository: Scratch, tool) -> None:
    """`--test` runs promtool over the services that changed, and over no other."""
    tool("promtool")
    repository.write("specs/tiny.yaml", TINY)
    assert 0 == sloctl("compile", cwd=repository.root).code
    done = _review(repository, "--test")
    claims = re.fullmatch(r"(\d+) claims proven, 0 failed, 0 not proven", _rows(done)["Tests"])
    assert (0, True) == (done.code, claims is not None and 0 < int(claims[1]) < 10)
    repository.commit()
    assert "no service has changed" == _rows(_review(repository, "HEAD", "--test"))["Tests"]


@pytest.fixture
def job(repository: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    """The environment of a GitHub job for pull request 7 with a job summary."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    values = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "team/slos", "GITHUB_EVENT_PATH": str(event),
              "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return repository


def test_github_shows_one_comment_and_a_summary(job: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs write one comment, which is what was printed; the summary has both; nothing shows the token."""
    comments = Comments({1: "a person's words"})
    with serving(comments.github) as server:
        monkeypatch.setenv("GITHUB_API_URL", server.url)
        first = _review(job, "--github")
        job.replace(("objective: 99.9", "objective: 99"))
        second = _review(job, "--github")
    assert ("comment added https://github.example/c/2\n", "comment updated https://github.example/c/2\n") == (
        first.err, second.err)  # fmt: skip
    assert {1: "a person's words", 2: second.out} == comments.bodies
    summary = (tmp_path / "summary.md").read_text()
    assert [2, 0] == [summary.count("<!-- sloctl:review -->"), (summary + first.out + second.err).count(TOKEN)]
    assert (0, 1) == (first.code, second.code)


def _refused(job: Scratch, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Review with a token that may only read."""
    comments = Comments(refusals=[answer([]), answer({"message": "Resource not accessible by integration"}, 403)])
    with serving(comments.github) as server:
        monkeypatch.setenv("GITHUB_API_URL", server.url)
        return _review(job, "--github")


def test_a_token_that_only_reads_is_a_broken_world(
    job: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The permission is missing: exit 3 with what to write into the workflow; the summary was written all the same."""
    done = _refused(job, monkeypatch)
    assert (3, True, False) == (done.code, "pull-requests: write" in done.err, TOKEN in done.err + done.out)
    assert "## sloctl review: fine" in (tmp_path / "summary.md").read_text()


@pytest.mark.parametrize("fork", [{"repo": {"full_name": "visitor/slos"}}, {"repo": None}], ids=["there", "deleted"])
def test_a_fork_gets_its_summary(fork: object, job: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its token only reads, whatever the workflow says: that is no failure of the change, so the exit code is 0."""
    pull = {"number": 7, "head": fork, "base": {"repo": {"full_name": "team/slos"}}}
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": pull}))
    done = _refused(job, monkeypatch)
    assert (0, True) == (done.code, done.err.startswith("no comment: the token of a pull request from a fork"))
    assert "## sloctl review: fine" in (tmp_path / "summary.md").read_text()
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert 3 == _refused(job, monkeypatch).code


def test_gitlab_shows_one_note(repository: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for a merge request, under a name of its own."""
    comments = Comments()
    with serving(comments.gitlab) as server:
        for name, value in {"GITLAB_TOKEN": TOKEN, "CI_API_V4_URL": server.url, "CI_PROJECT_ID": "42",
                            "CI_MERGE_REQUEST_IID": "7"}.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        assert "added note 1\n" == _review(repository, "--gitlab", "--name", "eu").err
        assert "unchanged: note 1\n" == _review(repository, "--gitlab", "--name", "eu").err
    assert comments.bodies[1].startswith("<!-- sloctl:review:eu -->")
