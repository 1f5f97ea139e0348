"""Forbundne sager: what other cases have to do with this one, for who sees both."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from ..domain import cases, links
from ..kinds import LinkKind
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("links", __name__)
PAGE = "links/show.html"
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


@bp.get("/sager/<ref>/forbundne")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The links that one sees whole, and the form of a new one."""
    return render.page(PAGE, "sager", **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/forbundne")
@asks(Action.CASE_LINK, on=Case)
def make(ref: str) -> Response:
    """Link two cases."""
    context = _context(ref, Action.CASE_LINK)
    form = forms.read(LinkForm, PAGE, "sager", name="link_form", **context)
    kind = form.kind.data
    links.make(actor(), context["case"], form.code.data, kind, form.reason.data, key=form.sent_key)
    return _back(ref, "Sagerne er forbundet. Kun den, der kan se begge, ser det.")


@bp.post("/sager/<ref>/forbundne/<link_ref>/ophaev")
@asks(Action.CASE_LINK, on=Case)
def end(ref: str, link_ref: str) -> Response:
    """End a link."""
    context = _context(ref, Action.CASE_LINK)
    forms.read(forms.Form, PAGE, "sager", name="plain_form", **context)
    links.end(actor(), context["case"], link_ref)
    return _back(ref, "Forbindelsen er ophævet.")


@bp.post("/sager/<ref>/fortsaet-i")
@asks(Action.CASE_LINK, on=Case)
def continue_in(ref: str) -> Response:
    """Let the case go on in another one, and close it."""
    context = _context(ref, Action.CASE_LINK)
    form = forms.read(ContinueForm, PAGE, "sager", name="continue_form", **context)
    links.continue_in(actor(), context["case"], form.code.data, form.reason.data, form.seen_version)
    return _back(ref, "Sagen er afsluttet og fortsætter i den anden.")


def _context(ref: str, action: Action) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "link:list", action)
    code = request.args.get("kode", "")[:LONGEST_CODE]
    return {
        "case": case,
        "links": links.of_case(actor(), case),
        "may_continue": links.may_continue_elsewhere(case),
        "link_form": forms.blank(LinkForm, code=code),
        "continue_form": forms.blank(ContinueForm, code=code, version=str(case.version)),
        "heading": "Forbundne sager",
        "tab": "adgang",
    }


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("links.show", ref=ref), said=said)
