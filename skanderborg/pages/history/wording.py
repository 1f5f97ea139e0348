"""Events in Danish: a sentence for every action, and words for every value; a column says its own name."""

import re
from datetime import date, datetime
from typing import Any

import peewee

from ... import clock, content, kinds
from ...store import columns
from ...store.fields import KindField, UtcField
from ...store.sealed import SealedField

SENTENCES = {kind.value: kind.label for kind in kinds.EventKind if kind.label}
THINGS = {  # what a row is, where a sentence tells that someone changed it
    "assessment": "vurderingen", "assessment_part": "delen af vurderingen",
    "case": "sagen", "critical_date": "den kritiske dato", "exhibit": "bilaget", "incident": "hændelsen i loggen",
    "institution": "stedet", "meeting": "mødet", "network_person": "personen", "order": "tilholdet eller forbuddet",
    "party": "personen", "police_report": "politianmeldelsen", "request": "anmodningen", "role_share": "rollen",
    "safety_item": "punktet i sikkerhedsplanen", "task": "opgaven", "warning_note": "advarslen",
}  # fmt: skip
SOMETHING = "det"
REF = re.compile(r"(?:department:)?([a-z2-7]{26})")
NOTHING = "(intet)"


def refs_in(object_kind: str, changes: dict[str, Any]) -> set[str]:
    """Refs of persons and departments among the values of an event."""
    named = [pair for column, pair in changes.items() if columns.names_someone(object_kind, column)]
    return {ref for pair in named for value in pair if (ref := _ref(value))}


def value_of(object_kind: str, column: str, value: Any, names: dict[str, str]) -> str:
    """One value of an event as people say it; `names` holds those of refs.

    What kind of value it is, the column says, never the look of the value: a phone number may look like a date, and a
    reason like a closed list's word. One that does not read as its column should is told as it stands.
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list):
        return ", ".join(_in_list(column, str(one)) for one in value) or NOTHING
    try:
        return _read(object_kind, column, str(value), names)
    except ValueError:
        return str(value)


def _read(object_kind: str, column: str, value: str, names: dict[str, str]) -> str:
    field = columns.read_as(object_kind, column)
    if isinstance(field, SealedField):
        return value
    if columns.names_someone(object_kind, column):
        return names.get(_ref(value) or "", "(ukendt)")
    if isinstance(field, peewee.DateField):
        return clock.numeric_date(date.fromisoformat(value))
    if isinstance(field, UtcField):
        return _moment(datetime.fromisoformat(value))
    if field is None:
        return value
    return _listed(object_kind, column, value)


def _ref(value: Any) -> str | None:
    match = REF.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else None


def _moment(at: datetime) -> str:
    """An instant; or, of a meeting, the time on the wall that was chosen, which has no zone."""
    return clock.long_moment(at) if at.tzinfo else f"{clock.long_date(at)} kl. {clock.hhmm(at.time())}"


def _listed(object_kind: str, column: str, value: str) -> str:
    """The label of a closed list's value; numbers, and what the list no longer holds, as they are."""
    if object_kind == "incident" and column in ("types", "channel"):
        return _of_log(column, value)
    if (object_kind, column) == ("critical_date", "kind"):
        return content.date_label(value)
    if column == "organisation":
        return content.contact_name(value)
    field = columns.read_as(object_kind, column)
    return field.kind(value).label if isinstance(field, KindField) else value


def _of_log(column: str, ids: str) -> str:
    listed = content.incidents()
    labels = {one.id: one.label for one in (listed.type if column == "types" else listed.channel)}
    return ", ".join(labels.get(one, one) for one in ids.split()) or NOTHING


def _in_list(column: str, value: str) -> str:
    return content.task_title(value) if column == "tasks" else value
