"""Indsigt: who used what is kept of somebody, requests for insight, and the package that answers one (D-24)."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for

from .. import clock, policy
from ..domain import cases, insight, paging, spreadsheets
from ..domain.insight import choosing
from ..errors import Invalid
from ..kinds import InsightAsker
from ..pages import insight as packages
from ..pages.insight import items, paper, uses
from ..policy import Action
from ..store.cases import Case
from . import answers, files, forms, insight_form
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor, asks
from .insight_form import YES

bp = Blueprint("insight", __name__)
CITIZEN = ("", "Borgeren")
PDF, CSV = "application/pdf", "text/csv; charset=utf-8"


def _seen_as(event: str, back: str) -> Pages:
    return Pages(bp, Case, partial(cases.opened, seen_as=event), back=back, tab="indsigt")


pages, one_pages = _seen_as("insight:list", "insight.index"), _seen_as("insight:read", "insight.one")


# ── who used it ─────────────────────────────────────────────────────────────────────────────────────


@_seen_as("insight:uses", "insight.show").page("/sager/<ref>/indsigt", Action.CASE_EXPORT, "insight/show.html")
def show(case: Case) -> Words:
    """Who used what is kept of one on the case."""
    form, found = _asked(case)
    return {
        "uses_form": form, "found": found, "page": uses.page_of(found, forms.page_number()), "chosen": _address(form),
        "may_have": found.is_of_citizen or insight.may_be_told_of(actor(), case, found.party),
        "heading": "Hvem har brugt oplysningerne?",
    }  # fmt: skip


@bp.get("/sager/<ref>/indsigt/brug.pdf")
@asks(Action.CASE_EXPORT, on=Case)
def uses_paper(ref: str) -> Response:
    """The list as a paper."""
    case, found = _taken_out(ref, "PDF")
    return files.to_save(paper.of_uses(found, case, clock.now()), PDF, f"brug-{case.code}.pdf")


@bp.get("/sager/<ref>/indsigt/brug.csv")
@asks(Action.CASE_EXPORT, on=Case)
def uses_table(ref: str) -> Response:
    """The list as a table."""
    case, found = _taken_out(ref, "CSV")
    made = spreadsheets.csv_of(found.headings, (line.cells for line in found.lines))
    return files.to_save(made, CSV, f"brug-{case.code}.csv")


def _taken_out(ref: str, form: str) -> tuple[Case, uses.Uses]:
    case = policy.case_for(actor(), ref, Action.CASE_EXPORT)
    _, found = _asked(case)
    if not found.is_of_citizen and not insight.may_be_told_of(actor(), case, found.party):
        raise Invalid(insight.NEEDS_JURIST)
    uses.listed(actor(), case, found, form)
    return case, found


def _asked(case: Case) -> tuple[Any, uses.Uses]:
    """What stands in the address, and the list of it: the citizen's, where it names nobody else."""
    there = uses.others(actor(), case)
    form = insight_form.UsesForm(request.args)
    forms.fill(form, {"part": [CITIZEN, *((one.ref, _called(one)) for one in there)]})
    party = next((one for one in there if one.ref == form.part.data), None)
    form.part.data = party.ref if party else ""
    return form, uses.of(actor(), case, party, bool(form.navne.data))


def _called(party: Any) -> str:
    return f"{party.role.label}: {party.name}" if party.name else party.role.label


def _address(form: Any) -> dict[str, str]:
    return {"part": form.part.data} | ({"navne": YES} if form.navne.data else {})


# ── requests ────────────────────────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/indsigt/anmodninger", Action.CASE_EXPORT, "insight/index.html")
def index(case: Case) -> Words:
    """Who asked, and what came of it."""
    found = insight.of_case(actor(), case)
    return {"requests": found, "today": clock.today(), "heading": "Anmodninger om indsigt"}


@pages.form("/sager/<ref>/indsigt/anmodninger/ny", Action.CASE_EXPORT, "insight/new.html")
def receive(case: Case) -> Sent:
    """Write down that somebody asks."""
    about = [CITIZEN, *((str(one.ref), _called(one)) for one in uses.others(actor(), case))]
    start = {"received_on": clock.today(), "asker": "", "kind": "", "about": ""}
    form = yield Ask(insight_form.AskedForm, start=start,
                     choices={"about": about}, heading="Nogen beder om indsigt")  # fmt: skip
    made = insight.receive(actor(), case, form.asked(), key=form.sent_key)
    there = url_for("insight.one", ref=case.ref, insight_ref=made.ref)
    return answers.changed(instead=there, said=f"Skrevet ned. Svar senest {clock.long_date(made.due_on)}.")


