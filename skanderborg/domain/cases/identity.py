"""What stands above every page of a case, and of what belongs to it: whose case it is, and what is open of safety.

All of it comes with the row that a page loads anyway (`with_bar`), or in one query (`bar`).
"""

from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

import peewee

from ... import clock
from ...kinds import EventKind, IncidentKind, IncidentStatus, PartyRole, RelationKind, TaskKind
from ...store import prepared as stored
from ...store.authorities import Order, PoliceReport
from ...store.cases import Case, Party, Relation
from ...store.critical_dates import CriticalDate
from ...store.db import Row, Table, chain_of_case
from ...store.dialects import hexadecimal, joined
from ...store.events import Event
from ...store.incidents import Incident
from ...store.people import Person
from ...store.plans import WarningNote
from ...store.prepared import Parameter, prepared
from ...store.record import Assessment
from ...store.wall import of_day
from ...store.work import Meeting, Request, Task
from .. import protection
from ..assessment import versions

NAMELESS = "Uden navn"
BETWEEN, WITHIN = ",", ":"
DAY, MOST_DATES = len("2026-12-01"), 30
WARNING, ORDER, REPORT = ("text",), ("kind", "from_on", "to_on"), ("journal_number", "reported_on")
Newest, Latest, Safety = Assessment.alias(), Incident.alias(), Task.alias()
Assessed, Undone = Event.alias(), Event.alias()


class News(NamedTuple):
    """The newest row of the log: the types it tells of (ids of config/incidents.toml), and its last day."""

    types: tuple[str, ...]
    on: date


class Bar(NamedTuple):
    """What the identity bar shows, and the strip below it.

    `assess_on` is the day on which safety is to be assessed, or assessed again; `unanswered` counts the danger signs
    that nobody has asked about; `news` is what was written in the log since the assessment, if anything was.
    """

    initials: str
    primary_contact: str | None
    assessed_on: date | None
    assess_on: date | None
    unanswered: int
    news: News | None
    warnings: list[str]
    with_access: int
    is_masked: bool  # see protection.py
    order: Order | None  # tilhold or forbud that runs longest, of those that were not ended; in force or not
    report_number: str | None  # the police's, of the newest report that has one
    dates: list[tuple[date, str]]  # critical dates from today on, each with its kind, soonest first


def bar(case: Case) -> Bar:
    """The bar of a case, in one query."""
    return bar_of(_bar.first(case=case.ref))


@prepared
def _bar(*, case: Parameter) -> peewee.ModelSelect:
    return bar_query(case)


def bar_query(case_ref: str, *more: peewee.Node) -> peewee.ModelSelect:
    """One query for the bar of a case, and for `more` columns about it; its row is for `bar_of`."""
    return with_bar(Case.select(Case.ref, Case.citizen_role, *more)).where(Case.ref == case_ref)


def with_bar(query: peewee.ModelSelect) -> peewee.ModelSelect:
    """A query for cases, or for parts of them beside their case, with what `bar_of` reads."""
    outer = peewee.JOIN.LEFT_OUTER
    return (
        query.select_extend(
            *who(),
            _with_access().alias("with_access"),
            *_of_safety(),
            protection.protected(Case.ref).alias("is_masked"),
            _dates().alias("critical_dates"),
            Newest.ref, Newest.case, Newest.answers,
            Latest.ref, Latest.case, Latest.types, Latest.from_on, Latest.to_on, Latest.at,
            _under_seal(WarningNote, WarningNote.ended_at, *WARNING).alias("warnings_in_force"),
            _under_seal(Order, Order.ended_on, *ORDER).alias("orders_in_force"),
            _under_seal(PoliceReport, None, *REPORT).alias("reports"),
        )
        .join_from(Case, Party, outer, on=is_citizen(), attr="citizen")
        .join_from(Case, Newest, outer, on=(Newest.ref == _newest_assessment()), attr="newest_assessment")
        .join_from(Case, Latest, outer, on=(Latest.ref == _latest_incident()), attr="latest_incident")
    )  # fmt: skip


