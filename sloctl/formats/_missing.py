"""What no other format says and every alert needs: an owner, a runbook, an action."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sloctl.core import problems
from sloctl.core.finding import Finding
from sloctl.core.human import and_list
from sloctl.core.source import Location
from sloctl.core.translated import Place
from sloctl.formats._spec import PREFIX, Draft, Imports
from sloctl.model.names import STAND_IN_HOST

NO_OWNER = "unowned"
NO_RUNBOOK = f"https://{STAND_IN_HOST}/{{service}}/{{slo}}"
NO_ACTION = "Find what has changed, and undo it"
_SHOWN = 3
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


def borrowed(at: Location, service: str, owner: str, unowned: Sequence[str]) -> Finding:
    """Report SLOs that name no owner in a service that has one: a service has one owner, so that is called."""
    shown = [f"`{name}`" for name in unowned[:_SHOWN]]
    more = len(unowned) - len(shown)
    named = and_list([*shown, *([f"{more} more"] if more else [])])
    message = (
        f"{named} {'names' if len(unowned) == 1 else 'name'} no owner, so `{owner}` is called, who owns other SLOs"
    )
    ways = f"say `{PREFIX}/owner` there too, or give SLOs of another owner a service of their own"
    return Finding(problem=problems.INCOMPLETE_IMPORT, at=at, message=f"{message} of `{service}`", help=ways)


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
