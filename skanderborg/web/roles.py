"""Rollefordeling: who does what in a case."""

from typing import Any

from flask import Blueprint, Response, url_for

from ..domain import cases, roles
from ..kinds import RoleSide
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("roles", __name__)
PAGE = "roles/show.html"


class RoleForm(forms.Form):
    """Who, what they do, and how they are reached."""

    side = forms.choice("Hvor hører de til?", RoleSide, "Vælg, om det er i eller uden for kommunen.")
    who = forms.line("Hvem?", "Skriv hvem, fx «Politiet, Skanderborg» eller «Skolens SSP-kontakt».")
    does = forms.text("Hvad gør de?", "Skriv, hvad de gør eller har ansvar for.", 2_000)
    contact = forms.line("Hvordan får I fat i dem?")
    since_on = forms.DateField("Med siden")

    @property
    def share(self) -> roles.Share:
        """What was typed."""
        values = self.values()
        return roles.Share(values["side"], values["who"], values["does"], values["contact"], values["since_on"])


@bp.get("/sager/<ref>/roller")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """Who does what."""
    return render.page(PAGE, "sager", **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/roller")
@asks(Action.CASE_WORK, on=Case)
def add(ref: str) -> Response:
    """One more who does something."""
    context = _context(ref, Action.CASE_WORK)
    form = forms.read(RoleForm, PAGE, "sager", name="role_form", **context)
    roles.add(actor(), context["case"], form.share, key=form.sent_key)
    return _back(ref, "Rollen er skrevet ned.")


@bp.get("/sager/<ref>/roller/<role_ref>")
@asks(Action.CASE_WORK, on=Case)
def edit(ref: str, role_ref: str) -> Response:
    """One row, to be changed."""
    case = cases.opened(actor(), ref, "role:list", Action.CASE_WORK)
    row = roles.get(actor(), case, role_ref)
    return render.page("roles/edit.html", "sager", **_one(case, row), **_edited(row))


@bp.post("/sager/<ref>/roller/<role_ref>")
@asks(Action.CASE_WORK, on=Case)
def rewrite(ref: str, role_ref: str) -> Response:
    """Change one row."""
    case = cases.opened(actor(), ref, "role:list", Action.CASE_WORK)
    row = roles.get(actor(), case, role_ref)
    form = forms.read(RoleForm, "roles/edit.html", "sager", name="role_form", **_one(case, row))
    roles.rewrite(actor(), row, form.share, form.seen_version)
    return _back(ref, "Rollen er ændret.")


@bp.post("/sager/<ref>/roller/<role_ref>/afslut")
@asks(Action.CASE_WORK, on=Case)
def end(ref: str, role_ref: str) -> Response:
    """Take one row out."""
    case = cases.opened(actor(), ref, "role:list", Action.CASE_WORK)
    row = roles.get(actor(), case, role_ref)
    form = forms.read(forms.Form, "roles/edit.html", "sager", name="plain_form", late=lambda: _edited(row),
                      **_one(case, row))  # fmt: skip
    roles.end(actor(), row, form.seen_version)
    return _back(ref, "Rollen er taget ud.")


def _edited(row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in roles.Share._fields}
    return {"role_form": forms.blank(RoleForm, version=row.version, **values)}


def _one(case: Case, row: Any) -> dict[str, Any]:
    return {"case": case, "row": row, "heading": "Ret rolle", "tab": "roller"}


def _context(ref: str, action: Action) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "role:list", action)
    return {
        "case": case,
        "rows": roles.of_case(actor(), case),
        "role_form": forms.blank(RoleForm),
        "heading": "Rollefordeling",
        "tab": "roller",
    }


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("roles.show", ref=ref), said=said)
