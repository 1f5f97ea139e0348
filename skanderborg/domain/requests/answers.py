"""The course of a coordination request once it is made: taken, asked about, answered, sent back, withdrawn (D-07).

The task that stands for it on the board only follows (decision 15).
"""

from collections.abc import Iterable
from typing import Any

from ... import clock, policy
from ...addresses import Place
from ...errors import Conflict, Invalid, TooLate
from ...kinds import WITH_DEPARTMENT, EventKind, LetterKind, MessageKind, Outcome, RequestStatus, TaskStatus
from ...mail import outbox
from ...policy import Action, Actor
from ...store import events
from ...store.idempotency import creates
from ...store.outbox import OutboxLetter
from ...store.people import Department, Person
from ...store.work import Request, RequestMessage
from .. import evidence, reminders, tasks, written
from ..evidence.uploads import Upload
from ..verbs import verb
from ..written import insert_by, revise
from . import addressees

CALLS = [kind for kind in LetterKind if kind.traits.calls]
NAMED_HAS_LEFT = "Den navngivne person kan ikke svare længere. Vælg en anden."
PAUSED = "Anmodningen er sat på pause: grundlaget er trukket tilbage. Gør ikke mere."

# ── the department ──────────────────────────────────────────────────────────────────────────────────


@verb(Action.REQUEST_HANDLE)
def take(actor: Person, request: Request, seen_version: int) -> Request:
    """Become the one who handles it; a colleague may take over. Raises Conflict for the second of two at once."""
    if request.handler_id == actor.ref and request.status in WITH_DEPARTMENT:
        return request
    refuse_paused(request)
    refuse_unless(request, WITH_DEPARTMENT)
    status = RequestStatus.TAKEN if request.status == RequestStatus.SENT else request.status
    taken = revise(
        actor, EventKind.REQUEST_TAKEN, request, seen_version, status=status, handler=actor, taken_at=clock.now()
    )
    tell_asker(LetterKind.REQUEST_TAKEN, taken)
    return taken


@creates(RequestMessage)
@verb(Action.REQUEST_HANDLE)
def ask(actor: Person, request: Request, text: str, seen_version: int) -> RequestMessage:
    """Ask the asker something before answering; straight from Sendt it takes the request too. The deadline stands."""
    refuse_paused(request)
    refuse_unless(request, WITH_DEPARTMENT)
    asked = revise(
        actor, EventKind.REQUEST_ASKED, request, seen_version, status=RequestStatus.QUESTION,
        handler=request.handler_id or actor.ref, taken_at=request.taken_at or clock.now(),
    )  # fmt: skip
    tell_asker(LetterKind.REQUEST_QUESTION, asked)
    return _say(actor, asked, MessageKind.QUESTION, text)


@creates(RequestMessage)
@verb(Action.REQUEST_OWN)
def reply(actor: Person, request: Request, text: str, seen_version: int) -> RequestMessage:
    """Reply to the department's question; it is the handler's turn again, or anyone's if the handler has left."""
    refuse_paused(request)
    refuse_unless(request, (RequestStatus.QUESTION,))
    back = RequestStatus.TAKEN if request.handler_id else RequestStatus.SENT
    replied = revise(actor, EventKind.REQUEST_REPLIED, request, seen_version, status=back)
    for person in addressees.owing(replied):
        tell(LetterKind.REQUEST_REPLY, person, replied)
    return _say(actor, replied, MessageKind.REPLY, text)


def _say(actor: Person, request: Request, kind: MessageKind, text: str) -> RequestMessage:
    return insert_by(actor, RequestMessage, request.case, request=request, kind=kind, text=text)


@verb(Action.REQUEST_HANDLE)
def answer(
    actor: Person, request: Request, text: str, outcome: Outcome, seen_version: int, files: Iterable[Upload] = ()
) -> Request:
    """Answer it, with files; straight from Sendt this takes it too. Doing it twice changes nothing. Raises Conflict,
    and Invalid where a file may not be kept."""
    if request.handler_id == actor.ref and (request.answer, request.outcome) == (text, outcome):
        return request
    refuse_paused(request)
    refuse_unless(request, WITH_DEPARTMENT)
    for file in files:
        evidence.hand_in(actor, request, file)
    now = clock.now()
    answered = revise(
        actor, EventKind.REQUEST_ANSWERED, request, seen_version, status=RequestStatus.ANSWERED, handler=actor,
        answer=text, outcome=outcome, taken_at=request.taken_at or now, answered_at=now, closed_at=now,
    )  # fmt: skip
    _end(actor, answered, TaskStatus.DONE)
    tell_asker(LetterKind.REQUEST_ANSWERED, answered)
    return answered


@verb(Action.REQUEST_HANDLE)
def send_back(
    actor: Person, request: Request, reason: str | None, suggested: Department | None, seen_version: int
) -> Request:
    """Send it back to the asker, who decides what now; straight from Sendt this takes it too. Raises Invalid without a
    reason, Conflict."""
    if not reason:
        raise Invalid("Skriv, hvorfor du sender den tilbage, så afsenderen kan komme videre.", "return_reason")
    if request.status == RequestStatus.RETURNED and request.return_reason == reason:
        return request
    refuse_paused(request)
    refuse_unless(request, WITH_DEPARTMENT)
    said = {"status": RequestStatus.RETURNED, "return_reason": reason, "suggested": suggested, "handler": actor}
    returned = revise(
        actor, EventKind.REQUEST_RETURNED, request, seen_version, told=written.pairs(request, said),
        taken_at=request.taken_at or clock.now(), **said,
    )  # fmt: skip
    _back_at_asker(actor, returned)
    return returned


