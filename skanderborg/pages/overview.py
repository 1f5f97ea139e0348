"""The front page of a case: what does not wait, its boxes, and what is missing, in a fixed few queries."""

from datetime import date
from typing import NamedTuple

import peewee

from .. import clock, policy
from ..danish import numbers
from ..domain.access import handover
from ..domain.cases import phases
from ..domain.verbs import reads
from ..kinds import CaseKind, CitizenRole, ConclusionKind, Phase
from ..policy import Action
from ..store import events
from ..store.cases import Case
from ..store.db import holds, locking, transaction
from ..store.people import Person
from . import access as on_case
from . import case_facts, case_tasks, eight_steps, lately
from . import links as link_page
from .case_facts import Facts
from .case_tasks import BoxView

MEDIATION_WARNING = (
    "Vurderingen er tegn på stalking, men der er en åben opgave om konfliktmægling. "
    "Mægling er ikke forsvarlig ved stalking: luk opgaven."
)


class Overview(NamedTuple):
    """Everything the page shows."""

    case: Case
    facts: Facts
    boxes: list[BoxView]
    step: phases.Step | None
    now: str
    missing: list[str]
    guide: list[eight_steps.GuideStep]
    done_lately: list[lately.DoneLately]
    links: list[link_page.Near]
    duplicates: list[link_page.Alike]
    handover_note: str | None
    away: on_case.OnLeave | None


class AfterChange(NamedTuple):
    """What stands beside the tasks, and changes with them."""

    boxes: list[BoxView]
    facts: Facts
    step: phases.Step | None
    now: str
    missing: list[str]


@transaction
def of_case(actor: Person, ref: str, whole: str = "", opened: str = "") -> Overview:
    """The overview of a case, written down as read (SEC-30); the box named `whole` with all its tasks, and the task
    `opened` among those shown.

    Raises as policy.case_for does.
    """
    case = policy.case_for(actor, ref, Action.CASE_READ, _locked)
    holds(f"case:{case.ref}")
    row, facts = case_facts.found(actor, case)
    related, is_suspicion = link_page.related(actor, case), case.phase == Phase.SUSPICION
    events.looked(actor, "case:read", case, related.refs())
    case.on_pages = {"log": facts.incidents, "waiting": facts.open_requests}
    boxes = [] if is_suspicion else case_tasks.boxes(actor, case, whole, opened)
    return Overview(
        case, facts, boxes, _step(case, facts), _now(facts), missing_of(case, facts),
        eight_steps.of_case(case, facts, boxes), lately.done_in(row, boxes), related.links, related.alike,
        handover.note_to(actor, case) if case.offered_to_id == actor.ref else None,
        on_case.leave_in(row),
    )  # fmt: skip


@reads(Action.CASE_READ)
def after_change(actor: Person, case: Case) -> AfterChange:
    """What of the overview changes with a task, for who just changed one: the event of that tells of it.

    The case, which was loaded with the task, gets its `bar`.
    """
    _, facts = case_facts.found(actor, case)
    boxes, step = case_tasks.boxes(actor, case, ""), _step(case, facts)
    return AfterChange(boxes, facts, step, _now(facts), missing_of(case, facts))


def _locked(query: peewee.ModelSelect) -> peewee.ModelSelect:
    return query.select_extend(*locking(Case.ref))


def _step(case: Case, facts: Facts) -> phases.Step | None:
    return phases.next_step(
        case, has_sparring=facts.sparrings > 0, has_conclusion=facts.conclusion is not None,
        has_meeting=facts.meetings > 0, is_referred=facts.referrals > 0 and not facts.open_referrals,
        meets_at=facts.next_meeting_at,
    )  # fmt: skip


def _now(facts: Facts) -> str:
    """What of the case does not wait, in a sentence or two."""
    owed = []
    if facts.overdue:
        owed.append(numbers.counted(facts.overdue, "opgave", "opgaver") + " er over fristen")
    if facts.unowned:
        many = numbers.number(facts.unowned) if owed else numbers.counted(facts.unowned, "opgave", "opgaver")
        owed.append(f"{many} er uden ansvarlig")
    said = [f"{', '.join(owed)}." if owed else "Ingen opgaver er over fristen eller uden ansvarlig."]
    if facts.open_requests and facts.first_answer_on:
        said.append(_first_answer(facts.open_requests, facts.first_answer_by, facts.first_answer_on))
    return " ".join(said)


def _first_answer(count: int, department: str | None, on: date) -> str:
    verb = "svarer" if on >= clock.today() else "skulle have svaret"
    more = f", og {count - 1} mere venter på svar" if count > 1 else ""
    return f"{department} {verb} senest {clock.long_date(on)}{more}."


def missing_of(case: Case, facts: Facts) -> list[str]:
    """What someone who comes back to the case should know is not there yet."""
    if case.closed_at or case.phase == Phase.SUSPICION:
        return []
    is_full = case.kind == CaseKind.FULL
    said = [
        (not facts.resource_persons, "Der er ingen ressourceperson på sagen. Giv en adgang under Adgang."),
        (not facts.sparrings and not case.sparring_waived, "Sparring er ikke skrevet ned."),
        (is_full and facts.conclusion is None, "Vurderingen har ingen konklusion endnu."),
        (is_full and facts.next_meeting is None, "Intet møde er planlagt."),
        (
            is_full and case.citizen_role == CitizenRole.EXPOSED and not facts.safety_items,
            "Det er ikke aftalt, hvordan borgeren er sikker i hverdagen.",
        ),
        (not case.safe_contact, "Det er ikke aftalt, hvordan borgeren kan kontaktes sikkert."),
        (
            facts.conclusion == ConclusionKind.STALKING and facts.open_mediations > 0,
            MEDIATION_WARNING,
        ),
    ]
    return [sentence for is_so, sentence in said if is_so]
