"""Accounts that nobody uses, and those that end: told in good time, locked, closed (SEC-19).

Locked is only the way in by a password, and of local accounts alone: who comes from a provider is let in by that one.
Nothing moves on from a locked account, as it does from one that is closed: its owner still works here.
"""

from datetime import date, datetime, timedelta

import peewee

from .. import clock
from ..addresses import Place
from ..kinds import EventKind, LetterKind
from ..mail import outbox
from ..policy import SYSTEM, Action, Actor
from ..store import events
from ..store.db import rewrite, transaction
from ..store.outbox import Tick, note_tick
from ..store.people import Identity, Person, Session
from . import people, rules, staff
from .verbs import verb

WATCH = "accounts"  # the row of the last look at them: once an hour is often enough
EVERY = timedelta(hours=1)


def look_over(now: datetime) -> int:
    """Warn of what is about to be locked or to end, lock what nobody used, and tell who cannot be closed; how many
    letters and locks. A tick: running it twice, or late, is harmless."""
    last = Tick.select(Tick.at).where(Tick.name == WATCH).scalar()
    if last is not None and now - EVERY < last <= now:
        return 0
    count = _unused(now) + _ending(now) + _not_closed(now)
    note_tick(WATCH, now, count)
    return count


@verb(Action.PEOPLE_MANAGE)
def unlock(actor: Actor, person: Person) -> None:
    """Open a locked account again: its own password holds. Doing it twice changes nothing."""
    now = clock.now()
    if rewrite(Person, Person.ref == person.ref, Person.locked_at.is_null(False), locked_at=None, used_from=now):
        events.record(actor, EventKind.PERSON_UNLOCKED, person)
        staff.tell(person)


# ── what nobody uses ────────────────────────────────────────────────────────────────────────────────


def _unused(now: datetime) -> int:
    """Never locked without having been warned for as long as the setting says, nor the last administrator, nor an
    account for emergencies."""
    limits = rules.current()
    locked_before = now - timedelta(days=limits.unused_account_days)
    warned_after = timedelta(days=limits.unused_warned_days)
    count, administrators = 0, _administrators()
    for person, last in _not_used_since(locked_before + warned_after):
        if person.warned_at is None or person.warned_at <= last:
            count += _warn(person, now)
        elif last <= locked_before and person.warned_at <= now - warned_after:
            if administrators == {person.ref}:
                continue
            count += _lock(SYSTEM, person, now)
            administrators.discard(person.ref)
    return count


def _not_used_since(before: datetime) -> list[tuple[Person, datetime]]:
    """Local accounts that are open, and when each was used last: signed in, made, or opened again. One query."""
    whole = (Session.person == Person.ref, Session.is_half == False)  # noqa: E712
    seen = Session.select(peewee.fn.MAX(Session.last_seen_at)).where(*whole)
    found = Person.select(Person, seen.alias("seen")).where(
        Person.disabled_at.is_null(), Person.locked_at.is_null(), Person.password_hash.is_null(False),
        Person.ref.not_in(Identity.select(Identity.person)), Person.created_at <= before,
        Person.username.not_in(rules.current().emergency_accounts or ("",)),
    )  # fmt: skip
    instant = Session.last_seen_at.python_value
    used = [
        (person, max(at for at in (instant(person.seen), person.used_from, person.created_at) if at))
        for person in found
    ]
    return [(person, last) for person, last in used if last <= before]


def _administrators() -> set[str]:
    """Who may still open what is locked."""
    return {one.ref for one in people.administrators() if one.locked_at is None}


@transaction
def _warn(person: Person, now: datetime) -> int:
    Person.update(warned_at=now).where(Person.ref == person.ref).execute()  # it gives nobody a right
    key, day = f"unused:{person.ref}:{now.isoformat()}", clock.today(now + timedelta(days=_warned_days()))
    return outbox.put(
        LetterKind.ACCOUNT_UNUSED, person, key=key, about=person, opens=Place.PROFILE, due=clock.long_date(day)
    )


def _warned_days() -> int:
    return rules.current().unused_warned_days


@transaction
def _lock(actor: Actor, person: Person, now: datetime) -> int:
    rewrite(Person, Person.ref == person.ref, Person.locked_at.is_null(), locked_at=now)
    events.record(actor, EventKind.PERSON_LOCKED, person)
    key = f"locked:{person.ref}:{now.isoformat()}"
    return outbox.put(LetterKind.ACCOUNT_LOCKED, person, key=key, about=person, opens=Place.PROFILE)


# ── what ends ───────────────────────────────────────────────────────────────────────────────────────


def _ending(now: datetime) -> int:
    """A last day that comes near is told once, to whose it is, and to who heads the person: what they have must be
    handed on."""
    today, days = clock.today(now), rules.current().ends_warned_days
    last = today + timedelta(days=days)
    near = Person.select().where(Person.disabled_at.is_null(), Person.ends_on >= today, Person.ends_on <= last)
    return sum(_tell_of_end(person) for person in list(near))


@transaction
def _tell_of_end(person: Person) -> int:
    key, due = f"ends:{person.ref}:{person.ends_on}", clock.long_date(person.ends_on)
    count = outbox.put(LetterKind.ACCOUNT_ENDS, person, key=key, about=person, opens=Place.PROFILE, due=due)
    return count + sum(
        outbox.put(LetterKind.STAFF_ENDS, manager, key=key, about=person, opens=Place.DEPARTMENT, due=due)
        for manager in people.managers_of(person.ref)
    )


def _not_closed(now: datetime) -> int:
    """Whose last day has passed and who still holds a case alone, since nobody can take it over: told each day to who
    can make somebody a resource person. Nobody is let in meanwhile."""
    left = Person.select(Person.ref).where(Person.disabled_at.is_null(), Person.ends_on < clock.today(now))
    stuck = [ref for (ref,) in left.tuples()]
    return _tell_of_stuck(clock.today(now)) if stuck else 0


@transaction
def _tell_of_stuck(day: date) -> int:
    return sum(
        outbox.put(LetterKind.ACCOUNT_STAYS, one, key=f"stays:{day}", about=one, opens=Place.ADMINISTRATION)
        for one in people.administrators()
    )
