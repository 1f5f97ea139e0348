"""Sending a coordination request: what it must say, who may be asked, and on what basis (D-07, D-25)."""

from datetime import date
from typing import Any, NamedTuple

from ... import clock, policy
from ...errors import Invalid, NotFound, TooLate
from ...kinds import OPEN_REQUEST, Answer, Basis, Box, EventKind, LetterKind, RequestStatus, TaskKind, TaskStatus
from ...policy import Action
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Department, Person
from ...store.work import Request
from .. import access, days, reminders, rules, tasks, verbs
from ..sharing import consents, ledger
from ..tasks import safety
from ..verbs import verb, work
from ..written import add, revise
from . import addressees, answers

MOVED_ON = "Sendt til en anden afdeling i stedet."


class Draft(NamedTuple):
    """What the form of a request says, as typed values."""

    department: Department
    named: Person | None
    ask: str
    who: str | None
    rings_with_name: bool
    contact_rules: str
    basis: Basis
    party_works_there: Answer
    due_on: date | None
    instead_of: str | None = None
    consent: consents.Chosen | None = None
    anyway: str | None = None  # why before the exposed person's safety was assessed


def bases(department: Department | None) -> list[Basis]:
    """The bases on which something may be shared with a department; § 115 only where it is one of the law's forums."""
    is_forum = department is not None and department.is_115_forum
    return [one for one in Basis if is_forum or one != Basis.SECTION_115]


def default_due_on() -> date:
    """The deadline that a new request proposes."""
    return clock.add_working_days(clock.today(), rules.current().request_answer_working_days)


@creates(Request)
@work(Action.REQUEST_SEND)
def send(actor: Person, case: Case, draft: Draft) -> Request:
    """Ask a department for help. Where the basis is unsure it is held back until a resource person decides.

    Each person who can answer gets a letter of their own; a shared mailbox never does (decision 13). What is sent
    stands in the ledger. Raises Invalid, naming the field, for § 115 outside its forums, a yes that no consent
    says, a deadline that cannot be met, and a queue where only a named person may know.
    """
    _check_who(draft)
    _check_basis(draft.basis, draft.department)
    due_on, to = _due_on(draft), _to(actor, case, draft)
    safety.before_alerting(actor, case, draft.anyway)
    if draft.basis == Basis.UNSURE:
        held = _write_down(actor, EventKind.REQUEST_CREATED, case, draft, due_on, status=RequestStatus.HELD)
        _replace(actor, case, draft.instead_of)
        return _hold(actor, held)
    consent = consents.settle(actor, case, draft.basis, draft.consent)
    sent = _write_down(
        actor, EventKind.REQUEST_SENT, case, draft, due_on, status=RequestStatus.SENT, sent_at=clock.now(),
        consent=consent,
    )  # fmt: skip
    _replace(actor, case, draft.instead_of)
    return _tell(actor, sent, to)


def _write_down(
    actor: Person, done: EventKind, case: Case, draft: Draft, due_on: date, status: RequestStatus, **columns: Any
) -> Request:
    """The request and the task that stands for it, both as they shall stand."""
    waits = TaskStatus.WAITING if status == RequestStatus.SENT else TaskStatus.NOT_STARTED
    task = tasks.stand_in(
        actor, case, kind=TaskKind.REQUEST, box=Box.DEPARTMENTS, title=f"Anmodning til {draft.department.name}",
        due_on=due_on, assignee=actor, status=waits,
    )  # fmt: skip
    return add(
        actor, done, Request, case, told=("department", "basis"), task=task, department=draft.department,
        named=draft.named, asker=actor, status=status, ask=draft.ask, who=None if draft.rings_with_name else draft.who,
        contact_rules=draft.contact_rules, basis=draft.basis, party_works_there=draft.party_works_there, due_on=due_on,
        **columns,
    )  # fmt: skip


def _check_who(draft: Draft) -> None:
    if not draft.who and not draft.rings_with_name:
        raise Invalid("Skriv, hvem det drejer sig om, eller vælg «Jeg ringer med navnet».", "who")
    if draft.who and draft.rings_with_name:
        raise Invalid("Vælg enten at skrive navnet eller at ringe med det.", "who")


def _check_basis(basis: Basis, department: Department) -> None:
    if basis == Basis.SECTION_115 and not department.is_115_forum:
        raise Invalid("§ 115 gælder kun SSP, PSP og KSP. Vælg et andet grundlag.", "basis")


def _due_on(draft: Draft) -> date:
    if draft.basis == Basis.ACUTE:
        return clock.today()
    due_on = draft.due_on or default_due_on()
    days.refuse_unless_ahead(due_on, "due_on", 1)
    if not clock.is_working_day(due_on):
        better = clock.long_date(clock.add_working_days(due_on, 1))
        raise Invalid(f"Den dag arbejder kommunen ikke. Vælg en arbejdsdag, fx {better}.", "due_on")
    return due_on


