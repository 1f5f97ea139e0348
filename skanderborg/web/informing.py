"""Oplysningspligt: who of a case was told, or the decision not to."""

from functools import partial

from flask import Blueprint

from .. import clock
from ..danish import dates
from ..domain import cases, informing
from ..kinds import InformGround, InformWay
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("informing", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="informing:list"), back="informing.show", tab="oplysning",
              heading="Oplysningspligt")  # fmt: skip


class ToldForm(forms.Form):
    """Who was told, how and when."""

    about = forms.select("Hvem er informeret?", "Vælg en person.")
    way = forms.choice("Hvordan?", InformWay, "Vælg, hvordan det skete.")
    told_on = forms.DateField("Hvornår?", dates.DATE_HINT, looks=forms.Looks.BACK)


class NotForm(forms.Form):
    """Who is not told, or not yet, and why."""

    about = forms.select("Hvem bliver ikke informeret?", "Vælg en person.")
    ground = forms.choice("Grundlag", InformGround, "Vælg grundlaget.")
    reason = forms.text("Begrundelse", "Skriv begrundelsen.", 4_000)
    look_on = forms.DateField("Afgøres igen", looks=forms.Looks.AHEAD)


@pages.page("/sager/<ref>/oplysning", Action.CASE_READ, "informing/show.html")
def show(case: Case) -> Words:
    """Everyone named in a case, and what was done."""
    named = informing.named(actor(), case)
    choices = _choices(named)
    return {
        "named": named, "today": clock.today(),
        "told_form": forms.blank(ToldForm, choices), "not_form": forms.blank(NotForm, choices),
    }  # fmt: skip


@pages.post("/sager/<ref>/oplysning/informeret", Action.CASE_SHARE)
def tell(case: Case) -> Sent:
    """Someone was told."""
    form = yield Ask(ToldForm, "told_form", on=show, choices=_choices(informing.named(actor(), case)), ids="told")
    informing.told(actor(), case, form.about.data, form.way.data, form.told_on.data, key=form.sent_key)
    return "Det er skrevet ned, at personen er informeret."


@pages.post("/sager/<ref>/oplysning/ikke", Action.CASE_DESCRIBE)
def decide_not(case: Case) -> Sent:
    """Someone is not told."""
    form = yield Ask(NotForm, "not_form", on=show, choices=_choices(informing.named(actor(), case)), ids="not")
    said = (form.about.data, form.ground.data, form.reason.data, form.look_on.data)
    informing.decide_not(actor(), case, *said, key=form.sent_key)
    return "Afgørelsen er skrevet ned."


def _choices(named: list[informing.Named]) -> forms.Choices:
    return {"about": [("", "Vælg …"), *((one.about, one.label) for one in named)]}
