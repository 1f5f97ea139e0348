"""When contact with the citizen is agreed next: until then the case is not silent."""

from typing import Any

from flask import Blueprint, Response, url_for

from ..domain import cases, silence
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("silence", __name__)
bp.add_app_template_global(silence.words, "silent_words")
PAGE = "cases/next_contact.html"


class NextContactForm(forms.Form):
    """When, and what is agreed or waited for."""

    next_contact_on = forms.DateField("Hvornår?")
    next_contact = forms.text("Hvad har I aftalt, eller hvad venter I på?", longest=1_000)


@bp.get("/sager/<ref>/naeste-kontakt")
@asks(Action.CASE_WORK, on=Case)
def form(ref: str) -> Response:
    """What is agreed now, to be changed."""
    context = _context(ref)
    case = context["case"]
    standing = {"next_contact_on": case.next_contact_on, "next_contact": case.next_contact}
    asked = forms.blank(NextContactForm, version=str(case.version), **standing)
    return render.page(PAGE, "sager", form=asked, **context)


@bp.post("/sager/<ref>/naeste-kontakt")
@asks(Action.CASE_WORK, on=Case)
def agree(ref: str) -> Response:
    """Save it."""
    context = _context(ref)
    form = forms.read(NextContactForm, PAGE, "sager", **context)
    said = form.values()
    silence.agree(actor(), context["case"], said["next_contact_on"], said["next_contact"], form.seen_version)
    return render.changed(instead=url_for("cases.show", ref=ref), said="Næste kontakt er gemt.")


def _context(ref: str) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "case:read", Action.CASE_WORK)
    return {"case": case, "heading": "Næste kontakt med borgeren", "tab": "overblik"}
