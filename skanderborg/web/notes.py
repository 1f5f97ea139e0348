"""Notes of a case."""

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint

from .. import clock
from ..domain import cases, notes
from ..kinds import Talk
from ..policy import Action
from ..store.cases import Case
from . import evidence, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("notes", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="note:list"), back="notes.show", tab="noter")
WHEN = "Hvornår talte I sammen?"


def _talked() -> Any:
    return forms.choice("Talte I med borgeren?", [("", "Nej"), *Talk], required="", default="")


class NoteForm(forms.Form):
    """Theme and text."""

    theme = forms.line("Emne")
    text = forms.text("Notat", "Skriv notatet.")
    talked = _talked()
    talked_on = forms.DateField(WHEN, looks=forms.Looks.BACK)


class CorrectionForm(forms.Form):
    """What is right."""

    text = forms.text("Rettelse", "Skriv, hvad der er rigtigt.")
    talked = _talked()
    talked_on = forms.DateField(WHEN, looks=forms.Looks.BACK)


@pages.page("/sager/<ref>/noter", Action.CASE_READ, "notes/show.html")
def show(case: Case) -> Words:
    """The notes, newest first."""
    page = notes.of_case(actor(), case, forms.page_number())
    return evidence.beside(case, "note", [note.ref for note in page.rows]) | {
        "page": page,
        "note_form": forms.blank(NoteForm, talked="", talked_on=clock.today()),
        "heading": "Notater",
    }


@pages.post("/sager/<ref>/noter", Action.NOTE_WRITE)
def write(case: Case) -> Sent:
    """Add a note."""
    form = yield Ask(NoteForm, "note_form", on=show)
    notes.write(actor(), case, form.theme.data, form.text.data, *_said(form), key=form.sent_key)
    return "Notatet er gemt."


@pages.form("/sager/<ref>/noter/<note_ref>/rettelse", Action.NOTE_WRITE, "notes/correct.html")
def correct(case: Case, note_ref: str) -> Sent:
    """Add what is right to a note."""
    note = notes.get(actor(), case, note_ref)
    form = yield Ask(CorrectionForm, note=note, heading="Ret et notat",
                     start={"talked": note.talked or "", "talked_on": note.talked_on})  # fmt: skip
    notes.correct(actor(), note, form.text.data, *_said(form), key=form.sent_key)
    return "Rettelsen er tilføjet."


def _said(form: Any) -> tuple[Talk | None, date | None]:
    """How and when one talked with the citizen; nothing where one did not, whatever day stands there."""
    return (form.talked.data, form.talked_on.data) if form.talked.data else (None, None)
