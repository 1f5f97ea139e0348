"""Emergency access: a look-up of its own, by which someone who is not on a case opens its emergency sheet for a while.

It widens nothing: `visible_cases` knows nothing of it, and what it gives is `EmergencyUse`, a grant on the sheet alone,
with an end. Exclusion beats it as it beats everything, and so does a case for named persons only. Who opens no sheet is
told the same whether the case is closed to him or her or is not there (SEC-07, SEC-08).
"""

from collections.abc import Collection

import peewee

from .. import clock
from ..errors import NotFound
from ..kinds import Action, EscalationKind, PartyRole, Role
from ..store import keys
from ..store.cases import Case, Party
from ..store.emergency import EmergencyUse
from ..store.people import Person
from ..store.work import Escalation
from .actors import Asker
from .departments import heads
from .exclusion import is_excluded
from .grants import BY_ROLE, FOUND, NOTHING, SHEET, allow, require
from .lookups import Also
from .sight import is_open_to

MAY_BE_LET_IN = (Role.NIGHT_DUTY, Role.RESOURCE_PERSON)  # narrow roles, and never everybody


def let_in(chosen: Collection[str]) -> None:
    """Give the access to these roles and to no other: once, at the start of the process."""
    for role in MAY_BE_LET_IN:
        BY_ROLE[role] = BY_ROLE.get(role, NOTHING) - FOUND | (FOUND if role in chosen else NOTHING)


# ── finding a case ──────────────────────────────────────────────────────────────────────────────────


def emergency_by_code(actor: Person, code: str) -> Case:
    """The open case with that code. Raises NotFound, by the same query whether it is missing or closed to the actor."""
    case = _open_to(actor).where(Case.code == code).first()
    if case is None:
        raise NotFound()
    return to_open(actor, case)


def emergency_by_name(actor: Person, name_index: str) -> list[Case]:
    """The open cases about a citizen whose name has that blind hash, each with its `citizen`; none that is closed to
    the actor is ever read. They are for choosing among, and are never shown."""
    is_citizen = (Party.case == Case.ref) & (Party.role == PartyRole.CITIZEN) & Party.removed_at.is_null()
    found = _open_to(actor).select(Case, Party).join(Party, on=is_citizen, attr="citizen")
    return list(found.where(Party.name_index == name_index).order_by(Case.ref))


def _open_to(actor: Person) -> peewee.ModelSelect:
    is_secret = Case.restricted == True  # noqa: E712
    return Case.select().where(Case.closed_at.is_null(), ~is_secret, is_open_to(actor, Case.ref))


def to_open(actor: Person, case: Case) -> Case:
    """The case that was found, of which the actor may open the sheet and do nothing else."""
    allow(case, actor, FOUND)
    return case


# ── the grant ───────────────────────────────────────────────────────────────────────────────────────


def emergency_for(actor: Person, ref: str, action: Action, also: Also | None = None) -> EmergencyUse:
    """The actor's own use while it lasts, with its case; `also` as in `case_for`.

    Raises NotFound when it is over, was another's, or never was, also where the case was closed to the actor since, and
    NotAllowed without the role.
    """
    require(actor, Action.EMERGENCY_OPEN)
    query = keys.beside(emergencies_open(actor).where(EmergencyUse.ref == ref), EmergencyUse, EmergencyUse.case)
    use = (also(query) if also else query).first()
    if use is None:
        raise NotFound()
    keys.keep(getattr(use, "data_key", None))
    allow(use, actor, SHEET)
    require(actor, action, use)
    return use


def emergencies_open(actor: Person) -> peewee.ModelSelect:
    """The actor's own uses that last, each with its case, the newest first."""
    lasts = (EmergencyUse.person == actor.ref) & (EmergencyUse.until_at > clock.now())
    return (
        EmergencyUse.select(EmergencyUse, Case)
        .join(Case)
        .where(lasts, Case.closed_at.is_null(), is_open_to(actor, Case.ref))
        .order_by(EmergencyUse.at.desc(), EmergencyUse.ref)
    )


# ── who looks at it afterwards ──────────────────────────────────────────────────────────────────────


def emergencies_to_sign(actor: Person | Asker) -> peewee.ModelSelect:
    """What no manager has looked at yet, for who heads the department of the one who used it, and, once it was told
    that nobody did, for every manager; never one's own, and never of a case that is closed to one."""
    told = Escalation.select(peewee.SQL("1")).where(
        Escalation.kind == EscalationKind.EMERGENCY_UNSIGNED, Escalation.owed_at.is_null(False),
        Escalation.about == peewee.Value("emergency_use:").concat(EmergencyUse.ref),
    )  # fmt: skip
    is_mine = heads(actor, EmergencyUse.person) | peewee.fn.EXISTS(told)  # type: ignore[arg-type]
    return EmergencyUse.select().where(
        EmergencyUse.signed_at.is_null(), EmergencyUse.person != actor.ref, is_mine,
        ~is_excluded(actor.ref, EmergencyUse.case),
    )  # fmt: skip
