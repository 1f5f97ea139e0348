"""What belongs in the municipality's journal, and what is not there yet (D-23; offentlighedsloven §§ 13 and 15).

The tool is not the journal: text is copied there, and the mark says that it was, and under which number.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from ... import clock
from ...errors import Invalid
from ...kinds import EventKind, MeetingStatus
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case
from ...store.db import insert_once
from ...store.people import Person
from ...store.record import Journalised, Note, Sparring
from ...store.work import Meeting, Request
from .. import days
from ..verbs import reads, verb

KINDS = {"note": "Notat", "sparring": "Sparring", "meeting": "Referat", "request": "Svar fra afdeling"}
LONGEST_LIST = 500


class JournalItem(NamedTuple):
    """Something that must be journalised: `about` names its row."""

    about: str
    label: str
    at: datetime


@reads(Action.CASE_READ)
def missing(actor: Actor, case: Case) -> list[JournalItem]:
    """What lacks the mark, the oldest first: notes, sparring, minutes and answered requests, in one query."""
    found = _of(Note, "note", Note.at, case) | _of(Sparring, "sparring", Sparring.at, case)
    found |= _of(Meeting, "meeting", Meeting.held_at, case, Meeting.status == MeetingStatus.HELD)
    found |= _of(Request, "request", Request.answered_at, case, Request.answered_at.is_null(False))
    rows = found.order_by(peewee.SQL("at"), peewee.SQL("ref")).limit(LONGEST_LIST).tuples()
    return [_item(*row) for row in rows]


def _of(
    model: type[peewee.Model], kind: str, at: peewee.Field, case: Case, *more: peewee.Expression
) -> peewee.ModelSelect:
    marked = Journalised.select(peewee.SQL("1")).where(Journalised.about == peewee.Value(f"{kind}:").concat(model.ref))
    name = peewee.Value(kind).cast("TEXT").alias("kind")
    chosen = model.select(name, model.ref.alias("ref"), at.alias("at"))
    return chosen.where(model.case == case.ref, ~peewee.fn.EXISTS(marked), *more)


def _item(kind: str, ref: str, stored_at: Any) -> JournalItem:
    at: Any = Note.at.python_value(stored_at)
    return JournalItem(f"{kind}:{ref}", KINDS[kind], at)


@reads(Action.CASE_READ)
def marked(actor: Actor, case: Case) -> list[Journalised]:
    """What has the mark, the latest first, with who set it (`marker`)."""
    rows = Journalised.select(Journalised, Person).join(Person, on=(Journalised.by == Person.ref), attr="marker")
    return list(rows.where(Journalised.case == case.ref).order_by(Journalised.at.desc()).limit(LONGEST_LIST))


@verb(Action.NOTE_WRITE)
def mark(actor: Person, case: Case, abouts: list[str], on: date | None, number: str | None) -> int:
    """Say that rows of the case were journalised, under the journal's own number; returns how many are new.

    Also on a closed case: what was written last is journalised last. Raises Invalid for a day to come, and for nothing
    or something that is not on the case's list.
    """
    on = days.past_day(on, "on", "Skriv den dag, det blev journaliseret.")
    listed = {entry.about for entry in missing(actor, case)}
    already = {row.about for row in marked(actor, case)}
    if not abouts or not set(abouts) <= listed | already:
        raise Invalid("Sæt hak ved det, der er journaliseret.", "about")
    return sum(set_mark(actor, actor, case, about, on, number) for about in abouts)


def set_mark(actor: Actor, by: Person, case: Case, about: str, on: date, number: str | None) -> bool:
    """Mark one row as journalised, said by `by`, unless it is marked; whether it was not. Inside a transaction."""
    row = insert_once(Journalised, case=case.ref, about=about, on=on, number=number, by=by, at=clock.now())
    if row is not None:
        events.record(actor, EventKind.JOURNAL_MARKED, row, changes={"on": [None, on], "number": [None, number]})
    return row is not None


def label_of(row: Journalised) -> str:
    """What kind of thing a mark is about."""
    return KINDS.get(row.about.partition(":")[0], "Andet")
