"""Rollefordeling: who does what in a case, inside the municipality and outside it, from the first day (D-12)."""

from typing import Any

from .. import clock, policy
from ..kinds import EventKind, RoleSide
from ..policy import Action, Actor
from ..store.cases import Case, RoleShare
from ..store.idempotency import creates
from ..store.people import Person
from . import days, written
from .verbs import reads, work
from .written import revise, revise_if_new

NOT_YET = "Skriv den dag, de kom med, eller lad feltet være tomt."


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[RoleShare]:
    """Who does what now: those inside first, each side in the order in which they came in."""
    rows = RoleShare.select().where(RoleShare.case == case.ref, RoleShare.ended_at.is_null()).order_by(RoleShare.at)
    return sorted(rows, key=lambda row: row.side != RoleSide.INSIDE)


@reads(Action.CASE_WORK)
def get(actor: Person, case: Case, ref: str) -> RoleShare:
    """One row of a case that the actor has loaded. Raises NotFound for one of another case, TooLate for one that
    has ended."""
    row = policy.part_of(case, RoleShare, ref)
    return written.refuse_gone(row, row.ended_at)


@creates(RoleShare)
@work(Action.CASE_WORK)
def add(actor: Person, case: Case, **said: Any) -> RoleShare:
    """Write down who does what, by the columns of a RoleShare. Raises Invalid for a day to come, on a closed case."""
    days.refuse_future(said["since_on"], "since_on", NOT_YET)
    return written.add(actor, EventKind.ROLE_ADDED, RoleShare, case, **said)


@work(Action.CASE_WORK)
def rewrite(actor: Person, row: RoleShare, seen_version: int, **said: Any) -> RoleShare:
    """Change who does what, over the version that was seen. Raises Invalid as `add` does, Conflict."""
    days.refuse_future(said["since_on"], "since_on", NOT_YET)
    return revise_if_new(actor, EventKind.ROLE_CHANGED, row, seen_version, **said)


@work(Action.CASE_WORK)
def end(actor: Person, row: RoleShare, seen_version: int) -> RoleShare:
    """Take a row out: it no longer does anything in the case, and stays in the history. Raises Conflict."""
    told = {"who": [row.who, None]}
    return revise(actor, EventKind.ROLE_ENDED, row, seen_version, told=told, ended_at=clock.now())
