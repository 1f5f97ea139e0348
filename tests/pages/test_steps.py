"""What is done next with a task: one rule, wherever the task stands in a row."""

import pytest

from skanderborg.kinds import TaskStep
from skanderborg.pages.tasks import step_of
from skanderborg.policy import grants
from skanderborg.web.tasks import place_of
from tests.made import a_task, seen

NEXT = [
    ({"kind": "plain"}, TaskStep.TAKE, "/o/{ref}/tag"),
    ({"kind": "plain", "assignee": "solveig"}, TaskStep.COMPLETE, "/o/{ref}/udfoert"),
    ({"kind": "safety", "box": "safety"}, TaskStep.ASSESS, "/o/{ref}/vurdering"),
    ({"kind": "safety", "box": "safety", "assessed_on": "2026-11-01"}, TaskStep.ASSESS_AGAIN, "/o/{ref}/vurdering"),
    ({"kind": "referral", "box": "referral"}, TaskStep.REFERRAL, "/sager/{case}/henvisninger#ny"),
    ({"kind": "request"}, TaskStep.REQUEST, "/o/{ref}/anmodning"),
]


def made(cast, case, columns):
    owner = {"assignee": cast[columns["assignee"]]} if "assignee" in columns else {}
    return seen(cast["solveig"], a_task(case, **columns | owner))


@pytest.mark.parametrize(("columns", "step", "place"), NEXT)
def test_each_kind_of_task_has_its_next_step_and_the_place_of_it(cast, case, columns, step, place):
    task = made(cast, case, columns)

    found = step_of(cast["solveig"], task)

    assert found == step
    assert place_of(found, task) == place.format(ref=task.ref, case=case.ref)


@pytest.mark.parametrize("columns", [columns for columns, *_ in NEXT])
def test_who_may_only_see_a_task_has_nothing_to_press(cast, case, columns):
    """Min dag showed the buttons of safety and of duties to whoever saw them."""
    task = made(cast, case, columns)
    task.allowed = (cast["solveig"].ref, grants.NOTHING)

    assert step_of(cast["solveig"], task) is None
