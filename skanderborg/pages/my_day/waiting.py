"""What waits for one person beside tasks and requests, what is agreed, and what is new: all of it in one query."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, NamedTuple

import peewee

from ... import clock, content, policy
from ...addresses import Place
from ...domain import access, critical_dates, due, letters, meetings, requests, rounds, silence
from ...domain.access.moves import Asked
from ...domain.safety import rules_read
from ...domain.verbs import reads
from ...kinds import EventKind, RequestStatus
from ...policy import Action
from ...store.cases import Case, Likeness, Party, Relation
from ...store.critical_dates import CriticalDate
from ...store.events import Event
from ...store.insight import Insight
from ...store.outbox import OutboxLetter
from ...store.people import Department, Person
from ...store.plans import WarningNote
from ...store.prepared import Parameter, prepared, read
from ...store.work import Meeting, Request, Task

NEWS = (EventKind.REQUEST_ANSWERED, EventKind.CASE_TAKEN, EventKind.MEETING_HELD)
NOTHING, ONE = peewee.SQL("NULL"), peewee.SQL("(SELECT 1) AS one")


class Silent(NamedTuple):
    """A case in which nobody has talked with the citizen for long, and since when."""

    case: str
    code: str
    since: date


class Review(NamedTuple):
    """Something of a case that is to be looked at again, since when, and where."""

    case: str
    code: str
    label: str
    address: str
    due_on: date


class Expected(NamedTuple):
    """What others have promised for a day: an answer to a request of the actor's; or what is known to raise danger."""

    on: date
    label: str
    address: str


class Happened(NamedTuple):
    """What somebody else has done, in words, where it is shown, and the `code` of its case."""

    at: datetime
    label: str
    address: str
    code: str
    request: str | None  # ref of the one that was answered


class Waiting(NamedTuple):
    """Addresses of what has other contact rules than the actor has read; cases that wait for an answer, danger first,
    then the oldest; meetings, soonest first; what is to be looked at again, and cases gone silent, the oldest first;
    letters that failed, newest first; what is expected of others, soonest first; what is new, newest first, and since
    when that is counted; since when the actor's round waits; `of_cases`: refs of all whose it is."""

    unread: list[str]
    cases: list[Case]
    meetings: list[Meeting]
    reviews: list[Review]
    silent: list[Silent]
    failed: list[OutboxLetter]
    expected: list[Expected]
    news: list[Happened]
    seen_at: datetime
    round_since: date | None
    of_cases: set[str]


@reads(Action.MY_DAY)
def of(actor: Person, now: datetime, until: datetime, earliest: datetime) -> Waiting:
    """What waits for the actor at `now`, of what is dated until `until`. New is what was done since the last day on
    which the actor opened *Min dag*, and not before `earliest`."""
    found: dict[str, list[Any]] = {kind: [] for kind in MADE_OF}
    shape = (policy.shape_of(actor), policy.may(actor, Action.SUSPICION_LIST))
    today = clock.today(now)
    of_cases: set[str] = set()
    for kind, *values in _all_kinds.stored(
        *shape, actor=actor.ref, now=now, until=until, today=today, last_day=clock.today(until),
        midnight=clock.next_valid_instant(today, time(0)), earliest=earliest,
    ):  # fmt: skip
        found[kind].append(one := MADE_OF[kind](*values))
        of_cases.update(values[1:2] if one and values[1] else [])
    return Waiting(
        [address for place in RULES_OF for address in found[place]],
        sorted(found["case"], key=lambda case: (not case.is_acute, case.reported_at, case.ref)),
        sorted(found["meeting"], key=lambda meeting: meeting.starts_at),
        sorted(
            [review for kind in REVIEWED for review in found[kind]],
            key=lambda review: (review.due_on, review.code),
        ),
        sorted((one for one in found["silent"] if one), key=lambda case: (case.since, case.code)),
        sorted(found["letter"], key=lambda letter: letter.failed_at, reverse=True),
        sorted(found["answer"] + found["date"]),
        sorted((one for kind in NEWS for one in found[kind]), reverse=True),
        found["seen"][0],
        next((since for since in found["round"] if since), None),
        of_cases,
    )


