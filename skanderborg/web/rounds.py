"""Gennemgang: next and previous through one's cases, what each wants, and when it comes back."""

from flask import Blueprint, Response, url_for

from .. import clock
from ..domain import access, rounds, tasks
from ..kinds import Box
from ..pages import rounds as round_pages
from ..policy import Action, case_for, may
from ..store.cases import Case
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor, asks

bp = Blueprint("rounds", __name__)
pages = Pages(bp, Case, case_for, back="rounds.stop", section="tavle")
NOBODY, ME, TOVHOLDER = "", "mig", "tovholder"


class SeenForm(forms.Form):
    """When the case comes back on the round, and what is noted of it."""

    minutes = forms.text("Notat fra gennemgangen", longest=10_000)
    again_on = forms.DateField("Igen den", "Skriv, hvornår sagen skal ses igen.", looks=forms.Looks.AHEAD)


class PassingForm(forms.Form):
    """A task that comes up in passing."""

    title = forms.line("Hvad skal gøres?", "Skriv, hvad der skal gøres.")
    box = forms.select("Hvor hører det til?", "Vælg, hvor opgaven hører til.", choices=list(Box))
    due_on = forms.DateField("Frist", "Skriv fristen som dag, måned og år, fx 27.11.2026.", looks=forms.Looks.AHEAD)
    owner = forms.select("Hvem skal udføre opgaven?")


@bp.get("/gennemgang")
@asks(Action.BOARD_READ)
def index() -> Response:
    """One's cases, and which of them wait to be gone through."""
    return answers.page("rounds/index.html", "tavle", round=round_pages.listed(actor()))


@pages.form("/gennemgang/<ref>", Action.CASE_WORK, "rounds/stop.html")
def stop(case: Case) -> Sent:
    """What there is to see of a case, and *Set – igen den*; then the next that waits."""
    shown: Words = {}

    def start() -> Words:
        shown.update(_shown(case))
        return {"again_on": rounds.usual_day(), "minutes": shown["stop"].minutes}

    form = yield Ask(SeenForm, "seen_form", start=start, late=lambda: shown or _shown(case))
    seen = rounds.see(actor(), case, form.again_on.data, form.minutes.data, key=form.sent_key)
    coming = round_pages.next_after(actor(), case)
    there = url_for("rounds.stop", ref=coming.ref) if coming else url_for("rounds.index")
    return answers.changed(instead=there, said=f"Sagen er set. Den kommer igen {clock.long_date(seen.again_on)}.")


@pages.post("/gennemgang/<ref>/opgave", Action.TASK_CREATE)
def make_task(case: Case) -> Sent:
    """Make a task in passing, and stay at the case."""
    form = yield Ask(PassingForm, "passing_form", on=stop, choices=_owners(case))
    owner = {ME: actor(), TOVHOLDER: access.primary_contact(case.ref)}.get(form.owner.data or NOBODY)
    tasks.create(actor(), case, title=form.title.data, box=form.box.data, due_on=form.due_on.data, brief=None,
                 assignee=owner, key=form.sent_key)  # fmt: skip
    return "Opgaven er oprettet."


def _shown(case: Case) -> Words:
    found = round_pages.of_case(actor(), case)
    fresh = forms.blank(PassingForm, _owners(case), owner=NOBODY)
    return {"stop": found, "passing_form": fresh, "heading": f"Gennemgang af sag {case.code}"}


def _owners(case: Case) -> forms.Choices:
    mine = [(NOBODY, "Ingen endnu"), (ME, "Mig")]
    return {"owner": [*mine, (TOVHOLDER, "Tovholderen")] if may(actor(), Action.TASK_ASSIGN, case) else mine}
