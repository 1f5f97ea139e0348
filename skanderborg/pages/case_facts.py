"""What all tables say of a case, in one query: the facts of its overview."""

from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..domain import letters, silence
from ..domain.access import duties
from ..domain.cases import identity
from ..kinds import OPEN_REQUEST, ConclusionKind, MeetingKind, MeetingStatus, MeetingWith, TaskKind
from ..store import prepared as stored
from ..store.authorities import PoliceReport
from ..store.cases import Case, RoleShare
from ..store.outbox import OutboxLetter
from ..store.people import Department, Person
from ..store.plans import NetworkPerson, SafetyItem
from ..store.prepared import Parameter, prepared
from ..store.record import Conclusion, Sparring
from ..store.work import Meeting, Request, Task
from . import access as on_case
from . import lately


class Facts(NamedTuple):
    """What other tables say of a case."""

    sparrings: int
    conclusion: ConclusionKind | None
    next_meeting: str | None
    next_meeting_at: datetime | None
    next_meeting_ends: datetime | None
    next_meeting_kind: MeetingKind | None
    meetings: int
    overdue: int  # of the open tasks that the actor sees …
    unowned: int
    open_requests: int
    first_answer_by: str | None  # the department that is to answer first, and when
    first_answer_on: date | None
    referrals: int
    open_referrals: int
    open_mediations: int
    failed_letters: int
    offered_name: str | None
    reporter_name: str
    addressed_name: str | None
    safety_items: int
    roles: int
    network: int
    reports: int
    incidents: int
    contacts: int
    last_incident_on: date | None
    weeks: list[int]  # contacts a week, the last one last
    duties: duties.Progress
    resource_persons: int
    talked_on: date | None  # with the citizen
    next_contact_on: date | None  # that is agreed, a meeting or not
    silent_since: date | None


def found(actor: Person, case: Case) -> tuple[Case, Facts]:
    """The row of `_front` as it is now for the actor, and the facts in it; the case gets its `bar`."""
    now = clock.now()
    today = clock.today(now)
    row = _front.first(case=case.ref, actor=actor.ref, now=now, today=today)
    case.bar = identity.bar_of(row)
    return row, _facts(row, case, today)


@prepared
def _front(*, case: Parameter, actor: Parameter, now: Parameter, today: Parameter) -> peewee.ModelSelect:
    more = (
        *_contact(case, now),
        *on_case.on_leave(case, today),
        *_owed(case, actor, today),
        *lately.columns(case),
    )
    return identity.bar_query(case, *_columns(case, now), *more)


def _owed(case: str, actor: str, today: str) -> list[peewee.Node]:
    """What is late or nobody's, and who is to answer first."""
    seen = Task.select().where(
        Task.case == case, Task.closed_at.is_null(), policy.no_duty_of_others(policy.Asker(actor, ""))
    )
    asked = Request.select().where(Request.case == case, Request.status.in_(OPEN_REQUEST))
    first = asked.join(Department).order_by(Request.due_on, Request.ref).limit(1)
    return [
        _count(seen.where(Task.due_on < today)).alias("overdue"),
        _count(seen.where(Task.assignee.is_null(), Task.department.is_null())).alias("unowned"),
        first.select(Department.name).alias("first_answer_by"),
        first.select(Request.due_on).alias("first_answer_on"),
    ]


def _contact(case: str, now: str) -> list[peewee.Node]:
    with_citizen = (
        Meeting.select(peewee.fn.MIN(Meeting.starts_at))
        .where(Meeting.case == case, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > now)
        .where(Meeting.party == MeetingWith.CITIZEN)
    )
    quiet = peewee.Case(None, [(silence.is_quiet(now), 1)], 0)
    return [silence.talked_on(case).alias("talked_on"), with_citizen.alias("meets_at"), quiet.alias("is_quiet")]


def _columns(case: str, now: str) -> list[peewee.Node]:
    """Scalar subqueries, so that all of it is one query with the bar."""
    return [*_course(case, now), *_persons(case), *_log(case), *duties.counted(case)]


