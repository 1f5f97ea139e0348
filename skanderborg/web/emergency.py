"""Nødadgang: the look-up, the sheet, its print for the night duty, and what a manager looks at afterwards."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, after_this_request, url_for

from ..domain import cases
from ..domain.emergency import opening, sheets, signing
from ..errors import Invalid
from ..kinds import EmergencyCategory, EmergencyVerdict, SheetOutcome
from ..pages import emergency as pages_of
from ..policy import Action
from ..store.cases import Case
from ..store.emergency import EmergencyUse
from ..store.work import Task
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("emergency", __name__)
house_pages = Pages(bp, back="emergency.look", section="noedadgang")
sheet_pages = Pages(bp, EmergencyUse, opening.opened, back="emergency.sheet", section="noedadgang", called="use")
sign_pages = Pages(bp, back="emergency.to_sign", section="min-dag")
case_pages = Pages(bp, Case, partial(cases.opened, seen_as="emergency-sheet:list"), back="emergency.of_case",
                   tab="noedark")  # fmt: skip
task_pages = Pages(bp, Task, sheets.behind, back="tasks.show", section="min-dag", called="printed")


class LookForm(forms.Form):
    """What happens, why, and whose sheet."""

    category = forms.choice("Hvad sker der?", EmergencyCategory, "Vælg, hvad der sker.")
    reason = forms.text("Hvorfor skal du se arket nu?", "Skriv, hvorfor du skal se arket.", 500)
    why_again = forms.text("Du har et ark åbent. Hvorfor er det ikke nok?", longest=500)
    case_code = forms.line("Sagens kode", longest=20)
    name = forms.line("Borgerens fulde navn")
    born = forms.line("Fødselsår", longest=20)
    street = forms.line("Vej")

    def validate(self, extra_validators: Any = None) -> bool:
        """What can be put right is told before anyone must show who he or she is; the domain checks it once more."""
        if not super().validate(extra_validators):
            return False
        try:
            opening.refuse_unsaid(self.asked)
        except Invalid as refused:
            self.add_error(refused.field, refused.message)
        return not self.errors

    @property
    def asked(self) -> opening.Asked:
        """What was said."""
        said = {name: self[name].data or None for name in ("case_code", "name", "born", "street", "why_again")}
        return opening.Asked(self.category.data, self.reason.data, **said)


class SignForm(forms.Form):
    """What a manager came to."""

    verdict = forms.choice("Var der brug for nødadgangen?", EmergencyVerdict, "Vælg, om der var brug for den.")
    note = forms.text("Bemærkning", longest=1_000)


class PrintForm(forms.Form):
    """Until when it lies with the night duty."""

    ends_on = forms.DateField(
        "Hvornår skal arket være tilbage?", "Skriv dagen, fx 19.12.2026.", looks=forms.Looks.AHEAD
    )


class BackForm(forms.Form):
    """What became of it."""

    outcome = forms.choice("Hvad blev der af arket?", SheetOutcome, "Vælg, hvad der blev af arket.")


# ── the look-up, the sheet ──────────────────────────────────────────────────────────────────────────


@house_pages.form("/noedadgang", Action.EMERGENCY_OPEN, "emergency/look.html", step_up=True)
def look() -> Sent:
    """Whose sheet, and why: it opens, or there is nothing to show."""
    form = yield Ask(LookForm, lasting=opening.lasting(actor()), minutes=opening.minutes())
    use = opening.open_sheet(actor(), form.asked, form.sent_key)
    to = url_for("emergency.sheet", ref=use.ref) if use else url_for("emergency.nothing")
    return answers.changed(instead=to)


@house_pages.page("/noedadgang/intet", Action.EMERGENCY_OPEN, "emergency/nothing.html", personal=False)
def nothing() -> Words:
    """There is nothing to show: the same page, whatever was looked for."""
    return {"sentence": opening.NOTHING}


@sheet_pages.page("/noedadgang/<ref>", Action.EMERGENCY_READ, "emergency/show.html")
def sheet(use: EmergencyUse) -> Words:
    """The sheet, until the time is over."""
    _leave_when_over(use)
    return {"sheet": pages_of.shown(actor(), use), "reveal_form": forms.blank(forms.RevealForm), "places": []}


@sheet_pages.post("/noedadgang/<ref>/adresse", Action.EMERGENCY_REVEAL)
def reveal(use: EmergencyUse) -> Sent:
    """Where the citizen is, in this answer."""
    form = yield Ask(forms.RevealForm, "reveal_form", on=sheet)
    may_show = opening.reveal(actor(), use, form.reason.data, form.sent_key)
    return sheet.shown(sheet.words((use,), {}) | {"places": pages_of.places(actor(), use) if may_show else []})


def _leave_when_over(use: EmergencyUse) -> None:
    """A screen that nobody touches shows the sheet no longer than it may be seen."""

    def told(response: Response) -> Response:
        response.headers["Refresh"] = f"{opening.seconds_left(use)}; url={url_for('emergency.look')}"
        return response

    after_this_request(told)


# ── what a manager looks at ─────────────────────────────────────────────────────────────────────────


@sign_pages.page("/noedadgang/gennemgang", Action.EMERGENCY_SIGN, "emergency/to_sign.html")
def to_sign() -> Words:
    """Every use that nobody has looked at."""
    found = signing.waiting(actor())
    return {"uses": found, "sign_forms": forms.one_for_each(SignForm, [one.ref for one in found])}


@sign_pages.post("/noedadgang/gennemgang/<use_ref>", Action.EMERGENCY_SIGN)
def sign(use_ref: str) -> Sent:
    """It was looked at."""
    signing.to_sign(actor(), use_ref)
    form = yield Ask(SignForm, "sign_form", on=to_sign, signed=use_ref)
    signing.sign(actor(), use_ref, form.verdict.data, form.note.data, form.seen_version)
    return "Nødadgangen er gennemgået."


# ── on the case, on paper ───────────────────────────────────────────────────────────────────────────


@case_pages.page("/sager/<ref>/noedark", Action.CASE_READ, "emergency/of_case.html")
def of_case(case: Case) -> Words:
    """Who used the access, and the sheets on paper."""
    return {
        "uses": sheets.uses_of(actor(), case), "printed": sheets.of_case(actor(), case),
        "print_form": forms.blank(PrintForm), "heading": "Nødark",
    }  # fmt: skip


@case_pages.post("/sager/<ref>/noedark", Action.EMERGENCY_PRINT)
def print_one(case: Case) -> Any:
    """One more sheet for the night duty."""
    form = yield Ask(PrintForm, "print_form", on=of_case)
    made = sheets.print_sheet(actor(), case, form.ends_on.data, key=form.sent_key)
    return answers.changed(instead=url_for("emergency.on_paper", ref=case.ref, sheet_ref=made.ref),
                           said="Arket er klar til udskrift. Opgaven at få det tilbage er din.")  # fmt: skip


@case_pages.page("/sager/<ref>/noedark/<sheet_ref>", Action.EMERGENCY_PRINT, "emergency/on_paper.html",
                 find=sheets.case_to_print)  # fmt: skip
def on_paper(case: Case, sheet_ref: str) -> Words:
    """The sheet, to be printed."""
    printed, shown = pages_of.printed(actor(), case, sheet_ref)
    return {"printed": printed, "sheet": shown}


@task_pages.form("/o/<ref>/noedark", Action.TASK_WORK, "emergency/back.html")
def take_back(printed: Any) -> Sent:
    """It came back, or what else became of it."""
    form = yield Ask(BackForm, version=printed.version)
    sheets.take_back(actor(), printed, form.outcome.data, form.seen_version)
    return "Det er skrevet ned, hvad der blev af arket."
