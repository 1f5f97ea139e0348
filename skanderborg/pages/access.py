"""Who has access to a case and why, and who never has (the page *Adgang*)."""

from datetime import date
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..domain.access import exclusion_rows, moves, same_person
from ..domain.access.same_person import Question
from ..domain.verbs import reads
from ..kinds import RelationKind, Role
from ..policy import Action
from ..store.cases import Case, Exclusion, Relation
from ..store.people import Absence, Person


class AccessPage(NamedTuple):
    """Who has access and since when, and who never has."""

    relations: list[Relation]
    exclusions: list[Exclusion]
    questions: list[Question]


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case) -> AccessPage:
    """Everyone with access to a case now, and every exclusion in force, with names and departments.

    Why someone is excluded, and who said so, is for who sets exclusions; why someone is inhabil, for the manager alone.
    Who is away today is so until `away_until`.
    """
    by = Person.alias()
    relations = (
        Relation.select(Relation, Person, by, _away_until(), same_person.open_in(actor, case.ref).alias("asked"))
        .join(Person, on=(Relation.person == Person.ref))
        .switch(Relation)
        .join(by, peewee.JOIN.LEFT_OUTER, on=(Relation.by == by.ref), attr="given_by")
        .where(Relation.case == case.ref, Relation.until_at.is_null())
        .order_by(Relation.from_at, Relation.kind)
    )
    excluded = exclusion_rows.in_force().where(Exclusion.case == case.ref).order_by(Exclusion.from_at)
    on_case = list(relations)
    for relation in on_case:
        relation.may_be_kept = relation.asked_at is not None and moves.may_keep(actor, relation)
        relation.away_until = Absence.to_on.python_value(relation.away_until)
    asked = on_case[0].asked if on_case and policy.may(actor, Action.CASE_EXCLUDE, case) else None
    return AccessPage(on_case, [_for_eyes_of(actor, case, row) for row in excluded], same_person.questions(asked))


def _for_eyes_of(actor: Person, case: Case, row: Exclusion) -> Exclusion:
    sets_them = policy.may(actor, Action.CASE_EXCLUDE, case)
    row.is_explained = sets_them and (row.by_id is None or row.by_id != row.person_id)
    row.may_be_lifted = sets_them and not exclusion_rows.is_for_a_manager(row)
    if not row.is_explained:
        row.reason = None  # type: ignore[assignment]
    return row


def _away_until() -> peewee.Node:
    today = clock.today()
    away = Absence.select(peewee.fn.MAX(Absence.to_on)).where(Absence.person == Relation.person, Absence.covers(today))
    return away.alias("away_until")


class OnLeave(NamedTuple):
    """How many resource persons of a case are away today; of one of them the name, and the last day of it."""

    total: int
    name: str
    until: date


def on_leave(case: str, today: str) -> list[peewee.Node]:
    """The three values of an OnLeave, as columns of another query: of the one who is away longest."""
    away = (
        Relation.select(peewee.fn.COUNT(Relation.person.distinct()))
        .join(Absence, on=(Absence.person == Relation.person))
        .where(Relation.case == case, Relation.kind == RelationKind.RESOURCE, Relation.until_at.is_null())
        .where(Absence.covers(today))
    )
    longest = away.join_from(Relation, Person).order_by(Absence.to_on.desc(), Person.name).limit(1)
    return [
        away.alias("away_count"), longest.select(Person.name).alias("away_name"),
        longest.select(Absence.to_on).alias("away_to"),
    ]  # fmt: skip


def resource_persons(case: str) -> peewee.ModelSelect:
    """How many see to a case as resource persons, those on it and a tovholder who is one, as a column of another query:
    of none there is nobody to give sparring, or to be told of what waits too long."""
    is_one = (Relation.kind == RelationKind.PRIMARY_CONTACT) & Person.roles.contains(Role.RESOURCE_PERSON)
    return (
        Relation.select(peewee.fn.COUNT(Person.ref.distinct()))
        .join(Person, on=(Relation.person == Person.ref))
        .where(Relation.case == case, Relation.until_at.is_null(), Person.disabled_at.is_null())
        .where(is_one | (Relation.kind == RelationKind.RESOURCE))
    )


def leave_in(row: Any) -> OnLeave | None:
    """What a query with the columns of `on_leave` found."""
    return OnLeave(row.away_count, row.away_name, Absence.to_on.python_value(row.away_to)) if row.away_count else None
