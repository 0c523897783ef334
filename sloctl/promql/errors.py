"""The error of this package: a text that Prometheus would refuse, and the place that is to blame."""

from dataclasses import dataclass


@dataclass(eq=False)
class PromqlError(Exception):
    """A text that is not valid PromQL; a user's mistake, to be turned into a finding.

    `start` and `end` are 0-based, half-open offsets of the culprit in the text, `help` says what to do (may be empty).
    """

    message: str
    start: int
    end: int
    help: str = ""

    def __str__(self) -> str:
        return f"{self.message} (at {self.start}:{self.end})"
