"""Rollefordeling: who does what in a case."""

from functools import partial

from flask import Blueprint

from ..domain import cases, roles
from ..kinds import RoleSide
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("roles", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="role:list"), back="roles.show", tab="roller")


class RoleForm(forms.Form):
    """Who, what they do, and how they are reached."""

    side = forms.choice("Hvor hører de til?", RoleSide, "Vælg, om det er i eller uden for kommunen.")
    who = forms.line("Hvem?", "Skriv hvem, fx «Politiet, Skanderborg» eller «Skolens SSP-kontakt».")
    does = forms.text("Hvad gør de?", "Skriv, hvad de gør eller har ansvar for.", 2_000)
    contact = forms.line("Hvordan får I fat i dem?")
    since_on = forms.DateField("Med siden", looks=forms.Looks.BACK)


@pages.page("/sager/<ref>/roller", Action.CASE_READ, "roles/show.html")
def show(case: Case) -> Words:
    """Who does what."""
    return {"rows": roles.of_case(actor(), case), "role_form": forms.blank(RoleForm), "heading": "Rollefordeling"}


@pages.post("/sager/<ref>/roller", Action.CASE_WORK)
def add(case: Case) -> Sent:
    """One more who does something."""
    form = yield Ask(RoleForm, "role_form", on=show)
    roles.add(actor(), case, **form.values(), key=form.sent_key)
    return "Rollen er skrevet ned."


@pages.form("/sager/<ref>/roller/<role_ref>", Action.CASE_WORK, "roles/edit.html")
def rewrite(case: Case, role_ref: str) -> Sent:
    """Change one row."""
    row = roles.get(actor(), case, role_ref)
    form = yield Ask(RoleForm, "role_form", over=row, row=row, heading="Ret rolle")
    roles.rewrite(actor(), row, form.seen_version, **form.values())
    return "Rollen er ændret."


@pages.post("/sager/<ref>/roller/<role_ref>/afslut", Action.CASE_WORK)
def end(case: Case, role_ref: str) -> Sent:
    """Take one row out."""
    row = roles.get(actor(), case, role_ref)
    form = yield Ask(forms.Form, on=rewrite)
    roles.end(actor(), row, form.seen_version)
    return "Rollen er fjernet fra sagen."
