"""The page on which someone shows anew who he or she is, for a form that waits for it."""

from flask import Blueprint, current_app, url_for
from flask_login import current_user
from wtforms import PasswordField, validators

from ..danish import numbers
from ..domain import step_up
from ..policy import Action
from . import answers, forms
from .form_pages import Ask, Pages, Sent
from .guard import actor

bp = Blueprint("proving", __name__)
pages = Pages(bp, back="proving.show", section="")


class ProofForm(forms.Form):
    """The password again."""

    password = PasswordField("Din adgangskode", [validators.InputRequired("Skriv din adgangskode.")])


@pages.form("/bekraeft/<draft_ref>", Action.PROFILE, "proving/show.html")
def show(draft_ref: str) -> Sent:
    """Show who one is, and go back to the form."""
    there = url_for("drafts.show", draft_ref=draft_ref)
    asked = step_up.waiting(actor(), current_user.session, draft_ref)
    if asked is None:
        return answers.see(there)
    form = yield Ask(ProofForm, there=there)
    step_up.prove_by_password(actor(), asked, form.password.data, current_app.config["SKB"].defaults)
    return answers.changed(instead=there, said=sent_within())


def sent_within() -> str:
    """What is said once it is shown: how long that counts."""
    minutes = current_app.config["SKB"].defaults.step_up_minutes
    within = numbers.counted(minutes, "minut", "minutter")
    return f"Du har bekræftet, at det er dig. Send formularen inden {within}."
