"""Wrong guesses: counted by account, by address and by known browser, so that guessing is slow and keeps nobody out who
knows the password (SEC-14).

Who guesses from one address blocks the account from that address, and, guessing at many, the address; never the owner
elsewhere. A browser in which the owner signed in before is counted for itself: there the right password passes,
whatever is guessed beside it behind the same address.
"""

import ipaddress
from datetime import datetime, timedelta
from typing import NamedTuple

from .. import clock
from ..settings import Defaults
from ..store import keys
from ..store.db import lock_chain, transaction
from ..store.people import Throttle

FIRST_WAIT_SECONDS = 2
FORGIVEN_IN = timedelta(hours=1)  # the free tries come back one by one over this long
IN_COMMON = 10  # what many share gets that many times the tries: a town hall, and an account from everywhere


class Places(NamedTuple):
    """Where a try counts: at `own` before it is made, as if it were wrong; at those in `common` when it was."""

    own: str
    common: tuple[str, ...] = ()


class Tried(NamedTuple):
    """What became of a try: whether it was refused, and whether the log is to tell of that."""

    is_refused: bool = False
    is_news: bool = False


def of_stranger(username: str, address: str) -> Places:
    """The places of a browser in which nobody signed in yet under that name."""
    near = _network(address)
    common = (keys.blind(f"address:{near}"), keys.blind(f"name:{username}"))
    return Places(keys.blind(f"name:{username}|{near}"), common)


def of_device(secret_hash: str, person_ref: str) -> Places:
    """The place of a browser in which that person signed in before."""
    return Places(keys.blind(f"device:{secret_hash}|{person_ref}"))


def of_person(person_ref: str) -> Places:
    """The place of someone who is signed in and types the password again."""
    return Places(keys.blind(f"again:{person_ref}"))


def of_factor(person_ref: str, device_hash: str) -> Places:
    """The place of someone whose password was right and who types a code; a browser that is known has its own."""
    return Places(keys.blind(f"factor:{device_hash}|{person_ref}"))


def of_emergency(person_ref: str) -> Places:
    """The place of someone who looks up emergency sheets: found or not, each is a try."""
    return Places(keys.blind(f"emergency:{person_ref}"))


def _network(address: str) -> str:
    """An address as one guesser has it: of the sixth version a whole net of 64 bits is one's own."""
    try:
        return str(ipaddress.ip_network(f"{address}/{64 if ':' in address else 32}", strict=False))
    except ValueError:  # no address at all
        return address


@transaction
def count(places: Places, limits: Defaults) -> Tried:
    """Count a try as a wrong one before it is made, or refuse it and count nothing where there were too many.

    Of guesses at the same instant each counts before the next is let through; a right one takes itself back. That a
    place refuses is news once until its wait is over: whoever goes on trying fills no log.
    """
    rows = {place: _held(place) for place in sorted((places.own, *places.common))}
    now = clock.now()
    refusing = [row for place, row in rows.items() if row and _waits(row, _free(place, places, limits), now, limits)]
    if refusing:
        return Tried(is_refused=True, is_news=_note(refusing))
    _add(rows[places.own], places.own, limits.sign_in_free_tries, now, limits)
    return Tried()


def wrong(places: Places, limits: Defaults) -> None:
    """The try was wrong: what is shared counts it too. Inside a transaction.

    Who guesses an account from one address comes to far fewer an hour, made to wait there, than the account has free.
    """
    now = clock.now()
    rows = {place: _held(place) for place in sorted(places.common)}
    for place, row in rows.items():
        _add(row, place, limits.sign_in_free_tries * IN_COMMON, now, limits)


def take_back(places: Places) -> None:
    """The try was right: its own place has no wrong ones any more. Inside a transaction."""
    lock_chain(f"throttle:{places.own}")
    Throttle.delete().where(Throttle.key == places.own).execute()


def _held(place: str) -> Throttle | None:
    lock_chain(f"throttle:{place}")
    return Throttle.get_or_none(Throttle.key == place)


def _free(place: str, places: Places, limits: Defaults) -> int:
    return limits.sign_in_free_tries * (1 if place == places.own else IN_COMMON)


def _waits(row: Throttle, free: int, now: datetime, limits: Defaults) -> bool:
    """Whether the place lets nothing through yet. A wait longer than any is the word of a clock that was wrong."""
    longest = timedelta(seconds=limits.sign_in_longest_wait_seconds)
    return row.failures > free and now < row.blocked_until <= now + longest


def _add(row: Throttle | None, place: str, free: int, now: datetime, limits: Defaults) -> None:
    failures = _remembered(row, free, now) + 1
    wait = min(FIRST_WAIT_SECONDS ** min(max(0, failures - free), 30), limits.sign_in_longest_wait_seconds)
    until = now + timedelta(seconds=wait if failures > free else 0)
    Throttle.insert(key=place, failures=failures, blocked_until=until).on_conflict(
        conflict_target=[Throttle.key], update={"failures": failures, "blocked_until": until}
    ).execute()


def _remembered(row: Throttle | None, free: int, now: datetime) -> int:
    """How many wrong tries of before still count: all are forgotten after FORGIVEN_IN without any, `free` evenly."""
    if row is None or row.blocked_until <= now - FORGIVEN_IN:
        return 0
    quiet = max(timedelta(), now - row.blocked_until)
    return max(0, row.failures - int(quiet / FORGIVEN_IN * free))


def _note(refusing: list[Throttle]) -> bool:
    """Remember that these places were told of; whether one of them was not yet."""
    new = [row for row in refusing if row.noted_until is None or row.noted_until != row.blocked_until]
    for row in new:
        Throttle.update(noted_until=row.blocked_until).where(Throttle.key == row.key).execute()
    return bool(new)
