"""What one shows beside the password, on a page below the profile: added, named, taken away; codes for who loses it."""

from flask import Blueprint, Response, jsonify, url_for
from flask_login import current_user

from ..domain import factors
from ..domain.factors import apps, passkeys
from ..policy import Action
from . import answers, factor_forms, forms
from .factor_forms import settings
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor, asks

bp = Blueprint("factors", __name__)
pages = Pages(bp, back="factors.index", section="")
WHERE = "/profil/bekraeftelse"


@pages.page(WHERE, Action.PROFILE, "second_factor/index.html")
def index() -> Words:
    """What one has to show."""
    return {"held": factors.mine(actor()), "is_required": factors.is_required()}


@pages.form(f"{WHERE}/app", Action.PROFILE, "second_factor/app.html", step_up=True)
def add_app() -> Sent:
    """Add an app."""
    ask, secret = factor_forms.ask_app(actor(), back=url_for("factors.index"), is_first=False)
    form = yield ask
    return _added(apps.add(actor(), form.name.data, secret, form.code.data), "Appen er tilføjet.")


@pages.form(f"{WHERE}/noegle", Action.PROFILE, "second_factor/passkey.html", step_up=True)
def add_passkey() -> Sent:
    """Add a passkey."""
    there = {"challenge_at": url_for("factors.passkey_challenge"), "back": url_for("factors.index")}
    form = yield factor_forms.ask_passkey(is_first=False, **there)
    session, base_url = current_user.session, settings().base_url
    made = passkeys.add(actor(), session, form.name.data, form.answer.data or "", base_url)
    return _added(made, "Adgangsnøglen er tilføjet.")


@bp.post(f"{WHERE}/noegle/udfordring")
@asks(Action.PROFILE)
def passkey_challenge() -> Response:
    """Of what a browser makes a passkey."""
    return jsonify(passkeys.begin_adding(actor(), current_user.session, settings().base_url))


@bp.post(f"{WHERE}/udfordring")
@asks(Action.PROFILE)
def challenge() -> Response:
    """What one of the person's passkeys is to sign, where one shows anew who one is."""
    return jsonify(passkeys.begin_showing(actor(), current_user.session, settings().base_url))


@pages.post(f"{WHERE}/koder", Action.PROFILE, step_up=True)
def make_codes() -> Sent:
    """New codes, in place of the old."""
    yield Ask(forms.Form, on=index)
    return _shown_once(factors.new_codes(actor()))


@pages.post(f"{WHERE}/<factor_ref>/fjern", Action.PROFILE, step_up=True)
def remove(factor_ref: str) -> Sent:
    """Take one away."""
    factors.mine_only(actor(), factor_ref)
    yield Ask(forms.Form, on=index)
    factors.forget(actor(), factor_ref)
    return "Den er fjernet."


def _added(codes: list[str], said: str) -> str | Response:
    return _shown_once(codes) if codes else said


def _shown_once(codes: list[str]) -> Response:
    answers.let_go_of_draft()
    return answers.page("second_factor/codes.html", codes=codes, there=url_for("factors.index"))
