"""A case became acute: its tovholder and resource persons are told at once (D-02)."""

from ... import clock
from ...kinds import LetterKind
from ...mail import outbox
from ...store.people import Person
from ...store.work import Task
from .. import access, people


def tell(actor: Person, task: Task, occasion: str) -> set[str]:
    """Owe a letter to everyone on the case who must know, once for each occasion, and to the substitutes of who
    is away; inside the caller's transaction. The actor knows already. Returns who was told."""
    told = {person.ref: person for person in _who_must_know(task) if person.ref != actor.ref}
    for person in told.values():
        outbox.put(LetterKind.CASE_URGENT, person, key=f"urgent:{occasion}", about=task,
                   path=f"/o/{task.ref}")  # fmt: skip
    return set(told)


def _who_must_know(task: Task) -> list[Person]:
    """Those on the case; while nobody is, every resource person, unless only named persons may know of it."""
    case = task.case
    contact = access.primary_contact(case.ref)
    on_case = [*access.resource_persons_on(case.ref), *([contact] if contact else [])]
    excluded, today = access.excluded_persons(case.ref), clock.today(clock.now())
    asked = on_case or ([] if case.restricted else people.resource_persons())
    here = [person for person in asked if person.disabled_at is None and person.ref not in excluded]
    return [person for person in people.with_substitutes(here, today) if person.ref not in excluded]