@one_pages.page("/sager/<ref>/indsigt/anmodninger/<insight_ref>", Action.CASE_EXPORT, "insight/one.html")
def one(case: Case, insight_ref: str) -> Words:
    """One request: how far it is, and what can be done."""
    found = insight.one(actor(), case, insight_ref)
    return _about(found) | {"progress": packages.progress(actor(), found), "today": clock.today()}


@one_pages.form("/sager/<ref>/indsigt/anmodninger/<insight_ref>/afgoerelse", Action.CASE_EXPORT, "insight/decide.html")
def decide(case: Case, insight_ref: str) -> Sent:
    """What a jurist decided."""
    found = insight.one(actor(), case, insight_ref)
    start = {"granted": "", "ground": "", "text": found.decision or ""}
    form = yield Ask(insight_form.DecisionForm, version=found.version, start=start, **_about(found))
    insight.decide(actor(), found, form.decision(), form.seen_version)
    return "Juristens afgørelse er skrevet ned."


@one_pages.form("/sager/<ref>/indsigt/anmodninger/<insight_ref>/afslut", Action.CASE_EXPORT, "insight/end.html")
def end(case: Case, insight_ref: str) -> Sent:
    """End it without a package."""
    found = insight.one(actor(), case, insight_ref)
    form = yield Ask(insight_form.EndForm, version=found.version, start={"outcome": ""}, **_about(found))
    insight.end(actor(), found, form.outcome.data, form.end_reason.data, form.seen_version)
    return "Anmodningen er afsluttet."


def _about(found: Any) -> Words:
    return {
        "asked": found, "may_be_given": insight.may_be_given(found), "is_others": found.asker != InsightAsker.CITIZEN,
        "heading": f"Anmodning {found.number}: {found.kind.label}",
    }  # fmt: skip


# ── the package ─────────────────────────────────────────────────────────────────────────────────────


@one_pages.form("/sager/<ref>/indsigt/anmodninger/<insight_ref>/valg/<slug>", Action.CASE_EXPORT, "insight/choose.html")
def choose(case: Case, insight_ref: str, slug: str) -> Sent:
    """What becomes of the items of one kind."""
    found, kind = insight.one(actor(), case, insight_ref), items.of_slug(slug)
    if not insight.may_be_given(found) or found.ended_at:
        return answers.see(url_for("insight.one", ref=case.ref, insight_ref=insight_ref))
    page = paging.part_of(packages.of_kind(actor(), found, kind), forms.page_number())
    form = yield _to_choose(found, page, kind)
    choosing.choose(actor(), found, form.chosen(page.rows), form.seen_version)
    if not page.has_more:
        return "Valgene er gemt."
    there = url_for("insight.choose", ref=case.ref, insight_ref=insight_ref, slug=slug, side=page.number + 1)
    return answers.changed(instead=there, said="Gemt. Her er de næste.")


def _to_choose(found: Any, page: paging.Page, kind: items.ItemKind) -> Ask:
    return Ask(
        insight_form.choices_of(found, page.rows), version=found.version,
        start=lambda: insight_form.start_of(page.rows), page=page, slug=kind.slug,
        **_about(found) | {"heading": kind.several},
    )  # fmt: skip


@one_pages.page("/sager/<ref>/indsigt/anmodninger/<insight_ref>/se", Action.CASE_EXPORT, "insight/preview.html")
def preview(case: Case, insight_ref: str) -> Words | Response:
    """Exactly what goes, and what does not."""
    found = insight.one(actor(), case, insight_ref)
    if not insight.may_be_given(found):
        return answers.see(url_for("insight.one", ref=case.ref, insight_ref=insight_ref))
    package = packages.preview(actor(), found)
    return _about(found) | {"package": package, "heading": "Se, hvad der går ud"}


@one_pages.form(
    "/sager/<ref>/indsigt/anmodninger/<insight_ref>/udlever", Action.CASE_EXPORT, "insight/give.html", step_up=True
)
def give(case: Case, insight_ref: str) -> Sent:
    """Hand over what was seen."""
    found = insight.one(actor(), case, insight_ref)
    start = {"seen": request.args.get("seen", "")[:40], "to_whom": found.name}
    form = yield Ask(insight_form.GiveForm, version=found.version, start=start, **_about(found))
    made = packages.hand_over(actor(), found, form.to_whom.data, form.seen.data, form.seen_version, form.sent_key)
    instead = url_for("packs.pack", ref=case.ref, pack_ref=made.ref)
    return answers.changed(instead=instead, said="Indsigtspakken er lavet og skrevet ned. Hent den her.")


@bp.get("/indsigt/svar.pdf")
@asks(Action.GUIDE_READ, personal=False)
def without_a_case() -> Response:
    """The answer to whom nothing may be told: the same, whether there is a case or not."""
    return files.to_save(paper.without_a_case(), PDF, "svar-om-indsigt.pdf")