def bar_of(row: Case | Task | Request | Meeting) -> Bar:
    """The bar that lies in a row of `bar_query`, or of a case, or a part of one, that was loaded with it."""
    case = row if isinstance(row, Case) else row.case
    assessed_on = Task.assessed_on.python_value(row.safety_assessed_on)
    return Bar(
        initials=initials_of(case),
        primary_contact=row.primary_contact,
        assessed_on=assessed_on,
        assess_on=Task.due_on.python_value(row.safety_due_on),
        unanswered=_unanswered(case),
        news=_news(case, assessed_on, Event.at.python_value(row.safety_assessed_at)),
        warnings=[one.text for one in _opened(WarningNote, case, row.warnings_in_force, *WARNING)],
        with_access=row.with_access,
        is_masked=bool(row.is_masked),
        order=max(_opened(Order, case, row.orders_in_force, *ORDER), key=attrgetter("to_on"), default=None),
        report_number=_newest_number(_opened(PoliceReport, case, row.reports, *REPORT)),
        dates=_dates_in(row.critical_dates),
    )


# ── whose case it is ────────────────────────────────────────────────────────────────────────────────


def who() -> list[peewee.Node]:
    """Columns for the citizen's initials and the tovholder's name; beside a join to the citizen."""
    contact = (
        Person.select(Person.name)
        .join(Relation, on=(Relation.person == Person.ref))
        .where(
            Relation.case == Case.ref,
            Relation.kind == RelationKind.PRIMARY_CONTACT,
            Relation.until_at.is_null(),
        )
    )
    return [Party.ref, Party.case, Party.name, contact.alias("primary_contact")]


def is_citizen() -> peewee.Expression:
    """The condition that a party is the citizen whom the case is about."""
    return (Party.case == Case.ref) & (Party.role == PartyRole.CITIZEN)


def initials_of(case: Case) -> str:
    """The initials of the citizen who was loaded beside a case."""
    citizen = _joined(case, "citizen")
    return initials(citizen.name) if citizen else NAMELESS


def citizen_name(case: Case) -> str | None:
    """The name of the citizen who was loaded beside a case."""
    return getattr(_joined(case, "citizen"), "name", None)


def initials(name: str | None) -> str:
    """«Mette Hansen» as «M. H.»; what was typed as initials stays initials."""
    words = (name or "").replace(".", " ").split()
    if len(words) == 1 and len(words[0]) <= 3 and words[0].isupper():
        words = list(words[0])
    return " ".join(f"{word[0].upper()}." for word in words[:4]) or NAMELESS


def _with_access() -> peewee.ModelSelect:
    return Relation.select(peewee.fn.COUNT(Relation.person.distinct())).where(
        Relation.case == Case.ref, Relation.until_at.is_null()
    )


# ── what is open of safety ──────────────────────────────────────────────────────────────────────────


def _of_safety() -> list[peewee.Node]:
    of_case = Safety.select().where(Safety.case == Case.ref, Safety.kind == TaskKind.SAFETY)
    due = of_case.select(peewee.fn.MIN(Safety.due_on)).where(Safety.closed_at.is_null())
    return [
        of_case.select(peewee.fn.MAX(Safety.assessed_on)).alias("safety_assessed_on"),
        due.alias("safety_due_on"),
        _assessed_at().alias("safety_assessed_at"),
    ]


def _assessed_at() -> peewee.ModelSelect:
    """When safety was assessed last, as the log has it; an assessment that was taken back is none."""
    taken_back = Undone.select(peewee.SQL("1")).where(
        Undone.chain == Assessed.chain, Undone.action == _as_written(EventKind.TASK_UNDONE),
        Undone.object_ref == Assessed.object_ref, Undone.version == Assessed.version + 1,
    )  # fmt: skip
    return Assessed.select(peewee.fn.MAX(Assessed.at)).where(
        Assessed.chain == chain_of_case(Case.ref),
        Assessed.action == _as_written(EventKind.TASK_ASSESSED),
        ~peewee.fn.EXISTS(taken_back),
    )


def _as_written(kind: EventKind) -> peewee.SQL:
    """A literal, as the index `event_of_safety` has it: a parameter would not be known to lie within it."""
    return peewee.SQL(f"'{kind.value}'")


