"""`sloctl convert`: files of other tools in, specs out; nothing is lost and nothing is written by halves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sloctl.core.registry import plugins
from tests.cli.session import sloctl
from tests.formats.pyrra.original import latency, objective, ratio
from tests.formats.sloth.original import spec as sloth_spec
from tests.pipeline.specs import MINIMAL

EXAMPLES = Path(__file__).parents[2] / "examples"
PYRRA = objective(head="metadata: {name: orders, annotations: {sloctl/owner: team-shop}}")
RULES = """\
groups:
  - name: shop
    rules:
      - alert: QueueFull
        expr: max(queue_length) > 100
        for: 10m
        labels: {severity: critical, owner: team-shop}
        annotations: {runbook_url: "https://runbooks.example.org/queue", action: Drain it}
"""
OPENSLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: orders}
spec:
  service: shop
  indicator:
    metadata: {name: orders}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'orders_total{code="500"}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: orders_total}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: ok, target: 0.999}]
"""


def test_specs_are_printed_and_the_report_is_on_stderr(tmp_path: Path) -> None:
    """stdout holds nothing but the specs; the report names what was derived, with its place."""
    (tmp_path / "rules.yml").write_text(RULES.replace("QueueFull", "queue_full"))
    done = sloctl("convert", "rules.yml", cwd=tmp_path)
    assert 0 == done.code
    assert done.out.startswith(
        "# Converted by sloctl from rules.yml; from now on this is the original.\napiVersion: sloctl/v1\n"
    )
    assert "Derived, so have a look:\n  rules.yml:4:16: `queue_full` is named `QueueFull`\n" in done.err
    assert done.err.endswith("1 spec with 0 SLOs and 1 alert: 2 mapped, 1 derived, 0 corrected, 0 lost\n")


def test_quiet_and_verbose(tmp_path: Path) -> None:
    """`--quiet` leaves the report out, `--verbose` lists what was mapped too."""
    (tmp_path / "rules.yml").write_text(RULES)
    assert "" == sloctl("convert", "-q", "rules.yml", cwd=tmp_path).err
    assert "Mapped as it stands:\n" in sloctl("convert", "-v", "rules.yml", cwd=tmp_path).err


def test_the_report_as_json(tmp_path: Path) -> None:
    """`--report json` says the same as data."""
    (tmp_path / "slo.yaml").write_text(PYRRA)
    report = json.loads(sloctl("convert", "--report", "json", "slo.yaml", cwd=tmp_path).err)
    assert (1, [{"service": "shop", "from": ["slo.yaml"], "slos": 1, "alerts": 1}]) == (
        report["version"],
        report["specs"],
    )
    assert {"fate": "derived", "file": "slo.yaml", "line": 10, "column": 23} in [
        {key: remark[key] for key in ("fate", "file", "line", "column")} for remark in report["remarks"]
    ]


def test_one_file_per_service(tmp_path: Path) -> None:
    """`-o` writes a file per service, and a second run changes nothing."""
    (tmp_path / "slo.yaml").write_text(PYRRA)
    (tmp_path / "rules.yml").write_text(RULES)
    first, second = (sloctl("convert", "slo.yaml", "rules.yml", "-o", "specs", cwd=tmp_path) for _ in range(2))
    assert (0, "", 0) == (first.code, first.out, second.code)
    assert 2 == first.err.count("created specs")
    assert "created" not in second.err
    assert "updated" not in second.err
    assert 0 == sloctl("validate", "specs", cwd=tmp_path).code


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """An edited spec is replaced with --force only, a file of somebody else never, and then nothing is written."""
    (tmp_path / "a.yml").write_text(RULES)
    (tmp_path / "b.yml").write_text(RULES)
    assert 0 == sloctl("convert", "a.yml", "-o", "specs", cwd=tmp_path).code
    mine = tmp_path / "specs" / "a.yaml"
    mine.write_text(mine.read_text() + "# edited\n")
    refused = sloctl("convert", "a.yml", "b.yml", "-o", "specs", cwd=tmp_path)
    assert (2, ["a.yaml"]) == (refused.code, [path.name for path in (tmp_path / "specs").iterdir()])
    assert "specs/a.yaml is there already, and may have been edited" in refused.err
    assert 0 == sloctl("convert", "a.yml", "-o", "specs", "--force", cwd=tmp_path).code
    mine.write_text(MINIMAL)
    foreign = sloctl("convert", "a.yml", "-o", "specs", "--force", cwd=tmp_path)
    assert (2, MINIMAL) == (foreign.code, mine.read_text())


