"""The same done to several tasks at once: each by its own verb, with its own event, refused by itself."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ... import policy
from ...errors import Conflict, Invalid, NotAllowed, NotFound, TooLate
from ...kinds import Box
from ...policy import Action
from ...store.people import Person
from ...store.work import Task
from .marks import CLOSED_BY_FACT, NEVER_POSTPONED

GONE = "Opgaven er ikke længere hos dig."
REFUSALS = (Invalid, Conflict, NotAllowed, NotFound, TooLate)


class Refused(NamedTuple):
    """A task that stayed as it was, by its ref, and why."""

    ref: str
    why: str


class Outcome(NamedTuple):
    """How many tasks were changed, and which were not."""

    done: int
    refused: list[Refused]


def may_be_chosen(task: Task) -> bool:
    """Whether a task is one of those that may be dealt with together: never safety, a duty to a child, a referral or a
    request, each of which somebody has to think of by itself."""
    alone = task.kind in (*CLOSED_BY_FACT, *NEVER_POSTPONED) or task.box == Box.SAFETY
    return not alone and task.closed_at is None


def each(
    actor: Person, chosen: Iterable[tuple[str, int]], action: Action, do: Callable[[Task, int], Task]
) -> Outcome:  # fmt: skip
    """Do a verb to every chosen task, by its ref and the version that was seen. What one is refused for changes nothing
    for the others."""
    done, refused = 0, []
    for ref, seen_version in chosen:
        try:
            task = policy.task_for(actor, ref, action)
            if not may_be_chosen(task):
                raise Invalid("Opgaven skal ses på for sig.")
            do(task, seen_version)
            done += 1
        except NotFound:
            refused.append(Refused(ref, GONE))
        except REFUSALS as error:
            refused.append(Refused(ref, str(error)))
    return Outcome(done, refused)
