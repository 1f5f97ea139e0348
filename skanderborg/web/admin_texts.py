"""Administration of the words of the action card and the guide."""

from typing import Any

from flask import Blueprint, Response, url_for

from ..domain import texts
from ..errors import NotFound
from ..kinds import TextPlace
from ..policy import Action
from . import forms, render
from .admin import EditionForm, RestoreForm
from .guard import actor, asks

bp = Blueprint("admin_texts", __name__)
EDIT, SECTION = "admin/text.html", "administration"


class TextForm(EditionForm):
    """Paragraphs and points, one on each line."""

    text = forms.text("Tekst")
    points = forms.text("Punkter")


@bp.get("/administration/tekster")
@asks(Action.CONTENT_MANAGE, personal=False)
def index() -> Response:
    """Every text that can be changed."""
    return render.page("admin/texts.html", SECTION, sections=texts.sections(actor()))


@bp.get("/administration/tekster/<place>/<text_key>")
@asks(Action.CONTENT_MANAGE, personal=False)
def edit(place: str, text_key: str) -> Response:
    """One text, to be changed, and its editions."""
    return render.page(EDIT, SECTION, **_one(place, text_key))


@bp.post("/administration/tekster/<place>/<text_key>")
@asks(Action.CONTENT_MANAGE, personal=False)
def change(place: str, text_key: str) -> Response:
    """Change a text."""
    texts.get(actor(), _place(place), text_key)
    form = forms.read(TextForm, EDIT, SECTION, name="text_form", late=lambda: _one(place, text_key))
    texts.change(actor(), _place(place), text_key, form.text.data or "", form.points.data or "", form.seen_version)
    return _back(place, text_key, "Teksten er gemt og vises fra nu af.")


@bp.post("/administration/tekster/<place>/<text_key>/gendan")
@asks(Action.CONTENT_MANAGE, personal=False)
def restore(place: str, text_key: str) -> Response:
    """Let an earlier edition hold again; number 0 is the one of the file."""
    texts.get(actor(), _place(place), text_key)
    form = forms.read(RestoreForm, EDIT, SECTION, name="plain_form", late=lambda: _one(place, text_key))
    texts.restore(actor(), _place(place), text_key, int(form.number.data), form.seen_version)
    return _back(place, text_key, "Udgaven er gendannet.")


def _place(slug: str) -> TextPlace:
    if slug not in TextPlace._value2member_map_:
        raise NotFound()
    return TextPlace(slug)


def _one(place: str, key: str) -> dict[str, Any]:
    where = _place(place)
    version, entry = texts.shown(where, key), texts.get(actor(), where, key)
    typed: dict[str, Any] = {"text": "\n".join(entry.text), "points": "\n".join(entry.points)}
    return {
        "entry": entry,
        "place": place,
        "text_form": forms.blank(TextForm, version=str(version), **typed),
        "version": version,
        "versions": texts.history(actor(), where, key),
        "restore_at": url_for("admin_texts.restore", place=place, text_key=key),
    }


def _back(place: str, key: str, said: str) -> Response:
    return render.changed(instead=url_for("admin_texts.edit", place=place, text_key=key), said=said)
