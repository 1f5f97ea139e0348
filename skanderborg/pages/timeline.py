"""The timeline: what happened to the citizen and what professionals did, in one order (S4-25).

One query over all tables; days that lie under a seal are opened to be sorted by, the log's rows only for the page that
is shown. What anyone did with the duty to report concern for a child never stands here (D-15).
"""

import operator
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from functools import reduce
from typing import Any, NamedTuple

import peewee

from .. import content, policy
from ..addresses import Place
from ..domain import incidents, paging, protection
from ..domain.paging import Page
from ..domain.verbs import reads
from ..kinds import (
    CitizenRole,
    HandoverOutcome,
    IncidentKind,
    IncidentStatus,
    MeetingKind,
    MeetingStatus,
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
from ..store.db import columns_of
from ..store.incidents import Incident, Pack
from ..store.people import Department, Person
from ..store.prepared import Parameter, prepared
from ..store.record import Assessment, Conclusion, Sparring
from ..store.sealed import SealedField
from ..store.work import Meeting, Referral, Request

LONGEST_TEXT = 400  # of a row's words; the rest stands on its own page
FIRST, NEVER = "0001-01-01", "9999-12-31"
SLOTS = ("first", "second", "third", "fourth")


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
    number: int
    path: str | None
    contacts: int = 0
    text: str = ""
    is_cut: bool = False
    place: str | None = None
    who: str | None = None
    is_struck: bool = False
    is_danger: bool = False


class _Stored(NamedTuple):
    """A row of the query. What lies under a seal comes along as it is stored, in the order of SEALED; `owner` is the
    row that the `kind` of its source was sealed with."""

    what: str
    ref: str
    key: str
    number: int
    code: Any  # of the closed list that its source reads it by …
    more: Any  # … and a name, where it has one
    until: str | None
    who: str | None
    first: Any
    second: Any
    third: Any
    fourth: Any
    kind: Any
    owner: str | None
    place: Any


class _Placed(NamedTuple):
    """A row with its place in the order: by day and the wall's time, all of them numbers in the same places."""

    key: str
    until: str | None
    row: _Stored


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case, wanted: TimelineFilter, number: int = 1) -> Page:
    """One page of the timeline of a case that the actor has loaded."""
    if not wanted.kinds:
        return Page([], number, False)
    first, end = str(wanted.from_on or FIRST), str(wanted.to_on + timedelta(days=1) if wanted.to_on else NEVER)
    stored = (_Stored(*values) for values in _union.stored(wanted.kinds, case=case.ref))
    found = [one for one in (_placed(case, row) for row in stored)
             if (one.key >= first or (one.until or "") >= first) and one.key < end]  # fmt: skip
    found.sort(key=_order, reverse=wanted.order == TimelineOrder.NEWEST)
    page, is_masked = paging.part_of(found, number), protection.masked(case)
    log = _log_of(case, [one.row.ref for one in page.rows if one.row.what == "incident"])
    return page._replace(
        rows=[_incident(actor, case, one, log[one.row.ref], is_masked) if one.row.ref in log
              else _entry(actor, case, one, is_masked) for one in page.rows],
        total=len(found) or None,
    )  # fmt: skip


# ── what lies under a seal ──────────────────────────────────────────────────────────────────────────


SEALED: dict[str, tuple[SealedField, ...]] = {  # of a source: what says when it was
    "incident": (Incident.from_on, Incident.to_on, Incident.at_time, Incident.is_second_hour),
    "order": (Order.from_on, Order.to_on, Order.ended_on),
    "lifted": (Order.ended_on,),
    "breach": (Breach.on,),
    "police": (PoliceReport.reported_on,),
}
KINDS = {"order": Order.kind, "lifted": Order.kind, "breach": Order.kind, "concluded": Conclusion.conclusion}


def _placed(case: Case, row: _Stored) -> _Placed:
    if row.what not in SEALED:
        return _Placed(row.key, row.until, row)
    values = {"ref": row.ref, "case": case.ref}
    said = [field.read(values, stored) for field, stored in zip(SEALED[row.what], row[8:12], strict=False)]
    if row.what == "incident":
        day, last, at, is_second = said
        return _Placed(f"{day}{_clock(at, is_second)}", str(last) if last else None, row)
    until = next((str(end) for end in reversed(said[1:]) if end), None)
    return _Placed(str(said[0]), until, row)


