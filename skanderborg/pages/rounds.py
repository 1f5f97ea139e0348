"""Gennemgang: one's cases, which of them wait to be gone through, and what there is to see of one, in a fixed few
queries a case."""

from datetime import date, timedelta
from typing import Any, NamedTuple

import peewee

from .. import clock, content, policy
from ..danish import numbers
from ..domain import rounds, silence
from ..domain.cases import identity
from ..domain.verbs import reads, verb
from ..policy import Action
from ..store import events, keys
from ..store.cases import Case, Party, Relation
from ..store.people import Person
from ..store.prepared import Parameter, prepared
from ..store.rounds import RoundStop
from . import case_facts, case_tasks, overview
from .case_tasks import TaskRow

SOON_DAYS = 14


class RoundCase(NamedTuple):
    """A case on the round: when it was seen last and comes back, if it ever was, and whether it is to be gone through
    now."""

    ref: str
    code: str
    initials: str
    is_acute: bool
    seen_on: date | None
    again_on: date | None
    waits: bool


class Round(NamedTuple):
    """All cases of a round, those to be gone through first; and the next of them, if any is left."""

    cases: list[RoundCase]
    waiting: int
    next: RoundCase | None


class Stop(NamedTuple):
    """A case as it is gone through: what is late, what is missing, since when it is silent and what is coming, in
    sentences; its open tasks that are late or near; where one stands on the round, and the cases before and after."""

    late: list[str]
    missing: list[str]
    silent: str
    coming: list[str]
    tasks: list[TaskRow]
    place: int
    total: int
    seen_on: date | None
    before: RoundCase | None
    after: RoundCase | None
    minutes: str


@verb(Action.BOARD_READ)
def listed(actor: Person) -> Round:
    """The round of the actor; the look is written down."""
    found = _round(actor)
    events.looked_at_list(actor, "round:list", [case.ref for case in found.cases])
    return found


@verb(Action.CASE_READ)
def of_case(actor: Person, case: Case) -> Stop:
    """What there is to see of a case that the actor has loaded, which gets its `bar`; the look is written down."""
    _, facts = case_facts.found(actor, case)
    around = _round(actor)
    before, after, place = _beside(around.cases, case.ref)
    others = [one.ref for one in (before, after) if one]
    events.looked(actor, "round:read", case, others)
    late, coming = _late(facts), _coming(case, facts)
    silent = silence.words(facts.silent_since) if facts.silent_since else ""
    last = next((one.seen_on for one in around.cases if one.ref == case.ref), None)
    return Stop(
        late, overview.missing_of(case, facts), silent, coming, _near(actor, case), place, len(around.cases), last,
        before, after, _minutes(late, silent),
    )  # fmt: skip


@reads(Action.CASE_READ)
def next_after(actor: Person, case: Case) -> RoundCase | None:
    """The next case on the round that waits, after one that was just seen."""
    waits = [one for one in _round(actor).cases if one.waits and one.ref != case.ref]
    return waits[0] if waits else None


# ── which cases ─────────────────────────────────────────────────────────────────────────────────────


def _round(actor: Person) -> Round:
    rows = _cases.all(policy.shape_of(actor), actor=actor.ref, today=clock.today())
    keys.preload({f"case:{row.ref}" for row in rows})
    found = [_case(row) for row in rows]
    waits = [one for one in found if one.waits]
    return Round(found, len(waits), waits[0] if waits else None)


@prepared
def _cases(roles: str, *, actor: Parameter, today: Parameter) -> peewee.ModelSelect:
    """In an order that stays while one goes: the acute first, then the oldest."""
    asker, outer = policy.Asker(actor, roles, today), peewee.JOIN.LEFT_OUTER
    mine = Relation.select(peewee.SQL("1")).where(
        Relation.case == Case.ref, Relation.person == actor, Relation.until_at.is_null()
    )
    waits = peewee.Case(None, [(rounds.comes_back(Case.ref, today), 1)], 0).alias("waits")
    return (
        Case.select(Case.ref, Case.code, Case.is_acute, Party.ref, Party.case, Party.name, RoundStop, waits)
        .join(Party, outer, on=identity.is_citizen(), attr="citizen")
        .join_from(Case, RoundStop, outer, on=(RoundStop.case == Case.ref) & (RoundStop.person == actor), attr="stop")
        .where(Case.closed_at.is_null(), peewee.fn.EXISTS(mine), policy.sees_case(asker))
        .order_by(Case.is_acute.desc(), Case.reported_at, Case.code)
    )


