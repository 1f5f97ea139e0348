"""Hændelser: the log of a case, its quick entry, a row's own page, and what is put right in it."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from .. import clock
from ..domain import cases, evidence, incidents, network
from ..domain.incidents import corrections
from ..domain.pattern.wording import contacts
from ..kinds import CitizenRole, MayKnow
from ..pages import log
from ..policy import Action, may
from ..store.cases import Case
from . import forms, incident_form, render, revealing
from .guard import actor, asks

bp = Blueprint("incidents", __name__)
bp.add_app_template_global(incidents.type_labels, "incident_types")
bp.add_app_template_global(incidents.told.contacts_of, "contacts_of")
bp.add_app_template_global(incidents.told.is_told_row, "is_told_row")
bp.add_app_template_global(incidents.channel_label, "incident_channel")
bp.add_app_template_global(incidents.may_be_danger, "may_be_danger")
SECTION = "sager"
PAGE, ROW, CORRECTION = (f"incidents/{page}.html" for page in ("show", "incident", "correct"))
PARTS = ("incidents/_entry.html", "incidents/_log.html", "cases/_identity.html")


# ── the list, and one more row ──────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/haendelser")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The log, and the quick entry above it."""
    case = _opened(ref)
    shown = _list(case)
    return render.page(PAGE, SECTION, **_entry(case, _just_saved(case, shown["page"].rows)), **_on(case), **shown)


@bp.post("/sager/<ref>/haendelser")
@asks(Action.INCIDENT_RECORD, on=Case)
def record(ref: str) -> Response:
    """Write a row; the next one can be typed at once."""
    case = _opened(ref, Action.INCIDENT_RECORD)
    form = forms.read(incident_form.IncidentForm, PAGE, SECTION, choices=incident_form.choices(case), name="log_form",
                      late=lambda: _list(case) | _witnesses(case), saved=None, **_on(case))  # fmt: skip
    row = incidents.record(actor(), case, form.said(case), key=form.sent_key)
    return render.changed(
        *PARTS, instead=url_for("incidents.show", ref=ref, gemt=row.ref), said=_saved_words(case, row),
        late=lambda: _entry(case, log.row(actor(), case, row.ref)) | _list(case), **_on(case)
    )  # fmt: skip


@bp.post("/sager/<ref>/haendelser/vis")
@asks(Action.CASE_REVEAL, on=Case)
def reveal(ref: str) -> Response:
    """Show where things happened and how witnesses are reached, in this answer alone."""
    case = _opened(ref, Action.CASE_REVEAL)
    form = forms.read(forms.RevealForm, PAGE, SECTION, name="reveal_form",
                      late=lambda: _list(case) | _entry(case, None), **_on(case))  # fmt: skip
    revealing.reveal(case, form)
    return render.page(PAGE, SECTION, **_entry(case, None), **_on(case), **_list(case))


# ── one row ─────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/haendelser/<incident_ref>")
@asks(Action.CASE_READ, on=Case)
def incident(ref: str, incident_ref: str) -> Response:
    """All that a row says, and what it said before."""
    case = _opened(ref)
    return render.page(ROW, SECTION, **_row(case, incident_ref))


@bp.post("/sager/<ref>/haendelser/<incident_ref>/vis")
@asks(Action.CASE_REVEAL, on=Case)
def reveal_one(ref: str, incident_ref: str) -> Response:
    """Show where it happened and how its witness is reached, in this answer alone."""
    case = _opened(ref, Action.CASE_REVEAL)
    incidents.one(actor(), case, incident_ref)
    form = forms.read(forms.RevealForm, ROW, SECTION, name="reveal_form", late=lambda: _row(case, incident_ref))
    revealing.reveal(case, form)
    return render.page(ROW, SECTION, **_row(case, incident_ref))


@bp.get("/sager/<ref>/haendelser/<incident_ref>/ret")
@asks(Action.INCIDENT_RECORD, on=Case)
def correction(ref: str, incident_ref: str) -> Response:
    """The form of a correction."""
    case, row = _found(ref, incident_ref)
    form = incident_form.filled(case, row)
    return render.page(
        CORRECTION, SECTION, log_form=form, row=row, **_on(case, _heading(row, "Ret")), **_witnesses(case)
    )


@bp.post("/sager/<ref>/haendelser/<incident_ref>/ret")
@asks(Action.INCIDENT_RECORD, on=Case)
def correct(ref: str, incident_ref: str) -> Response:
    """Let a row say what is right; what it said stays."""
    case, row = _found(ref, incident_ref)
    form = forms.read(incident_form.CorrectionForm, CORRECTION, SECTION, choices=incident_form.choices(case, row),
                      name="log_form", late=lambda: _witnesses(case), row=row,
                      **_on(case, _heading(row, "Ret")))  # fmt: skip
    said = form.said(case, row)
    now = corrections.correct(actor(), row, said, form.reason.data, form.seen_version)
    return _back(row, f"Nr. {now.number} er rettet. Datoen er {clock.long_date_with_year(now.from_on)}.")


