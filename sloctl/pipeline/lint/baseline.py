"""Baselines: findings that were there before, so that only new ones count.

A finding is known by its fingerprint, which holds no line numbers. A baseline entry that matches nothing any more is
reported, so that the file only ever shrinks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sloctl.core import problems
from sloctl.core.errors import UsageError, WorldError
from sloctl.core.finding import Finding
from sloctl.core.fingerprint import fingerprints
from sloctl.core.source import Location
from sloctl.pipeline.write import write_whole

_VERSION = 1
_ADVICE = "write a new one with --write-baseline FILE"


def write_baseline(path: Path, findings: Sequence[Finding]) -> int:
    """Write all findings about the input to a baseline file; return how many."""
    known = [finding for finding in findings if not finding.is_about_run]
    entries = sorted(_entries(known), key=lambda entry: (entry["rule"], entry["code"], entry["fingerprint"]))
    text = json.dumps({"version": _VERSION, "findings": entries}, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, text)
    return len(entries)


def _entries(findings: Iterable[Finding]) -> Iterator[dict[str, str]]:
    for finding, digest in fingerprints(list(findings)):
        yield {"code": finding.problem.code, "rule": finding.subject or finding.at.source.path, "fingerprint": digest}


def read_baseline(path: Path) -> dict[str, dict[str, str]]:
    """Read a baseline by fingerprint; raise UsageError when it is none, or one of another version."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise UsageError(f"{path} is a baseline of version {data['version']}, not {_VERSION}", _ADVICE)
        return {entry["fingerprint"]: _entry(entry) for entry in data["findings"]}
    except FileNotFoundError as error:
        raise UsageError(f"no such baseline: {path}", "write one with --write-baseline FILE") from error
    except OSError as error:
        raise WorldError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{path} is no baseline of sloctl", _ADVICE) from error


def _entry(entry: dict[str, str]) -> dict[str, str]:
    """Return an entry; raise KeyError or TypeError when it lacks a key or holds something else than text."""
    if not all(isinstance(entry[key], str) for key in ("code", "rule", "fingerprint")):
        raise TypeError("an entry holds texts")
    return entry


def without_known(findings: Sequence[Finding], known: dict[str, dict[str, str]], path: Path) -> list[Finding]:
    """Drop the findings a baseline knows; add a note for each of its entries that is there no more."""
    pairs = list(fingerprints(findings))
    found = {digest for _, digest in pairs}
    at = Location.whole(path.as_posix())
    stale = [
        Finding(problem=problems.STALE_BASELINE, at=at, help="write the baseline anew, so that it stays true",
                message=f"{entry['code']} of `{entry['rule']}` is there no more")
        for digest, entry in known.items()
        if digest not in found
    ]  # fmt: skip
    return [finding for finding, digest in pairs if digest not in known] + stale
