"""The exceptions that end a run. User mistakes in specs are findings, not exceptions.

SloctlError
├── UsageError      exit 2   wrong arguments or settings
└── WorldError      exit 3   a file, server or tool that cannot be used

Exit 1 (the input has problems) is no exception: commands return it after they have reported.
"""

from __future__ import annotations


class ExitCode:
    """The exit codes, the same for every command."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    WORLD = 3


class SloctlError(Exception):
    """What is wrong, and in `help` what to do about it."""

    exit_code = ExitCode.WORLD

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002 - the word that is printed
        super().__init__(message)
        self.help = help


class UsageError(SloctlError):
    """The command was called in a way it cannot serve."""

    exit_code = ExitCode.USAGE


class WorldError(SloctlError):
    """Something outside the tool does not work: a file, a server, a program."""

    exit_code = ExitCode.WORLD
