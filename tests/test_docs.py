"""What the documents claim is run: commands, specs, rules, PromQL, links; and nothing that exists is left out."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

from sloctl.cli.main import cli
from sloctl.model.rules import Alerting, Recording
from sloctl.pipeline.compile import compile_paths
from sloctl.pipeline.explain.problem import known_problems
from sloctl.pipeline.schema import spec_schema
from sloctl.pipeline.settings import Settings, load_settings, settings_schema
from tests.support.docs import PAGES, ROOT, Block, anchors, blocks, commands, links, page_text

ALL = [block for page in PAGES for block in blocks(page)]

HEAD = """\
apiVersion: sloctl/v1
kind: Service
metadata: {name: example, owner: team-example}
defaults: {runbook: "https://runbooks.example.org/{name}", action: Act, priority: P3}
"""


def marked(key: str) -> list[Any]:
    """Return the blocks that bear a word, as parameters named after their place."""
    return [pytest.param(block, id=block.place) for block in ALL if block.word(key) is not None]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run sloctl in a folder, as its user would."""
    line = [sys.executable, "-m", "sloctl", *arguments]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)


def copy_of_the_checkout(folder: Path) -> Path:
    """Copy what the commands of the README read, and write the specs that the README shows."""
    for name in ("examples", "rules", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "sloctl.yaml", folder)
    (folder / ".git").mkdir()
    for block in ALL:
        if wanted := block.word("spec"):
            path = folder / wanted
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which the commands of the README have been run."""
    folder = copy_of_the_checkout(tmp_path_factory.mktemp("checkout"))
    assert 0 == run(folder, "compile", "specs", "-o", "rules").returncode
    assert 0 == run(folder, "compile", "examples", "--target", "alertmanager", "-o", "routing").returncode
    return folder


def shown_lines(lines: tuple[str, ...]) -> list[str]:
    """Drop the marks for what was left out."""
    return [line for line in lines if line not in {"…", ""}]


def missing(lines: list[str], printed: Iterator[str]) -> list[str]:
    """Return the lines that do not follow one another in what was printed; how long a run took is passed over."""
    return [line for line in lines if not any(untimed(line) == untimed(other) for other in printed)]


def untimed(line: str) -> str:
    """Leave out the seconds that a run took."""
    return re.sub(r"\(\d+\.\ds\)$", "", line)


def test_commands_of_the_readme_do_what_it_says(tmp_path: Path) -> None:
    """Each `$ sloctl …` line of the README exits with the code it names and prints the lines it shows, in order."""
    folder = copy_of_the_checkout(tmp_path)
    found = [command for block in blocks("README.md") for command in commands(block)]
    assert found, "the README shows no command"
    for command in found:
        done = run(folder, *command.arguments)
        printed = (done.stdout + done.stderr).splitlines()
        left_over = missing(shown_lines(command.lines), iter(printed))
        assert (command.exit_code, 0) == (done.returncode, len(left_over)), (command, left_over, printed)


@pytest.mark.parametrize("block", marked("excerpt"))
def test_excerpts_are_copied_from_the_real_file(block: Block, checkout: Path) -> None:
    """A block marked `excerpt=FILE` stands in that file word by word."""
    assert block.text in (checkout / str(block.word("excerpt"))).read_text(encoding="utf-8")


@pytest.mark.parametrize("block", marked("fires"))
def test_the_alert_that_is_shown_fires_as_shown(
    block: Block, checkout: Path, tool: Callable[[str], str], tmp_path: Path
) -> None:
    """Ten minutes after a tenth of all requests began to fail, promtool sees the alert with these labels and texts."""
    shown = yaml.safe_load(block.text)
    series = 'http_requests_total{job="checkout", code="%s"}'
    alert = {"exp_labels": shown["labels"], "exp_annotations": shown["annotations"]}
    test = {
        "interval": "1m",
        "input_series": [
            {"series": series % 200, "values": "0+100x420 42090+90x60"},
            {"series": series % 500, "values": "0x420 10+10x60"},
        ],
        "alert_rule_test": [{"eval_time": "430m", "alertname": shown["alertname"], "exp_alerts": [alert]}],
    }
    file = tmp_path / "test.yml"
    rules = str(checkout / str(block.word("fires")))
    file.write_text(yaml.safe_dump({"rule_files": [rules], "evaluation_interval": "1m", "tests": [test]}))
    done = subprocess.run([tool("promtool"), "test", "rules", file], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr), done.stdout + done.stderr


@pytest.mark.parametrize("block", marked("whole"))
def test_whole_specs_validate(block: Block, tmp_path: Path) -> None:
    """A block marked `whole` is a spec without any finding."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(block.text, encoding="utf-8")
    assert () == compile_paths([spec], Settings(root=tmp_path), tmp_path, emit=False).findings


