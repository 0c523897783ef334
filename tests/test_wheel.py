"""The wheel holds everything: installed outside the checkout, sloctl compiles and prints its schemas."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from sloctl import __version__

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed; return what it prints."""
    answer = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (path,) = folder.glob("sloctl-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment with the wheel, and with this environment's other libraries."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    # A path file does not run the path files of what it adds, so this checkout's editable install stays out.
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    run(python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps", wheel, cwd=folder)
    return folder / "bin"


def test_the_wheel_holds_schemas_templates_and_types(wheel: Path) -> None:
    """What the code reads at run time is inside, and so is the licence; tests and examples are not."""
    names = zipfile.ZipFile(wheel).namelist()
    schemas = ("schemas/sloctl.v1.schema.json", "schemas/sloctl.settings.schema.json")
    for name in (
        *schemas,
        "targets/_rules.yml.j2",
        "pipeline/report/page/page.html.j2",
        "pipeline/report/page/uPlot.LICENSE",
        "py.typed",
    ):
        assert f"sloctl/{name}" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert {"sloctl", f"sloctl-{__version__}.dist-info"} == {name.split("/")[0] for name in names}


def test_the_installed_command_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    """Version, schemas, and the same bytes as in the checkout for the first example."""
    code = "import sloctl; print(sloctl.__file__)"
    assert str(installed.parent) in run(installed / "python", "-c", code, cwd=tmp_path)
    assert f"sloctl {__version__}\n" == run(installed / "sloctl", "--version", cwd=tmp_path)
    assert "draft-07" in json.loads(run(installed / "sloctl", "schema", cwd=tmp_path))["$schema"]
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "sms-helpline.yaml").write_bytes((ROOT / "examples" / "sms-helpline.yaml").read_bytes())
    run(installed / "sloctl", "compile", "examples", "-o", "rules", cwd=tmp_path)
    committed = (ROOT / "rules" / "sms-helpline.yml").read_text(encoding="utf-8")
    assert committed == (tmp_path / "rules" / "sms-helpline.yml").read_text(encoding="utf-8")
