"""The ledger of disclosures: what of a case was told, to whom, why, on which basis, when (D-25)."""

from datetime import date
from typing import NamedTuple

import peewee

from ...errors import Invalid
from ...kinds import Basis, EventKind
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.db import Table
from ...store.idempotency import creates
from ...store.people import Person
from ...store.record import Consent, Disclosure
from .. import days, paging
from ..paging import Page
from ..verbs import reads, work
from ..written import add
from . import consents


class Disclosed(NamedTuple):
    """What was told to whom, why, and on which basis; `consent` is the ref of the one that it rested on."""

    what: str
    to_whom: str
    why: str
    basis: Basis
    on: date | None
    consent: str | None = None


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case, number: int = 1) -> Page:
    """One page of a case's ledger, newest first, with who wrote each row (`writer`) and the day of its consent."""
    return paging.counted(_rows().where(Disclosure.case == case.ref), number)


@reads(Action.CASE_READ)
def under(actor: Actor, consent: Consent) -> list[Disclosure]:
    """What was told under a consent that the actor has loaded: it cannot be taken back, and must be known."""
    return list(_rows().where(Disclosure.consent == consent.ref))


def _rows() -> peewee.ModelSelect:
    return (
        Disclosure.select(Disclosure, Person.ref, Person.name, Consent.ref, Consent.case, Consent.given_on)
        .join(Person, on=(Disclosure.by == Person.ref), attr="writer")
        .join_from(Disclosure, Consent, peewee.JOIN.LEFT_OUTER, on=(Disclosure.consent == Consent.ref))
        .order_by(Disclosure.on.desc(), Disclosure.at.desc(), Disclosure.ref)
    )


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(Disclosure)
@work(Action.CASE_SHARE)
def tell(actor: Person, case: Case, told: Disclosed) -> Disclosure:
    """Write down that something was told by word of mouth, on the telephone or at a meeting.

    Raises Invalid, naming the field, for a day to come, for no basis, and for a consent that did not hold that day.
    """
    days.past_day(told.on, "on", "Skriv det ned, når det er fortalt.")
    if told.basis == Basis.UNSURE:
        raise Invalid("Vælg det grundlag, det blev fortalt på. Spørg en ressourceperson, hvis du er i tvivl.", "basis")
    return disclose(actor, case, None, told, _consent_behind(actor, case, told))


def _consent_behind(actor: Person, case: Case, told: Disclosed) -> Consent | None:
    if told.basis != Basis.CONSENT:
        return None
    if not told.consent:
        raise Invalid("Vælg det samtykke, det blev fortalt på. Står det her ikke, så registrér det først.", "consent")
    consent = consents.one(actor, case, told.consent)
    if told.on is None or not consents.covers(consent, told.on):
        raise Invalid("Det samtykke gjaldt ikke den dag. Vælg et andet, eller ret datoen.", "consent")
    return consent


def disclose(actor: Actor, case: Case, about: Table | None, told: Disclosed, consent: Consent | None) -> Disclosure:
    """Write a row inside the transaction of what tells: a request, a referral, a transfer (`about`).

    What was told stands there, and is not copied here.
    """
    where = f"{about._meta.table_name}:{about.ref}" if about else None
    return add(
        actor, EventKind.DISCLOSURE_RECORDED, Disclosure, case, told=("what", "to_whom", "why", "basis", "on"),
        about=where, **told._asdict() | {"consent": consent},
    )  # fmt: skip
