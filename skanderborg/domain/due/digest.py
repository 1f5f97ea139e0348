"""The digest: one letter a working day to everyone for whom something is newly due, with counts and dates alone.

What is told, to whom and when is kept as rows, so that any number of workers, killed and started at will, tell it once
(REL-20, 21): a letter is owed together with the rows of what it counts, or neither is.
"""

import json
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any, NamedTuple

from ... import clock
from ...addresses import Place
from ...kinds import LetterKind
from ...mail import outbox
from ...store.db import append_many, transaction
from ...store.outbox import OutboxLetter, Tick, Told, note_tick
from ...store.people import Person
from .. import rules
from . import elsewhere, rhythm, things
from .things import Thing

NAME = "digest"
AT_ONCE = 50  # people in a transaction: the others who write wait no longer than that
LOOKED_BACK = timedelta(days=30)  # longer than any step of the rhythm lies behind


class Digest(NamedTuple):
    """What one person is to be told today."""

    person: str
    counted: list[Thing]


def owe_due(now: datetime) -> int:
    """Owe today's letters, on a working day from `digest_at`; returns how many were new.

    Running it twice, late, or in several workers at once owes nothing twice. A day is told on that day or not at all.
    """
    today = clock.today(now)
    begins = clock.next_valid_instant(today, rules.current().digest_at)
    if now < begins or not clock.is_working_day(today) or _is_done(today):
        return 0
    found = sorted(_new_today(now, today))
    count = sum(_owe(found[place : place + AT_ONCE], today, begins) for place in range(0, len(found), AT_ONCE))
    note_tick(NAME, now, count)
    return count


def _is_done(today: date) -> bool:
    at = Tick.select(Tick.at).where(Tick.name == NAME).scalar()
    return at is not None and clock.today(at) == today


# ── what is new ─────────────────────────────────────────────────────────────────────────────────────


def _new_today(now: datetime, today: date) -> list[Digest]:
    """Everyone for whom a thing has come to a step of its rhythm since it was told last, with all that waits for them
    but what a letter of its own tells today."""
    step_of = cache(partial(rhythm.newest_step, rules=rules.current()))  # the days are few, the things many
    last = _told_since(today - LOOKED_BACK, today)
    for pair, on in elsewhere.told_since(today - LOOKED_BACK, now).items():
        last[pair] = max(on, last.get(pair, on))
    own_letter = {pair for pair, on in last.items() if on == today} | elsewhere.to_be_told(now)
    found = []
    for person, waiting in things.waiting(now).items():
        counted = [thing for thing in waiting if (person, thing.name) not in own_letter]
        if any(_is_new(last.get((person, thing.name)), step_of(thing.due_on, today)) for thing in counted):
            found.append(Digest(person, counted))
    return found


def _is_new(told_on: date | None, step: date) -> bool:
    return told_on is None or told_on < step


def _told_since(first: date, today: date) -> dict[tuple[str, str], date]:
    """When each person was told of each thing last, by a digest that was not withdrawn and did not fail."""
    rows = (
        Told.select(Told.person, Told.thing, Told.on)
        .join(OutboxLetter)
        .where(Told.on >= first, Told.on <= today, OutboxLetter.void_at.is_null(), OutboxLetter.failed_at.is_null())
        .order_by(Told.on)
        .tuples()
    )
    return {(person, thing): on for person, thing, on in rows}


# ── the letters ─────────────────────────────────────────────────────────────────────────────────────


@transaction
def _owe(found: list[Digest], today: date, due_at: datetime) -> int:
    """Owe these people their letters; one that was not sent before today is withdrawn, this one says what it said."""
    old = (OutboxLetter.kind == LetterKind.DIGEST) & (OutboxLetter.due_at < due_at)
    outbox.withdraw(old, OutboxLetter.person.in_([one.person for one in found]), now=clock.now())
    return sum(_put(one, today, due_at) for one in found)


def _put(one: Digest, today: date, due_at: datetime) -> bool:
    key = f"digest:{today}"
    is_new = outbox.put(
        LetterKind.DIGEST, one.person, key=key, about=Person(ref=one.person), opens=Place.MY_DAY, due_at=due_at,
        **_words(one.counted),
    )  # fmt: skip
    if is_new:
        letter = OutboxLetter.select(OutboxLetter.ref).where(OutboxLetter.key == f"{key}:{one.person}").scalar()
        rows = [{"person": one.person, "thing": thing.name, "on": today, "letter": letter} for thing in one.counted]
        append_many(Told, rows)
    return is_new


def _words(counted: list[Thing]) -> dict[str, Any]:
    oldest = min(thing.due_on for thing in counted)
    words = {"count": len(counted), "oldest": clock.day_and_month(oldest)}
    return words | ({"urgent": "én"} if any(thing.cannot_wait for thing in counted) else {})


def renew(letter: OutboxLetter) -> bool:
    """Let a letter that is about to be sent count what still waits of what it told; whether anything does.

    It may have waited for the mail server since it was owed. Who has moved, left or been shut out is told nothing.
    """
    names = {name for (name,) in Told.select(Told.thing).where(Told.letter == letter.ref).tuples()}
    still = things.found_by(Person.get_by_id(letter.person_id), clock.now())
    counted = [thing for name, thing in still.items() if name in names]
    if not counted:
        return False
    words = json.dumps(_words(counted))
    if words != letter.words:
        letter.words = words
        _rewrite(letter)
    return True


@transaction
def _rewrite(letter: OutboxLetter) -> None:
    OutboxLetter.update(words=letter.words).where(OutboxLetter.ref == letter.ref, *outbox.OWED).execute()
