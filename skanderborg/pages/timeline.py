"""The timeline: what happened to the citizen and what professionals did, in one order (S4-25).

One query over all tables; the text of the log comes along sealed and is opened for the page that is shown. What anyone
did with the duty to report concern for a child never stands here (D-15).
"""

import operator
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from functools import reduce
from typing import Any, NamedTuple

import peewee

from .. import content, policy
from ..addresses import Place
from ..content.incident_types import OTHER
from ..domain import incidents, paging, protection
from ..domain.paging import Page
from ..domain.verbs import reads
from ..kinds import (
    CitizenRole,
    ConclusionKind,
    HandoverOutcome,
    IncidentKind,
    MeetingKind,
    MeetingStatus,
    OrderKind,
    Outcome,
    PackRecipient,
    Phase,
    ReferralWay,
    SparringWay,
    TimelineKind,
    TimelineOrder,
    TimelineSide,
)  # fmt: skip
from ..policy import Action
from ..store import wall
from ..store.authorities import Breach, Order, PoliceReport
from ..store.cases import Case, Handover, PhaseMove
from ..store.critical_dates import CriticalDate
from ..store.incidents import Incident, Pack
from ..store.people import Department, Person
from ..store.prepared import Parameter, prepared
from ..store.record import Assessment, Conclusion, Sparring
from ..store.work import Meeting, Referral, Request

LONGEST_TEXT = 400  # of a row's words; the rest stands on its own page
FIRST, NEVER = "0001-01-01", "9999-12-31"


class TimelineFilter(NamedTuple):
    """What of the timeline is asked for; days are both included, and a period that reaches into them is there."""

    side: TimelineSide = TimelineSide.ALL
    kind: TimelineKind | None = None
    from_on: date | None = None
    to_on: date | None = None
    order: TimelineOrder = TimelineOrder.NEWEST

    @property
    def kinds(self) -> tuple[TimelineKind, ...]:
        """The kinds of entries that are asked for."""
        by_side = {
            TimelineSide.ALL: tuple(TimelineKind),
            TimelineSide.INCIDENTS: (TimelineKind.INCIDENT,),
            TimelineSide.PROFESSIONALS: tuple(kind for kind in TimelineKind if kind != TimelineKind.INCIDENT),
        }
        return tuple(kind for kind in by_side[self.side] if self.kind in (None, kind))


class TimelineEntry(NamedTuple):
    """One thing on the timeline. `at` is empty where only the day is known; `path` where its page is not the actor's.
    `text` and `place` are the log's own words, the place unopened where it must stay hidden."""

    id: str
    kind: TimelineKind
    on: date
    at: time | None
    until: date | None
    title: str
    contacts: int
    number: int
    text: str
    is_cut: bool
    place: str | None
    who: str | None
    is_struck: bool
    is_danger: bool
    path: str | None


class _Stored(NamedTuple):
    """A row of the query; `key` sorts by day and the wall's time, as bytes and in a Danish collation alike: all are
    numbers in the same places, or end earlier."""

    what: str
    ref: str
    key: str
    number: int
    code: Any  # of the closed list that its source reads it by …
    more: Any  # … and a name, where it has one
    contacts: int
    until: str | None
    state: str | None
    who: str | None
    text: Any
    place: Any
    words: Any = None


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case, wanted: TimelineFilter, number: int = 1) -> Page:
    """One page of the timeline of a case that the actor has loaded."""
    if not wanted.kinds:
        return Page([], number, False)
    found = _union.stored(
        wanted.kinds, wanted.order == TimelineOrder.NEWEST, paging.rows_a_page() + 1,
        case=case.ref, skip=paging.before(number), first=str(wanted.from_on or FIRST),
        end=str(wanted.to_on + timedelta(days=1) if wanted.to_on else NEVER),
    )  # fmt: skip
    page, is_masked = paging.cut(found, number), protection.masked(case)
    entries = [_entry(actor, case, _Stored(*values), is_masked) for *values, _ in page.rows]
    return page._replace(rows=entries, total=found[0][-1] if found else None)


# ── the query ───────────────────────────────────────────────────────────────────────────────────────


