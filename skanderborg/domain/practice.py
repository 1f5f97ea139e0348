"""Øvelse: ten minutes with somebody invented, who answers. What is written goes nowhere and is erased after a day, by
the same steps as a case is, without two people's decision: only what was born as an exercise may go so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .. import clock, content, policy
from ..content.exercises import ExerciseStep
from ..errors import Invalid, NotFound
from ..kinds import Answer, CaseKind, CitizenRole, EventKind, Phase
from ..policy import Action
from ..store import events, keys
from ..store.cases import Case
from ..store.db import insert, lock_chain, new_ref, transaction
from ..store.erasures import Erasure
from ..store.people import Person
from ..store.practice import Practice, was_born_so
from . import erasing
from .suspicions import free_code
from .verbs import reads, verb
from .written import revise

LASTS = timedelta(hours=24)
RULE = "practice"  # what the ledger of erasures says instead of a rule of config/retention.toml
LONGEST = 2_000  # characters of what is written in a step


@reads(Action.PRACTISE)
def mine(actor: Person) -> list[Practice]:
    """The actor's own exercises that are not erased yet, the newest first."""
    return list(Practice.select().where(Practice.person == actor.ref).order_by(Practice.started_at.desc()))


@reads(Action.PRACTISE)
def is_offered(actor: Person) -> bool:
    """Whether the first page offers an exercise: to who has never reported a suspicion, nor practised lately."""
    return not Case.select().where(Case.reported_by == actor.ref).exists()


@reads(Action.PRACTISE)
def opened(actor: Person, ref: str, action: Action = Action.PRACTISE) -> Practice:
    """One's own exercise. Raises NotFound."""
    return policy.practice_for(actor, ref)


@verb(Action.PRACTISE)
def begin(actor: Person, cast: str) -> Practice:
    """Begin an exercise with one of config/practice.toml. Raises NotFound."""
    if cast not in content.exercises():
        raise NotFound()
    case, now = new_ref(), clock.now()
    lock_chain(f"case:{case}")
    keys.make(f"case:{case}")
    row = insert(
        Case, ref=case, code=free_code(), kind=CaseKind.SPARRING_ONLY, phase=Phase.CLOSED,
        citizen_role=CitizenRole.UNKNOWN, danger_now=Answer.UNKNOWN, children=Answer.UNKNOWN, reported_by=actor,
        reported_at=now, claimed_at=now, closed_at=now,
    )  # fmt: skip
    made = insert(Practice, case=row, person=actor, cast=cast, answers=[], started_at=now)
    events.record(actor, EventKind.PRACTICE_BEGUN, made)
    return made


@verb(Action.PRACTISE)
def answer(actor: Person, row: Practice, chosen: str, text: str | None, seen_version: int) -> Practice:
    """Go on by a step. Raises Invalid for what cannot be chosen, and when all steps are done; Conflict."""
    step = step_of(row)
    if step is None:
        raise Invalid("Øvelsen er slut.")
    if chosen not in step.choices:
        raise Invalid("Vælg et af svarene.", "chosen")
    answers = [*row.answers, {"chosen": chosen, "text": text or ""}]
    return revise(actor, EventKind.PRACTICE_ANSWERED, row, seen_version, told=(), answers=answers)


def step_of(row: Practice) -> ExerciseStep | None:
    """The step that comes next; None when all are done."""
    steps, done = content.exercises()[row.cast].step, len(row.answers)
    return steps[done] if done < len(steps) else None


def done(row: Practice) -> list[tuple[ExerciseStep, Mapping[str, Any]]]:
    """The steps that were answered, each with what was chosen and written."""
    return list(zip(content.exercises()[row.cast].step, row.answers, strict=False))


# ── gone after a day ────────────────────────────────────────────────────────────────────────────────


def erase_due(now: datetime) -> int:
    """Begin to erase each exercise that is a day old; how many. A tick: late, or twice, is harmless."""
    under_way = Erasure.select(Erasure.case_ref)
    old = Practice.select(Practice.case).where(Practice.started_at <= now - LASTS, Practice.case.not_in(under_way))
    return sum(_erase(ref, now) for (ref,) in list(old.tuples()))


def _erase(case: str, now: datetime) -> bool:
    named = erasing.names(case)
    return _begin_to_erase(case, named, now)


@transaction
def _begin_to_erase(case: str, named: erasing.Named, now: datetime) -> bool:
    erasing.hold(case)
    row = Case.get_or_none(Case.ref == case)
    if row is None or not was_born_so(case):
        return False
    erasing.begin(case, now, named, code=row.code, rule=RULE, archive_reference="Øvelse")
    return True
