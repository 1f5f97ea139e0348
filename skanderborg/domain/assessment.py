"""The conclusion of the assessment: chosen by a person with a reason, in versions that stay readable (PRODUCT 2).

There is no score, and one answer never decides.
"""

import peewee

from .. import clock, policy
from ..kinds import ConclusionKind
from ..policy import Action, Actor
from ..store import events
from ..store.cases import Case
from ..store.db import insert, lock_chain
from ..store.idempotency import creates
from ..store.people import Person
from ..store.record import Conclusion
from . import access


@creates(Conclusion)
def conclude(actor: Person, case: Case, conclusion: ConclusionKind, reason: str) -> Conclusion:
    """Write down a conclusion as a new version; earlier ones stay. Raises Invalid on a closed case."""
    policy.require(actor, Action.CASE_CONCLUDE, case)
    access.refuse_closed(case)
    lock_chain(f"case:{case.ref}")
    last = Conclusion.select().where(Conclusion.case == case.ref).order_by(Conclusion.number.desc()).first()
    made = insert(
        Conclusion, case=case.ref, number=last.number + 1 if last else 1, conclusion=conclusion, reason=reason,
        by=actor, at=clock.now(),
    )  # fmt: skip
    changes = {"conclusion": [last.conclusion if last else None, conclusion], "reason": [None, reason]}
    events.record(actor, "conclusion:recorded", made, changes=changes)
    access.stamp(case.ref)
    return made


def of_case(actor: Actor, case: Case) -> list[Conclusion]:
    """All versions of the conclusion, newest first, with who wrote each (`writer`)."""
    policy.require(actor, Action.CASE_READ, case)
    return list(
        Conclusion.select(Conclusion, Person)
        .join(Person, peewee.JOIN.INNER, on=(Conclusion.by == Person.ref), attr="writer")
        .where(Conclusion.case == case.ref)
        .order_by(Conclusion.number.desc())
    )
