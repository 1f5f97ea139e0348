"""Administration of the words of the action card and the guide."""

from flask import Blueprint, url_for

from ..domain import texts
from ..errors import NotFound
from ..kinds import TextPlace
from ..policy import Action
from . import forms
from .admin import EditionForm, RestoreForm
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("admin_texts", __name__)
pages = Pages(bp, back="admin_texts.edit", section="administration")
ONE = "/administration/tekster/<place>/<text_key>"


class TextForm(EditionForm):
    """Paragraphs and points, one on each line."""

    text = forms.text("Tekst")
    points = forms.text("Punkter")


@pages.page("/administration/tekster", Action.CONTENT_MANAGE, "admin/texts.html", personal=False)
def index() -> Words:
    """Every text that can be changed."""
    return {"sections": texts.sections(actor())}


@pages.page(ONE, Action.CONTENT_MANAGE, "admin/text.html", personal=False)
def edit(place: str, text_key: str) -> Words:
    """One text, to be changed, and its editions."""
    where = _place(place)
    version, entry = texts.shown(where, text_key), texts.get(actor(), where, text_key)
    typed: Words = {"text": "\n".join(entry.text), "points": "\n".join(entry.points)}
    return {
        "entry": entry,
        "place": place,
        "text_form": forms.blank(TextForm, version=str(version), **typed),
        "version": version,
        "versions": texts.history(actor(), where, text_key),
        "restore_at": url_for("admin_texts.restore", place=place, text_key=text_key),
    }


@pages.post(ONE, Action.CONTENT_MANAGE, personal=False)
def change(place: str, text_key: str) -> Sent:
    """Change a text."""
    texts.get(actor(), _place(place), text_key)
    form = yield Ask(TextForm, "text_form", on=edit)
    texts.change(actor(), _place(place), text_key, form.text.data or "", form.points.data or "", form.seen_version)
    return "Teksten er gemt og vises fra nu af."


@pages.post(f"{ONE}/gendan", Action.CONTENT_MANAGE, personal=False)
def restore(place: str, text_key: str) -> Sent:
    """Let an earlier edition hold again; number 0 is the one of the file."""
    texts.get(actor(), _place(place), text_key)
    form = yield Ask(RestoreForm, on=edit)
    texts.restore(actor(), _place(place), text_key, int(form.number.data), form.seen_version)
    return "Udgaven er gendannet."


def _place(slug: str) -> TextPlace:
    if slug not in TextPlace._value2member_map_:
        raise NotFound()
    return TextPlace(slug)
