"""What comes of a letter that the server did not take, and whose fault that was (REL-23, 24).

One letter that is not taken tells nothing. The server is to blame when letters to two persons were not, and none was
taken since: then everything waits, and no refusal counts. A mailbox is to blame once the server took another's letter
between two tries at it, or when nobody else's letter is missed: then its own letters wait, and a refusal counts.
Reckoned by how many letters the server ever took, not by a clock.
"""

import random
from datetime import timedelta

import peewee

from ... import clock
from ...kinds import EventKind, LetterKind
from ...mail import outbox
from ...mail.outbox import AT_ONCE, OWED, UNSENT
from ...policy import SYSTEM
from ...settings import Settings
from ...store import events, keys, shared_clock
from ...store.db import lock_chain, transaction
from ...store.outbox import OutboxLetter, Tick
from ...store.people import Person
from .. import access, people

SENT = "sent"  # the tick that counts the letters the server took
PERSONS = 2  # whose letters are missed one after the other, before it is the server
FEWEST_TRIES = 5  # before a letter is given up on, however late it is
TOLD_AGAIN = timedelta(days=1)  # of letters of one case that failed, a person is told no more often
_chance = random.SystemRandom()


# ── the server ──────────────────────────────────────────────────────────────────────────────────────


def is_bad_hour() -> bool:
    """Whether the server takes no letters, whoever they are to."""
    persons = _suspects().select(peewee.fn.COUNT(OutboxLetter.person.distinct()))
    return int(persons.scalar()) >= PERSONS


def _suspects() -> peewee.ModelSelect:
    """Letters that were missed since the server last took one, and of which nobody knows yet whose fault that was."""
    return OutboxLetter.select().where(*UNSENT, *_unsettled(), OutboxLetter.missed_after == _taken())


def _unsettled() -> tuple[peewee.Expression, ...]:
    return OutboxLetter.own_misses == 0, OutboxLetter.seen_at.is_null()


def _taken() -> int:
    return Tick.select(Tick.counted).where(Tick.name == SENT).scalar() or 0


@transaction
def note_taken(count: int) -> None:
    """Say that the server took so many letters: those that waited since it took none go now, oldest first.

    Where it never was the server's fault, a single letter that waits for long is tried once more.
    """
    now = clock.now()
    longer = [] if is_bad_hour() else [OutboxLetter.next_try_at > now + timedelta(minutes=1)]
    waiting = outbox.at_hand(
        *OWED, *_unsettled(), OutboxLetter.missed_after.is_null(False), OutboxLetter.tries > 0, *longer
    )
    OutboxLetter.update(next_try_at=AT_ONCE, tries=0).where(OutboxLetter.ref.in_(waiting)).execute()
    Tick.insert(name=SENT, at=now, counted=count).on_conflict(
        conflict_target=[Tick.name], update={Tick.at: now, Tick.counted: Tick.counted + count}
    ).execute()


@transaction
def unreached(letter: OutboxLetter, settings: Settings, why: str) -> None:
    """The server could not be reached: a try of the first letter is counted, and none waits any longer for it."""
    now = shared_clock.now()
    if letter.missed_after is not None or letter.next_try_at > now:
        return
    _hold_chain_of(letter)
    OutboxLetter.update(
        tries=letter.tries + 1, failure=why[:60], next_try_at=now + _wait(letter.tries, settings), lease_until=None,
        leased_by=None,
    ).where(OutboxLetter.ref == letter.ref, *OWED).execute()  # fmt: skip
    _give_up_old(letter, settings, why)


# ── one letter ──────────────────────────────────────────────────────────────────────────────────────


def put_off(letter: OutboxLetter, settings: Settings, why: str) -> bool:
    """The server would not take it now: try again later, and later still. Whether it is the server's fault."""
    return _acquitted(_put_off(letter, OutboxLetter.ref == letter.ref, settings, why), settings)


def hung_up(letter: OutboxLetter, settings: Settings, why: str) -> bool:
    """The server fell silent over it, which holds up all others: every letter to that person waits, as `put_off`."""
    return _acquitted(_put_off(letter, OutboxLetter.person == letter.person_id, settings, why), settings)


def refused(letter: OutboxLetter, settings: Settings, why: str) -> bool:
    """The server refused it for good. After `refused_tries`, if that is not the server's fault, it has failed."""
    return _acquitted(_refuse(letter, settings, why), settings)


@transaction
def _put_off(letter: OutboxLetter, which: peewee.Expression, settings: Settings, why: str) -> bool:
    _hold_chain_of(letter)
    is_servers = _miss(letter, which, settings, why)
    _give_up_old(letter, settings, why)
    return is_servers


@transaction
def _refuse(letter: OutboxLetter, settings: Settings, why: str) -> bool:
    _hold_chain_of(letter)
    is_servers = _miss(letter, OutboxLetter.ref == letter.ref, settings, why)
    if not is_servers:
        OutboxLetter.update(refusals=letter.refusals + 1).where(OutboxLetter.ref == letter.ref).execute()
    if not is_servers and letter.refusals + 1 >= settings.defaults.refused_tries:
        give_up(letter, why)
    else:
        _give_up_old(letter, settings, why)
    return is_servers


