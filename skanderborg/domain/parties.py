"""The named persons of a case: the citizen, children, relatives and the other party (D-22).

protection.py decides what of them is shown.
"""

from datetime import date
from typing import Any, NamedTuple

from .. import clock, policy
from ..errors import Invalid
from ..kinds import Box, CitizenRole, DeadlineKind, EventKind, PartyRole, Protection, TaskKind
from ..policy import Action, Actor
from ..store.cases import Case, Party
from ..store.db import transaction
from ..store.idempotency import creates
from ..store.work import Task
from . import access, cases, days, protection, tasks, written
from .access import walls
from .reminders import deadlines
from .tasks import owners
from .verbs import reads, work
from .written import revise, revise_if_new

ROLES = [role.value for role in PartyRole]
WHO_IS_IT = "Skriv barnets navn, initialer eller fødselsår. Ved I ikke, om der er børn, så spørg først."
TELL_POLICE = "Aftal med Borgerservice, at politiet får besked"
ABOUT_TELLING = (
    "En med særlig adressebeskyttelse har fået ny adresse. Så skal politiet have besked (CPR-loven § 6, stk. 7). "
    "Skriv ikke adressen her eller i en mail."
)
WHERE = ("contact", "address", "institution")
OF_THE_EXPOSED = (
    "Sagen handler om den, der udøver stalking. Skriv ikke her, hvor den udsatte er, eller hvordan den udsatte "
    "kontaktes: slet det."
)


class Details(NamedTuple):
    """What is known of a person. `why`: why the address is no longer protected."""

    name: str | None = None
    relation_text: str | None = None
    born: str | None = None
    contact: str | None = None
    address: str | None = None
    institution: str | None = None
    protection: Protection | None = None
    protection_until: date | None = None
    why: str | None = None


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case, role: PartyRole | None = None) -> list[Party]:
    """Everyone named in a case that the actor has loaded, or those of one role: citizen first, then as they came."""
    found = Party.select().where(Party.case == case.ref, Party.removed_at.is_null())
    if role:
        found = found.where(Party.role == role)
    return sorted(found.order_by(Party.created_at, Party.ref), key=lambda party: ROLES.index(party.role))


@reads(Action.CASE_READ)
def get(actor: Actor, case: Case, ref: str, role: PartyRole | None = None) -> Party:
    """One of a case that the actor has loaded. Raises NotFound for one of another case or role, TooLate for
    one that was taken out."""
    party = policy.part_of(case, Party, ref, *([Party.role == role] if role else []))
    return written.refuse_gone(party, party.removed_at)


def needs_decision(party: Party) -> bool:
    """Whether the protection has run out and nobody has asked the citizen: it stays hidden until then."""
    until = party.protection_until
    return party.protection == Protection.ORDINARY and until is not None and until < clock.today()


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(Party)
@work(Action.CASE_WORK)
def add(actor: Actor, case: Case, role: PartyRole, said: Details) -> Party:
    """Name someone in a case. Raises Invalid for a second citizen, for a child without name and year of birth, on a
    closed case, and as `describe`."""
    walls.hold_contacts()
    if role == PartyRole.CITIZEN and of_case(actor, case, role):
        raise Invalid("Borgeren står her allerede. Ret oplysningerne i stedet.", "role")
    columns = _columns(case, role, said, None)
    party = written.add(actor, EventKind.PARTY_ADDED, Party, case, role=role, **columns)
    _remind(party)
    if role == PartyRole.CHILD:
        cases.know_children(actor, case)
    return party


@work(Action.CASE_WORK)
def describe(actor: Actor, case: Case, party: Party, said: Details, seen_version: int) -> Party:
    """Say more of someone. Raises Invalid for ordinary protection without an end or with one more than a year away,
    without a reason when an address is no longer protected, and for the exposed person's whereabouts in a perpetrator's
    case; Conflict when someone was faster."""
    walls.hold_contacts()
    columns = _columns(case, party.role, said, party)
    described = revise_if_new(actor, EventKind.PARTY_DESCRIBED, party, seen_version, because=said.why, **columns)
    if described is party:
        return party
    if party.role == PartyRole.CITIZEN:  # the description of the case says the name too: an older form is told
        Case.update(version=Case.version + 1).where(Case.ref == case.ref).execute()
    _remind(described)
    if _has_moved(party, described):
        _let_police_know(actor, case, described)
    return described


