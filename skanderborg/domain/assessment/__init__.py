"""The assessment (afdækning) of a case, and the conclusion that a person draws from it, in versions that stay readable.

There is no score, and one answer never decides (D-05): nothing but `conclude` writes a conclusion. See versions.py for
what is known, and risk.py for what an instrument said.
"""

import peewee

from ...errors import Invalid, TooLate
from ...kinds import ConclusionKind, EventKind
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Person
from ...store.record import Assessment, Conclusion
from ..verbs import reads, work
from ..written import add


@creates(Conclusion)
@work(Action.CASE_CONCLUDE)
def conclude(
    actor: Person, case: Case, conclusion: ConclusionKind, reason: str, seen_number: int | None = None,
    seen_conclusion: int | None = None,
) -> Conclusion:  # fmt: skip
    """Write down a conclusion as a new version; earlier ones stay. It rests on the assessment that was seen, by its
    number, else on the newest, if there is one.

    Raises Invalid on a closed case, and TooLate where another concluded after `seen_conclusion`, the number of the last
    one that was seen (0: none): nobody concludes past a conclusion they have not read.
    """
    rests_on = _rests_on(case, seen_number)
    last = Conclusion.select().where(Conclusion.case == case.ref).order_by(Conclusion.number.desc()).first()
    if seen_conclusion is not None and seen_conclusion != (last.number if last else 0):
        raise TooLate("En anden har skrevet en konklusion, siden du åbnede siden. Læs den, før du skriver din.", last)
    told = {
        "conclusion": [last.conclusion if last else None, conclusion], "reason": [None, reason],
        "edition": [None, rests_on.number if rests_on else None],
    }  # fmt: skip
    return add(
        actor, EventKind.CONCLUSION_RECORDED, Conclusion, case, told=told, number=last.number + 1 if last else 1,
        conclusion=conclusion, reason=reason, assessment=rests_on,
    )  # fmt: skip


def _rests_on(case: Case, seen_number: int | None) -> Assessment | None:
    """Raises Invalid for a number that the case does not have; 0 is none."""
    versions = Assessment.select(Assessment.ref, Assessment.number).where(Assessment.case == case.ref)
    found = {row.number: row for row in versions}
    if seen_number is None:
        return found[max(found)] if found else None
    if seen_number and seen_number not in found:
        raise Invalid("Siden er forældet. Genindlæs den, og prøv igen.")
    return found.get(seen_number)


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Conclusion]:
    """All versions of the conclusion, newest first, with who wrote each (`writer`) and the number of the assessment
    that it rests on (`rests_on`)."""
    rests_on = Assessment.select(Assessment.number).where(Assessment.ref == Conclusion.assessment)
    return list(
        Conclusion.select(Conclusion, Person.ref, Person.name, rests_on.alias("rests_on"))
        .join(Person, peewee.JOIN.INNER, on=(Conclusion.by == Person.ref), attr="writer")
        .where(Conclusion.case == case.ref)
        .order_by(Conclusion.number.desc())
    )
