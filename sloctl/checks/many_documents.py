"""A rule file with several YAML documents.

**What it finds.** Rule files, alone or in a ConfigMap, with a second YAML document (after `---`) that holds groups.
Prometheus reads the first and says nothing about the others. Files of Kubernetes objects, and files with a `namespace`
for Mimir or Cortex, may hold many.

**Why it wakes people up.** It does not, and it should: the rules after `---` are never loaded.

**What to do.** Join the groups in one document, or make two files.
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, MIGRATION, Bad, Check, FileView, Good, GroupListView, Hit, Scope
from sloctl.checks._context import Context


def run(file: FileView, _context: Context) -> Iterator[Hit]:
    """Report every document after the first of a text that Prometheus itself loads."""
    texts: dict[int, list[GroupListView]] = {}
    for listing in file.lists:
        if listing.plain:
            texts.setdefault(id(listing.document.source), []).append(listing)
    for listings in texts.values():
        for listing in listings[1:]:
            message = "Prometheus reads only the first document of a rule file, so it never loads these groups"
            at = listing.document.at_key(listing.path)
            yield Hit(at=at, message=message, help="join the groups, or make two files")


CHECK = Check(
    code="H516",
    name="many-documents",
    severity=ERROR,
    profile=MIGRATION,
    scope=Scope.FILE,
    run=run,
    cases=(
        Bad("""
            groups:
              - name: queues
                rules: [{record: "job:queue_length:max", expr: max by (job) (queue_length)}]
            ---
            {   groups: [{name: ages, rules: []}]   }
            #   ^^^^^^ Prometheus reads only the first document of a rule file, so it never loads these groups
        """),
        Bad("""
            kind: ConfigMap
            data:
              a.yml: |
                groups: [{name: queues, rules: []}]
                ---
                groups: [{name: ages, rules: []}]
            #   ^^^^^^ Prometheus reads only the first document of a rule file, so it never loads these groups
        """),
        Good("""
            namespace: mail
            groups: [{name: queues, rules: []}]
            ---
            namespace: sms
            groups: [{name: queues, rules: []}]
        """),
        Good("""
            apiVersion: v1
            kind: ConfigMap
            data:
              a.yml: |
                groups: [{name: queues, rules: [{record: "job:queue_length:max", expr: max(queue_length)}]}]
              b.yml: |
                groups: [{name: ages, rules: [{record: "job:queue_age:max", expr: max(queue_age)}]}]
        """),
    ),
)
