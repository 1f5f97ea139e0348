"""The front page of a case: its boxes, its next step, and what is missing, in a fixed few queries."""

from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from .. import clock, content, policy
from ..domain import letters, silence, tasks
from ..domain.access import duties, handover
from ..domain.cases import identity, phases
from ..domain.incidents import told
from ..domain.verbs import reads
from ..kinds import (
    OPEN_REQUEST,
    Box,
    CaseKind,
    CitizenRole,
    ConclusionKind,
    IncidentStatus,
    MeetingStatus,
    MeetingWith,
    Phase,
    TaskKind,
)
from ..policy import Action
from ..store import events
from ..store.cases import Case
from ..store.db import holds, locking, transaction
from ..store.incidents import Incident
from ..store.outbox import OutboxLetter
from ..store.people import Person
from ..store.plans import SafetyItem
from ..store.prepared import Parameter, prepared
from ..store.record import Conclusion, Sparring
from ..store.work import Meeting, Request, Task
from . import access as on_case
from . import links as link_page

MEDIATION_WARNING = (
    "Vurderingen er tegn på stalking, men der er en åben opgave om konfliktmægling. "
    "Mægling er ikke forsvarlig ved stalking: luk opgaven."
)
FULL_BOX = 5  # more than a box usually has: then it shows the first few, so that an old case opens as fast
SHOWN_OF_A_FULL_BOX = 2


class BoxView(NamedTuple):
    """One box: the tasks shown, how many there are and are done, and the card's own words beside it."""

    box: Box
    tasks: list[Task]
    total: int
    done: int
    part: content.CardPart | None


class Facts(NamedTuple):
    """What other tables say of a case."""

    sparrings: int
    conclusion: str | None
    next_meeting: str | None
    next_meeting_at: datetime | None
    meetings: int
    open_requests: int
    referrals: int
    open_referrals: int
    open_mediations: int
    failed_letters: int
    offered_name: str | None
    reporter_name: str
    addressed_name: str | None
    safety_items: int
    incidents: int
    contacts: int
    last_incident_on: date | None
    duties: duties.Progress
    resource_persons: int
    talked_on: date | None  # with the citizen
    next_contact_on: date | None  # that is agreed, a meeting or not
    silent_since: date | None


class Overview(NamedTuple):
    """Everything the page shows."""

    case: Case
    facts: Facts
    boxes: list[BoxView]
    step: phases.Step | None
    missing: list[str]
    links: list[link_page.Near]
    duplicates: list[link_page.Alike]
    handover_note: str | None
    away: on_case.OnLeave | None


class AfterChange(NamedTuple):
    """What stands beside the tasks, and changes with them."""

    boxes: list[BoxView]
    missing: list[str]


@transaction
def of_case(actor: Person, ref: str, whole: str = "") -> Overview:
    """The overview of a case, written down as read (SEC-30); the box named `whole` with all its tasks.

    Raises as policy.case_for does.
    """
    case = policy.case_for(actor, ref, Action.CASE_READ, _locked)
    holds(f"case:{case.ref}")
    row, facts = _found(case)
    events.looked(actor, "case:read", case)
    case.on_pages = {"log": facts.incidents, "waiting": facts.open_requests}
    near, is_suspicion = link_page.related(actor, case), case.phase == Phase.SUSPICION
    step = phases.next_step(
        case, has_sparring=facts.sparrings > 0, has_conclusion=facts.conclusion is not None,
        has_meeting=facts.meetings > 0, is_referred=facts.referrals > 0 and not facts.open_referrals,
        meets_at=facts.next_meeting_at,
    )  # fmt: skip
    return Overview(
        case, facts, [] if is_suspicion else _boxes(actor, case, whole), step, _missing(case, facts),
        near.links, near.alike,
        handover.note_to(actor, case) if case.offered_to_id == actor.ref else None,
        on_case.leave_in(row),
    )  # fmt: skip