def _order(placed: _Placed) -> tuple[str, int, str, str]:
    return placed.key, placed.row.number, placed.row.what, placed.row.ref


def _clock(at: str | None, is_second: bool | None) -> str:
    """The second 02.30 of a night sorts behind the first 02.59; its last five letters are its time all the same."""
    return "" if not at else f"T{at[:2]}:59+{at}" if is_second else f"T{at}"


def _log_of(case: Case, refs: list[str]) -> dict[str, Incident]:
    """Rows of the log as they are shown here, with who wrote them."""
    shown = columns_of(Incident, "ref case status kind types type_text contact_count what place is_danger by")
    rows = Incident.select(*shown, Person.ref, Person.name).join(Person, on=(Incident.by == Person.ref), attr="writer")
    return {row.ref: row for row in rows.where(Incident.ref.in_(refs))} if refs else {}


# ── the query ───────────────────────────────────────────────────────────────────────────────────────


@prepared
def _union(kinds: tuple[TimelineKind, ...], *, case: Parameter) -> peewee.Query:
    parts = [part.where(_case_of(part) == case) for kind in kinds for part in PARTS[kind]()]
    whole = reduce(operator.add, parts).alias("whole")
    key = peewee.fn.COALESCE(whole.c.key, wall.of_instant(whole.c.instant)).alias("key")
    return Case.select(*(key if name == "key" else whole.c[name] for name in _Stored._fields)).from_(whole)


def _case_of(part: peewee.ModelSelect) -> peewee.Field:
    return Case.ref if part.model is Case else part.model.case


def _part(
    model: Any, what: str, day: peewee.Node | None = None, instant: peewee.Field | None = None, **columns: Any
) -> peewee.ModelSelect:  # fmt: skip
    """One source of entries, on the `day` of its `key`, at its `instant`, or when SEALED says; what it does not have is
    empty."""
    sealed = dict(zip(SLOTS, SEALED.get(what, ()), strict=False))
    given = columns | sealed | {"what": peewee.Value(what).cast("TEXT"), "ref": model.ref, "key": day}
    if what in KINDS:
        given |= {"kind": KINDS[what], "owner": KINDS[what].model.ref}
    columns = {name: _empty(name) if given.get(name) is None else given[name] for name in _Stored._fields}
    columns["instant"] = instant if instant is not None else wall.no_instant()
    query = model.select(*(column.alias(name) for name, column in columns.items()))
    return query if instant is None else query.where(instant.is_null(False))


def _empty(name: str) -> peewee.Node:
    if name == "number":
        return peewee.Value(0).cast("INTEGER")
    return peewee.Value(None).cast("BYTEA" if name in (*SLOTS, "kind", "place") else "TEXT")


def _by(query: peewee.ModelSelect, person: peewee.Field) -> peewee.ModelSelect:
    """Beside the person, whose name is one of the query's columns."""
    return query.join(Person, peewee.JOIN.LEFT_OUTER, on=(person == Person.ref))


def _incidents() -> Iterator[peewee.ModelSelect]:
    yield _part(Incident, "incident", number=Incident.number).where(incidents.in_log())


def _suspicion() -> Iterator[peewee.ModelSelect]:
    yield _by(_part(Case, "reported", instant=Case.reported_at, who=Person.name), Case.reported_by)
    yield _part(Case, "taken", instant=Case.claimed_at)


def _sparring() -> Iterator[peewee.ModelSelect]:
    held = _part(Sparring, "sparring", wall.of_day(Sparring.held_on), code=Sparring.way, who=Person.name)
    yield _by(held, Sparring.by)


