"""Min afdeling: the bare list of what waits there, for who heads a department."""

from functools import partial
from typing import Any

from flask import Blueprint, request

from .. import clock
from ..domain import my_department
from ..pages import my_department as department_page
from ..policy import Action
from ..store.work import Request, Task
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("my_department", __name__)
pages = Pages(bp, back="my_department.index", section="min-afdeling")
REMINDED = "Påmindelsen er sendt."
ALREADY = "Der er allerede sendt en påmindelse i dag."


class GiveForm(forms.Form):
    """To whom in the department."""

    person = forms.select("Hvem får den?", "Vælg en medarbejder.")


@pages.page("/min-afdeling", Action.DEPARTMENT_READ, "my_department/index.html")
def index() -> Words:
    """What waits there and with the staff, the oldest first, and who is away."""
    found = department_page.index(actor(), forms.page_number())
    return {
        "departments": found.departments,
        "page": found.lines,
        "away": found.away,
        "to_decide": found.to_decide,
        "to_erase": found.to_erase,
        "to_review": found.to_review,
        "late_insights": found.late_insights,
        "to_sign": found.to_sign,
        "today": clock.today(),
    }


def remind(line: department_page.WaitingLine) -> str:
    """Remind who has it, or owes an answer."""
    return REMINDED if my_department.remind(actor(), line.part, line.ref) else ALREADY


def give(line: department_page.WaitingLine) -> Sent:
    """Give what lies in the queue to a member."""
    offered = [(one.ref, one.name) for one in my_department.candidates(line.row.department_id)]
    form = yield Ask(GiveForm, version=line.row.version, choices={"person": [("", "Vælg …"), *offered]})
    person = my_department.give(actor(), line.part, line.ref, form.person.data, form.seen_version)
    return f"{person.name} har fået den og får besked."


def _line(who: Any, ref: str, action: Action, part: str) -> department_page.WaitingLine:
    """A line whose form is sent may be taken by then: that is said, and not that it is none of theirs."""
    is_sent = action == Action.DEPARTMENT_GIVE and request.method == "POST"
    return department_page.one(who, part, ref, Action.DEPARTMENT_REMIND if is_sent else action)


for _kind, _part in ((Task, "opgave"), (Request, "anmodning")):
    _at, _name = f"/min-afdeling/{_part}/<ref>", _kind.__name__.lower()
    _pages = Pages(bp, _kind, partial(_line, part=_part), back="my_department.index", section="min-afdeling",
                   called="line")  # fmt: skip
    _pages.post(f"{_at}/paamindelse", Action.DEPARTMENT_REMIND, named=f"remind_of_{_name}")(remind)
    _pages.form(f"{_at}/giv", Action.DEPARTMENT_GIVE, "my_department/give.html", named=f"give_{_name}")(give)