def _miss(letter: OutboxLetter, which: peewee.Expression, settings: Settings, why: str) -> bool:
    """Write down a miss, of one letter or of all to one person; returns whether it is the server's fault."""
    taken, now = _taken(), shared_clock.now()
    known = peewee.Case(
        None, [(OutboxLetter.missed_after < taken, OutboxLetter.own_misses + 1)], OutboxLetter.own_misses
    )
    OutboxLetter.update(
        tries=OutboxLetter.tries + 1, failure=why[:60], next_try_at=now + _wait(letter.tries, settings),
        missed_after=taken, own_misses=known, lease_until=None, leased_by=None,
    ).where(OutboxLetter.ref.in_(outbox.at_hand(which, *OWED))).execute()  # fmt: skip
    return is_bad_hour()


def _acquitted(is_servers_fault: bool, settings: Settings) -> bool:
    if is_servers_fault:
        _acquit(settings.defaults.refused_tries)
    return is_servers_fault


@transaction
def _acquit(refused_tries: int) -> None:
    """It was the server: no refusal since it last took a letter counts, and what failed by them is owed again."""
    failed = [letter for letter in _suspects() if letter.failed_at and letter.refusals >= refused_tries]
    if any(letter.case_id is None for letter in failed):
        lock_chain(keys.SYSTEM)
    for case in sorted({letter.case_id for letter in failed if letter.case_id}):
        lock_chain(f"case:{case}")  # before any row of a letter, as every verb does
    owe_again(failed)
    for letter in failed:
        events.record(SYSTEM, EventKind.LETTER_SENT_AGAIN, letter)
    suspects = outbox.at_hand(OutboxLetter.ref.in_([letter.ref for letter in _suspects()]))
    OutboxLetter.update(refusals=0).where(OutboxLetter.ref.in_(suspects)).execute()


def owe_again(failed: list[OutboxLetter]) -> None:
    """Owe letters anew that had failed, under their old names and dates; inside the transaction of who says so."""
    again = OutboxLetter.ref.in_([letter.ref for letter in failed]), OutboxLetter.failed_at.is_null(False)
    anew = {"failed_at": None, "failure": None, "refusals": 0, "tries": 0, "own_misses": 0, "next_try_at": AT_ONCE}
    OutboxLetter.update(**anew, released_at=clock.now()).where(*again, *UNSENT).execute()


def waits(settings: Settings) -> list[timedelta]:
    """How long a letter waits after its first, second … miss, at most: 1 minute, 2, 4 … 1 hour; the last holds on."""
    minutes, longest = [settings.defaults.retry_first_minutes], settings.defaults.retry_longest_minutes
    while minutes[-1] < longest:
        minutes.append(minutes[-1] * 2)
    return [timedelta(minutes=min(one, longest)) for one in minutes]


def _wait(tries: int, settings: Settings) -> timedelta:
    """Each wait is shortened by chance, so that letters that failed together do not return together."""
    all_waits = waits(settings)
    return all_waits[min(tries, len(all_waits) - 1)] * _chance.uniform(0.8, 1)


# ── for good ────────────────────────────────────────────────────────────────────────────────────────


def _give_up_old(letter: OutboxLetter, settings: Settings, why: str) -> None:
    """After the days of `retry_days` a letter has failed, whoever is to blame."""
    waited = clock.now() - letter.due_at
    if letter.tries + 1 >= FEWEST_TRIES and waited >= timedelta(days=settings.defaults.retry_days):
        give_up(letter, why)


@transaction
def give_up(letter: OutboxLetter, why: str) -> None:
    """The letter has failed for good: say so on its row, in the chain, and to someone who can act on it."""
    now = clock.now()
    _hold_chain_of(letter)
    marked = (
        OutboxLetter.update(failed_at=now, failure=why[:60], lease_until=None, leased_by=None)
        .where(OutboxLetter.ref == letter.ref, *OWED)
        .execute()
    )
    if not marked:
        return
    events.record(SYSTEM, EventKind.LETTER_FAILED, letter)
    if letter.case_id and letter.kind != LetterKind.DELIVERY_FAILED:
        for person in _who_can_act(letter):
            if not _is_told(person, letter):
                key = f"letter:{letter.ref}:failed:{now.isoformat()}"
                outbox.put(LetterKind.DELIVERY_FAILED, person, key=key, about=letter.case)


def _hold_chain_of(letter: OutboxLetter) -> None:
    """Hold the chain of what may be recorded of the letter, before any row is written."""
    lock_chain(f"case:{letter.case_id}" if letter.case_id else keys.SYSTEM)


def _is_told(person: Person, letter: OutboxLetter) -> bool:
    """Whether the person was told lately that letters of this case fail: what failed stands on the case and *Min dag*.

    A mailbox that is gone must not cost the server as many letters about it as it refused.
    """
    now = clock.now()
    return (
        OutboxLetter.select()
        .where(OutboxLetter.person == person.ref, OutboxLetter.case == letter.case_id, OutboxLetter.void_at.is_null())
        .where(OutboxLetter.kind == LetterKind.DELIVERY_FAILED, OutboxLetter.due_at > now - TOLD_AGAIN)
        .where(OutboxLetter.due_at <= now)
        .exists()
    )


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
