"""One's own page: who stands in, when one is away, where one is signed in, and the password."""

from typing import Any

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user
from wtforms import PasswordField, validators

from ..domain import people, sessions
from ..kinds import Theme
from ..policy import Action
from . import forms, guard, render
from .guard import actor, asks

bp = Blueprint("profile", __name__)


class ProfileForm(forms.Form):
    """Who stands in, and the colours of the screen."""

    substitute = forms.select("Min stedfortræder")
    theme = forms.choice("Skærmens farver", Theme)


class AbsenceForm(forms.Form):
    """First and last day away."""

    from_on = forms.DateField("Første dag", "Skriv den første dag, fx 24.12.2026.")
    to_on = forms.DateField("Sidste dag", "Skriv den sidste dag, fx 2.1.2027.")


class ChangePasswordForm(forms.Form):
    """The old and the new password."""

    old = PasswordField("Nuværende adgangskode", [validators.InputRequired("Skriv din nuværende adgangskode.")])
    password = PasswordField("Ny adgangskode", [validators.InputRequired("Skriv en ny adgangskode.")])


@bp.get("/profil")
@asks(Action.PROFILE)
def show() -> Response:
    """One's own page."""
    return render.page("profile/show.html", **_context())


@bp.post("/profil")
@asks(Action.PROFILE)
def change() -> Response:
    """Save substitute and colours."""
    form = _read(ProfileForm, "profile_form")
    substitute = people.get(form.substitute.data) if form.substitute.data else None
    people.set_own(actor(), substitute, form.theme.data, form.seen_version)
    return render.changed(instead=url_for("profile.show"), said="Din profil er gemt.")


@bp.post("/profil/fravaer")
@asks(Action.PROFILE)
def add_absence() -> Response:
    """Say when one is away."""
    form = _read(AbsenceForm, "absence_form")
    people.add_absence(actor(), form.from_on.data, form.to_on.data, key=form.sent_key)
    return render.changed(instead=url_for("profile.show"), said="Dit fravær er gemt.")


@bp.post("/profil/fravaer/<absence_ref>/fjern")
@asks(Action.PROFILE)
def remove_absence(absence_ref: str) -> Response:
    """Take an absence back."""
    people.remove_absence(actor(), absence_ref)
    return render.changed(instead=url_for("profile.show"), said="Fraværet er fjernet.")


@bp.post("/profil/adgangskode")
@asks(Action.PROFILE)
def change_password() -> Response:
    """Change the password; every session ends, this one too."""
    form = _read(ChangePasswordForm, "password_form")
    limits = current_app.config["SKB"].defaults
    device = guard.kept().device
    sessions.change_password(actor(), form.old.data, form.password.data, limits, device)
    said = "Adgangskoden er skiftet. Log ind med den nye."
    response = render.changed(instead=url_for("signing.form"), said=said)
    guard.keep_device(response, device)
    return response


@bp.post("/profil/sessioner/<session_ref>/afslut")
@asks(Action.PROFILE)
def end_session(session_ref: str) -> Response:
    """End one of one's own sessions."""
    sessions.end(actor(), session_ref)
    return render.changed(instead=url_for("profile.show"), said="Sessionen er afsluttet.")


def _read(kind: type[forms.FormType], name: str) -> forms.FormType:
    """Read one of the page's forms; the page is shown again with this one as it was typed."""
    choices = _choices() if kind is ProfileForm else None
    return forms.read(kind, "profile/show.html", choices=choices, name=name, **_context())


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {"substitute": [("", "Ingen"), *people.choices()]}


def _context() -> dict[str, Any]:
    return {
        "profile_form": forms.blank(
            ProfileForm, _choices(), substitute=actor().substitute_id or "", theme=actor().theme
        ),
        "absence_form": forms.blank(AbsenceForm),
        "password_form": forms.blank(ChangePasswordForm),
        "absences": people.absences(actor()),
        "sessions": sessions.mine(actor()),
        "this_session": current_user.session.ref,
        "departments": people.departments_of(actor()),
    }
