"""Drafts: kept while they are typed, opened again in their form, and thrown away."""

from flask import Blueprint, Response, g, jsonify, request
from flask_login import current_user

from .. import clock
from ..domain import drafts
from ..errors import Invalid
from ..policy import Action
from . import forms, guard, render, typed
from .guard import actor, asks

bp = Blueprint("drafts", __name__)


@bp.post("/kladder")
@asks(Action.PROFILE)
def save() -> Response:
    """Keep what is being typed, as app.js sends it; it prolongs no session and leaves no event."""
    ref, to = forms.draft_ref(), request.form.get("kladde_til", "")
    if not ref or not guard.takes_forms(to):
        raise Invalid("Kladden hører ikke til en af vores formularer.")
    page = guard.page_of(request.form.get("kladde_side", ""), to)
    fields = {name: values for name, values in request.form.lists() if name not in ("kladde_til", "kladde_side")}
    at = drafts.save(actor(), current_user.session, ref, drafts.Typed(to, page, fields))
    return jsonify(at=clock.hhmm(clock.local(at).time()))


@bp.get("/kladde/<draft_ref>")
@asks(Action.PROFILE)
def show(draft_ref: str) -> Response:
    """A draft in the form it was typed into, to be sent; whether one may see that page, the page decides."""
    draft = drafts.get(actor(), draft_ref)
    has_form = drafts.up_to_its_form(guard.as_if_sent(draft), forms.Reached)
    shown = g.get("form_shown")
    page = render.page(shown.template, shown.section, **shown.words()) if has_form else None
    if page and g.get("form_placed"):
        return page
    fields = typed.fields(request.form, shown.form if shown else None)
    return render.page("drafts/show.html", draft=draft, fields=fields, can_be_sent=not has_form)


@bp.post("/kladde/<draft_ref>/kasser")
@asks(Action.PROFILE)
def discard(draft_ref: str) -> Response:
    """Throw a draft away."""
    page = drafts.discard(actor(), draft_ref)
    return render.changed(instead=page, said="Kladden er kasseret.")
