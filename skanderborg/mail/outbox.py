"""Letters that are owed: put inside the transaction of what they tell of, voided with it, read by the worker."""

import json
from datetime import UTC, datetime
from typing import Any

import peewee

from .. import clock
from ..addresses import Place
from ..kinds import LetterKind
from ..store.db import append_once, is_postgres
from ..store.outbox import OutboxLetter, Restoration
from ..store.people import Person
from ..store.prepared import Parameter, prepared
from ..store.work import Meeting, Reminder

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # no clock, however wrong it goes, makes such a letter wait
ALARMS = [kind for kind in LetterKind if kind.traits.is_alarm]
UNSENT = (OutboxLetter.sent_at.is_null(), OutboxLetter.void_at.is_null())
# The database was put back then. What was due before may have been sent by the one that was lost: nobody knows, and it
# waits until somebody says so (REL-32). By when it was due, so that it holds for what a tick finds due afterwards too.
PUT_BACK_AT = Restoration.select(
    peewee.fn.COALESCE(peewee.fn.MAX(Restoration.at), peewee.Value(AT_ONCE, converter=Restoration.at.db_value))
)
IS_UNCERTAIN = OutboxLetter.released_at.is_null() & (OutboxLetter.due_at <= PUT_BACK_AT)
IS_CERTAIN = OutboxLetter.released_at.is_null(False) | (OutboxLetter.due_at > PUT_BACK_AT)
PENDING = (*UNSENT, OutboxLetter.failed_at.is_null())  # without those that were given up on
OWED = (*PENDING, IS_CERTAIN)
UNCERTAIN = (*PENDING, IS_UNCERTAIN)


def put(
    kind: LetterKind,
    to: Person | str,
    *,
    key: str,
    about: Any,
    opens: Place | None = None,
    meeting: Meeting | None = None,
    reminder: Reminder | None = None,
    due_at: datetime | None = None,
    address: str | None = None,
    **words: str | int,
) -> bool:
    """Owe one letter to one person, once for each `key`; whether it was not owed already.

    `about` is the row that the letter tells of; `opens` the place that it leads to, where that is not the row's own;
    `words` the dates, times and numbers that its fixed text names, never text about a person (decision 13). It goes to
    `address`, where one is given, instead of the person's own, and as soon as it can, unless `due_at` is still to
    come. Must run inside the transaction of what it tells of.
    """
    person, now = to if isinstance(to, str) else to.ref, clock.now()
    due = due_at or now
    first_try_at = due if due > now else AT_ONCE
    return append_once(
        OutboxLetter, key=key_of(key, person), kind=kind, person=person, case=_case_of(about), about=_name_of(about),
        opens=_place(about, opens), meeting=meeting, reminder=reminder, words=json.dumps(words), due_at=due,
        next_try_at=first_try_at, address=address,
    )  # fmt: skip


def key_of(key: str, to: Person | str) -> str:
    """The key that a letter has in the outbox: one for each that it goes to."""
    return f"{key}:{to if isinstance(to, str) else to.ref}"


def void(about: Any) -> int:
    """Withdraw every unsent letter about the row, since it has moved on; returns how many. An alarm is not withdrawn by
    what someone does next: that there was danger, or that a letter reached nobody, must be known all the same (D-02).
    """
    return _about.run(about=_name_of(about), now=clock.now())


@prepared
def _about(*, about: Parameter, now: Parameter) -> peewee.ModelUpdate:
    return _withdrawn(now).where(OutboxLetter.about == about, OutboxLetter.kind.not_in(ALARMS))


def withdraw(*which: peewee.Expression, now: datetime) -> int:
    """Withdraw every unsent letter for which all of `which` is so, failed ones too; returns how many.

    Must run inside the transaction of what makes them void.
    """
    return _withdrawn(now).where(*which).execute()


def _withdrawn(now: datetime | Parameter) -> peewee.ModelUpdate:
    return OutboxLetter.update(void_at=now, lease_until=None, leased_by=None).where(*UNSENT)


def at_hand(*which: peewee.Expression, order: tuple[Any, ...] = (), limit: int | None = None) -> list[str]:
    """Refs of the letters for which all of `which` is so, held until the end of the transaction.

    A row that someone else is changing is passed over: the worker changes many at once, and never waits for one while
    it holds others. The next tick finds it.
    """
    rows = OutboxLetter.select(OutboxLetter.ref).where(*which).order_by(*order).limit(limit)
    if is_postgres():
        rows = rows.for_update(skip_locked=True)
    return [ref for (ref,) in rows.tuples()]


def _place(about: Any, opens: Place | None) -> str:
    return opens.kept(_case_of(about) or about.ref) if opens else _name_of(about)


def _case_of(about: Any) -> str | None:
    return about.ref if about._meta.table_name == "case" else about.__data__.get("case")


def _name_of(about: Any) -> str:
    return f"{about._meta.table_name}:{about.ref}"
