"""The page on which someone shows anew who he or she is, for a form that waits for it."""

from typing import Any

from flask import Blueprint, url_for
from flask_login import current_user
from wtforms import PasswordField, validators

from ..danish import numbers
from ..domain import factors, step_up
from ..policy import Action
from . import answers, factor_forms
from .factor_forms import ShowForm, settings
from .form_pages import Ask, Pages, Sent
from .guard import actor

bp = Blueprint("proving", __name__)
pages = Pages(bp, back="proving.show", section="")


class ProofForm(ShowForm):
    """The password again, and for who has it what stands beside that."""

    password = PasswordField("Din adgangskode", [validators.InputRequired("Skriv din adgangskode.")])

    def validate_code(self, field: Any) -> None:
        """Asked of who has something to show, by the verb."""


@pages.form("/bekraeft/<draft_ref>", Action.PROFILE, "proving/show.html")
def show(draft_ref: str) -> Sent:
    """Show who one is, and go back to the form."""
    there = url_for("drafts.show", draft_ref=draft_ref)
    asked = step_up.waiting(actor(), current_user.session, draft_ref)
    if asked is None:
        return answers.see(there)
    held = factor_forms.to_show(factors.mine(actor()))
    form = yield Ask(ProofForm, there=there, challenge_at=url_for("factors.challenge"), **held)
    limits, base_url = settings().defaults, settings().base_url
    step_up.prove_by_password(actor(), asked, form.password.data, limits, form.shown(), base_url)
    return answers.changed(instead=there, said=sent_within())


def sent_within() -> str:
    """What is said once it is shown: how long that counts."""
    within = numbers.counted(settings().defaults.step_up_minutes, "minut", "minutter")
    return f"Du har bekræftet, at det er dig. Send formularen inden {within}."
