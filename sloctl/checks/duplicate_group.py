"""Two groups of one name in a file.

**What it finds.** Groups of one rule file, or of one `PrometheusRule`, that share a name.

**Why it matters.** Prometheus refuses the whole file, and with it every rule in it.

**What to do.** Rename one, or join the two.

**Sources.** Prometheus, `rulefmt` ("is repeated in the same file").
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, FileView, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.core.document import Document, Path
from sloctl.core.finding import Note


def run(file: FileView, _context: Context) -> Iterator[Hit]:
    """Report each group whose name an earlier group of the same list has."""
    first: dict[tuple[int, Path, object], tuple[Document, Path]] = {}
    for group in file.groups:
        name = group.data.get("name")
        if not name or isinstance(name, (dict, list)):
            continue
        path = (*group.path, "name")
        key = (id(group.document), group.path[:-1], name)
        if key in first:
            document, earlier = first[key]
            notes = (Note("it stands here first", document.at(earlier)),)
            message = f"a second group is named `{name}`, so Prometheus refuses the file"
            yield Hit(at=group.document.at(path), message=message, help="rename it, or join the two", notes=notes)
        first.setdefault(key, (group.document, path))


CHECK = Check(
    code="H514",
    name="duplicate-group",
    severity=ERROR,
    profile=MIGRATION,
    scope=Scope.FILE,
    run=run,
    cases=(
        Bad("""
            groups:
              - name: queues
                rules: [{record: "job:queue_length:max", expr: max by (job) (queue_length)}]
              - name: queues
              #       ^^^^^^ a second group is named `queues`, so Prometheus refuses the file
                rules: [{record: "job:queue_length:min", expr: min by (job) (queue_length)}]
        """),
        Good("""
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata: {name: a}
            spec: {groups: [{name: queues, rules: []}]}
            ---
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata: {name: b}
            spec: {groups: [{name: queues, rules: []}, {name: Queues, rules: []}]}
        """),
    ),
)
