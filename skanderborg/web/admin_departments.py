"""Administration of departments: name, who leads, § 115, in use or not."""

from typing import Any

import wtforms
from flask import Blueprint, Response, url_for

from ..domain import departments, people
from ..policy import Action
from . import forms, render
from .admin import RestoreForm as EditionRestoreForm
from .guard import actor, asks

bp = Blueprint("admin_departments", __name__)
EDIT, SECTION = "admin/department.html", "administration"


class DepartmentForm(forms.Form):
    """What a department is."""

    name = forms.line("Navn", "Skriv afdelingens navn.", 120)
    manager = forms.select("Leder")
    substitute = forms.select("Lederens stedfortræder")
    is_115_forum = wtforms.BooleanField("Forum efter retsplejelovens § 115 (SSP, PSP eller KSP)")


class RestoreForm(forms.Form):
    """Which edition shall hold again."""

    number = EditionRestoreForm.number


@bp.get("/administration/afdelinger")
@asks(Action.CONTENT_MANAGE, personal=False)
def index() -> Response:
    """Every department, out of use too."""
    return render.page("admin/departments.html", SECTION, departments=departments.every(actor()))


@bp.get("/administration/afdelinger/<department_ref>")
@asks(Action.CONTENT_MANAGE, personal=False)
def edit(department_ref: str) -> Response:
    """One department, to be changed, and its editions."""
    return render.page(EDIT, SECTION, **_one(department_ref))


@bp.post("/administration/afdelinger/<department_ref>")
@asks(Action.CONTENT_MANAGE, personal=False)
def change(department_ref: str) -> Response:
    """Change a department."""
    department = departments.get(actor(), department_ref)
    form = forms.read(
        DepartmentForm, EDIT, SECTION, name="department_form", choices=_choices(), late=lambda: _one(department_ref)
    )
    manager, substitute = (people.get(one) if one else None for one in (form.manager.data, form.substitute.data))
    wanted = departments.Wanted(form.name.data, manager, substitute, form.is_115_forum.data)
    departments.change(actor(), department, wanted, form.seen_version)
    return _back(department_ref, "Afdelingen er gemt.")


@bp.post("/administration/afdelinger/<department_ref>/tag-ud")
@asks(Action.CONTENT_MANAGE, personal=False)
def retire(department_ref: str) -> Response:
    """Take a department out of use."""
    department = departments.get(actor(), department_ref)
    form = forms.read(forms.Form, EDIT, SECTION, name="plain_form", late=lambda: _one(department_ref))
    departments.retire(actor(), department, form.seen_version)
    return _back(department_ref, "Afdelingen bruges ikke mere.")


@bp.post("/administration/afdelinger/<department_ref>/tag-i-brug")
@asks(Action.CONTENT_MANAGE, personal=False)
def bring_back(department_ref: str) -> Response:
    """Take a department into use again."""
    department = departments.get(actor(), department_ref)
    form = forms.read(forms.Form, EDIT, SECTION, name="plain_form", late=lambda: _one(department_ref))
    departments.bring_back(actor(), department, form.seen_version)
    return _back(department_ref, "Afdelingen er i brug igen.")


@bp.post("/administration/afdelinger/<department_ref>/gendan")
@asks(Action.CONTENT_MANAGE, personal=False)
def restore(department_ref: str) -> Response:
    """Let an earlier edition hold again."""
    department = departments.get(actor(), department_ref)
    form = forms.read(RestoreForm, EDIT, SECTION, name="plain_form", late=lambda: _one(department_ref))
    departments.restore(actor(), department, int(form.number.data), form.seen_version)
    return _back(department_ref, "Udgaven er gendannet.")


def _choices() -> forms.Choices:
    everyone = [("", "Ingen"), *people.choices()]
    return {"manager": everyone, "substitute": everyone}


def _one(ref: str) -> dict[str, Any]:
    row = departments.get(actor(), ref)
    values = {"name": row.name, "manager": row.manager_id or "", "substitute": row.substitute_id or ""}
    return {
        "department": row,
        "department_form": forms.blank(
            DepartmentForm, _choices(), version=str(row.version), is_115_forum=row.is_115_forum, **values
        ),
        "version": row.version,
        "versions": departments.history(actor(), row),
        "restore_at": url_for("admin_departments.restore", department_ref=ref),
    }


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("admin_departments.edit", department_ref=ref), said=said)
