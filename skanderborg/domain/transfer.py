"""A case handed to another municipality: what was passed on, to whom, on which basis (D-22, D-25)."""

from datetime import date
from typing import NamedTuple

from .. import clock
from ..errors import Invalid
from ..kinds import Basis, EventKind, Protection
from ..policy import Action, Actor
from ..store.cases import Case, Party, Transfer
from ..store.idempotency import creates
from ..store.people import Person
from . import days
from .paging import newest_first
from .sharing import consents, ledger
from .verbs import reads, work
from .written import add

CONTINUE = "Den nye kommune skal videreføre den særlige adressebeskyttelse (CPR-loven § 6)."
BASES = (Basis.CONSENT, Basis.NECESSARY, Basis.ACUTE)


class PassedOn(NamedTuple):
    """What was typed: which municipality and who there, what they were given, on which basis, when."""

    municipality: str
    receiver: str
    what: str
    basis: Basis
    on: date | None
    consent: consents.Chosen | None = None


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Transfer]:
    """Every time the case was handed on, the latest first, with who did it (`writer`)."""
    rows = Transfer.select(Transfer, Person.ref, Person.name).join(
        Person, on=(Transfer.by == Person.ref), attr="writer"
    )
    return newest_first(rows.where(Transfer.case == case.ref), "on", "at")


def closing_reason(actor: Actor, case: Case) -> str:
    """Why a case that was handed on is closed; empty where it was not."""
    latest = next(iter(of_case(actor, case)), None)
    return f"Overdraget til {latest.municipality} {clock.numeric_date(latest.on)}." if latest else ""


@reads(Action.CASE_READ)
def has_special_protection(actor: Actor, case: Case) -> bool:
    """Whether anyone has special address protection, which the new municipality must continue (CPR-loven § 6)."""
    standing = (Party.case == case.ref) & Party.removed_at.is_null()
    return Party.select().where(standing, Party.protection == Protection.SPECIAL).exists()


@creates(Transfer)
@work(Action.CASE_TRANSFER)
def hand_on(actor: Person, case: Case, passed_on: PassedOn) -> Transfer:
    """Write down that a case was handed to another municipality; what was told stands in the ledger too, and with
    special address protection that it must be continued there. The case stays open until someone closes it.

    Raises Invalid, naming the field, for a day to come, a basis that cannot be, and a consent that does not hold.
    """
    days.past_day(passed_on.on, "on", "Skriv det ned, når sagen er overdraget.")
    if passed_on.basis not in BASES:
        raise Invalid("Vælg det grundlag, oplysningerne blev givet på.", "basis")
    consent = consents.settle(actor, case, passed_on.basis, passed_on.consent)
    if has_special_protection(actor, case):
        passed_on = passed_on._replace(what=f"{passed_on.what}\n{CONTINUE}")
    columns = {name: getattr(passed_on, name) for name in ("municipality", "receiver", "what", "basis", "on")}
    made = add(actor, EventKind.CASE_TRANSFERRED, Transfer, case, **columns)
    told = ledger.Disclosed(
        passed_on.what, f"{passed_on.municipality}, {passed_on.receiver}", "Sagen er overdraget til en anden kommune",
        passed_on.basis, passed_on.on,
    )  # fmt: skip
    ledger.disclose(actor, case, made, told, consent)
    return made
