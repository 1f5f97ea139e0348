"""Kritiske datoer: days that are known to raise danger, and what is answered after them."""

from functools import partial

from flask import Blueprint

from .. import clock, content
from ..danish import dates
from ..domain import cases, critical_dates
from ..domain.critical_dates import answering, recording
from ..kinds import Answer
from ..policy import Action
from ..store.cases import Case
from . import forms, revealing
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("critical_dates", __name__)
bp.add_app_template_global(content.date_label, "date_label")
pages = Pages(
    bp, Case, partial(cases.opened, seen_as="critical-dates:read"), back="critical_dates.show", tab="datoer",
    about=lambda case: {"question": critical_dates.question_of(case), "kind_of": critical_dates.kind_of},
)  # fmt: skip


class MoveForm(forms.Form):
    """Which day it is now, and what happens then."""

    on = forms.DateField("Hvilken dag?", dates.DATE_HINT, looks=forms.Looks.AHEAD)
    note = forms.text("Hvad sker der den dag?", longest=1_000)


class DateForm(MoveForm):
    """A critical date."""

    kind = forms.select("Hvad er det for en dag?", "Vælg, hvad der sker den dag.")


class CallOffForm(forms.Form):
    """Why nothing happens on that day."""

    cancel_reason = forms.text("Hvorfor er datoen aflyst?", "Skriv, hvorfor datoen er aflyst.", 1_000)


class AnswerForm(forms.Form):
    """How it went. The rest is asked only of who answers that the udøver did something."""

    is_safe = forms.choice("Er borgeren i sikkerhed?", Answer, "Svar ja, nej eller ved ikke.")
    has_acted = forms.choice("Gjorde udøveren noget?", Answer, "Svar ja, nej eller ved ikke.")
    act = forms.select("Hvad var det for en hændelse?")
    acted_on = forms.DateField("Hvornår skete det?", looks=forms.Looks.BACK)
    what = forms.text("Hvad skete der?", longest=10_000)
    answer = forms.text("Hvad gør I nu?", longest=2_000)


@pages.page("/sager/<ref>/datoer", Action.CASE_READ, "critical_dates/show.html")
def show(case: Case) -> Words:
    """The dates: those to come soonest first, then those that have passed or were called off."""
    found, asked = critical_dates.of_case(actor(), case), critical_dates.asked(actor(), case)
    return {"dates": found, "asked": asked, "heading": "Kritiske datoer", "assess_on": critical_dates.assess_on,
            "reveal_form": forms.blank(forms.RevealForm)}  # fmt: skip


@pages.post("/sager/<ref>/datoer", Action.CASE_REVEAL)
def reveal(case: Case) -> Sent:
    """Show what is written of the days, in this answer alone; the reason is written down."""
    return (yield from revealing.reveal(case, show))


@pages.form("/sager/<ref>/datoer/ny", Action.CASE_WORK, "critical_dates/edit.html")
def record(case: Case) -> Sent:
    """Write a critical date down."""
    kinds = critical_dates.offered(case)
    choices = {"kind": [("", "Vælg …"), *((one.id, one.label) for one in kinds)]}
    form = yield Ask(DateForm, choices=choices, date=None, date_kinds=kinds, heading="Ny kritisk dato")
    made = recording.record(actor(), case, **form.values(), key=form.sent_key)
    if made.on < clock.today():
        return "Datoen er gemt som passeret. Der bliver ikke spurgt til den."
    day = clock.long_date(max(critical_dates.assess_on(made.kind, made.on), clock.today()))
    return f"Datoen er gemt. Sikkerheden vurderes igen senest {day}."


@pages.form("/sager/<ref>/datoer/<date_ref>", Action.CASE_WORK, "critical_dates/edit.html")
def change_date(case: Case, date_ref: str) -> Sent:
    """Move a date, or say more of it."""
    there = critical_dates.one(actor(), case, date_ref)
    form = yield Ask(MoveForm, over=there, date=there, date_kinds=[], heading="Flyt eller ret en kritisk dato")
    recording.change_date(actor(), there, form.seen_version, **form.values(there))
    return "Datoen er gemt. Vurdering og spørgsmål følger med."


@pages.form("/sager/<ref>/datoer/<date_ref>/aflyst", Action.CASE_WORK, "critical_dates/call_off.html")
def call_off(case: Case, date_ref: str) -> Sent:
    """Write down that nothing happens on that day."""
    there = critical_dates.one(actor(), case, date_ref)
    form = yield Ask(CallOffForm, version=there.version, date=there, heading="Datoen er aflyst")
    recording.call_off(actor(), there, form.cancel_reason.data, form.seen_version)
    return "Det er skrevet ned, at datoen er aflyst."


@pages.form("/sager/<ref>/datoer/<date_ref>/svar", Action.CASE_WORK, "critical_dates/answer.html")
def answer(case: Case, date_ref: str) -> Sent:
    """Say how the day went."""
    there = critical_dates.one(actor(), case, date_ref)
    types = [(one.id, one.label) for one in content.incidents().type if not one.retired and not one.told]
    form = yield Ask(AnswerForm, version=there.version, choices={"act": [("", "Vælg …"), *types]}, date=there,
                     start={"acted_on": there.on}, heading=critical_dates.question_of(case))  # fmt: skip
    answered = answering.answer(actor(), there, form.seen_version, **form.values())
    if answered.is_safe == Answer.NO:
        return "Svaret er gemt. Sagen er akut, til sikkerheden er vurderet igen."
    return "Svaret er gemt."