@prepared
def _all_kinds(
    roles: str, takes_cases: bool, *, actor: Parameter, now: Parameter, until: Parameter, today: Parameter,
    last_day: Parameter, midnight: Parameter, earliest: Parameter,
) -> peewee.ModelCompoundSelectQuery:  # fmt: skip
    """One query over all tables but tasks and requests that wait, with what the page shows of each."""
    asker, nothing = policy.Asker(actor, roles, today), NOTHING
    code = Case.select(Case.code).where(Case.ref == Meeting.case, policy.sees_case(asker))
    of_meeting = (peewee.Value("meeting"), Meeting.ref, Meeting.case, Meeting.kind, Meeting.starts_at, Meeting.ends_at)
    of_letter = (peewee.Value("letter"), OutboxLetter.ref, OutboxLetter.case, OutboxLetter.kind, OutboxLetter.failed_at)
    seen_at = _seen_at(actor, midnight, earliest)
    found = (
        _waiting_cases(asker, takes_cases)
        .union_all(meetings.for_my_day(asker, now, until, *of_meeting, nothing, nothing, code, nothing, nothing))
        .union_all(_reviews("warning", WarningNote.review_on, due.warnings(asker), due.related(asker)))
        .union_all(_reviews("address", Party.protection_until, due.protections(asker), due.related(asker)))
        .union_all(_accesses(asker))
        .union_all(_reviews("insight", Insight.due_on, due.insights(asker, last_day), Insight.select(Insight.case)))
        .union_all(_likenesses(asker))
        .union_all(_unread_rules(asker, Task))
        .union_all(_unread_rules(asker, Request))
        .union_all(_unread_rules(asker, Meeting))
        .union_all(_silent_cases(asker, now))
        .union_all(letters.failed_for(asker, *of_letter, nothing, Person.name, *[nothing] * 4))
        .union_all(_expected_answers(asker, today, last_day))
        .union_all(_critical_dates(asker, today, last_day))
        .union_all(_answered(asker, seen_at))
        .union_all(_taken(asker, seen_at))
        .union_all(_minutes(asker, seen_at))
        .union_all(Event.select(peewee.Value("seen"), *[nothing] * 3, seen_at, *[nothing] * 6).from_(ONE))
    )
    return found.union_all(_rounds(asker)) if takes_cases else found


# ── what waits ──────────────────────────────────────────────────────────────────────────────────────


def _waiting_cases(actor: policy.Asker, takes_cases: bool) -> peewee.ModelSelect:
    """Suspicions that nobody has taken, for who may take them, and cases whose tovholder the actor is asked to be."""
    waits = policy.is_asked_to_coordinate(actor)
    if takes_cases:
        waits |= access.is_unclaimed() & policy.sees_case(actor)
    reporter, addressed = Person.alias(), Person.alias()
    return (
        Case.select(
            peewee.Value("case"), Case.ref, Case.ref, Case.citizen_role, Case.reported_at, Case.claimed_at,
            reporter.name, addressed.name, Case.code, Case.is_acute, Case.offered_to,
        )
        .join(reporter, on=(Case.reported_by == reporter.ref))
        .switch(Case)
        .join(addressed, peewee.JOIN.LEFT_OUTER, on=(Case.addressed_to == addressed.ref))
        .where(Case.closed_at.is_null(), waits)
    )  # fmt: skip


def _case(*columns: Any) -> Case:
    ref, _, role, at, _, reporter, addressed, code, is_acute, offered_to = columns
    case = read(Case, ref=ref, citizen_role=role, reported_at=at, code=code, is_acute=is_acute, offered_to=offered_to)
    case.reported_by, case.addressed_to = Person(name=reporter), Person(name=addressed) if addressed else None
    return case


def _reviews(kind: str, on: peewee.Field, which: peewee.Expression, related: peewee.ModelSelect) -> peewee.ModelSelect:
    table = on.model
    columns = (peewee.Value(kind), table.ref, table.case, *[NOTHING] * 3, on.cast("TEXT"), NOTHING, Case.code)
    return table.select(*columns, NOTHING, NOTHING).join(Case).where(table.case.in_(related), which)


def _accesses(actor: policy.Asker) -> peewee.ModelSelect:
    """Accesses of who works elsewhere now, of which the actor says whether they stand."""
    case, columns = Asked.case, (peewee.Value("access"), Asked.ref, Asked.case, NOTHING, Asked.asked_at)
    query = Asked.select(*columns, *[NOTHING] * 3, Case.code, NOTHING, NOTHING).join(Case, on=(case == Case.ref))
    return query.where(case.in_(due.related(actor)), due.moved(actor))


def _likenesses(actor: policy.Asker) -> peewee.ModelSelect:
    """Who is named in a case and may be a colleague, of which the actor says whether it is so."""
    columns = (peewee.Value("likeness"), Likeness.ref, Likeness.case, NOTHING, Likeness.asked_at, *[NOTHING] * 3)
    query = Likeness.select(*columns, Case.code, NOTHING, NOTHING).join(Case, on=(Likeness.case == Case.ref))
    return query.where(Likeness.case.in_(due.related(actor)), due.likenesses(actor))


def _asked(label: str) -> Callable[..., Review]:
    def made(*columns: Any) -> Review:
        _, case, _, asked, _, _, _, code, *_ = columns
        return Review(case, code, label, Place.ACCESS.format(case=case), clock.today(_instant(asked)))

    return made


