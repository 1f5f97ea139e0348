"""Personoplysninger: the named persons of a case, their addresses, and what is hidden of them."""

from collections.abc import Iterable
from typing import Any

import wtforms
from flask import Blueprint, Response, request, url_for

from ..domain import cases, parties, protection
from ..kinds import CitizenRole, PartyRole, Protection
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("parties", __name__)
PAGE, EDIT = "parties/index.html", "parties/edit.html"
HIDDEN_FIELDS = ("contact", "address", "institution")
ADDED_HERE = (PartyRole.CITIZEN, PartyRole.RELATIVE, PartyRole.OPPOSING)  # children have a page of their own


class PartyForm(forms.Form):
    """What is known of a person. `hidden`: its fields were shown empty since what stands there is protected."""

    name = forms.line("Navn eller initialer")
    relation_text = forms.line("Relation til borgeren")
    born = forms.line("Født (år er nok)", longest=40)
    contact = forms.text("Telefon, e-mail eller anden kontakt", longest=1_000)
    address = forms.text("Adresse", longest=1_000)
    institution = forms.line("Arbejdsplads, skole eller institution")
    protection = forms.choice("Adressebeskyttelse", [("", "Ikke spurgt endnu"), *Protection], "")
    protection_until = forms.DateField("Hvornår udløber beskyttelsen?")
    why = forms.text("Hvorfor er adressen ikke længere beskyttet?", longest=1_000)
    erase = forms.ManyField("Slet det, der står i", choices=[
        ("contact", "Kontakt"), ("address", "Adresse"), ("institution", "Arbejdsplads, skole eller institution"),
    ])  # fmt: skip
    hidden = wtforms.HiddenField(validators=[wtforms.validators.Length(max=1)])

    def said(self, party: Any) -> parties.Said:
        """What was typed, as the verb wants it; a hidden field that was left empty keeps what stands."""
        values = self.values()
        chosen = values.pop("erase") or []
        was_hidden = values.pop("hidden") == "1"
        for name in HIDDEN_FIELDS:
            standing = getattr(party, name) if party else None
            values[name] = protection.kept(values[name], standing, was_hidden and name not in chosen)
        return parties.Said(**{name: values[name] for name in parties.Said._fields})

    def standing(self, theirs: Any) -> dict[str, Any]:
        """What stands there now; what is protected is not told by a conflict either."""
        values = super().standing(theirs)
        is_masked = protection.masked(theirs.case)
        return values | {name: protection.told(values[name], is_masked) for name in HIDDEN_FIELDS}


class NewPartyForm(PartyForm):
    """Someone who is not named yet."""

    role = forms.choice("Hvem er det?", ADDED_HERE, "Vælg, hvem det er.")

    def said(self, party: Any) -> parties.Said:
        """As above; nothing stands yet."""
        return super().said(None)


class TakeOutForm(forms.Form):
    """Why someone is taken out."""

    reason = forms.line("Hvorfor tages personen ud?", "Skriv, hvorfor personen tages ud.")


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/personer")
@asks(Action.CASE_READ, on=Case)
def index(ref: str) -> Response:
    """Everyone named in the case; what is protected is hidden."""
    case = cases.opened(actor(), ref, "party:list")
    return render.page(PAGE, "sager", **_context(case), reveal_form=forms.blank(forms.RevealForm))


@bp.post("/sager/<ref>/personer")
@asks(Action.CASE_REVEAL, on=Case)
def reveal(ref: str) -> Response:
    """Show what is protected, in this answer alone; the reason is written down."""
    case = cases.opened(actor(), ref, "party:list", Action.CASE_REVEAL)
    context = _context(case)
    form = forms.read(forms.RevealForm, PAGE, "sager", name="reveal_form", **context)
    is_shown = protection.reveal(actor(), case, form.reason.data, form.sent_key)
    context["is_masked"] = case.bar.is_masked and not is_shown
    return render.page(PAGE, "sager", **context, reveal_form=forms.blank(forms.RevealForm))


