"""Cases for tests that begin where a case already is: made straight in the database, seen through the policy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from skanderborg import clock as time
from skanderborg import examples, policy
from skanderborg.domain.requests import sending
from skanderborg.domain.sharing import consents
from skanderborg.kinds import Answer, Basis, ConsentWay
from skanderborg.policy import Action
from skanderborg.settings import Settings
from skanderborg.store import db as database
from skanderborg.store import files, keys
from skanderborg.store.cases import Case, Exclusion, Handover, Relation
from skanderborg.store.db import begin, insert, new_ref
from skanderborg.store.factors import Factor, RecoveryCode
from skanderborg.store.incidents import Exhibit, LogImport, Pack
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Absence, Department, Identity, Membership, Person
from skanderborg.store.plans import ChildReport, ChildStep
from skanderborg.store.record import Journalised, JournalPackage
from skanderborg.store.retention import Disposal, Hold
from skanderborg.store.rounds import RoundStop
from skanderborg.store.work import Decision, Meeting, MeetingMove, Request, RequestMessage, Task

ON_CASE = (("solveig", "primary-contact"), ("rikke", "resource"), ("rasmus", "participant"))


def a_case(cast: dict[str, Person], code: str = "K7F3Q", people=ON_CASE, **columns: object) -> Case:
    """A case: Solveig is tovholder, Rikke the resource person, Rasmus takes part; nobody else sees it."""
    ref, now = new_ref(), time.now()
    values = {
        "kind": "full", "phase": "further-action", "citizen_role": "exposed", "danger_now": "no", "children": "no",
        "safe_contact": "Ring kun mellem 10 og 11", "reported_by": cast["solveig"], "reported_at": now,
        "claimed_at": now,
    }  # fmt: skip
    with begin():
        keys.make(f"case:{ref}")
        case = insert(Case, **{"ref": ref, "code": code, **values, **columns})
        for name, kind in people:
            insert(Relation, case=case, person=cast[name], kind=kind, from_at=now)
    return case


def a_task(case: Case, **columns: object) -> Task:
    """A plain task of the case that nobody owns."""
    values = {"kind": "plain", "box": "network", "title": "Ring til søsteren", "status": "not-started"}
    with begin():
        return insert(Task, case=case, **{**values, "created_at": time.now(), **columns})


def exclude(case: Case, by: Person, **whom: object) -> None:
    """Set a spærring."""
    with begin():
        insert(Exclusion, case=case, reason="i familie", by=by, from_at=time.now(), **whom)


def department(key: str) -> Department:
    """A department by its key."""
    return Department.get(Department.key == key)


def seen(person: Person, task: Task, action: Action = Action.TASK_READ) -> Task:
    """The task as this person may load it."""
    return policy.task_for(person, task.ref, action)


def opened(person: Person, case: Case) -> Case:
    """The case as this person may load it."""
    return policy.case_for(person, case.ref, Action.CASE_READ)


def asked(person: Person, case: Case) -> Case:
    """The case as one who is asked to be its tovholder may load it."""
    return policy.case_for(person, case.ref, Action.CASE_ACCEPT)


def a_draft(to: str = "jobcenter", **said: object) -> sending.Draft:
    """What a request to a department says; Jonas works in Jobcenter, Ulla and Ruth in Børn & Unge."""
    values = {
        "department": department(to), "named": None, "ask": "Kan mødepligten flyttes?", "who": "Mette Madeup",
        "rings_with_name": False, "contact_rules": "Ring aldrig hjem", "basis": Basis.CONSENT,
        "party_works_there": Answer.NO, "due_on": date(2026, 11, 27), "consent": a_yes(),
    }  # fmt: skip
    return sending.Draft(**{**values, **said})


def a_yes() -> consents.Chosen:
    """What the citizen says yes to today, to be written down with what is shared."""
    said = consents.Given("Jobcentret må hjælpe med mødepligten", ConsentWay.SPOKEN, time.today(time.now()))
    return consents.Chosen(None, said)


def a_request(by: Person, case: Case, to: str = "jobcenter", **said: object) -> Request:
    """A request that `by` sent from the case, as `by` may load it."""
    sent = sending.send(by, opened(by, case), a_draft(to, **said))
    return policy.request_for(by, sent.ref, Action.REQUEST_READ)


def asked_of(person: Person, request: Request) -> Request:
    """The request as this person may load it."""
    return policy.request_for(person, request.ref, Action.REQUEST_READ)


def reported(**what: object) -> dict[str, object]:
    """What is said of a report to the police, made today."""
    values = {
        "reported_on": time.today(), "district": "Sydøstjylland", "journal_number": "4200-1", "officer": "Betjent Bo",
        "receipt": Answer.YES, "tell_us_first": Answer.NO, "agreed_on": None, "contact_on": None, "note": None,
    }  # fmt: skip
    return {**values, **what}


def letters(kind: str) -> list[str]:
    """User names of those who are owed a letter of this kind."""
    rows = OutboxLetter.select().where(OutboxLetter.kind == kind, OutboxLetter.void_at.is_null())
    return sorted(row.person.username for row in rows)


def task_of(request: Request) -> Task:
    """The task that stands for a request, as it is now."""
    return Task.get_by_id(request.task_id)


def now(request: Request) -> Request:
    """A request as it is now."""
    return Request.get_by_id(request.ref)


def join(cast: dict[str, Person], name: str, key: str) -> None:
    """Let someone of the cast work in one more department."""
    Membership.insert(person=cast[name], department=department(key)).execute()


def an_exhibit(
    case: Case, by: Person, body: bytes = b"skrev igen", media_type: str = "text/plain", **columns
) -> Exhibit:
    """A file of the case, kept as its next exhibit."""
    number, now = Exhibit.select().where(Exhibit.case == case.ref).count() + 1, time.now()
    values = {"source": "citizen", "preview_tried_at": now, "description": f"Besked {number}"}
    with begin():
        file = files.keep(case.ref, by.ref, f"fil {number}", media_type, [body], now)
        return insert(Exhibit, case=case.ref, number=number, file=file.ref, by=by.ref, at=now, **{**values, **columns})


@contextmanager
def by_hand() -> Iterator[Callable[..., None]]:
    """SQL as someone writes it who owns the database: `by_hand() as sql`, past the triggers, in one transaction."""
    run = database.db.execute_sql
    with begin():
        triggers = [] if database.is_postgres() else _triggers()
        if database.is_postgres():
            run("SET LOCAL session_replication_role = replica")
        for name, _ in triggers:
            run(f'DROP TRIGGER "{name}"')
        yield lambda sql, *values: run(sql.replace("?", database.db.obj.param), values)
        for _, made_by in triggers:
            run(made_by)


def _triggers() -> list[tuple[str, str]]:
    """Name and statement of each trigger of the SQLite database."""
    return list(database.db.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))


def example_house(settings: Settings) -> None:
    """The whole example house, and a row of each kind of bound table that it lacks."""
    examples.load_test(settings)
    case, person, now = Case.select().first(), Person.select().first(), time.now()
    meeting, request, report = Meeting.select().first(), Request.select().first(), ChildReport.select().first()
    with begin():
        insert(Exclusion, case=case, person=person, reason="fætter", by=person, from_at=now)
        insert(Handover, case=case, to_person=person, note="husk", offered_at=now)
        insert(Absence, person=person, from_on=date(2026, 12, 1), to_on=date(2026, 12, 4))
        keys.make(f"person:{person.ref}")
        insert(Factor, person=person, kind="app", name="Telefon", secret="x", created_at=now)
        insert(RecoveryCode, person=person, code_hash="x", created_at=now)
        insert(RoundStop, case=case, person=person, seen_on=date(2026, 11, 1), again_on=date(2026, 12, 1), at=now)
        insert(JournalPackage, case=case, content={"01.pdf": "note:x"}, by=person, at=now)
        insert(Identity, issuer="https://login.example.invalid", subject="x", person=person, created_at=now)
        insert(Journalised, case=case, about="note:x", number="17", on=date(2026, 11, 1), by=person, at=now)
        insert(LogImport, case=case, name="log.csv", status="read", row_count=1, by=person, at=now)
        insert(Pack, case=case, number=1, recipient="police", to_whom="NN", reason="x", basis="consent", row_count=0,
               exhibit_count=0, by=person, at=now)  # fmt: skip
        insert(Decision, case=meeting.case_id, meeting=meeting, text="x", at=now)
        insert(MeetingMove, case=meeting.case_id, meeting=meeting, was_at=now, reason="x", by=person, at=now)
        insert(RequestMessage, case=request.case_id, request=request, kind="question", text="x", by=person, at=now)
        insert(
            Hold, case=case, kind="manual", reason="x", by=person, at=now, ended_at=now, ended_by=person, end_reason="x"
        )
        insert(Disposal, case=case, rule="common", due_on=date(2031, 12, 1), proposed_at=now)
        insert(
            ChildStep,
            case=report.case_id,
            task=report.task_id,
            person=person,
            outcome="not-yet",
            reason="x",
            look_on=date(2026, 12, 1),
            by=person,
            at=now,
        )
