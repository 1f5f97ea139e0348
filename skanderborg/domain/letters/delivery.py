"""Letters on their way: claim by a lease, send, mark, each in a short transaction of its own (REL-21 to 24).

At least once: a sender that dies between sending and marking leaves a lease that runs out, and the letter goes out
again under the same Message-ID and Date. No call over the network ever happens inside a transaction.
"""

import logging
import os
import random
import secrets
import socket
from collections import deque
from datetime import datetime, timedelta

import peewee

from ... import clock, policy
from ...kinds import LetterKind
from ...mail import letters as written
from ...mail import outbox, smtp, wire
from ...policy import SYSTEM
from ...settings import Settings
from ...store import events
from ...store.cases import Case
from ...store.db import transaction
from ...store.outbox import OutboxLetter, Tick
from ...store.people import Person
from .. import access, people

FEWEST_TRIES = 5  # before a letter is given up on, however late it is
SLOW_AFTER = timedelta(seconds=5)  # a batch that takes longer has its lease renewed before each letter
OF_A_CLOSED_CASE = {  # what ends something, and what is said in the course of a request that closing left open
    LetterKind.MEETING_CANCELLED, LetterKind.REQUEST_WITHDRAWN, LetterKind.REQUEST_FROZEN, LetterKind.REQUEST_ANSWERED,
    LetterKind.REQUEST_RETURNED, LetterKind.REQUEST_QUESTION, LetterKind.REQUEST_REPLY,
}  # fmt: skip
OWED = outbox.OWED
# Only what a letter needs on its way: this is asked once for each, right before it is sent.
READ = (
    OutboxLetter.ref, OutboxLetter.key, OutboxLetter.kind, OutboxLetter.person, OutboxLetter.case, OutboxLetter.words,
    OutboxLetter.path, OutboxLetter.meeting, OutboxLetter.due_at, OutboxLetter.refusals, OutboxLetter.lease_until,
    Person.ref, Person.email, Person.disabled_at,
)  # fmt: skip
log = logging.getLogger(__name__)
_chance = random.SystemRandom()


class Postman:
    """Sends what is owed, over one connection at a time. One for each worker process; any number of them is safe."""

    def __init__(self, settings: Settings):
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._settings = settings
        self._stopping = False
        self._count = 0

    def deliver(self) -> int:
        """Send every letter that is due, in order; returns how many the server took.

        Ends when there are no more, when the server is down (the others then wait untouched), or when told to stop.
        """
        self._count = 0
        while not self._stopping:
            waiting = deque(_claim(self.name, self._settings, clock.now()))
            if not waiting:
                break
            try:
                if not self._send_all(waiting):
                    break
            finally:
                _let_go(self.name, OutboxLetter.ref.in_(list(waiting)))
        if self._count:
            _note_sent(clock.now(), self._count)
        return self._count

    def stop(self) -> None:
        """Finish the letter under way and take no more."""
        self._stopping = True

    def let_go(self) -> int:
        """Give back every letter that this worker has claimed and not sent; returns how many."""
        return _let_go(self.name, OutboxLetter.leased_by == self.name)

    def _send_all(self, waiting: deque[str]) -> bool:
        """Send from the front of `waiting` until none is left or we are told to stop; False: the server is down.

        A server may hang up on a connection that worked, after so many letters; a new one is then opened.
        """
        while waiting and not self._stopping:
            before = len(waiting)
            try:
                with smtp.Line(self._settings) as line:
                    self._send_over(line, waiting)
            except smtp.Down as error:
                if len(waiting) == before:
                    log.warning("the mail server is down: %s", error)
                    _put_off(waiting.popleft(), self._settings, str(error))
                    return False
        return True

    def _send_over(self, line: smtp.Line, waiting: deque[str]) -> None:
        while waiting and not self._stopping:
            ref = waiting.popleft()
            try:
                self._count += _deal_with(ref, self.name, self._settings, line)
            except smtp.Down:
                waiting.appendleft(ref)
                raise


# ── one letter ──────────────────────────────────────────────────────────────────────────────────────


