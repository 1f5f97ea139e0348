"""Between the password and the first page: what stands beside the password is shown, or got the first time (SEC-13).

A half session reaches these pages and nothing else (`HALF` in guard.py); who has something to show reaches the first
two of them.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from ..domain import factors, form_tokens, sessions
from ..domain.factors import apps, checking, passkeys
from ..errors import NotFound
from . import answers, factor_forms, signing, tokens
from .factor_forms import ShowForm, settings
from .form_pages import Ask, Pages, Sent, Words
from .guard import half

bp = Blueprint("second_factor", __name__)
pages = Pages(bp, back="second_factor.show", section="log-ind")


@pages.form("/log-ind/bekraeft", None, "second_factor/show.html")
def show() -> Sent:
    """Show what one has, and go on to where one was."""
    session, there = half(), signing.local(request.args.get("naeste"))
    held = factors.mine(session.person)
    if not held.factors:
        return answers.see(url_for("second_factor.choose", naeste=there))
    form = yield _to_show(held, {"naeste": there, "igen": request.args.get("igen")})
    checking.check(session.person, session, form.shown(), settings().defaults, settings().base_url)
    if form.igen.data:
        return _whole(session, lambda token: answers.page("sso/back.html", "log-ind", token=token, is_same=True))
    begins = signing.begins_at(session.person, signing.local(form.naeste.data))
    return _whole(session, lambda _: answers.see(begins))


def _to_show(held: factors.Held, start: Words) -> Ask:
    at = url_for("second_factor.challenge")
    return Ask(ShowForm, start=start, challenge_at=at, **factor_forms.to_show(held))


@bp.post("/log-ind/bekraeft/udfordring")
def challenge() -> Response:
    """What one of the person's passkeys is to sign."""
    return jsonify(passkeys.begin_showing(half().person, half(), settings().base_url))


@pages.page("/log-ind/tilfoej", None, "second_factor/choose.html")
def choose() -> Words:
    """Choose what to show from now on."""
    _first()
    return {"naeste": signing.local(request.args.get("naeste"))}


@pages.form("/log-ind/tilfoej/app", None, "second_factor/app.html")
def add_app() -> Sent:
    """Add an app as the first."""
    session = _first()
    ask, secret = factor_forms.ask_app(session.person, **_first_words())
    form = yield ask
    return _made(session, apps.add(session.person, form.name.data, secret, form.code.data), form)


@pages.form("/log-ind/tilfoej/noegle", None, "second_factor/passkey.html")
def add_passkey() -> Sent:
    """Add a passkey as the first."""
    session = _first()
    form = yield factor_forms.ask_passkey(challenge_at=url_for("second_factor.passkey_challenge"), **_first_words())
    made = passkeys.add(session.person, session, form.name.data, form.answer.data or "", settings().base_url)
    return _made(session, made, form)


@bp.post("/log-ind/tilfoej/noegle/udfordring")
def passkey_challenge() -> Response:
    """Of what a browser makes the first passkey."""
    return jsonify(passkeys.begin_adding(_first().person, half(), settings().base_url))


def _first() -> Any:
    """The half session of someone who has nothing to show yet. Raises NotFound for anyone else's: what is there must be
    shown before something is added."""
    session = half()
    if factors.has_any(session.person):
        raise NotFound()
    return session


def _first_words() -> Words:
    there = signing.local(request.args.get("naeste"))
    return {"naeste": there, "back": url_for("second_factor.choose", naeste=there), "is_first": True}


def _made(session: Any, codes: list[str], form: Any) -> Response:
    """The codes that came with it, this once, and the way on."""
    there = signing.begins_at(session.person, signing.local(form.naeste.data))
    return _whole(session, lambda _: answers.page("second_factor/codes.html", "log-ind", codes=codes, there=there))


def _whole(session: Any, answer: Any) -> Response:
    """Let the session be whole, under a new secret; the answer is given the token of its forms."""
    device = tokens.kept().device
    secret = sessions.complete(session, device, settings().defaults)
    whole = sessions.resume(secret, settings().defaults)
    response: Response = answer(form_tokens.of_session(whole))
    tokens.set_cookie(response, secret)
    tokens.keep_device(response, device)
    return response
