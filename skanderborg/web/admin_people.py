"""Administration of staff: who may sign in, what each works as, and the link by which one chooses a password."""

from typing import Any

from flask import Blueprint, current_app, request, url_for

from ..domain import accounts, factors, paging, people, sessions, staff
from ..domain.factors import resetting
from ..kinds import Role
from ..policy import Action
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("admin_people", __name__)
pages = Pages(bp, back="admin_people.edit", section="administration")
ONE = "/administration/personer/<colleague_ref>"
GIVEN = [role for role in Role if role is not Role.PROFESSIONAL]  # everyone is that


class OwnForm(forms.Form):
    """What an administrator changes of himself: nothing that would be to give himself anything."""

    name = forms.line("Navn", "Skriv navnet.", staff.LONGEST_NAME)
    email = forms.line("Mailadresse", "Skriv mailadressen.", 254)
    phone = forms.line("Telefon", longest=staff.LONGEST_PHONE)

    def named_otherwise(self, theirs: Any) -> Words:
        """The name as it is, without what tells two of one name apart."""
        return {"name": theirs.plain_name}


class PersonForm(OwnForm):
    """What a member of staff is called, works as, and until when."""

    departments = forms.many("Afdelinger", [])
    roles = forms.many("Roller ud over fagperson", GIVEN)
    ends_on = forms.DateField("Sidste dag", looks=forms.Looks.AHEAD)

    def named_otherwise(self, theirs: Any) -> Words:
        """What is no column, or lies in one as a list."""
        homes = [home.key for home in people.departments_of(theirs)]
        return {"name": theirs.plain_name, "departments": homes, "roles": [Role(one) for one in theirs.roles.split()]}


class NewForm(PersonForm):
    """Someone who is added, and by what name he or she signs in."""

    username = forms.line("Brugernavn", "Skriv brugernavnet.", 80)


@pages.page("/administration/personer", Action.PEOPLE_MANAGE, "admin/people.html", personal=False)
def index() -> Words:
    """Everyone who works here, of one department or of all; closed accounts last."""
    chosen = request.args.get("afdeling", "")
    homes = people.departments()
    home = next((one for one in homes if one.key == chosen), None)
    found = [one for one in staff.listed(actor()) if home is None or home.name in one.departments]
    found.sort(key=lambda one: one.person.disabled_at is not None)
    return {"page": paging.part_of(found, forms.page_number()), "departments": homes, "chosen": home}


@pages.form("/administration/personer/ny", Action.PEOPLE_MANAGE, "admin/person_new.html", personal=False, step_up=True)
def add() -> Sent:
    """Add a member of staff."""
    form = yield Ask(NewForm, "person_form", choices=_choices())
    person = staff.add(actor(), **_said(form), domains=_domains())
    there = url_for("admin_people.edit", colleague_ref=person.ref)
    return answers.changed(instead=there, said="Personen er tilføjet. Send et engangslink, så adgangskoden kan vælges.")


@pages.form(ONE, Action.PEOPLE_MANAGE, "admin/person.html", personal=False, step_up=True)
def edit(colleague_ref: str) -> Sent:
    """Change a member of staff."""
    person = staff.get(actor(), colleague_ref)
    kind = OwnForm if person.ref == actor().ref else PersonForm
    form = yield Ask(kind, "person_form", over=person, choices=_choices(), member=person, late=lambda: _factors(person))
    staff.change(actor(), person, _said(form), _domains(), form.seen_version)
    return "Personen er gemt."


@pages.post(f"{ONE}/link", Action.PEOPLE_MANAGE, personal=False)
def send_link(colleague_ref: str) -> Sent:
    """Send a one-time link by mail."""
    person = staff.get(actor(), colleague_ref)
    yield Ask(forms.Form, on=edit)
    sessions.mail_link(actor(), person, current_app.config["SKB"].defaults)
    return "Linket er sendt til personens mailadresse."


@pages.post(f"{ONE}/luk", Action.PEOPLE_MANAGE, personal=False)
def close(colleague_ref: str) -> Sent:
    """Close an account at once."""
    person = staff.get(actor(), colleague_ref)
    yield Ask(forms.Form, on=edit)
    staff.close(actor(), person)
    return "Brugeren er lukket. Det, personen havde, er givet videre."


@pages.post(f"{ONE}/laas-op", Action.PEOPLE_MANAGE, personal=False, step_up=True)
def unlock(colleague_ref: str) -> Sent:
    """Open an account that was locked since nobody used it."""
    person = staff.get(actor(), colleague_ref)
    yield Ask(forms.Form, on=edit)
    accounts.unlock(actor(), person)
    return "Brugeren er låst op."


@pages.post(f"{ONE}/genaabn", Action.PEOPLE_MANAGE, personal=False, step_up=True)
def reopen(colleague_ref: str) -> Sent:
    """Take back who returns."""
    person = staff.get(actor(), colleague_ref)
    yield Ask(forms.Form, on=edit)
    staff.reopen(actor(), person)
    return "Brugeren er åben igen, uden roller. Giv dem på ny, og send et engangslink."


@pages.post(f"{ONE}/bekraeftelse", Action.PEOPLE_MANAGE, personal=False, step_up=True)
def reset_factor(colleague_ref: str) -> Sent:
    """Ask that what someone shows beside the password is taken away, or do what another asked for."""
    person = staff.get(actor(), colleague_ref)
    yield Ask(forms.Form, on=edit)
    return resetting.DONE if resetting.reset(actor(), person) else resetting.ASKED


def _said(form: forms.Form) -> Words:
    """What was typed and chosen, as the verbs want it: nothing is an empty text, and none of several."""
    empty: Words = {"phone": "", "departments": [], "roles": []}
    return {name: empty.get(name) if value is None else value for name, value in form.values().items()}


def _factors(person: Any) -> Words:
    return {"has_factor": factors.has_any(person), "reset_asked": resetting.asked(actor(), person)}


def _choices() -> forms.Choices:
    return {"departments": [(home.key, home.name) for home in people.departments()]}


def _domains() -> tuple[str, ...]:
    domains: tuple[str, ...] = current_app.config["SKB"].defaults.mail_domains
    return domains
