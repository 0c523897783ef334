"""What no other format says and every alert needs: an owner, a runbook, an action."""

from __future__ import annotations

from collections.abc import Iterator

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.human import and_list
from sloctl.core.source import Location
from sloctl.core.translated import Place
from sloctl.formats._spec import PREFIX, Draft, Imports

NO_OWNER = "unowned"
NO_RUNBOOK = "https://runbooks.invalid/{service}/{slo}"
NO_ACTION = "Find what has changed, and undo it"
_STAND_INS = {"runbook": NO_RUNBOOK, "action": NO_ACTION}


def fill_in(draft: Draft, place: Place, imports: Imports) -> Iterator[Finding]:
    """Write stand-ins for what neither the original nor the settings say, and report them in one finding.

    A stand-in is evident as such: no owner is called `unowned`, and nothing answers at `runbooks.invalid`.
    """
    missing = []
    if not draft.get(("metadata", "owner")):
        owner = imports.defaults.get("owner")
        draft.put(("metadata", "owner"), owner or NO_OWNER, place)
        missing += [] if owner else ["owner"]
    for key, stand_in in _STAND_INS.items():
        if not imports.defaults.get(key) and not _is_said(draft, key):
            draft.put(("defaults", key), stand_in, place)
            missing.append(key)
    if missing:
        yield _finding(place.document.at(place.path), draft.get(("metadata", "name")), missing)


def _is_said(draft: Draft, key: str) -> bool:
    """Tell whether the document says a key for every alert that it has."""
    if draft.get(("defaults", key)):
        return True
    slos = draft.get(("slos",)) or []
    alerts = draft.get(("alerts",)) or []
    responses = [(slo.get("alerting") or {}).get(notify) for slo in slos for notify in ("page", "ticket")]
    return all(response == "off" or (response or {}).get(key) for response in responses) and all(
        alert.get(key) for alert in alerts
    )


def _finding(at: Location, service: str, missing: list[str]) -> Finding:
    named = and_list([f"`{key}`" for key in missing])
    ways = f"write labels or annotations such as `{PREFIX}/{missing[0]}`, or set `defaults.{missing[0]}` in sloctl.yaml"
    stand_in = "a stand-in is" if len(missing) == 1 else "stand-ins are"
    message = f"nothing says {named} for `{service}`, so {stand_in} compiled"
    return Finding(problem=problems.INCOMPLETE_IMPORT, at=at, message=message, help=ways)
