"""Referrals: the citizen was pointed to an organisation, or did not want it (S0-18, S0-32)."""

from datetime import date

from .. import content
from ..content import ContactEntry
from ..errors import Invalid
from ..kinds import Basis, CitizenRole, ConsentWay, EventKind, ReferralWay, TaskStatus
from ..policy import Action, Actor
from ..store.cases import Case
from ..store.idempotency import creates
from ..store.people import Person
from ..store.work import Referral
from . import days, tasks
from .sharing import consents, ledger
from .tasks import safety
from .verbs import reads, work
from .written import add

ROLES = {CitizenRole.EXPOSED: {"exposed"}, CitizenRole.PERPETRATOR: {"perpetrator"}}
BOTH = {"exposed", "perpetrator"}


def organisations(case: Case) -> list[ContactEntry]:
    """Where the citizen of this case can be referred to: an udøver's line never for an udsat, nor the other way round;
    while the role is not known, only what is for both (domain, finding on the two numbers)."""
    needed = ROLES.get(case.citizen_role, BOTH)
    return [entry for entry in content.organisations() if needed <= set(entry.scope)]


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Referral]:
    """All referrals of a case that the actor has loaded, the latest first, with who wrote them down."""
    rows = Referral.select(Referral, Person.ref, Person.name).join(Person, on=(Referral.by == Person.ref), attr="by")
    return list(rows.where(Referral.case == case.ref).order_by(Referral.on.desc(), Referral.at.desc()))


@creates(Referral)
@work(Action.REFERRAL_RECORD)
def record(
    actor: Actor, case: Case, *, organisation: str, way: ReferralWay, on: date | None, consents: bool = False,
    result: str | None = None, anyway: str | None = None,
) -> Referral:  # fmt: skip
    """Write down a referral to an organisation (a key of config/contacts.toml), and what came of it; `anyway`: why
    before the exposed person's safety was assessed. Closes the task that stands for it; a citizen who did not want it
    has answered too.

    Giving a number needs no consent, passing the contact on does (D-25): what is told stands in the ledger, and
    so does the yes that it rests on. Raises Invalid, naming the field, for an organisation that is not for this
    citizen, a missing consent, and a date to come.
    """
    places = {entry.key: entry.name for entry in organisations(case)}
    if organisation not in places:
        raise Invalid("Vælg et af de steder, der er til borgeren i denne sag.", "organisation")
    if way == ReferralWay.PASSED_ON and not consents:
        raise Invalid(
            "Kontakten sendes kun videre, når borgeren har sagt ja. Sæt hak, eller vælg en anden måde.", "consents"
        )
    days.past_day(on, "on", "Ret den, eller opret et møde i stedet.")
    safety.before_alerting(actor, case, anyway)
    task = tasks.referral_task(case.ref, organisation)
    referral = add(
        actor, EventKind.REFERRAL_RECORDED, Referral, case, told=("organisation", "way", "on"), task=task,
        organisation=organisation, way=way, on=on, result=result,
    )  # fmt: skip
    if task:
        tasks.follow(actor, task.ref, TaskStatus.DONE)
    _enter(actor, case, referral, places[organisation])
    return referral


def _enter(actor: Actor, case: Case, referral: Referral, place: str) -> None:
    """Write into the ledger what the organisation was told of the citizen, if anything."""
    told = {
        ReferralWay.CALLED_TOGETHER: "Det, der blev sagt i et fælles opkald",
        ReferralWay.PASSED_ON: "Borgerens navn og kontaktoplysninger",
    }.get(referral.way)
    if told is None:
        return
    consent = None
    if referral.way == ReferralWay.PASSED_ON:
        scope = f"At kontakten sendes videre til {place}"
        consent = consents.add(actor, case, consents.Given(scope, ConsentWay.SPOKEN, referral.on))
    entry = ledger.Disclosed(told, place, "Henvisning", Basis.CONSENT, referral.on)
    ledger.disclose(actor, case, referral, entry, consent)