def _review(label: str, place: Place) -> Callable[..., Review]:
    def made(*columns: Any) -> Review:
        _, case, _, _, _, due_on, _, code, *_ = columns
        return Review(case, code, label, place.format(case=case), date.fromisoformat(due_on))

    return made


def _rounds(asker: policy.Asker) -> peewee.ModelSelect:
    """Since when the actor's round waits."""
    columns = (peewee.Value("round"), Relation.person, NOTHING, NOTHING, rounds.TIED_AT, NOTHING, rounds.AGAIN_ON)
    return rounds.waiting(*columns, *[NOTHING] * 4).where(rounds.on_round(asker)).group_by(Relation.person)


def _round(*columns: Any) -> date | None:
    person, _, _, tied_at, _, again_on, *_ = columns
    since = rounds.Waits(person, again_on, tied_at).falls_due()
    return since if since <= clock.today() else None


def _unread_rules(asker: policy.Asker, table: Any) -> peewee.ModelSelect:
    """What the actor helps with, of which the rules of contact are others than the actor has read."""
    columns = (peewee.Value(f"rules:{table._meta.table_name}"), table.ref, table.case, *[NOTHING] * 8)
    return table.select(*columns).where(rules_read.is_unread(asker, table))


def _rules_of(place: Place) -> Callable[..., str]:
    return lambda *columns: place.format(ref=columns[0])


def _silent_cases(asker: policy.Asker, now: Parameter) -> peewee.ModelSelect:
    talked_on, reported_at, reopened_at, next_contact_on = silence.columns(Case.ref)
    return Case.select(
        peewee.Value("silent"), Case.ref, Case.ref, peewee.Value(""), reported_at, reopened_at, talked_on,
        next_contact_on.cast("TEXT"), Case.code, NOTHING, NOTHING,
    ).where(Case.ref.in_(due.related(asker)), due.silent(asker, now))  # fmt: skip


def _silent(*columns: Any) -> Silent | None:
    """None for a case that is quiet, and not yet for long."""
    ref, _, _, reported, reopened, talked_on, waits, code, *_ = columns
    heard = silence.Heard(talked_on, reported, reopened, waits)
    return Silent(ref, code, heard.since()) if heard.falls_due() <= clock.today() else None


def _letter(*columns: Any) -> OutboxLetter:
    ref, case, kind, failed_at, _, name, *_ = columns
    letter = read(OutboxLetter, ref=ref, case=case, kind=kind, failed_at=failed_at)
    letter.person = Person(name=name)
    return letter


# ── what is agreed ──────────────────────────────────────────────────────────────────────────────────


def _meeting(*columns: Any) -> Meeting:
    """A meeting, with the `code` of its case for who sees the case."""
    ref, case, kind, starts_at, ends_at, _, _, code, *_ = columns
    meeting = read(Meeting, ref=ref, case=case, kind=kind, starts_at=starts_at, ends_at=ends_at)
    meeting.code = code
    return meeting


def _expected_answers(asker: policy.Asker, today: Parameter, last_day: Parameter) -> peewee.ModelSelect:
    """Requests of the actor's that a department is to answer in the days to come."""
    with_others = Request.closed_at.is_null() & Request.status.in_((RequestStatus.SENT, RequestStatus.TAKEN))
    return (
        _dated("answer", Request, Request.due_on, Department.name)
        .join(Department, on=(Request.department == Department.ref))
        .where(requests.sent_by(asker), with_others, Request.due_on >= today, Request.due_on <= last_day)
    )


def _critical_dates(asker: policy.Asker, today: Parameter, last_day: Parameter) -> peewee.ModelSelect:
    """Critical dates to come, in the cases that the actor is on."""
    return _dated("date", CriticalDate, CriticalDate.on, CriticalDate.kind).where(
        CriticalDate.case.in_(due.related(asker)), policy.sees_case_in(asker, CriticalDate.case),
        CriticalDate.on >= today, CriticalDate.on <= last_day, critical_dates.stands(),
    )  # fmt: skip


def _dated(kind: str, table: Any, on: peewee.Field, name: Any) -> peewee.ModelSelect:
    columns = (peewee.Value(kind), table.ref, table.case, *[NOTHING] * 3, on.cast("TEXT"), name, *[NOTHING] * 3)
    return table.select(*columns)


def _answer(*columns: Any) -> Expected:
    ref, _, _, _, _, due_on, department, *_ = columns
    return Expected(date.fromisoformat(due_on), f"{department} svarer", Place.REQUEST.format(ref=ref))


