"""Coordination requests: sent, listed, opened, and moved along. The form of a new one stands in request_form.py."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, url_for
from flask import request as http

from .. import clock, content, policy
from ..domain import cases, people, requests
from ..domain.requests import answers, marks, sending
from ..domain.safety import safe_contact
from ..kinds import Basis, Outcome, RequestGroup, RequestSide, RequestStatus
from ..policy import Action
from ..store.cases import Case
from ..store.work import Request
from . import forms, render, request_form, sharing_form
from .guard import actor, asks

bp = Blueprint("requests", __name__)
bp.add_app_template_global(marks.is_paused, "is_paused")
bp.add_app_template_global(marks.is_acute, "is_acute")
bp.add_app_template_global(marks.is_overdue, "is_overdue")
bp.add_app_template_global(marks.is_to_answer, "is_to_answer")
LINE = ("requests/_line.html", "requests/_counts.html")
PAGE, NEW_PAGE, SECTION = "requests/show.html", "requests/new.html", "anmodninger"


class AnswerForm(forms.Form):
    """The answer and what it came to."""

    outcome = forms.choice("Hvad er resultatet?", Outcome, "Vælg, hvad resultatet er.")
    answer = forms.text("Svar", "Skriv svaret.")


class QuestionForm(forms.Form):
    """A question of the department's."""

    question = forms.text("Hvad mangler du at vide?", "Skriv dit spørgsmål.")


class ReplyForm(forms.Form):
    """The asker's reply."""

    reply = forms.text("Svar på spørgsmålet", "Skriv et svar.")


class ReturnForm(forms.Form):
    """Why it is sent back, and who may be the right ones."""

    return_reason = forms.text("Hvorfor?", "Skriv, hvorfor du sender den tilbage, så afsenderen kan komme videre.")
    suggested = forms.select("Prøv i stedet")

    def standing(self, theirs: Any) -> dict[str, Any]:
        """A department is chosen by its key."""
        return super().standing(theirs) | {"suggested": theirs.suggested.key if theirs.suggested else None}


class WithdrawForm(forms.Form):
    """Why it is withdrawn."""

    withdraw_reason = forms.text("Hvorfor?", "Skriv, hvorfor anmodningen trækkes tilbage.")


class ReleaseForm(sharing_form.ConsentFields):
    """The basis of a request that was held back, or the new one of a request that was put on pause."""

    basis = forms.choice("Hvorfor må det deles?", Basis, "Vælg det grundlag, der gælder.")


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/anmodninger")
@asks(Action.REQUEST_LIST)
def index() -> Response:
    """The two lists: to us, and sent by me; without a choice, the one where something waits."""
    side, group = _one_of(RequestSide, "vis"), _one_of(RequestGroup, "tilstand")
    listed = requests.index(actor(), side, group, forms.page_number())
    return render.page("requests/index.html", SECTION, listed=listed, groups=requests.GROUPS)


@bp.get("/a/<ref>")
@asks(Action.REQUEST_READ, on=Request)
def show(ref: str) -> Response:
    """One request: for the department all there is, for those on the case with a link to it."""
    return render.page(PAGE, SECTION, **_context(requests.read(actor(), ref)))


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/anmodning/ny")
@asks(Action.REQUEST_SEND, on=Case)
def new(ref: str) -> Response:
    """The form: empty, or filled from a request that was sent back."""
    case = cases.opened(actor(), ref, "request:prepare", Action.REQUEST_SEND)
    values = {
        "contact_rules": safe_contact.in_words(case),
        "due_on": sending.default_due_on(),
        **sharing_form.blank_values(),
        **request_form.from_returned(ref, http.args.get("igen")),
    }
    context = request_form.context(case, http.args.get("afdeling", ""))
    values["department"] = context["department"].ref if context["department"] else ""
    form = forms.blank(request_form.SendForm, context["choices"], **values)
    return render.page(NEW_PAGE, "sager", form=form, **context)


