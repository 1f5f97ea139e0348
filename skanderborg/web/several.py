"""Several tasks of Min dag at once."""

from datetime import date
from functools import partial
from typing import Any, cast

import wtforms
from flask import Blueprint, Response
from wtforms import validators

from .. import clock
from ..danish import numbers
from ..domain import tasks
from ..domain.tasks import marks, owners
from ..domain.tasks import several as together
from ..errors import Invalid
from ..kinds import Together
from ..pages import my_day
from ..policy import Action, may
from ..store.work import Task
from . import answers, forms
from .form_pages import Ask, Pages, Sent
from .guard import actor

bp = Blueprint("several", __name__)
pages = Pages(bp, back="my_day.show", section="min-dag")
SEEN = r"^([a-z2-7]{26}:[0-9]{1,9}( |$))*$"


class SeveralForm(forms.Form):
    """Which tasks, and what is done with them."""

    seen = wtforms.HiddenField(validators=[validators.Length(max=10_000), validators.Regexp(SEEN)])
    chosen = forms.ManyField(
        "Hvilke opgaver?", [validators.InputRequired("Vælg mindst én opgave.")], choices=[], validate_choice=False
    )
    do = forms.choice("Hvad skal der ske med dem?", Together, "Vælg, hvad der skal ske med dem.")
    due_on = forms.DateField("Ny frist", looks=forms.Looks.AHEAD)
    reason = forms.text("Hvorfor udskydes de?", longest=1_000)
    owner = forms.select("Hvem skal udføre dem?")

    def validate(self, extra_validators: Any = None) -> bool:
        """What is done says what else must be said."""
        good: bool = super().validate(extra_validators)
        if good and self.do.data == Together.POSTPONE and not self.due_on.data:
            self.add_error("due_on", "Skriv den nye frist som dag, måned og år, fx 27.11.2026.")
        if good and self.do.data == Together.ASSIGN and not self.owner.data:
            self.add_error("owner", "Vælg, hvem der skal udføre opgaverne.")
        return good and not self.errors

    @property
    def picked(self) -> list[tuple[str, int]]:
        """The chosen tasks, each with the version that was seen. Raises Invalid for one that was not shown."""
        seen = dict(one.split(":") for one in (self.seen.data or "").split())
        if not seen.keys() >= set(self.chosen.data):
            raise Invalid("Vælg mellem de opgaver, der står her.", "chosen")
        return [(ref, int(seen[ref])) for ref in self.chosen.data]


@pages.form("/flere", Action.MY_DAY, "my_day/several.html")
def several() -> Sent:
    """Choose several tasks, and do the same to all of them; those that are refused stand here with why."""
    shown = my_day.to_choose(actor())
    form = yield Ask(SeveralForm, choices=_choices(shown), tasks=shown, refused=[], titles={}, said_done="",
                     start={"seen": _seen(shown)})  # fmt: skip
    action, do, said = _what(form)
    outcome = together.each(actor(), form.picked, action, do)
    done = f"{numbers.counted(outcome.done, 'opgave', 'opgaver')} {said}." if outcome.done else ""
    if not outcome.refused:
        return done
    return _refused(outcome, {task.ref: task.title for task in shown}, done)


def _what(form: SeveralForm) -> tuple[Action, Any, str]:
    """The right that is asked for, the verb, and what is said of it."""
    if form.do.data == Together.DONE:
        return Action.TASK_WORK, partial(tasks.complete, actor()), "er udført"
    if form.do.data == Together.ASSIGN:
        assignee, department = owners.chosen(form.owner.data)
        return (
            Action.TASK_ASSIGN,
            lambda task, seen: tasks.assign(actor(), task, assignee, department, seen),
            "er tildelt",
        )
    due_on, reason = cast(date, form.due_on.data), form.reason.data or None
    said = f"er udskudt til {clock.long_date(due_on)}"
    return Action.TASK_WORK, lambda task, seen: tasks.postpone(actor(), task, due_on, reason, seen), said


def _refused(outcome: together.Outcome, titles: dict[str, str], done: str) -> Response:
    """The page as it is now, above it which tasks stayed as they were."""
    left = my_day.to_choose(actor())
    form = forms.blank(SeveralForm, _choices(left), seen=_seen(left))
    return answers.page("my_day/several.html", "min-dag", tasks=left, form=form, titles=titles, said_done=done,
                        refused=outcome.refused)  # fmt: skip


def _seen(shown: list[Task]) -> str:
    """As `SEEN` has it: each task with the version that is shown."""
    return " ".join(f"{task.ref}:{task.version}" for task in shown)


def _choices(shown: list[Task]) -> forms.Choices:
    return {"chosen": [(task.ref, _line(task)) for task in shown], "owner": owners.of_any_case()}


def _line(task: Task) -> str:
    """«Ring til søsteren · K7F3Q · i dag», without the code for who does not see the case."""
    code = task.case.code if may(actor(), Action.CASE_READ, task.case) else ""
    return " · ".join(part for part in (task.title, code, marks.when_of(task)) if part)
