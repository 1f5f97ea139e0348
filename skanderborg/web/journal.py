"""What was put into the municipality's journal, and what was not."""

from functools import partial

import wtforms
from flask import Blueprint, request

from .. import clock
from ..addresses import address_of
from ..domain import cases, journal
from ..domain.journal import packages
from ..errors import Invalid
from ..pages import journal as papers
from ..policy import Action
from ..store.cases import Case
from . import files, forms
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


class PackForm(forms.Form):
    """What goes to the journal as papers."""

    papers = forms.ManyField("Hvad skal til journalen?")


class ReceiptForm(forms.Form):
    """The journal's answer to a package."""

    receipt = wtforms.FileField("Kvitteringen (JSON)")


@pages.page("/sager/<ref>/journal", Action.CASE_READ, "journal/show.html")
def show(case: Case) -> Words:
    """What lacks the mark, and what has it."""
    missing = journal.missing(actor(), case)
    return {
        "missing": missing,
        "marked": journal.marked(actor(), case),
        "mark_form": forms.blank(MarkForm, {"about": _choices(missing)}, on=clock.today()),
        "pack_form": forms.blank(PackForm, {"papers": _choices(missing)}),
        "receipt_form": forms.blank(ReceiptForm),
        "heading": "Journalisering",
    }


@pages.post("/sager/<ref>/journal", Action.NOTE_WRITE)
def mark(case: Case) -> Sent:
    """Set the mark."""
    form = yield Ask(MarkForm, "mark_form", on=show, choices={"about": _missing(case)})
    marked = journal.mark(actor(), case, form.about.data, form.on.data, form.number.data or None)
    return "1 er markeret som journaliseret." if marked == 1 else f"{marked} er markeret som journaliseret."


@pages.post("/sager/<ref>/journal/pakke", Action.NOTE_WRITE)
def pack(case: Case) -> Sent:
    """A package for the journal: put into its folder, or downloaded."""
    form = yield Ask(PackForm, "pack_form", on=show, choices={"papers": _missing(case)})
    made = papers.packed(actor(), case, form.papers.data)
    if made.is_dropped:
        return "Pakken ligger klar til journalen. Det er markeret, når kvitteringen er kommet."
    return files.to_save(made.body, "application/zip", f"koordinering-{made.row.ref}.zip")


@pages.post("/sager/<ref>/journal/kvittering", Action.NOTE_WRITE)
def receive(case: Case) -> Sent:
    """The journal's receipt for a package, as a file."""
    yield Ask(ReceiptForm, "receipt_form", on=show)
    sent = request.files.get("receipt")
    if sent is None or not sent.filename:
        raise Invalid("Vælg kvitteringen, som journalen har givet.", "receipt")
    marked = packages.receive(actor(), case, packages.read(sent.read(packages.LONGEST_RECEIPT + 1)))
    return "1 er markeret som journaliseret." if marked == 1 else f"{marked} er markeret som journaliseret."


def _missing(case: Case) -> list[tuple[str, str]]:
    return _choices(journal.missing(actor(), case))


def _choices(missing: list[journal.JournalItem]) -> list[tuple[str, str]]:
    return [(entry.about, f"{entry.label}, {clock.short_moment(entry.at)}") for entry in missing]
