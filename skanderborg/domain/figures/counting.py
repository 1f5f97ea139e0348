"""What is counted of a half-year: each table by one thing only, each of its cases or answers in one row.

Two things at once are told in one table with a row for each pair, and their sums nowhere else: a sum would give a
hidden row away.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from ... import clock
from ...kinds import Answer, CitizenRole, EventKind, MeetingStatus, RelationKind, RequestStatus, TaskKind
from ...kinds.base import Kind
from ...store.cases import Case, Relation
from ...store.events import Event
from ...store.people import Department, Membership, Person
from ...store.practice import Practice
from ...store.record import Sparring
from ...store.work import Meeting, Referral, Request, Task
from .. import people
from . import hiding

CENTRE, POLICE = {"dsc", "dsc-perpetrator"}, {"police"}  # in config/contacts.toml: those that the card refers to
STEPS = ("Meldt, ikke taget endnu", "Taget, ingen sparring endnu", "Sparring, intet møde endnu", "Møde holdt")
OFFERS = ("Begge tilbudt", "Kun Dansk Stalking Center", "Kun politiet", "Ingen af dem endnu")
IN_TIME = ("Til tiden", "For sent", "Mangler")
ON_TIME, LATE, OWING = range(3)
BEFORE = timedelta(days=200)  # how early something that was due in a half-year may have been done
NO_DEPARTMENT, SEVERAL = "Ingen afdeling", "Flere afdelinger"


class Days(NamedTuple):
    """A half-year: its first and last day, and the instants between which it lies."""

    first: date
    last: date
    since: datetime
    until: datetime


def counted(span: Days) -> tuple[list[dict[str, Any]], list[tuple[str, float | None]]]:
    """What a half-year came to: its tables, with no cell that may not be told, and its medians."""
    cases = _reported(span)
    reached = _Reached(cases)
    return _tables(span, cases, reached), _medians(cases, reached)


def _tables(span: Days, cases: Sequence[Case], reached: "_Reached") -> list[dict[str, Any]]:
    places = _Places()
    reported = Counter(places.of_person.get(case.reported_by_id, NO_DEPARTMENT) for case in cases)
    return [
        _one("rolle", "Mistanker efter borgerens rolle", _of_kind(CitizenRole, (one.citizen_role for one in cases))),
        _one("afdeling", "Mistanker efter afdelingen, der meldte", [(one, reported[one]) for one in places.all]),
        _one("boern", "Børn i sagen", _of_kind(Answer, (one.children for one in cases))),
        _one("skridt", "Hvor langt mistankerne er nået", _in_order(STEPS, map(reached.step, cases))),
        _one("henvisning", "Henvisninger, der er tilbudt", _in_order(OFFERS, map(reached.offers, cases))),
        _in_time("svar", "Svar fra afdelinger", places, _answers(span)),
        _in_time("revurdering", "Vurderinger af sikkerhed", places, _assessments(span, places.of_person)),
    ]


def _medians(cases: Sequence[Case], reached: "_Reached") -> list[tuple[str, float | None]]:
    """Working days from one step to the next, in the middle; None where too few took both."""
    days = (
        ("Fra mistanke til taget", [(reached.reported(one), reached.taken(one)) for one in cases]),
        ("Fra taget til sparring", [(reached.taken(one), reached.sparred.get(one.ref)) for one in cases]),
        ("Fra sparring til første møde", [(reached.sparred.get(one.ref), reached.met.get(one.ref)) for one in cases]),
    )
    return [(label, _middle([_between(one, other) for one, other in pairs if one and other])) for label, pairs in days]


def _middle(days: Sequence[int]) -> float | None:
    return float(median(days)) if len(days) >= hiding.FEWEST_OF_A_SHARE else None


def _between(one: date, other: date) -> int:
    """Working days from one day to another; what was done before it took none."""
    days = (one + timedelta(days=place + 1) for place in range((other - one).days))
    return sum(map(clock.is_working_day, days))


def _reported(span: Days) -> list[Case]:
    """The suspicions of a half-year; an exercise is none."""
    practised = Practice.select(Practice.case)
    inside = (Case.reported_at >= span.since, Case.reported_at < span.until, Case.ref.not_in(practised))
    return list(Case.select().where(*inside))


class _Reached:
    """How far cases came: by their sparring, their meetings and what was offered them."""

    def __init__(self, cases: Sequence[Case]):
        refs = [case.ref for case in cases]
        held = Meeting.select(Meeting.case, Meeting.held_at).where(
            Meeting.case.in_(refs), Meeting.status == MeetingStatus.HELD, Meeting.held_at.is_null(False)
        )
        sparring = Sparring.select().where(Sparring.case.in_(refs))
        offered = Referral.select().where(Referral.case.in_(refs))
        self.sparred = _earliest((row.case_id, row.held_on) for row in sparring)
        self.met = _earliest((row.case_id, clock.today(row.held_at)) for row in held)
        self.offered: dict[str, set[str]] = {}
        for row in offered:
            self.offered.setdefault(row.case_id, set()).add(row.organisation)

    def reported(self, case: Case) -> date:
        return clock.today(case.reported_at)

    def taken(self, case: Case) -> date | None:
        return clock.today(case.claimed_at) if case.claimed_at else None

    def step(self, case: Case) -> str:
        """The furthest step, whatever was left out before it."""
        came = (True, self.taken(case), case.ref in self.sparred, case.ref in self.met)
        return STEPS[max(place for place, is_there in enumerate(came) if is_there)]

    def offers(self, case: Case) -> str:
        found = self.offered.get(case.ref, set())
        return OFFERS[{(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}[
            bool(CENTRE & found), bool(POLICE & found)]]  # fmt: skip


def _earliest(pairs: Iterable[tuple[str, date]]) -> dict[str, date]:
    first: dict[str, date] = {}
    for ref, day in pairs:
        first[ref] = min(day, first.get(ref, day))
    return first


# ── what was due ────────────────────────────────────────────────────────────────────────────────────


def _answers(span: Days) -> Iterable[tuple[str, int]]:
    """Requests that were due in the half-year and were neither withdrawn nor sent back: their department, and when."""
    rows = (
        Request.select(Request, Department)
        .join(Department, on=(Request.department == Department.ref))
        .where(Request.due_on >= span.first, Request.due_on <= span.last, Request.sent_at.is_null(False))
        .where(Request.status.not_in([RequestStatus.WITHDRAWN, RequestStatus.RETURNED]))
    )
    for row in rows:
        yield row.department.name, _when(clock.today(row.answered_at) if row.answered_at else None, row.due_on)


def _assessments(span: Days, of_person: dict[str, str]) -> Iterable[tuple[str, int]]:
    """Times that safety was due to be assessed in the half-year, by the tovholder's department: by the events that
    moved its day, and by what is due still. What can no longer be read, since it was erased, is left out."""
    tovholder = dict(
        Relation.select(Relation.case, Relation.person)
        .where(Relation.kind == RelationKind.PRIMARY_CONTACT, Relation.until_at.is_null())
        .tuples()
    )
    of_case = {case: of_person.get(person, NO_DEPARTMENT) for case, person in tovholder.items()}
    done = Event.select().where(Event.action == EventKind.TASK_ASSESSED, Event.at >= span.since - BEFORE)
    for event in done:
        was_due = _day((event.changes or {}).get("due_on", [None])[0])
        if was_due is not None and span.first <= was_due <= span.last:
            place = of_case.get(event.chain.partition(":")[2], NO_DEPARTMENT)
            yield place, _when(clock.today(event.at), was_due)
    for row in Task.select().where(
        Task.kind == TaskKind.SAFETY, Task.closed_at.is_null(), Task.due_on.between(span.first, span.last)
    ):
        yield of_case.get(row.case_id, NO_DEPARTMENT), OWING


def _when(done: date | None, due_on: date) -> int:
    return OWING if done is None else ON_TIME if done <= due_on else LATE


def _day(told: Any) -> date | None:
    return date.fromisoformat(told) if isinstance(told, str) else told


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────


class _Places:
    """The departments, and in which of them each member of staff works now. All are rows of every table about them:
    one that came and went with its numbers would tell of them."""

    def __init__(self) -> None:
        names: dict[str, list[str]] = {ref: [] for (ref,) in Person.select(Person.ref).tuples()}
        for person, name in Membership.select(Membership.person, Department.name).join(Department).tuples():
            names[person].append(name)
        self.of_person = {ref: _only(found) for ref, found in names.items()}
        every = [name for (name,) in Department.select(Department.name).tuples()]
        self.all = [*sorted(every, key=people.danish_order), SEVERAL, NO_DEPARTMENT]


def _only(names: list[str]) -> str:
    return NO_DEPARTMENT if not names else names[0] if len(names) == 1 else SEVERAL


def _of_kind(kind: type[Kind], found: Iterable[str]) -> list[tuple[str, int]]:
    count = Counter(found)
    return [(one.label, count[one]) for one in kind]


def _in_order(labels: Sequence[str], found: Iterable[str]) -> list[tuple[str, int]]:
    count = Counter(found)
    return [(label, count[label]) for label in labels]


def _one(key: str, title: str, rows: Sequence[tuple[str, int]]) -> dict[str, Any]:
    return _table(key, title, ["Antal"], [label for label, _ in rows], [count for _, count in rows])


def _in_time(key: str, title: str, places: _Places, found: Iterable[tuple[str, int]]) -> dict[str, Any]:
    count = Counter(found)
    cells = [count[place, when] for place in places.all for when in range(len(IN_TIME))]
    return _table(key, title, list(IN_TIME), places.all, cells)


def _table(key: str, title: str, columns: list[str], labels: Sequence[str], counts: Sequence[int]) -> dict[str, Any]:
    """A table as it is frozen: of small counts nothing is left."""
    shown, wide, total = hiding.hidden(counts), len(columns), sum(counts)
    rows = [[label, shown[place * wide : (place + 1) * wide]] for place, label in enumerate(labels)]
    return {"key": key, "title": title, "columns": columns, "rows": rows,
            "total": None if hiding.is_small(total) else total}  # fmt: skip
