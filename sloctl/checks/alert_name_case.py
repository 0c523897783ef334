"""An alert name that is not in camel case.

**What it finds.** Alert names with `_` or `-`, in lower case only, or in capitals only: `queue_too_long`, `QUEUE_LONG`.

**Why it matters.** Names are what people search, silence and speak of. One way to write them means that a name heard on
the telephone is typed right.

**What to do.** `QueueTooLong`. Silences and routes that match the old name must follow.

**Sources.** Prometheus documentation, best practices, alerting ("use CamelCase").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sloctl.checks._check import WARNING, Bad, Check, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._rule import Rule

_SHORT = 6
"""Names of up to so many capitals may be one abbreviation: `HTTP`, `OOMKill`."""


def run(alert: Rule, _context: Context) -> Iterator[Hit]:
    """Report a name in another case; names with spaces are `name-with-space`."""
    name = alert.name.value
    if not name or alert.service or "{{" in name or any(map(str.isspace, name)) or _is_camel_case(name):
        return
    yield Hit(at=alert.name.at(), message=f"`{name}` is not in camel case", help=f"write `{_camel_case(name)}`")


def _is_camel_case(name: str) -> bool:
    if not name.isascii():
        return True
    if not name.isalnum():
        return False
    return not (name.islower() or (name.isupper() and len(name) > _SHORT))


def _camel_case(name: str) -> str:
    words = [word for word in re.split(r"[^A-Za-z0-9]+", name) if word]
    return "".join(word.capitalize() if name.isupper() else word[0].upper() + word[1:] for word in words)


CHECK = Check(
    code="H501",
    name="alert-name-case",
    severity=WARNING,
    scope=Scope.ALERT,
    run=run,
    cases=(
        Bad("""
            - alert: queue_too_long
            #        ^^^^^^^^^^^^^^ `queue_too_long` is not in camel case
              expr: max(queue_length) > 5
            - alert: Queue-Too-Old
            #        ^^^^^^^^^^^^^ `Queue-Too-Old` is not in camel case
              expr: max(queue_age_seconds) > 5
            - alert: queuelong
            #        ^^^^^^^^^ `queuelong` is not in camel case
              expr: max(queue_length) > 50
        """),
        Good("""
            - alert: QueueTooLong
              expr: max(queue_length) > 5
            - alert: etcdMembersDown
              expr: max(etcd_down) > 5
            - alert: OOM
              expr: max(oom) > 5
            - alert: Queue too long
              expr: max(queue_length) > 50
        """),
    ),
)
