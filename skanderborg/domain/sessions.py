"""Signing in and out: session rows, throttled guesses, one-time links (DESIGN decision 12, SEC-14 to 18)."""

import hashlib
import hmac
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .. import clock, policy
from ..errors import Invalid, NotFound, Unavailable
from ..policy import Action, Actor
from ..settings import CONFIG, Defaults
from ..store import events, keys
from ..store.db import insert, lock_chain, transaction
from ..store.people import OneTimeLink, Person, Session, Throttle
from ..store.prepared import Parameter, prepared
from . import editions

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
FIRST_WAIT_SECONDS = 2
LONGEST_PASSWORD = 128
WRONG_AGAIN = "Adgangskoden er forkert, eller der er prøvet for mange gange. Vent lidt, og prøv igen."
WRONG = "Brugernavn eller adgangskode er forkert, eller der er prøvet for mange gange. Vent lidt, og prøv igen."
TIMES_FREE = (1, 10)  # an address may belong to a whole town hall: it gets ten times the tries of a name
_hasher = PasswordHasher()  # argon2id with the library's own costs
_NOBODY = _hasher.hash(secrets.token_hex(16))  # checked for unknown names too, so that they take as long


class Counted(NamedTuple):
    """A try that was counted at a place: until when the place is blocked by it, and until when it was before."""

    place: str
    until: datetime
    until_before: datetime


def sign_in(username: str, password: str, address: str, browser: str, limits: Defaults) -> tuple[Session, str]:
    """Start a session and return it with the secret for its cookie.

    Raises Invalid, with the same words for a wrong password, an unknown name, a disabled account and a throttled
    caller (SEC-14).
    """
    now, username = clock.now(), username.casefold().strip()
    # The name only together with the address: an outsider's guesses must never keep its owner out (SEC-14).
    places = [keys.blind(f"name:{username}|{address}"), keys.blind(f"address:{address}")]
    counted = _count_try(places, now, limits)
    if counted is None:
        _write_refusal(None, username)
        raise Invalid(WRONG, "username")
    person = Person.get_or_none(Person.username == username, Person.disabled_at.is_null())
    if person is not None and is_closed(person):
        person = None
    if not _is_right(person, password):
        _write_refusal(person, username)
        raise Invalid(WRONG, "username")
    started = _begin(person, counted, browser, now, limits)
    if started is None:
        _write_refusal(person, username)
        raise Invalid(WRONG, "username")
    return started


def confirm(actor: Person, password: str, address: str, limits: Defaults, field: str = "password") -> None:
    """The one who is signed in types the password again, before something that matters (SEC-50).

    A wrong one counts as a guess at the sign-in page does. Raises Invalid at the `field`.
    """
    policy.require(actor, Action.PROFILE)
    places = [keys.blind(f"name:{actor.username}|{address}"), keys.blind(f"address:{address}")]
    counted = _count_try(places, clock.now(), limits)
    if counted is None or not _is_right(actor, password):
        _write_wrong(actor)
        raise Invalid(WRONG_AGAIN, field)
    transaction(_take_back)(counted)


@transaction
def _write_wrong(actor: Person) -> None:
    events.denied(actor, "session:confirm", actor.ref)


def _is_right(person: Person | None, password: str) -> bool:
    stored = person.password_hash if person and person.password_hash else _NOBODY
    try:
        return _hasher.verify(stored, password[:LONGEST_PASSWORD]) and stored is not _NOBODY
    except (VerificationError, InvalidHashError):
        return False


@transaction
def _count_try(places: list[str], now: datetime, limits: Defaults) -> list[Counted] | None:
    """Count a try as a wrong one before it is made; None, and nothing counted, where there were too many.

    Of guesses at the same instant each counts before the next is let through; a right one takes itself back.
    """
    rows = [_counter(place) for place in places]
    if any(row and row.blocked_until > now for row in rows):
        return None
    return [_count(place, row, now, limits, times) for place, row, times in zip(places, rows, TIMES_FREE, strict=True)]


def _counter(place: str) -> Throttle | None:
    lock_chain(f"throttle:{place}")
    return Throttle.get_or_none(Throttle.key == place)


def _count(place: str, row: Throttle | None, now: datetime, limits: Defaults, times_free: int) -> Counted:
    before = row if row and row.blocked_until > now - timedelta(hours=1) else None
    failures, free = (before.failures if before else 0) + 1, limits.sign_in_free_tries * times_free
    wait = min(FIRST_WAIT_SECONDS ** max(0, failures - free), limits.sign_in_longest_wait_seconds)
    until = now + timedelta(seconds=wait if failures > free else 0)
    Throttle.insert(key=place, failures=failures, blocked_until=until).on_conflict(
        conflict_target=[Throttle.key], update={"failures": failures, "blocked_until": until}
    ).execute()
    return Counted(place, until, before.blocked_until if before else now)


