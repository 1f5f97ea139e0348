"""Administration: what an administrator looks after, and the days on which the municipality is closed."""

from typing import Any

import wtforms
from flask import Blueprint, current_app, url_for

from .. import clock
from ..danish import dates
from ..domain import closing_days, contacts, health, letters
from ..policy import Action
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("admin", __name__)
pages = Pages(bp, back="admin.closing", section="administration")


class EditionForm(forms.Form):
    """A form over an edition that was seen; what stands there now is a body (domain/editions.py Standing)."""

    def standing(self, theirs: Any, hidden: str = "") -> dict[str, Any]:
        """The fields of the body that this form would change."""
        typed = self.as_typed(theirs.body)
        return {field.name: typed[field.name] for field in self._visible() if field.name in typed}

    @classmethod
    def as_typed(cls, body: dict[str, Any]) -> dict[str, Any]:
        """A body as it would be typed: lists on lines."""
        return {name: "\n".join(value) if isinstance(value, list) else value for name, value in body.items()}


class RestoreForm(EditionForm):
    """Which edition shall hold again."""

    number = wtforms.HiddenField(validators=[wtforms.validators.Regexp(r"^[0-9]{1,6}$", message="Vælg en udgave.")])


class ClosingDaysForm(EditionForm):
    """The days, one on each line."""

    yearly = forms.text("Lukket hvert år", longest=1_000)
    periods = forms.text("Lukkede perioder", longest=3_000)

    @classmethod
    def as_typed(cls, body: dict[str, Any]) -> dict[str, Any]:
        """Periods as they are typed."""
        periods = [tuple(dates.parse_written_date(day) for day in period) for period in body["periods"]]
        return {"yearly": "\n".join(body["yearly"]), "periods": "\n".join(_period(*days) for days in periods)}


@pages.page("/administration", Action.CONTENT_MANAGE, "admin/index.html", personal=False)
def index() -> Words:
    """What there is to look after."""
    everyone = contacts.everyone()
    unchecked = sum(contacts.checked(entry).is_old for entry in everyone)
    return {
        "everyone": len(everyone), "unchecked": unchecked, "disk": health.disk(current_app.config["SKB"]),
        "uncertain": letters.uncertain.count(actor()),
    }  # fmt: skip


@pages.page("/administration/lukkedage", Action.CONTENT_MANAGE, "admin/closing_days.html", personal=False)
def closing() -> Words:
    """The closing days that hold, and every edition of them."""
    now = closing_days.current(actor())
    typed: Words = {
        "yearly": "\n".join(now.yearly),
        "periods": "\n".join(_period(*days) for days in now.periods),
    }
    return {
        "closing_form": forms.blank(ClosingDaysForm, version=str(now.number), **typed),
        "version": now.number,
        "versions": closing_days.history(actor()),
        "restore_at": url_for("admin.restore_closing"),
    }


@pages.post("/administration/lukkedage", Action.CONTENT_MANAGE, personal=False)
def close() -> Sent:
    """Change the closing days."""
    form = yield Ask(ClosingDaysForm, "closing_form", on=closing)
    closing_days.change(actor(), form.yearly.data or "", form.periods.data or "", form.seen_version)
    return "Lukkedagene er gemt og gælder fra nu af."


@pages.post("/administration/lukkedage/gendan", Action.CONTENT_MANAGE, personal=False)
def restore_closing() -> Sent:
    """Let an earlier edition of the closing days hold again."""
    form = yield Ask(RestoreForm, on=closing)
    closing_days.restore(actor(), int(form.number.data), form.seen_version)
    return "Udgaven er gendannet og gælder fra nu af."


def _period(first: Any, last: Any) -> str:
    return clock.numeric_date(first) if first == last else f"{clock.numeric_date(first)}-{clock.numeric_date(last)}"
