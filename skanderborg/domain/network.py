"""The network around the citizen: who can help, who may know and who must not, and which places are instructed (D-08).

In a case about an udøver the network supports the citizen in stopping, and nothing is asked about the exposed person.
"""

from datetime import date
from typing import Any, TypeVar

import peewee

from .. import clock, policy
from ..errors import Invalid
from ..kinds import Answer, Box, CitizenRole, EventKind, InstitutionKind, MayKnow
from ..policy import Action
from ..store.cases import Case, Party
from ..store.idempotency import creates
from ..store.people import Person
from ..store.plans import Institution, NetworkPerson
from . import days, written
from .access import walls
from .tasks.instructing import INSTRUCTION
from .verbs import reads, work
from .written import add, revise, revise_if_new

WITH_CHILDREN = (InstitutionKind.DAYCARE, InstitutionKind.SCHOOL)
CUSTODY = "Afklar forældremyndighed og samvær, før institutionen siger nej til at udlevere et barn."
TO_COME = "Opret en opgave i stedet."  # about a day that lies ahead
HINT_NOT_TOLD = "Personen må ikke få det at vide. Slet datoen, eller ret valget, hvis personen ved det."

Row = TypeVar("Row", NetworkPerson, Institution)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def persons(actor: Person, case: Case) -> list[NetworkPerson]:
    """The persons in the network of a case that the actor has loaded: first those who must not know."""
    rows = NetworkPerson.select().where(NetworkPerson.case == case.ref, NetworkPerson.removed_at.is_null())
    written = rows.order_by(NetworkPerson.at, NetworkPerson.ref)
    return sorted(written, key=lambda row: row.may_know != MayKnow.MUST_NOT)


@reads(Action.CASE_READ)
def places(actor: Person, case: Case) -> list[Institution]:
    """The places of a case that the actor has loaded, each with its child where it is about one."""
    rows = Institution.select(Institution, Party).join(
        Party, peewee.JOIN.LEFT_OUTER, on=(Institution.child == Party.ref)
    )
    return list(
        rows.where(Institution.case == case.ref, Institution.removed_at.is_null()).order_by(
            Institution.at, Institution.ref
        )
    )


@reads(Action.CASE_WORK)
def person(actor: Person, case: Case, ref: str) -> NetworkPerson:
    """One person of a case that the actor has loaded. Raises NotFound for one of another case, or taken out."""
    return _row(case, NetworkPerson, ref)


@reads(Action.CASE_WORK)
def place(actor: Person, case: Case, ref: str) -> Institution:
    """One place of a case that the actor has loaded. Raises NotFound as `person` does."""
    return _row(case, Institution, ref)


def _row(case: Case, model: type[Row], ref: str) -> Row:
    row = policy.part_of(case, model, ref)
    return written.refuse_gone(row, row.removed_at)


def has_unclear_custody(row: Institution) -> bool:
    """Whether a place where children are fetched might refuse without anyone knowing whose right it is (S1-85 collides
    with the law: a parent with custody may fetch)."""
    return _is_custody_unclear(row.kind, row.child_id, row.custody_clear)


def _is_custody_unclear(kind: str, child: str | None, custody_clear: str) -> bool:
    return (kind in WITH_CHILDREN or child is not None) and custody_clear != Answer.YES


@reads(Action.TASK_CREATE)
def task_about(actor: Person, case: Case, ref: str) -> dict[str, str]:
    """The words of a new task about someone to tell or a place to instruct; nothing where there is none, or where the
    person must not know. The title names nobody: whoever gets the task sees it."""
    if not ref:
        return {}
    known = NetworkPerson.get_or_none(
        NetworkPerson.ref == ref, NetworkPerson.case == case.ref, NetworkPerson.removed_at.is_null()
    )
    if known and known.may_know != MayKnow.MUST_NOT:
        return _proposed(f"Orientér {known.relation_text or 'en i netværket'}")
    there = Institution.get_or_none(
        Institution.ref == ref, Institution.case == case.ref, Institution.removed_at.is_null()
    )
    return _proposed(f"Instruér: {there.kind.label}") if there else {}


