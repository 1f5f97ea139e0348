"""Oplysningspligt: who named in a case was told that data is kept, or the decision not to (GDPR art. 13, 14).

Telling an udøver can be dangerous, so it may be decided not to (databeskyttelsesloven § 22): with a reason, and where
it is for danger with a day on which it is decided again.
"""

from datetime import date
from typing import Any, NamedTuple

from .. import clock
from ..errors import Invalid
from ..kinds import CitizenRole, DeadlineKind, EventKind, InformGround, InformWay, PartyRole
from ..policy import Action
from ..store.cases import Case, Party
from ..store.idempotency import creates
from ..store.informing import Informed
from ..store.people import Person
from . import days, network, parties
from .reminders import deadlines
from .verbs import reads, work
from .written import add

CHOOSE = "Vælg en af dem, der står på sagen."


class Named(NamedTuple):
    """Someone named in a case: by which name a form knows him or her, since when, whether it is the one who exposes
    another, and what was written last."""

    about: str
    label: str
    tell_by: date
    is_dangerous: bool
    last: Informed | None


@reads(Action.CASE_READ)
def named(actor: Person, case: Case) -> list[Named]:
    """Everyone named in a case, parties first, each with what was written last (`writer`). Who must be told, must be
    told within a month of when he or she was written down (art. 14, stk. 3)."""
    rows = Informed.select(Informed, Person.ref, Person.name).join(
        Person, on=(Informed.by == Person.ref), attr="writer"
    )
    last = {row.about: row for row in rows.where(Informed.case == case.ref).order_by(Informed.at, Informed.ref)}
    found = [_named(party, party.role.label, party.created_at, last, _exposes(case, party))
             for party in parties.of_case(actor, case)]  # fmt: skip
    found += [_named(one, "Netværk", one.at, last, is_dangerous=False) for one in network.persons(actor, case)]
    return found


def _named(row: Any, role: str, since: Any, last: dict[str, Informed], is_dangerous: bool) -> Named:
    about = f"{row._meta.table_name}:{row.ref}"
    label = f"{role}: {row.name}" if row.name else role
    return Named(about, label, clock.months_later(clock.today(since), 1), is_dangerous, last.get(about))


def _exposes(case: Case, party: Party) -> bool:
    """Whether it is the one who exposes another, as far as the case says."""
    other = PartyRole.CITIZEN if case.citizen_role == CitizenRole.PERPETRATOR else PartyRole.OPPOSING
    return party.role == other


@creates(Informed)
@work(Action.CASE_SHARE)
def told(actor: Person, case: Case, about: str, way: InformWay, on: date | None) -> Informed:
    """Write down that someone was told, how and when. Raises Invalid naming the field."""
    _refuse_stranger(actor, case, about)
    day = days.past_day(on, "told_on", "Skriv det ned, når det er sket.")
    _no_longer_due(case, about)
    return add(actor, EventKind.INFORMED_TOLD, Informed, case, about=about, way=way, on=day)


@creates(Informed)
@work(Action.CASE_DESCRIBE)
def decide_not(
    actor: Person, case: Case, about: str, ground: InformGround, reason: str, look_on: date | None
) -> Informed:
    """Decide that someone is not told, or not yet, as who coordinates the case may; the tovholder is reminded on the
    day on which it is decided again. Raises Invalid naming the field: for danger that day is wanted: it passes."""
    _refuse_stranger(actor, case, about)
    if ground == InformGround.DANGER and look_on is None:
        raise Invalid("Skriv, hvornår det skal afgøres igen: faren kan være ovre.", "look_on")
    days.refuse_unless_ahead(look_on, "look_on", years=1)
    _no_longer_due(case, about)
    made = add(
        actor, EventKind.INFORMED_NOT, Informed, case, about=about, ground=ground, reason=reason, on=clock.today(),
        look_on=look_on,
    )  # fmt: skip
    deadlines.plan(DeadlineKind.INFORM_AGAIN, made, look_on)
    return made


def _refuse_stranger(actor: Person, case: Case, about: str) -> None:
    if about not in {one.about for one in named(actor, case)}:
        raise Invalid(CHOOSE, "about")


def _no_longer_due(case: Case, about: str) -> None:
    for earlier in list(Informed.select().where(Informed.case == case.ref, Informed.about == about)):
        deadlines.void(earlier)
