"""Which spærring waits for which manager: of who is inhabil and said so, and of what only a manager may agree to."""

import peewee

from ... import policy
from ...addresses import Place
from ...kinds import LetterKind, Role
from ...mail import outbox
from ...store.cases import Exclusion
from ...store.people import Department, Membership, Person
from . import exclusion_rows


def undecided(actor: Person | policy.Asker) -> peewee.ModelSelect:
    """What was said by staff in departments that the actor heads, and by those whom nobody else heads; never of a case
    that is closed to the actor, and so never of the actor's own."""
    return _of_staff(actor).where(Exclusion.decided_at.is_null(), _asks())


def decided(actor: Person) -> peewee.ModelSelect:
    """What a manager decided that stands, of the same staff: a manager may lift it."""
    return _of_staff(actor).where(Exclusion.decided_at.is_null(False))


def open_to(actor: Person) -> peewee.ModelSelect:
    """Both: what a manager may lift."""
    return _of_staff(actor).where(_asks() | Exclusion.decided_at.is_null(False))


def _asks() -> peewee.Expression:
    """Said of oneself, or not in force before a manager agrees."""
    return (Exclusion.by == Exclusion.person) | Exclusion.waits_since.is_null(False)


def _of_staff(actor: Person | policy.Asker) -> peewee.ModelSelect:
    headed = (
        Membership.select(Membership.person)
        .join(Department)
        .join(Person, on=(Department.manager == Person.ref))
        .where(_may_decide(), Department.manager != Membership.person)
    )
    staff = Membership.select(Membership.person).join(Department).where(Department.manager == actor.ref)
    return (
        exclusion_rows.in_force()
        .where(Exclusion.by != actor.ref, Exclusion.by.in_(staff) | Exclusion.by.not_in(headed))
        .where(~policy.is_excluded(actor.ref, Exclusion.case))
    )


def _may_decide() -> peewee.Expression:
    """For a query of Person: an active manager. Who heads a department without the role opens nothing of the kind."""
    return Person.disabled_at.is_null() & policy.may_work_on_cases() & Person.roles.contains(Role.MANAGER.value)


def ask(exclusion: Exclusion) -> None:
    """Owe a letter to the managers who may decide, and to nobody else: whom it concerns is nobody else's business."""
    for manager in Person.select().where(_may_decide()):
        if undecided(manager).where(Exclusion.ref == exclusion.ref).exists():
            key, place = f"exclusion:{exclusion.ref}", Place.IMPARTIALITY
            outbox.put(LetterKind.IMPARTIALITY, manager, key=key, about=exclusion, opens=place)