def _deal_with(ref: str, name: str, settings: Settings, line: smtp.Line) -> int:
    """Send one claimed letter if it is still wanted, and mark what came of it; returns 1 when the server took it.

    Raises Down. Whatever else is wrong with the letter is written on it and keeps no other (REL-24).
    """
    letter = _mine(ref, name, settings)
    if letter is None:
        return 0
    if not _still_wanted(letter):
        _void(letter)
        return 0
    try:
        raw = written.compose(letter, letter.person.email, settings)
    except Exception as error:  # noqa: BLE001 a letter that cannot be written must not keep the others
        _give_up(letter, _why(error))
        return 0
    return _send(letter, raw, settings, line)


def _send(letter: OutboxLetter, raw: bytes, settings: Settings, line: smtp.Line) -> int:
    try:
        line.send(written.sender(settings), letter.person.email, raw)
    except smtp.NotNow as error:
        _put_off(letter.ref, settings, str(error))
    except smtp.Refused as error:
        _refused(letter, settings, str(error))
    else:
        _mark_sent(letter.ref)
        return 1
    return 0


def _why(error: Exception) -> str:
    """What was wrong, without values: only UnsafeLetter's own words are known to hold none."""
    name = type(error).__name__
    return f"{name} {error}" if isinstance(error, wire.UnsafeLetter) else name


def _mine(ref: str, name: str, settings: Settings) -> OutboxLetter | None:
    """The letter as it is now, if this worker still holds its lease, with all that decides whether it is wanted.

    The lease of a slow batch is renewed.
    """
    letter = (
        OutboxLetter.select(
            *READ,
            _flag(Case.closed_at.is_null(False), "is_closed"),
            _flag(OutboxLetter.case.is_null() | policy.may_have_part(OutboxLetter.case), "may_have_part"),
        )
        .join(Person, on=(OutboxLetter.person == Person.ref))
        .join(Case, peewee.JOIN.LEFT_OUTER, on=(OutboxLetter.case == Case.ref))
        .where(OutboxLetter.ref == ref, OutboxLetter.leased_by == name, *OWED)
        .first()
    )
    now, lease = clock.now(), timedelta(seconds=settings.defaults.lease_seconds)
    if letter is None or letter.lease_until is None or letter.lease_until <= now:
        return None
    if letter.lease_until - now < lease - SLOW_AFTER and not _renew(ref, name, now + lease):
        return None
    return letter


def _flag(condition: peewee.Node, name: str) -> peewee.Node:
    return peewee.Case(None, [(condition, 1)], 0).alias(name)


@transaction
def _renew(ref: str, name: str, until: datetime) -> int:
    return (
        OutboxLetter.update(lease_until=until)
        .where(OutboxLetter.ref == ref, OutboxLetter.leased_by == name, *OWED)
        .execute()
    )


def _still_wanted(letter: OutboxLetter) -> bool:
    """Nothing to someone who has left, none of a case to whom it is closed, and of a closed case only what someone
    waits for (REL-23)."""
    if letter.person.disabled_at is not None or not letter.may_have_part:
        return False
    return not letter.is_closed or letter.kind in OF_A_CLOSED_CASE


# ── rows: claim, mark, let go ───────────────────────────────────────────────────────────────────────


@transaction
def _claim(name: str, settings: Settings, now: datetime) -> list[str]:
    """Lease the letters that are due to this worker, oldest first; a lease that has run out may be taken over."""
    free = OutboxLetter.lease_until.is_null() | (OutboxLetter.lease_until <= now)
    due = (
        OutboxLetter.select(OutboxLetter.ref)
        .where(*OWED, OutboxLetter.next_try_at <= now, free)
        .order_by(OutboxLetter.due_at, OutboxLetter.ref)
        .limit(settings.defaults.letters_per_claim)
    )
    refs = [ref for (ref,) in due.tuples()]
    if not refs:
        return []
    # The condition stands here again: of two workers that read the same rows, the second finds them taken.
    taken = (
        OutboxLetter.update(lease_until=now + timedelta(seconds=settings.defaults.lease_seconds), leased_by=name)
        .where(OutboxLetter.ref.in_(refs), *OWED, free)
        .returning(OutboxLetter.ref, OutboxLetter.due_at)
        .execute()
    )
    return [letter.ref for letter in sorted(taken, key=lambda letter: (letter.due_at, letter.ref))]


