"""Spærring, said once: who never sees a case, whatever else he or she is or was asked (SEC-05)."""

from typing import Any

import peewee

from ..store.cases import Exclusion
from ..store.people import Membership, Person
from .actors import may_work_on_cases


def is_excluded(person: Any, case: Any) -> peewee.Expression:
    """The condition under which a case is closed to a person, alone or as one of a department.

    Either is a ref, or a column that holds one: asked of each row, so that no list of exclusions is walked through.
    """
    works = Membership.alias("works")  # a name of its own: the person may be a column of Membership
    there = works.select(works.department).where(works.person == person)
    shut_out = Exclusion.select(peewee.SQL("1")).where(
        *_in_force(case), (Exclusion.person == person) | Exclusion.department.in_(there)
    )
    return peewee.fn.EXISTS(shut_out)


def is_department_excluded(department: Any, case: Any) -> peewee.Expression:
    """The condition under which a case is closed to a whole department; refs or columns, as for `is_excluded`."""
    shut_out = Exclusion.select(peewee.SQL("1")).where(*_in_force(case), Exclusion.department == department)
    return peewee.fn.EXISTS(shut_out)


def may_have_part(case: Any) -> peewee.Expression:
    """For a query of Person: whoever works here with cases and is not excluded from this one."""
    return Person.disabled_at.is_null() & may_work_on_cases() & ~is_excluded(Person.ref, case)


def _in_force(case: Any) -> tuple[peewee.Expression, ...]:
    return Exclusion.case == case, Exclusion.until_at.is_null(), Exclusion.waits_since.is_null()
