"""Someone works elsewhere from now on: whoever coordinates a case is asked whether the access to it shall stand.

It stands until it is answered, and waits on *Min dag* and in the digest of who is asked. What a tovholder has is asked
of the resource persons on the case. Who ends it does so as always (see ending.py).
"""

import peewee

from ... import clock, policy
from ...errors import Invalid
from ...kinds import EventKind, RelationKind
from ...policy import Action, Actor, Asker
from ...store import events
from ...store.cases import Case, Relation
from ...store.db import rewrite
from ...store.people import Person
from .. import access
from ..verbs import verb

Asked = Relation.alias("asked")  # the access that is asked about, where Relation is who is asked


def ask(actor: Actor, person: Person) -> int:
    """Ask about every access that a person has to an open case, and is not asked about yet; how many. Inside the
    caller's transaction, which holds the cases."""
    open_cases = Case.select(Case.ref).where(Case.closed_at.is_null())
    is_new = Relation.asked_at.is_null() & Relation.until_at.is_null() & Relation.case.in_(open_cases)
    asked = rewrite(Relation, Relation.person == person.ref, is_new, asked_at=clock.now())
    for relation in sorted(asked, key=lambda one: one.case_id):
        events.record(actor, EventKind.ACCESS_ASKED, relation, changes={"person": [None, person.ref]})
    return len(asked)


@verb(Action.CASE_GRANT)
def keep(actor: Actor, case: Case, relation_ref: str) -> Relation:
    """Let an access stand that was asked about; doing it twice changes nothing. Raises NotFound for a relation of
    another case, and Invalid for one's own while somebody else is there to answer."""
    relation = policy.part_of(case, Relation, relation_ref, Relation.until_at.is_null())
    if relation.asked_at is None:
        return relation
    if not may_keep(actor, relation):
        raise Invalid("Om din egen adgang skal fortsætte, svarer en anden på sagen på.")
    rewrite(Relation, Relation.ref == relation.ref, asked_at=None)
    events.record(actor, EventKind.ACCESS_CONFIRMED, relation, changes={"person": [None, relation.person_id]})
    return relation


def may_keep(actor: Actor, relation: Relation) -> bool:
    """Whether who coordinates the case may answer this: one's own only as a tovholder who is alone with it."""
    if relation.person_id != actor.ref:
        return True
    is_tovholder = relation.kind == RelationKind.PRIMARY_CONTACT
    return is_tovholder and all(one.ref == actor.ref for one in access.resource_persons_on(relation.case_id))


def waits_for(actor: Person | Asker) -> peewee.Expression:
    """The condition under which an access, as `Asked`, waits for the actor's answer. Wants Case joined."""
    others = Relation.select(peewee.SQL("1")).where(
        Relation.case == Asked.case, Relation.until_at.is_null(), Relation.person != Asked.person,
        Relation.kind == RelationKind.RESOURCE,
    )  # fmt: skip
    of_tovholder = Asked.kind == RelationKind.PRIMARY_CONTACT
    asked = peewee.Case(
        None,
        [(of_tovholder & peewee.fn.EXISTS(others), peewee.fn.EXISTS(others.where(Relation.person == actor.ref)))],
        access.coordinates(actor, Asked.case),
    )
    is_own = of_tovholder & ~peewee.fn.EXISTS(others)
    waits = Asked.asked_at.is_null(False) & Asked.until_at.is_null() & Case.closed_at.is_null()
    return waits & ((Asked.person != actor.ref) | is_own) & asked & policy.sees_case(actor)
