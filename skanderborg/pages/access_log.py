"""The access log: who looked where, when and by what right, for the auditor, and of one case for who coordinates it.

It tells who, when, what kind, which case by its code, and what came of it; never what stands there (SEC-02, SEC-33). By
what right is worked out from how the person was tied to the case at that instant, not from how it is now.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import peewee

from .. import clock
from ..domain import paging
from ..domain.verbs import reads, verb
from ..kinds import Action, EventKind, LogKind, RelationKind, TaskKind
from ..store import events
from ..store.cases import Case, Handover, Relation
from ..store.events import Event
from ..store.people import Person
from ..store.work import Task

MOST_EXPORTED = 50_000  # rows of one file, the newest
FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)  # no event lies outside, and instants end somewhere
EXPORTED = "log:exported"
HEADINGS = ("Tidspunkt", "Hvem", "Brugernavn", "Slags", "Hvad", "Sag", "Udfald", "Grundlag")
FILES = (
    "exhibit:downloaded",
    "exhibit:previewed",
    EventKind.PACK_FETCHED,
    "import:faulty",
    "case:sheet",
    "network:sheet",
    "sparring:sheet",
    "emergency-sheet:read",
)
NOT_FOR_COLLEAGUES = (
    "child_report",
    "child_step",
    "case_link",
    "exclusion",
    "likeness",
)  # who did, and so who did not, is secret
NO_TIE = "Ingen tilknytning fundet"
BESIDE = {
    LogKind.LIST: "Egne lister", LogKind.SIGN_IN: "Egen bruger", LogKind.LOG: "Tilsyn", LogKind.DENIED: "Intet: afvist",
}  # fmt: skip
THINGS = {  # of a case only what a page is called that tells nothing of it
    "list": "en liste", "look-up": "noget, der ikke blev vist", "session": "en session", "person": "en bruger",
    "department": "en afdeling", "absence": "fravær", "edition": "en tekst eller kontakt", "log": "adgangsloggen",
    "task": "en opgave", "request": "en anmodning", "meeting": "et møde", "exhibit": "et bilag", "pack": "et udtræk",
    "case": "sagen", "outbox_letter": "en besked", "data_breach": "et brud på sikkerheden",
    "emergency_use": "et nødark", "printed_sheet": "et udskrevet nødark",
}  # fmt: skip
OF_CASE, OF_HOUSE = "noget på sagen", "noget i systemet"
LISTS = {  # by what right a list told someone of a case to which he or she was not tied
    Action.DEPARTMENT_READ: "Leder af en afdeling", Action.IMPARTIALITY_DECIDE: "Leder: afgør inhabilitet",
    Action.RETENTION_DECIDE: "Leder: beslutter sletning", Action.LOG_READ: "Tilsyn", EXPORTED: "Tilsyn",
    **dict.fromkeys(
        ("my-day:read", "my-day:several", "board:task-list", "board:meetings", Action.REQUEST_LIST),
        "Hjalp med en opgave, en anmodning eller et møde",
    ),
}  # fmt: skip
PARTS = {
    "emergency_use": "Nødadgang",
    "task": "Fik opgaven",
    "request": "Anmodningens afdeling eller afsender",
    "meeting": "Deltog i mødet",
}


class LogQuestion(NamedTuple):
    """What of the log is asked for: by whom (ref), on which case (code), what kind, from and to which day."""

    person: str | None = None
    code: str | None = None
    kind: LogKind | None = None
    from_on: date | None = None
    to_on: date | None = None


class LogLine(NamedTuple):
    """One thing that was read, done or refused."""

    at: datetime
    who: str
    username: str
    kind: LogKind
    thing: str
    code: str
    is_denied: bool
    purpose: str

    @property
    def is_untied(self) -> bool:
        """Whether nothing was found by which the person might look: what an auditor asks about first."""
        return self.purpose == NO_TIE


@verb(Action.LOG_READ)
def index(actor: Person, asked: LogQuestion, number: int) -> paging.Page:
    """One page of what is asked for, the newest first; the look is written down with the question."""
    page = paging.paged(_found(asked).order_by(Event.id.desc()), number)
    events.looked_at_list(actor, Action.LOG_READ, _cases_in(page.rows), _sealed(asked))
    return page._replace(rows=[line_of(row) for row in page.rows])


@verb(Action.LOG_READ)
def exported(actor: Person, asked: LogQuestion) -> list[tuple[str, ...]]:
    """All of what is asked for, at most MOST_EXPORTED rows, as texts under HEADINGS; that it was taken out is written
    down."""
    rows = list(_found(asked).order_by(Event.id.desc()).limit(MOST_EXPORTED))
    events.looked_at_list(actor, EXPORTED, _cases_in(rows), _sealed(asked))
    return list(_cells(rows))


@reads(Action.CASE_GRANT)
def of_case(actor: Person, case: Case, number: int) -> paging.Page:
    """One page of who looked at a case, the newest first, for who gives access to it: what they did stands in Historik.

    How others deal with their duty to report concern for a child, or whether they are inhabil, is nobody's to see.
    """
    query = _found(LogQuestion()).where(
        Event.chain == f"case:{case.ref}", Event.is_write == False, ~is_secret(case)  # noqa: E712
    )  # fmt: skip
    page = paging.counted(query.order_by(Event.number.desc()), number)
    return page._replace(rows=[line_of(row) for row in page.rows])


def is_secret(case: Case) -> peewee.Expression:
    """Whether who did something on the case, and so who did not, is nobody's to see."""
    duty = Task.select(Task.ref).where(Task.case == case.ref, Task.kind == TaskKind.CHILD_REPORT)
    return (
        Event.object_kind.in_(NOT_FOR_COLLEAGUES) | Event.object_ref.in_(duty)
        | Event.action.startswith("child-report:") | Event.action.startswith("impartiality:")
    )  # fmt: skip


