"""What the example cases of the demonstration leave out: one of each kind of row there is, for tests from outside.

`text` puts the canary before every free text, as in casework.py. Told in the middle of a working day, through the
verbs that people use.
"""

from collections.abc import Callable
from datetime import date, time, timedelta

from .. import clock, policy
from ..domain import (
    children,
    drafts,
    imports,
    journal,
    meetings,
    notes,
    packs,
    rules,
    sessions,
    silence,
    sparring,
    texts,
)
from ..domain.access import contact, exclusions, restriction
from ..domain.imports import carrying, deciding
from ..domain.imports.columns import Column
from ..domain.imports.dates import DateOrder, ShortYears
from ..domain.packs.choosing import Choice
from ..domain.requests import answers, sending
from ..domain.safety import warning_notes
from ..kinds import (
    Answer,
    Basis,
    MeetingKind,
    MeetingWith,
    PackRecipient,
    ReportOutcome,
    SparringWay,
    TextPlace,
)
from ..policy import Action
from ..store.cases import Case
from ..store.db import new_ref
from ..store.people import Department, Person
from ..store.work import Request, Task

Cast = dict[str, Person]
Text = Callable[[str], str]
AN_HOUR = 60


def fill(cast: Cast, case_ref: str, password: str, text: Text) -> None:
    """Everything that can happen to a case of Sofus's, in which Rikke is the resource person."""
    sofus = cast["sofus"]
    _sparring(cast, case_ref, text)
    _children(cast, case_ref, text)
    _meetings(sofus, case_ref, text)
    _requests(cast, case_ref, text)
    _warning(sofus, case_ref, text)
    seen = _seen(sofus, case_ref)
    silence.agree(sofus, seen, _working_day(8), text("Borgeren ringer selv efter ferien."), seen.version)
    _imports(sofus, case_ref, text)
    _journal(sofus, case_ref, text)
    _pack(sofus, case_ref, password, text)
    _draft(sofus, case_ref, password, text)
    _exclusions(cast, case_ref, text)
    contact.offer(sofus, _seen(sofus, case_ref, Action.CASE_HAND_OVER), cast["signe"], text("Ring altid før kl. 10."))


def restrict(actor: Person, case_ref: str) -> None:
    """Keep a case to the persons who are named on it."""
    seen = _seen(actor, case_ref, Action.CASE_GRANT)
    restriction.restrict(actor, seen, seen.version)


def change_text(admin: Person, text: Text) -> None:
    """An administrator changes a text of the action card."""
    texts.change(admin, TextPlace.CARD, "suspicion", text("Handl på mistanken."), "", 0)


def _seen(actor: Person, case_ref: str, action: Action = Action.CASE_WORK) -> Case:
    return policy.case_for(actor, case_ref, action)


def _sparring(cast: Cast, case_ref: str, text: Text) -> None:
    rikke = cast["rikke"]
    seen = _seen(rikke, case_ref, Action.CASE_DESCRIBE)
    sparring.waive(rikke, seen, text("Borgeren var bange og skulle hjælpes samme dag."), seen.version)
    advice = sparring.Advice(
        SparringWay.DANSK_STALKING_CENTER, clock.today(clock.now()), None, text("Rådgiver Ro Opdigtet"),
        text("Skriv alt ned."), text("Ring igen om en uge."),
    )  # fmt: skip
    sparring.record(rikke, _seen(rikke, case_ref, Action.SPARRING_RECORD), advice)


def _children(cast: Cast, case_ref: str, text: Text) -> None:
    """One who could not report yet, and one who found that it is not necessary."""
    today = clock.today(clock.now())
    called = clock.local(clock.now() - timedelta(minutes=AN_HOUR)).time()
    waits = children.Report(
        ReportOutcome.NOT_YET, called_at=called, called_whom=text("Vagthavende"), known=text("Et barn på fem år."),
        why_not_yet=text("Borgeren er anonym."), look_on=children.next_look(today),
    )  # fmt: skip
    not_needed = children.Report(ReportOutcome.NOT_NEEDED, reason=text("Barnet bor ikke i hjemmet."))
    for name, report in (("sofus", waits), ("rikke", not_needed)):
        duty = Task.select().where(Task.case == case_ref, Task.duty_of == cast[name].ref).get()
        children.record(cast[name], policy.task_for(cast[name], duty.ref, Action.CHILD_REPORT), report)


def _meetings(actor: Person, case_ref: str, text: Text) -> None:
    """One that was held, with a decision, and one that was moved and then cancelled."""
    held = _planned(actor, case_ref, 3, text)
    decided = meetings.NewDecision(text("Ring til skolen."), actor, None)
    meetings.hold(actor, held, text("Alle var der."), [decided], held.version, was_early=True)
    other = _planned(actor, case_ref, 4, text)
    later = meetings.When(_working_day(6), time(13), time(14))
    moved = meetings.move(actor, other, later, text("En var syg."), text("Mødelokale 3"), other.version)
    meetings.cancel(actor, moved, text("Borgeren ville det ikke."), moved.version)


def _planned(actor: Person, case_ref: str, working_days: int, text: Text) -> meetings.Meeting:
    made = meetings.plan(
        actor, _seen(actor, case_ref, Action.MEETING_PLAN),
        meetings.When(_working_day(working_days), time(10), time(11)), kind=MeetingKind.FOLLOW_UP,
        party=MeetingWith.CITIZEN, place=text("Mødelokale 1"), agenda=text("Hvad er sket siden sidst."),
        participants=[actor], anyway=text("Borgeren vil selv."), has_read_rules=True,
    )  # fmt: skip
    return policy.meeting_for(actor, made.ref, Action.MEETING_HOLD)