@bp.post("/sager/<ref>/haendelser/<incident_ref>/overstreg")
@asks(Action.INCIDENT_RECORD, on=Case)
def strike(ref: str, incident_ref: str) -> Response:
    """Strike a row out."""
    row, form = _read(ref, incident_ref, incident_form.ReasonForm, "reason_form")
    corrections.strike(actor(), row, form.why.data, form.seen_version)
    return _back(row, f"Nr. {row.number} er overstreget. Den kan stadig læses.")


@bp.post("/sager/<ref>/haendelser/<incident_ref>/gaelder")
@asks(Action.INCIDENT_RECORD, on=Case)
def restore(ref: str, incident_ref: str) -> Response:
    """Let a row that was struck out count again."""
    row, form = _read(ref, incident_ref, incident_form.ReasonForm, "reason_form")
    corrections.restore(actor(), row, form.why.data, form.seen_version)
    return _back(row, f"Nr. {row.number} gælder igen.")


@bp.post("/sager/<ref>/haendelser/<incident_ref>/eksempel")
@asks(Action.INCIDENT_RECORD, on=Case)
def mark_example(ref: str, incident_ref: str) -> Response:
    """Choose a row as a typical example, or no longer."""
    row, form = _read(ref, incident_ref, incident_form.MarkForm)
    now = corrections.mark_example(actor(), row, form.is_so.data, form.seen_version)
    return _back(row, _example_words(row.case, now))


@bp.post("/sager/<ref>/haendelser/<incident_ref>/udlevering")
@asks(Action.INCIDENT_RECORD, on=Case)
def mark_withheld(ref: str, incident_ref: str) -> Response:
    """Say that a row must not reach the other party, or that it may."""
    row, form = _read(ref, incident_ref, incident_form.MarkForm)
    now = corrections.mark_withheld(actor(), row, form.is_so.data, form.seen_version)
    may = "må ikke udleveres" if now.is_withheld else "må udleveres"
    return _back(row, f"Nr. {row.number} {may}.")


@bp.post("/sager/<ref>/haendelser/<incident_ref>/faresignal")
@asks(Action.INCIDENT_RECORD, on=Case)
def mark_danger(ref: str, incident_ref: str) -> Response:
    """Say that it is a danger sign."""
    row, form = _read(ref, incident_ref, incident_form.MarkForm)
    corrections.mark_danger(actor(), row, form.seen_version)
    return _back(row, "Faresignalet er skrevet ned. Sagen er akut, til sikkerheden er vurderet igen.")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _opened(ref: str, action: Action = Action.CASE_READ) -> Case:
    return cases.opened(actor(), ref, "incident:list", action)


def _found(ref: str, incident_ref: str) -> tuple[Case, Any]:
    case = _opened(ref, Action.INCIDENT_RECORD)
    return case, incidents.one(actor(), case, incident_ref)


def _read(ref: str, incident_ref: str, kind: type[forms.FormType], name: str = "form") -> tuple[Any, forms.FormType]:
    """A row, and what was sent from its page; refused, it stands there again."""
    case, row = _found(ref, incident_ref)
    return row, forms.read(kind, ROW, SECTION, name=name, late=lambda: _row(case, incident_ref))


def _on(case: Case, heading: str = "Hændelser") -> dict[str, Any]:
    return {"case": case, "heading": heading, "tab": "haendelser", "log_tab": "log",
            "of_udoever": case.citizen_role == CitizenRole.PERPETRATOR}  # fmt: skip


def _heading(row: Any, doing: str = "") -> str:
    return f"{doing} række {row.number}".strip().capitalize()


def _entry(case: Case, saved: Any) -> dict[str, Any]:
    """The quick entry, empty, and the row that was just saved, if one was."""
    form = forms.blank(incident_form.IncidentForm, incident_form.choices(case), contact_count=1)
    return {"log_form": form, "saved": saved} | _witnesses(case)


def _list(case: Case) -> dict[str, Any]:
    """A page of the log, and what it all adds up to; `here` is the address of it, for the number of another page."""
    asked = incident_form.asked()
    wanted = asked.wanted()
    said = {name: values for name, values in request.args.lists() if name in asked and name != "side"}
    return {
        "filter_form": asked, "wanted": wanted, "page": log.page(actor(), case, wanted, forms.page_number()),
        "totals": log.totals(actor(), case, wanted), "reveal_form": forms.blank(forms.RevealForm),
        "here": f"/sager/{case.ref}/haendelser?{urlencode(said, doseq=True)}",
    }  # fmt: skip


def _just_saved(case: Case, rows: list[Any]) -> Any:
    """The row that the address says was just saved; it may stand on another page of the list."""
    ref = request.args.get("gemt", "")
    return next((row for row in rows if row.ref == ref), None) or log.row(actor(), case, ref)


def _row(case: Case, incident_ref: str) -> dict[str, Any]:
    row = log.one(actor(), case, incident_ref)
    return {
        "row": row, "earlier": log.earlier(actor(), row),
        "exhibits": _exhibits(case, row), "reveal_form": forms.blank(forms.RevealForm),
        "reason_form": forms.blank(incident_form.ReasonForm),
    } | _on(case, _heading(row))  # fmt: skip


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


def _back(row: Any, said: str) -> Response:
    return render.changed(instead=url_for("incidents.incident", ref=row.case_id, incident_ref=row.ref), said=said)
