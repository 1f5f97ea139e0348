"""Staff who are themselves named in a case are shut out of it by themselves (SEC-06).

Compared is at the end of each transaction that wrote who someone is: a party, someone of the network, how the citizen
is reached, or a member of staff, whoever wrote it and however. A name with the mail or the telephone number is the
person; a name alone, or what is reached in the same way under another name, is a question to a resource person. Whom
it is about learns nothing of either, nor does that one's manager.
"""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...addresses import Place
from ...danish import likeness
from ...kinds import EventKind, LetterKind, PartyRole, RelationKind
from ...mail import outbox
from ...policy import SYSTEM, Action, Actor, Asker
from ...store import binding, db, events, keys, wall
from ...store.cases import Case, Likeness, Party, Relation
from ...store.db import insert_once, lock_chain, rewrite, sealed
from ...store.dialects import joined
from ...store.people import Person
from ...store.plans import NetworkPerson
from .. import access, people, written
from ..verbs import verb
from . import exclusions, walls

WHY = "Er selv nævnt i sagen: navn og mail eller telefon er de samme."
SAID = "Er selv nævnt i sagen. Det er bekræftet."
NAMED = (Party, NetworkPerson)
BETWEEN, WITHIN = "\x1e", "\x1f"  # which nobody types in a name


class Question(NamedTuple):
    """Whether someone who is named is that colleague, asked when."""

    ref: str
    asked_at: datetime
    name: str


class Named(NamedTuple):
    """Someone who is named in a case: the row, the names that stand there, and how the person is reached."""

    row: Any
    names: list[str]
    contact: str

    @property
    def about(self) -> str:
        """What a question about the person is called."""
        return f"{self.row._meta.table_name}:{self.row.ref}"


def look() -> None:
    """Compare those whom the transaction wrote with the others; the last thing it does but its bookkeeping."""
    for model, ref in binding.take_named():
        if model is Person:
            _compare(_everyone_named(ref), list(_staff().where(Person.ref == ref)))
        else:
            _compare(_named_by(model, ref), list(_staff()))


db.before_the_end.insert(0, look)


def hold(*also: Case) -> None:
    """Hold all that may follow where a member of staff is written: every open case in which someone is named, and those
    `also`; before the first row."""
    if db.is_postgres():
        named = {row.case_id for model in NAMED for row in model.select(model.case).where(model.removed_at.is_null())}
        for ref in sorted(named | {case.ref for case in also}):
            lock_chain(f"case:{ref}")
    walls.hold_contacts()


def _staff() -> Any:
    return Person.select().where(Person.disabled_at.is_null())


def _named_by(model: Any, ref: str) -> list[Named]:
    if model is Case:
        return [_named(row) for row in _rows(Party, Party.case == ref, Party.role == PartyRole.CITIZEN)]
    return [_named(row) for row in _rows(model, model.ref == ref)]


def _rows(model: Any, *which: Any) -> list[Any]:
    """Those who are named still, each with the case."""
    return list(model.select(model, Case).join(Case).where(model.removed_at.is_null(), *which))


def _everyone_named(person: str) -> list[Named]:
    """All who are named in cases that are open, or that the person is on."""
    mine = Relation.select(Relation.case).where(Relation.person == person, Relation.until_at.is_null())
    cases = Case.select(Case.ref).where(Case.closed_at.is_null() | Case.ref.in_(mine))
    rows = [row for model in NAMED for row in _rows(model, model.case.in_(cases))]
    keys.preload({f"case:{row.case_id}" for row in rows})
    return [_named(row) for row in sorted(rows, key=lambda row: (row.case_id, row.ref))]


def _named(row: Any) -> Named:
    """Of a child what is said of whom it lives with names a parent; of the citizen how to call is said in the case."""
    texts = [row.contact] + ([row.relation_text] if isinstance(row, Party) else [])
    if isinstance(row, Party) and row.role == PartyRole.CITIZEN:
        texts.append(row.case.safe_contact)
    is_child = isinstance(row, Party) and row.role == PartyRole.CHILD
    names = [row.name, row.relation_text, row.contact] if is_child else [row.name]
    return Named(row, [name for name in names if name], " ; ".join(text for text in texts if text))


def _compare(named: list[Named], staff: list[Person]) -> None:
    known = [(person, likeness.known(person.plain_name, person.email, person.phone)) for person in staff]
    for one in named:
        found = [(person, likeness.of(of_staff, one.names, one.contact)) for person, of_staff in known]
        for person, how in found:
            if how is likeness.How.SAME:
                _shut_out(one, person)
            elif how is likeness.How.PERHAPS:
                _ask(one, person)


# ── what follows ────────────────────────────────────────────────────────────────────────────────────


def _shut_out(one: Named, person: Person) -> None:
    """Close the case to the person. What somebody lifted stays lifted."""
    lock_chain(f"case:{one.row.case_id}")
    case = Case.get_by_id(one.row.case_id)
    if exclusions.is_settled(case, person):
        return
    if _is_alone(case, person):
        _ask(one, person)
        return
    _close(SYSTEM, case, person, WHY)


def _close(actor: Actor, case: Case, person: Person, why: str) -> None:
    """Close the case to the person, and tell who sees to it, in neutral words."""
    made = exclusions.shut_out_colleague(actor, case, person, why)
    for one in _told(case, person):
        outbox.put(LetterKind.ACCESS_CLOSED, one, key=f"exclusion:{made.ref}:{one.ref}", about=case, opens=Place.ACCESS)