@transaction
def _let_go(name: str, which: peewee.Expression) -> int:
    return (
        OutboxLetter.update(lease_until=None, leased_by=None)
        .where(which, OutboxLetter.leased_by == name, OutboxLetter.sent_at.is_null())
        .execute()
    )


@transaction
def _mark_sent(ref: str) -> None:
    OutboxLetter.update(
        sent_at=clock.now(), tries=OutboxLetter.tries + 1, lease_until=None, leased_by=None, failure=None
    ).where(OutboxLetter.ref == ref, OutboxLetter.sent_at.is_null()).execute()


@transaction
def _note_sent(now: datetime, count: int) -> None:
    """Say that the server takes letters: what the frame of every page asks, without reading through the sent ones."""
    Tick.insert(name="sent", at=now, counted=count).on_conflict(
        conflict_target=[Tick.name], update={"at": now, "counted": count}
    ).execute()


@transaction
def _void(letter: OutboxLetter) -> None:
    outbox.withdraw(OutboxLetter.ref == letter.ref, now=clock.now())


@transaction
def _put_off(ref: str, settings: Settings, why: str) -> None:
    """Try again later, and each time later still; after the days of `retry_days` it has failed (REL-23)."""
    letter, now, defaults = OutboxLetter.get(OutboxLetter.ref == ref), clock.now(), settings.defaults
    if letter.tries + 1 >= FEWEST_TRIES and now - letter.due_at >= timedelta(days=defaults.retry_days):
        _give_up(letter, why)
        return
    OutboxLetter.update(
        tries=letter.tries + 1, failure=why[:60], next_try_at=now + _wait(letter.tries, settings), lease_until=None,
        leased_by=None,
    ).where(OutboxLetter.ref == ref, *OWED).execute()  # fmt: skip


def _wait(tries: int, settings: Settings) -> timedelta:
    """1 minute, 2, 4 … 1 hour, each shortened by chance so that letters that failed together do not return together."""
    longest = settings.defaults.retry_longest_minutes
    minutes = min(settings.defaults.retry_first_minutes * 2 ** min(tries, 20), longest)
    return timedelta(minutes=minutes * _chance.uniform(0.8, 1))


@transaction
def _refused(letter: OutboxLetter, settings: Settings, why: str) -> None:
    if letter.refusals + 1 >= settings.defaults.refused_tries:
        _give_up(letter, why)
        return
    OutboxLetter.update(refusals=letter.refusals + 1).where(OutboxLetter.ref == letter.ref).execute()
    _put_off(letter.ref, settings, why)


@transaction
def _give_up(letter: OutboxLetter, why: str) -> None:
    """The letter has failed for good: say so on its row, in the chain, and to someone who can act on it."""
    now = clock.now()
    marked = (
        OutboxLetter.update(
            failed_at=now, failure=why[:60], tries=OutboxLetter.tries + 1, refusals=letter.refusals + 1,
            lease_until=None, leased_by=None,
        )
        .where(OutboxLetter.ref == letter.ref, *OWED)
        .execute()
    )  # fmt: skip
    if not marked or letter.case_id is None:
        return
    events.record(SYSTEM, "letter:failed", letter)
    if letter.kind != LetterKind.DELIVERY_FAILED:
        for person in _who_can_act(letter):
            key = f"letter:{letter.ref}:failed:{now.isoformat()}"
            outbox.put(LetterKind.DELIVERY_FAILED, person, key=key, about=letter.case, path=f"/sager/{letter.case_id}")


def _who_can_act(letter: OutboxLetter) -> list[Person]:
    """The tovholder, or else the resource persons; never the one whose mailbox it is."""
    excluded = access.excluded_persons(letter.case_id) | {letter.person_id}
    tovholder = access.primary_contact(letter.case_id)
    for group in ([tovholder] if tovholder else [], access.resource_persons_on(letter.case_id),
                  people.resource_persons()):  # fmt: skip
        found = [person for person in group if person.ref not in excluded]
        if found:
            return found
    return []