@prepared
def _union(
    kinds: tuple[TimelineKind, ...], is_newest: bool, most: int, *, case: Parameter, skip: Parameter, first: Parameter,
    end: Parameter,
) -> peewee.Query:  # fmt: skip
    parts = [part.where(_case_of(part) == case) for kind in kinds for part in PARTS[kind]()]
    whole = reduce(operator.add, parts).alias("whole")
    key = peewee.fn.COALESCE(whole.c.key, wall.of_instant(whole.c.instant)).alias("key")
    keyed = Case.select(*(key if name == "key" else whole.c[name] for name in _Stored._fields)).from_(whole)
    found = keyed.alias("found")
    columns = [found.c[name] for name in ("key", "number", "what", "ref")]
    order = [column.desc() if is_newest else column for column in columns]
    in_all = peewee.fn.COUNT(peewee.SQL("1")).over()
    query = Case.select(*(found.c[name] for name in _Stored._fields), in_all).from_(found)
    reaches = (found.c.key >= peewee.Value(first)) | (found.c.until >= peewee.Value(first))
    query = query.where(reaches, found.c.key < peewee.Value(end))
    return query.order_by(*order).limit(most).offset(skip)


def _case_of(part: peewee.ModelSelect) -> peewee.Field:
    return Case.ref if part.model is Case else part.model.case


def _part(
    model: Any, what: str, day: peewee.Node | None = None, instant: peewee.Field | None = None, **columns: Any
) -> peewee.ModelSelect:  # fmt: skip
    """One source of entries, on the `day` of its `key` or at its `instant`; what it does not have is empty."""
    given = columns | {"what": peewee.Value(what).cast("TEXT"), "ref": model.ref, "key": day}
    columns = {name: _empty(name) if given.get(name) is None else given[name] for name in _Stored._fields}
    columns["instant"] = instant if instant is not None else wall.no_instant()
    query = model.select(*(column.alias(name) for name, column in columns.items()))
    return query if instant is None else query.where(instant.is_null(False))


def _empty(name: str) -> peewee.Node:
    if name in ("number", "contacts"):
        return peewee.Value(0).cast("INTEGER")
    return peewee.Value(None).cast("BYTEA" if name in ("text", "place", "words") else "TEXT")


def _by(query: peewee.ModelSelect, person: peewee.Field) -> peewee.ModelSelect:
    """Beside the person, whose name is one of the query's columns."""
    return query.join(Person, peewee.JOIN.LEFT_OUTER, on=(person == Person.ref))


def _incidents() -> Iterator[peewee.ModelSelect]:
    hour = peewee.fn.substr(Incident.at_time, 1, 2)
    # The second 02.30 of a night sorts behind the first 02.59; its last five letters are its time all the same.
    second = peewee.Value("T").concat(hour).concat(":59+").concat(Incident.at_time)
    is_second, is_danger = Incident.is_second_hour == True, Incident.is_danger == True  # noqa: E712
    clock_shown = peewee.Case(
        None, [(Incident.at_time.is_null(), ""), (is_second, second)], peewee.Value("T").concat(Incident.at_time)
    )
    state = peewee.Case(None, [(~incidents.counts(), "struck"), (is_danger, "danger")], "")
    query = _part(
        Incident, "incident", wall.of_day(Incident.from_on).concat(clock_shown), number=Incident.number,
        code=Incident.kind, more=Incident.types, contacts=incidents.told.contacts(), until=wall.of_day(Incident.to_on),
        state=state, who=Person.name, text=Incident.what, place=Incident.place, words=Incident.type_text,
    )  # fmt: skip
    yield _by(query.where(incidents.in_log()), Incident.by)


def _suspicion() -> Iterator[peewee.ModelSelect]:
    yield _by(_part(Case, "reported", instant=Case.reported_at, who=Person.name), Case.reported_by)
    yield _part(Case, "taken", instant=Case.claimed_at)


def _sparring() -> Iterator[peewee.ModelSelect]:
    held = _part(Sparring, "sparring", wall.of_day(Sparring.held_on), code=Sparring.way, who=Person.name)
    yield _by(held, Sparring.by)


def _assessments() -> Iterator[peewee.ModelSelect]:
    for model, what, code in ((Assessment, "assessed", None), (Conclusion, "concluded", Conclusion.conclusion)):
        yield _by(_part(model, what, instant=model.at, number=model.number, code=code, who=Person.name), model.by)


def _requests() -> Iterator[peewee.ModelSelect]:
    ends = (("asked", Request.sent_at, Request.asker), ("answered", Request.answered_at, Request.handler))
    for what, instant, person in ends:
        query = _part(Request, what, instant=instant, code=Request.outcome, more=Department.name, who=Person.name)
        yield _by(query, person).switch(Request).join(Department)