def come_back(actor: Actor, request: Request, reason: str, **columns: Any) -> Request:
    """Let a request that those who were asked may not answer any more come back to the asker, inside the caller's
    transaction."""
    columns |= {"status": RequestStatus.RETURNED, "return_reason": reason}
    returned = revise(actor, EventKind.REQUEST_RETURNED, request, request.version, **columns)
    _back_at_asker(actor, returned)
    return returned


def without_owner(actor: Actor, request: Request) -> Request:
    """Let an open request go on without the one who owed its answer, inside the caller's transaction: in the queue
    again, or, where no queue may know of it, back at the asker's, so that it neither spreads nor lies forgotten
    (REL-15)."""
    if addressees.is_for_named_only(request) and request.status != RequestStatus.RETURNED:
        return come_back(actor, request, NAMED_HAS_LEFT, handler=None, named=None)
    back = RequestStatus.SENT if request.status == RequestStatus.TAKEN else request.status
    return revise(
        actor, EventKind.REQUEST_RETURNED_TO_QUEUE, request, request.version, status=back, handler=None, named=None
    )


def _back_at_asker(actor: Actor, returned: Request) -> None:
    void_calls(returned)  # the reminders stay: they now go to the asker, whose turn it is
    tasks.follow(actor, returned.task_id, TaskStatus.ACTIVE)
    tell_asker(LetterKind.REQUEST_RETURNED, returned)


# ── the asker ───────────────────────────────────────────────────────────────────────────────────────


@verb(Action.REQUEST_OWN)
def withdraw(actor: Person, request: Request, reason: str | None, seen_version: int) -> Request:
    """Withdraw it and tell those who owed the answer. Raises Invalid without a reason, Conflict once it is answered."""
    if not reason:
        raise Invalid("Skriv, hvorfor anmodningen trækkes tilbage.", "withdraw_reason")
    if request.status == RequestStatus.WITHDRAWN:
        return written.already(request, withdraw_reason=reason)
    refuse_unless(request, (RequestStatus.HELD, *WITH_DEPARTMENT, RequestStatus.RETURNED))
    owed = addressees.owing(request)
    withdrawn = revise(
        actor, EventKind.REQUEST_WITHDRAWN, request, seen_version, status=RequestStatus.WITHDRAWN,
        withdraw_reason=reason, closed_at=clock.now(),
    )  # fmt: skip
    _end(actor, withdrawn, TaskStatus.NOT_RELEVANT, reason=reason)
    for person in owed:  # those of a queue see it no more, and their letter opens their list
        opens = None if policy.opens(person, withdrawn) else Place.REQUESTS
        tell(LetterKind.REQUEST_WITHDRAWN, person, withdrawn, opens)
    return withdrawn


@verb(Action.REQUEST_OWN)
def send_reminder(actor: Person, request: Request) -> Request:
    """Remind those who owe the answer, at most once a day; again on the same day changes nothing."""
    refuse_paused(request)
    refuse_unless(request, WITH_DEPARTMENT)
    today, due = clock.today(), clock.long_date(request.due_on)
    put = [
        outbox.put(LetterKind.REQUEST_REMINDER, person, key=f"request:{request.ref}:reminded:{today}", about=request,
                   due=due)
        for person in addressees.owing(request)
    ]  # fmt: skip
    if any(put):
        events.record(actor, EventKind.REQUEST_REMINDED, request)
    return request


# ── what every change does ──────────────────────────────────────────────────────────────────────────


def refuse_stale(request: Request, seen_version: int) -> None:
    if request.version != seen_version:
        raise Conflict("En anden har ændret anmodningen, siden du åbnede siden. Se begge udgaver, og vælg.", request)


def refuse_paused(request: Request) -> None:
    """Nobody acts on a request whose basis was taken back; it can go on on another basis, or be withdrawn."""
    if request.frozen_at:
        raise TooLate(PAUSED, request)


def refuse_unless(request: Request, statuses: tuple[RequestStatus, ...]) -> None:
    """A stale tab changes nothing (REL-14)."""
    if request.status not in statuses:
        label = request.status.label.lower()
        raise TooLate(f"Anmodningen er nu {label}, så det kan ikke gøres længere.", request)


def _end(actor: Person, request: Request, status: TaskStatus, reason: str | None = None) -> None:
    """The department owes nothing any more: reminders and outdated letters are void, and the task follows."""
    reminders.void_for(request)
    void_calls(request)
    tasks.follow(actor, request.task_id, status, reason=reason)


def void_calls(request: Request) -> None:
    """Withdraw the unsent letters that ask someone to do what need not be done any more."""
    about = OutboxLetter.about == f"request:{request.ref}"
    outbox.withdraw(about, OutboxLetter.kind.in_(CALLS), now=clock.now())


def tell_asker(kind: LetterKind, request: Request) -> None:
    person = addressees.asking(request)
    if person:
        tell(kind, person, request)


def tell(kind: LetterKind, person: Person, request: Request, opens: Place | None = None, **words: Any) -> None:
    key = f"request:{request.ref}:v{request.version}:{kind}"
    outbox.put(kind, person, key=key, about=request, opens=opens, **words)