@reads(Action.CASE_READ)
def after_change(actor: Person, case: Case) -> AfterChange:
    """What of the overview changes with a task, for who just changed one: the event of that tells of it.

    The case, which was loaded with the task, gets its `bar`.
    """
    _, facts = _found(case)
    return AfterChange(_boxes(actor, case, ""), _missing(case, facts))


def _locked(query: peewee.ModelSelect) -> peewee.ModelSelect:
    return query.select_extend(*locking(Case.ref))


def _found(case: Case) -> tuple[Case, Facts]:
    """The row of `_front` as it is now, and the facts in it; the case gets its `bar`."""
    now = clock.now()
    today = clock.today(now)
    row = _front.first(case=case.ref, now=now, today=today)
    case.bar = identity.bar_of(row)
    return row, _facts(row, case, today)


@prepared
def _front(*, case: Parameter, now: Parameter, today: Parameter) -> peewee.ModelSelect:
    more = (*_contact(case, now), *on_case.on_leave(case, today))
    return identity.bar_query(case, *_columns(case, now), *more)


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
    to_come = (
        Meeting.select()
        .where(Meeting.case == case, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > now)
        .order_by(Meeting.starts_at, Meeting.ref)
        .limit(1)
    )
    conclusions = Conclusion.select(Conclusion.conclusion).where(Conclusion.case == case)
    held = Meeting.select().where(Meeting.case == case, Meeting.status != MeetingStatus.CANCELLED)
    asked = Request.select().where(Request.case == case, Request.status.in_(OPEN_REQUEST))
    of_case = Task.select().where(Task.case == case)
    referrals = of_case.where(Task.kind == TaskKind.REFERRAL)
    mediations = of_case.where(Task.kind == TaskKind.MEDIATION, Task.closed_at.is_null())
    log = Incident.select().where(Incident.case == case, Incident.status == IncidentStatus.LIVE)
    last_day = peewee.fn.MAX(peewee.fn.COALESCE(Incident.to_on, Incident.from_on))
    failed = OutboxLetter.select().where(OutboxLetter.case == case, *letters.FAILED)
    return [
        _count(Sparring.select().where(Sparring.case == case)).alias("sparrings"),
        conclusions.order_by(Conclusion.number.desc()).limit(1).alias("latest_conclusion"),
        to_come.select(Meeting.ref).alias("next_meeting"),
        to_come.select(Meeting.starts_at).alias("next_meeting_at"),
        _count(held).alias("meetings"),
        _count(asked).alias("open_requests"),
        _count(referrals).alias("referrals"),
        _count(referrals.where(Task.closed_at.is_null())).alias("open_referrals"),
        _count(mediations).alias("open_mediations"),
        _count(failed).alias("failed_letters"),
        on_case.resource_persons(case).alias("resource_persons"),
        _name(Case.offered_to).alias("offered_name"),
        _name(Case.reported_by).alias("reporter_name"),
        _name(Case.addressed_to).alias("addressed_name"),
        _count(SafetyItem.select().where(SafetyItem.case == case)).alias("safety_items"),
        _count(log).alias("incidents"),
        log.select(peewee.fn.COALESCE(peewee.fn.SUM(told.contacts()), 0)).alias("contacts"),
        log.select(last_day).alias("last_incident_on"),
        *duties.counted(case),
    ]


def _name(person: peewee.Field) -> peewee.ModelSelect:
    named = Person.alias()
    return named.select(named.name).where(named.ref == person)


