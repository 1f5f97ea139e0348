"""Sikkerhed: safe contact, the safety assessment, warnings to staff, and the safety plan by area."""

from datetime import date
from typing import Any, cast

import wtforms
from flask import Blueprint, Response, url_for

from .. import clock
from ..domain import cases, safety
from ..domain.safety import items, safe_contact, warning_notes
from ..domain.safety.safe_contact import Agreed
from ..kinds import SafetyArea, SafetyStatus
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("safety", __name__)
PAGE, CONTACT, ITEM, WARNING = (f"safety/{page}.html" for page in ("show", "contact", "item", "warning"))
SHORT, REVIEW = 2_000, "Skriv, hvornår advarslen skal gennemgås, fx 19.5.2027. Højst et år fremme."


class ContactForm(forms.Form):
    """How, when, what never, and the reminder agreed with the citizen."""

    safe_contact = forms.text("Hvordan er det sikkert at kontakte borgeren?", longest=SHORT)
    safe_when = forms.text("Hvornår?", longest=SHORT)
    safe_never = forms.text("Hvad må I aldrig?", longest=SHORT)
    safe_reminder = forms.text("Hvordan husker borgeren det, I har aftalt?", longest=SHORT)

    def agreed(self) -> Agreed:
        """What was typed, as the verb wants it."""
        said = self.values()
        return Agreed(said["safe_contact"], said["safe_when"], said["safe_never"], said["safe_reminder"])


class ItemForm(forms.Form):
    """A point of the plan."""

    area = forms.choice("Område", SafetyArea, "Vælg et område.")
    text = forms.text("Hvad aftaler I?", "Skriv, hvad I aftaler.", SHORT)
    who = forms.line("Hvem gør det?")
    due_on = forms.DateField("Hvornår?")
    status = forms.choice("Hvor langt er det?", SafetyStatus, "Vælg, hvor langt det er.", "planned")

    def point(self) -> items.Point:
        """What was typed, as the verb wants it."""
        return items.Point(
            self.area.data, self.text.data, self.who.data or None, self.due_on.data,
            self.status.data,
        )  # fmt: skip


class SuggestionForm(forms.Form):
    """Which suggestion becomes a point."""

    suggestion = wtforms.HiddenField(validators=[wtforms.validators.InputRequired(), wtforms.validators.Length(max=60)])


class WarningForm(forms.Form):
    """A warning, and when it is looked at again."""

    text = forms.text("Hvad skal kolleger vide, før de møder parterne?", "Skriv, hvad kolleger skal vide.", SHORT)
    review_on = forms.DateField("Hvornår skal advarslen gennemgås?", REVIEW)


class EndForm(forms.Form):
    """Why a warning no longer holds."""

    end_reason = forms.text("Hvorfor gælder advarslen ikke længere?", "Skriv, hvorfor den ikke længere gælder.", SHORT)


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/sikkerhed")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The plan and all that stands above it."""
    case = cases.opened(actor(), ref, "safety:list")
    return render.page(PAGE, "sager", key=forms.new_key(), **_context(case))


# ── safe contact ────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/sikkerhed/kontakt")
@asks(Action.CASE_WORK, on=Case)
def contact_form(ref: str) -> Response:
    """How the citizen may be contacted, to be changed."""
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    standing = {name: getattr(case, name) for name in Agreed().columns()}
    form = forms.blank(ContactForm, version=str(case.version), **standing)
    return render.page(CONTACT, "sager", form=form, **_about(case, "Sikker kontakt"))


@bp.post("/sager/<ref>/sikkerhed/kontakt")
@asks(Action.CASE_WORK, on=Case)
def agree(ref: str) -> Response:
    """Save it."""
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    form = forms.read(ContactForm, CONTACT, "sager", **_about(case, "Sikker kontakt"))
    safe_contact.agree(actor(), case, form.agreed(), form.seen_version)
    return _back(ref, "Sikker kontakt er gemt.")


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/sikkerhed/punkt/nyt/<area>")
@asks(Action.CASE_WORK, on=Case)
def new_item(ref: str, area: str) -> Response:
    """The form of a new point in an area."""
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    form = forms.blank(ItemForm, area=SafetyArea.of_slug(area), status=SafetyStatus.PLANNED)
    return render.page(ITEM, "sager", form=form, item=None, **_about(case, "Nyt punkt i sikkerhedsplanen"))


@bp.post("/sager/<ref>/sikkerhed/punkt")
@asks(Action.CASE_WORK, on=Case)
def add_item(ref: str) -> Response:
    """Add a point; the date that was understood is said back."""
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    form = forms.read(ItemForm, ITEM, "sager", item=None, **_about(case, "Nyt punkt i sikkerhedsplanen"))
    item = items.add(actor(), case, form.point(), key=form.sent_key)
    return _back(ref, f"Punktet er føjet til planen{_on(item.due_on)}.")


@bp.post("/sager/<ref>/sikkerhed/forslag")
@asks(Action.CASE_WORK, on=Case)
def add_suggested(ref: str) -> Response:
    """Take over a suggestion."""
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    form = forms.read(SuggestionForm, PAGE, "sager", name="suggestion_form", late=lambda: _late(case), case=case)
    items.add_suggested(actor(), case, form.suggestion.data, form.sent_key)
    return _back(ref, "Forslaget er føjet til planen. Ret det, så det passer til borgeren.")