@verb(Action.LOG_READ)
def of_events(actor: Person, refs: list[str], seen_as: str) -> dict[str, LogLine]:
    """What the log says of some events, by ref; of one that was pruned, nothing. The look is written down."""
    query = _found(LogQuestion()).select_extend(Event.ref.alias("event_ref")).where(Event.ref.in_(refs))
    rows = list(query) if refs else []
    events.looked_at_list(actor, seen_as, _cases_in(rows))
    return {row.event_ref: line_of(row) for row in rows}


def everyone() -> list[tuple[str, str]]:
    """Ref and name of all who work here or did, for a select."""
    return list(Person.select(Person.ref, Person.name).order_by(Person.name).tuples())


# ── what is asked for ───────────────────────────────────────────────────────────────────────────────


def _found(asked: LogQuestion) -> peewee.ModelSelect:
    """The events that are meant, each with who, the case, and how the one was tied to the other then."""
    return beside(Case.ref == peewee.fn.SUBSTR(Event.chain, 6)).where(*_conditions(asked)).namedtuples()


def beside(on: peewee.Expression, *more: Any) -> peewee.ModelSelect:
    """Events, each with who, with the case that it is joined to, and how the one was tied to the other then."""
    columns = (Event.at, Event.action, Event.object_kind, Event.outcome, Event.is_write, Event.actor, Event.os_user,
               Person.name, Person.username, Case.ref.alias("case_ref"), Case.code, Case.reported_by.alias("reporter"),
               Case.claimed_at, _tie().alias("tie"), _was_offered().alias("offered"),
               _kind().alias("of_kind"))  # fmt: skip
    return (
        Event.select(*columns, *more)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Event.actor == Person.ref))
        .join_from(Event, Case, peewee.JOIN.LEFT_OUTER, on=on)
    )


