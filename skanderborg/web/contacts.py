"""Contacts (*Kontakter*): everyone who can be rung, for whom and when, and a search whose words stand in no address."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_login import current_user

from .. import content
from ..domain import contacts, departments
from ..policy import Action
from . import answers, card, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import asks

bp = Blueprint("contacts", __name__)
pages = Pages(bp, back="contacts.index", section="kontakter")

bp.add_app_template_global(contacts.hours, "contact_hours")
bp.add_app_template_global(contacts.on_call_now)
bp.add_app_template_global(contacts.scope, "contact_scope")
bp.add_app_template_global(contacts.checked, "contact_checked")
bp.add_app_template_global(content.contact_name, "contact_name")


class SearchForm(forms.Form):
    """Whom to look for."""

    words = forms.line("Søg efter navn, afdeling eller nummer", "Skriv et navn eller et nummer, fx 25 17 73 74.", 100)


@pages.page("/kontakter", None, "contacts/index.html")
def index() -> Words | Response:
    """Every contact, under its heading; readable without signing in where the action card is."""
    return card.sign_in_first("/kontakter") or _everyone() | {"search_form": forms.blank(SearchForm)}


@pages.post("/kontakter/soeg", Action.CONTACT_READ, personal=False)
def search() -> Sent:
    """The contacts with the typed words or number."""
    form = yield Ask(SearchForm, "search_form", on=index)
    found = contacts.search(form.words.data)
    return answers.page("contacts/found.html", "kontakter", search_form=form, found=found)


@bp.get("/kontakter/soeg")
@asks(Action.CONTACT_READ, personal=False)
def search_again() -> Response:
    """Who comes back to a search by its address begins anew."""
    return answers.see(url_for("contacts.index"))


def _everyone() -> dict[str, Any]:
    found = contacts.everyone()
    never = sum(one.verified_on is None for one in found)
    ours = departments.listed() if current_user.is_authenticated else []  # with names and numbers of their managers
    return {"groups": contacts.grouped(found), "never_checked": never, "departments": ours}