def _assessments() -> Iterator[peewee.ModelSelect]:
    for model, what in ((Assessment, "assessed"), (Conclusion, "concluded")):
        yield _by(_part(model, what, instant=model.at, number=model.number, who=Person.name), model.by)


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
    yield _by(_part(PoliceReport, "police", who=Person.name), PoliceReport.by)
    yield _part(Order, "order")
    yield _part(Order, "lifted").where(Order.ended_on.is_null(False))
    yield _by(_part(Breach, "breach", who=Person.name).join(Order).switch(Breach), Breach.by)


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


def _entry(actor: Person, case: Case, placed: _Placed, is_masked: bool) -> TimelineEntry:
    row = placed.row
    if row.what in KINDS:
        row = row._replace(code=KINDS[row.what].read({"ref": row.owner, "case": case.ref}, row.kind))
    where = Meeting.place.read({"ref": row.ref, "case": case.ref}, row.place) if row.place is not None else None
    return _made(actor, case, placed, SOURCES[row.what].title(row))._replace(
        place=protection.HIDDEN if is_masked and where else where, who=row.who
    )


def _incident(actor: Person, case: Case, placed: _Placed, said: Incident, is_masked: bool) -> TimelineEntry:
    """A row of the log in its own words; where it was is never told by one who stalks, of where the exposed person is
    (D-14)."""
    is_told = said.kind == IncidentKind.INCIDENT
    title, text = ", ".join(incidents.type_labels(said)) if is_told else said.kind.label, said.what or ""
    where = None if case.citizen_role == CitizenRole.PERPETRATOR else said.place
    return _made(actor, case, placed, title)._replace(
        contacts=incidents.told.contacts_of(said), text=text[:LONGEST_TEXT], is_cut=len(text) > LONGEST_TEXT,
        place=protection.HIDDEN if is_masked and where else where, who=said.writer.name,
        is_struck=said.status != IncidentStatus.LIVE, is_danger=said.status == IncidentStatus.LIVE and said.is_danger,
    )  # fmt: skip


def _made(actor: Person, case: Case, placed: _Placed, title: str) -> TimelineEntry:
    source, row, key = SOURCES[placed.row.what], placed.row, placed.key
    is_open = policy.may(actor, source.read_by, case)
    return TimelineEntry(
        id=f"{row.what}-{row.ref}",
        kind=source.kind,
        on=date.fromisoformat(key[:10]),
        at=time.fromisoformat(key[-5:]) if len(key) > len(FIRST) else None,
        until=date.fromisoformat(placed.until) if placed.until else None,
        title=title,
        number=row.number,
        path=source.place.format(case=case.ref, ref=row.ref, number=row.number) if is_open else None,
    )


class EntrySource(NamedTuple):
    """Where entries come from: their kind, the page they stand on, what they are called, and who may open that page."""

    kind: TimelineKind
    place: Place
    title: Callable[[_Stored], str]
    read_by: Action = Action.CASE_READ


SOURCES = {
    "incident": EntrySource(TimelineKind.INCIDENT, Place.INCIDENT, lambda _: ""),  # see _incident
    "reported": EntrySource(TimelineKind.SUSPICION, Place.CASE, lambda _: "Mistanken blev meldt"),
    "taken": EntrySource(TimelineKind.SUSPICION, Place.CASE, lambda _: "Mistanken blev taget"),
    "sparring": EntrySource(
        TimelineKind.SPARRING, Place.SPARRING, lambda row: f"Sparring: {SparringWay(row.code).label}"
    ),
    "assessed": EntrySource(
        TimelineKind.ASSESSMENT, Place.ASSESSMENT_VERSION, lambda row: f"Vurdering, udgave {row.number}"
    ),
    "concluded": EntrySource(TimelineKind.ASSESSMENT, Place.ASSESSMENT, lambda row: f"Konklusion: {row.code.label}"),
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
    "order": EntrySource(TimelineKind.POLICE, Place.POLICE, lambda row: f"{row.code.label} begynder"),
    "lifted": EntrySource(TimelineKind.POLICE, Place.POLICE, lambda row: f"{row.code.label} ophævet"),
    "breach": EntrySource(TimelineKind.POLICE, Place.POLICE, lambda row: f"Overtrædelse af {row.code.label.lower()}"),
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
