"""CI fails when a test is skipped; a run by hand shows the reason and passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIP = 'import pytest\ndef test_it():\n    pytest.skip("no moon tonight")\n'
SKIP_MODULE = 'import pytest\npytest.skip("no moon tonight", allow_module_level=True)\n'
XFAIL = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it():\n    assert not 'known'\n"


def run_pytest(folder: Path, text: str, *, no_skip: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with the plugin on a folder that holds one test file."""
    (folder / "test_one.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.no_skip", "-ra", f"--rootdir={folder}", str(folder)]
    environment = os.environ | {"SLOCTL_NO_SKIP": no_skip, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("text", [SKIP, SKIP_MODULE], ids=["test", "module"])
def test_skip_fails_the_run_when_forbidden(tmp_path: Path, text: str) -> None:
    """With SLOCTL_NO_SKIP=1 a skipped test or module ends pytest with a failure that names the reason."""
    run = run_pytest(tmp_path, text, no_skip="1")
    assert run.returncode != 0
    assert "SLOCTL_NO_SKIP=1 forbids skipping" in run.stdout
    assert "no moon tonight" in run.stdout


@pytest.mark.parametrize("text", [SKIP, SKIP_MODULE], ids=["test", "module"])
def test_skip_is_allowed_otherwise(tmp_path: Path, text: str) -> None:
    """Without the variable the run shows one skip with its reason and no failure."""
    run = run_pytest(tmp_path, text, no_skip="")
    assert "no moon tonight" in run.stdout
    assert "1 skipped" in run.stdout
    assert "failed" not in run.stdout


def test_expected_failure_is_no_skip(tmp_path: Path) -> None:
    """pytest reports xfail as a kind of skip; it stays allowed."""
    run = run_pytest(tmp_path, XFAIL, no_skip="1")
    assert run.returncode == 0
    assert "1 xfailed" in run.stdout
