"""Someone leaves the municipality: nothing that they owed is left without an owner (SEC-18, REL-15)."""

from .. import clock
from ..kinds import EventKind
from ..mail import outbox
from ..policy import Action, Actor
from ..store import events
from ..store.cases import Case, Relation
from ..store.db import lock_chain, rewrite
from ..store.outbox import OutboxLetter
from ..store.people import Person
from ..store.work import Meeting, Request, Task
from . import meetings, people, sessions
from .access import ending, walls
from .verbs import verb


@verb(Action.PEOPLE_MANAGE)
def disable(actor: Actor, person: Person) -> None:
    """Close an account at once: sessions end, unsent letters to it are withdrawn, and what it owes goes to its
    department's queue or, where it was tovholder, to the resource person on the case (SEC-18, REL-15).

    Raises Invalid while a case would be left without anyone.
    """
    if person.disabled_at:
        return
    now = clock.now()
    touched = touched_by(person)
    hold_cases(touched)
    rewrite(Person, Person.ref == person.ref, disabled_at=now, version=Person.version + 1)
    sessions.end_all(person, now)
    outbox.withdraw(OutboxLetter.person == person.ref, now=now)
    give_back(actor, person, touched)
    events.record(actor, EventKind.PERSON_DISABLED, person)


@verb(Action.PEOPLE_MANAGE)
def hand_on(actor: Actor, person: Person, cases: list[Case]) -> None:
    """Give what a person had of these cases to those who still see them, as `disable` does: for whose role keeps them
    from cases from now on. Raises Invalid while a case would be left without anyone.
    """
    hold_cases(cases)
    give_back(actor, person, cases)


def hold_cases(cases: list[Case]) -> None:
    """Hold cases that are to be handed on, in fixed order and before any row (decision 10); inside a transaction."""
    for case in cases:
        lock_chain(f"case:{case.ref}")
    walls.hold_contacts()


def give_back(actor: Actor, person: Person, cases: list[Case]) -> None:
    """Give back what a person had of these cases, which are held, inside the caller's transaction."""
    home = next(iter(people.departments_of(person)), None)
    for case in cases:
        ending.take_back(actor, case, {person.ref}, queue=home)


def touched_by(person: Person) -> list[Case]:
    """The cases of which a person has anything, in the order of their refs."""
    return list(Case.select().where(Case.ref.in_(_cases_touched_by(person))).order_by(Case.ref))


def _cases_touched_by(person: Person) -> set[str]:
    tied = Relation.select(Relation.case.alias("ref")).where(Relation.person == person.ref, Relation.until_at.is_null())
    offered = Case.select(Case.ref).where(Case.offered_to == person.ref)
    tasks = Task.select(Task.case.alias("ref")).where(Task.assignee == person.ref, Task.closed_at.is_null())
    requests = Request.select(Request.case.alias("ref")).where(
        (Request.handler == person.ref) | (Request.named == person.ref) | (Request.asker == person.ref),
        Request.closed_at.is_null(),
    )
    met = meetings.to_come_with({person.ref}).select(Meeting.case.alias("ref"))
    return {ref for query in (tied, offered, tasks, requests, met) for (ref,) in query.tuples()}
