"""Fictional people and cases: to try the tool with (seed-demo), and to test it from outside with (seed-test).

Every name is invented and every address lies on example.invalid. The cases are told through the same verbs that people
use, some days back, so that nothing in them could not have happened.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from .. import clock, policy
from ..domain import assessment, meetings, notes, people, referrals, sessions, sparring, staff, suspicions, tasks
from ..domain.access import contact, grant
from ..domain.cases import phases
from ..domain.requests import answers, sending
from ..domain.tasks import safety
from ..errors import NotFound
from ..kinds import (
    Answer,
    Basis,
    Box,
    CitizenRole,
    ConclusionKind,
    MeetingKind,
    MeetingWith,
    Outcome,
    Phase,
    ReferralWay,
    Role,
    SparringWay,
)
from ..policy import SYSTEM, Action
from ..settings import Settings
from ..store.cases import Case, Exclusion, Relation
from ..store.db import begin
from ..store.outbox import OutboxLetter
from ..store.people import Department, Person
from ..store.work import Request, Task
from . import casework, everything, evidence, log

PASSWORD = "hvid-tavle-og-kaffe"  # noqa: S105 of the example people, who exist in development and test only
CANARY = "ZQX"


class Example(NamedTuple):
    """A member of staff of the examples."""

    username: str
    name: str
    about: str
    roles: tuple[Role, ...] = ()
    departments: tuple[str, ...] = ()


RESOURCE, MANAGER, AUDITOR, ADMIN = (
    (Role.RESOURCE_PERSON,), (Role.MANAGER,), (Role.AUDITOR,), (Role.ADMINISTRATOR,),
)  # fmt: skip

CAST = (
    Example("rikke", "Rikke Ravn", "ressourceperson, Arbejdsmarkedsservice", RESOURCE, ("arbejdsmarkedsservice",)),
    Example("rasmus", "Rasmus Rør", "ressourceperson, Ungeenheden", RESOURCE, ("ungeenheden",)),
    Example("ruth", "Ruth Rugaard", "ressourceperson, Børn & Unge", RESOURCE, ("boern-unge",)),
    Example("solveig", "Solveig Sand", "sagsbehandler, Arbejdsmarkedsservice", (), ("arbejdsmarkedsservice",)),
    Example("jonas", "Jonas Jeppe", "medarbejder i Jobcenter", (), ("jobcenter",)),
    Example("ulla", "Ulla Ulv", "medarbejder i Børn & Unge", (), ("boern-unge",)),
    Example("lars", "Lars Lund", "leder af Arbejdsmarkedsservice", MANAGER, ("arbejdsmarkedsservice",)),
    Example("dorte", "Dorte Dam", "databeskyttelse", AUDITOR),
    Example("admin", "Anders Administrator", "administrator", ADMIN),
)
MORE = (
    Example("sofus", "Sofus Sild", "sagsbehandler, Ungeenheden", (), ("ungeenheden",)),
    Example("signe", "Signe Søholm", "sagsbehandler, Arbejdsmarkedsudvikling", (), ("arbejdsmarkedsudvikling",)),
    Example("jette", "Jette Juul", "medarbejder i Jobcenter", (), ("jobcenter",)),
    Example("jens", "Jens Jarl", "medarbejder i Jobcenter", (), ("jobcenter",)),
    Example("ursula", "Ursula Uhre", "medarbejder i Børn & Unge", (), ("boern-unge",)),
    Example("uffe", "Uffe Unkær", "medarbejder i Børn & Unge", (), ("boern-unge",)),
    Example("silas", "Silas Spir", "SSP-konsulent", (), ("ssp",)),
    Example("lene", "Lene Lyng", "leder af Jobcenter", MANAGER, ("jobcenter",)),
    Example("leif", "Leif Loft", "leder af Børn & Unge", MANAGER, ("boern-unge",)),
    Example("ditte", "Ditte Dal", "databeskyttelse", AUDITOR),
    Example("david", "David Drost", "databeskyttelse", AUDITOR),
    Example("alma", "Alma Agger", "administrator", ADMIN),
    Example("asger", "Asger Aaen", "administrator", ADMIN),
    Example("fremmed", "Frode Fremmed", "uden sager"),
    Example("ukendt", "Unni Ukendt", "uden sager"),
    Example("ny", "Nanna Ny", "uden sager"),
)


def load_people(cast: tuple[Example, ...]) -> dict[str, Person]:
    """Add those of the cast who are missing, all with the example password."""
    hashed = sessions.hash_password(PASSWORD)
    found = {}
    for example in cast:
        try:
            found[example.username] = people.by_username(example.username)
        except NotFound:
            found[example.username] = _add(example, hashed)
    return found


def _add(example: Example, hashed: str) -> Person:
    email, domains = f"{example.username}@example.invalid", ("example.invalid",)
    with begin():
        person = staff.add(
            SYSTEM, example.username, example.name, email, list(example.roles), list(example.departments), domains
        )
        OutboxLetter.delete().where(OutboxLetter.person == person.ref).execute()  # an example is told of nothing
        Person.update(password_hash=hashed).where(Person.ref == person.ref).execute()
        if Role.MANAGER in example.roles:
            for key in example.departments:
                people.set_manager(SYSTEM, key, person)
    return people.by_username(example.username)


def load_demo(settings: Settings) -> None:
    """Load the example cases, once; a second start keeps what is there. Raises NotFound outside development."""
    if not settings.is_development:
        raise NotFound("Eksempler findes kun i udvikling (SKB_ENV=development).")
    with begin():
        cast = load_people(CAST)
        if not Case.select().exists():
            Story(cast, mark="").tell_all()


def load_test(settings: Settings) -> dict[str, Any]:
    """Load the fixed set for tests from outside, a canary in every free field; persons, password and refs.

    Raises NotFound outside a test.
    """
    if settings.env != "test":
        raise NotFound("Testdata findes kun i test (SKB_ENV=test).")
    with begin():
        cast = load_people((*CAST, *MORE))
        story = Story(cast, mark=f"{CANARY} ")
        if not Case.select().exists():
            story.tell_all()
            story.tell_more()
    return {
        "password": PASSWORD,
        "persons": [
            {
                "username": name,
                "password": PASSWORD,
                "ref": person.ref,
                "name": person.name,
                "roles": sorted(policy.roles(person)),
            }
            for name, person in cast.items()
        ],
        "refs": _refs(),
    }


def _refs() -> dict[str, Any]:
    return {
        "cases": {case.code: _about(case) for case in Case.select().order_by(Case.reported_at)},
        "exclusions": [
            {"ref": row.ref, "case": row.case_id, "username": row.person.username if row.person else None}
            for row in Exclusion.select().where(Exclusion.until_at.is_null())
        ],
        "tasks": [task.ref for task in Task.select(Task.ref).order_by(Task.created_at)],
        "requests": [request.ref for request in Request.select(Request.ref).order_by(Request.created_at)],
        "meetings": [meeting.ref for meeting in meetings.Meeting.select(meetings.Meeting.ref)],
        "relations": [
            {"case": case, "username": username, "kind": kind}
            for case, username, kind in Relation.select(Relation.case, Person.username, Relation.kind)
            .join(Person, on=(Relation.person == Person.ref))
            .where(Relation.until_at.is_null())
            .tuples()
        ],
    }


def _about(case: Case) -> dict[str, Any]:
    asked = case.offered_to.username if case.offered_to else None
    return {"ref": case.ref, "phase": case.phase, "restricted": bool(case.restricted), "offered_to": asked}


class Story:
    """Tells cases through the verbs of the domain. `mark` stands before every free text."""

    def __init__(self, cast: dict[str, Person], mark: str):
        self.cast = cast
        self.mark = mark
        self.now = clock.now()
        self.neighbour = ""  # the case that another is linked with

    def tell_all(self) -> None:
        """The cases of the demonstration."""
        self._on(-8, time(9, 30), self._former_partner)
        self._on(-5, time(10, 15), self._neighbour)
        self._on(-4, time(13, 0), self._perpetrator)
        self._on(-1, time(14, 20), self._only_suspected)

    def tell_more(self) -> None:
        """Cases that a test wants beside: closed, restricted and shared among others."""
        self._on(-6, time(9, 0), self._closed)
        self._on(-3, time(9, 0), self._colleagues)
        self._on(-2, time(10, 0), self._everything)
        self._on(-1, time(10, 0), self._restricted)
        everything.change_text(self.cast["admin"], self._text)

    def _on(self, working_days: int, at: time, happens: Callable[[], None]) -> None:
        day = clock.add_working_days(clock.today(self.now), working_days)
        with clock.telling(min(clock.next_valid_instant(day, at), self.now)):
            happens()

    def _text(self, text: str) -> str:
        return f"{self.mark}{text}"

    def _day(self, working_days: int) -> date:
        return clock.add_working_days(clock.today(self.now), working_days)

    # ── steps ───────────────────────────────────────────────────────────────────────────────────────

    def _case(self, reporter: str, taker: str, said: suspicions.Report) -> str:
        """Report, take and accept; returns the case's ref."""
        who = self.cast[reporter]
        case = suspicions.report(who, said, self.cast[taker])
        suspicions.take(self.cast[taker], case.ref)
        contact.accept(who, policy.case_for(who, case.ref, Action.CASE_ACCEPT))
        return case.ref

    def _said(
        self, what: str, role: CitizenRole, name: str, children: Answer = Answer.NO, danger: Answer = Answer.NO
    ) -> suspicions.Report:
        return suspicions.Report(
            what_happened=self._text(what), citizen_role=role, name=self._text(name) if name else None,
            safe_contact=self._text("Ring kun i arbejdstiden. Læg aldrig besked. Skriv ikke."), children=children,
            danger_now=danger,
        )  # fmt: skip

    def _sparring(self, case: str, actor: str, adviser: str) -> None:
        given = sparring.Advice(
            way=SparringWay.INTERNAL, held_on=clock.today(clock.now()), person=self.cast[adviser], external_name=None,
            advice=self._text("Saml hændelserne i et logskema. Tal om sikkerhed først."),
            next_step=self._text("Vi tales ved om en uge."),
        )  # fmt: skip
        sparring.record(self.cast[actor], self._look(actor, case, Action.SPARRING_RECORD), given)

    def _conclude(self, case: str, actor: str, conclusion: ConclusionKind, reason: str) -> None:
        seen = self._look(actor, case, Action.CASE_CONCLUDE)
        assessment.conclude(self.cast[actor], seen, conclusion, self._text(reason))

    def _move(self, case: str, actor: str, *to: Phase) -> None:
        for phase in to:
            seen = self._look(actor, case, Action.CASE_MOVE)
            phases.move(self.cast[actor], seen, phase, self._text("Aftalt med ressourcepersonen."), seen.version)

    def _ask(self, case: str, actor: str, department: str, ask: str, named: str | None = None) -> Request:
        found = Department.get(Department.key == department)
        draft = sending.Draft(
            department=found, named=self.cast[named] if named else None, ask=self._text(ask),
            who=self._text("A. P., cpr oplyses på telefon"), rings_with_name=False,
            contact_rules=self._text("Ring til tovholderen. Kontakt aldrig hjemmet."), basis=Basis.NECESSARY,
            party_works_there=Answer.YES if named else Answer.NO, due_on=self._day(3),
        )  # fmt: skip
        return sending.send(self.cast[actor], self._look(actor, case, Action.REQUEST_SEND), draft)

    def _meet(self, case: str, actor: str, working_days: int, at: time, participants: tuple[str, ...]) -> None:
        until = (datetime.combine(date.min, at) + timedelta(hours=1)).time()
        meetings.plan(
            self.cast[actor], self._look(actor, case, Action.MEETING_PLAN),
            meetings.When(self._day(working_days), at, until), kind=MeetingKind.FOLLOW_UP, party=MeetingWith.CITIZEN,
            place=self._text("Mødelokale 2"), agenda=self._text("Nye hændelser, sikkerhed, aftaler siden sidst."),
            participants=[self.cast[name] for name in participants], has_read_rules=True,
        )  # fmt: skip

    def _refer(self, case: str, actor: str, organisation: str, way: ReferralWay) -> None:
        contacted = referrals.Contacted(
            organisation, way, clock.today(clock.now()), True, self._text("Borgeren ringer selv.")
        )
        referrals.record(self.cast[actor], self._look(actor, case, Action.REFERRAL_RECORD), contacted)

    def _task(self, case: str, template: str) -> Task:
        return Task.select().where(Task.case == case, Task.template == template).get()

    def _work(self, actor: str, task: Task, verb: Callable[..., Task], *words: Any) -> None:
        seen = tasks.get(self.cast[actor], task.ref, Action.TASK_WORK)
        verb(self.cast[actor], seen, *words, seen.version)

    def _done(self, actor: str, case: str, *templates: str) -> None:
        for template in templates:
            self._work(actor, self._task(case, template), tasks.complete)

    def _later(self, actor: str, case: str, working_days: int, template: str) -> None:
        why = self._text("Borgeren er bortrejst.")
        self._work(actor, self._task(case, template), tasks.postpone, self._day(working_days), why)

    def _assign(self, actor: str, task: Task, to: str) -> None:
        seen = tasks.get(self.cast[actor], task.ref, Action.TASK_ASSIGN)
        tasks.assign(self.cast[actor], seen, self.cast[to], None, seen.version)

    def _look(self, actor: str, case: str, action: Action) -> Case:
        return policy.case_for(self.cast[actor], case, action)

    # ── the cases ───────────────────────────────────────────────────────────────────────────────────

    def _former_partner(self) -> None:
        what = "Tidligere partner skriver op til 30 sms'er om dagen og holder ved arbejdspladsen."
        case = self._case("solveig", "rikke", self._said(what, CitizenRole.EXPOSED, "Alma Prøvesen", Answer.YES))
        self._sparring(case, "solveig", "rikke")
        self._conclude(case, "rikke", ConclusionKind.STALKING, "Ensidig kontakt, tydeligt nej, mønster over 26 dage.")
        self._work("solveig", self._task(case, "acute"), safety.assess, self._text("Ingen akut fare. Aftalt nødplan."))
        self._move(case, "rikke", Phase.ACTION, Phase.FURTHER_ACTION)
        self._refer(case, "solveig", "dsc", ReferralWay.CALLED_TOGETHER)
        self._done("solveig", case, "involved", "inform", "needs", "institution", "refusal", "necessary-contact",
                   "departments")  # fmt: skip
        self._assign("rikke", self._task(case, "network-review"), "rasmus")
        self._later("solveig", case, 3, "document")
        self._work("solveig", self._task(case, "document"), tasks.start)
        self._later("solveig", case, 5, "safe-reminder")
        notes.write(self.cast["solveig"], self._look("solveig", case, Action.NOTE_WRITE), self._text("Samtale"),
                    self._text("Borgeren vil gerne have hjælp til logskemaet."))  # fmt: skip
        self._ask(
            case, "solveig", "jobcenter", "Kan mødetiderne i Jobcentret flyttes, så de ikke er de samme hver uge?"
        )
        self._meet(case, "solveig", 4, time(10), ("solveig", "rikke"))
        casework.fill(self.cast, case, self._text)
        log.fill(self.cast, case, self._text)
        evidence.fill(self.cast, case, self._text)

    def _neighbour(self) -> None:
        what = "Nabo fotograferer ind ad vinduerne og skriver sedler hver dag."
        case = self.neighbour = self._case("solveig", "rasmus", self._said(what, CitizenRole.EXPOSED, "Carl Testrup"))
        self._sparring(case, "rasmus", "rasmus")
        self._work("solveig", self._task(case, "acute"), safety.assess, self._text("Ingen akut fare."))
        casework.protect(self.cast, case, self._text)
        self._move(case, "rasmus", Phase.ACTION)
        self._done("solveig", case, "involved", "inform")
        for organisation in ("dsc", "police"):
            self._refer(case, "solveig", organisation, ReferralWay.NUMBER_GIVEN)
        with_agency = self._ask(case, "solveig", "boern-unge", "Hvem aftaler afhentning med os?", named="ulla")
        seen = policy.request_for(self.cast["ulla"], with_agency.ref, Action.REQUEST_HANDLE)
        answers.answer(self.cast["ulla"], seen, self._text("Nej, vi har ingen kontakt."), Outcome.DONE, seen.version)

    def _perpetrator(self) -> None:
        what = "Henvender sig selv: har ringet omkring 200 gange og vil gerne stoppe."
        case = self._case("solveig", "ruth", self._said(what, CitizenRole.PERPETRATOR, "Frida Attrap"))
        self._sparring(case, "ruth", "ruth")
        self._work("solveig", self._task(case, "acute"), safety.assess, self._text("Intet tegn på vold."))
        self._done("solveig", case, "inform-perpetrator")
        log.by_udoever(self.cast, case, self._text)
        self._later("solveig", case, 0, "involved")
        self._meet(case, "solveig", 6, time(14), ("solveig", "ruth"))

    def _only_suspected(self) -> None:
        what = "Ung kvinde tør ikke gå hjem fra praktik. Nogen følger efter hende."
        said = self._said(what, CitizenRole.UNKNOWN, "", Answer.UNKNOWN, Answer.UNKNOWN)
        suspicions.report(self.cast["jonas"], said, None)

    def _closed(self) -> None:
        case = self._case(
            "sofus", "rasmus", self._said("Skænderi om hæk, begge parter.", CitizenRole.EXPOSED, "Dorthe Fiktiv")
        )
        self._sparring(case, "rasmus", "rasmus")
        self._conclude(case, "rasmus", ConclusionKind.CONFLICT, "Gensidigt, ingen afvisning.")
        casework.hand_on(self.cast["sofus"], case, self._text)
        seen = self._look("sofus", case, Action.CASE_CLOSE)
        phases.close(
            self.cast["sofus"], seen, self._text("Konflikt, henvist til mægling."), self._text("Aftalt."), seen.version
        )
        casework.link(self.cast["rasmus"], case, self.neighbour, self._text)

    def _colleagues(self) -> None:
        """Three of each relation, and three helpers of each kind."""
        case = self._case("signe", "ruth", self._said("Falske profiler på nettet.", CitizenRole.EXPOSED, "Liva Tænkt"))
        for name in ("sofus", "rasmus", "silas"):
            grant(
                self.cast["ruth"],
                self._look("ruth", case, Action.CASE_GRANT),
                self.cast[name],
                self._text("Kender sagen"),
            )
        for name in ("jens", "uffe", "jette"):
            made = tasks.create(
                self.cast["ruth"], self._look("ruth", case, Action.TASK_CREATE), title=self._text("Undersøg mulighed"),
                box=Box.NETWORK, due_on=self._day(5), brief=self._text("Ring til tovholderen først."),
            )  # fmt: skip
            self._assign("ruth", made, name)
        for department in ("jobcenter", "boern-unge", "ssp"):
            self._ask(case, "signe", department, "Hvem hos jer kender til sagen?")
        self._meet(case, "signe", 5, time(9), ("signe", "ruth", "lene"))
        casework.stop(self.cast, case, self._text)

    def _everything(self) -> None:
        """One of each kind of row that the other cases have none of, with people who are shut out and one who is asked
        to be tovholder."""
        what = "Får blomster på arbejdet hver uge, og nogen har rettet i hendes adgange."
        case = self._case("sofus", "rikke", self._said(what, CitizenRole.EXPOSED, "Hanne Digtet", Answer.YES))
        log.one(self.cast["sofus"], case, self._text)
        everything.fill(self.cast, case, PASSWORD, self._text)

    def _restricted(self) -> None:
        """For named persons only: a colleague is a party."""
        case = self._case("signe", "rasmus", self._said("En kollega.", CitizenRole.EXPOSED, "Ida Påfund"))
        everything.restrict(self.cast["signe"], case)
