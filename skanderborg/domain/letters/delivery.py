"""Letters on their way: claim by a lease, send, mark, each in a short transaction of its own (REL-21 to 24).

At least once: a sender that dies between sending and marking leaves a lease that runs out, and the letter goes out
again under the same Message-ID and Date. No call over the network ever happens inside a transaction.
"""

import logging
import os
import secrets
import socket
from collections import deque
from datetime import datetime, timedelta
from enum import Enum, auto

import peewee

from ... import clock, policy
from ...kinds import LetterKind
from ...mail import letters as written
from ...mail import links, outbox, smtp, wire
from ...settings import Settings
from ...store import shared_clock
from ...store.cases import Case
from ...store.db import columns_of, transaction
from ...store.outbox import OutboxLetter
from ...store.people import Person
from ..due import digest
from . import misses

SLOW_AFTER_SECONDS = 5  # a batch that takes longer has its lease renewed before each letter
OWED = outbox.OWED
# Only what a letter needs on its way: this is asked once for each, right before it is sent.
READ = [
    *columns_of(OutboxLetter, "ref key kind person case words opens address meeting due_at refusals tries"),
    *columns_of(OutboxLetter, "missed_after next_try_at"),
    *columns_of(Person, "ref email disabled_at"),
]
log = logging.getLogger(__name__)


class Came(Enum):
    """What came of a letter."""

    TAKEN = auto()
    NOT_TAKEN = auto()  # put off, given up on, or no longer wanted
    SERVER_TAKES_NONE = auto()


class Postman:
    """Sends what is owed, over one connection at a time. One for each worker process; any number of them is safe."""

    def __init__(self, settings: Settings):
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._settings = settings
        self._stopping = False
        self._taken = 0  # letters since it was last noted
        self._rest_seconds = 0.0  # before a server that took none is asked again
        self._asked = self._claimed = clock.mark()

    def deliver(self) -> int:
        """Send every letter that is due, in order; returns how many the server took.

        Ends when there are no more, when the server takes none (all then wait, and it is asked again now and then), or
        when told to stop.
        """
        count = 0
        while not self._stopping and clock.seconds_since(self._asked) >= self._rest_seconds:
            waiting = deque(_claim(self.name, self._settings))
            if not waiting:
                break
            self._claimed = clock.mark()
            try:
                goes_on = self._send_all(waiting)
            finally:
                _let_go(self.name, OutboxLetter.ref.in_(list(waiting)))
            count += self._note_taken()
            if not goes_on:
                self._rest()
        return count

    def stop(self) -> None:
        """Finish the letter under way and take no more."""
        self._stopping = True

    def let_go(self) -> int:
        """Give back every letter that this worker has claimed and not sent; returns how many."""
        return _let_go(self.name, OutboxLetter.leased_by == self.name)

    def _rest(self) -> None:
        """Each time longer, so that a server in trouble is not kept there, and never so long that it is noticed."""
        first, longest = self._settings.defaults.tick_seconds, self._settings.defaults.server_asked_again_seconds
        self._asked, self._rest_seconds = clock.mark(), min(max(first, self._rest_seconds * 2), longest)

    def _note_taken(self) -> int:
        count, self._taken = self._taken, 0
        if count:
            misses.note_taken(count)
            self._rest_seconds = 0.0
        return count

    def _send_all(self, waiting: deque[str]) -> bool:
        """Send from the front of `waiting` until none is left or we are told to stop; False: the server takes none.

        A server may hang up on a connection that worked, after so many letters or over one of them; a new one is then
        opened.
        """
        while waiting and not self._stopping:
            before = len(waiting)
            try:
                with smtp.Line(self._settings) as line:
                    if not self._send_over(line, waiting):
                        return False
            except smtp.Down as error:
                if len(waiting) == before:
                    log.warning("the mail server is down: %s", error)
                    self._unreached(waiting.popleft(), str(error))
                    return False
        return True

    def _unreached(self, ref: str, why: str) -> None:
        if letter := _mine(ref, self.name):
            misses.unreached(letter, self._settings, why)
        _let_go(self.name, OutboxLetter.ref == ref)

    def _send_over(self, line: smtp.Line, waiting: deque[str]) -> bool:
        """Send over one connection as long as it holds; False: the server takes none. Raises Down."""
        while waiting and not self._stopping and line.is_open:
            ref = waiting.popleft()
            try:
                came = self._deal_with(ref, line)
            except smtp.Down:
                waiting.appendleft(ref)
                raise
            if came is Came.SERVER_TAKES_NONE:
                return False
        return True

    def _deal_with(self, ref: str, line: smtp.Line) -> Came:
        """Send one claimed letter if it is still wanted, and mark what came of it. Raises Down.

        Whatever else is wrong with the letter is written on it and keeps no other (REL-24).
        """
        if clock.seconds_since(self._claimed) > SLOW_AFTER_SECONDS and not _renew(ref, self.name, self._settings):
            return Came.NOT_TAKEN
        letter = _mine(ref, self.name)
        if letter is None:
            return Came.NOT_TAKEN
        if not _still_wanted(letter):
            _void(letter)
            return Came.NOT_TAKEN
        try:
            raw = written.compose(letter, _address(letter), self._settings)
        except Exception as error:  # noqa: BLE001 a letter that cannot be written must not keep the others
            misses.give_up(letter, _why(error))
            return Came.NOT_TAKEN
        return self._send(letter, raw, line)

    def _send(self, letter: OutboxLetter, raw: bytes, line: smtp.Line) -> Came:
        try:
            line.send(written.sender(self._settings), _address(letter), raw)
        except (smtp.HungUp, smtp.NotNow, smtp.Refused) as error:
            self._note_taken()  # whose fault it is depends on what was taken before
            is_servers_fault = WHAT_THEN[type(error)](letter, self._settings, str(error))
            return Came.SERVER_TAKES_NONE if is_servers_fault else Came.NOT_TAKEN
        _mark_sent(letter.ref)
        self._taken += 1
        return Came.TAKEN


