"""To the municipality's provider and back, and signing out that begins there (decision 33).

All that leads to another host is a link: a form of ours may not, by its Content-Security-Policy.
"""

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from flask_login import current_user
from wtforms import StringField, validators

from ..addresses import Place
from ..domain import form_tokens, sessions, sso, step_up
from ..domain.sso import flows, leaving
from ..errors import NotFound
from ..policy import Action
from ..settings import Settings
from . import answers, forms, tokens
from .form_pages import Ask, Pages, Sent
from .frame import first_page
from .guard import actor, asks
from .proving import sent_within
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
    return _leave(flows.begin("again", device=tokens.kept().device, person=person))


@bp.get("/bekraeft/<draft_ref>/udbyder")
@asks(Action.PROFILE)
def prove(draft_ref: str) -> Response:
    """Go to the provider to show anew who one is, for a form that waits."""
    asked = step_up.waiting(actor(), current_user.session, draft_ref)
    if asked is None:
        return answers.see(url_for("drafts.show", draft_ref=draft_ref))
    return _leave(flows.begin("step-up", draft_ref, person=actor().ref, form=asked.form_hash))


@bp.get(Place.SSO_ANSWER)
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
        token = form_tokens.of_session(session) if is_same else ""
        response = answers.page("sso/back.html", "log-ind", token=token, is_same=is_same)
    else:
        response = answers.see(flow.goes_to or first_page(session.person))
    tokens.set_cookie(response, secret)
    tokens.keep_device(response, flow.device)
    return response


def _shown_anew(settings: Settings, flow: flows.Flow, claims: dict) -> Response:
    if not current_user.is_authenticated:
        raise sso.Refused("nobody is signed in", flows.STALE)
    sso.confirm(settings, current_user.session, flow, claims)
    return answers.changed(instead=url_for("drafts.show", draft_ref=flow.goes_to), said=sent_within())


WAYS = {"sign-in": _signed_in, "again": _signed_in, "step-up": _shown_anew}


@bp.get("/log-ind/udbyder/farvel")
def leave() -> Response:
    """Sign out of the provider too."""
    return _there(leaving.address(_settings(), f"{_settings().base_url}{url_for('signing.form')}"))


@pages.post("/log-ind/udbyder/ud", None)
def back_channel() -> Sent:
    """Sign someone out, as the provider says by itself."""
    form = yield Ask(LogoutForm)
    sso.signed_out(_settings(), form.logout_token.data)
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
    return f"{_settings().base_url}{Place.SSO_ANSWER}"


def _settings() -> Settings:
    """Those of a municipality that has a provider. Raises NotFound in any other."""
    settings: Settings = current_app.config["SKB"]
    if not sso.is_set_up(settings):
        raise NotFound()
    return settings
