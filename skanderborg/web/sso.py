"""To the municipality's provider and back, and signing out that begins there (decision 33).

All that leads to another host is a link: a form of ours may not, by its Content-Security-Policy.
"""

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from wtforms import StringField, validators

from ..domain import sessions, sso
from ..domain.sso import flows, leaving
from ..errors import NotFound
from ..settings import Settings
from . import answers, forms, tokens
from .form_pages import Ask, Pages, Sent
from .frame import first_page
from .signing import local

bp = Blueprint("sso", __name__)
pages = Pages(bp, back="signing.form", section="log-ind")
FLOW = "skb-udbyder"  # the cookie of one who is at the provider


class LogoutForm(forms.Form):
    """What the provider sends."""

    logout_token = StringField("logout_token", [validators.InputRequired("logout_token")])


@bp.get("/log-ind/udbyder")
def begin() -> Response:
    """Go to the provider, and then to where one was."""
    goes_to = local(request.args.get("naeste")) or ""
    return _leave(flows.begin("sign-in", goes_to, device=tokens.kept().device))


@bp.get("/log-ind/udbyder/igen")
def again() -> Response:
    """Go to the provider in a tab beside an untouched page, whose person must be the one who comes back."""
    before = tokens.session_before()
    person = before.person_id if before else ""
    return _leave(flows.begin("again", person=person, device=tokens.kept().device))


@bp.get("/log-ind/udbyder/svar")
def answer() -> Response:
    """Come back from the provider."""
    settings, said = _settings(), request.args.to_dict()
    flow = flows.ended(settings, request.cookies.get(tokens.cookie_name(FLOW), ""), said)
    claims = sso.vouched(settings, flow, said, _answer_at())
    return _forget_flow(WAYS[flow.purpose](settings, flow, claims))


def _signed_in(settings: Settings, flow: flows.Flow, claims: dict) -> Response:
    kept = sessions.Kept(tokens.kept().session, flow.device)  # its cookie does not come along from another site
    session, secret = sso.sign_in(settings, claims, kept, request.user_agent.string)
    if flow.purpose == "again":
        is_same = flow.person == session.person_id
        token = sessions.form_token(session) if is_same else ""
        response = answers.page("sso/back.html", "log-ind", token=token, is_same=is_same)
    else:
        response = answers.see(flow.goes_to or first_page(session.person))
    tokens.set_cookie(response, secret)
    tokens.keep_device(response, flow.device)
    return response


WAYS = {"sign-in": _signed_in, "again": _signed_in}


@bp.get("/log-ind/udbyder/farvel")
def leave() -> Response:
    """Sign out of the provider too."""
    return _there(leaving.address(_settings(), f"{_settings().base_url}{url_for('signing.form')}"))


@pages.post("/log-ind/udbyder/ud", None)
def back_channel() -> Sent:
    """Sign someone out, as the provider says by itself."""
    form = yield Ask(LogoutForm)
    settings = _settings()
    leaving.by_token(settings, sso.tokens().of_logout(settings, form.logout_token.data))
    return Response(status=200)


@bp.get("/log-ind/udbyder/ud")
def front_channel() -> Response:
    """Sign someone out, as a page of the provider's says; that nothing of ours is shown in it does not matter."""
    leaving.by_sid(_settings(), request.args.get("iss", ""), request.args.get("sid", ""))
    return Response(status=200)


@bp.errorhandler(sso.Refused)
@bp.errorhandler(sso.ProviderDown)
def _not_let_in(error: sso.Refused | sso.ProviderDown) -> Response:
    """Say why, and how to go on."""
    return _forget_flow(answers.page("sso/refused.html", "log-ind", error.status, message=error.message))


def _leave(flow: flows.Flow) -> Response:
    """Go to the provider with a flow, which this browser keeps meanwhile."""
    response = _there(flows.address(_settings(), flow, _answer_at()))
    secure = current_app.config["SKB"].cookie_is_secure
    response.set_cookie(
        tokens.cookie_name(FLOW), flows.kept(flow), max_age=flows.LASTS_SECONDS, secure=secure, httponly=True,
        samesite="Lax", path="/",
    )  # fmt: skip
    return response


def _there(address: str) -> Response:
    return make_response(redirect(address, 303))


def _forget_flow(response: Response) -> Response:
    secure = current_app.config["SKB"].cookie_is_secure
    response.delete_cookie(tokens.cookie_name(FLOW), path="/", httponly=True, samesite="Lax", secure=secure)
    return response


def _answer_at() -> str:
    return f"{_settings().base_url}{url_for('sso.answer')}"


def _settings() -> Settings:
    """Those of a municipality that has a provider. Raises NotFound in any other."""
    settings: Settings = current_app.config["SKB"]
    if not sso.is_set_up(settings):
        raise NotFound()
    return settings
