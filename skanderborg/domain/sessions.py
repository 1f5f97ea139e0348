"""Signing in and out: session rows, throttled guesses, one-time links (decision 12, SEC-14 to 18)."""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .. import clock
from ..addresses import Place
from ..errors import Invalid, NotFound, Unavailable
from ..kinds import EventKind, LetterKind
from ..mail import links, outbox
from ..policy import Action, Actor
from ..settings import Defaults
from ..store import events, keys
from ..store.db import insert, lock_chain, new_ref, rewrite, transaction
from ..store.outbox import OutboxLetter
from ..store.people import OneTimeLink, Person, Session
from ..store.prepared import Parameter, prepared
from . import devices, editions, factors, form_tokens, passwords, throttle
from .verbs import reads, verb

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
WRONG_AGAIN = "Adgangskoden er forkert, eller der er prøvet for mange gange. Vent lidt, og prøv igen."
WRONG = "Brugernavn eller adgangskode er forkert, eller der er prøvet for mange gange. Vent lidt, og prøv igen."
_hasher = PasswordHasher()  # argon2id with the library's own costs
_NOBODY = _hasher.hash(secrets.token_hex(16))  # checked for unknown names too, so that they take as long


class Kept(NamedTuple):
    """What a browser that signs in has kept: the secret of the session it had, and the one by which it is known."""

    session: str = ""
    device: str = ""


NOTHING = Kept()


def sign_in(
    username: str, password: str, address: str, browser: str, limits: Defaults, kept: Kept = NOTHING
) -> tuple[Session, str]:
    """Start a session and return it with the secret for its cookie. The one that the browser had ends.

    Raises Invalid, in one sentence for a wrong password, an unknown name, a closed account and too many tries (SEC-14).
    """
    username = username.casefold().strip()
    person = Person.get_or_none(Person.username == username, Person.disabled_at.is_null())
    if person is not None and (is_closed(person) or person.locked_at or not passwords.let_in(person)):
        person = None
    is_known = bool(person and kept.device and devices.is_known(person, kept.device, clock.now(), limits))
    places = (
        throttle.of_device(devices.hashed(kept.device), person.ref)
        if is_known
        else throttle.of_stranger(username, address)
    )
    guess(
        places, person.ref if person else None, lambda: _is_right(person, password), limits,
        lambda: write_refusal(person, username), Invalid(WRONG, "username"),
    )  # fmt: skip
    started = _begin(places, person, kept, browser, limits)
    if started is None:
        transaction(write_refusal)(person, username)
        raise Invalid(WRONG, "username")
    return started


@reads(Action.PROFILE)
def confirm(actor: Person, password: str, limits: Defaults, field: str = "password") -> None:
    """The one who is signed in types the password again, before something that matters (SEC-63).

    A wrong one counts as a guess does, at the person. Raises Invalid at the `field`.
    """
    places = throttle.of_person(actor.ref)
    guess(
        places, actor.ref, lambda: _is_right(actor, password), limits,
        lambda: events.denied(actor, "session:confirm", actor.ref), Invalid(WRONG_AGAIN, field),
    )  # fmt: skip
    transaction(throttle.take_back)(places)


def guess(
    places: throttle.Places, person_ref: str | None, is_right: Callable[[], bool], limits: Defaults,
    write: Callable[[], None], refusal: Invalid,
) -> None:  # fmt: skip
    """Raise the refusal for what is not right, and without looking at it where there were too many; `write` it down in
    the chain of the person whom it was tried for."""
    tried = throttle.count(places, limits)
    if tried.is_refused:
        if tried.is_news:
            transaction(write)()
        raise refusal
    if not is_right():
        _count_wrong(places, f"person:{person_ref}" if person_ref else keys.SYSTEM, limits, write)
        raise refusal


@transaction
def _count_wrong(places: throttle.Places, chain: str, limits: Defaults, write: Callable[[], None]) -> None:
    """Count it, and `write` it down in the `chain`, which is held before any row."""
    lock_chain(chain)
    throttle.wrong(places, limits)
    write()


def _is_right(person: Person | None, password: str) -> bool:
    stored = person.password_hash if person and person.password_hash else _NOBODY
    try:
        return _hasher.verify(stored, password[: passwords.LONGEST]) and stored is not _NOBODY
    except (VerificationError, InvalidHashError):
        return False