def _critical_date(*columns: Any) -> Expected:
    _, case, _, _, _, on, kind, *_ = columns
    place = Place.CRITICAL_DATES.format(case=case)
    return Expected(date.fromisoformat(on), content.date_label(kind), place)


# ── what is new: derived from events ────────────────────────────────────────────────────────────────


def _seen_at(actor: Parameter, midnight: Parameter, earliest: Parameter) -> peewee.Node:
    """When the actor last opened *Min dag* on an earlier day, but not before `earliest`. Found from the end of the
    actor's own chain, so that it costs what was looked at today, however long the chain is."""
    looked = (
        Event.select(Event.at)
        .where(Event.chain == peewee.Expression(peewee.SQL("'person:'"), peewee.OP.CONCAT, actor))
        .where(Event.action == "my-day:read", Event.at < midnight, Event.at >= earliest)
        .order_by(Event.number.desc())
        .limit(1)
    )
    return peewee.fn.COALESCE(looked, earliest)


def _done(kind: EventKind, seen_at: peewee.Node, about: Any, by: Any, name: Any) -> peewee.ModelSelect:
    """Events of one kind since then, that others than the actor wrote: a literal, as the index `event_of_news` has it,
    so that they are found without walking through the log."""
    case, code = (Case.ref, Case.code) if about is Case else (about.case, NOTHING)
    columns = (peewee.Value(kind.value), about.ref, case, NOTHING, Event.at, NOTHING, name)
    return (
        Event.select(*columns, NOTHING, code, NOTHING, NOTHING)
        .join(about, on=(Event.object_ref == about.ref))
        .where(Event.action == peewee.SQL(f"'{kind.value}'"), Event.at > seen_at, Event.actor != by)
    )


def _answered(asker: policy.Asker, seen_at: peewee.Node) -> peewee.ModelSelect:
    """Answers to what the actor asked."""
    found = _done(EventKind.REQUEST_ANSWERED, seen_at, Request, asker.ref, Department.name)
    return found.join_from(Request, Department, on=(Request.department == Department.ref)).where(
        requests.sent_by(asker)
    )  # fmt: skip


def _taken(asker: policy.Asker, seen_at: peewee.Node) -> peewee.ModelSelect:
    """Suspicions that the actor reported, and who took them."""
    found = _done(EventKind.CASE_TAKEN, seen_at, Case, asker.ref, Person.name)
    return found.join_from(Event, Person, on=(Event.actor == Person.ref)).where(
        Case.reported_by == asker.ref, policy.sees_case(asker)
    )  # fmt: skip


def _minutes(asker: policy.Asker, seen_at: peewee.Node) -> peewee.ModelSelect:
    """Minutes of meetings in which the actor took part, and of those of cases that the actor is on."""
    found = _done(EventKind.MEETING_HELD, seen_at, Meeting, asker.ref, NOTHING)
    return found.where(policy.helps(asker, Meeting) | policy.sees_case_in(asker, Meeting.case))


def _news(label: str, place: Place) -> Callable[..., Happened]:
    def made(*columns: Any) -> Happened:
        ref, _, _, at, _, name, _, code, *_ = columns
        answered = ref if place == Place.REQUEST else None
        words, address = label.format(name=name), place.format(ref=ref, case=ref)
        return Happened(_instant(at), words, address, code or "", answered)

    return made


def _seen(*columns: Any) -> datetime:
    return _instant(columns[3])


def _instant(stored: Any) -> datetime:
    instant: datetime = Event.at.python_value(stored)  # type: ignore[assignment]
    return instant


REVIEWED = ("warning", "address", "access", "likeness", "insight")
RULES_OF = {"rules:task": Place.TASK, "rules:request": Place.REQUEST, "rules:meeting": Place.MEETING}
MADE_OF: dict[str, Callable[..., Any]] = {
    "case": _case,
    "meeting": _meeting,
    "silent": _silent,
    **{kind: _rules_of(place) for kind, place in RULES_OF.items()},
    "warning": _review("En advarsel skal gennemgås", Place.SAFETY),
    "address": _review("Adressebeskyttelsen er udløbet", Place.PARTIES),
    "access": _asked("Skal en adgang fortsætte?"),
    "likeness": _asked("Er en, der er nævnt, en kollega?"),
    "insight": _review("Svarfrist: nogen har bedt om indsigt", Place.INSIGHT),
    "letter": _letter,
    "answer": _answer,
    "date": _critical_date,
    EventKind.REQUEST_ANSWERED: _news("{name} har svaret på en anmodning", Place.REQUEST),
    EventKind.CASE_TAKEN: _news("{name} tog mistanken", Place.CASE),
    EventKind.MEETING_HELD: _news("Der er skrevet referat af et møde", Place.MEETING),
    "round": _round,
    "seen": _seen,
}