@bp.get("/sager/<ref>/sikkerhed/punkt/<item_ref>")
@asks(Action.CASE_WORK, on=Case)
def item_form(ref: str, item_ref: str) -> Response:
    """A point, to be changed."""
    case, item = _item(ref, item_ref)
    form = forms.blank(
        ItemForm, area=item.area, text=item.text, who=item.who, due_on=item.due_on, status=item.status,
        version=str(item.version),
    )  # fmt: skip
    return render.page(ITEM, "sager", form=form, item=item, **_about(case, "Punkt i sikkerhedsplanen"))


@bp.post("/sager/<ref>/sikkerhed/punkt/<item_ref>")
@asks(Action.CASE_WORK, on=Case)
def describe_item(ref: str, item_ref: str) -> Response:
    """Save a point over the version that was seen."""
    case, item = _item(ref, item_ref)
    form = forms.read(ItemForm, ITEM, "sager", item=item, **_about(case, "Punkt i sikkerhedsplanen"))
    described = items.describe(actor(), case, item, form.point(), form.seen_version)
    return _back(ref, f"Punktet er gemt{_on(described.due_on)}.")


@bp.post("/sager/<ref>/sikkerhed/punkt/<item_ref>/opgave")
@asks(Action.TASK_CREATE, on=Case)
def make_task(ref: str, item_ref: str) -> Response:
    """Put a point on the board."""
    case, item = _item(ref, item_ref)
    form = forms.read(forms.Form, PAGE, "sager", name="suggestion_form", late=lambda: _late(case), case=case)
    task = items.make_task(actor(), case, item, key=form.sent_key)
    return render.changed(instead=url_for("tasks.show", ref=task.ref), said="Punktet er nu en opgave på tavlen.")


# ── warnings ────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/sikkerhed/advarsel/ny")
@asks(Action.CASE_WORK, on=Case)
def new_warning(ref: str) -> Response:
    """The form of a new warning."""
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    return render.page(WARNING, "sager", form=forms.blank(WarningForm), **_warned(case, None))


@bp.post("/sager/<ref>/sikkerhed/advarsel")
@asks(Action.CASE_WORK, on=Case)
def warn(ref: str) -> Response:
    """Warn colleagues; the review date is said back."""
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    form = forms.read(WarningForm, WARNING, "sager", **_warned(case, None))
    note = warning_notes.write(actor(), case, form.text.data, cast(date, form.review_on.data), key=form.sent_key)
    return _back(ref, f"Advarslen er gemt og skal gennemgås {clock.long_date_with_year(note.review_on)}.")


@bp.get("/sager/<ref>/sikkerhed/advarsel/<warning_ref>")
@asks(Action.CASE_WORK, on=Case)
def warning(ref: str, warning_ref: str) -> Response:
    """A warning, to be looked at again."""
    case, note = _note(ref, warning_ref)
    form = forms.blank(WarningForm, text=note.text, review_on=note.review_on, version=str(note.version))
    return render.page(WARNING, "sager", form=form, **_warned(case, note))


@bp.post("/sager/<ref>/sikkerhed/advarsel/<warning_ref>")
@asks(Action.CASE_WORK, on=Case)
def review(ref: str, warning_ref: str) -> Response:
    """Say that it still holds, and when it is looked at next."""
    case, note = _note(ref, warning_ref)
    form = forms.read(WarningForm, WARNING, "sager", **_warned(case, note))
    day = cast(date, form.review_on.data)
    warning_notes.review(actor(), case, note, form.text.data, day, form.seen_version)
    return _back(ref, f"Advarslen er gemt og skal gennemgås {clock.long_date_with_year(day)}.")


@bp.post("/sager/<ref>/sikkerhed/advarsel/<warning_ref>/ophaev")
@asks(Action.CASE_WORK, on=Case)
def end_warning(ref: str, warning_ref: str) -> Response:
    """End a warning."""
    case, note = _note(ref, warning_ref)
    standing = {"text": note.text, "review_on": note.review_on, "version": str(note.version)}
    context = _warned(case, note) | {"review_form": forms.blank(WarningForm, **standing)}
    form = forms.read(EndForm, WARNING, "sager", name="end_form", **context)
    warning_notes.end(actor(), case, note, form.end_reason.data, form.seen_version)
    return _back(ref, "Advarslen er ophævet.")


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _context(case: Any) -> dict[str, Any]:
    return {
        "page": safety.of_case(actor(), case), "must_be_reviewed": safety.must_be_reviewed,
        **_about(case, "Sikkerhed"),
    }  # fmt: skip


def _late(case: Any) -> dict[str, Any]:
    return _context(case) | {"key": forms.new_key()}


def _warned(case: Any, note: Any) -> dict[str, Any]:
    latest = clock.months_later(clock.today(), 12)
    end_form = forms.blank(EndForm, version=str(note.version)) if note else None
    heading = "Advarsel til kolleger" if note else "Ny advarsel til kolleger"
    return {"note": note, "latest": latest, "review_form": None, "end_form": end_form, **_about(case, heading)}


def _item(ref: str, item_ref: str) -> tuple[Any, Any]:
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    return case, items.get(actor(), case, item_ref)


def _note(ref: str, warning_ref: str) -> tuple[Any, Any]:
    case = cases.opened(actor(), ref, "safety:list", Action.CASE_WORK)
    return case, warning_notes.get(actor(), case, warning_ref)


def _on(day: date | None) -> str:
    return f" med datoen {clock.long_date_with_year(day)}" if day else ""


def _about(case: Any, heading: str) -> dict[str, Any]:
    return {"case": case, "heading": heading, "tab": "sikkerhed"}


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("safety.show", ref=ref), said=said)
