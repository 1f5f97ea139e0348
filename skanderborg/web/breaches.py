"""Brud på sikkerheden: told by anyone, dealt with by the auditor."""

from flask import Blueprint, url_for

from .. import clock
from ..domain import breaches
from ..kinds import Answer, BreachDecision, BreachKind, BreachStep
from ..policy import Action
from ..store.oversight import DataBreach
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("breaches", __name__)
pages = Pages(bp, DataBreach, breaches.opened, back="breaches.show", section="brud", called="breach")
house_pages = Pages(bp, back="breaches.show", section="brud")


class BreachForm(forms.Form):
    """What happened, when it was found, and whether it can bring someone into danger."""

    kind = forms.choice("Hvad er der sket?", BreachKind, "Vælg, hvad der er sket.")
    danger = forms.choice("Kan det bringe nogen i fare, fx fordi en adresse er kommet ud?", Answer, "Vælg et svar.")
    found_on = forms.DateField(
        "Hvornår blev det opdaget?", "Skriv dagen, fx i dag eller 19.11.2026.", looks=forms.Looks.BACK
    )
    found_time = forms.TimeField("Klokken", "Skriv klokkeslættet, fx 9.30.")
    about = forms.select("Hvilken sag angår det?")
    what = forms.text("Hvad er set eller sendt, og til hvem?", "Skriv kort, hvad der er sket.", breaches.LONGEST)


class StepForm(forms.Form):
    """Which step is done."""

    step = forms.select("Trin", "Vælg et trin.", BreachStep)


class DecisionForm(forms.Form):
    """Whether Datatilsynet was told, and why not."""

    decision = forms.choice("Er det anmeldt til Datatilsynet?", BreachDecision, "Vælg, om det er anmeldt.")
    reason = forms.text("Begrundelse", longest=breaches.LONGEST)


@house_pages.form("/brud/nyt", Action.BREACH_REPORT, "breaches/new.html")
def report() -> Sent:
    """Tell of one."""
    form = yield Ask(BreachForm, start=_now(), choices={"about": breaches.cases_to_name(actor())})
    found = breaches.FoundAt(form.found_on.data, form.found_time.data)
    said = {name: form[name].data for name in ("kind", "danger", "what", "about")}
    made = breaches.report(actor(), **said, found=found, key=form.sent_key)
    return answers.changed(instead=url_for("breaches.show", ref=made.ref), said="Tilsynet har fået besked.")


def _now() -> Words:
    now = clock.local(clock.now())
    return {"found_on": now.date(), "found_time": now.time()}


@house_pages.page("/brud", Action.BREACH_LIST, "breaches/index.html")
def index() -> Words:
    """All of them, for the auditor."""
    return {"breaches": breaches.index(actor()), "now": clock.now()}


@pages.page("/brud/<ref>", Action.BREACH_READ, "breaches/show.html")
def show(breach: DataBreach) -> Words:
    """One of them: what to do now and, for the auditor, what is done."""
    return {
        "now": clock.now(), "steps": breaches.steps(breach),
        "decision_form": forms.blank(DecisionForm, version=str(breach.version)),
    }  # fmt: skip


@pages.post("/brud/<ref>/trin", Action.BREACH_HANDLE)
def do_step(breach: DataBreach) -> Sent:
    """A step is done."""
    form = yield Ask(StepForm, on=show)
    breaches.do_step(actor(), breach, form.step.data)
    return "Trinnet er udført."


@pages.post("/brud/<ref>/afgoerelse", Action.BREACH_HANDLE)
def decide(breach: DataBreach) -> Sent:
    """Whether Datatilsynet was told."""
    form = yield Ask(DecisionForm, "decision_form", on=show)
    breaches.decide(actor(), breach, form.decision.data, form.reason.data, form.seen_version)
    return "Afgørelsen er gemt."