def _told(case: Case, person: Person) -> list[Person]:
    """The tovholder and the resource persons, of a suspicion that nobody has taken all of these; but for the person,
    for whom the case is closed, and whoever heads the person."""
    contact = access.primary_contact(case.ref)
    on_case = [*([contact] if contact else []), *access.resource_persons_on(case.ref)]
    left_out = access.excluded_persons(case.ref) | {person.ref} | {one.ref for one in people.managers_of(person.ref)}
    everyone = {one.ref: one for one in on_case or people.resource_persons()}
    return [one for ref, one in everyone.items() if ref not in left_out]


def _is_alone(case: Case, person: Person) -> bool:
    """Whether the person is tovholder, and nobody else is there to be it."""
    contact = access.primary_contact(case.ref)
    others = [one for one in people.resource_persons() if one.ref not in access.excluded_persons(case.ref)]
    return contact is not None and contact.ref == person.ref and all(one.ref == person.ref for one in others)


def _ask(one: Named, person: Person) -> None:
    """Ask whether it is the same person, once; nobody is asked of whom no case, or not this one, is open to."""
    lock_chain(f"case:{one.row.case_id}")
    if person.ref in access.excluded_persons(one.row.case_id):
        return
    asked = insert_once(Likeness, case=one.row.case_id, about=one.about, person=person, asked_at=clock.now())
    if asked is not None:
        events.record(SYSTEM, EventKind.LIKENESS_ASKED, asked, changes={"person": [None, person.ref]})


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────


def waits_for(actor: Person | Asker) -> peewee.Expression:
    """The condition under which a question waits for the actor: a resource person on the case, the tovholder where
    there is none but the colleague, and never the colleague. Wants Case joined."""
    tie = Relation.select(peewee.SQL("1")).where(Relation.case == Likeness.case, Relation.until_at.is_null())
    mine, others = tie.where(Relation.person == actor.ref), tie.where(Relation.person != Likeness.person)
    is_resource, is_contact = Relation.kind == RelationKind.RESOURCE, Relation.kind == RelationKind.PRIMARY_CONTACT
    asked = peewee.fn.EXISTS(mine.where(is_resource)) | (
        peewee.fn.EXISTS(mine.where(is_contact)) & ~peewee.fn.EXISTS(others.where(is_resource))
    )
    return (
        Likeness.answered_at.is_null() & Case.closed_at.is_null() & (Likeness.person != actor.ref) & asked
        & policy.sees_case(actor)
    )  # fmt: skip


def open_in(actor: Person, case: Any) -> peewee.Select:
    """The questions that are open in a case, none of them about the actor, as one column of a query that is asked
    anyway; `questions` reads it."""
    mine = (Likeness.case == case) & Likeness.answered_at.is_null() & (Likeness.person != actor.ref)
    rows = Likeness.select(Likeness.ref, Likeness.asked_at, Person.name).join(
        Person, on=(Likeness.person == Person.ref)
    )
    rows = rows.where(mine).order_by(Likeness.asked_at, Likeness.ref).alias("asked_rows")
    one = rows.c.ref
    for value in (wall.utc_text(rows.c.asked_at), rows.c.name):
        one = peewee.Expression(peewee.Expression(one, peewee.OP.CONCAT, WITHIN), peewee.OP.CONCAT, value)
    return peewee.Select([rows], [joined(one, BETWEEN)])


def questions(written: str | None) -> list[Question]:
    """What such a column says."""
    rows = [one.split(WITHIN) for one in (written or "").split(BETWEEN) if one]
    return [Question(ref, datetime.fromisoformat(at), name) for ref, at, name in rows]


@verb(Action.CASE_EXCLUDE)
def same(actor: Person, case: Case, ref: str) -> None:
    """Say that it is the same person, for whom the case is closed from now on. Saying it twice changes nothing.

    Raises NotFound for a question of another case and for one about the actor, TooLate where another answered
    otherwise, Invalid where nobody else is left to be tovholder.
    """
    walls.hold_contacts()
    person = _answer(actor, case, ref, EventKind.LIKENESS_SAME, is_same=True)
    if person is not None and person.ref not in access.excluded_persons(case.ref):
        _close(actor, case, person, SAID)


@verb(Action.CASE_EXCLUDE)
def other(actor: Person, case: Case, ref: str) -> None:
    """Say that it is somebody else: nothing changes, and it is not asked again. Raises as `same`."""
    _answer(actor, case, ref, EventKind.LIKENESS_OTHER, is_same=False)


def _answer(actor: Person, case: Case, ref: str, done: EventKind, *, is_same: bool) -> Person | None:
    """The colleague; None where it was answered so before."""
    asked = policy.part_of(case, Likeness, ref, Likeness.person != actor.ref)
    if asked.answered_at is not None:
        written.already(asked, is_same=str(is_same) if asked.is_same != is_same else None)
        return None
    said = sealed(Likeness, {"ref": asked.ref, "case": case.ref, "is_same": is_same})["is_same"]
    rewrite(Likeness, Likeness.ref == asked.ref, is_same=said, answered_at=clock.now(), answered_by=actor)
    events.record(actor, done, asked, changes={"person": [asked.person_id, None]})
    return asked.person
