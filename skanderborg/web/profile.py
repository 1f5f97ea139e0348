"""One's own page: who stands in, when one is away, where one is signed in, and the password."""

from flask import Blueprint, current_app
from flask_login import current_user
from wtforms import PasswordField, validators

from ..domain import people, sessions
from ..kinds import Theme
from ..policy import Action
from . import forms, tokens
from .form_pages import Ask, Pages, Sent, Words, back
from .guard import actor

bp = Blueprint("profile", __name__)
pages = Pages(bp, back="profile.show", section="")


class ProfileForm(forms.Form):
    """Who stands in, and the colours of the screen."""

    substitute = forms.select("Min stedfortræder")
    theme = forms.choice("Skærmens farver", Theme)


class AbsenceForm(forms.Form):
    """First and last day away."""

    from_on = forms.DateField("Første dag", "Skriv den første dag, fx 24.12.2026.", looks=forms.Looks.AHEAD)
    to_on = forms.DateField(
        "Sidste dag", "Skriv den sidste dag, fx 2.1.2027.", looks=forms.Looks.AHEAD, after="from_on"
    )


class ChangePasswordForm(forms.Form):
    """The old and the new password."""

    old = PasswordField("Nuværende adgangskode", [validators.InputRequired("Skriv din nuværende adgangskode.")])
    password = PasswordField("Ny adgangskode", [validators.InputRequired("Skriv en ny adgangskode.")])


@pages.page("/profil", Action.PROFILE, "profile/show.html")
def show() -> Words:
    """One's own page."""
    me = actor()
    return {
        "profile_form": forms.blank(ProfileForm, _choices(), substitute=me.substitute_id or "", theme=me.theme),
        "absence_form": forms.blank(AbsenceForm),
        "password_form": forms.blank(ChangePasswordForm),
        "absences": people.absences(me),
        "sessions": sessions.mine(me),
        "this_session": current_user.session.ref,
        "departments": people.departments_of(me),
    }


@pages.post("/profil", Action.PROFILE)
def change() -> Sent:
    """Save substitute and colours."""
    form = yield Ask(ProfileForm, "profile_form", on=show, choices=_choices())
    substitute = people.get(form.substitute.data) if form.substitute.data else None
    people.set_own(actor(), substitute, form.theme.data, form.seen_version)
    return "Din profil er gemt."


@pages.post("/profil/fravaer", Action.PROFILE)
def add_absence() -> Sent:
    """Say when one is away."""
    form = yield Ask(AbsenceForm, "absence_form", on=show)
    people.add_absence(actor(), form.from_on.data, form.to_on.data, key=form.sent_key)
    return "Dit fravær er gemt."


@pages.post("/profil/fravaer/<absence_ref>/fjern", Action.PROFILE)
def remove_absence(absence_ref: str) -> str:
    """Take an absence back."""
    people.remove_absence(actor(), absence_ref)
    return "Fraværet er fjernet."


@pages.post("/profil/adgangskode", Action.PROFILE)
def change_password() -> Sent:
    """Change the password; every session ends, this one too."""
    form = yield Ask(ChangePasswordForm, "password_form", on=show)
    limits = current_app.config["SKB"].defaults
    device = tokens.kept().device
    sessions.change_password(actor(), form.old.data, form.password.data, limits, device)
    response = back("signing.form", "Adgangskoden er skiftet. Log ind med den nye.")
    tokens.keep_device(response, device)
    return response


@pages.post("/profil/sessioner/<session_ref>/afslut", Action.PROFILE)
def end_session(session_ref: str) -> str:
    """End one of one's own sessions."""
    sessions.end(actor(), session_ref)
    return "Sessionen er afsluttet."


def _choices() -> forms.Choices:
    return {"substitute": [("", "Ingen"), *people.choices()]}
