"""`make demo`: runs the story in a terminal, and leaves nothing behind, however it ends."""

import argparse
import os
import signal
import sys
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory
from types import FrameType

from requests import RequestException

from demo.process import ServerError
from demo.screen import Screen, shows_color
from demo.story import tell
from sloctl.core.duration import Duration

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


CLEAN = "The servers have ended, and their files are gone."


class Stopped(BaseException):
    """A signal asked the demo to end; carries its number. Not an `Exception`, so that nothing on the way keeps it."""


def main() -> int:
    """Run the demo and return its exit code: 0 told to the end, 1 something failed, 128 and more ended by a signal."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="A robot loop, from the counter to the pager.")
    parser.add_argument("--hour", type=int, default=60, metavar="SECONDS", help="how long an hour lasts (default: 60)")
    window = Duration.of(seconds=parser.parse_args().hour)
    screen = Screen(sys.stdout, color=shows_color(sys.stdout))
    for each in SIGNALS:
        signal.signal(each, _stop)
    try:
        with TemporaryDirectory(prefix="sloctl-demo-") as folder:
            tell(screen, Path(folder), window)
    except Stopped as stopped:
        screen.line(f"\nStopped. {CLEAN}")
        return 128 + int(stopped.args[0])
    except BrokenPipeError:  # nobody reads on, as in `make demo | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ServerError, TimeoutError, CalledProcessError, RequestException) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    screen.line(f"\nThat was all. {CLEAN}")
    return 0


def _stop(number: int, _frame: FrameType | None) -> None:
    """End the story; from now on signals are ignored, so that a second Ctrl-C cannot interrupt the cleaning up."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)


if __name__ == "__main__":
    sys.exit(main())
