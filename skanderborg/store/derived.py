"""What the events of 0.4.0 say of rows, which kept no tags of them: that someone wrote the row, and what it says last.

It is asked once, when such a database is taken over. Derived are: of a row of the log, an exhibit, a consent, an order
or an exclusion that its making was told, and each column that is told at all as it was told last; of an exclusion, that
it was lifted; of what ties someone to a case, that its chain names that person at that moment, and that it ended.
Not: the rows of an import one by one, and columns that no event tells.
"""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ..kinds import EventKind
from . import binding, events, rows
from .authorities import Order
from .cases import Exclusion, Relation
from .events import Event
from .incidents import Exhibit, Incident
from .record import Consent
from .sealed import SealedField

MADE = {
    Incident: {EventKind.INCIDENT_RECORDED}, Exhibit: {EventKind.EXHIBIT_RECEIVED}, Consent: {EventKind.CONSENT_GIVEN},
    Order: {EventKind.ORDER_RECORDED}, Exclusion: {EventKind.ACCESS_EXCLUDED, EventKind.IMPARTIALITY_DECLARED},
}  # fmt: skip
TOLD = {  # the columns of which an event tells whenever they say something
    Incident: {
        "kind", "from_on", "to_on", "at_time", "is_second_hour", "types", "type_text", "contact_count", "what", "place",
        "channel", "sender", "witness", "witness_contact", "evidence", "reaction", "reaction_reason", "fear",
        "children_present", "reported", "journal_number", "source", "is_withheld", "is_danger",
    },
    Exhibit: {"description", "is_withheld"},
    Consent: {"scope", "way", "given_on", "expires_on", "withdrawn_on", "withdrawn_note"},
    Order: {"kind", "from_on", "to_on", "area", "journal_number", "ended_on", "end_reason"},
    Exclusion: set(),
}  # fmt: skip
NOTHING = (None, "", False, "unknown")  # what is not told
ENDED = {
    Exclusion: {EventKind.ACCESS_EXCLUSION_LIFTED, EventKind.IMPARTIALITY_LIFTED}, Relation: {EventKind.ACCESS_ENDED},
}  # fmt: skip
EARLIER, LATER = timedelta(seconds=5), timedelta(seconds=60)  # of an event, than the tie that its transaction made


class Told(NamedTuple):
    """What the events about one row say: which they were, and of each column what it was told to be last."""

    actions: set[str]
    last: dict[str, Any]


class Moment(NamedTuple):
    """A write event of a chain: when, and the persons and other words it names."""

    at: datetime
    names: set[str]


def contradicted() -> set[str]:
    """The rows, by name, that are not as the events derive them."""
    told, moments = _read()
    found = set()
    for model in (*MADE, Relation):
        for values in rows.every(model):
            name = binding.name_of(model, values)
            said = told.get(name, Told(set(), {}))
            holds = (
                _is_made(model, values, said, moments)
                and _ends_as_told(model, values, said)
                and _says_what_was_told(model, values, said)
            )
            found |= set() if holds else {name}
    return found


def _read() -> tuple[dict[str, Told], dict[str, list[Moment]]]:
    told: dict[str, Told] = {}
    moments: dict[str, list[Moment]] = {}
    kinds = {model._meta.table_name for model in (*MADE, Relation)}
    for event in events.in_pages(Event.select().where(Event.is_write == True), Event.id):  # noqa: E712
        changes: dict[str, Any] = event.changes if isinstance(event.changes, dict) else {}
        if event.object_kind in kinds:
            one = told.setdefault(f"{event.object_kind}:{event.object_ref}", Told(set(), {}))
            one.actions.add(event.action)
            one.last.update({column: pair[1] for column, pair in changes.items()})
        names = {str(value) for pair in changes.values() for value in pair} | {str(event.actor)}
        moments.setdefault(event.chain, []).append(Moment(event.at, names))
    return told, moments


def _is_made(model: Any, values: dict[str, Any], said: Told, moments: dict[str, list[Moment]]) -> bool:
    if model is Relation:
        began, person = values["from_at"], values["person"]
        return any(
            began - EARLIER <= moment.at <= began + LATER and person in moment.names
            for moment in moments.get(f"case:{values['case']}", [])
        )
    return bool(values.get("log_import")) or not MADE[model].isdisjoint(said.actions)


def _ends_as_told(model: Any, values: dict[str, Any], said: Told) -> bool:
    """A tie may also end when another takes its place, of which another event tells; what was told to end stays so."""
    was_told = not ENDED.get(model, set()).isdisjoint(said.actions)
    has_ended = values.get("until_at") is not None
    return has_ended if was_told else not (model is Exclusion and has_ended)


def _says_what_was_told(model: Any, values: dict[str, Any], said: Told) -> bool:
    """A column that is told whenever it says something says nothing where it was not told; but not of a row whose
    making was not told, as one of an import."""
    row = model(__no_default__=1)
    row.__data__.update(values)
    silent = TOLD[model] if not MADE.get(model, set()).isdisjoint(said.actions) else set()
    columns = (silent | said.last.keys()) & model._meta.fields.keys() - _told_otherwise(model)
    return all(_plain(row, model._meta.fields[column]) == _something(said.last.get(column)) for column in columns)


def _told_otherwise(model: Any) -> set[str]:
    """Columns whose name an event uses for something else: the end of a tie tells whose it was."""
    return {"person"} if model is Relation else set()


def _plain(row: Any, field: Any) -> Any:
    """A value as an event keeps it."""
    value = getattr(row, field.name) if isinstance(field, SealedField) else row.__data__.get(field.name)
    return _something(json.loads(json.dumps(value, default=str)))


def _something(value: Any) -> Any:
    return None if value in NOTHING else value
