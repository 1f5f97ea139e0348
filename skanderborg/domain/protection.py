"""The one place that decides whether a case's addresses are hidden (SEC-10, D-22).

While anyone in a case has address protection, expired or not, until a person decides otherwise, these are hidden from
every page, print, text for the journal and line of Historik: contact, address and institution of all its parties (a
child lives with someone), names and contacts of institutions, the places of meetings and incidents, the area of an
opholdsforbud, how witnesses are reached, and what the sender called a file. Which these are stands on the fields. The
rule is for the case, not the row: an aunt's address is where the protected person sleeps. They are
shown in one answer, to one who is on the case, gives a reason and is written down.

A page of a case asks `case.bar.is_masked`, any other `masked(case)`; it prints a value with the macro `protected` of
templates/macros/ui.html. A form is filled with `visible(value, is_masked)`, and what comes back is read with `kept`.
"""

from typing import Any

import peewee

from ..errors import Invalid
from ..kinds import EventKind, Protection
from ..policy import Action
from ..store import columns, events, idempotency
from ..store.cases import Case, Party
from ..store.db import Table
from ..store.people import Person
from ..store.prepared import Parameter, prepared
from ..store.sealed import SealedField
from .verbs import verb

HIDDEN = "•••• (beskyttet)"
SHORTEST_REASON = 10
HIDES = (Protection.ORDINARY.value, Protection.SPECIAL.value)


def protected(case: Any) -> peewee.Node:
    """A column that says whether anyone in the case has address protection; also one who was taken out, since what
    was written of them still stands in Historik."""
    found = Party.select(peewee.SQL("1")).where(Party.case == case, Party.protection.in_(HIDES))
    return peewee.Case(None, [(peewee.fn.EXISTS(found), 1)], 0)


def masked(case: Case) -> bool:
    """Whether what tells where someone is must be hidden in this case."""
    known = getattr(getattr(case, "bar", case), "is_masked", None)
    return bool(_flag.stored(case=case.ref)[0][0] if known is None else known)


@prepared
def _flag(*, case: Parameter) -> peewee.ModelSelect:
    return Case.select(protected(Case.ref)).where(Case.ref == case)


def hides(object_kind: str, column: str) -> bool:
    """Whether a column of a table, or what an event tells beside, tells where someone is.

    Whatever nobody said anything of is hidden, so that what was forgotten shows as a gap instead of an address.
    """
    said = declared(object_kind, column)
    return said is None or said


def declared(object_kind: str, column: str) -> bool | None:
    """What is said of a column: on its field (store/sealed.py), or beside where an event tells more than the row holds.
    A column without text can hold no place; None where nobody said anything."""
    field = columns.field_of(object_kind, column)
    if isinstance(field, SealedField):
        return field.tells_where
    return None if field is None else False


def visible(value: str | None, is_masked: bool) -> str:
    """What a form may show of a hidden value: nothing, as there is nothing to show."""
    return "" if is_masked else value or ""


def typed_or_standing(typed: str | None, standing: str | None, was_masked: bool) -> str | None:
    """What a field now holds: left empty where its value was hidden, it keeps what stands."""
    return typed or (standing if was_masked else None)


@verb(Action.CASE_REVEAL)
def reveal(actor: Person, case: Case, reason: str | None, key: str, about: Table | None = None) -> bool:
    """Write down why someone sees what is hidden, on the page of `about`; True when this answer may show it.

    The same form sent again shows nothing: a reload hides it. Raises NotAllowed for one who is not on the case,
    Invalid without a reason that says something (SEC-10).
    """
    if not is_first_look(actor, reason, key):
        return False
    events.record(actor, EventKind.PARTY_REVEALED, about or case, changes={"reason": [None, reason]})
    return True


def is_first_look(actor: Person, reason: str | None, key: str) -> bool:
    """Whether a form that asks to see what is hidden is sent for the first time; inside the caller's transaction.
    Raises Invalid without a reason that says something."""
    if len((reason or "").strip()) < SHORTEST_REASON:
        raise Invalid(f"Skriv, hvad du skal bruge oplysningerne til, mindst {SHORTEST_REASON} tegn.", "reason")
    return bool(key) and idempotency.first_time(actor, "protection.reveal", key)