def _course(case: str, now: str) -> list[peewee.Node]:
    """How far it is: advice, conclusion, meetings, requests, referrals."""
    to_come = (
        Meeting.select()
        .where(Meeting.case == case, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > now)
        .order_by(Meeting.starts_at, Meeting.ref)
        .limit(1)
    )
    latest = (
        Conclusion.select(Conclusion.ref).where(Conclusion.case == case).order_by(Conclusion.number.desc()).limit(1)
    )
    held = Meeting.select().where(Meeting.case == case, Meeting.status != MeetingStatus.CANCELLED)
    asked = Request.select().where(Request.case == case, Request.status.in_(OPEN_REQUEST))
    of_case = Task.select().where(Task.case == case)
    referrals = of_case.where(Task.kind == TaskKind.REFERRAL)
    mediations = of_case.where(Task.kind == TaskKind.MEDIATION, Task.closed_at.is_null())
    return [
        _count(Sparring.select().where(Sparring.case == case)).alias("sparrings"),
        latest.alias("latest_conclusion"),
        latest.select(Conclusion.conclusion).alias("concluded"),
        to_come.select(Meeting.ref).alias("next_meeting"),
        to_come.select(Meeting.starts_at).alias("next_meeting_at"),
        to_come.select(Meeting.ends_at).alias("next_meeting_ends"),
        to_come.select(Meeting.kind).alias("next_meeting_kind"),
        _count(held).alias("meetings"),
        _count(asked).alias("open_requests"),
        _count(referrals).alias("referrals"),
        _count(referrals.where(Task.closed_at.is_null())).alias("open_referrals"),
        _count(mediations).alias("open_mediations"),
    ]


def _persons(case: str) -> list[peewee.Node]:
    """Who is named on it, and whether what they were told arrived."""
    network = NetworkPerson.select().where(NetworkPerson.case == case, NetworkPerson.removed_at.is_null())
    failed = OutboxLetter.select().where(OutboxLetter.case == case, *letters.FAILED)
    return [
        on_case.resource_persons(case).alias("resource_persons"),
        _name(Case.offered_to).alias("offered_name"),
        _name(Case.reported_by).alias("reporter_name"),
        _name(Case.addressed_to).alias("addressed_name"),
        _count(network).alias("network"),
        _count(RoleShare.select().where(RoleShare.case == case, RoleShare.ended_at.is_null())).alias("roles"),
        _count(failed).alias("failed_letters"),
    ]


def _log(case: str) -> list[peewee.Node]:
    """What was written down of safety and of what happened."""
    return [
        _count(SafetyItem.select().where(SafetyItem.case == case)).alias("safety_items"),
        _count(PoliceReport.select().where(PoliceReport.case == case)).alias("reports"),
    ]


def _name(person: peewee.Field) -> peewee.ModelSelect:
    named = Person.alias()
    return named.select(named.name).where(named.ref == person)


def _facts(row: Case, case: Case, today: date) -> Facts:
    log = lately.counted_in(case, row.log)
    heard = silence.Heard(row.talked_on, case.reported_at, case.reopened_at, case.next_contact_on)
    meets_at, agreed = Meeting.starts_at.python_value(row.meets_at), case.next_contact_on
    ahead = [clock.today(meets_at)] if meets_at else []
    ahead += [agreed] if agreed and agreed >= today else []
    worked_out: dict[str, Any] = {
        "conclusion": _conclusion(case, row.latest_conclusion, row.concluded),
        "next_meeting_at": Meeting.starts_at.python_value(row.next_meeting_at),
        "next_meeting_ends": Meeting.ends_at.python_value(row.next_meeting_ends),
        "next_meeting_kind": Meeting.kind.python_value(row.next_meeting_kind),
        "first_answer_on": Request.due_on.python_value(row.first_answer_on),
        "weeks": lately.weeks_in(log, today),
        "incidents": len(log),
        "contacts": sum(one.contacts for one in log),
        "last_incident_on": max((one.last_on for one in log), default=None),
        "duties": duties.Progress(row.duties, row.open_duties, row.waiting_duties),
        "talked_on": heard.last_talk,
        "next_contact_on": min(ahead, default=None),
        "silent_since": heard.since() if row.is_quiet and heard.falls_due() <= today else None,
    }
    counted = {name: getattr(row, name) for name in Facts._fields if name not in worked_out}
    return Facts(**counted | worked_out)


def _conclusion(case: Case, ref: str | None, sealed: bytes | None) -> ConclusionKind | None:
    said = stored.read(Conclusion, ref=ref, case=case.ref, conclusion=sealed) if ref else None
    return said.conclusion if said else None


def _count(rows: peewee.ModelSelect) -> peewee.ModelSelect:
    return rows.select(peewee.fn.COUNT(peewee.SQL("1")))
