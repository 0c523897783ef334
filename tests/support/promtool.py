"""promtool as an assertion: what it rejects becomes the test's failure, in its own words beside the file's text."""

import subprocess
from pathlib import Path


def check_rules(*paths: Path, promtool: str = "promtool") -> None:
    """Assert that promtool accepts the rule files."""
    _accepts(promtool, "check", "rules", paths)


def run_unit_tests(*paths: Path, promtool: str = "promtool") -> None:
    """Assert that promtool's unit tests in the files pass."""
    _accepts(promtool, "test", "rules", paths)


def _accepts(promtool: str, verb: str, noun: str, paths: tuple[Path, ...]) -> None:
    assert paths, f"promtool {verb} {noun} was given no file"
    run = subprocess.run([promtool, verb, noun, *map(str, paths)], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        texts = "\n".join(f"--- {path}\n{_numbered(path)}" for path in paths)
        raise AssertionError(f"promtool {verb} {noun} exits {run.returncode}:\n{run.stdout}{run.stderr}\n{texts}")


def _numbered(path: Path) -> str:
    return "\n".join(f"{number:4} {line}" for number, line in enumerate(path.read_text().splitlines(), start=1))