def _case(row: Any) -> RoundCase:
    stop = getattr(row, "stop", None)
    seen_on, again_on = (stop.seen_on, stop.again_on) if stop is not None and stop.ref else (None, None)
    return RoundCase(row.ref, row.code, identity.initials_of(row), row.is_acute, seen_on, again_on, bool(row.waits))


def _beside(cases: list[RoundCase], ref: str) -> tuple[RoundCase | None, RoundCase | None, int]:
    """The cases before and after one, and which of them it is, counted from 1; of one that is not on the round, the
    first that waits."""
    at = next((place for place, one in enumerate(cases) if one.ref == ref), None)
    if at is None:
        return None, next((one for one in cases if one.waits), None), 0
    return cases[at - 1] if at else None, cases[at + 1] if at + 1 < len(cases) else None, at + 1


# ── what there is to see ────────────────────────────────────────────────────────────────────────────


def _late(facts: case_facts.Facts) -> list[str]:
    said = [
        (facts.overdue, f"{numbers.counted(facts.overdue, 'opgave', 'opgaver')} er over fristen."),
        (facts.unowned, f"{numbers.counted(facts.unowned, 'opgave', 'opgaver')} er uden ansvarlig."),
    ]
    if facts.first_answer_on and facts.first_answer_on < clock.today():
        on = clock.long_date(facts.first_answer_on)
        said.append((1, f"{facts.first_answer_by} skulle have svaret {on}."))
    if facts.failed_letters:
        said.append((1, f"{numbers.counted(facts.failed_letters, 'besked', 'beskeder')} kunne ikke leveres."))
    return [sentence for is_so, sentence in said if is_so]


def _coming(case: Case, facts: case_facts.Facts) -> list[str]:
    """Meetings, critical dates, answers and agreed contact of the days ahead, soonest first."""
    last, found = clock.today() + timedelta(days=SOON_DAYS), []
    if facts.next_meeting_at and facts.next_meeting_kind:
        found.append((clock.today(facts.next_meeting_at), facts.next_meeting_kind.label))
    if facts.first_answer_on and facts.first_answer_on >= clock.today():
        found.append((facts.first_answer_on, f"{facts.first_answer_by} svarer"))
    if facts.next_contact_on and facts.next_contact_on >= clock.today():
        found.append((facts.next_contact_on, "Aftalt kontakt med borgeren"))
    if case.bar.assess_on and case.bar.assess_on >= clock.today():
        found.append((case.bar.assess_on, "Sikkerheden vurderes igen"))
    found += [(on, content.date_label(kind)) for on, kind in case.bar.dates if on <= last]
    return [f"{clock.short_date(on)}: {what}" for on, what in sorted(found)]


def _near(actor: Person, case: Case) -> list[TaskRow]:
    """Open tasks that are late, nobody's, or due in the days ahead."""
    last = clock.today() + timedelta(days=SOON_DAYS)
    rows = case_tasks.open_rows(actor, case)
    return [row for row in rows if (row.task.due_on and row.task.due_on <= last) or row.who == case_tasks.NOBODY]


def _minutes(late: list[str], silent: str) -> str:
    """What the minutes of the round begin with; whoever writes them changes it, or empties it. Nothing of the days to
    come: notes go to the journal, and to who asks for insight."""
    said = [f"Gennemgået {clock.long_date_with_year(clock.today())}.", *late, *([f"{silent}."] if silent else [])]
    return "\n".join(said)