def test_services_of_one_name(tmp_path: Path) -> None:
    """No spec overwrites another one: rules get a name of their own, two imports are refused."""
    (tmp_path / "slo.yaml").write_text(PYRRA)
    (tmp_path / "shop.yml").write_text(RULES)
    (tmp_path / "other.yaml").write_text(sloth_spec())
    assert 0 == sloctl("convert", "slo.yaml", "shop.yml", "-o", "specs", cwd=tmp_path).code
    assert ["shop-2.yaml", "shop.yaml"] == sorted(path.name for path in (tmp_path / "specs").iterdir())
    refused = sloctl("convert", "slo.yaml", "other.yaml", "-o", "both", cwd=tmp_path)
    assert (1, False) == (refused.code, (tmp_path / "both").exists())
    assert "error S303 duplicate-service: two documents describe the service `shop`" in refused.err


def test_native_specs_are_passed_through(tmp_path: Path) -> None:
    """A spec is printed as it is, so converting what was converted changes nothing; with -o it is named."""
    for path in sorted(EXAMPLES.glob("*.yaml")):
        done = sloctl("convert", path, cwd=tmp_path)
        assert (0, path.read_text()) == (done.code, done.out)
    (tmp_path / "rules.yml").write_text(RULES)
    once = sloctl("convert", "rules.yml", cwd=tmp_path).out
    (tmp_path / "spec.yaml").write_text(once)
    assert once == sloctl("convert", "spec.yaml", cwd=tmp_path).out
    assert "left spec.yaml as it is: a native spec" in sloctl("convert", "spec.yaml", "-o", "x", cwd=tmp_path).err


def test_errors_write_nothing(tmp_path: Path) -> None:
    """An original that its own tool refuses is an error at its place, and no file appears."""
    (tmp_path / "bad.yaml").write_text(objective(target='"101"'))
    (tmp_path / "rules.yml").write_text(RULES)
    done = sloctl("convert", "bad.yaml", "rules.yml", "-o", "specs", cwd=tmp_path)
    assert (1, False) == (done.code, (tmp_path / "specs").exists())
    assert "bad.yaml:5:11: error S401 invalid-original: the target must be between 0 and 100, not 101" in done.err
    assert done.err.endswith("nothing was written\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no path was given"),
        (("rules.yml", "--force"), "--force replaces files, so it needs -o"),
        (("other.yaml",), "nothing to convert in other.yaml"),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    """Wrong arguments exit with 2 and say what to do."""
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "other.yaml").write_text("a: b\n")
    done = sloctl("convert", *arguments, cwd=tmp_path)
    assert (2, "") == (done.code, done.out)
    assert message in done.err


def rules_of(folder: Path, spec: str) -> str:
    """Return the compiled rules of a file, without the header, which names the file."""
    done = sloctl("compile", "--stdout", spec, cwd=folder)
    assert 0 == done.code, done.err
    return done.out.partition("\ngroups:")[2]


ORIGINALS = {
    "pyrra": PYRRA,
    "pyrra 30d": objective(window="30d", rest="  alerting: {severities: {slowBurn: sev3}}\n"),
    "pyrra groups": objective(indicator=ratio('a{code=~"5.."}', "a", "[zone]")),
    "pyrra latency": objective(target='"90"', indicator=latency('t_bucket{le="1"}', "t_count")),
    "pyrra gauge": objective(window="7d", indicator="    bool_gauge: {metric: up}\n"),
    "sloth": sloth_spec(),
    "openslo": OPENSLO,
}


@pytest.mark.parametrize("name", ORIGINALS)
def test_converting_changes_no_rule(tmp_path: Path, name: str) -> None:
    """Compiling what was converted gives the very rules of compiling the original."""
    (tmp_path / "original.yaml").write_text(ORIGINALS[name])
    done = sloctl("convert", "original.yaml", cwd=tmp_path)
    assert 0 == done.code, done.err
    (tmp_path / "converted.yaml").write_text(done.out)
    assert rules_of(tmp_path, "original.yaml") == rules_of(tmp_path, "converted.yaml")


def test_every_format_is_converted_here() -> None:
    """Whoever adds a format adds an original of it to the table above."""
    known = {name for name, each in plugins("sloctl.formats", "FORMAT").items() if type(each).__name__ == "SpecFormat"}
    assert known == {name.split()[0] for name in ORIGINALS}
