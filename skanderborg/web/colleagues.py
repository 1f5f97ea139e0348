"""Colleagues: contact cards, by department first."""

from flask import Blueprint

from ..pages import colleagues
from ..policy import Action
from .form_pages import Pages, Words
from .guard import actor

bp = Blueprint("colleagues", __name__)
pages = Pages(bp, back="contacts.index", section="kontakter")


@pages.page("/kolleger/<colleague_ref>", Action.CONTACT_READ, "colleagues/card.html", personal=False)
def card(colleague_ref: str) -> Words:
    """One colleague."""
    return {"card": colleagues.card(actor(), colleague_ref)}


@pages.page("/kolleger/i/<department_ref>", Action.CONTACT_READ, "colleagues/team.html", personal=False)
def team(department_ref: str) -> Words:
    """Who works in a department."""
    return {"team": colleagues.team(actor(), department_ref)}
