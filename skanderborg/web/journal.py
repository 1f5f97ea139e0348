"""What was put into the municipality's journal, and what was not."""

from functools import partial

from flask import Blueprint

from .. import clock
from ..addresses import address_of
from ..domain import cases, journal
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("journal", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="journal:list"), back="journal.show", tab="journal")
bp.add_app_template_global(journal.label_of, "journal_label")
bp.add_app_template_global(address_of)


class MarkForm(forms.Form):
    """What was journalised, when, and under which number."""

    about = forms.ManyField("Hvad er journaliseret?")
    on = forms.DateField(
        "Journaliseret den", "Skriv den dag, det blev journaliseret, fx 19.11.2026.", looks=forms.Looks.BACK
    )
    number = forms.line("Nummer i journalen (ESDH)")


@pages.page("/sager/<ref>/journal", Action.CASE_READ, "journal/show.html")
def show(case: Case) -> Words:
    """What lacks the mark, and what has it."""
    missing = journal.missing(actor(), case)
    return {
        "missing": missing,
        "marked": journal.marked(actor(), case),
        "mark_form": forms.blank(MarkForm, _choices(missing), on=clock.today()),
        "heading": "Journalisering",
    }


@pages.post("/sager/<ref>/journal", Action.NOTE_WRITE)
def mark(case: Case) -> Sent:
    """Set the mark."""
    form = yield Ask(MarkForm, "mark_form", on=show, choices=_choices(journal.missing(actor(), case)))
    marked = journal.mark(actor(), case, form.about.data, form.on.data, form.number.data or None)
    return "1 er markeret som journaliseret." if marked == 1 else f"{marked} er markeret som journaliseret."


def _choices(missing: list[journal.JournalItem]) -> forms.Choices:
    return {"about": [(entry.about, f"{entry.label}, {clock.short_moment(entry.at)}") for entry in missing]}
