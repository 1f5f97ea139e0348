"""Administration of contacts: each entry with its form, its editions, and when it was last checked."""

from datetime import date
from typing import Any

import wtforms
from flask import Blueprint, url_for

from .. import content
from ..domain import contacts, editions
from ..kinds import ContactGroup, ContactScope
from ..policy import Action
from . import forms
from .admin import EditionForm, RestoreForm
from .form_pages import Ask, Pages, Sent, Words, back
from .guard import actor

bp = Blueprint("admin_contacts", __name__)
pages = Pages(bp, back="admin_contacts.edit", section="administration")
ONE = "/administration/kontakter/<contact_key>"


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
    verified_on = forms.DateField("Senest kontrolleret", looks=forms.Looks.BACK)

    @classmethod
    def as_typed(cls, body: dict[str, Any]) -> dict[str, Any]:
        """Hours on lines, the day as a day; whom it is for stays a list."""
        day = body.get("verified_on")
        return {
            **body, "hours": "\n".join(body.get("hours", ())), "verified_on": date.fromisoformat(day) if day else None,
        }  # fmt: skip


@pages.page("/administration/kontakter", Action.CONTENT_MANAGE, "admin/contacts.html", personal=False)
def index() -> Words:
    """Every contact with its mark, and those out of use."""
    return {"groups": contacts.grouped(contacts.everyone()), "out_of_use": contacts.out_of_use(actor())}


@pages.form("/administration/kontakter/ny", Action.CONTENT_MANAGE, "admin/contact_new.html", personal=False)
def add() -> Sent:
    """Add a contact."""
    form = yield Ask(ContactForm, "contact_form")
    contacts.add(actor(), form.values(), key=form.sent_key)
    return back("admin_contacts.index", "Kontakten er tilføjet.")


@pages.page(ONE, Action.CONTENT_MANAGE, "admin/contact.html", personal=False)
def edit(contact_key: str) -> Words:
    """One contact, to be changed, and its editions."""
    contacts.refuse_unknown(contact_key)
    version, entry = editions.shown(contacts.KIND, contact_key), content.contacts().get(contact_key)
    return {
        "entry": entry,
        "entry_key": contact_key,
        "name": content.contact_name(contact_key),
        "contact_form": _filled(version, entry),
        "version": version,
        "versions": contacts.history(actor(), contact_key),
        "restore_at": url_for("admin_contacts.restore", contact_key=contact_key),
    }


@pages.post(ONE, Action.CONTENT_MANAGE, personal=False)
def change(contact_key: str) -> Sent:
    """Change a contact."""
    contacts.get(actor(), contact_key)
    form = yield Ask(ContactForm, "contact_form", on=edit)
    contacts.change(actor(), contact_key, form.values(), form.seen_version)
    return "Kontakten er gemt."


@pages.post(f"{ONE}/kontrolleret", Action.CONTENT_MANAGE, personal=False)
def verify(contact_key: str) -> Sent:
    """The number was rung today, and is right."""
    contacts.refuse_unknown(contact_key)
    form = yield Ask(EditionForm, on=edit)
    contacts.verify(actor(), contact_key, form.seen_version)
    return "Kontakten er kontrolleret i dag."


@pages.post(f"{ONE}/tag-ud", Action.CONTENT_MANAGE, personal=False)
def retire(contact_key: str) -> Sent:
    """Take a contact out of use."""
    contacts.get(actor(), contact_key)
    form = yield Ask(EditionForm, on=edit)
    contacts.retire(actor(), contact_key, form.seen_version)
    return back("admin_contacts.index", "Kontakten bruges ikke mere.")


@pages.post(f"{ONE}/gendan", Action.CONTENT_MANAGE, personal=False)
def restore(contact_key: str) -> Sent:
    """Let an earlier edition hold again."""
    contacts.refuse_unknown(contact_key)
    form = yield Ask(RestoreForm, on=edit)
    contacts.restore(actor(), contact_key, int(form.number.data), form.seen_version)
    return "Udgaven er gendannet."


def _filled(version: int, entry: Any) -> ContactForm:
    typed = ContactForm.as_typed(editions.plain(entry)) if entry else {}
    typed.pop("key", None)
    return forms.blank(ContactForm, version=str(version), **typed)