def _facts(row: Case, case: Case, today: date) -> Facts:
    heard = silence.Heard(row.talked_on, case.reported_at, case.reopened_at, case.next_contact_on)
    meets_at, agreed = Meeting.starts_at.python_value(row.meets_at), case.next_contact_on
    ahead = [clock.today(meets_at)] if meets_at else []
    ahead += [agreed] if agreed and agreed >= today else []
    worked_out: dict[str, Any] = {
        "conclusion": Conclusion.conclusion.python_value(row.latest_conclusion),
        "next_meeting_at": Meeting.starts_at.python_value(row.next_meeting_at),
        "last_incident_on": Incident.from_on.python_value(row.last_incident_on),
        "duties": duties.Progress(row.duties, row.open_duties, row.waiting_duties),
        "talked_on": heard.last_talk,
        "next_contact_on": min(ahead, default=None),
        "silent_since": heard.since() if row.is_quiet and heard.falls_due() <= today else None,
    }
    counted = {name: getattr(row, name) for name in Facts._fields if name not in worked_out}
    return Facts(**counted | worked_out)


def _count(rows: peewee.ModelSelect) -> peewee.ModelSelect:
    return rows.select(peewee.fn.COUNT(peewee.SQL("1")))


def _boxes(actor: Person, case: Case, whole: str) -> list[BoxView]:
    """The boxes with the tasks that come first in each, open before closed, in one query; no duty of anyone else's."""
    found = _first_tasks.all(case=case.ref, whole=whole, actor=actor.ref)
    parts = {part.box: part for part in content.guide().part if part.box}
    return [_box(box, [tasks.of(case, task) for task in found if task.box == box], parts.get(box)) for box in Box]


@prepared
def _first_tasks(*, case: Parameter, whole: Parameter, actor: Parameter) -> peewee.ModelSelect:
    in_box = {"partition_by": [Task.box]}
    first = [Task.closed_at.is_null(False), Task.due_on.is_null(), Task.due_on, Task.created_at, Task.ref]
    ranked = (
        Task.select(
            Task.ref,
            peewee.fn.ROW_NUMBER().over(order_by=first, **in_box).alias("place"),
            peewee.fn.COUNT(Task.ref).over(**in_box).alias("total"),
            peewee.fn.COUNT(Task.closed_at).over(**in_box).alias("done"),
        )
        .where(Task.case == case, policy.no_duty_of_others(policy.Asker(actor, "")))
        .alias("ranked")
    )
    return (
        tasks.with_owners(Task.select(Task, ranked.c.place, ranked.c.total, ranked.c.done))
        .join_from(Task, ranked, on=(Task.ref == ranked.c.ref), attr="ranked")
        .where((ranked.c.place <= SHOWN_OF_A_FULL_BOX) | (ranked.c.total <= FULL_BOX) | (Task.box == whole))
        .order_by(ranked.c.place)
    )


def _box(box: Box, shown: list[Task], part: content.CardPart | None) -> BoxView:
    ranked = shown[0].ranked if shown else None
    return BoxView(box, shown, ranked.total if ranked else 0, ranked.done if ranked else 0, part)


def _missing(case: Case, facts: Facts) -> list[str]:
    """What someone who comes back to the case should know is not there yet."""
    if case.closed_at or case.phase == Phase.SUSPICION:
        return []
    is_full = case.kind == CaseKind.FULL
    said = [
        (not facts.resource_persons, "Der er ingen ressourceperson på sagen. Giv en adgang under Adgang."),
        (not facts.sparrings and not case.sparring_waived, "Sparring er ikke skrevet ned."),
        (is_full and facts.conclusion is None, "Vurderingen har ingen konklusion endnu."),
        (is_full and facts.next_meeting is None, "Intet møde er planlagt."),
        (
            is_full and case.citizen_role == CitizenRole.EXPOSED and not facts.safety_items,
            "Det er ikke aftalt, hvordan borgeren er sikker i hverdagen.",
        ),
        (not case.safe_contact, "Det er ikke aftalt, hvordan borgeren kan kontaktes sikkert."),
        (
            facts.conclusion == ConclusionKind.STALKING and facts.open_mediations > 0,
            MEDIATION_WARNING,
        ),
    ]
    return [sentence for is_so, sentence in said if is_so]
