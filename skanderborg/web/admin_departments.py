"""Administration of departments: name, who leads, § 115, in use or not."""

import wtforms
from flask import Blueprint, url_for

from ..domain import departments, people
from ..policy import Action
from . import forms
from .admin import RestoreForm as EditionRestoreForm
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("admin_departments", __name__)
pages = Pages(bp, back="admin_departments.edit", section="administration")
ONE = "/administration/afdelinger/<department_ref>"


class DepartmentForm(forms.Form):
    """What a department is."""

    name = forms.line("Navn", "Skriv afdelingens navn.", 120)
    manager = forms.select("Leder")
    substitute = forms.select("Lederens stedfortræder")
    is_115_forum = wtforms.BooleanField("Forum efter retsplejelovens § 115 (SSP, PSP eller KSP)")


class RestoreForm(forms.Form):
    """Which edition shall hold again."""

    number = EditionRestoreForm.number


@pages.page("/administration/afdelinger", Action.CONTENT_MANAGE, "admin/departments.html", personal=False)
def index() -> Words:
    """Every department, out of use too."""
    return {"departments": departments.every(actor())}


@pages.page(ONE, Action.CONTENT_MANAGE, "admin/department.html", personal=False)
def edit(department_ref: str) -> Words:
    """One department, to be changed, and its editions."""
    row = departments.get(actor(), department_ref)
    return {
        "department": row,
        "department_form": forms.over(DepartmentForm, row, _choices()),
        "version": row.version,
        "versions": departments.history(actor(), row),
        "restore_at": url_for("admin_departments.restore", department_ref=department_ref),
    }


@pages.post(ONE, Action.CONTENT_MANAGE, personal=False)
def change(department_ref: str) -> Sent:
    """Change a department."""
    department = departments.get(actor(), department_ref)
    form = yield Ask(DepartmentForm, "department_form", on=edit, choices=_choices())
    manager, substitute = (people.get(one) if one else None for one in (form.manager.data, form.substitute.data))
    leads = {"manager": manager, "substitute": substitute}
    departments.change(actor(), department, form.seen_version, **form.values() | leads)
    return "Afdelingen er gemt."


@pages.post(f"{ONE}/tag-ud", Action.CONTENT_MANAGE, personal=False)
def retire(department_ref: str) -> Sent:
    """Take a department out of use."""
    department = departments.get(actor(), department_ref)
    form = yield Ask(forms.Form, on=edit)
    departments.retire(actor(), department, form.seen_version)
    return "Afdelingen bruges ikke mere."


@pages.post(f"{ONE}/tag-i-brug", Action.CONTENT_MANAGE, personal=False)
def bring_back(department_ref: str) -> Sent:
    """Take a department into use again."""
    department = departments.get(actor(), department_ref)
    form = yield Ask(forms.Form, on=edit)
    departments.bring_back(actor(), department, form.seen_version)
    return "Afdelingen er i brug igen."


@pages.post(f"{ONE}/gendan", Action.CONTENT_MANAGE, personal=False)
def restore(department_ref: str) -> Sent:
    """Let an earlier edition hold again."""
    department = departments.get(actor(), department_ref)
    form = yield Ask(RestoreForm, on=edit)
    departments.restore(actor(), department, int(form.number.data), form.seen_version)
    return "Udgaven er gendannet."


def _choices() -> forms.Choices:
    everyone = [("", "Ingen"), *people.choices()]
    return {"manager": everyone, "substitute": everyone}