def _to(actor: Person, case: Case, draft: Draft) -> list[Person]:
    """Who will be told: the named person, or each in the department but oneself."""
    can = [person for person in addressees.in_department(case.ref, draft.department.ref) if person.ref != actor.ref]
    if draft.named:
        if draft.named.ref not in {person.ref for person in can}:
            raise Invalid("Vælg en anden person, som arbejder i afdelingen.", "named")
        return [draft.named]
    if case.restricted:
        raise Invalid("Sagen er kun for navngivne personer. Vælg en person i afdelingen.", "named")
    if draft.party_works_there != Answer.NO:
        raise Invalid("Når en part eller en nærtstående kan arbejde der, skal du vælge en navngiven person.", "named")
    if not can:
        raise Invalid("Ingen i afdelingen kan modtage anmodningen. Vælg en anden afdeling.", "department")
    return can


def _replace(actor: Person, case: Case, returned_ref: str | None) -> None:
    """A request that was sent back is withdrawn by the one that takes its place."""
    if not returned_ref:
        return
    returned = policy.request_for(actor, returned_ref, Action.REQUEST_OWN)
    if returned.case_id != case.ref:
        raise NotFound()  # SEC-04
    if returned.status == RequestStatus.RETURNED:
        answers.withdraw(actor, returned, MOVED_ON, returned.version)


def _hold(actor: Person, request: Request) -> Request:
    """Ask the resource persons on the case; the asker alone only where there is no other."""
    on_case = access.resource_persons_on(request.case_id)
    if not on_case:
        raise Invalid("Der er ingen ressourceperson på sagen. Vælg et grundlag, eller giv en adgang først.", "basis")
    for person in [person for person in on_case if person.ref != actor.ref] or on_case:
        answers.tell(LetterKind.REQUEST_HELD, person, request)
    reminders.plan_for_request(request, rules.current())
    return request


def _tell(actor: Person, sent: Request, to: list[Person]) -> Request:
    """Tell who can answer of a request that goes out, or goes on, and write down what they were told."""
    for person in to:
        answers.tell(LetterKind.REQUEST_NEW, person, sent, due=clock.long_date(sent.due_on))
    reminders.plan_for_request(sent, rules.current())
    to_whom = f"{sent.department.name}, {sent.named.name}" if sent.named else sent.department.name
    what = "Anmodningens tekst og borgerens navn" if sent.who else "Anmodningens tekst, uden navn"
    told = ledger.Disclosed(what, to_whom, "Afdelingen er bedt om hjælp", sent.basis, clock.today())
    ledger.disclose(actor, sent.case, sent, told, sent.consent)
    return sent


@verb(Action.REQUEST_RELEASE)
def release(
    actor: Person, request: Request, basis: Basis, seen_version: int, consent: consents.Chosen | None = None
) -> Request:
    """Decide the basis of a request that was held back, and let it go out. A resource person on the case does this.

    Raises Invalid as `send` does, Conflict when it is held back no longer.
    """
    answers.refuse_unless(request, (RequestStatus.HELD,))
    _check_decision(request, basis)
    draft = _as_draft(request, basis)
    to = _to(request.asker, request.case, draft)
    answers.refuse_stale(request, seen_version)
    found = consents.settle(actor, request.case, basis, consent)
    answers.void_calls(request)
    reminders.void_for(request)
    sent = revise(
        actor, EventKind.REQUEST_SENT, request, request.version, basis=basis, consent=found,
        status=RequestStatus.SENT, sent_at=clock.now(), due_on=_due_on_release(draft),
    )  # fmt: skip
    tasks.follow(actor, sent.task_id, TaskStatus.WAITING, due_on=sent.due_on)
    return _tell(actor, sent, to)


@verb(Action.REQUEST_OWN)
def resume(
    actor: Person, request: Request, basis: Basis, seen_version: int, consent: consents.Chosen | None = None
) -> Request:
    """Let a request that was put on pause go on, where it stood, on another basis; who owes the answer is told.

    Raises Invalid as `send` does, Conflict when it is on pause no longer.
    """
    answers.refuse_unless(request, OPEN_REQUEST)
    if request.frozen_at is None:
        raise TooLate("Anmodningen er ikke længere sat på pause.", request)
    _check_decision(request, basis)
    answers.refuse_stale(request, seen_version)
    columns: dict[str, Any] = {
        "basis": basis, "consent": consents.settle(actor, request.case, basis, consent), "frozen_at": None,
        "due_on": _due_on_release(_as_draft(request, basis)),
    }  # fmt: skip
    resumed = revise(actor, EventKind.REQUEST_RESUMED, request, seen_version, **columns)
    owing = addressees.owing(resumed)
    tasks.follow(actor, resumed.task_id, TaskStatus.WAITING if owing else TaskStatus.ACTIVE, due_on=resumed.due_on)
    return _tell(actor, resumed, owing)


def _check_decision(request: Request, basis: Basis) -> None:
    if basis == Basis.UNSURE:
        raise Invalid("Vælg det grundlag, der gælder, eller træk anmodningen tilbage.", "basis")
    verbs.refuse_closed(request.case)
    _check_basis(basis, request.department)


def _as_draft(request: Request, basis: Basis) -> Draft:
    return Draft(
        request.department, request.named, request.ask, request.who, request.who is None, request.contact_rules, basis,
        request.party_works_there, request.due_on,
    )  # fmt: skip


def _due_on_release(draft: Draft) -> date:
    """The deadline may have come nearer, or passed, while it was held back."""
    late = draft.due_on is None or draft.due_on <= clock.today()
    return _due_on(draft._replace(due_on=None) if late else draft)
