"""Signing in and out, one-time links, and staying signed in."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from flask_login import current_user
from wtforms import PasswordField, StringField, validators

from ..addresses import Place
from ..domain import form_tokens, sessions, sso
from ..policy import Action
from ..settings import Defaults
from . import answers, forms, tokens
from .form_pages import Ask, Pages, Sent, Words
from .frame import first_page
from .guard import asks, half

bp = Blueprint("signing", __name__)


def ways_in(*_: Any) -> Words:
    """By what people sign in here, for the sign-in page."""
    settings = current_app.config["SKB"]
    return {
        "provider": sso.is_set_up(settings), "is_down": sso.is_down(settings),
        "local": settings.defaults.local_accounts, "is_out": sso.is_set_up(settings) and "udbyder" in request.args,
    }  # fmt: skip


pages = Pages(bp, back="signing.form", section="log-ind", about=ways_in)
link_pages = Pages(bp, back="signing.form", section="")


class SignInForm(forms.Form):
    """User name and password; their limits only keep nonsense out."""

    username = StringField(
        "Brugernavn", [validators.InputRequired("Skriv dit brugernavn."), validators.Length(max=200)]
    )
    password = PasswordField(
        "Adgangskode", [validators.InputRequired("Skriv din adgangskode."), validators.Length(max=500)]
    )
    naeste = forms.wtforms.HiddenField()


class PasswordForm(forms.Form):
    """A new password, set with a one-time link."""

    password = PasswordField("Ny adgangskode", [validators.InputRequired("Skriv en ny adgangskode.")])


@bp.get("/log-ind")
def form() -> Response:
    """The sign-in page."""
    blank = forms.blank(SignInForm, naeste=local(request.args.get("naeste")))
    return tokens.receive_device(answers.page("signing/sign_in.html", "log-ind", form=blank, **ways_in()))


@pages.post("/log-ind", None, "signing/sign_in.html")
def sign_in() -> Sent:
    """Start a session and go on to where one was."""
    form = yield Ask(SignInForm)
    kept = tokens.kept()
    session, secret = _start(form, kept)
    there = local(form.naeste.data)
    if session.is_half:
        return _started(answers.see(url_for("second_factor.show", naeste=there)), secret, None)
    return _started(answers.see(begins_at(session.person, there)), secret, kept)


@pages.post("/log-ind/igen", None, "signing/sign_in.html")
def sign_in_again() -> Sent:
    """Start a session from the dialog over an untouched page.

    Somebody else than the one whose page it is must not get it: then the page is loaded anew.
    """
    form = yield Ask(SignInForm)
    before, kept = tokens.session_before(), tokens.kept()
    session, secret = _start(form, kept)
    if before is None or before.person_id != session.person_id:
        return _started(jsonify(reload=True), secret, None if session.is_half else kept)
    if session.is_half:
        return _started(jsonify(factor=url_for("second_factor.show", igen=1)), secret, None)
    return _started(jsonify(csrf_token=form_tokens.of_session(session)), secret, kept)


def _start(form: SignInForm, kept: sessions.Kept) -> tuple[Any, str]:
    address, browser = request.remote_addr or "", request.user_agent.string
    return sessions.sign_in(form.username.data, form.password.data, address, browser, _limits(), kept)


def begins_at(person: Any, there: str | None) -> str:
    """Where someone goes who signed in: where he or she was, or where that role begins."""
    return there if there and there != Place.MY_DAY else first_page(person)


def _started(response: Response, secret: str, kept: sessions.Kept | None) -> Response:
    """Hand out a session; by that of one `kept`, the browser is known."""
    tokens.set_cookie(response, secret)
    if kept:
        tokens.keep_device(response, kept.device)
    return response


@bp.post("/log-ud")
@asks(Action.PROFILE)
def sign_out() -> Response:
    """End the session and have the browser forget all it kept (SEC-16), but for what tells it from a guesser's."""
    session = half() or current_user.session
    sessions.sign_out(session)
    offered = 1 if session.identity_id else None
    response = answers.see(url_for("signing.form", enhed=tokens.carried_device(), udbyder=offered))
    response.delete_cookie(
        tokens.cookie_name(), path="/", httponly=True, samesite="Lax", secure=tokens.cookie_name() != "skb"
    )
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@bp.post("/session/forlaeng")
@asks(Action.PROFILE)
def stay() -> Response:
    """Prolong the session: the guard has done so when this is reached."""
    return Response(status=204)


@link_pages.form("/engangslink/<secret>", None, "signing/set_password.html")
def set_password(secret: str) -> Sent:
    """Set the password behind a one-time link and go to sign in; opening the page uses nothing up."""
    form = yield Ask(PasswordForm, secret=secret, holder=sessions.link_holder(secret))
    device = tokens.kept().device
    sessions.set_password_by_link(secret, form.password.data, _limits(), device)
    response = answers.changed(instead=url_for("signing.form"), said="Adgangskoden er gemt. Log ind med den nu.")
    tokens.keep_device(response, device)
    return response


def local(target: str | None) -> str | None:
    """`target` if it is a path of our own, else None (SEC-56)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or any(ord(letter) < 33 for letter in target) else target


def _limits() -> Defaults:
    return current_app.config["SKB"].defaults
