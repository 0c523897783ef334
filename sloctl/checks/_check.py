"""The contract of a lint check, and of its cases.

A check is one module. Its docstring is its manual page; `CHECK` says its code, name, severity, profiles and options,
what it looks at (`scope`) and how (`run`); its cases are test, documentation and proof of position in one. Nothing
else has to be changed to add one.

A case is YAML: rules (`- alert: …`), or a whole file. In a `Bad` case the expected finding is drawn under its line, in
a comment whose carets cover the exact span and whose text is the exact message:

    - alert: QueueTooOld
      expr: queue_age > 5
      #     ^^^^^^^^^ the message
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sloctl.checks._brief import Brief
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule
from sloctl.checks._server import Canned, Server
from sloctl.core.document import Document
from sloctl.core.finding import Fix, Note, Problem, Severity
from sloctl.core.source import Location

ERROR, WARNING = Severity.ERROR, Severity.WARNING
RECOMMENDED, STRICT, MIGRATION = "recommended", "strict", "migration"


class Scope(Enum):
    """What a check looks at, one at a time."""

    ALERT = "alert"
    RULE = "rule"
    GROUP = "group"
    FILE = "file"
    PROJECT = "project"
    ONLINE = "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a check found: the runner adds code, severity and the rule's name.

    A check that looks at all rules says which of them a hit is `about`, so that it is known again after lines moved.
    """

    at: Location
    message: str
    help: str = ""
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None
    about: Brief | Rule | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of a check: `lint.options.<code>.<name>`."""

    name: str
    default: Any
    meaning: str


@dataclass(frozen=True, slots=True)
class Good:
    """A case in which the check finds nothing.

    `files` are the files beside the rules: text by path. `server` is what an online check asks.
    """

    yaml: str
    options: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    server: Canned | None = None


@dataclass(frozen=True, slots=True)
class Bad:
    """A case with the expected findings drawn under their lines."""

    yaml: str
    options: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    server: Canned | None = None


@dataclass(frozen=True, slots=True)
class RuleGroupView:
    """A group with its rules, for checks that look at groups."""

    rules: tuple[Rule, ...]
    document: Document
    path: tuple[str | int, ...]
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupListView:
    """A list of groups as written, and which keys beyond Prometheus' own its format has on groups and on rules.

    `plain` tells that Prometheus itself loads the document.
    """

    document: Document
    path: tuple[str | int, ...]
    plain: bool
    group_keys: frozenset[str]
    rule_keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file with its groups, for checks that look at files. `lists` are those of rule files, not of specs."""

    path: str
    documents: tuple[Document, ...]
    groups: tuple[RuleGroupView, ...]
    lists: tuple[GroupListView, ...] = ()


ProjectRunner = Callable[[Sequence[Brief], Context], Iterator[Hit]]
OnlineRunner = Callable[[Sequence[Rule], Server, Context], Iterator[Hit]]
Runner = (
    Callable[[Rule, Context], Iterator[Hit]]
    | Callable[[RuleGroupView, Context], Iterator[Hit]]
    | Callable[[FileView, Context], Iterator[Hit]]
    | ProjectRunner
    | OnlineRunner
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A lint check. `profile` is the mildest profile it belongs to: migration, recommended or strict.

    A check with `needs` set is silent until that field of the context has a value. `native_severity` holds for rules
    compiled from specs, where it differs. `together` is what a check of smaller scope asks of all rules, and `online`
    what one that needs no server asks when there is one.
    """

    code: str
    name: str
    severity: Severity
    scope: Scope
    run: Runner
    cases: tuple[Good | Bad, ...]
    profile: str = RECOMMENDED
    needs: str = ""
    options: tuple[Option, ...] = ()
    native_severity: Severity | None = None
    together: ProjectRunner | None = None
    online: OnlineRunner | None = None

    @property
    def problem(self) -> Problem:
        """The class of the check's findings."""
        return Problem(self.code, self.name, self.severity, "")
