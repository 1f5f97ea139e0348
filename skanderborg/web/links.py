"""Forbundne sager: what other cases have to do with this one, for who sees both."""

from functools import partial
from typing import Any

from flask import Blueprint, request

from ..domain import cases, links
from ..kinds import LinkKind
from ..pages import links as link_page
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("links", __name__)
pages = Pages(
    bp, Case, partial(cases.opened, seen_as="link:list", tells_of=link_page.told_of), back="links.show", tab="forbundne"
)
LONGEST_CODE = 20


class LinkForm(forms.Form):
    """Which case, how the two have to do with each other, and why."""

    code = forms.line("Den anden sags kode", "Skriv koden på den anden sag, fx K7F3Q.", LONGEST_CODE)
    kind = forms.choice("Hvordan hører de sammen?", LinkKind, "Vælg, hvordan de to sager hører sammen.")
    reason = forms.line("Hvorfor forbindes de?", "Skriv kort hvorfor sagerne hører sammen.")


class ContinueForm(forms.Form):
    """In which case this one goes on."""

    code = forms.line("Kode på den sag, det fortsætter i", "Skriv koden på den anden sag, fx K7F3Q.", LONGEST_CODE)
    reason = forms.line("Hvorfor er det samme borger?", "Skriv kort hvorfor det er den samme borger.")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in (self.code, self.reason):  # the page has two forms with fields of these names
            field.id = f"fortsaet-{field.name}"


@pages.page("/sager/<ref>/forbundne", Action.CASE_READ, "links/show.html")
def show(case: Case) -> Words:
    """The links that one sees whole, and the form of a new one."""
    code = request.args.get("kode", "")[:LONGEST_CODE]
    return {
        "links": link_page.of_case(actor(), case),
        "may_continue": links.may_continue_elsewhere(case),
        "link_form": forms.blank(LinkForm, code=code),
        "continue_form": forms.blank(ContinueForm, code=code, version=str(case.version)),
        "heading": "Forbundne sager",
    }


@pages.post("/sager/<ref>/forbundne", Action.CASE_LINK)
def make(case: Case) -> Sent:
    """Link two cases."""
    form = yield Ask(LinkForm, "link_form", on=show)
    links.make(actor(), case, form.code.data, form.kind.data, form.reason.data, key=form.sent_key)
    return "Sagerne er forbundet. Kun den, der kan se begge, ser det."


@pages.post("/sager/<ref>/forbundne/<link_ref>/ophaev", Action.CASE_LINK)
def end(case: Case, link_ref: str) -> Sent:
    """End a link."""
    yield Ask(forms.Form, on=show)
    links.end(actor(), case, link_ref)
    return "Forbindelsen er ophævet."


@pages.post("/sager/<ref>/fortsaet-i", Action.CASE_LINK)
def continue_in(case: Case) -> Sent:
    """Let the case go on in another one, and close it."""
    form = yield Ask(ContinueForm, "continue_form", on=show)
    links.continue_in(actor(), case, form.code.data, form.reason.data, form.seen_version)
    return "Sagen er afsluttet og fortsætter i den anden."
