"""Notes of a case."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, url_for

from .. import clock
from ..domain import cases, notes
from ..kinds import Talk
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("notes", __name__)
PAGE = "notes/show.html"
WHEN = "Hvornår talte I sammen?"


def _talked() -> Any:
    return forms.choice("Talte I med borgeren?", [("", "Nej"), *Talk], required="", default="")


class NoteForm(forms.Form):
    """Theme and text."""

    theme = forms.line("Emne")
    text = forms.text("Notat", "Skriv notatet.")
    talked = _talked()
    talked_on = forms.DateField(WHEN)


class CorrectionForm(forms.Form):
    """What is right."""

    text = forms.text("Rettelse", "Skriv, hvad der er rigtigt.")
    talked = _talked()
    talked_on = forms.DateField(WHEN)


@bp.get("/sager/<ref>/noter")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The notes, newest first."""
    return render.page(PAGE, "sager", **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/noter")
@asks(Action.NOTE_WRITE, on=Case)
def write(ref: str) -> Response:
    """Add a note."""
    context = _context(ref, Action.NOTE_WRITE)
    form = forms.read(NoteForm, PAGE, "sager", name="note_form", **context)
    notes.write(actor(), context["case"], form.theme.data, form.text.data, *_said(form), key=form.sent_key)
    return render.changed(instead=url_for("notes.show", ref=ref), said="Notatet er gemt.")


@bp.get("/sager/<ref>/noter/<note_ref>/rettelse")
@asks(Action.NOTE_WRITE, on=Case)
def correction(ref: str, note_ref: str) -> Response:
    """The form of a correction."""
    context = _one(ref, note_ref)
    note = context["note"]
    standing = {"talked": note.talked or "", "talked_on": note.talked_on}
    return render.page("notes/correct.html", "sager", **context, form=forms.blank(CorrectionForm, **standing))


@bp.post("/sager/<ref>/noter/<note_ref>/rettelse")
@asks(Action.NOTE_WRITE, on=Case)
def correct(ref: str, note_ref: str) -> Response:
    """Add what is right to a note."""
    context = _one(ref, note_ref)
    form = forms.read(CorrectionForm, "notes/correct.html", "sager", **context)
    notes.correct(actor(), context["note"], form.text.data, *_said(form), key=form.sent_key)
    return render.changed(instead=url_for("notes.show", ref=ref), said="Rettelsen er tilføjet.")


def _said(form: Any) -> tuple[Talk | None, date | None]:
    """How and when one talked with the citizen; nothing where one did not, whatever day stands there."""
    return (form.talked.data, form.talked_on.data) if form.talked.data else (None, None)


def _one(ref: str, note_ref: str) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "note:list", Action.NOTE_WRITE)
    return {"case": case, "note": notes.get(actor(), case, note_ref), "heading": "Ret et notat", "tab": "noter"}


def _context(ref: str, action: Action) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "note:list", action)
    return {
        "case": case,
        "page": notes.of_case(actor(), case, forms.page_number()),
        "note_form": forms.blank(NoteForm, talked="", talked_on=clock.today()),
        "heading": "Notater",
        "tab": "noter",
    }
