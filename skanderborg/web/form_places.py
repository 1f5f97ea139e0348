"""Where a form belongs that is being typed: on which page it stands and which view takes it; and one that came too
late, kept for its person (REL-13)."""

from typing import Any

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from ..domain import drafts
from ..errors import NotFound
from . import forms


def takes_forms(path: str) -> bool:
    """Whether a form of our own pages goes to this path."""
    rule, _ = _rule_of(path, "POST")
    return rule is not None and is_guarded(rule.endpoint)


def page_of(page: str, path: str) -> str:
    """The page on which a form stands that goes to `path`: the nearest that can be opened, from what the browser says.

    A form that was refused, and one that was opened from its draft, stand where nothing else is to be seen.
    """
    if page.startswith("/kladde/") or not page.startswith("/"):
        page = path
    while page.count("/") > 1 and not _rule_of(page, "GET")[0]:
        page = page.rpartition("/")[0]
    return page


def form_at(path: str) -> tuple[str, dict[str, Any]]:
    """The endpoint that takes the forms that go to `path`, and what it is given. Raises NotFound where none goes."""
    rule, args = _rule_of(path, "POST")
    if rule is None or not is_guarded(rule.endpoint):
        raise NotFound()
    return rule.endpoint, args


def _rule_of(path: str, method: str) -> Any:
    try:
        return current_app.create_url_adapter(request).match(path, method=method, return_rule=True)  # type: ignore[union-attr]
    except HTTPException:
        return None, {}


def park(session: Any) -> str:
    """Keep a form that came too late for its session; where its own person gets it back after signing in again."""
    return url_for("drafts.show", draft_ref=keep(session))


def keep(session: Any) -> str:
    """Keep the form that was sent as a draft of the session's person; its ref."""
    fields = request.form.to_dict(flat=False)
    typed = drafts.Typed(request.path, page_of(request.path, request.path), fields)
    return drafts.park(session, forms.draft_ref(), typed)


def is_guarded(endpoint: str) -> bool:
    """Whether an endpoint answers only to who is signed in."""
    return hasattr(current_app.view_functions[endpoint], "asks")