def _working_day(number: int) -> date:
    return clock.add_working_days(clock.today(clock.now()), number)


def _requests(cast: Cast, case_ref: str, text: Text) -> None:
    """One that was asked about, answered and sent back, and one that was withdrawn."""
    sofus, jens = cast["sofus"], cast["jens"]
    asked = _ask(sofus, case_ref, text)
    theirs = policy.request_for(jens, asked.ref, Action.REQUEST_HANDLE)
    answers.ask(jens, theirs, text("Hvilken uge?"), theirs.version)
    mine = policy.request_for(sofus, asked.ref, Action.REQUEST_OWN)
    answers.reply(sofus, mine, text("Uge 49."), mine.version)
    theirs = policy.request_for(jens, asked.ref, Action.REQUEST_HANDLE)
    answers.send_back(jens, theirs, text("Det er ikke os."), None, theirs.version)
    dropped = policy.request_for(sofus, _ask(sofus, case_ref, text).ref, Action.REQUEST_OWN)
    answers.withdraw(sofus, dropped, text("Det er klaret."), dropped.version)


def _ask(actor: Person, case_ref: str, text: Text) -> Request:
    draft = sending.Draft(
        department=Department.select().where(Department.key == "jobcenter").get(), named=None,
        ask=text("Kan mødet flyttes?"), who=text("H. D."), rings_with_name=False,
        contact_rules=text("Ring aldrig hjem."), basis=Basis.NECESSARY, party_works_there=Answer.NO, due_on=None,
    )  # fmt: skip
    return sending.send(actor, _seen(actor, case_ref, Action.REQUEST_SEND), draft)


def _warning(actor: Person, case_ref: str, text: Text) -> None:
    case = _seen(actor, case_ref)
    made = warning_notes.write(actor, case, text("Hunden bider."), _working_day(60))
    warning_notes.end(actor, case, warning_notes.get(actor, case, made.ref), text("Hunden er væk."), made.version)


def _imports(actor: Person, case_ref: str, text: Text) -> None:
    """One file that is in the log and was taken out again, and one that waits to be looked at."""
    done = _read(actor, case_ref, text("log.csv"), text("Ringede ti gange"), text)
    ticks = deciding.Ticks(dates_seen=True, without_faulty=True, without_alike=False)
    deciding.start(actor, done, ticks, done.version)
    carrying.carry_on(clock.now())
    done = imports.one(actor, _seen(actor, case_ref, Action.INCIDENT_RECORD), done.ref)
    deciding.undo(actor, done, text("Det var en anden borgers log."), done.version)
    _read(actor, case_ref, text("log 2.csv"), text("Skrev igen"), text)


def _read(actor: Person, case_ref: str, name: str, what: str, text: Text) -> imports.LogImport:
    """A file with one row, read and understood; its heading and file name hold a canary too."""
    table = f"Dato;Type;{text('Hvad')}\n25-04-2026;Opkald;{what}\n".encode()
    case = _seen(actor, case_ref, Action.INCIDENT_RECORD)
    read = imports.receive(actor, case, name, table, "file", None)
    read = imports.one(actor, _seen(actor, case_ref, Action.INCIDENT_RECORD), read.ref)
    columns = (Column.MOMENT, Column.TYPES, Column.WHAT)
    choices = deciding.Choices(columns, DateOrder.DAY_FIRST, ShortYears.THIS_CENTURY, "other")
    return deciding.understand(actor, read, choices, read.version)


def _journal(actor: Person, case_ref: str, text: Text) -> None:
    made = notes.write(actor, _seen(actor, case_ref, Action.NOTE_WRITE), text("Opkald"), text("Borgeren ringede."))
    case = _seen(actor, case_ref, Action.NOTE_WRITE)
    journal.mark(actor, case, [f"note:{made.ref}"], clock.today(clock.now()), text("2026-1"))


def _pack(actor: Person, case_ref: str, password: str, text: Text) -> None:
    """What the police were handed."""
    case, choice = _seen(actor, case_ref, Action.CASE_EXPORT), Choice(PackRecipient.POLICE)
    seen = packs.preview(actor, case, choice).mark
    handed = packs.Handed(
        choice, text("Østjyllands Politi"), text("Til sagen om overtrædelse."), Basis.NECESSARY, None, seen
    )
    packs.make(actor, case, handed, packs.Proof(password, rules.current()))


def _draft(actor: Person, case_ref: str, password: str, text: Text) -> None:
    """A note that is being typed."""
    session, _ = sessions.sign_in(actor.username, password, "127.0.0.1", "Eksempel", rules.current())
    page = f"/sager/{case_ref}/noter"
    typed = drafts.Typed(page, page, {"theme": [text("Opkald")], "text": [text("Jeg er ikke færdig")]})
    drafts.save(actor, session, new_ref(), typed)


def _exclusions(cast: Cast, case_ref: str, text: Text) -> None:
    rikke = cast["rikke"]
    for name in ("fremmed", "ukendt", "ny"):
        seen = _seen(rikke, case_ref, Action.CASE_EXCLUDE)
        exclusions.exclude_person(rikke, seen, cast[name], text("I familie med borgeren."))
    ssp = Department.select().where(Department.key == "ssp").get()
    exclusions.exclude_department(
        rikke, _seen(rikke, case_ref, Action.CASE_EXCLUDE), ssp, text("En part er ansat der.")
    )
