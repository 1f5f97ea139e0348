"""The page *Sikkerhed*: safe contact, the safety assessment, warnings, and the plan by area (D-16).

See items.py, warning_notes.py and safe_contact.py.
"""

from typing import NamedTuple

import peewee

from ... import clock, content
from ...kinds import CitizenRole, SafetyArea, SafetyStatus
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.people import Person
from ...store.plans import SafetyItem, WarningNote
from ...store.work import Task
from ..tasks import assessments
from ..verbs import reads

DONE_WITH = SafetyStatus.DROPPED


class AreaView(NamedTuple):
    """One area of the plan: its points, dropped ones last, and what it might have."""

    area: SafetyArea
    items: list[SafetyItem]
    suggestions: list[content.Suggestion]


class SafetyPage(NamedTuple):
    """Everything the page shows beside the case."""

    assessment: Task | None
    told: assessments.Remarks | None
    warnings: list[WarningNote]
    areas: list[AreaView]


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> SafetyPage:
    """The plan of a case that the actor has loaded, in three queries."""
    return SafetyPage(*assessments.of_case(actor, case), _warnings(case), _areas(case))


def _warnings(case: Case) -> list[WarningNote]:
    """Warnings in force, with who wrote each (`writer`)."""
    return list(
        WarningNote.select(WarningNote, Person.ref, Person.name)
        .join(Person, on=(WarningNote.by == Person.ref), attr="writer")
        .where(WarningNote.case == case.ref, WarningNote.ended_at.is_null())
        .order_by(WarningNote.at, WarningNote.ref)
    )


def _areas(case: Case) -> list[AreaView]:
    rows = SafetyItem.select(SafetyItem, Person.ref, Person.name).join(
        Person, peewee.JOIN.INNER, on=(SafetyItem.by == Person.ref), attr="writer"
    )
    items = sorted(rows.where(SafetyItem.case == case.ref), key=lambda one: (one.status == DONE_WITH, one.at, one.ref))
    texts = {item.text for item in items}
    offered = [one for one in suggestions(case) if one.text not in texts]
    return [
        AreaView(
            area, [item for item in items if item.area == area], [one for one in offered if one.area == area]
        )
        for area in SafetyArea
    ]  # fmt: skip


def suggestions(case: Case) -> list[content.Suggestion]:
    """What a plan might have. None for one who stalks: it is the exposed person's safety they speak of."""
    return [] if case.citizen_role == CitizenRole.PERPETRATOR else list(content.safety())


def must_be_reviewed(note: WarningNote) -> bool:
    """Whether the day has come on which the warning was to be looked at again."""
    return note.review_on <= clock.today()
