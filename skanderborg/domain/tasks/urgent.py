"""A case became acute: its tovholder and resource persons are told at once (D-02)."""

from ... import clock, policy
from ...kinds import LetterKind
from ...mail import outbox
from ...store.people import Person
from ...store.work import Task
from .. import access, people
from ..reminders import reach


def tell(actor: Person, task: Task, occasion: str) -> set[str]:
    """Owe a letter to everyone on the case who must know, once for each occasion, and to the substitutes of who
    is away; inside the caller's transaction. The actor knows already. Returns who was told."""
    told = {person.ref: person for person in _who_must_know(task) if person.ref != actor.ref}
    for person in told.values():
        outbox.put(LetterKind.CASE_URGENT, person, key=f"urgent:{occasion}", about=task)
    return set(told)


def _who_must_know(task: Task) -> list[Person]:
    """Those on the case; while nobody is, every resource person who may see it. Only who can open the task."""
    contact = access.primary_contact(task.case_id)
    on_case = [*access.resource_persons_on(task.case_id), *([contact] if contact else [])]
    asked = reach.side(on_case or people.resource_persons(), task)
    found = reach.reach(asked, task, clock.today())
    return [person for person in found if policy.opens(person, task)]