def _proposed(title: str) -> dict[str, str]:
    return {"title": title, "box": Box.NETWORK, "brief": INSTRUCTION}


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(NetworkPerson)
@work(Action.CASE_WORK)
def add_person(actor: Person, case: Case, **said: Any) -> NetworkPerson:
    """Write down someone around the citizen: what is `said`, by the columns of a NetworkPerson.

    Raises Invalid without a name or a relation, for a day to come, for one who was told what they must not know, and on
    a closed case."""
    walls.hold_contacts()
    _check_person(**said)
    return add(actor, EventKind.NETWORK_ADDED, NetworkPerson, case, **said)


@work(Action.CASE_WORK)
def change_person(actor: Person, row: NetworkPerson, seen_version: int, **said: Any) -> NetworkPerson:
    """Say something else of someone, over the version that was seen. Raises Invalid as `add_person` does, Conflict."""
    walls.hold_contacts()
    _check_person(**said)
    return revise_if_new(actor, EventKind.NETWORK_CHANGED, row, seen_version, **said)


@creates(Institution)
@work(Action.CASE_WORK)
def add_place(actor: Person, case: Case, *, anyway: bool = False, **said: Any) -> Institution:
    """Write down a place and what it was asked to do: what is `said`, by the columns of an Institution.

    Raises Invalid for a child of another case, for a day to come, on a closed case, in a case about an udøver, and for
    a place that was instructed while custody is not clear, unless the one who writes has seen that (`anyway`)."""
    if case.citizen_role == CitizenRole.PERPETRATOR:
        raise Invalid("Sagen handler om den, der udøver stalking. Skriv ikke steder, hvor den udsatte eller børn er.")
    _check_place(case, anyway, **said)
    return add(actor, EventKind.INSTITUTION_ADDED, Institution, case, **said)


@work(Action.CASE_WORK)
def change_place(
    actor: Person, row: Institution, seen_version: int, *, anyway: bool = False, **said: Any
) -> Institution:
    """Say something else of a place, over the version that was seen. Raises Invalid as `add_place` does, Conflict."""
    _check_place(row.case, anyway, **said)
    return revise_if_new(actor, EventKind.INSTITUTION_CHANGED, row, seen_version, **said)


@work(Action.CASE_WORK)
def take_out(actor: Person, row: NetworkPerson | Institution, seen_version: int) -> None:
    """Take someone or somewhere out; it stays in the history. Doing it over an old version raises Conflict."""
    done = EventKind.NETWORK_REMOVED if isinstance(row, NetworkPerson) else EventKind.INSTITUTION_REMOVED
    revise(actor, done, row, seen_version, told={"name": [row.name, None]}, removed_at=clock.now())


def _check_person(
    *, name: str | None = None, relation_text: str | None = None, may_know: MayKnow, told_on: date | None = None,
    **_: Any,
) -> None:  # fmt: skip
    if not name and not relation_text:
        raise Invalid("Skriv et navn eller relationen, fx «søster».", "name")
    days.refuse_future(told_on, "told_on", TO_COME)
    if may_know == MayKnow.MUST_NOT and told_on:
        raise Invalid(HINT_NOT_TOLD, "told_on")


def _check_place(
    case: Case, anyway: bool, *, kind: InstitutionKind, name: str | None, child: str | None = None,
    custody_clear: Answer = Answer.UNKNOWN, instruction: str | None = None, instructed_on: date | None = None, **_: Any,
) -> None:  # fmt: skip
    if not name:
        raise Invalid("Skriv stedets navn.", "name")
    is_child = Party.select().where(Party.ref == child, Party.case == case.ref, Party.removed_at.is_null())
    if child and not is_child.exists():
        raise Invalid("Vælg et af de børn, der er registreret på sagen.", "child")
    days.refuse_future(instructed_on, "instructed_on", TO_COME)
    if instructed_on and not instruction:
        raise Invalid("Skriv, hvad stedet er bedt om.", "instruction")
    if instructed_on and _is_custody_unclear(kind, child, custody_clear) and not anyway:
        raise Invalid(f"{CUSTODY} Er stedet instrueret alligevel, så sæt hak nederst.", "instructed_on")
