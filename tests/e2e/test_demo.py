"""The demo tells its story to the end, and leaves nothing behind, wherever it is stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from demo.process import wait_until
from demo.screen import BAD, WIDTH, Screen, bar

from tests.support.docs import ROOT

SECONDS = 60.0


@pytest.fixture(autouse=True)
def servers(tool: Callable[[str], str]) -> None:
    """The demo needs these."""
    for program in ("prometheus", "alertmanager"):
        tool(program)


@contextmanager
def demo(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the demo in a process group of its own, with its temporary files below a folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "examples"), "TMPDIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if group_is_alive(process):
                os.killpg(process.pid, signal.SIGKILL)


def group_is_alive(process: subprocess.Popen[str]) -> bool:
    """Tell whether any process of the group is left, the servers included."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def lines_until(process: subprocess.Popen[str], text: str) -> list[str]:
    """Read what the demo prints up to the line that begins with a text."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.strip().startswith(text):
            return lines
    pytest.fail(f"no line begins with {text!r}:\n{''.join(lines)}")


def missing(expected: list[str], printed: str) -> list[str]:
    """Return the texts that do not follow one another in what was printed."""
    lines = iter(printed.splitlines())
    return [text for text in expected if not any(text in line for line in lines)]


def test_story_is_told_to_the_end(tmp_path: Path) -> None:
    """From the counter to the runbook on the pager, to the end of the alert: readable in 80 columns, without colour."""
    with demo(tmp_path, "--hour", "10") as process:
        printed, _ = process.communicate(timeout=2 * SECONDS)
        assert (0, False) == (process.returncode, group_is_alive(process)), printed
    expected = [
        'expr:  sum(increase(sms_sends_total{direction="outbound"}[10s])) > 5000',
        "A quiet evening",
        "quiet",
        "firing",
        "The pager of team-messaging rings",
        "P2, page      SmsVolumeRunaway",
        "action        Switch the auto-responder off, then block the sender",
        "runbook       https://runbooks.example.org/sms-helpline/volume",
        "quiet",
        "resolved      SmsVolumeRunaway",
        "That was all.",
    ]
    assert [] == missing(expected, printed), printed
    assert [] == [line for line in printed.splitlines() if len(line) > WIDTH or "\x1b" in line]
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_stopped_demo_leaves_nothing_behind(number: signal.Signals, tmp_path: Path) -> None:
    """A signal in the middle ends the servers and removes the files, also when it is sent again and again."""
    with demo(tmp_path) as process:
        lines_until(process, "Prometheus")
        assert list(tmp_path.iterdir())
        for _ in range(3):
            process.send_signal(number)
        printed, _ = process.communicate(timeout=SECONDS)
        assert (128 + number, False) == (process.returncode, group_is_alive(process))
    assert "Stopped. The servers have ended, and their files are gone." in printed
    assert "Traceback" not in printed
    assert [] == list(tmp_path.iterdir())


def test_demo_ends_when_nobody_reads_on(tmp_path: Path) -> None:
    """`make demo | head` ends the servers and removes the files."""
    with demo(tmp_path) as process:
        lines_until(process, "The servers start")
        assert process.stdout is not None
        process.stdout.close()
        wait_until(lambda: process.poll() is not None, SECONDS, "the end of the demo")
        assert (1, False) == (process.returncode, group_is_alive(process))
    assert [] == list(tmp_path.iterdir())


def test_colour_is_added_only_where_it_shows() -> None:
    """The same text is printed with and without colour."""
    plain, colored = StringIO(), StringIO()
    for out, color in ((plain, False), (colored, True)):
        Screen(out, color=color).line("firing", BAD)
    assert ("firing\n", "\x1b[31;1mfiring\x1b[0m\n") == (plain.getvalue(), colored.getvalue())


@pytest.mark.parametrize(("value", "filled"), [(0, 0), (50, 14), (100, 27), (120, 32), (100_000, 36)])
def test_bar_shows_the_limit(value: float, filled: int) -> None:
    """A bar reaches its mark at the limit, is cut off far beyond it, and is always as wide."""
    drawn = bar(value, limit=100)
    assert (filled, 27, 37) == (drawn.count("#"), drawn.index("|"), len(drawn))