@work(Action.CASE_WORK)
def take_out(actor: Actor, case: Case, party: Party, reason: str | None, seen_version: int) -> Party:
    """Take someone out of the case; what was written stays in Historik. Raises Invalid for the citizen."""
    if party.role == PartyRole.CITIZEN:
        raise Invalid("Borgeren kan ikke fjernes fra sin egen sag. Ret oplysningerne i stedet.")
    if not reason:
        raise Invalid("Skriv, hvorfor personen ikke hører til i sagen.", "reason")
    gone = revise(actor, EventKind.PARTY_TAKEN_OUT, party, seen_version, told=(), because=reason,
                  removed_at=clock.now())  # fmt: skip
    deadlines.void(gone)
    return gone


@transaction
# ── a protected address ─────────────────────────────────────────────────────────────────────────────


def _has_moved(before: Party, now: Party) -> bool:
    """Whether one who has special address protection, before or from now on, has another address than before."""
    is_special = Protection.SPECIAL in (before.protection, now.protection)
    return is_special and bool(before.address) and bool(now.address) and before.address != now.address


def _let_police_know(actor: Actor, case: Case, party: Party) -> None:
    """Raise the task by which the police hear of the move, once for each person while it is open (CPR-loven § 6,
    stk. 7). The address stands nowhere in it."""
    template = f"moved:{party.ref}"
    if Task.select().where(Task.case == case.ref, Task.template == template, Task.closed_at.is_null()).exists():
        return
    task = tasks.stand_in(
        actor, case, kind=TaskKind.PLAIN, box=Box.SAFETY, title=TELL_POLICE, brief=ABOUT_TELLING, must=True,
        due_on=clock.today(), assignee=access.primary_contact(case.ref), template=template,
    )  # fmt: skip
    owners.tell(actor, task, [task.assignee] if task.assignee else [])


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _columns(case: Case, role: PartyRole, said: Details, before: Party | None) -> dict[str, Any]:
    if case.citizen_role == CitizenRole.PERPETRATOR and role == PartyRole.OPPOSING:
        _refuse_whereabouts(said)
    if role == PartyRole.CHILD and not (said.name or said.born):  # it gives everyone on the case a duty
        raise Invalid(WHO_IS_IT, "name")
    columns: dict[str, Any] = {
        name: value for name, value in said._asdict().items() if name not in ("why", "protection", "protection_until")
    }
    if role in (PartyRole.CITIZEN, PartyRole.OPPOSING):
        columns["name_index"] = cases.blind(said.name) if said.name else None
    return columns | _protection(said, before)


def _refuse_whereabouts(said: Details) -> None:
    for name in WHERE:
        if getattr(said, name):
            raise Invalid(OF_THE_EXPOSED, name)


def _protection(said: Details, before: Party | None) -> dict[str, Any]:
    """The columns of the protection; only the ordinary one runs out, and at most a year from now."""
    was_hidden = before is not None and before.protection in protection.HIDES
    if was_hidden and said.protection not in protection.HIDES and not _says_something(said.why):
        raise Invalid("Skriv, hvorfor adressen ikke længere er beskyttet. Så bliver den vist for alle på sagen.", "why")
    if said.protection != Protection.ORDINARY:
        return {"protection": said.protection, "protection_until": None}
    if said.protection_until is None:
        raise Invalid("Skriv, hvornår beskyttelsen udløber. Spørg borgeren, eller slå det op.", "protection_until")
    if before is None or said.protection_until != before.protection_until:
        days.refuse_unless_ahead(said.protection_until, "protection_until", 1)
    return {"protection": said.protection, "protection_until": said.protection_until}


def _says_something(why: str | None) -> bool:
    return len((why or "").strip()) >= protection.SHORTEST_REASON


def _remind(party: Party) -> None:
    is_ordinary = party.protection == Protection.ORDINARY
    deadlines.plan(DeadlineKind.ADDRESS_EXPIRES, party, party.protection_until if is_ordinary else None)
