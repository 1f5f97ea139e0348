"""Which spærring waits for which manager: of who is inhabil and said so, and of what only a manager may agree to."""

import peewee

from ... import policy
from ...kinds import LetterKind, Role
from ...mail import outbox
from ...store.cases import Exclusion
from ...store.people import Department, Membership, Person


def undecided(actor: Person | policy.Asker) -> peewee.ModelSelect:
    """What was said by staff in departments that the actor heads, and by those whom nobody else heads; never of a case
    that is closed to the actor, and so never of the actor's own."""
    asks = (Exclusion.by == Exclusion.person) | Exclusion.waits_since.is_null(False)
    return _in_force(actor).where(Exclusion.decided_at.is_null(), asks)


def decided(actor: Person) -> peewee.ModelSelect:
    """What a manager decided that stands, of the same staff: a manager may lift it."""
    return _in_force(actor).where(Exclusion.decided_at.is_null(False))


def open_to(actor: Person) -> peewee.ModelSelect:
    """Both: what a manager may lift."""
    mine = (
        (Exclusion.by == Exclusion.person) | Exclusion.waits_since.is_null(False) | Exclusion.decided_at.is_null(False)
    )
    return _in_force(actor).where(mine)


def _in_force(actor: Person | policy.Asker) -> peewee.ModelSelect:
    headed = (
        Membership.select(Membership.person)
        .join(Department)
        .join(Person, on=(Department.manager == Person.ref))
        .where(_may_decide(), Department.manager != Membership.person)
    )
    staff = Membership.select(Membership.person).join(Department).where(Department.manager == actor.ref)
    setter = Person.alias("setter")
    return (
        Exclusion.select(Exclusion, Person, Department, setter)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Exclusion.person == Person.ref))
        .switch(Exclusion)
        .join(Department, peewee.JOIN.LEFT_OUTER, on=(Exclusion.department == Department.ref))
        .switch(Exclusion)
        .join(setter, on=(Exclusion.by == setter.ref), attr="given_by")
        .where(
            Exclusion.until_at.is_null(), Exclusion.by != actor.ref,
            Exclusion.by.in_(staff) | Exclusion.by.not_in(headed), ~policy.is_excluded(actor.ref, Exclusion.case),
        )
    )  # fmt: skip


def _may_decide() -> peewee.Expression:
    """For a query of Person: an active manager. Who heads a department without the role opens nothing of the kind."""
    return Person.disabled_at.is_null() & policy.may_work_on_cases() & Person.roles.contains(Role.MANAGER.value)


def ask(exclusion: Exclusion) -> None:
    """Owe a letter to the managers who may decide, and to nobody else: whom it concerns is nobody else's business."""
    for manager in Person.select().where(_may_decide()):
        if undecided(manager).where(Exclusion.ref == exclusion.ref).exists():
            outbox.put(
                LetterKind.IMPARTIALITY, manager, key=f"exclusion:{exclusion.ref}", about=exclusion, path="/habilitet"
            )
