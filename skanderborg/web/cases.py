"""Cases: the list, the overview, what is known, and the course from phase to phase."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request
from wtforms import HiddenField, validators

from ..domain import cases, transfer
from ..domain.cases import phases
from ..kinds import Answer, CaseOrder, CitizenRole, Phase
from ..pages import case_list, case_tasks, overview, tasks
from ..policy import Action
from ..store.cases import Case
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor, asks

bp = Blueprint("cases", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="case:read"), back="cases.show", tab="overblik")


class DescribeForm(forms.Form):
    """What is known of the case."""

    citizen_role = forms.choice("Hvem handler sagen om?", CitizenRole, "Vælg udsat, udøver eller ved ikke.")
    name = forms.line("Borgerens navn eller initialer")
    children = forms.choice("Er der børn?", Answer, "Vælg ja, nej eller ved ikke.")
    what_happened = forms.text("Hvad skete der?", "Skriv kort, hvad der skete.")

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """The citizen's name, which stands in a row of its own."""
        citizen = cases.citizen_of(theirs)
        return {"name": citizen.name if citizen else None}


class MoveForm(forms.Form):
    """Where to, and why if its condition is not met."""

    to = HiddenField(validators=[validators.AnyOf([phase.value for phase in Phase])])
    reason = forms.text("Hvorfor fortsætter I alligevel?", longest=1_000)


class CloseForm(forms.Form):
    """Why the case is closed, and why in spite of what is open."""

    reason = forms.text("Hvorfor afsluttes sagen?", "Skriv, hvorfor sagen afsluttes.", 2_000)
    anyway = forms.text("Noget er stadig åbent. Hvorfor afsluttes sagen alligevel?", longest=2_000)


class ReopenForm(forms.Form):
    """Why the case is opened again."""

    reason = forms.text("Hvorfor genåbnes sagen?", "Skriv, hvorfor sagen genåbnes.", 2_000)


@bp.get("/sager")
@asks(Action.CASE_LIST)
def index() -> Response:
    """The cases one sees, open or closed."""
    wanted = _wanted()
    return answers.page(
        "cases/index.html", "sager", page=case_list.listed(actor(), wanted, forms.page_number()), wanted=wanted,
        asked=_asked(wanted),
    )  # fmt: skip


def _wanted() -> case_list.CaseFilter:
    """The filter of the address; what is not understood asks for nothing."""
    said = request.args.get
    return case_list.CaseFilter(
        is_closed=said("vis") == "afsluttede",
        mine=said("mine") == "ja",
        phase=Phase.of_slug(said("fase")),
        citizen_role=CitizenRole.of_slug(said("rolle")),
        order=next((order for order in CaseOrder if order == said("sorter")), CaseOrder.NEWEST),
    )


def _asked(wanted: case_list.CaseFilter) -> dict[str, str]:
    """The same, as it stands in an address."""
    said = {
        "vis": "afsluttede" if wanted.is_closed else "",
        "mine": "ja" if wanted.mine else "",
        "fase": wanted.phase.slug if wanted.phase else "",
        "rolle": wanted.citizen_role.slug if wanted.citizen_role else "",
        "sorter": wanted.order.value if wanted.order != CaseOrder.NEWEST else "",
    }
    return {name: value for name, value in said.items() if value}


@bp.get("/sager/<ref>")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The overview of a case, one of its tasks with its details below it; or the row of that task alone."""
    opened = request.args.get("opgave", "")
    return answers.part_or_page(opened, lambda: _row(ref, opened), lambda: _whole(ref, opened))


def _row(ref: str, opened: str) -> Response:
    """The row, open or closed again; or opened to be typed into."""
    task = tasks.on_case(actor(), ref, opened)
    is_open, is_writing = "luk" not in request.args, "skriv" in request.args
    return answers.part("tasks/_row.html", task=task, is_open=is_open, is_writing=is_writing)


def _whole(ref: str, opened: str) -> Response:
    found = overview.of_case(actor(), ref, request.args.get("boks", ""), opened)
    return answers.page("cases/show.html", "sager", case=found.case, overview=found, opened=opened, heading="Overblik",
                        tab="overblik")  # fmt: skip


@pages.page("/sager/<ref>/udskrift", Action.CASE_READ, "cases/sheet.html",
            find=partial(cases.opened, seen_as="case:sheet"))  # fmt: skip
def sheet(case: Case) -> Words:
    """The case on a sheet for a meeting; that it was taken out is written down as any look."""
    return {"rows": case_tasks.open_rows(actor(), case), "heading": "Sagen på ét ark"}


@pages.form("/sager/<ref>/beskrivelse", Action.CASE_DESCRIBE, "cases/describe.html")
def describe(case: Case) -> Sent:
    """Say more of the case; a role that is chosen brings its tasks."""
    form = yield Ask(DescribeForm, over=case, heading="Beskrivelse")
    cases.describe(actor(), case, form.seen_version, **form.values())
    return "Beskrivelsen er gemt."


@pages.form("/sager/<ref>/fase", Action.CASE_MOVE, "cases/move.html")
def move(case: Case) -> Sent:
    """Move the case on to the next phase: its condition, and *Fortsæt alligevel*."""
    step = phases.step_of(case)
    start = {"to": step.to if step else ""}
    form = yield Ask(MoveForm, version=case.version, start=start, step=step, heading="Næste fase")
    moved = phases.move(actor(), case, form.to.data, form.reason.data, form.seen_version)
    return f"Sagen er nu i fasen {moved.phase.label}."


@pages.form("/sager/<ref>/afslut", Action.CASE_CLOSE, "cases/close.html")
def close(case: Case) -> Sent:
    """Close the case: the reason, and what is still open."""
    reason = transfer.closing_reason(actor(), case) if request.args.get("efter") == "overdragelse" else ""
    form = yield Ask(CloseForm, version=case.version, start={"reason": reason},
                     left=phases.unfinished(actor(), case), heading="Afslut sagen")  # fmt: skip
    phases.close(actor(), case, form.reason.data, form.anyway.data, form.seen_version)
    return "Sagen er afsluttet."


@pages.form("/sager/<ref>/genaabn", Action.CASE_CLOSE, "cases/reopen.html")
def reopen(case: Case) -> Sent:
    """Open the case again, where it was left."""
    form = yield Ask(ReopenForm, version=case.version, heading="Genåbn sagen")
    phases.reopen(actor(), case, form.reason.data, form.seen_version)
    return "Sagen er genåbnet."