@bp.post("/sager/<ref>/anmodning/ny")
@asks(Action.REQUEST_SEND, on=Case)
def send(ref: str) -> Response:
    """Send it."""
    case = cases.opened(actor(), ref, "request:prepare", Action.REQUEST_SEND)
    context = request_form.context(case, http.form.get("department", ""))
    form = forms.read(request_form.SendForm, NEW_PAGE, "sager", **context)
    sent = sending.send(actor(), case, form.draft(), key=form.sent_key)
    return render.changed(instead=url_for("requests.show", ref=sent.ref), said=_sent(sent))


def _sent(request: Request) -> str:
    """What became of a new request; of the two sides of it, only the department is named."""
    if request.status == RequestStatus.HELD:
        return "Anmodningen er holdt tilbage, til en ressourceperson har afgjort, hvorfor det må deles."
    return f"Anmodningen er sendt til {request.department.name}. De svarer senest {clock.long_date(request.due_on)}."


@bp.get("/sager/<ref>/anmodning/ny/grundlag")
@asks(Action.REQUEST_SEND, on=Case)
def basis(ref: str) -> Response:
    """The part of the form that depends on the department: § 115 is offered to its forums only."""
    case = policy.case_for(actor(), ref, Action.REQUEST_SEND)
    context = request_form.context(case, http.args.get("department", ""))
    form = forms.blank(request_form.SendForm, context["choices"])
    return render.part("requests/_basis.html", form=form, department=context["department"])


# ── the department ──────────────────────────────────────────────────────────────────────────────────


@bp.post("/a/<ref>/tag")
@asks(Action.REQUEST_HANDLE, on=Request)
def take(ref: str) -> Response:
    """Become the one who handles it."""
    asked = requests.get(actor(), ref, Action.REQUEST_HANDLE)
    form = forms.read(forms.Form, "requests/stale.html", SECTION, asked=asked)
    answers.take(actor(), asked, form.seen_version)
    return render.changed(*LINE, instead=url_for("requests.show", ref=ref), late=lambda: _listed(ref),
                          said="Du har taget anmodningen. Afsenderen får besked.")  # fmt: skip


@bp.post("/a/<ref>/spoerg")
@asks(Action.REQUEST_HANDLE, on=Request)
def ask(ref: str) -> Response:
    """Ask the asker something."""
    asked, form = _read(QuestionForm, "question_form", ref, Action.REQUEST_HANDLE)
    answers.ask(actor(), asked, form.question.data, form.seen_version, key=form.sent_key)
    return _done(ref, "Spørgsmålet er sendt. Svarfristen er den samme.")


@bp.post("/a/<ref>/svar")
@asks(Action.REQUEST_HANDLE, on=Request)
def answer(ref: str) -> Response:
    """Answer it."""
    asked, form = _read(AnswerForm, "answer_form", ref, Action.REQUEST_HANDLE)
    answers.answer(actor(), asked, form.answer.data, form.outcome.data, form.seen_version)
    return _done(ref, "Svaret er sendt.")


@bp.post("/a/<ref>/send-tilbage")
@asks(Action.REQUEST_HANDLE, on=Request)
def send_back(ref: str) -> Response:
    """Send it back to the asker."""
    asked, form = _read(ReturnForm, "return_form", ref, Action.REQUEST_HANDLE, _others)
    key = form.suggested.data
    suggested = people.department_by_key(key) if key else None
    answers.send_back(actor(), asked, form.return_reason.data, suggested, form.seen_version)
    return _done(ref, "Anmodningen er sendt tilbage.")


# ── the asker, and the resource person ──────────────────────────────────────────────────────────────


@bp.post("/a/<ref>/besked")
@asks(Action.REQUEST_OWN, on=Request)
def reply(ref: str) -> Response:
    """Reply to the department's question."""
    asked, form = _read(ReplyForm, "reply_form", ref, Action.REQUEST_OWN)
    answers.reply(actor(), asked, form.reply.data, form.seen_version, key=form.sent_key)
    return _done(ref, "Dit svar er sendt til afdelingen.")


