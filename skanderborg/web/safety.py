"""Sikkerhed: safe contact, the safety assessment, warnings to staff, and the safety plan by area."""

from datetime import date
from functools import partial
from typing import Any

import wtforms
from flask import Blueprint, url_for

from .. import clock
from ..domain import cases, safety
from ..domain.safety import items, safe_contact, warning_notes
from ..kinds import SafetyArea, SafetyStatus
from ..policy import Action
from ..store.cases import Case
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("safety", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="safety:list"), back="safety.show", tab="sikkerhed")
SHORT, REVIEW = 2_000, "Skriv, hvornår advarslen skal gennemgås, fx 19.5.2027. Højst et år fremme."


class ContactForm(forms.Form):
    """How, when, what never, and the reminder agreed with the citizen."""

    safe_contact = forms.text("Hvordan er det sikkert at kontakte borgeren?", longest=SHORT)
    safe_when = forms.text("Hvornår?", longest=SHORT)
    safe_never = forms.text("Hvad må I aldrig?", longest=SHORT)
    safe_reminder = forms.text("Hvordan husker borgeren det, I har aftalt?", longest=SHORT)
    custody = forms.text("Forældremyndighed og samvær", longest=SHORT)
    counsel = forms.text("Bistandsadvokat", longest=SHORT)


class ItemForm(forms.Form):
    """A point of the plan."""

    area = forms.choice("Område", SafetyArea, "Vælg et område.")
    text = forms.text("Hvad aftaler I?", "Skriv, hvad I aftaler.", SHORT)
    who = forms.line("Hvem gør det?")
    due_on = forms.DateField("Hvornår?", looks=forms.Looks.AHEAD)
    status = forms.choice("Hvor langt er det?", SafetyStatus, "Vælg, hvor langt det er.", "planned")


class SuggestionForm(forms.Form):
    """Which suggestion becomes a point."""

    suggestion = wtforms.HiddenField(validators=[wtforms.validators.InputRequired(), wtforms.validators.Length(max=60)])


class WarningForm(forms.Form):
    """A warning, and when it is looked at again."""

    text = forms.text("Hvad skal kolleger vide, før de møder parterne?", "Skriv, hvad kolleger skal vide.", SHORT)
    review_on = forms.DateField("Hvornår skal advarslen gennemgås?", REVIEW, looks=forms.Looks.AHEAD)


class EndForm(forms.Form):
    """Why a warning no longer holds."""

    end_reason = forms.text("Hvorfor gælder advarslen ikke længere?", "Skriv, hvorfor den ikke længere gælder.", SHORT)


# ── the page, and safe contact ──────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/sikkerhed", Action.CASE_READ, "safety/show.html")
def show(case: Case) -> Words:
    """The plan and all that stands above it."""
    return {
        "page": safety.of_case(actor(), case),
        "must_be_reviewed": safety.must_be_reviewed,
        "heading": "Sikkerhed",
        "key": forms.new_key(),
    }


@pages.form("/sager/<ref>/sikkerhed/kontakt", Action.CASE_WORK, "safety/contact.html")
def agree(case: Case) -> Sent:
    """How the citizen may be contacted, to be changed."""
    form = yield Ask(ContactForm, over=case, heading="Sikker kontakt")
    safe_contact.agree(actor(), case, form.seen_version, **form.values())
    return "Sikker kontakt er gemt."


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────


@pages.form(
    "/sager/<ref>/sikkerhed/punkt",
    Action.CASE_WORK,
    "safety/item.html",
    shown_at="/sager/<ref>/sikkerhed/punkt/nyt/<area>",
)
def add_item(case: Case, area: str = "") -> Sent:
    """A new point, of the area from which it is asked for; the date that was understood is said back."""
    form = yield Ask(ItemForm, item=None, heading="Nyt punkt i sikkerhedsplanen",
                     start={"area": SafetyArea.of_slug(area), "status": SafetyStatus.PLANNED})  # fmt: skip
    item = items.add(actor(), case, **form.values(), key=form.sent_key)
    return f"Punktet er føjet til planen{_on(item.due_on)}."


@pages.post("/sager/<ref>/sikkerhed/forslag", Action.CASE_WORK)
def add_suggested(case: Case) -> Sent:
    """Take over a suggestion."""
    form = yield Ask(SuggestionForm, on=show)
    items.add_suggested(actor(), case, form.suggestion.data, form.sent_key)
    return "Forslaget er føjet til planen. Ret det, så det passer til borgeren."


@pages.form("/sager/<ref>/sikkerhed/punkt/<item_ref>", Action.CASE_WORK, "safety/item.html")
def describe_item(case: Case, item_ref: str) -> Sent:
    """Save a point over the version that was seen."""
    item = items.get(actor(), case, item_ref)
    form = yield Ask(ItemForm, over=item, item=item, heading="Punkt i sikkerhedsplanen")
    described = items.describe(actor(), case, item, form.seen_version, **form.values())
    return f"Punktet er gemt{_on(described.due_on)}."


@pages.post("/sager/<ref>/sikkerhed/punkt/<item_ref>/opgave", Action.TASK_CREATE)
def make_task(case: Case, item_ref: str) -> Sent:
    """Put a point on the board."""
    item = items.get(actor(), case, item_ref)
    form = yield Ask(forms.Form, on=show)
    task = items.make_task(actor(), case, item, key=form.sent_key)
    return answers.changed(instead=url_for("tasks.show", ref=task.ref), said="Punktet er nu en opgave på tavlen.")


# ── warnings ────────────────────────────────────────────────────────────────────────────────────────


@pages.form(
    "/sager/<ref>/sikkerhed/advarsel",
    Action.CASE_WORK,
    "safety/warning.html",
    shown_at="/sager/<ref>/sikkerhed/advarsel/ny",
)
def warn(case: Case) -> Sent:
    """Warn colleagues; the review date is said back."""
    form = yield _warning(None, "Ny advarsel til kolleger")
    note = warning_notes.write(actor(), case, form.text.data, form.review_on.data, key=form.sent_key)
    return _to_be_reviewed(note.review_on)


@pages.form("/sager/<ref>/sikkerhed/advarsel/<warning_ref>", Action.CASE_WORK, "safety/warning.html")
def review(case: Case, warning_ref: str) -> Sent:
    """Say that it still holds, and when it is looked at next."""
    note = warning_notes.get(actor(), case, warning_ref)
    form = yield _warning(note, "Advarsel til kolleger")
    warning_notes.review(actor(), case, note, form.text.data, form.review_on.data, form.seen_version)
    return _to_be_reviewed(form.review_on.data)


@pages.post("/sager/<ref>/sikkerhed/advarsel/<warning_ref>/ophaev", Action.CASE_WORK)
def end_warning(case: Case, warning_ref: str) -> Sent:
    """End a warning."""
    note = warning_notes.get(actor(), case, warning_ref)
    form = yield Ask(EndForm, "end_form", on=review)
    warning_notes.end(actor(), case, note, form.end_reason.data, form.seen_version)
    return "Advarslen er ophævet."


def _warning(note: Any, heading: str) -> Ask:
    end_form = forms.blank(EndForm, version=str(note.version)) if note else None
    latest = clock.months_later(clock.today(), 12)
    return Ask(WarningForm, "review_form", over=note, note=note, latest=latest,
               end_form=end_form, heading=heading)  # fmt: skip


def _on(day: date | None) -> str:
    return f" med datoen {clock.long_date_with_year(day)}" if day else ""


def _to_be_reviewed(day: date) -> str:
    return f"Advarslen er gemt og skal gennemgås {clock.long_date_with_year(day)}."
