"""What stands between a form that matters most and its verb: its person shows anew who he or she is (SEC-63)."""

from flask import Response, current_app, request, url_for
from flask_login import current_user

from ..domain import drafts, step_up
from . import answers, form_places, forms

UNTOLD = drafts.NEVER_KEPT | {"cpr_seen"}


def first_prove(form: forms.Form) -> Response | None:
    """Where to show first who one is, with the form kept meanwhile; None where that was done for this very form."""
    session, path = current_user.session, request.path
    typed = {name: value for name, value in form.data.items() if name not in UNTOLD}
    if step_up.use(session, forms.draft_ref(), path, typed, current_app.config["SKB"].defaults):
        return None
    draft = form_places.keep(session)
    step_up.ask(session, draft, path, typed)
    return answers.go(url_for("proving.show", draft_ref=draft))
