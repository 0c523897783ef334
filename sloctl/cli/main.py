"""The command `sloctl`. `main` alone prints errors and picks the exit code."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

import click

from sloctl import __version__
from sloctl.cli._session import common_options
from sloctl.core.errors import ExitCode, SloctlError
from sloctl.core.human import nearest
from sloctl.core.registry import module_names

_EPILOG = """Exit codes: 0 fine; 1 the input has problems; 2 wrong use; 3 the world is broken (file unreadable,
server unreachable, tool missing).

Shell completion: eval "$(_SLOCTL_COMPLETE=bash_source sloctl)" (or zsh_source, fish_source)."""

_OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Python's 700 costs a tenth of a run: trees of rules are many objects and hardly any cycles."""


_INTERRUPTED = 130
"""128 and the number of SIGINT, as shells say it."""


class Commands(click.Group):
    """The commands: each is a module of this package, imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the modules that hold a command."""
        return [name for name in module_names("sloctl.cli") if name != "main"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"sloctl.cli.{cmd_name}").COMMAND
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; suggest the nearest one for a name that is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            meant = nearest(args[0], self.list_commands(ctx))
            hint = f" Did you mean '{meant}'?" if meant else ""
            raise click.UsageError(error.message + hint, ctx) from error


@click.command(cls=Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="sloctl %(version)s")
@common_options
def cli() -> None:
    """Compile SLOs and alerts kept as YAML into Prometheus rules, and check every alert.

    Start with `sloctl init`, which writes a first spec and the settings.
    """


def main() -> NoReturn:
    """Run the command line and exit."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = run(sys.argv[1:])
    if code == _INTERRUPTED:
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(code)  # an ordinary exit would wait for threads that wait for a server
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line; return the exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # the same bytes in every locale
    try:
        code = cli.main(arguments, prog_name="sloctl", standalone_mode=False)
        sys.stdout.flush()
    except (click.ClickException, click.Abort, KeyboardInterrupt) as stop:
        return _stopped(stop)
    except Exception as error:  # noqa: BLE001 - the last frame: a bug is reported, not thrown at the user
        return _failed(error)
    return code if isinstance(code, int) else ExitCode.OK


def _stopped(stop: BaseException) -> int:
    if isinstance(stop, click.ClickException):
        stop.show()
        return ExitCode.USAGE
    return _complain("interrupted", "", _INTERRUPTED)


def _failed(error: Exception) -> int:
    if isinstance(error, SloctlError):
        return _complain(str(error), error.help, error.exit_code)
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.WORLD
    if isinstance(error, OSError):
        return _complain(f"{error.filename or 'input/output'}: {error.strerror or error}", "", ExitCode.WORLD)
    return _bug(error)


def _complain(message: str, advice: str, code: int) -> int:
    click.echo(f"sloctl: {message}", err=True)
    if advice:
        click.echo(f"  = help: {advice}", err=True)
    return code


def _bug(error: Exception) -> int:
    if os.environ.get("SLOCTL_DEBUG"):
        raise error
    message = f"this is a bug in sloctl {__version__}: {type(error).__name__}: {error}"
    return _complain(message, "run it again with SLOCTL_DEBUG=1 and report what it prints", ExitCode.WORLD)