def _conditions(asked: LogQuestion) -> Iterator[Any]:
    yield ~Event.action.startswith("rows:")  # bookkeeping of what was written, of which another event tells
    if asked.person:
        yield Event.actor == asked.person
    if asked.code:
        wanted = Case.alias("wanted")
        code = wanted.select(peewee.Value("case:").concat(wanted.ref)).where(wanted.code == asked.code.strip().upper())
        yield Event.chain.in_(code)
    if asked.kind:
        yield _kind() == asked.kind.value
    if asked.from_on:
        yield Event.at >= _midnight(asked.from_on)
    if asked.to_on:
        yield Event.at < _midnight(min(asked.to_on, LAST) + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return clock.next_valid_instant(max(day, FIRST), time())


def _kind() -> peewee.Node:
    """The kind of an event, in SQL: the first that fits."""
    kinds = [
        (Event.outcome == "denied", LogKind.DENIED.value),
        (Event.action.startswith("log:"), LogKind.LOG.value),
        (Event.action.startswith("session:"), LogKind.SIGN_IN.value),
        (Event.action.in_(FILES), LogKind.FILE.value),
        (Event.is_write == True, LogKind.WRITE.value),  # noqa: E712
        (Event.object_kind == "list", LogKind.LIST.value),
    ]
    return peewee.Case(None, kinds, LogKind.LOOK.value)


def _cases_in(rows: Any) -> list[str]:
    return [row.case_ref for row in rows if row.case_ref]


def _sealed(asked: LogQuestion) -> dict[str, Any] | None:
    said = {name: [None, str(value)] for name, value in asked._asdict().items() if value}
    return said or None


# ── how someone was tied to a case then ─────────────────────────────────────────────────────────────


def _tie() -> peewee.ModelSelect:
    """The tie of the one who acted to the case, at the instant of the event; a tovholder's before any other."""
    first = peewee.Case(None, [(Relation.kind == RelationKind.PRIMARY_CONTACT, 0)], 1)
    held = Relation.until_at.is_null() | (Relation.until_at >= Event.at)
    return (
        Relation.select(Relation.kind)
        .where(Relation.case == Case.ref, Relation.person == Event.actor, Relation.from_at <= Event.at, held)
        .order_by(first, Relation.from_at, Relation.ref)
        .limit(1)
    )


def _was_offered() -> peewee.ModelSelect:
    """How often the one who acted was asked to be tovholder, and had not answered, at the instant of the event."""
    open_then = Handover.answered_at.is_null() | (Handover.answered_at >= Event.at)
    return Handover.select(peewee.fn.COUNT(Handover.ref)).where(
        Handover.case == Case.ref, Handover.to_person == Event.actor, Handover.offered_at <= Event.at, open_then
    )


def _purpose(row: Any, kind: LogKind) -> str:
    if row.actor is None:
        return f"Kommando: {row.os_user}" if row.os_user else "Programmet selv"
    if row.case_ref is None:
        return BESIDE.get(kind, "Uden for sagerne")
    if row.tie:
        return RelationKind(row.tie).label
    if row.offered:
        return "Spurgt om at være tovholder"
    if row.reporter == row.actor:
        return "Meldte mistanken"
    if row.claimed_at is None or _instant(row.claimed_at) > _instant(row.at):
        return "Ressourceperson, før mistanken var taget"
    return PARTS.get(row.object_kind) or LISTS.get(row.action, NO_TIE)


# ── as it is shown ──────────────────────────────────────────────────────────────────────────────────


def _instant(value: Any) -> datetime:
    found: datetime = Event.at.python_value(value)  # type: ignore[assignment]
    return found


def line_of(row: Any) -> LogLine:
    """A row of `beside` as it is shown."""
    kind = LogKind(row.of_kind)
    thing = THINGS.get(row.object_kind) or (OF_CASE if row.case_ref else OF_HOUSE)
    return LogLine(
        _instant(row.at), row.name or "Systemet", row.username or "", kind, thing, row.code or "",
        row.outcome == "denied", _purpose(row, kind),
    )  # fmt: skip


def _cells(rows: Any) -> Iterator[tuple[str, ...]]:
    for line in map(line_of, rows):
        wall = clock.local(line.at)
        at = f"{clock.numeric_date(wall.date())} {wall:%H:%M:%S}"
        yield (at, line.who, line.username, line.kind.label, line.thing, line.code,
               "Afvist" if line.is_denied else "Udført", line.purpose)  # fmt: skip
