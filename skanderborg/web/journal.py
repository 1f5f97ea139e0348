"""What was put into the municipality's journal, and what was not."""

from typing import Any

from flask import Blueprint, Response, url_for

from .. import clock
from ..domain import cases, journal
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("journal", __name__)
PAGE = "journal/show.html"
bp.add_app_template_global(journal.label_of, "journal_label")
bp.add_app_template_global(journal.path_of, "journal_path")


class MarkForm(forms.Form):
    """What was journalised, when, and under which number."""

    about = forms.ManyField("Hvad er journaliseret?")
    on = forms.DateField("Journaliseret den", "Skriv den dag, det blev journaliseret, fx 19.11.2026.")
    number = forms.line("Nummer i journalen (ESDH)")


@bp.get("/sager/<ref>/journal")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """What lacks the mark, and what has it."""
    return render.page(PAGE, "sager", **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/journal")
@asks(Action.NOTE_WRITE, on=Case)
def mark(ref: str) -> Response:
    """Set the mark."""
    context = _context(ref, Action.NOTE_WRITE)
    choices = {"about": _choices(context["missing"])}
    form = forms.read(MarkForm, PAGE, "sager", choices=choices, name="mark_form", **context)
    marked = journal.mark(actor(), context["case"], form.about.data, form.on.data, form.number.data or None)
    said = "1 er markeret som journaliseret." if marked == 1 else f"{marked} er markeret som journaliseret."
    return render.changed(instead=url_for("journal.show", ref=ref), said=said)


def _context(ref: str, action: Action) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "journal:list", action)
    missing = journal.missing(actor(), case)
    return {
        "case": case,
        "missing": missing,
        "marked": journal.marked(actor(), case),
        "mark_form": forms.blank(MarkForm, {"about": _choices(missing)}, on=clock.today()),
        "heading": "Journalisering",
        "tab": "noter",
    }


def _choices(missing: list[journal.Entry]) -> list[tuple[str, str]]:
    return [(entry.about, f"{entry.label}, {clock.short_moment(entry.at)}") for entry in missing]