def _take_back(counted: list[Counted]) -> None:
    """The try was right: the name has no wrong ones any more, and the address one less."""
    name, address = counted
    for one in counted:
        lock_chain(f"throttle:{one.place}")
    Throttle.delete().where(Throttle.key == name.place).execute()
    mine = Throttle.key == address.place
    Throttle.update(blocked_until=address.until_before).where(mine, Throttle.blocked_until == address.until).execute()
    Throttle.update(failures=Throttle.failures - 1).where(mine).execute()
    Throttle.delete().where(mine, Throttle.failures <= 0).execute()


@transaction
def _write_refusal(person: Person | None, username: str) -> None:
    if person:
        events.denied(person, "session:sign-in", person.ref)
    else:
        events.append(
            keys.SYSTEM, clock.now(), actor=None, action="session:sign-in", object_kind="look-up",
            object_ref=keys.blind(f"name:{username}")[:26], outcome="denied", is_write=False, changes=None,
        )  # fmt: skip


@transaction
def _begin(
    person: Person, counted: list[Counted], browser: str, now: datetime, limits: Defaults
) -> tuple[Session, str] | None:
    """None when the account was closed, or its password changed, while this one was being checked (SEC-18)."""
    lock_chain(f"person:{person.ref}")
    unchanged = (Person.ref == person.ref, Person.password_hash == person.password_hash, Person.disabled_at.is_null())
    if not Person.select().where(*unchanged).exists():
        return None
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    session = insert(
        Session, id_hash=_hash(secret), person=person, created_at=now, last_seen_at=now, browser=browser[:60],
        ends_at=now + timedelta(hours=limits.session_absolute_hours),
    )  # fmt: skip
    _take_back(counted)
    events.record(person, "session:signed-in", session)
    return session, secret


def resume(secret: str, limits: Defaults) -> Session | None:
    """The live session of a cookie, its person loaded; None when it ended, expired or never was. One query.

    It also says how many editions of the municipality's content there are: `editions`.
    """
    session = _find(secret)
    now = clock.now()
    if session is None or session.ended_at or is_closed(session.person) or session.ends_at <= now:
        return None
    # Seen later than now: the clock was put back since, and nobody knows how long the screen was left alone.
    if not now - timedelta(minutes=limits.session_idle_minutes) < session.last_seen_at <= now + SEEN_EVERY:
        return None
    return session


def is_closed(person: Person) -> bool:
    """Whether an account lets nobody in: it was closed, or its last day has passed."""
    return bool(person.disabled_at) or (person.ends_on is not None and person.ends_on < clock.today(clock.now()))


def parked(secret: str, limits: Defaults) -> Session | None:
    """A session that expired so lately that a form sent with it may be given back to its person (decision 12)."""
    session = _find(secret)
    now = clock.now()
    if session is None or session.ended_at or is_closed(session.person):
        return None
    return session if session.last_seen_at > now - timedelta(hours=limits.session_parked_hours) else None


def of_form(person: Person, token: str, limits: Defaults) -> Session | None:
    """The person's own lately used session, live or ended, whose page carried this token; None when there is none.

    Who signed in anew in another tab still has pages open that carry the token of the session before.
    """
    lately = Session.last_seen_at > clock.now() - timedelta(hours=limits.session_parked_hours)
    mine = Session.select().where(Session.person == person.ref, lately).order_by(Session.last_seen_at.desc()).limit(50)
    return next((session for session in mine if is_token_of(session, token)), None)


def _find(secret: str) -> Session | None:
    return _by_hash.first(id_hash=_hash(secret))


@prepared
def _by_hash(*, id_hash: Parameter) -> Any:
    columns = (Session, Person, editions.how_many().alias("editions"))
    return Session.select(*columns).join(Person).where(Session.id_hash == id_hash)


def seen(session: Session) -> None:
    """Prolong the session; written at most once a minute. Polls do not call this (SEC-17).

    What can be read while nothing can be written is read all the same; the session then ends as if nobody were there.
    """
    now = clock.now()
    if session.last_seen_at <= now - SEEN_EVERY:
        with suppress(Unavailable):
            _touch(session, now)


@transaction
def _touch(session: Session, now: datetime) -> None:
    # A request in flight cannot bring a session back that was ended meanwhile (SEC-18).
    Session.update(last_seen_at=now).where(Session.ref == session.ref, Session.ended_at.is_null()).execute()


@transaction
def sign_out(session: Session) -> None:
    """End the session at once: a copied cookie is dead from now on."""
    Session.update(ended_at=clock.now()).where(Session.ref == session.ref, Session.ended_at.is_null()).execute()
    events.record(session.person, "session:signed-out", session)


def mine(actor: Person) -> list[Session]:
    """The actor's own live sessions, newest first."""
    policy.require(actor, Action.PROFILE)
    return list(
        Session.select()
        .where(Session.person == actor.ref, Session.ended_at.is_null(), Session.ends_at > clock.now())
        .order_by(Session.created_at.desc())
        .limit(50)
    )


@transaction
def end(actor: Person, ref: str) -> None:
    """End one of the actor's own sessions. Raises NotFound for anyone else's."""
    policy.require(actor, Action.PROFILE)
    session = Session.get_or_none(Session.ref == ref, Session.person == actor.ref)
    if session is None:
        raise NotFound()
    Session.update(ended_at=clock.now()).where(Session.ref == ref, Session.ended_at.is_null()).execute()
    events.record(actor, "session:ended", session)


