"""A service whose owner does not own the file that it is written in.

**What it finds.** Specs whose `owner` is not among the owners that CODEOWNERS gives the file. `@acme/shop` there is
`shop`, `acme/shop` or `@acme/shop` here. Files without owners are passed over. The check is silent until
`lint.codeowners` names the file.

**Why it wakes people up.** Whoever reviews the file decides what wakes the owner. When these are two teams, one of them
learns of a new page when it rings.

**What to do.** Give the file to the team that is called, or name the team that owns it.

**Sources.** GitHub documentation, "About code owners"; GitLab documentation, "Code Owners syntax".
"""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.checks._check import ERROR, Bad, Check, FileView, Good, Hit, Scope
from sloctl.checks._context import Context
from sloctl.checks._runbook import path_below, top_folder
from sloctl.core.codeowners import is_among, parse_codeowners
from sloctl.core.human import and_list


def run(file: FileView, context: Context) -> Iterator[Hit]:
    """Report each service of a file that another team owns, once."""
    if context.codeowners is None:
        return
    owners = context.codeowners.of(path_below(file.path, top_folder(context.root)))
    services = {rule.service.name: rule.service for group in file.groups for rule in group.rules if rule.service}
    for service in services.values() if owners else ():
        if not is_among(service.owner, owners):
            message = f"`{service.owner}` is called for `{service.name}`, but this file belongs to {and_list(owners)}"
            advice = f"give the file to `{service.owner}` in {context.codeowners.path}, or name the team that owns it"
            yield Hit(at=service.origin.at("metadata", "owner"), message=message, help=advice)


_SPEC = """
    apiVersion: sloctl/v1
    kind: Service
    metadata:
      name: shop
      owner: team-shop
    slos:
      - name: checkout
        objective: 99
        sli: {probe: {up: probe_success}}
        alerting:
          page: {runbook: "https://wiki.acme.net/shop", action: Roll back}
          ticket: {runbook: "https://wiki.acme.net/shop", action: Compare with last week}
"""

_DRAWING = "#        ^^^^^^^^^ `team-shop` is called for `shop`, but this file belongs to @acme/sre"

CHECK = Check(
    code="A125",
    name="owner-not-of-file",
    severity=ERROR,
    scope=Scope.FILE,
    run=run,
    needs="codeowners",
    cases=(
        Bad(
            _SPEC.replace("    slos:", f"    {_DRAWING}\n    slos:"),
            options={"codeowners": parse_codeowners("CODEOWNERS", "*.yml @acme/sre")},
        ),
        Good(_SPEC, options={"codeowners": parse_codeowners("CODEOWNERS", "*.yml @acme/sre @acme/Team-Shop")}),
        Good(_SPEC, options={"codeowners": parse_codeowners("CODEOWNERS", "docs/ @acme/sre")}),
        Good(_SPEC),
    ),
)
