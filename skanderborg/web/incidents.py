"""Hændelser: the log of a case, its quick entry, a row's own page, and what is put right in it."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request, url_for

from .. import clock
from ..domain import cases, evidence, incidents, network
from ..domain.incidents import corrections
from ..kinds import CitizenRole, MayKnow
from ..pages import facts, log
from ..pages.pattern.wording import contacts
from ..policy import Action, may
from ..store.cases import Case
from . import answers, forms, incident_form, revealing
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("incidents", __name__)
bp.add_app_template_global(incidents.type_labels, "incident_types")
bp.add_app_template_global(incidents.told.contacts_of, "contacts_of")
bp.add_app_template_global(incidents.told.is_told_row, "is_told_row")
bp.add_app_template_global(facts.of_row, "facts")
bp.add_app_template_global(incidents.may_be_danger, "may_be_danger")
pages = Pages(
    bp, Case, partial(cases.opened, seen_as="incident:list"), back="incidents.incident", tab="log",
    about=lambda case: {"of_udoever": case.citizen_role == CitizenRole.PERPETRATOR},
)  # fmt: skip
PARTS = ("incidents/_entry.html", "incidents/_log.html", "cases/_identity.html")


# ── the list, and one more row ──────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/haendelser", Action.CASE_READ, "incidents/show.html")
def show(case: Case) -> Words:
    """The log, and the quick entry above it."""
    shown = _list(case)
    return _entry(case, _just_saved(case, shown["page"].rows)) | shown | {"heading": "Hændelser"}


@pages.post("/sager/<ref>/haendelser", Action.INCIDENT_RECORD)
def record(case: Case) -> Sent:
    """Write a row; the next one can be typed at once."""
    form = yield Ask(incident_form.IncidentForm, "log_form", on=show, choices=incident_form.choices(case))
    row = incidents.record(actor(), case, form.said(case), key=form.sent_key)
    return answers.changed(
        *PARTS, instead=url_for("incidents.show", ref=case.ref, gemt=row.ref), said=_saved_words(case, row),
        late=lambda: _entry(case, log.row(actor(), case, row.ref)) | _list(case), **pages.base(case),
    )  # fmt: skip


@pages.post("/sager/<ref>/haendelser/vis", Action.CASE_REVEAL)
def reveal(case: Case) -> Sent:
    """Show where things happened and how witnesses are reached, in this answer alone."""
    return (yield from revealing.reveal(case, show))


# ── one row ─────────────────────────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/haendelser/<incident_ref>", Action.CASE_READ, "incidents/incident.html")
def incident(case: Case, incident_ref: str) -> Words:
    """All that a row says, and what it said before."""
    row = log.one(actor(), case, incident_ref)
    return {
        "row": row, "earlier": log.earlier(actor(), row), "exhibits": _exhibits(case, row),
        "reveal_form": forms.blank(forms.RevealForm), "reason_form": forms.blank(incident_form.ReasonForm),
        "heading": f"Nr. {row.number}",
    }  # fmt: skip


@pages.post("/sager/<ref>/haendelser/<incident_ref>/vis", Action.CASE_REVEAL)
def reveal_one(case: Case, incident_ref: str) -> Sent:
    """Show where it happened and how its witness is reached, in this answer alone."""
    incidents.one(actor(), case, incident_ref)
    return (yield from revealing.reveal(case, incident))


@pages.form("/sager/<ref>/haendelser/<incident_ref>/ret", Action.INCIDENT_RECORD, "incidents/correct.html")
def correct(case: Case, incident_ref: str) -> Sent:
    """Let a row say what is right; what it said stays."""
    row = incidents.one(actor(), case, incident_ref)
    form = yield Ask(incident_form.CorrectionForm, "log_form", over=row, choices=incident_form.choices(case, row),
                     late=lambda: _witnesses(case), row=row, heading=f"Ret nr. {row.number}")  # fmt: skip
    said = form.said(case, row)
    now = corrections.correct(actor(), row, said, form.reason.data, form.seen_version)
    return f"Nr. {now.number} er rettet. Datoen er {clock.long_date_with_year(now.from_on)}."


@pages.post("/sager/<ref>/haendelser/<incident_ref>/overstreg", Action.INCIDENT_RECORD)
def strike(case: Case, incident_ref: str) -> Sent:
    """Strike a row out."""
    row = incidents.one(actor(), case, incident_ref)
    form = yield Ask(incident_form.ReasonForm, "reason_form", on=incident)
    corrections.strike(actor(), row, form.why.data, form.seen_version)
    return f"Nr. {row.number} er overstreget. Den kan stadig læses."


@pages.post("/sager/<ref>/haendelser/<incident_ref>/gaelder", Action.INCIDENT_RECORD)
def restore(case: Case, incident_ref: str) -> Sent:
    """Let a row that was struck out count again."""
    row = incidents.one(actor(), case, incident_ref)
    form = yield Ask(incident_form.ReasonForm, "reason_form", on=incident)
    corrections.restore(actor(), row, form.why.data, form.seen_version)
    return f"Nr. {row.number} gælder igen."


@pages.post("/sager/<ref>/haendelser/<incident_ref>/eksempel", Action.INCIDENT_RECORD)
def mark_example(case: Case, incident_ref: str) -> Sent:
    """Choose a row as a typical example, or no longer."""
    row = incidents.one(actor(), case, incident_ref)
    form = yield Ask(incident_form.MarkForm, on=incident)
    return _example_words(case, corrections.mark_example(actor(), row, form.is_so.data, form.seen_version))


@pages.post("/sager/<ref>/haendelser/<incident_ref>/udlevering", Action.INCIDENT_RECORD)
def mark_withheld(case: Case, incident_ref: str) -> Sent:
    """Say that a row must not reach the other party, or that it may."""
    row = incidents.one(actor(), case, incident_ref)
    form = yield Ask(incident_form.MarkForm, on=incident)
    now = corrections.mark_withheld(actor(), row, form.is_so.data, form.seen_version)
    return f"Nr. {row.number} {'må ikke udleveres' if now.is_withheld else 'må udleveres'}."


@pages.post("/sager/<ref>/haendelser/<incident_ref>/faresignal", Action.INCIDENT_RECORD)
def mark_danger(case: Case, incident_ref: str) -> Sent:
    """Say that it is a danger sign."""
    row = incidents.one(actor(), case, incident_ref)
    form = yield Ask(incident_form.MarkForm, on=incident)
    corrections.mark_danger(actor(), row, form.seen_version)
    return "Faresignalet er skrevet ned. Sagen er akut, til sikkerheden er vurderet igen."


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _entry(case: Case, saved: Any) -> dict[str, Any]:
    """The quick entry, empty, and the row that was just saved, if one was."""
    form = forms.blank(incident_form.IncidentForm, incident_form.choices(case), contact_count=1)
    return {"log_form": form, "saved": saved} | _witnesses(case)


def _list(case: Case) -> dict[str, Any]:
    """A page of the log, and what it all adds up to; `here` is the address of it, for the number of another page."""
    asked = incident_form.asked()
    wanted = asked.wanted()
    rows = log.rows(case, wanted)
    totals = log.totals(actor(), case, wanted, rows)
    page = log.page(actor(), case, wanted, forms.page_number(), rows)._replace(total=totals.on_pages(wanted))
    said = {name: values for name, values in request.args.lists() if name in asked and name != "side"}
    return {
        "filter_form": asked, "wanted": wanted, "page": page, "totals": totals,
        "taken_back": log.taken_back(actor(), case) if totals.has_gaps else [],
        "reveal_form": forms.blank(forms.RevealForm),
        "here": f"/sager/{case.ref}/haendelser?{urlencode(said, doseq=True)}",
    }  # fmt: skip


def _just_saved(case: Case, rows: list[Any]) -> Any:
    """The row that the address says was just saved; it may stand on another page of the list."""
    ref = request.args.get("gemt", "")
    return next((row for row in rows if row.ref == ref), None) or log.row(actor(), case, ref)


def _exhibits(case: Case, row: Any) -> list[Any]:
    """What belongs to the row; who was only asked to be tovholder reads no evidence."""
    return evidence.of_incident(actor(), case, row.ref) if may(actor(), Action.EVIDENCE_READ, case) else []


def _witnesses(case: Case) -> dict[str, Any]:
    """Who of the network can be a witness, to be suggested; nobody in a case about an udøver."""
    if case.citizen_role == CitizenRole.PERPETRATOR or case.closed_at:
        return {"witnesses": []}
    known = network.persons(actor(), case)
    return {"witnesses": [one for one in known if one.is_witness and one.may_know != MayKnow.MUST_NOT]}


def _saved_words(case: Case, row: Any) -> str:
    total = f"{contacts(log.totals(actor(), case).contacts)} i alt."
    day = clock.long_date_with_year(row.from_on)
    danger = " Sagen er akut." if row.is_danger else " Er det et faresignal?" if incidents.may_be_danger(row) else ""
    return f"Nr. {row.number} er gemt med datoen {day}. {total}{danger}"


def _example_words(case: Case, row: Any) -> str:
    if not row.is_example:
        return f"Nr. {row.number} er ikke længere et typisk eksempel."
    count = log.totals(actor(), case).examples
    advice = "Tre til fem er nok til politiet." if count > corrections.ADVISED_EXAMPLES else "Vælg tre til fem."
    return f"Nr. {row.number} er et typisk eksempel. {count} er valgt. {advice}"
