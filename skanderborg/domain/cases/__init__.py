"""The case itself: opening one, and what is known of it."""

from collections.abc import Callable

import peewee

from ... import clock, policy
from ...kinds import Answer, CaseKind, CitizenRole, EventKind, PartyRole, Phase
from ...policy import Action, Actor
from ...store import events, keys
from ...store.cases import Case, Party
from ...store.db import change, holds, insert, locking, rewrite, transaction
from ...store.people import Person
from .. import tasks
from ..access import duties, walls
from ..verbs import work
from . import extent, identity

# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@transaction
def opened(
    actor: Person, ref: str, seen_as: str, action: Action = Action.CASE_READ,
    tells_of: Callable[[Person, Case], list[str]] = lambda _, __: [],
) -> Case:  # fmt: skip
    """Load a case for one of its pages, with its `bar` and how much lies `on_pages`, and write down that the
    actor saw it (SEC-30).

    `seen_as` names the page in the log («case:read», «note:list»), `tells_of` the refs of other cases that stand on it.
    Raises as policy.case_for does.
    """
    case = policy.case_for(actor, ref, action, _to_be_shown)
    holds(f"case:{case.ref}")
    case.bar = identity.bar_of(case)
    case.on_pages = extent.of(case)
    events.looked(actor, seen_as, case, tells_of(actor, case))
    return case


def _to_be_shown(query: peewee.ModelSelect) -> peewee.ModelSelect:
    return extent.with_counts(identity.with_bar(query)).select_extend(*locking(Case.ref))


def citizen_of(case: Case) -> Party | None:
    """The citizen whom the case is about, if anyone was named."""
    return Party.get_or_none(Party.case == case.ref, Party.role == PartyRole.CITIZEN)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@work(Action.CASE_DESCRIBE)
def describe(
    actor: Person, case: Case, seen_version: int, *, citizen_role: CitizenRole, children: Answer, name: str | None,
    what_happened: str | None,
) -> Case:  # fmt: skip
    """Say more of the case: role (the tasks it calls for are added), children, what happened.

    Raises Invalid when a closed case is described, Conflict when someone was faster.
    """
    walls.hold_contacts()
    columns = {"citizen_role": citizen_role, "children": children, "what_happened": what_happened}
    changes = {column: [getattr(case, column), value] for column, value in columns.items()}
    changes = {column: pair for column, pair in changes.items() if pair[0] != pair[1]}
    described = policy.carry(case, change(case, seen_version, **columns))
    changes |= _rename(case, name)
    if described.kind == CaseKind.FULL and described.phase != Phase.SUSPICION:
        tasks.plan(actor, described)
    duties.arise_for_all(actor, described)
    events.record(actor, EventKind.CASE_DESCRIBED, described, changes=changes)
    return described


def know_children(actor: Actor, case: Case) -> None:
    """Remember, when a child is named, that there are children: with their tasks and everyone's duty towards them
    (D-15); inside the caller's transaction."""
    if case.children != Answer.YES:
        rewrite(Case, Case.ref == case.ref, children=Answer.YES, version=Case.version + 1)
        events.record(actor, EventKind.CASE_DESCRIBED, case, changes={"children": [case.children, Answer.YES]})
    fresh = policy.carry(case, Case.get_by_id(case.ref))
    if fresh.kind == CaseKind.FULL and fresh.phase != Phase.SUSPICION:
        tasks.plan(actor, fresh)
    duties.arise_for_all(actor, fresh)


def _rename(case: Case, name: str | None) -> dict[str, list[str | None]]:
    citizen = citizen_of(case)
    if (citizen.name if citizen else None) == name:
        return {}
    if citizen is None:
        name_citizen(case, name)
        return {"name": [None, name]}
    change(citizen, citizen.version, name=name, name_index=blind(name) if name else None)
    return {"name": [citizen.name, name]}


def name_citizen(case: Case, name: str | None) -> None:
    """Write down whom the case is about, with a blind index of the name; inside the caller's transaction."""
    columns = {"name": name, "created_at": clock.now(), "name_index": blind(name) if name else None}
    insert(Party, case=case.ref, role=PartyRole.CITIZEN, **columns)


def blind(name: str) -> str:
    """A keyed hash of a name as people vary it: what is alike has the same, and nobody reads it back (SEC-38)."""
    folded = name.casefold().replace("å", "aa").replace("æ", "ae").replace("ø", "oe")
    plain = "".join(letter for letter in folded if letter.isalnum())
    return keys.blind(f"name:{plain}")
