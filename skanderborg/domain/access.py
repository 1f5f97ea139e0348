"""Who is on a case, and who never may be: relations and exclusions (the page *Adgang*)."""

import peewee

from ..kinds import RelationKind
from ..store.cases import Case, Exclusion, Relation
from ..store.people import Membership, Person


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


def stamp(case_ref: str) -> None:
    """Say that something the board shows has changed; inside the transaction of the change (DESIGN decision 23)."""
    Case.update(board_stamp=Case.board_stamp + 1).where(Case.ref == case_ref).execute()