# ── one person ──────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/personer/ny")
@asks(Action.CASE_WORK, on=Case)
def new(ref: str) -> Response:
    """The form of someone who is not named yet."""
    case = cases.opened(actor(), ref, "party:list", Action.CASE_WORK)
    form = forms.blank(NewPartyForm, role=PartyRole.of_slug(request.args.get("rolle")), protection="")
    forms.fill(form, {"role": _roles(case, form.role.data)})
    return render.page(EDIT, "sager", form=form, **_about(case, "Ny person", None))


@bp.post("/sager/<ref>/personer/ny")
@asks(Action.CASE_WORK, on=Case)
def add(ref: str) -> Response:
    """Name someone."""
    case = cases.opened(actor(), ref, "party:list", Action.CASE_WORK)
    form = forms.read(NewPartyForm, EDIT, "sager", **_about(case, "Ny person", None))
    parties.add(actor(), case, form.role.data, form.said(None), key=form.sent_key)
    return _back(ref, "Personen er gemt.")


@bp.get("/sager/<ref>/personer/<party_ref>")
@asks(Action.CASE_WORK, on=Case)
def edit(ref: str, party_ref: str) -> Response:
    """What is known of someone, to be changed; what is protected is not in its field."""
    case, party = _party(ref, party_ref)
    form = forms.blank(PartyForm, version=str(party.version), **_standing(party, case.bar.is_masked))
    return render.page(EDIT, "sager", form=form, **_about(case, "Ret personoplysninger", party))


@bp.post("/sager/<ref>/personer/<party_ref>")
@asks(Action.CASE_WORK, on=Case)
def describe(ref: str, party_ref: str) -> Response:
    """Save it over the version that was seen."""
    case, party = _party(ref, party_ref)
    form = forms.read(PartyForm, EDIT, "sager", **_about(case, "Ret personoplysninger", party))
    parties.describe(actor(), case, party, form.said(party), form.seen_version)
    return _back(ref, "Oplysningerne er gemt.")


@bp.post("/sager/<ref>/personer/<party_ref>/tag-ud")
@asks(Action.CASE_WORK, on=Case)
def take_out(ref: str, party_ref: str) -> Response:
    """Take someone out of the case."""
    case, party = _party(ref, party_ref)
    context = _about(case, "Ret personoplysninger", party)
    context["party_form"] = forms.blank(
        PartyForm, version=str(party.version), **_standing(party, case.bar.is_masked)
    )  # fmt: skip
    form = forms.read(TakeOutForm, EDIT, "sager", name="out_form", **context)
    parties.take_out(actor(), case, party, form.reason.data, form.seen_version)
    return _back(ref, "Personen er taget ud af sagen.")


def _roles(case: Any, asked_for: str) -> Iterable[PartyRole]:
    """Who can be named in one form; the exposed person in a perpetrator's case has one without their whereabouts."""
    alone = (PartyRole.OPPOSING,) if case.citizen_role == CitizenRole.PERPETRATOR else ()
    return alone if asked_for in alone else [role for role in ADDED_HERE if role not in alone]


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _party(ref: str, party_ref: str) -> tuple[Any, Any]:
    case = cases.opened(actor(), ref, "party:list", Action.CASE_WORK)
    return case, parties.get(actor(), case, party_ref)


def _standing(party: Any, is_masked: bool) -> dict[str, Any]:
    shown = {name: protection.visible(getattr(party, name), is_masked) for name in HIDDEN_FIELDS}
    return shown | {
        "name": party.name, "relation_text": party.relation_text, "born": party.born,
        "protection": party.protection or "", "protection_until": party.protection_until,
        "hidden": "1" if is_masked else "",
    }  # fmt: skip


def _context(case: Any) -> dict[str, Any]:
    return {
        "parties": parties.of_case(actor(), case), "is_masked": case.bar.is_masked,
        "needs_decision": parties.needs_decision, "case": case, "heading": "Personoplysninger", "tab": "sikkerhed",
    }  # fmt: skip


def _about(case: Any, heading: str, party: Any) -> dict[str, Any]:
    can_go = party is not None and party.role != PartyRole.CITIZEN
    out_form = forms.blank(TakeOutForm, version=str(party.version)) if can_go else None
    return {
        "case": case, "heading": heading, "party": party, "out_form": out_form, "party_form": None, "tab": "sikkerhed",
    }  # fmt: skip


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("parties.index", ref=ref), said=said)
