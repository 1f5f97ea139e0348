"""Who has access to a case and why, and who never has (the page *Adgang*)."""

from typing import NamedTuple

import peewee

from ... import policy
from ...policy import Action
from ...store import keys
from ...store.cases import Case, Exclusion, Relation
from ...store.people import Department, Person


class Overview(NamedTuple):
    """Who has access and since when, and who never has."""

    relations: list[Relation]
    exclusions: list[Exclusion]


def of_case(actor: Person, case: Case) -> Overview:
    """Everyone with access to a case now, and every exclusion in force, with names and departments.

    Why someone is excluded, and who said so, is for who sets exclusions; why someone is inhabil, for the manager alone.
    """
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
    return Overview(list(relations), [_for_eyes_of(actor, case, row) for row in excluded])


def _for_eyes_of(actor: Person, case: Case, row: Exclusion) -> Exclusion:
    sets_them = policy.may(actor, Action.CASE_EXCLUDE, case)
    row.is_explained = sets_them and row.by_id != row.person_id
    if not row.is_explained:
        row.reason = None  # type: ignore[assignment]
    return row
