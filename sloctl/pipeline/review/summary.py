"""The summary page of a GitHub job: a file that steps append Markdown to."""

from __future__ import annotations

from pathlib import Path

from sloctl.core.errors import WorldError
from sloctl.pipeline.review.document import shortened

LIMIT = 1_000_000
"""Bytes of a summary; GitHub drops one of more than 1 MiB whole."""
_BYTES_PER_UNIT = 3
"""UTF-8 takes at most so many bytes for a UTF-16 unit."""


def append_summary(path: Path, text: str) -> None:
    """Append a document, shortened to what is left of the limit; raise WorldError when it cannot be written."""
    try:
        left = LIMIT - (path.stat().st_size if path.exists() else 0)
        fitting = text if len(text.encode()) <= left else shortened(text, left // _BYTES_PER_UNIT)
        if len(fitting.encode()) <= left:
            with path.open("a", encoding="utf-8") as stream:
                stream.write(f"{fitting}\n")
    except OSError as error:
        raise WorldError(f"cannot write the job summary {path}: {error.strerror}") from error