def _referrals() -> Iterator[peewee.ModelSelect]:
    query = _part(
        Referral, "referred", wall.of_day(Referral.on), code=Referral.way, more=Referral.organisation, who=Person.name
    )
    yield _by(query, Referral.by)


def _meetings() -> Iterator[peewee.ModelSelect]:
    yield _part(Meeting, "meeting", Meeting.wall_start, code=Meeting.status, more=Meeting.kind, place=Meeting.place)


def _police() -> Iterator[peewee.ModelSelect]:
    reported = _part(PoliceReport, "police", wall.of_day(PoliceReport.reported_on), who=Person.name)
    yield _by(reported, PoliceReport.by)
    until = wall.of_day(peewee.fn.COALESCE(Order.ended_on, Order.to_on))
    yield _part(Order, "order", wall.of_day(Order.from_on), code=Order.kind, until=until)
    lifted = _part(Order, "lifted", wall.of_day(Order.ended_on), code=Order.kind)
    yield lifted.where(Order.ended_on.is_null(False))
    broken = _part(Breach, "breach", wall.of_day(Breach.on), code=Order.kind, who=Person.name)
    yield _by(broken.join(Order).switch(Breach), Breach.by)


def _dates() -> Iterator[peewee.ModelSelect]:
    is_off = peewee.Case(None, [(CriticalDate.cancelled_at.is_null(False), "struck")], "")
    on, kind = wall.of_day(CriticalDate.on), CriticalDate.kind
    yield _by(_part(CriticalDate, "date", on, code=kind, state=is_off, who=Person.name), CriticalDate.by)
    yield _part(CriticalDate, "after", instant=CriticalDate.answered_at, code=kind)


def _handovers() -> Iterator[peewee.ModelSelect]:
    query = _part(Handover, "handed", instant=Handover.answered_at, more=Person.name)
    yield _by(query.where(Handover.outcome == HandoverOutcome.ACCEPTED), Handover.to_person)


def _course() -> Iterator[peewee.ModelSelect]:
    for what, phase in (("closed", PhaseMove.to_phase), ("reopened", PhaseMove.from_phase)):
        query = _part(PhaseMove, what, instant=PhaseMove.at, who=Person.name)
        yield _by(query.where(phase == Phase.CLOSED), PhaseMove.by)


def _packs() -> Iterator[peewee.ModelSelect]:
    yield _by(_part(Pack, "pack", instant=Pack.at, number=Pack.number, code=Pack.recipient, who=Person.name), Pack.by)


PARTS = {
    TimelineKind.INCIDENT: _incidents, TimelineKind.SUSPICION: _suspicion, TimelineKind.SPARRING: _sparring,
    TimelineKind.ASSESSMENT: _assessments, TimelineKind.REQUEST: _requests, TimelineKind.REFERRAL: _referrals,
    TimelineKind.MEETING: _meetings, TimelineKind.POLICE: _police, TimelineKind.CRITICAL_DATE: _dates,
    TimelineKind.HANDOVER: _handovers,
    TimelineKind.COURSE: _course, TimelineKind.PACK: _packs,
}  # fmt: skip


# ── in words ────────────────────────────────────────────────────────────────────────────────────────


def _entry(actor: Person, case: Case, row: _Stored, is_masked: bool) -> TimelineEntry:
    source, text = SOURCES[row.what], _opened(case, row, "what", row.text) or ""
    is_open = policy.may(actor, source.read_by, case)
    return TimelineEntry(
        id=f"{row.what}-{row.ref}",
        kind=source.kind,
        on=date.fromisoformat(row.key[:10]),
        at=time.fromisoformat(row.key[-5:]) if len(row.key) > len(FIRST) else None,
        until=date.fromisoformat(row.until) if row.until else None,
        title=source.title(row._replace(words=_opened(case, row, "type_text", row.words))),
        contacts=row.contacts,
        number=row.number,
        text=text[:LONGEST_TEXT],
        is_cut=len(text) > LONGEST_TEXT,
        place=_place(case, row, is_masked),
        who=row.who,
        is_struck=row.state == "struck",
        is_danger=row.state == "danger",
        path=source.place.format(case=case.ref, ref=row.ref, number=row.number) if is_open else None,
    )


def _place(case: Case, row: _Stored, is_masked: bool) -> str | None:
    """Where it was; never told by one who stalks, of where the exposed person is (D-14)."""
    if row.place is None or (row.what == "incident" and case.citizen_role == CitizenRole.PERPETRATOR):
        return None
    return protection.HIDDEN if is_masked else _opened(case, row, "place", row.place)


