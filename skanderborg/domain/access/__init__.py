"""Who is on a case and why: relations, restriction (the page *Adgang*). See also contact.py and exclusions.py."""

from typing import NamedTuple

import peewee

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...kinds import LetterKind, RelationKind, RequestStatus
from ...mail import outbox
from ...policy import Action, Actor
from ...store import events, keys
from ...store.cases import Case, Exclusion, Relation
from ...store.db import change, insert, lock_chain, transaction
from ...store.people import Department, Membership, Person
from ...store.prepared import Parameter, prepared
from ...store.work import Request, Task

NAMED_ONLY = "Sagen er nu kun for navngivne personer. Send anmodningen til en navngiven."

# ── questions ───────────────────────────────────────────────────────────────────────────────────────


def primary_contact(case_ref: str) -> Person | None:
    """The tovholder; None only while a suspicion is unclaimed."""
    return _on(case_ref, RelationKind.PRIMARY_CONTACT).first()


def resource_persons_on(case_ref: str) -> list[Person]:
    """The resource persons on a case."""
    return list(_on(case_ref, RelationKind.RESOURCE))


def _on(case_ref: str, kind: RelationKind) -> peewee.ModelSelect:
    return (
        Person.select()
        .join(Relation, on=(Relation.person == Person.ref))
        .where(
            Relation.case == case_ref,
            Relation.kind == kind,
            Relation.until_at.is_null(),
            Person.disabled_at.is_null(),
        )
        .order_by(Relation.from_at)
    )


def is_primary_contact() -> peewee.Expression:
    """For a join of Relation to Case: the relation is that of the case's tovholder."""
    return (Relation.case == Case.ref) & (Relation.kind == RelationKind.PRIMARY_CONTACT) & Relation.until_at.is_null()


def excluded_persons(case_ref: str) -> set[str]:
    """Refs of everyone who is excluded from a case, alone or as one of a department."""
    named = Exclusion.select(Exclusion.person.alias("ref")).where(
        Exclusion.case == case_ref, Exclusion.until_at.is_null(), Exclusion.person.is_null(False)
    )
    by_department = (
        Membership.select(Membership.person.alias("ref"))
        .join(Exclusion, on=(Exclusion.department == Membership.department))
        .where(Exclusion.case == case_ref, Exclusion.until_at.is_null())
    )
    return {ref for (ref,) in [*named.tuples(), *by_department.tuples()]}


def refuse_closed(case: Case) -> None:
    """Raise Invalid when the case is closed, as it stands now: a stale tab changes nothing (REL-14).

    The case stays as it is until the end of the transaction.
    """
    lock_chain(f"case:{case.ref}")
    if _closed.first(case=case.ref):
        raise Invalid("Sagen er afsluttet. Genåbn den først.")


@prepared
def _closed(*, case: Parameter) -> peewee.ModelSelect:
    return Case.select(Case.ref).where(Case.ref == case, Case.closed_at.is_null(False))


def stamp(case_ref: str) -> None:
    """Say that something the board shows has changed; inside the transaction of the change (DESIGN decision 23)."""
    _stamped.run(case=case_ref)


@prepared
def _stamped(*, case: Parameter) -> peewee.ModelUpdate:
    return Case.update(board_stamp=Case.board_stamp + 1).where(Case.ref == case)


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


class Overview(NamedTuple):
    """Who has access and since when, who never has, who was asked to be tovholder."""

    relations: list[Relation]
    exclusions: list[Exclusion]
    offered_to: Person | None


def of_case(actor: Person, case: Case) -> Overview:
    """Everyone with access to a case now, and every exclusion in force, with names, departments and reasons."""
    policy.require(actor, Action.CASE_READ, case)
    by, department = Person.alias(), Department.alias()
    relations = (
        Relation.select(Relation, Person, by)
        .join(Person, on=(Relation.person == Person.ref))
        .switch(Relation)
        .join(by, peewee.JOIN.LEFT_OUTER, on=(Relation.by == by.ref), attr="given_by")
        .where(Relation.case == case.ref, Relation.until_at.is_null())
        .order_by(Relation.from_at, Relation.kind)
    )
    excluded = (
        Exclusion.select(Exclusion, Person, department, by)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Exclusion.person == Person.ref))
        .switch(Exclusion)
        .join(department, peewee.JOIN.LEFT_OUTER, on=(Exclusion.department == department.ref))
        .switch(Exclusion)
        .join(by, on=(Exclusion.by == by.ref), attr="given_by")
        .where(Exclusion.case == case.ref, Exclusion.until_at.is_null())
        .order_by(Exclusion.from_at)
    )
    keys.preload({f"case:{case.ref}"})
    return Overview(list(relations), list(excluded), case.offered_to)


