"""*Find sag*: a search among one's own cases. What is typed is about a person: it is posted, and no address and no
answer holds it."""

from flask import Blueprint, url_for

from ..pages import finding
from ..policy import Action
from . import answers, forms
from .form_pages import Ask, Pages, Sent
from .guard import actor

bp = Blueprint("find", __name__)
pages = Pages(bp, back="find.case")
LONGEST = 80


class FindForm(forms.Form):
    """Whom or what one looks for."""

    q = forms.line("Find sag", "Skriv en kode, initialer, begyndelsen af et navn eller et telefonnummer.", LONGEST)


@pages.form("/find", Action.CASE_LIST, "cases/find.html")
def case() -> Sent:
    """The cases that fit; the one whose code was typed is gone to at once."""
    form = yield Ask(FindForm, answer=None)
    answer = finding.find(actor(), form.q.data)
    if answer.the_one:
        return answers.go(url_for("cases.show", ref=answer.the_one.ref))
    return answers.page("cases/find.html", form=forms.blank(FindForm), answer=answer)
