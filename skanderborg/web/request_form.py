"""The form that asks a department for help: its fields, its choices, and what it is filled with."""

from typing import Any

import wtforms

from ..domain import people
from ..domain.requests import addressees, sending
from ..kinds import Answer, Basis
from ..pages import requests
from ..policy import Action
from . import forms, sharing_form
from .guard import actor

EVERYONE = ("", "Hele afdelingen – den første ledige tager den")


class SendForm(sharing_form.ConsentFields):
    """What is asked, of whom, about whom, and why it may be shared."""

    department = forms.select("Afdeling", "Vælg den afdeling, du vil bede om hjælp.")
    ask = forms.text("Hvad beder du om, og hvorfor?", "Skriv, hvad du beder om, og hvorfor.")
    who = forms.line("Hvem drejer det sig om?")
    rings_with_name = wtforms.BooleanField("Jeg ringer med navnet")
    contact_rules = forms.text(
        "Sådan må I kontakte borgeren – og hvem I ikke må kontakte",
        "Skriv, hvordan borgeren må kontaktes, og hvem der ikke må kontaktes.",
    )
    basis = forms.choice(
        "Hvorfor må det deles?", Basis, "Vælg, hvorfor det må deles. Er du i tvivl, så vælg «Ved ikke»."
    )
    party_works_there = forms.choice(
        "Arbejder en part eller en nærtstående i afdelingen?",
        Answer,
        "Svar på, om en part eller en nærtstående arbejder i afdelingen.",
    )
    named = forms.select("Hvem skal have den?")
    due_on = forms.DateField("Svar senest", looks=forms.Looks.AHEAD)
    anyway = forms.text(forms.ANYWAY, longest=1_000)
    instead_of = wtforms.HiddenField(validators=[wtforms.validators.Length(max=26)])

    def draft(self) -> sending.Draft:
        """What was typed, as the verb wants it."""
        return sending.Draft(
            department=people.department(self.department.data),
            named=people.get(self.named.data) if self.named.data else None,
            ask=self.ask.data,
            who=self.who.data or None,
            rings_with_name=bool(self.rings_with_name.data),
            contact_rules=self.contact_rules.data,
            basis=self.basis.data,
            party_works_there=self.party_works_there.data,
            due_on=self.due_on.data,
            instead_of=self.instead_of.data or None,
            consent=self.chosen(),
            anyway=self.anyway.data or None,
        )


def context(case: Any, department_ref: str) -> dict[str, Any]:
    """What the form's page shows, and the choices of its selects, once a department is chosen or not."""
    offers = addressees.offered(case.ref)
    department = next((offer.department for offer in offers if offer.department.ref == department_ref), None)
    homes: dict[str, list[str]] = {}
    for offer in offers:
        for person in offer.members:
            homes.setdefault(person.ref, []).append(offer.department.name)
    names = {person.ref: person.name for offer in offers for person in offer.members}
    return {
        "case": case,
        "department": department,
        "forums": [offer.department for offer in offers if offer.department.is_115_forum],
        "choices": {
            "department": [("", "Vælg …"), *((offer.department.ref, offer.department.name) for offer in offers)],
            "basis": sending.bases(department),
            "consent": sharing_form.valid_choices(case),
            "named": [EVERYONE, *((ref, f"{', '.join(homes[ref])}: {name}") for ref, name in names.items())],
        },
    }


def from_returned(case_ref: str, ref: str | None) -> dict[str, Any]:
    """What a request of the case that was sent back said, to be sent to another department."""
    if not ref:
        return {}
    returned = requests.opened(actor(), ref, Action.REQUEST_OWN)
    if returned.case_id != case_ref:
        return {}
    return {
        "ask": returned.ask, "who": returned.who, "rings_with_name": returned.who is None, "basis": returned.basis,
        "contact_rules": returned.contact_rules, "instead_of": returned.ref, "consent": returned.consent_id,
    }  # fmt: skip