def _opened(case: Case, row: _Stored, column: str, stored: Any) -> str | None:
    """A sealed text that came along, opened as the column it was sealed for."""
    if stored is None:
        return None
    model = Meeting if row.what == "meeting" else Incident
    sealed = model(ref=row.ref, case=case.ref, **{column: bytes(stored)})
    text: str | None = getattr(sealed, column)
    return text


def _incident_title(row: _Stored) -> str:
    if row.code != IncidentKind.INCIDENT:
        return IncidentKind(row.code).label
    labels, types = incidents.labels_of("types"), row.more.split()
    named = [labels.get(name, name) for name in types]
    return ", ".join(incidents.with_words(named, OTHER in types, row.words))


class EntrySource(NamedTuple):
    """Where entries come from: their kind, the page they stand on, what they are called, and who may open that page."""

    kind: TimelineKind
    place: Place
    title: Callable[[_Stored], str]
    read_by: Action = Action.CASE_READ


SOURCES = {
    "incident": EntrySource(TimelineKind.INCIDENT, Place.INCIDENT, _incident_title),
    "reported": EntrySource(TimelineKind.SUSPICION, Place.CASE, lambda _: "Mistanken blev meldt"),
    "taken": EntrySource(TimelineKind.SUSPICION, Place.CASE, lambda _: "Mistanken blev taget"),
    "sparring": EntrySource(
        TimelineKind.SPARRING, Place.SPARRING, lambda row: f"Sparring: {SparringWay(row.code).label}"
    ),
    "assessed": EntrySource(
        TimelineKind.ASSESSMENT, Place.ASSESSMENT_VERSION, lambda row: f"Vurdering, udgave {row.number}"
    ),
    "concluded": EntrySource(
        TimelineKind.ASSESSMENT, Place.ASSESSMENT, lambda row: f"Konklusion: {ConclusionKind(row.code).label}"
    ),
    "asked": EntrySource(
        TimelineKind.REQUEST, Place.REQUEST, lambda row: f"Anmodning sendt til {row.more}", Action.REQUEST_READ
    ),
    "answered": EntrySource(
        TimelineKind.REQUEST,
        Place.REQUEST,
        lambda row: f"Svar fra {row.more}" + (f": {Outcome(row.code).label}" if row.code else ""),
        Action.REQUEST_READ,
    ),
    "referred": EntrySource(
        TimelineKind.REFERRAL,
        Place.REFERRALS,
        lambda row: f"{content.contact_name(row.more)}: {ReferralWay(row.code).label}",
    ),
    "meeting": EntrySource(
        TimelineKind.MEETING,
        Place.MEETING,
        lambda row: f"{MeetingKind(row.more).label}: {MeetingStatus(row.code).label.lower()}",
        Action.MEETING_READ,
    ),
    "police": EntrySource(TimelineKind.POLICE, Place.POLICE, lambda _: "Anmeldt til politiet"),
    "order": EntrySource(TimelineKind.POLICE, Place.POLICE, lambda row: f"{OrderKind(row.code).label} begynder"),
    "lifted": EntrySource(TimelineKind.POLICE, Place.POLICE, lambda row: f"{OrderKind(row.code).label} ophævet"),
    "breach": EntrySource(
        TimelineKind.POLICE, Place.POLICE, lambda row: f"Overtrædelse af {OrderKind(row.code).label.lower()}"
    ),
    "date": EntrySource(
        TimelineKind.CRITICAL_DATE, Place.CRITICAL_DATES, lambda row: f"Kritisk dato: {content.date_label(row.code)}"
    ),
    "after": EntrySource(
        TimelineKind.CRITICAL_DATE,
        Place.CRITICAL_DATES,
        lambda row: f"Svar efter kritisk dato: {content.date_label(row.code)}",
    ),
    "handed": EntrySource(TimelineKind.HANDOVER, Place.ACCESS, lambda row: f"Ny tovholder: {row.more}"),
    "closed": EntrySource(TimelineKind.COURSE, Place.HISTORY, lambda _: "Sagen blev afsluttet"),
    "reopened": EntrySource(TimelineKind.COURSE, Place.HISTORY, lambda _: "Sagen blev genåbnet"),
    "pack": EntrySource(
        TimelineKind.PACK, Place.PACKS, lambda row: f"Udlevering nr. {row.number}: {PackRecipient(row.code).label}"
    ),
}