def write_refusal(person: Person | None, username: str) -> None:
    """Write down that someone was not let in, inside a transaction."""
    if person:
        events.denied(person, "session:sign-in", person.ref)
    else:
        events.append(
            keys.SYSTEM, clock.now(), actor=None, action="session:sign-in", object_kind="look-up",
            object_ref=keys.blind(f"name:{username}")[:26], outcome="denied", is_write=False, changes=None,
        )  # fmt: skip


@transaction
def _begin(
    places: throttle.Places, person: Person, kept: Kept, browser: str, limits: Defaults
) -> tuple[Session, str] | None:
    """None when the account was closed, or its password changed, while this one was being checked (SEC-18)."""
    before = hold(person, kept)
    throttle.take_back(places)
    unchanged = (Person.ref == person.ref, Person.password_hash == person.password_hash, Person.disabled_at.is_null())
    if not Person.select().where(*unchanged).exists():
        return None
    return start(person, before, kept, browser, limits, is_half=factors.is_awaited(person))


def hold(person: Person, kept: Kept) -> Session | None:
    """Hold whoever signs in, and first, in the order of refs, who did before in that browser: that session."""
    before = _find(kept.session) if kept.session else None
    for ref in sorted({person.ref, *([before.person_id] if before else [])}):
        lock_chain(f"person:{ref}")
    return before


def start(
    person: Person, before: Session | None, kept: Kept, browser: str, limits: Defaults, *, is_half: bool = False,
    **more: Any,
) -> tuple[Session, str]:  # fmt: skip
    """Start a session of someone who is held, in place of the one `before`, inside a transaction. One that `is_half`
    opens nothing but what stands beside the password, and the browser is not known by it."""
    now = clock.now()
    if before and _is_live(before, now, limits):
        end_one(before, now)
    if not is_half:
        devices.signed_in(person, kept.device, now, limits)
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    columns = {"browser": browser[:60], "ends_at": now + timedelta(hours=limits.session_absolute_hours), **more}
    session = insert(
        Session, id_hash=_hash(secret), person=person, created_at=now, last_seen_at=now, is_half=is_half, **columns
    )
    events.record(person, EventKind.SESSION_HALF_SIGNED_IN if is_half else EventKind.SESSION_SIGNED_IN, session)
    return session, secret


@transaction
def complete(session: Session, device: str, limits: Defaults) -> str:
    """What stands beside the password was shown: a half session is whole, under a new secret, which is returned.

    Raises NotFound where it ended meanwhile, or was whole already.
    """
    lock_chain(f"person:{session.person_id}")
    devices.signed_in(session.person, device, clock.now(), limits)
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    half = (Session.ref == session.ref, Session.is_half == True, Session.ended_at.is_null())  # noqa: E712
    if not Session.update(is_half=False, id_hash=_hash(secret), last_seen_at=clock.now()).where(*half).execute():
        raise NotFound()
    events.record(session.person, EventKind.SESSION_SIGNED_IN, session)
    return secret


def resume(secret: str, limits: Defaults) -> Session | None:
    """The live session of a cookie, its person loaded; None when it ended, expired or never was. One query.

    It also says how many editions of the municipality's content there are: `editions`.
    """
    session = _find(secret)
    return session if session and _is_live(session, clock.now(), limits) else None


def _is_live(session: Session, now: datetime, limits: Defaults) -> bool:
    if session.ended_at or is_closed(session.person) or session.ends_at <= now:
        return False
    # Seen later than now: the clock was put back since, and nobody knows how long the screen was left alone.
    return now - timedelta(minutes=limits.session_idle_minutes) < session.last_seen_at <= now + SEEN_EVERY


def is_closed(person: Person) -> bool:
    """Whether an account lets nobody in: it was closed, or its last day has passed."""
    return bool(person.disabled_at) or (person.ends_on is not None and person.ends_on < clock.today())


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
    return next((session for session in mine if form_tokens.is_of(session, token)), None)


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
    lock_chain(f"person:{session.person_id}")
    end_one(session, clock.now())


def end_one(session: Session, now: datetime) -> None:
    """End a session, with its event, inside a transaction."""
    Session.update(ended_at=now).where(Session.ref == session.ref, Session.ended_at.is_null()).execute()
    events.record(session.person, EventKind.SESSION_SIGNED_OUT, session)


@reads(Action.PROFILE)
def mine(actor: Person) -> list[Session]:
    """The actor's own live sessions, newest first."""
    return list(
        Session.select()
        .where(Session.person == actor.ref, Session.ended_at.is_null(), Session.ends_at > clock.now())
        .order_by(Session.created_at.desc())
        .limit(50)
    )


