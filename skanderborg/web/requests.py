"""Coordination requests: sent, listed, opened, and moved along. The form of a new one stands in request_form.py."""

from functools import partial
from typing import Any

import wtforms
from flask import Blueprint, Response, url_for
from flask import request as http

from .. import clock, content, policy
from ..domain import cases, people
from ..domain import evidence as exhibits
from ..domain.requests import answers, marks, sending
from ..domain.safety import rules_read, safe_contact
from ..kinds import Basis, Outcome, RequestGroup, RequestSide, RequestStatus
from ..pages import requests
from ..policy import Action
from ..store.cases import Case
from ..store.work import Request
from . import evidence, forms, request_form, sharing_form
from .answers import changed, page, part
from .form_pages import Ask, Pages, Sent, Words, sent
from .guard import actor, asks

bp = Blueprint("requests", __name__)
bp.add_app_template_global(marks.is_paused, "is_paused")
bp.add_app_template_global(marks.is_acute, "is_acute")
bp.add_app_template_global(marks.is_overdue, "is_overdue")
bp.add_app_template_global(marks.is_to_answer, "is_to_answer")
LINE = ("requests/_line.html", "requests/_counts.html")
SECTION = "anmodninger"
pages = Pages(bp, Request, requests.opened, back="requests.show", section=SECTION, called="asked")
case_pages = Pages(bp, Case, partial(cases.opened, seen_as="request:prepare"), back="cases.show", tab="samarbejde")


class AnswerForm(forms.Form):
    """The answer and what it came to."""

    outcome = forms.choice("Hvad er resultatet?", Outcome, "Vælg, hvad resultatet er.")
    answer = forms.text("Svar", "Skriv svaret.")
    files = wtforms.MultipleFileField("Vedlæg filer")


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

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """A department is chosen by its key."""
        return {"suggested": theirs.suggested.key if theirs.suggested else None}


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
    return page("requests/index.html", SECTION, listed=listed, groups=requests.GROUPS)


@pages.page("/a/<ref>", Action.REQUEST_READ, "requests/show.html", find=requests.read)
def show(asked: Request) -> Words:
    """One request: for the department all there is, for those on the case with a link to it."""
    return evidence.beside(asked.case, "request", [asked.ref] if asked.exhibit_count else []) | {
        "writes": http.args.get("skriv", ""),
        "rules": rules_read.since(actor(), asked),
        "answer_form": forms.blank(AnswerForm),
        "question_form": forms.blank(QuestionForm),
        "return_form": forms.blank(ReturnForm, _others(asked)),
        "reply_form": forms.blank(ReplyForm),
        "withdraw_form": forms.blank(WithdrawForm),
        "release_form": forms.blank(ReleaseForm, _decision_choices(asked), **sharing_form.blank_values()),
    }


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────


@case_pages.form("/sager/<ref>/anmodning/ny", Action.REQUEST_SEND, "requests/new.html")
def send(case: Case) -> Sent:
    """Send one: the form is empty, or filled from a request that was sent back."""
    context = request_form.context(case, sent("department") or http.args.get("afdeling", ""))
    form = yield Ask(request_form.SendForm, start=lambda: _start(case, context["department"]), **context)
    asked = sending.send(actor(), case, form.draft(), key=form.sent_key)
    return changed(instead=url_for("requests.show", ref=asked.ref), said=_sent(asked))


def _start(case: Case, department: Any) -> Words:
    return {
        "contact_rules": safe_contact.in_words(case),
        "due_on": sending.default_due_on(),
        **sharing_form.blank_values(),
        **request_form.from_returned(case.ref, http.args.get("igen")),
        "department": department.ref if department else "",
    }


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
    return part("requests/_basis.html", form=form, department=context["department"])


# ── the department ──────────────────────────────────────────────────────────────────────────────────


