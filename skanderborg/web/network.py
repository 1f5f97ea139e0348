"""The network of a case: persons, places that are instructed, and a sheet of advice to print."""

from typing import Any

import wtforms
from flask import Blueprint, Response, url_for

from ..domain import cases, children, network, protection
from ..domain.tasks.instructing import INSTRUCTION
from ..kinds import Answer, InstitutionKind, MayKnow
from ..policy import Action
from ..store.cases import Case
from . import forms, render, revealing
from .guard import actor, asks

bp = Blueprint("network", __name__)
bp.add_app_template_global(network.has_unclear_custody, "has_unclear_custody")
PAGE, PERSON, PLACE = "network/show.html", "network/person.html", "network/place.html"


class PersonForm(forms.Form):
    """Someone around the citizen."""

    may_know = forms.choice("Må personen vide det?", MayKnow, "Vælg et svar. «Ikke afklaret» er også et svar.")
    name = forms.line("Navn")
    relation_text = forms.line("Relation til borgeren")
    contact = forms.line("Hvordan får I fat i personen?")
    can_help = forms.text("Hvad kan personen hjælpe med?", longest=2_000)
    told_on = forms.DateField("Orienteret den")
    agreed = forms.text("Hvad er aftalt?", longest=2_000)
    is_witness = wtforms.BooleanField("Kan være vidne")

    def standing(self, theirs: Any) -> dict[str, Any]:
        """Where someone is reached stays hidden while an address is protected."""
        return super().standing(theirs) | _hidden(theirs, "contact")

    def someone(self, case: Case, row: Any = None) -> network.Someone:
        """What was typed; what was hidden and is left empty stays as it is."""
        said = self.values() | {"is_witness": self.is_witness.data}
        return network.Someone(**_kept(case, row, said, "contact"))