# ── giving and ending access ────────────────────────────────────────────────────────────────────────


@transaction
def grant(actor: Actor, case: Case, person: Person, reason: str) -> Relation:
    """Let a person take part in a case; doing it twice changes nothing.

    Raises Invalid for someone who is excluded or no longer employed (PRODUCT 1).
    """
    policy.require(actor, Action.CASE_GRANT, case)
    lock_chain(f"case:{case.ref}")
    refuse_excluded(case, person, "person")
    has = relations_of(case.ref, person.ref).first()
    if has:
        return has
    given = tie(actor, case, person, RelationKind.PARTICIPANT, reason)
    events.record(actor, "access:granted", given, changes={"person": [None, person.ref], "reason": [None, reason]})
    return given


@transaction
def end(actor: Actor, case: Case, relation_ref: str) -> Relation:
    """End what ties a person to a case. What he or she owes stays, and is seen as a helper sees it.

    Raises NotFound for a relation of another case, Invalid for the tovholder's: there is always exactly one.
    """
    policy.require(actor, Action.CASE_GRANT, case)
    relation = Relation.get_or_none(Relation.ref == relation_ref, Relation.case == case.ref)
    if relation is None:
        raise NotFound()
    if relation.until_at:
        return relation
    if relation.kind == RelationKind.PRIMARY_CONTACT:
        raise Invalid("Vælg en anden tovholder først. En sag har altid en tovholder.")
    Relation.update(until_at=clock.now()).where(Relation.ref == relation.ref).execute()
    events.record(actor, "access:ended", relation, changes={"person": [relation.person_id, None]})
    return relation


def refuse_excluded(case: Case, person: Person, field: str) -> None:
    """Raise Invalid, naming the field, when the person can be given nothing of this case (SEC-05)."""
    if person.disabled_at:
        raise Invalid("Vælg en, der er ansat. Den valgte bruger er lukket.", field)
    if person.ref in excluded_persons(case.ref):
        raise Invalid("Vælg en anden. Den valgte er spærret fra sagen.", field)


def relations_of(case_ref: str, person_ref: str) -> peewee.ModelSelect:
    """What ties a person to a case now."""
    return Relation.select().where(
        Relation.case == case_ref, Relation.person == person_ref, Relation.until_at.is_null()
    )


def tie(actor: Actor, case: Case, person: Person, kind: RelationKind, reason: str | None) -> Relation:
    """Tie a person to a case, inside the caller's transaction."""
    return insert(Relation, case=case.ref, person=person, kind=kind, reason=reason, by=actor.ref, from_at=clock.now())


# ── named persons only ──────────────────────────────────────────────────────────────────────────────


@transaction
def restrict(actor: Actor, case: Case, seen_version: int) -> Case:
    """Close a case to department queues: only named persons see anything of it.

    Tasks in a queue lose their owner; requests in a queue come back to the asker, who sends them to a named person.
    Raises Conflict when someone was faster.
    """
    policy.require(actor, Action.CASE_EXCLUDE, case)
    restricted = policy.carry(case, change(case, seen_version, restricted=True))
    for task in list(
        Task.select().where(Task.case == case.ref, Task.closed_at.is_null(), Task.department.is_null(False))
    ):
        outbox.void(task, clock.now())  # who was in the queue need not hear of it any more
        freed = change(task, task.version, department=None)
        events.record(actor, "task:returned-to-queue", freed, changes={"department": [task.department_id, None]})
    queued = Request.select().where(
        Request.case == case.ref, Request.status == RequestStatus.SENT, Request.named.is_null()
    )
    for request in list(queued):
        outbox.void(request, clock.now())
        back = change(request, request.version, status=RequestStatus.RETURNED, return_reason=NAMED_ONLY)
        events.record(actor, "request:returned-to-queue", back, changes={"status": [request.status, back.status]})
        outbox.put(LetterKind.REQUEST_RETURNED, back.asker_id, about=back, path=f"/a/{back.ref}",
                   key=f"request:{back.ref}:v{back.version}:returned")  # fmt: skip
    stamp(case.ref)
    events.record(actor, "case:restricted", restricted, changes={"restricted": [case.restricted, True]})
    return restricted


@transaction
def unrestrict(actor: Actor, case: Case, seen_version: int) -> Case:
    """Let department queues see their part of the case again. Raises Conflict when someone was faster."""
    policy.require(actor, Action.CASE_EXCLUDE, case)
    opened = policy.carry(case, change(case, seen_version, restricted=False))
    stamp(case.ref)
    events.record(actor, "case:unrestricted", opened, changes={"restricted": [case.restricted, False]})
    return opened
