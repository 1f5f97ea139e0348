"""When contact with the citizen is agreed next: until then the case is not silent."""

from functools import partial

from flask import Blueprint

from ..domain import cases, silence
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent
from .guard import actor

bp = Blueprint("silence", __name__)
bp.add_app_template_global(silence.words, "silent_words")
pages = Pages(bp, Case, partial(cases.opened, seen_as="case:read"), back="cases.show", tab="overblik")


class NextContactForm(forms.Form):
    """When, and what is agreed or waited for."""

    next_contact_on = forms.DateField("Hvornår?", looks=forms.Looks.AHEAD)
    next_contact = forms.text("Hvad har I aftalt, eller hvad venter I på?", longest=1_000)


@pages.form("/sager/<ref>/naeste-kontakt", Action.CASE_WORK, "cases/next_contact.html")
def agree(case: Case) -> Sent:
    """What is agreed now, to be changed."""
    form = yield Ask(NextContactForm, over=case, heading="Næste kontakt med borgeren")
    silence.agree(actor(), case, form.next_contact_on.data, form.next_contact.data or None, form.seen_version)
    return "Næste kontakt er gemt."
