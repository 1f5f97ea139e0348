"""Tilsyn for the auditor, and the half-yearly look through who has what, for managers."""

from flask import Blueprint

from ..domain import oversight
from ..domain.oversight import reviews
from ..kinds import OversightVerdict
from ..pages import oversight as oversight_page
from ..policy import Action
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("oversight", __name__)
pages = Pages(bp, back="oversight.index", section="tilsyn")
review_pages = Pages(bp, back="oversight.review", section="min-afdeling")


class VerdictForm(forms.Form):
    """What the auditor found."""

    verdict = forms.choice("Hvad fandt du?", OversightVerdict, "Vælg, hvad du fandt.")


@pages.page("/tilsyn", Action.LOG_READ, "oversight/index.html")
def index() -> Words:
    """What waits to be judged, and what was."""
    waiting, judged = oversight_page.index(actor())
    verdict_forms = forms.one_for_each(VerdictForm, [item.row.ref for item in waiting])
    return {"waiting": waiting, "judged": judged, "verdict_forms": verdict_forms}


@pages.post("/tilsyn/<found_ref>/vurdering", Action.LOG_JUDGE)
def judge(found_ref: str) -> Sent:
    """It was looked into."""
    oversight.opened(actor(), found_ref)
    form = yield Ask(VerdictForm, "verdict_form", on=index, judging=found_ref)
    oversight.judge(actor(), found_ref, form.verdict.data, form.seen_version)
    return "Vurderingen er gemt."


@review_pages.page("/adgangsgennemgang", Action.ACCESS_REVIEW, "oversight/review.html")
def review() -> Words:
    """What the people have whom one heads."""
    return {"held": oversight_page.to_review(actor())}


@review_pages.post("/adgangsgennemgang/<review_ref>/bekraeft", Action.ACCESS_REVIEW)
def keep(review_ref: str) -> Sent:
    """They shall have it."""
    yield Ask(forms.Form, on=review)
    reviews.keep(actor(), review_ref)
    return "Bekræftet."


@review_pages.post("/adgangsgennemgang/<review_ref>/afslut", Action.ACCESS_REVIEW, step_up=True)
def end(review_ref: str) -> Sent:
    """They shall have it no more."""
    yield Ask(forms.Form, on=review)
    reviews.end(actor(), review_ref)
    return "Roller og adgange er afsluttet, og det, personen havde, er givet videre."