WHAT_THEN = {smtp.HungUp: misses.hung_up, smtp.NotNow: misses.put_off, smtp.Refused: misses.refused}


# ── one letter ──────────────────────────────────────────────────────────────────────────────────────


def _why(error: Exception) -> str:
    """What was wrong, without values: only UnsafeLetter's own words are known to hold none."""
    name = type(error).__name__
    return f"{name} {error}" if isinstance(error, wire.UnsafeLetter) else name


def _mine(ref: str, name: str) -> OutboxLetter | None:
    """The letter as it is now, if no other worker took it over, with all that decides whether it is wanted."""
    return (
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


def _flag(condition: peewee.Node, name: str) -> peewee.Node:
    return peewee.Case(None, [(condition, 1)], 0).alias(name)


def _address(letter: OutboxLetter) -> str:
    return letter.address or letter.person.email


def _still_wanted(letter: OutboxLetter) -> bool:
    """Nothing to someone who has left, but that they have; none of a case to whom it is closed, and of a closed case
    only what someone waits for (REL-23). A digest is reckoned anew: it may count only what its reader still finds."""
    if letter.kind == LetterKind.ACCOUNT_CHANGED:
        return True
    if letter.person.disabled_at is not None or not letter.may_have_part:
        return False
    if letter.kind == LetterKind.DIGEST:
        return digest.renew(letter)
    if letter.kind == LetterKind.ONE_TIME_LINK:
        return links.still_works(letter)
    return not letter.is_closed or letter.kind.traits.outlives_case


# ── rows: claim, mark, let go ───────────────────────────────────────────────────────────────────────


@transaction
def _claim(name: str, settings: Settings) -> list[str]:
    """Lease the letters that are due to this worker, oldest first; a lease that has run out may be taken over.

    In a bad hour one letter at a time, another each time, whether it is due or not.
    """
    now = shared_clock.now()
    _set_right(now, settings)
    free = OutboxLetter.lease_until.is_null() | (OutboxLetter.lease_until <= now)
    ready, most = _is_due(now, settings), settings.defaults.letters_per_claim
    if misses.is_bad_hour():
        ready, most = ready | OutboxLetter.missed_after.is_null(False), 1
    # What only the server missed comes first; of a mailbox that is known to be in trouble last.
    turn = peewee.Case(None, [(OutboxLetter.missed_after.is_null(), outbox.AT_ONCE)], OutboxLetter.next_try_at)
    order = (OutboxLetter.own_misses, turn, OutboxLetter.due_at, OutboxLetter.ref)
    refs = outbox.at_hand(*OWED, ready, free, order=order, limit=most)
    # The condition stands here again: of two workers that read the same rows, the second finds them taken.
    taken = (
        OutboxLetter.update(lease_until=now + _lease(settings), leased_by=name)
        .where(OutboxLetter.ref.in_(refs), *OWED, free)
        .returning(OutboxLetter.ref)
        .execute()
    )
    mine = {letter.ref for letter in taken} if refs else set()
    return [ref for ref in refs if ref in mine]


def _is_due(now: datetime, settings: Settings) -> peewee.Expression:
    """Whether a letter may be tried. One that waits for longer than it ever should was put off by a clock that was
    ahead, and one that met no server waits for nothing but the server."""
    due = (OutboxLetter.next_try_at <= now) | (OutboxLetter.missed_after.is_null() & (OutboxLetter.tries > 0))
    for number, wait in enumerate(misses.waits(settings), 1):
        due |= (OutboxLetter.tries == number) & (OutboxLetter.next_try_at > now + wait)
    return due | ((OutboxLetter.tries > 0) & (OutboxLetter.next_try_at > now + wait))


def _set_right(now: datetime, settings: Settings) -> None:
    """A lease that ends later than any that is given now was given by a clock that was ahead: it ends when one would
    that is given now, in which time whoever holds it has finished its letter."""
    ends = now + _lease(settings)
    too_long = outbox.at_hand(*OWED, OutboxLetter.lease_until > ends)
    if too_long:
        OutboxLetter.update(lease_until=ends).where(OutboxLetter.ref.in_(too_long)).execute()


def _lease(settings: Settings) -> timedelta:
    return timedelta(seconds=settings.defaults.lease_seconds)


@transaction
def _renew(ref: str, name: str, settings: Settings) -> int:
    """Hold on to a letter of a batch that is slow; 0 where it was taken over or withdrawn."""
    return (
        OutboxLetter.update(lease_until=shared_clock.now() + _lease(settings))
        .where(OutboxLetter.ref == ref, OutboxLetter.leased_by == name, *OWED)
        .execute()
    )


@transaction
def _let_go(name: str, which: peewee.Expression) -> int:
    mine = outbox.at_hand(which, OutboxLetter.leased_by == name, OutboxLetter.sent_at.is_null())
    return OutboxLetter.update(lease_until=None, leased_by=None).where(OutboxLetter.ref.in_(mine)).execute()


@transaction
def _mark_sent(ref: str) -> None:
    OutboxLetter.update(
        sent_at=clock.now(), tries=OutboxLetter.tries + 1, lease_until=None, leased_by=None, failure=None
    ).where(OutboxLetter.ref == ref, OutboxLetter.sent_at.is_null()).execute()


@transaction
def _void(letter: OutboxLetter) -> None:
    outbox.withdraw(OutboxLetter.ref == letter.ref, now=clock.now())
