"""Øvelse: with whom, step by step, and each page says that it is one."""

from flask import Blueprint, Response, url_for

from .. import content
from ..domain import practice
from ..policy import Action
from ..store.practice import Practice
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("practice", __name__)
house_pages = Pages(bp, back="practice.index", section="oevelse")
pages = Pages(bp, Practice, practice.opened, back="practice.show", section="oevelse")


class StepForm(forms.Form):
    """What one would do, and would write."""

    chosen = forms.choice("Hvad vælger du?", (), "Vælg et af svarene.")
    text = forms.text("Skriv", longest=practice.LONGEST)


@house_pages.page("/oevelse", Action.PRACTISE, "practice/index.html", personal=False)
def index() -> Words:
    """With whom one can practise, and what one began."""
    return {"casts": content.exercises().values(), "begun": practice.mine(actor())}


@house_pages.post("/oevelse/<cast>/begynd", Action.PRACTISE, personal=False)
def begin(cast: str) -> Response:
    """Begin an exercise."""
    return answers.go(url_for("practice.show", ref=practice.begin(actor(), cast).ref))


@pages.page("/oevelse/<ref>", Action.PRACTISE, "practice/show.html")
def show(row: Practice) -> Words:
    """What was answered, and the step that comes."""
    step = practice.step_of(row)
    return {"cast": content.exercises()[row.cast], "step": step, "done": practice.done(row),
            "step_form": forms.blank(StepForm, _choices(row), version=str(row.version))}  # fmt: skip


@pages.post("/oevelse/<ref>/svar", Action.PRACTISE)
def reply(row: Practice) -> Sent:
    """Go on by a step."""
    form = yield Ask(StepForm, "step_form", on=show, version=row.version, choices=_choices(row))
    practice.answer(actor(), row, form.chosen.data, form.text.data, form.seen_version)
    return "Svaret står øverst. Det er en øvelse: ingen får besked."


def _choices(row: Practice) -> forms.Choices:
    step = practice.step_of(row)
    return {"chosen": [(one, one) for one in step.choices] if step else []}
