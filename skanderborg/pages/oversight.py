"""Tilsyn: what waits for the auditor's judgement; and what a manager confirms of who has what (the two pages)."""

from typing import NamedTuple

from .. import policy
from ..domain import people
from ..domain.oversight import reviews
from ..domain.verbs import verb
from ..kinds import Action, RelationKind, Role
from ..store import events
from ..store.oversight import AccessReview, Finding
from ..store.people import Department, Membership, Person
from . import access_log
from .access_log import LogLine

MOST_JUDGED = 50  # that are shown of those that are done
MOST_OPEN = 200


class Item(NamedTuple):
    """Something to judge, whose it is, and of a look that was drawn what the access log says; None: it is pruned."""

    row: Finding
    name: str
    look: LogLine | None


class StaffRights(NamedTuple):
    """What one person has: departments, roles, and on how many cases he or she is as what."""

    review: AccessReview
    name: str
    departments: list[str]
    works_as: list[str]
    on_cases: list[tuple[RelationKind, int]]
    may_be_ended: bool


@verb(Action.LOG_READ)
def index(actor: Person) -> tuple[list[Item], list[Item]]:
    """What nobody has judged, the oldest first, and what was judged last; the look is written down."""
    rows = Finding.select(Finding, Person).join(Person, on=(Finding.person == Person.ref))
    waiting = rows.where(Finding.verdict.is_null()).order_by(Finding.found_at, Finding.at)
    judged = rows.where(Finding.verdict.is_null(False)).order_by(Finding.judged_at.desc())
    found, done = list(waiting.limit(MOST_OPEN)), list(judged.limit(MOST_JUDGED))
    looks = access_log.of_events(actor, [row.event for row in found if row.event], "log:oversight")
    return [Item(row, row.person.name, looks.get(row.event)) for row in found], [
        Item(row, row.person.name, None) for row in done
    ]


@verb(Action.ACCESS_REVIEW)
def to_review(actor: Person) -> list[StaffRights]:
    """What the people have whom the actor heads, and nobody has confirmed in this half-year."""
    waiting = reviews.waiting(actor)
    refs = [one.person_id for one in waiting]
    homes: dict[str, list[str]] = {}
    works = Membership.select(Membership.person, Department.name).join(Department).where(Membership.person.in_(refs))
    for ref, name in works.order_by(Department.name).tuples():
        homes.setdefault(ref, []).append(name)
    ties = reviews.cases_of(refs)
    events.looked_at_list(actor, Action.ACCESS_REVIEW, ())  # numbers alone: it tells of none
    found = [
        StaffRights(
            one, one.person.name, homes.get(one.person_id, []), [Role(role).label for role in one.person.roles.split()],
            [(kind, ties[one.person_id, kind]) for kind in RelationKind if (one.person_id, kind) in ties],
            not policy.is_kept_from_cases(one.person),
        )
        for one in waiting
    ]  # fmt: skip
    return sorted(found, key=lambda held: people.danish_order(held.name))
