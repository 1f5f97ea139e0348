"""Opbevaring og sletning: of a case, for who knows it, and the manager's decisions."""

from functools import partial

from flask import Blueprint

from ..domain import cases, retention
from ..domain.retention import deciding, holds, terms
from ..kinds import HoldKind
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("retention", __name__)
bp.add_app_template_global(terms.titled, "rule_title")
pages = Pages(bp, Case, partial(cases.opened, seen_as="retention:read"), back="retention.show", tab="sletning")
house_pages = Pages(bp, back="retention.index", section="min-dag")


class HoldForm(forms.Form):
    """Why the case must stay."""

    kind = forms.choice("Hvorfor skal sagen bevares?", holds.SAID, "Vælg, hvorfor sagen skal bevares.")
    reason = forms.text("Begrundelse", "Skriv, hvorfor sagen skal bevares.", 1_000)


class ReleaseForm(forms.Form):
    """What keeps it no more, and why."""

    held = forms.choice("Hvad holder ikke længere sagen?", HoldKind, "Vælg, hvad der ikke længere holder sagen.")
    end_reason = forms.text("Hvorfor ikke længere?", "Skriv, hvorfor sagen ikke længere skal bevares.", 1_000)


class DecideForm(forms.Form):
    """Where the archive, or the journal, said that the case may go."""

    archive_reference = forms.line("Arkivets eller journalens nummer", "Skriv arkivets eller journalens nummer.", 60)


class StopForm(forms.Form):
    """Why the case must stay after all."""

    stop_reason = forms.line("Hvorfor skal sagen ikke slettes?", "Skriv, hvorfor sagen ikke skal slettes.", 500)


@pages.page("/sager/<ref>/sletning", Action.CASE_RETAIN, "retention/show.html")
def show(case: Case) -> Words:
    """How long the case is kept, what keeps it, and the proposal."""
    return {
        "kept": retention.of(actor(), case), "hold_form": forms.blank(HoldForm),
        "release_form": forms.blank(ReleaseForm), "heading": "Opbevaring og sletning",
    }  # fmt: skip


@pages.post("/sager/<ref>/sletning/bevar", Action.CASE_RETAIN)
def keep(case: Case) -> Sent:
    """It must stay; this stops what is decided too."""
    form = yield Ask(HoldForm, "hold_form", on=show)
    holds.keep(actor(), case, form.kind.data, form.reason.data, key=form.sent_key)
    return "Sagen bliver bevaret."


@pages.post("/sager/<ref>/sletning/ophaev", Action.CASE_RETAIN)
def release(case: Case) -> Sent:
    """Something keeps it no more."""
    form = yield Ask(ReleaseForm, "release_form", on=show)
    holds.release(actor(), case, form.held.data, form.end_reason.data)
    return "Det holder ikke længere sagen."


@pages.post("/sager/<ref>/sletning/ja", Action.CASE_RETAIN, step_up=True)
def agree(case: Case) -> Sent:
    """It may go, as far as who knows it can say."""
    form = yield Ask(forms.Form, on=show)
    retention.agree(actor(), case, form.seen_version)
    return "Du har sagt ja. En leder skal nu beslutte det."


@house_pages.page("/sletning", Action.RETENTION_DECIDE, "retention/index.html")
def index() -> Words:
    """What a manager has to decide, and can still stop."""
    waiting, decided = deciding.waiting(actor())
    refs = [one.ref for one in (*waiting, *decided)]
    return {
        "waiting": waiting, "decided": decided, "decide_forms": forms.one_for_each(DecideForm, refs),
        "stop_forms": forms.one_for_each(StopForm, refs),
    }  # fmt: skip


@house_pages.post("/sletning/<disposal_ref>/beslut", Action.RETENTION_DECIDE, step_up=True)
def decide(disposal_ref: str) -> Sent:
    """It goes, some days from now."""
    deciding.to_decide(actor(), disposal_ref)
    form = yield Ask(DecideForm, "decide_form", on=index, chosen=disposal_ref)
    deciding.decide(actor(), disposal_ref, form.archive_reference.data, form.seen_version)
    return "Besluttet. Sagen kan stadig reddes i nogle dage."


@house_pages.post("/sletning/<disposal_ref>/stands", Action.RETENTION_DECIDE)
def stop(disposal_ref: str) -> Sent:
    """It stays."""
    deciding.to_stop(actor(), disposal_ref)
    form = yield Ask(StopForm, "stop_form", on=index, chosen=disposal_ref)
    deciding.stop(actor(), disposal_ref, form.stop_reason.data)
    return "Sagen bliver ikke slettet."
