"""What a backfill has fetched so far, in a file beside its output, so that a run that was stopped can go on."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sloctl.core.errors import UsageError, WorldError
from sloctl.evidence.samples import Grid, Samples
from sloctl.model.rules import Pairs

_APPLICATION = 0x510C71  # marks an SQLite file as ours (PRAGMA application_id)
_TABLES = """
CREATE TABLE IF NOT EXISTS run (key TEXT PRIMARY KEY, plan TEXT);
CREATE TABLE IF NOT EXISTS done (slo TEXT, start INTEGER, PRIMARY KEY (slo, start));
CREATE TABLE IF NOT EXISTS pieces (
    slo TEXT, labels TEXT, side TEXT, start INTEGER, samples BLOB, PRIMARY KEY (slo, labels, side, start));
"""

Plan = Mapping[str, tuple[int, int, int, int | None]]
"""Per SLO the start, step and count of its grid, and when its rules recorded first, if they did."""


class State:
    """The fetched samples: per SLO, group and side (`bad`, `total`), in parts of the time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @property
    def plan(self) -> Plan | None:
        """What the run that began planned; None when nothing was planned yet."""
        (text,) = self._db.execute("SELECT plan FROM run").fetchone()
        plan: Plan | None = json.loads(text) if text else None
        return plan

    def keep_plan(self, plan: Plan) -> None:
        """Remember what the run planned."""
        with self._db:
            self._db.execute("UPDATE run SET plan = ?", (json.dumps(plan),))

    @property
    def has_parts(self) -> bool:
        """Whether anything was fetched, by a run that was stopped."""
        return self._db.execute("SELECT 1 FROM done").fetchone() is not None

    def has(self, slo: str, part: Grid) -> bool:
        """Tell whether a part was fetched."""
        row = self._db.execute("SELECT 1 FROM done WHERE slo = ? AND start = ?", (slo, part.start)).fetchone()
        return row is not None

    def save(self, slo: str, part: Grid, sides: Mapping[str, Mapping[Pairs, Samples]]) -> None:
        """Keep a part, all of it or nothing."""
        rows = [
            (slo, json.dumps(labels), side, part.start, samples.present + samples.values.tobytes())
            for side, found in sides.items()
            for labels, samples in found.items()
        ]
        with self._db:
            self._db.executemany("INSERT INTO pieces VALUES (?, ?, ?, ?, ?)", rows)
            self._db.execute("INSERT INTO done VALUES (?, ?)", (slo, part.start))

    def groups(self, slo: str) -> list[Pairs]:
        """List the groups of an SLO by their labels."""
        rows = self._db.execute("SELECT DISTINCT labels FROM pieces WHERE slo = ? ORDER BY labels", (slo,))
        return [tuple((name, value) for name, value in json.loads(labels)) for (labels,) in rows]

    def load(self, slo: str, labels: Pairs, side: str, grid: Grid) -> Samples:
        """Put the parts of a series together."""
        query = "SELECT start, samples FROM pieces WHERE slo = ? AND labels = ? AND side = ?"
        whole = Samples.empty(grid.count)
        values, present = whole.values, bytearray(whole.present)
        for start, blob in self._db.execute(query, (slo, json.dumps(labels), side)):
            at, count = (start - grid.start) // grid.step, len(blob) // 9  # a byte of presence, 8 of the value
            values[at : at + count] = array("d", blob[count:])
            present[at : at + count] = blob[:count]
        return Samples(values, bytes(present))


@contextmanager
def opened(path: Path, key: str) -> Iterator[State]:
    """Open the state of a run: that of an earlier one with the same key, else a new one.

    `key` says all that the result depends on. A run that stops before it has planned anything leaves no file. Raise
    UsageError for a file that is not a state of ours.
    """
    if path.exists() and not _is_ours(path):
        raise UsageError(f"{path} was not written by sloctl, so it is not replaced", "choose another output with -o")
    is_useless = True
    try:
        with closing(sqlite3.connect(path)) as connection:
            _begin(connection, key)
            state = State(connection)
            try:
                yield state
            finally:
                is_useless = state.plan is None
    except sqlite3.Error as error:
        raise WorldError(f"cannot keep what was fetched in {path}: {error}") from error
    finally:
        if is_useless:
            path.unlink(missing_ok=True)


def _begin(connection: sqlite3.Connection, key: str) -> None:
    with connection:
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.executescript(_TABLES)
        if connection.execute("SELECT 1 FROM run WHERE key = ?", (key,)).fetchone() is None:
            for table in ("run", "done", "pieces"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - one of three names of our own
            connection.execute("INSERT INTO run VALUES (?, NULL)", (key,))


def _is_ours(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA application_id").fetchone() == (_APPLICATION,))
    except sqlite3.Error:
        return False
