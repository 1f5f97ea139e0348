"""Consents: the citizen said yes to sharing something with someone, and can take it back (D-25)."""

from datetime import date
from typing import NamedTuple

from ... import clock, policy
from ...errors import Invalid
from ...kinds import Basis, ConsentWay, DeadlineKind, EventKind, Validity
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Person
from ...store.record import Consent
from ...store.work import Request
from .. import days, written
from ..paging import newest_first
from ..reminders import deadlines
from ..requests import freezing
from ..verbs import reads, work
from ..written import revise_if_new


class Given(NamedTuple):
    """What the citizen said yes to, how and when; until when, if not for good."""

    scope: str | None
    way: ConsentWay
    given_on: date | None
    expires_on: date | None = None


class Chosen(NamedTuple):
    """The consent that a sharing rests on: the ref of one on file, or one that is written down along with it."""

    on_file: str | None
    given: Given | None = None


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Consent]:
    """All consents of a case that the actor has loaded: those that hold first, then the newest; with `writer`."""
    today = clock.today()
    rows = Consent.select(Consent, Person.ref, Person.name).join(Person, on=(Consent.by == Person.ref), attr="writer")
    all_of_it = newest_first(rows.where(Consent.case == case.ref), "given_on", "at")
    return sorted(all_of_it, key=lambda consent: validity(consent, today) != Validity.VALID)


def valid(actor: Actor, case: Case) -> list[Consent]:
    """The consents of a case that something can rest on today."""
    today = clock.today()
    return [consent for consent in of_case(actor, case) if validity(consent, today) == Validity.VALID]


def validity(consent: Consent, today: date) -> Validity:
    """Whether a consent holds on the day `today`."""
    if consent.withdrawn_on:
        return Validity.WITHDRAWN
    return Validity.EXPIRED if consent.expires_on and consent.expires_on < today else Validity.VALID


def covers(consent: Consent, on: date) -> bool:
    """Whether what was told on the day `on` could rest on the consent; it may have been taken back since."""
    until = min(day for day in (consent.withdrawn_on, consent.expires_on, date.max) if day)
    return consent.given_on <= on <= until


@reads(Action.CASE_READ)
def one(actor: Actor, case: Case, ref: str) -> Consent:
    """One consent of a case that the actor has loaded. Raises NotFound for one of another case (SEC-04)."""
    return policy.part_of(case, Consent, ref)


@reads(Action.CASE_READ)
def resting_on(actor: Actor, consent: Consent) -> int:
    """How many open requests rest on a consent: they are put on pause when it is taken back."""
    return Request.select().where(Request.consent == consent.ref, Request.closed_at.is_null()).count()


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(Consent)
@work(Action.CASE_SHARE)
def give(actor: Person, case: Case, given: Given) -> Consent:
    """Write down that the citizen said yes; the tovholder is reminded before it runs out.

    Raises Invalid, naming the field, without a scope, for a day to come, and for an end before the beginning.
    """
    return add(actor, case, given)


def add(actor: Actor, case: Case, given: Given) -> Consent:
    """As `give`, inside the transaction of a verb that asked already: what is shared rests on it."""
    _check(given)
    consent = written.add(actor, EventKind.CONSENT_GIVEN, Consent, case, **given._asdict())
    deadlines.plan(DeadlineKind.CONSENT_EXPIRES, consent, given.expires_on)
    return consent


def _check(given: Given) -> None:
    if not given.scope:
        raise Invalid("Skriv, hvad borgeren har sagt ja til, og hvem der må få det at vide.", "consent_scope")
    given_on = days.past_day(given.given_on, "consent_on", "Skriv den dag, borgeren sagde ja.")
    if given.expires_on and given.expires_on < given_on:
        raise Invalid("Samtykket kan ikke udløbe, før det er givet. Ret en af datoerne.", "consent_expires")


def settle(actor: Actor, case: Case, basis: Basis, chosen: Chosen | None) -> Consent | None:
    """The consent behind a sharing on `basis`, inside the caller's transaction; None where the basis is another.

    Raises Invalid, naming the field, for one that does not hold, and where none is named.
    """
    if basis != Basis.CONSENT:
        return None
    on_file, given = chosen or Chosen(None)
    if on_file and given and given.scope:
        raise Invalid("Vælg enten et samtykke på listen, eller skriv et nyt.", "consent")
    if not on_file:
        return add(actor, case, given or Given(None, ConsentWay.SPOKEN, None))
    consent = Consent.get_or_none(Consent.ref == on_file, Consent.case == case.ref)
    if consent is None or validity(consent, clock.today()) != Validity.VALID:
        raise Invalid("Samtykket gælder ikke længere. Spørg borgeren igen, eller vælg et andet grundlag.", "consent")
    return consent


@work(Action.CASE_SHARE)
def withdraw(
    actor: Person, consent: Consent, withdrawn_on: date | None, note: str | None, seen_version: int
) -> Consent:
    """Write down that the citizen took it back: open requests that rest on it are put on pause at once, and those who
    owe the answer are told to stop. Saying it twice changes nothing.

    Raises Invalid, naming the field, for a day to come or before it was given; Conflict when someone was faster.
    """
    if consent.withdrawn_on:
        return written.already(consent, withdrawn_on=withdrawn_on, withdrawn_note=note)
    withdrawn_on = days.past_day(withdrawn_on, "withdrawn_on", "Skriv den dag, borgeren trak det tilbage.")
    if withdrawn_on < consent.given_on:
        raise Invalid("Samtykket var ikke givet endnu den dag. Ret datoen.", "withdrawn_on")
    withdrawn = revise_if_new(
        actor, EventKind.CONSENT_WITHDRAWN, consent, seen_version, withdrawn_on=withdrawn_on, withdrawn_note=note
    )
    deadlines.void(withdrawn)
    freezing.freeze(actor, withdrawn)
    return withdrawn