@bp.post("/a/<ref>/traek-tilbage")
@asks(Action.REQUEST_OWN, on=Request)
def withdraw(ref: str) -> Response:
    """Withdraw it."""
    asked, form = _read(WithdrawForm, "withdraw_form", ref, Action.REQUEST_OWN)
    answers.withdraw(actor(), asked, form.withdraw_reason.data, form.seen_version)
    return _done(ref, "Anmodningen er trukket tilbage.")


@bp.post("/a/<ref>/paamind")
@asks(Action.REQUEST_OWN, on=Request)
def remind(ref: str) -> Response:
    """Remind those who owe the answer."""
    answers.send_reminder(actor(), requests.get(actor(), ref, Action.REQUEST_OWN))
    return _done(ref, "Påmindelsen er sendt. Du kan sende en ny i morgen.")


@bp.post("/a/<ref>/frigiv")
@asks(Action.REQUEST_RELEASE, on=Request)
def release(ref: str) -> Response:
    """Decide the basis of a request that was held back, and send it."""
    asked, form = _read(ReleaseForm, "release_form", ref, Action.REQUEST_RELEASE, _decision_choices)
    sending.release(actor(), asked, form.basis.data, form.seen_version, form.chosen())
    return _done(ref, "Anmodningen er sendt til afdelingen.")


@bp.post("/a/<ref>/genoptag")
@asks(Action.REQUEST_OWN, on=Request)
def resume(ref: str) -> Response:
    """Let a request that was put on pause go on, on another basis."""
    asked, form = _read(ReleaseForm, "release_form", ref, Action.REQUEST_OWN, _decision_choices)
    sending.resume(actor(), asked, form.basis.data, form.seen_version, form.chosen())
    return _done(ref, "Anmodningen er ikke længere sat på pause. Afdelingen får besked.")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _read(
    kind: type[forms.FormType],
    name: str,
    ref: str,
    action: Action,
    choices: Callable[[Request], forms.Choices | None] = lambda asked: None,
) -> tuple[Request, forms.FormType]:
    """The request, and one of its page's forms; the page is shown again with this one as it was typed."""
    asked = requests.opened(actor(), ref, action)
    return asked, forms.read(kind, PAGE, SECTION, name=name, choices=choices(asked), **_context(asked))


def _listed(ref: str) -> dict[str, Any]:
    """What the card of a list wants, and how many there are in each part of the lists now."""
    counts, _ = requests.counts(actor())
    return {"asked": requests.line(actor(), ref), "side": RequestSide.TO_US, "counts": counts}


def _done(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("requests.show", ref=ref), said=said)


def _context(asked: Request) -> dict[str, Any]:
    return {
        "asked": asked,
        "writes": http.args.get("skriv", ""),
        "answer_form": forms.blank(AnswerForm),
        "question_form": forms.blank(QuestionForm),
        "return_form": forms.blank(ReturnForm, _others(asked)),
        "reply_form": forms.blank(ReplyForm),
        "withdraw_form": forms.blank(WithdrawForm),
        "release_form": forms.blank(ReleaseForm, _decision_choices(asked), **sharing_form.blank_values()),
    }


def _others(asked: Request) -> forms.Choices:
    """Every department that can be suggested by the one that sends the request back."""
    others = [entry for entry in content.departments() if entry.key != asked.department.key]
    return {"suggested": [("", "Ved ikke"), *((entry.key, entry.name) for entry in others)]}


def _decision_choices(asked: Request) -> forms.Choices:
    """Every basis there is in this department but the one that says that nobody knows, and the consents that hold."""
    to_decide = policy.may(actor(), Action.REQUEST_OWN, asked) and (
        asked.status == RequestStatus.HELD or asked.frozen_at
    )
    return {
        "basis": [one for one in sending.bases(asked.department) if one != Basis.UNSURE],
        "consent": sharing_form.valid_choices(asked.case) if to_decide else [sharing_form.NEW],
    }


def _one_of(kind: Any, name: str) -> Any:
    """A closed list's member from the URL; anything else is as if nothing was asked."""
    return next((member for member in kind if member.value == http.args.get(name)), None)