def _newest_assessment() -> peewee.ModelSelect:
    found = Assessment.select(Assessment.ref).where(Assessment.case == Case.ref)
    return found.order_by(Assessment.number.desc()).limit(1)


def _latest_incident() -> peewee.ModelSelect:
    """The row that was written last of what somebody did to the exposed person."""
    found = Incident.select(Incident.ref).where(
        Incident.case == Case.ref,
        Incident.status == IncidentStatus.LIVE,
        Incident.kind == IncidentKind.INCIDENT,
    )
    return found.order_by(Incident.number.desc()).limit(1)


def _newest_number(reports: list[PoliceReport]) -> str | None:
    """The journal number of the report that was made last, of those written down with one; of one day the later one."""
    numbered = [one for one in reports if one.journal_number]
    return max(reversed(numbered), key=attrgetter("reported_on")).journal_number if numbered else None


def _joined(case: Case, name: str) -> Any:
    """The row that was joined to the case, if there is one."""
    row = getattr(case, name, None)
    return row if row is not None and row.ref else None


def _unanswered(case: Case) -> int:
    """How many of the danger signs that are asked about in this case have no answer; «Ved ikke» is one."""
    newest = _joined(case, "newest_assessment")
    answers = newest.answers if newest else {}
    signs = [one for part in versions.asked(case) for one in part.questions if one.danger]
    return sum(one.id not in answers for one in signs)


def _news(case: Case, assessed_on: date | None, assessed_at: datetime | None) -> News | None:
    """Where nothing in the log tells when on its day safety was assessed, what was written that day counts as new."""
    latest = _joined(case, "latest_incident")
    if latest is None:
        return None
    is_older = assessed_on is not None and clock.today(latest.at) < assessed_on
    if is_older or (assessed_at is not None and assessed_on is not None and latest.at <= assessed_at):
        return None
    return News(tuple(latest.types.split()), latest.to_on or latest.from_on)


# ── critical dates ──────────────────────────────────────────────────────────────────────────────────


def _dates() -> peewee.ModelSelect:
    """The latest of those that stand, each as its day and its kind, in one column; the row is read on its day."""
    latest = (
        CriticalDate.select(of_day(CriticalDate.on).alias("day"), CriticalDate.kind)
        .where(CriticalDate.case == Case.ref, CriticalDate.cancelled_at.is_null(), CriticalDate.answered_at.is_null())
        .order_by(CriticalDate.on.desc())
        .limit(MOST_DATES)
        .alias("latest")
    )
    one = peewee.Expression(latest.c.day, peewee.OP.CONCAT, latest.c.kind)
    return peewee.Select([latest], [joined(one, BETWEEN)])


def _dates_in(written: str | None) -> list[tuple[date, str]]:
    found = [(date.fromisoformat(one[:DAY]), one[DAY:]) for one in (written or "").split(BETWEEN) if one]
    return sorted((on, kind) for on, kind in found if on >= clock.today())


# ── what lies under a seal ──────────────────────────────────────────────────────────────────────────


def _under_seal(model: type[Table], over: peewee.Field | None, *names: str) -> peewee.ModelSelect:
    """Each row of the case that is not `over`, as its ref and its sealed columns in hexadecimal digits, the oldest
    first, in one column."""
    fields: Any = model._meta.fields
    found = model.select(model.ref, *(fields[name] for name in names)).where(fields["case"] == Case.ref)
    found = found if over is None else found.where(over.is_null())
    rows = found.order_by(fields["at"], model.ref).alias("sealed_rows")
    one = rows.c.ref
    for name in names:
        one = peewee.Expression(one, peewee.OP.CONCAT, WITHIN)
        one = peewee.Expression(one, peewee.OP.CONCAT, hexadecimal(rows.c[name]))
    return peewee.Select([rows], [joined(one, BETWEEN)])


def _opened(model: type[Row], case: Case, written: str | None, *names: str) -> list[Row]:
    """The rows that stand in such a column."""
    rows = (one.split(WITHIN) for one in written.split(BETWEEN)) if written else ()
    return [
        stored.read(
            model, ref=ref, case=case.ref,
            **{name: bytes.fromhex(text) or None for name, text in zip(names, digits, strict=True)},
        )
        for ref, *digits in rows
    ]  # fmt: skip
