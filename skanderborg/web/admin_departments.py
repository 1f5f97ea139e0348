"""Administration of departments: name, who leads, § 115, in use or not."""

import wtforms
from flask import Blueprint, url_for

from ..domain import departments, people
from ..policy import Action
from . import answers, forms
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


class RetireForm(forms.Form):
    """Who takes over what waits there."""

    heir = forms.select("Hvilken afdeling overtager køen?")


class RestoreForm(forms.Form):
    """Which edition shall hold again."""

    number = EditionRestoreForm.number


@pages.page("/administration/afdelinger", Action.CONTENT_MANAGE, "admin/departments.html", personal=False)
def index() -> Words:
    """Every department, out of use too."""
    return {"departments": departments.every(actor())}


@pages.form(
    "/administration/afdelinger/ny", Action.CONTENT_MANAGE, "admin/department_new.html", personal=False, step_up=True
)
def add() -> Sent:
    """Add a department."""
    form = yield Ask(DepartmentForm, "department_form", choices=_choices())
    added = departments.add(actor(), **form.values() | _leads(form))
    there = url_for("admin_departments.edit", department_ref=added.ref)
    return answers.changed(instead=there, said="Afdelingen er tilføjet. Vælg, hvem der arbejder der, under Personer.")


@pages.page(ONE, Action.CONTENT_MANAGE, "admin/department.html", personal=False)
def edit(department_ref: str) -> Words:
    """One department, to be changed, and its editions."""
    row = departments.get(actor(), department_ref)
    return {
        "department": row,
        "department_form": forms.over(DepartmentForm, row, _choices()),
        "retire_form": forms.blank(RetireForm, _heirs(department_ref)),
        "version": row.version,
        "versions": departments.history(actor(), row),
        "restore_at": url_for("admin_departments.restore", department_ref=department_ref),
    }


@pages.post(ONE, Action.CONTENT_MANAGE, personal=False, step_up=True)
def change(department_ref: str) -> Sent:
    """Change a department."""
    department = departments.get(actor(), department_ref)
    form = yield Ask(DepartmentForm, "department_form", on=edit, choices=_choices())
    departments.change(actor(), department, form.seen_version, **form.values() | _leads(form))
    return "Afdelingen er gemt."


@pages.post(f"{ONE}/tag-ud", Action.CONTENT_MANAGE, personal=False)
def retire(department_ref: str) -> Sent:
    """Take a department out of use."""
    department = departments.get(actor(), department_ref)
    form = yield Ask(RetireForm, "retire_form", on=edit, choices=_heirs(department_ref))
    heir = people.department(form.heir.data) if form.heir.data else None
    departments.retire(actor(), department, form.seen_version, heir)
    return "Afdelingen bruges ikke mere. Det, der lå i dens kø, er givet videre."


@pages.post(f"{ONE}/tag-i-brug", Action.CONTENT_MANAGE, personal=False)
def bring_back(department_ref: str) -> Sent:
    """Take a department into use again."""
    department = departments.get(actor(), department_ref)
    form = yield Ask(forms.Form, on=edit)
    departments.bring_back(actor(), department, form.seen_version)
    return "Afdelingen er i brug igen."


@pages.post(f"{ONE}/gendan", Action.CONTENT_MANAGE, personal=False, step_up=True)
def restore(department_ref: str) -> Sent:
    """Let an earlier edition hold again."""
    department = departments.get(actor(), department_ref)
    form = yield Ask(RestoreForm, on=edit)
    departments.restore(actor(), department, int(form.number.data), form.seen_version)
    return "Udgaven er gendannet."


def _leads(form: DepartmentForm) -> Words:
    chosen = {"manager": form.manager.data, "substitute": form.substitute.data}
    return {name: people.get(ref) if ref else None for name, ref in chosen.items()}


def _heirs(department_ref: str) -> forms.Choices:
    others = [(home.ref, home.name) for home in people.departments() if home.ref != department_ref]
    return {"heir": [("", "Køen er tom"), *others]}


def _choices() -> forms.Choices:
    everyone = [("", "Ingen"), *people.choices()]
    return {"manager": everyone, "substitute": everyone}
