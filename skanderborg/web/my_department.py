"""Min afdeling: the bare list of what waits too long, for who heads a department."""

from typing import Any

from flask import Blueprint, Response, url_for

from .. import clock
from ..domain import my_department
from ..policy import Action
from ..store.work import Request, Task
from . import forms, render
from .guard import actor, asks

bp = Blueprint("my_department", __name__)
LIST, GIVE = "my_department/index.html", "my_department/give.html"
REMINDED = "Påmindelsen er sendt."
ALREADY = "Der er allerede sendt en påmindelse i dag."


class GiveForm(forms.Form):
    """To whom in the department."""

    person = forms.select("Hvem får den?", "Vælg en medarbejder.")


@bp.get("/min-afdeling")
@asks(Action.DEPARTMENT_READ)
def index() -> Response:
    """What waits with the staff, the oldest first."""
    found = my_department.index(actor(), forms.page_number())
    return render.page(LIST, "min-afdeling", page=found.lines, gone=found.gone, today=clock.today())


@bp.post("/min-afdeling/opgave/<ref>/paamindelse")
@asks(Action.DEPARTMENT_REMIND, on=Task)
def remind_of_task(ref: str) -> Response:
    """Remind who has a task."""
    return _back(REMINDED if my_department.remind(actor(), "opgave", ref) else ALREADY)


@bp.post("/min-afdeling/anmodning/<ref>/paamindelse")
@asks(Action.DEPARTMENT_REMIND, on=Request)
def remind_of_request(ref: str) -> Response:
    """Remind who owes an answer."""
    return _back(REMINDED if my_department.remind(actor(), "anmodning", ref) else ALREADY)


@bp.get("/min-afdeling/opgave/<ref>/giv")
@asks(Action.DEPARTMENT_GIVE, on=Task)
def ask_whom_task(ref: str) -> Response:
    """Whom to give a task of the queue."""
    return _ask("opgave", ref)


@bp.post("/min-afdeling/opgave/<ref>/giv")
@asks(Action.DEPARTMENT_GIVE, on=Task)
def give_task(ref: str) -> Response:
    """Give a task of the queue to a member."""
    return _give("opgave", ref)


@bp.get("/min-afdeling/anmodning/<ref>/giv")
@asks(Action.DEPARTMENT_GIVE, on=Request)
def ask_whom_request(ref: str) -> Response:
    """Whom to give a request of the queue."""
    return _ask("anmodning", ref)


@bp.post("/min-afdeling/anmodning/<ref>/giv")
@asks(Action.DEPARTMENT_GIVE, on=Request)
def give_request(ref: str) -> Response:
    """Give a request of the queue to a member."""
    return _give("anmodning", ref)


def _ask(part: str, ref: str) -> Response:
    line = my_department.one(actor(), part, ref, Action.DEPARTMENT_GIVE)
    form = forms.blank(GiveForm, choices=_choices(line), version=line.row.version)
    return render.page(GIVE, "min-afdeling", form=form, line=line)


def _give(part: str, ref: str) -> Response:
    # The wider right: once a member took it nobody may give it, and `give` says so instead of refusing.
    line = my_department.one(actor(), part, ref, Action.DEPARTMENT_REMIND)
    form = forms.read(GiveForm, GIVE, "min-afdeling", choices=_choices(line), line=line)
    person = my_department.give(actor(), part, ref, form.person.data, form.seen_version)
    return _back(f"{person.name} har fået den og får besked.")


def _choices(line: Any) -> forms.Choices:
    persons = my_department.candidates(line.row.department_id)
    return {"person": [("", "Vælg …"), *((person.ref, person.name) for person in persons)]}


def _back(said: str) -> Response:
    return render.changed(instead=url_for("my_department.index"), said=said)
