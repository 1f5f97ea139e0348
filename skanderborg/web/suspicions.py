"""The first call: is anyone in danger, one form, a receipt; and the suspicions that nobody has taken."""

from typing import Any

import wtforms
from flask import Blueprint, Response, request, url_for

from .. import content
from ..domain import suspicions
from ..kinds import Answer, CitizenRole
from ..policy import Action, is_kept_from_cases
from ..store.cases import Case
from . import answers, forms
from .form_pages import Ask, Pages, Sent, is_blank
from .guard import actor, asks

bp = Blueprint("suspicions", __name__)
pages = Pages(bp, back="suspicions.new", section="mistanke")
FORM = "suspicions/form.html"
DANGER_UNSAID = "Der mangler svar på, om nogen er i fare lige nu. Kopiér teksten, og begynd på ny."
ROLES: list[forms.Offered] = [
    CitizenRole.EXPOSED, (CitizenRole.PERPETRATOR, "Udøver (formodet)"), CitizenRole.UNKNOWN,
]  # fmt: skip


class SuspicionForm(forms.Form):
    """One sentence is enough; everything else may be unknown."""

    danger_now = wtforms.HiddenField(
        validators=[wtforms.validators.AnyOf([answer.value for answer in Answer], DANGER_UNSAID)]
    )
    what_happened = forms.text("Hvad skete der?", "Skriv kort, hvad der skete. Én sætning er nok.")
    citizen_role = forms.choice("Hvad er borgerens rolle?", ROLES, "", CitizenRole.UNKNOWN)
    name = forms.line("Hvem drejer det sig om?")
    safe_contact = forms.text("Hvordan er det sikkert at kontakte borgeren?", longest=2_000)
    children = forms.choice("Er der børn?", Answer, "", Answer.UNKNOWN)
    addressed_to = forms.select("Send til")
    not_for = forms.ManyField("Hvem må ikke se mistanken?", [wtforms.validators.Optional()], choices=[])


@pages.form("/mistanke/ny", Action.SUSPICION_REPORT, FORM)
def new() -> Sent:
    """First the danger, then the form (UX-38), which is sent to a resource person."""
    danger = Answer.of_slug(request.args.get("fare"))
    if danger is None and is_blank():
        return answers.page("suspicions/danger.html", "mistanke")
    start = {"danger_now": danger, "citizen_role": CitizenRole.UNKNOWN, "children": Answer.UNKNOWN,
             "addressed_to": suspicions.FIRST_FREE}  # fmt: skip
    form = yield Ask(SuspicionForm, start=start, choices=_choices(), questions=content.guide().question)
    to = suspicions.addressee(form.addressed_to.data)
    case = suspicions.report(actor(), _said(form), to, key=form.sent_key)
    return answers.changed(instead=_receipt_of(case))


@bp.get("/mistanke/givet-videre")
@asks(Action.SUSPICION_REPORT, personal=False)
def passed_on() -> Response:
    """What one reads instead of a receipt whose role keeps from every case: it is handed on; whom to ring now."""
    return answers.page("suspicions/passed_on.html", "mistanke", contacts=suspicions.staff_to_ring())


@bp.get("/mistanke/<ref>/kvittering")
@asks(Action.CASE_READ, on=Case)
def receipt(ref: str) -> Response:
    """It is sent, but not received yet: whom to ring now, and what to say to the citizen."""
    receipt = suspicions.receipt(actor(), ref)
    return answers.page("suspicions/receipt.html", "mistanke", receipt=receipt, case=receipt.case)


@bp.get("/mistanker")
@asks(Action.SUSPICION_LIST)
def index() -> Response:
    """The suspicions that nobody has taken, for resource persons."""
    return answers.page("suspicions/index.html", "min-dag", cases=suspicions.index(actor()))


@bp.post("/sager/<ref>/tag")
@asks(Action.SUSPICION_TAKE, on=Case)
def take(ref: str) -> Response:
    """Take a suspicion."""
    suspicions.take(actor(), ref)
    return answers.changed(instead=url_for("cases.show", ref=ref), said="Du har taget mistanken.")


def _receipt_of(case: Any) -> str:
    if is_kept_from_cases(actor()):
        return url_for("suspicions.passed_on")
    return url_for("suspicions.receipt", ref=case.ref)


def _choices() -> dict[str, list[tuple[str, str]]]:
    offered = suspicions.addressees(actor())
    return {"addressed_to": offered, "not_for": [one for one in offered if one[0] != suspicions.FIRST_FREE]}


def _said(form: SuspicionForm) -> suspicions.Report:
    values: dict[str, Any] = form.values()
    return suspicions.Report(
        what_happened=values["what_happened"],
        citizen_role=values["citizen_role"] or CitizenRole.UNKNOWN,
        name=values["name"],
        safe_contact=values["safe_contact"],
        children=values["children"] or Answer.UNKNOWN,
        danger_now=Answer(values["danger_now"]),
        not_for=tuple(values["not_for"] or ()),
    )
