"""Threshold alerts: from what was written to what is meant."""

from __future__ import annotations

from sloctl.core import problems
from sloctl.core.duration import Duration
from sloctl.core.finding import Note
from sloctl.core.reader import Reader
from sloctl.core.registry import plugins
from sloctl.model.names import SLO_ALERTS
from sloctl.model.service import Alert, Condition, Origin
from sloctl.pipeline.response import Scope, read_response


def resolve_alert(reader: Reader, service: str, dashboard: str, defaults: tuple[Reader, ...]) -> Alert | None:
    """Build a threshold alert; report what is wrong with it and return None."""
    name = reader.text("name")
    if name in SLO_ALERTS:
        message = f"`{name}` is the name of the alerts that sloctl writes for SLOs"
        reader.report(problems.DUPLICATE_ALERT, reader.at("name"), message, "use another name")
    scope = Scope(
        readers=(reader, *defaults),
        subject=f"the alert `{name}`" if name else "the alert",
        at=reader.at("name"),
        names={"name": name, "slo": name, "service": service},
        dashboard=dashboard,
    )
    response = read_response(scope)
    fields = _condition_fields(reader)
    condition = _condition(reader)
    if not name or not condition or not response:
        return None
    _check_twice(reader, fields)
    hold = _holding("for", reader, fields, *defaults)
    return Alert(
        name=name,
        condition=condition,
        hold=condition.hold if hold is None else hold,
        keep_firing_for=_holding("keep_firing_for", reader, fields, *defaults),
        reviewed=scope.text("reviewed"),
        response=response,
        origin=Origin(reader.document, reader.path),
    )


def _condition(reader: Reader) -> Condition | None:
    kinds = [kind for name, kind in plugins("sloctl.conditions", "KIND").items() if reader.has(name)]
    built = [kind.build(_kind_reader(reader, kind.name)) for kind in kinds]
    return built[0] if len(built) == 1 else None


def _kind_reader(reader: Reader, kind: str) -> Reader:
    """Read the condition's own fields; `expr` may be plain text, which then is a field of the alert."""
    return reader.child(kind) or reader


def _condition_fields(reader: Reader) -> Reader:
    named = [name for name in plugins("sloctl.conditions", "KIND") if isinstance(reader.data.get(name), dict)]
    return _kind_reader(reader, named[0]) if named else reader


def _check_twice(reader: Reader, fields: Reader) -> None:
    """Report a time that stands both at the alert and in its condition: one of them would be lost."""
    for key in ("for", "keep_firing_for"):
        if fields is not reader and reader.has(key) and fields.has(key):
            note = Note("the other stands here", fields.at(key))
            message = f"`{key}` is there twice: at the alert, and in its condition"
            reader.report(problems.DUPLICATE_KEY, reader.at(key), message, "keep one of the two", note)


def _holding(key: str, *readers: Reader) -> Duration | None:
    return next((reader.duration(key) for reader in readers if reader.has(key)), None)