@verb(Action.PROFILE)
def end(actor: Person, ref: str) -> None:
    """End one of the actor's own sessions. Raises NotFound for anyone else's."""
    lock_chain(f"person:{actor.ref}")
    session = Session.get_or_none(Session.ref == ref, Session.person == actor.ref)
    if session is None:
        raise NotFound()
    Session.update(ended_at=clock.now()).where(Session.ref == ref, Session.ended_at.is_null()).execute()
    events.record(actor, EventKind.SESSION_ENDED, session)


def end_all(person: Person, now: datetime) -> None:
    """End every session of a person, inside the transaction of what calls for it."""
    Session.update(ended_at=now).where(Session.person == person.ref, Session.ended_at.is_null()).execute()


# ── passwords and one-time links ────────────────────────────────────────────────────────────────────


@verb(Action.PEOPLE_MANAGE)
def offer_link(actor: Actor, person: Person, limits: Defaults) -> str:
    """A secret that sets the person's password once, for the administrator to hand over. Earlier ones die.

    Raises Invalid for an account that is closed.
    """
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    _offer(actor, person, secret, timedelta(minutes=limits.one_time_link_minutes))
    return secret


@verb(Action.PEOPLE_MANAGE)
def mail_link(actor: Actor, person: Person, limits: Defaults) -> None:
    """Send the person such a link by mail, instead of handing it over. Its secret is worked out when it is offered and
    again when the letter is written (mail/links.py), and stored nowhere. Raises as `offer_link`."""
    key = f"one-time-link:{new_ref()}"
    secret = links.secret_of(outbox.key_of(key, person))
    _offer(actor, person, secret, timedelta(hours=limits.mailed_link_hours))
    outbox.put(LetterKind.ONE_TIME_LINK, person, key=key, about=person, opens=Place.PROFILE)


def _offer(actor: Actor, person: Person, secret: str, lasts: timedelta) -> None:
    if person.disabled_at:
        raise Invalid("Brugeren er lukket og kan ikke få et link. Genåbn brugeren først.")
    if not passwords.let_in(person):
        raise Invalid("Brugeren logger ind med kommunens login og har ingen adgangskode her.")
    now = clock.now()
    _end_links(person, now)
    OneTimeLink.insert(token_hash=_hash(secret), person=person, created_at=now, ends_at=now + lasts).execute()
    events.record(actor, EventKind.PERSON_LINK_OFFERED, person)


def _end_links(person: Person, now: datetime) -> None:
    """No link of the person's works any more, also none that is still on its way."""
    OneTimeLink.update(used_at=now).where(OneTimeLink.person == person.ref, OneTimeLink.used_at.is_null()).execute()
    outbox.withdraw(OutboxLetter.person == person.ref, OutboxLetter.kind == LetterKind.ONE_TIME_LINK, now=now)


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


def set_password_by_link(secret: str, password: str, limits: Defaults, device: str = "") -> Person:
    """Set a password with a one-time link: every session ends, and a lock. Raises NotFound or Invalid.

    Of the person's browsers this one, if it has a secret, is known from now on, and no other.
    """
    person = link_holder(secret)
    passwords.check(password, person, limits)
    _use_link(person, secret, hash_password(password), device)
    return person


@transaction
def _use_link(person: Person, secret: str, password_hash: str, device: str) -> None:
    used = OneTimeLink.update(used_at=clock.now()).where(
        OneTimeLink.token_hash == _hash(secret), OneTimeLink.used_at.is_null()
    )
    if used.execute() != 1:
        raise NotFound("Linket er brugt eller udløbet. Bed administratoren om et nyt.")
    _set_password(person, password_hash, device)


def change_password(actor: Person, old: str, new: str, limits: Defaults, device: str = "") -> None:
    """Change the actor's own password, end every session, and know this browser alone. Raises Invalid when the old one,
    which counts as a guess, is wrong."""
    confirm(actor, old, limits, "old")
    passwords.check(new, actor, limits)
    transaction(_set_password)(actor, hash_password(new), device)


def _set_password(person: Person, password_hash: str, device: str) -> None:
    lock_chain(f"person:{person.ref}")
    now = clock.now()
    rewrite(Person, Person.ref == person.ref, password_hash=password_hash, locked_at=None, used_from=now)
    _end_links(person, now)
    end_all(person, now)
    devices.know_only(person, device, now)
    events.record(person, EventKind.PERSON_PASSWORD_CHANGED, person)
    key = f"password:{person.ref}:{now.isoformat()}"
    outbox.put(LetterKind.PASSWORD_CHANGED, person, key=key, about=person, opens=Place.PROFILE)


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(password)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
