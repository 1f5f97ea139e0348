"""Drafts: kept while they are typed, opened again in their form, and thrown away."""

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from .. import clock
from ..domain import drafts
from ..errors import Invalid
from ..policy import Action
from . import answers, form_places, forms, typed
from .form_pages import Page
from .guard import actor, asks

bp = Blueprint("drafts", __name__)


@bp.post("/kladder")
@asks(Action.PROFILE)
def save() -> Response:
    """Keep what is being typed, as unsent.js sends it; it prolongs no session and leaves no event."""
    ref, to = forms.draft_ref(), request.form.get("kladde_til", "")
    if not ref or not form_places.takes_forms(to):
        raise Invalid("Kladden hører ikke til en af vores formularer.")
    page = form_places.page_of(request.form.get("kladde_side", ""), to)
    fields = {name: values for name, values in request.form.lists() if name not in ("kladde_til", "kladde_side")}
    at = drafts.save(actor(), current_user.session, ref, drafts.Typed(to, page, fields))
    return jsonify(at=clock.hour_of(at))


@bp.get("/kladde/<draft_ref>")
@asks(Action.PROFILE)
def show(draft_ref: str) -> Response:
    """A draft in the form it was typed into, to be sent; whether one may see that page, the page decides."""
    draft = drafts.get(actor(), draft_ref)
    endpoint, args = form_places.form_at(draft.path)
    g.asked_at, view = (endpoint, dict(args)), current_app.view_functions[endpoint]
    page = view.reopened(draft, args) if isinstance(view, Page) else None
    if page and g.get("form_placed"):
        return page
    kept = MultiDict({**draft.form, drafts.FIELD: draft.ref})
    fields = typed.fields(kept, g.form_shown.form if page else None)
    return answers.page("drafts/show.html", draft=draft, fields=fields, can_be_sent=page is None)


@bp.post("/kladde/<draft_ref>/kasser")
@asks(Action.PROFILE)
def discard(draft_ref: str) -> Response:
    """Throw a draft away."""
    page = drafts.discard(actor(), draft_ref)
    return answers.changed(instead=page, said="Kladden er kasseret.")
