"""Administration of contacts: each entry with its form, its editions, and when it was last checked."""

from datetime import date
from typing import Any

import wtforms
from flask import Blueprint, Response, url_for

from .. import content
from ..domain import contacts, editions
from ..errors import NotFound
from ..kinds import ContactGroup, ContactScope
from ..policy import Action
from . import forms, render
from .admin import EditionForm, RestoreForm
from .guard import actor, asks

bp = Blueprint("admin_contacts", __name__)
EDIT, NEW, SECTION = "admin/contact.html", "admin/contact_new.html", "administration"


class ContactForm(EditionForm):
    """What a contact is."""

    name = forms.line("Navn", "Skriv navnet.", 120)
    unit = forms.line("Afdeling eller titel", longest=120)
    short = forms.line("Kort navn", longest=20)
    group = forms.choice("Står under", ContactGroup, "Vælg, hvor kontakten skal stå.")
    scope = forms.many("Til hvem", ContactScope)
    municipality = forms.line("Kommune", longest=80)
    phone = forms.line("Telefon", longest=30)
    email = forms.line("Mail", longest=254)
    web = forms.line("Hjemmeside", longest=120)
    hours = forms.text("Åbningstid", longest=500)
    note = forms.text("Bemærkning", longest=500)
    refer = wtforms.BooleanField("Borgere kan henvises hertil")
    verified_on = forms.DateField("Senest kontrolleret")

    @classmethod
    def as_typed(cls, body: dict[str, Any]) -> dict[str, Any]:
        """Hours on lines, the day as a day; whom it is for stays a list."""
        day = body.get("verified_on")
        return {
            **body, "hours": "\n".join(body.get("hours", ())), "verified_on": date.fromisoformat(day) if day else None,
        }  # fmt: skip


@bp.get("/administration/kontakter")
@asks(Action.CONTENT_MANAGE, personal=False)
def index() -> Response:
    """Every contact with its mark, and those out of use."""
    groups = contacts.grouped(contacts.everyone())
    return render.page("admin/contacts.html", SECTION, groups=groups, out_of_use=contacts.out_of_use(actor()))


@bp.get("/administration/kontakter/ny")
@asks(Action.CONTENT_MANAGE, personal=False)
def new() -> Response:
    """The form of a new contact."""
    return render.page(NEW, SECTION, contact_form=forms.blank(ContactForm))


@bp.post("/administration/kontakter/ny")
@asks(Action.CONTENT_MANAGE, personal=False)
def add() -> Response:
    """Add a contact."""
    form = forms.read(ContactForm, NEW, SECTION, name="contact_form")
    contacts.add(actor(), form.values(), key=form.sent_key)
    return render.changed(instead=url_for("admin_contacts.index"), said="Kontakten er tilføjet.")


@bp.get("/administration/kontakter/<contact_key>")
@asks(Action.CONTENT_MANAGE, personal=False)
def edit(contact_key: str) -> Response:
    """One contact, to be changed, and its editions."""
    return render.page(EDIT, SECTION, **_one(contact_key))


@bp.post("/administration/kontakter/<contact_key>")
@asks(Action.CONTENT_MANAGE, personal=False)
def change(contact_key: str) -> Response:
    """Change a contact."""
    contacts.get(actor(), contact_key)
    form = forms.read(ContactForm, EDIT, SECTION, name="contact_form", late=lambda: _one(contact_key))
    contacts.change(actor(), contact_key, form.values(), form.seen_version)
    return _back(contact_key, "Kontakten er gemt.")


@bp.post("/administration/kontakter/<contact_key>/kontrolleret")
@asks(Action.CONTENT_MANAGE, personal=False)
def verify(contact_key: str) -> Response:
    """The number was rung today, and is right."""
    form = _plain(EditionForm, contact_key)
    contacts.verify(actor(), contact_key, form.seen_version)
    return _back(contact_key, "Kontakten er kontrolleret i dag.")


@bp.post("/administration/kontakter/<contact_key>/tag-ud")
@asks(Action.CONTENT_MANAGE, personal=False)
def retire(contact_key: str) -> Response:
    """Take a contact out of use."""
    contacts.get(actor(), contact_key)
    form = _plain(EditionForm, contact_key)
    contacts.retire(actor(), contact_key, form.seen_version)
    return render.changed(instead=url_for("admin_contacts.index"), said="Kontakten bruges ikke mere.")


@bp.post("/administration/kontakter/<contact_key>/gendan")
@asks(Action.CONTENT_MANAGE, personal=False)
def restore(contact_key: str) -> Response:
    """Let an earlier edition hold again."""
    form: Any = _plain(RestoreForm, contact_key)
    contacts.restore(actor(), contact_key, int(form.number.data), form.seen_version)
    return _back(contact_key, "Udgaven er gendannet.")


def _plain(kind: type[forms.FormType], key: str) -> forms.FormType:
    if not contacts.exists(key):
        raise NotFound()
    return forms.read(kind, EDIT, SECTION, name="plain_form", late=lambda: _one(key))


def _one(key: str) -> dict[str, Any]:
    if not contacts.exists(key):
        raise NotFound()
    version, entry = editions.shown(contacts.KIND, key), content.contacts().get(key)
    typed = ContactForm.as_typed(contacts.body(entry)) if entry else {}
    typed.pop("key", None)
    return {
        "entry": entry,
        "entry_key": key,
        "name": content.contact_name(key),
        "contact_form": forms.blank(ContactForm, version=str(version), **typed),
        "version": version,
        "versions": contacts.history(actor(), key),
        "restore_at": url_for("admin_contacts.restore", contact_key=key),
    }


def _back(key: str, said: str) -> Response:
    return render.changed(instead=url_for("admin_contacts.edit", contact_key=key), said=said)