class PlaceForm(forms.Form):
    """A school, a daycare or a workplace."""

    kind = forms.choice("Hvad er det for et sted?", InstitutionKind, "Vælg, hvad det er for et sted.")
    name = forms.line("Stedets navn")
    contact = forms.line("Hvem taler I med der?")
    child = forms.select("Hvilket barn handler det om?")
    custody_clear = forms.choice("Er forældremyndighed og samvær afklaret?", Answer, default=Answer.UNKNOWN)
    instruction = forms.text("Hvad er stedet bedt om?", longest=5_000)
    instructed_on = forms.DateField("Instrueret den")
    anyway = wtforms.BooleanField("Stedet er instrueret, selv om forældremyndighed og samvær ikke er afklaret")

    def standing(self, theirs: Any) -> dict[str, Any]:
        """Which place it is stays hidden while an address is protected."""
        return super().standing(theirs) | _hidden(theirs, "name", "contact")

    def place(self, case: Case, row: Any = None) -> network.Place:
        """What was typed; what was hidden and is left empty stays as it is."""
        said = self.values()
        said.pop("anyway")
        return network.Place(**_kept(case, row, said, "name", "contact"))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/netvaerk")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """Who can help, who may know, and which places are instructed."""
    case = cases.opened(actor(), ref, "network:list")
    return render.page(PAGE, "sager", reveal_form=forms.blank(forms.RevealForm), **_shown(case))


@bp.post("/sager/<ref>/netvaerk")
@asks(Action.CASE_REVEAL, on=Case)
def reveal(ref: str) -> Response:
    """Show where people and places are, in this answer alone; the reason is written down."""
    case = cases.opened(actor(), ref, "network:list", Action.CASE_REVEAL)
    form = forms.read(forms.RevealForm, PAGE, "sager", name="reveal_form", **_shown(case))
    revealing.reveal(case, form)
    return render.page(PAGE, "sager", reveal_form=forms.blank(forms.RevealForm), **_shown(case))


@bp.get("/sager/<ref>/netvaerk/ark")
@asks(Action.CASE_READ, on=Case)
def sheet(ref: str) -> Response:
    """General advice to hand to the network: no name, no code, no place."""
    return render.page("network/sheet.html", "sager", case=cases.opened(actor(), ref, "network:sheet"))


# ── persons ─────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/netvaerk/person")
@asks(Action.CASE_WORK, on=Case)
def new_person(ref: str) -> Response:
    """The form of one more."""
    case = _opened(ref)
    return render.page(PERSON, "sager", row=None, row_form=forms.blank(PersonForm), **_on(case, "Ny i netværket"))


@bp.post("/sager/<ref>/netvaerk/person")
@asks(Action.CASE_WORK, on=Case)
def add_person(ref: str) -> Response:
    """One more in the network."""
    case = _opened(ref)
    form = forms.read(PersonForm, PERSON, "sager", name="row_form", row=None, **_on(case, "Ny i netværket"))
    network.add_person(actor(), case, form.someone(case), key=form.sent_key)
    return _back(ref, "Personen er skrevet ned.")


@bp.get("/sager/<ref>/netvaerk/person/<person_ref>")
@asks(Action.CASE_WORK, on=Case)
def edit_person(ref: str, person_ref: str) -> Response:
    """One of the network, to be changed."""
    case = _opened(ref)
    row = network.person(actor(), case, person_ref)
    return render.page(PERSON, "sager", row=row, row_form=_filled(PersonForm, case, row), **_on(case, "Ret person"))


@bp.post("/sager/<ref>/netvaerk/person/<person_ref>")
@asks(Action.CASE_WORK, on=Case)
def change_person(ref: str, person_ref: str) -> Response:
    """Change one of the network."""
    case = _opened(ref)
    row = network.person(actor(), case, person_ref)
    form = forms.read(PersonForm, PERSON, "sager", name="row_form", row=row, **_on(case, "Ret person"))
    network.change_person(actor(), row, form.someone(case, row), form.seen_version)
    return _back(ref, "Oplysningerne er ændret.")


@bp.post("/sager/<ref>/netvaerk/person/<person_ref>/tag-ud")
@asks(Action.CASE_WORK, on=Case)
def take_person_out(ref: str, person_ref: str) -> Response:
    """Take someone out."""
    case = _opened(ref)
    row = network.person(actor(), case, person_ref)
    shown: dict[str, Any] = {"row": row, "late": lambda: {"row_form": _filled(PersonForm, case, row)}}
    form = forms.read(forms.Form, PERSON, "sager", **shown, **_on(case, "Ret person"))
    network.take_out(actor(), row, form.seen_version)
    return _back(ref, "Personen er fjernet fra netværket.")


# ── places ──────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/netvaerk/sted")
@asks(Action.CASE_WORK, on=Case)
def new_place(ref: str) -> Response:
    """The form of one more."""
    case = _opened(ref)
    return render.page(
        PLACE, "sager", row=None, row_form=forms.blank(PlaceForm, _choices(case)), **_on(case, "Nyt sted")
    )


@bp.post("/sager/<ref>/netvaerk/sted")
@asks(Action.CASE_WORK, on=Case)
def add_place(ref: str) -> Response:
    """One more place."""
    case = _opened(ref)
    form = forms.read(
        PlaceForm, PLACE, "sager", choices=_choices(case), name="row_form", row=None, **_on(case, "Nyt sted")
    )
    network.add_place(actor(), case, form.place(case), form.anyway.data, key=form.sent_key)
    return _back(ref, "Stedet er skrevet ned.")


@bp.get("/sager/<ref>/netvaerk/sted/<place_ref>")
@asks(Action.CASE_WORK, on=Case)
def edit_place(ref: str, place_ref: str) -> Response:
    """One place, to be changed."""
    case = _opened(ref)
    row = network.place(actor(), case, place_ref)
    form = _filled(PlaceForm, case, row, _choices(case), child=row.child_id)
    return render.page(PLACE, "sager", row=row, row_form=form, **_on(case, "Ret sted"))


@bp.post("/sager/<ref>/netvaerk/sted/<place_ref>")
@asks(Action.CASE_WORK, on=Case)
def change_place(ref: str, place_ref: str) -> Response:
    """Change one place."""
    case = _opened(ref)
    row = network.place(actor(), case, place_ref)
    form = forms.read(
        PlaceForm, PLACE, "sager", choices=_choices(case), name="row_form", row=row, **_on(case, "Ret sted")
    )
    network.change_place(actor(), row, form.place(case, row), form.seen_version, form.anyway.data)
    return _back(ref, "Oplysningerne er ændret.")


@bp.post("/sager/<ref>/netvaerk/sted/<place_ref>/tag-ud")
@asks(Action.CASE_WORK, on=Case)
def take_place_out(ref: str, place_ref: str) -> Response:
    """Take a place out."""
    case = _opened(ref)
    row = network.place(actor(), case, place_ref)
    shown: dict[str, Any] = {
        "row": row,
        "late": lambda: {"row_form": _filled(PlaceForm, case, row, _choices(case), child=row.child_id)},
    }
    form = forms.read(forms.Form, PLACE, "sager", **shown, **_on(case, "Ret sted"))
    network.take_out(actor(), row, form.seen_version)
    return _back(ref, "Stedet er fjernet fra netværket.")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _opened(ref: str) -> Case:
    return cases.opened(actor(), ref, "network:list", Action.CASE_WORK)


def _shown(case: Case) -> dict[str, Any]:
    rows = {"persons": network.persons(actor(), case), "places": network.places(actor(), case)}
    return rows | _on(case, "Netværk")


def _on(case: Case, heading: str) -> dict[str, Any]:
    return {
        "case": case,
        "heading": heading,
        "tab": "netvaerk",
        "custody": network.CUSTODY,
        "proposed": INSTRUCTION,
    }


def _choices(case: Case) -> forms.Choices:
    named = [(child.ref, child.name or "Barn uden navn") for child in children.of_case(actor(), case)]
    return {"child": [("", "Intet bestemt barn"), *named]}


def _filled(
    kind: type[forms.FormType], case: Case, row: Any, choices: forms.Choices | None = None, **more: Any
) -> forms.FormType:
    """The form with what stands there, but for what is hidden."""
    names = [field.name for field in kind() if field.name in row._meta.fields and field.name not in ("version", *more)]
    table, is_masked = row._meta.table_name, case.bar.is_masked
    known = {
        name: protection.visible(getattr(row, name), is_masked) if protection.hides(table, name) else getattr(row, name)
        for name in names
    }
    return forms.blank(kind, choices, version=row.version, **known, **more)


def _kept(case: Case, row: Any, said: dict[str, Any], *hidden: str) -> dict[str, Any]:
    if row is None:
        return said
    return said | {name: protection.kept(said[name], getattr(row, name), case.bar.is_masked) for name in hidden}


def _hidden(theirs: Any, *names: str) -> dict[str, Any]:
    is_masked = protection.masked(theirs.case)
    return {name: protection.told(getattr(theirs, name), is_masked) for name in names}


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("network.show", ref=ref), said=said)