def wrapped(block: Block) -> str:
    """Complete a fragment of a spec: an SLI, an SLO or an alert."""
    if block.word("sli") is not None:
        return f"{HEAD}slos:\n  - name: example\n    objective: 99.9\n{indent(block.text, '    ')}"
    if block.word("slo") is not None:
        sli = "    sli: {events: {bad: failures_total, total: requests_total}}\n"
        return f"{HEAD}slos:\n  - name: example\n{sli}{indent(block.text, '    ')}"
    return f"{HEAD}alerts:\n  - name: Example\n{indent(block.text, '    ')}"


def compiled_promql(text: str, folder: Path) -> str:
    """Compile a spec and write the PromQL of its base window, or of its only alert, as docs/spec.md shows it."""
    spec = folder / "spec.yaml"
    spec.write_text(text, encoding="utf-8")
    compiled = compile_paths([spec], Settings(root=folder), folder, emit=True)
    assert () == compiled.findings
    rules = [rule for file in compiled.rule_files for rule in file.rules]
    recordings = [rule for rule in rules if isinstance(rule, Recording)]
    if recordings:
        return "".join(f"# {rule.record}\n{rule.expr}\n" for rule in recordings[:2])
    (alert,) = (rule for rule in rules if isinstance(rule, Alerting))
    return (f"# for: {alert.hold}\n" if alert.hold else "") + f"{alert.expr}\n"


def fragments_with_promql() -> list[Any]:
    """Return each fragment of an SLI or an alert together with the block of PromQL that follows it."""
    return [pytest.param(one, two, id=one.place) for one, two in pairwise(ALL) if two.language == "promql"]


@pytest.mark.parametrize(("fragment", "promql"), fragments_with_promql())
def test_fragments_become_the_promql_that_is_shown(fragment: Block, promql: Block, tmp_path: Path) -> None:
    """Each SLI and each condition in docs/spec.md compiles to the PromQL below it."""
    assert promql.text == compiled_promql(wrapped(fragment), tmp_path)


@pytest.mark.parametrize("block", marked("slo"))
def test_fragments_of_slos_validate(block: Block, tmp_path: Path) -> None:
    """Each piece of an SLO in the documents is accepted without a finding."""
    assert "slo:bad_events:increase5m" in compiled_promql(wrapped(block), tmp_path)


@pytest.mark.parametrize("block", marked("settings"))
def test_settings_are_accepted(block: Block, tmp_path: Path) -> None:
    """Each settings file in the documents is read without a finding."""
    (tmp_path / "sloctl.yaml").write_text(block.text, encoding="utf-8")
    assert [] == load_settings(tmp_path)[1]


@pytest.mark.parametrize("page", PAGES)
def test_internal_links_lead_somewhere(page: str) -> None:
    """Every link into this repository names a file that is there, and a heading that is in it."""
    dead = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        is_page = target.suffix == ".md" and target.is_file()
        if "://" not in link and (
            not target.exists() or (anchor and is_page and anchor not in anchors(str(target.relative_to(ROOT))))
        ):
            dead.append(link)
    assert [] == dead


def test_every_command_is_in_the_readme() -> None:
    """The table of commands names what the program offers, no more and no less."""
    named = re.findall(r"^\| `sloctl (\w+)", page_text("README.md"), re.MULTILINE)
    assert sorted(cli.list_commands(cli.make_context("sloctl", [], resilient_parsing=True))) == sorted(named)


def keys(schema: Any) -> set[str]:
    """Collect the keys that a JSON Schema knows, at any depth."""
    if isinstance(schema, list):
        return {key for item in schema for key in keys(item)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return own | {key for value in schema.values() for key in keys(value)}


@pytest.mark.parametrize(("page", "schema"), [("docs/spec.md", spec_schema), ("docs/settings.md", settings_schema)])
def test_every_key_is_documented(page: str, schema: Callable[[], dict[str, Any]]) -> None:
    """Every key of the schema stands in its document, as code."""
    documented = set(re.findall(r"`([\w-]+)[`:]", page_text(page)))
    assert set() == keys(schema()) - documented


@pytest.mark.parametrize("page", PAGES)
def test_codes_of_findings_exist(page: str) -> None:
    """A code such as S302 in a document is one that sloctl can report."""
    named = set(re.findall(r"\b[ACHLNPS][1-9][0-9]{2}\b", page_text(page)))
    assert set() == named - set(known_problems())


@pytest.mark.parametrize("spec", sorted(ROOT.glob("examples/*.yaml")), ids=lambda path: path.name)
def test_examples_compile_to_the_committed_rules(spec: Path) -> None:
    """Each example compiles without a finding to the bytes of its file in rules/."""
    compiled = compile_paths([spec], load_settings(ROOT)[0], ROOT, emit=True)
    committed = {artifact.path: (ROOT / "rules" / artifact.path).read_text("utf-8") for artifact in compiled.artifacts}
    assert (committed, ()) == ({each.path: each.content for each in compiled.artifacts}, compiled.findings)


def test_no_rule_file_is_left_over() -> None:
    """rules/ holds the rules of the examples and nothing else."""
    specs = {path.stem for path in ROOT.glob("examples/*.yaml")}
    assert specs == {path.stem for path in ROOT.glob("rules/*")}
