"""Administration of task templates: each with its form, an example of what it comes to, and its editions."""

from typing import Any

import wtforms
from flask import Blueprint, url_for

from .. import content
from ..domain import editions, task_templates
from ..kinds import Box, CitizenRole
from ..policy import Action
from . import forms
from .admin import EditionForm, RestoreForm
from .form_pages import Ask, Pages, Sent, Words, back
from .guard import actor

bp = Blueprint("admin_tasks", __name__)
pages = Pages(bp, back="admin_tasks.edit", section="administration")
ONE = "/administration/opgaver/<template_id>"


class TemplateForm(EditionForm):
    """What a new case gets to do."""

    title = forms.line("Titel", "Skriv titlen.", task_templates.LONGEST_TITLE)
    why = forms.text("Hvorfor", "Skriv hvorfor, i en eller to sætninger.", 600)
    box = forms.choice("Kolonne på tavlen", Box, "Vælg en kolonne.")
    roles = forms.many("Hvilke sager får den?", CitizenRole)
    within = wtforms.IntegerField(
        "Frist i arbejdsdage", [wtforms.validators.InputRequired("Skriv et tal, 0 er samme dag.")]
    )
    must = wtforms.BooleanField("Skal gøres: kan kun udskydes med en begrundelse")
    if_children = wtforms.BooleanField("Kun når der er børn")


@pages.page("/administration/opgaver", Action.CONTENT_MANAGE, "admin/tasks.html", personal=False)
def index() -> Words:
    """Every template, by the board's columns, and those out of use."""
    return {"templates": task_templates.everyone(actor()), "out_of_use": task_templates.out_of_use(actor())}


@pages.form("/administration/opgaver/ny", Action.CONTENT_MANAGE, "admin/task_new.html", personal=False)
def add() -> Sent:
    """Add a task of the municipality's own."""
    form = yield Ask(TemplateForm, "template_form")
    task_templates.add(actor(), form.values(), key=form.sent_key)
    return back("admin_tasks.index", "Opgaven er tilføjet. Nye sager får den.")


@pages.page(ONE, Action.CONTENT_MANAGE, "admin/task.html", personal=False)
def edit(template_id: str) -> Words:
    """One template, to be changed, and its editions."""
    task_templates.refuse_unknown(template_id)
    version, entry = editions.shown(task_templates.KIND, template_id), content.workflow().get(template_id)
    return {
        "entry": entry, "template_id": template_id, "name": content.task_title(template_id), "preview": None,
        "is_kept": bool(entry and task_templates.is_kept(entry)), "template_form": _filled(version, entry),
        "version": version, "versions": task_templates.history(actor(), template_id),
        "restore_at": url_for("admin_tasks.restore", template_id=template_id),
    }  # fmt: skip


@pages.post(ONE, Action.CONTENT_MANAGE, personal=False)
def change(template_id: str) -> Sent:
    """Change a template."""
    task_templates.get(actor(), template_id)
    form = yield Ask(TemplateForm, "template_form", on=edit)
    task_templates.change(actor(), template_id, form.values(), form.seen_version)
    return "Opgaven er gemt. Nye sager får den sådan; sager, der har den, beholder deres."


@pages.post(f"{ONE}/eksempel", Action.CONTENT_MANAGE, personal=False)
def preview(template_id: str) -> Sent:
    """What a case reported today would get, if it stood as typed; nothing is saved."""
    task_templates.get(actor(), template_id)
    form = yield Ask(TemplateForm, "template_form", on=edit)
    plan = task_templates.preview(actor(), template_id, form.values())
    return edit.shown(edit.words((), {"template_id": template_id}) | {"template_form": form, "preview": plan})


@pages.post(f"{ONE}/tag-ud", Action.CONTENT_MANAGE, personal=False)
def retire(template_id: str) -> Sent:
    """Take a template out of use."""
    task_templates.get(actor(), template_id)
    form = yield Ask(EditionForm, on=edit)
    task_templates.retire(actor(), template_id, form.seen_version)
    return back("admin_tasks.index", "Nye sager får ikke opgaven mere.")


@pages.post(f"{ONE}/gendan", Action.CONTENT_MANAGE, personal=False)
def restore(template_id: str) -> Sent:
    """Let an earlier edition hold again."""
    task_templates.refuse_unknown(template_id)
    form = yield Ask(RestoreForm, on=edit)
    task_templates.restore(actor(), template_id, int(form.number.data), form.seen_version)
    return "Udgaven er gendannet."


def _filled(version: int, template: Any) -> TemplateForm:
    typed = TemplateForm.as_typed(editions.plain(template)) if template else {}
    fields = {name: typed[name] for name in ("title", "why", "box", "within", "must", "if_children") if name in typed}
    roles = list(template.roles) if template else []
    return forms.blank(TemplateForm, version=str(version), roles=roles, **fields)