def end_all(person: Person, now: datetime) -> None:
    """End every session of a person, inside the transaction of what calls for it."""
    Session.update(ended_at=now).where(Session.person == person.ref, Session.ended_at.is_null()).execute()


def form_token(session: Session | None) -> str:
    """The token that forms carry: bound to the session, without a clock of its own (SEC-23).

    Masked anew each time, so that a compressed page tells nothing of it; signed out it is no secret, and always the
    same, so that two refusals to sign in are alike to the byte.
    """
    mask = secrets.token_bytes(TOKEN_BYTES) if session else bytes(TOKEN_BYTES)
    return (mask + _xor(mask, _token_of(session))).hex()


def is_token_of(session: Session | None, given: str) -> bool:
    """Whether a form carries the session's token."""
    try:
        told = bytes.fromhex(given)
    except ValueError:
        return False
    mask, masked = told[:TOKEN_BYTES], told[TOKEN_BYTES:]
    return len(masked) == TOKEN_BYTES and hmac.compare_digest(_xor(mask, masked), _token_of(session))


def _token_of(session: Session | None) -> bytes:
    bound_to = session.id_hash if session else "signed-out"
    return hmac.new(keys.web_key(), f"form:{bound_to}".encode(), hashlib.sha256).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


# ── passwords and one-time links ────────────────────────────────────────────────────────────────────


@transaction
def offer_link(actor: Actor, person: Person, limits: Defaults) -> str:
    """A secret that sets the person's password once, for the administrator to hand over. Earlier ones die.

    Raises Invalid for an account that is closed.
    """
    policy.require(actor, Action.PEOPLE_MANAGE)
    if person.disabled_at:
        raise Invalid("Brugeren er lukket og kan ikke få et link. Opret en ny bruger i stedet.")
    now, secret = clock.now(), secrets.token_urlsafe(TOKEN_BYTES)
    OneTimeLink.update(used_at=now).where(OneTimeLink.person == person.ref, OneTimeLink.used_at.is_null()).execute()
    OneTimeLink.insert(
        token_hash=_hash(secret), person=person, created_at=now,
        ends_at=now + timedelta(minutes=limits.one_time_link_minutes),
    ).execute()  # fmt: skip
    events.record(actor, "person:link-offered", person)
    return secret


def link_holder(secret: str) -> Person:
    """The person whose one-time link this is. Raises NotFound when it was used, ran out or never was."""
    found = (
        OneTimeLink.select(OneTimeLink, Person)
        .join(Person)
        .where(OneTimeLink.token_hash == _hash(secret), OneTimeLink.used_at.is_null(), Person.disabled_at.is_null())
        .first()
    )
    now = clock.now()
    if found is None or found.ends_at <= now or found.created_at > now + SEEN_EVERY:  # the clock was put back since
        raise NotFound("Linket er brugt eller udløbet. Bed administratoren om et nyt.")
    return found.person


@transaction
def set_password_by_link(secret: str, password: str, limits: Defaults) -> Person:
    """Set a password with a one-time link, and end every session of the person. Raises NotFound or Invalid."""
    person = link_holder(secret)
    used = OneTimeLink.update(used_at=clock.now()).where(
        OneTimeLink.token_hash == _hash(secret), OneTimeLink.used_at.is_null()
    )
    if used.execute() != 1:
        raise NotFound("Linket er brugt eller udløbet. Bed administratoren om et nyt.")
    _set_password(person, password, limits)
    return person


def change_password(actor: Person, old: str, new: str, address: str, limits: Defaults) -> None:
    """Change the actor's own password and end every session. Raises Invalid when the old one, which counts as a guess
    from `address`, is wrong."""
    confirm(actor, old, address, limits, "old")
    _set_password(actor, new, limits)


@transaction
def _set_password(person: Person, password: str, limits: Defaults) -> None:
    check_password(password, person, limits)
    lock_chain(f"person:{person.ref}")
    Person.update(password_hash=hash_password(password)).where(Person.ref == person.ref).execute()
    OneTimeLink.update(used_at=clock.now()).where(
        OneTimeLink.person == person.ref, OneTimeLink.used_at.is_null()
    ).execute()
    end_all(person, clock.now())
    events.record(person, "person:password-changed", person)


def check_password(password: str, person: Person, limits: Defaults) -> None:
    """Raise Invalid, saying what to do, for a password that is too short, too long or easily guessed (SEC-14)."""
    if len(password) < limits.password_shortest:
        raise Invalid(f"Brug mindst {limits.password_shortest} tegn, gerne en sætning.", "password")
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(f"Brug højst {LONGEST_PASSWORD} tegn.", "password")
    folded = password.casefold()
    if any(word in folded for word in _guessable()) or person.username in folded:
        raise Invalid("Den adgangskode er let at gætte. Vælg en uden navne og kendte ord.", "password")


def _guessable() -> list[str]:
    return (CONFIG / "guessable.txt").read_text().split()


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(password)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