@pages.post("/a/<ref>/tag", Action.REQUEST_HANDLE, "requests/stale.html", find=requests.get)
def take(asked: Request) -> Sent:
    """Become the one who handles it."""
    form = yield Ask(forms.Form)
    answers.take(actor(), asked, form.seen_version)
    return changed(*LINE, instead=url_for("requests.show", ref=asked.ref), late=lambda: _listed(asked.ref),
                          said="Du har taget anmodningen. Afsenderen får besked.")  # fmt: skip


@pages.post("/a/<ref>/spoerg", Action.REQUEST_HANDLE)
def ask(asked: Request) -> Sent:
    """Ask the asker something."""
    form = yield Ask(QuestionForm, "question_form", on=show)
    answers.ask(actor(), asked, form.question.data, form.seen_version, key=form.sent_key)
    return "Spørgsmålet er sendt. Svarfristen er den samme."


@pages.post("/a/<ref>/svar", Action.REQUEST_HANDLE)
def answer(asked: Request) -> Sent:
    """Answer it."""
    form = yield Ask(AnswerForm, "answer_form", on=show)
    files = exhibits.looked_at(evidence.given())
    answers.answer(actor(), asked, form.answer.data, form.outcome.data, form.seen_version, files)
    return "Svaret er sendt."


@pages.post("/a/<ref>/send-tilbage", Action.REQUEST_HANDLE)
def send_back(asked: Request) -> Sent:
    """Send it back to the asker."""
    form = yield Ask(ReturnForm, "return_form", on=show, choices=_others(asked))
    suggested = people.department_by_key(form.suggested.data) if form.suggested.data else None
    answers.send_back(actor(), asked, form.return_reason.data, suggested, form.seen_version)
    return "Anmodningen er sendt tilbage."


# ── the asker, and the resource person ──────────────────────────────────────────────────────────────


@pages.post("/a/<ref>/besked", Action.REQUEST_OWN)
def reply(asked: Request) -> Sent:
    """Reply to the department's question."""
    form = yield Ask(ReplyForm, "reply_form", on=show)
    answers.reply(actor(), asked, form.reply.data, form.seen_version, key=form.sent_key)
    return "Dit svar er sendt til afdelingen."


@pages.post("/a/<ref>/traek-tilbage", Action.REQUEST_OWN)
def withdraw(asked: Request) -> Sent:
    """Withdraw it."""
    form = yield Ask(WithdrawForm, "withdraw_form", on=show)
    answers.withdraw(actor(), asked, form.withdraw_reason.data, form.seen_version)
    return "Anmodningen er trukket tilbage."


@pages.post("/a/<ref>/paamind", Action.REQUEST_OWN, find=requests.get)
def remind(asked: Request) -> str:
    """Remind those who owe the answer."""
    answers.send_reminder(actor(), asked)
    return "Påmindelsen er sendt. Du kan sende en ny i morgen."


@pages.post("/a/<ref>/frigiv", Action.REQUEST_RELEASE)
def release(asked: Request) -> Sent:
    """Decide the basis of a request that was held back, and send it."""
    form = yield Ask(ReleaseForm, "release_form", on=show, choices=_decision_choices(asked))
    sending.release(actor(), asked, form.basis.data, form.seen_version, form.chosen())
    return "Anmodningen er sendt til afdelingen."


@pages.post("/a/<ref>/genoptag", Action.REQUEST_OWN)
def resume(asked: Request) -> Sent:
    """Let a request that was put on pause go on, on another basis."""
    form = yield Ask(ReleaseForm, "release_form", on=show, choices=_decision_choices(asked))
    sending.resume(actor(), asked, form.basis.data, form.seen_version, form.chosen())
    return "Anmodningen er ikke længere sat på pause. Afdelingen får besked."


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _listed(ref: str) -> dict[str, Any]:
    """What the card of a list wants, and how many there are in each part of the lists now."""
    counts, _ = requests.counts(actor())
    return {"asked": requests.line(actor(), ref), "side": RequestSide.TO_US, "counts": counts}


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
