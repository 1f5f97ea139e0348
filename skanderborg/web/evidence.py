"""Bilag: files of a case, received, listed, described, and fetched as they came."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import wtforms
from flask import Blueprint, Response, request, url_for
from wtforms import validators

from ..addresses import address_of
from ..domain import cases, evidence, incidents
from ..domain.evidence import changes, scanning, uploads
from ..kinds import IncidentSource, IncidentStatus
from ..policy import Action, may
from ..store.cases import Case
from . import answers, files, forms, revealing
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor, asks

bp = Blueprint("evidence", __name__)
ABOUT: Words = {"tab": "bilag"}
pages = Pages(bp, Case, partial(cases.opened, seen_as="exhibit:list"), back="evidence.show", **ABOUT)
exhibit_pages = Pages(bp, Case, partial(cases.opened, seen_as="exhibit:read"), back="evidence.exhibit", **ABOUT)
SOURCES = [kind for kind in IncidentSource if kind != IncidentSource.IMPORT]
NO_NUMBER = "Skriv nummeret i loggen med tal, fx 12, eller lad feltet stå tomt."
MOST_DIGITS = 6
ABOUT_ONE = re.compile(r"(note|meeting|request):[a-z2-7]{26}\Z")
bp.add_app_template_global(evidence.label, "exhibit_label")
bp.add_app_template_global(evidence.says_otherwise, "exhibit_says_otherwise")
bp.add_app_template_global(evidence.not_shown, "exhibit_not_shown")
bp.add_app_template_global(evidence.thing_of, "exhibit_thing")
bp.add_app_template_global(evidence.named, "exhibits_named")
bp.add_app_template_global(evidence.has_picture, "exhibit_has_picture")
bp.add_app_template_global(scanning.in_words, "exhibit_scanned")
bp.add_app_template_global(uploads.limits, "upload_limits")
bp.add_app_template_filter(uploads.megabytes, "megabytes")


class ExhibitForm(forms.Form):
    """What is said of an exhibit."""

    description = forms.text("Hvad viser filen?", longest=2_000)
    row = forms.line("Hører til nr. i loggen", longest=MOST_DIGITS)
    source = forms.choice("Hvem er den fra?", SOURCES, default=IncidentSource.CITIZEN)
    is_withheld = wtforms.BooleanField("Må ikke udleveres")

    def validate_row(self, field: wtforms.Field) -> None:
        """A row is named by its number."""
        if field.data and not (field.data.isascii() and field.data.isdecimal()):
            raise validators.ValidationError(NO_NUMBER)

    def said(self) -> evidence.FileDetails:
        """What was typed, as the verb wants it."""
        row = int(self.row.data) if self.row.data else None
        return evidence.FileDetails(self.description.data or None, row, self.source.data, self.is_withheld.data)

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """A row stands there by its number."""
        return {"row": _row_said(theirs)}


class UploadForm(ExhibitForm):
    """Files, and what is said of all of them. It also stands on pages with other forms, so its ids are its own."""

    files = wtforms.MultipleFileField("Filer")
    about = wtforms.HiddenField(validators=[validators.Optional(), validators.Regexp(ABOUT_ONE)])
    keep_twins = wtforms.BooleanField("Gem også filer, der allerede ligger på sagen")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = f"fil-{field.name}"

    def said(self) -> evidence.FileDetails:
        """The same, and what the files are about."""
        return super().said()._replace(about=self.about.data or None)


class InfectedForm(forms.Form):
    """Fetch a file in which a virus was found."""

    knows = wtforms.BooleanField(
        "Jeg ved, at filen kan skade min maskine", [validators.InputRequired("Sæt hak, før du henter filen.")]
    )


class StrikeForm(forms.Form):
    """Why an exhibit does not count."""

    reason = forms.line("Hvorfor gælder bilaget ikke?", "Skriv, hvorfor bilaget ikke gælder.", longest=1_000)


def blank_form(wanted: evidence.ExhibitFilter) -> UploadForm:
    """A fresh form for files, of the row of the log or the thing that is looked at; templates/evidence/_upload.html."""
    return forms.blank(UploadForm, row=str(wanted.row or ""), about=wanted.about)


def beside(case: Case, kind: str, refs: list[Any]) -> Words:
    """What a page of notes, a meeting or a request shows of their files, for templates/evidence/_beside.html; who sees
    the thing and not the case's evidence is told nothing."""
    if not refs or not may(actor(), Action.EVIDENCE_READ, case):
        return {"beside": {}}
    return {"beside": evidence.of_things(actor(), case, [f"{kind}:{ref}" for ref in refs])}


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/bilag", Action.EVIDENCE_READ, "evidence/show.html")
def show(case: Case) -> Words:
    """The exhibits of a case, all or those of one row."""
    wanted = _filter(case)
    many, size_bytes = evidence.count(actor(), case)
    return {
        "page": evidence.of_case(actor(), case, wanted, forms.page_number()), "wanted": wanted, "many": many,
        "size_bytes": size_bytes, "kept": [], "refused": [], "upload_form": blank_form(wanted), "heading": "Bilag",
    }  # fmt: skip


@pages.post("/sager/<ref>/bilag", Action.INCIDENT_RECORD)
def receive(case: Case) -> Sent:
    """Keep files, each for itself. A part that is a file lies in an unlinked temporary file while this runs, not in
    memory: Werkzeug's form parser sees to it beyond half a megabyte."""
    form = yield Ask(UploadForm, "upload_form", on=show)
    received = evidence.receive_all(
        actor(), case, given(), form.said(), key=form.sent_key, again=form.keep_twins.data
    )  # fmt: skip
    if received.refused:
        return _some_refused(case, form, received)
    there = url_for("evidence.show", ref=case.ref, nr=form.row.data or None)
    if form.about.data:
        there = address_of(form.about.data, case.ref)
    return answers.changed(instead=there, said=_told(received.kept))


# ── one exhibit ─────────────────────────────────────────────────────────────────────────────────────


@exhibit_pages.page("/sager/<ref>/bilag/<exhibit_ref>", Action.EVIDENCE_READ, "evidence/exhibit.html")
def exhibit(case: Case, exhibit_ref: str) -> Words:
    """One exhibit with its picture, hash and what is said of it."""
    row = evidence.one(actor(), case, exhibit_ref)
    return {
        "exhibit": row, "exhibit_form": forms.over(ExhibitForm, row), "strike_form": forms.blank(StrikeForm),
        "reveal_form": forms.blank(forms.RevealForm), "infected_form": forms.blank(InfectedForm),
        "heading": f"Bilag {row.number}",
    }  # fmt: skip


@exhibit_pages.post("/sager/<ref>/bilag/<exhibit_ref>", Action.INCIDENT_RECORD)
def describe(case: Case, exhibit_ref: str) -> Sent:
    """Say something else of an exhibit."""
    row = evidence.one(actor(), case, exhibit_ref)
    form = yield Ask(ExhibitForm, "exhibit_form", on=exhibit)
    changes.describe(actor(), row, form.said(), form.seen_version)
    return f"Bilag {row.number} er ændret."


@exhibit_pages.post("/sager/<ref>/bilag/<exhibit_ref>/vis", Action.CASE_REVEAL)
def reveal(case: Case, exhibit_ref: str) -> Sent:
    """Show the name that the file came with, in this answer alone; the reason is written down."""
    return (yield from revealing.reveal(case, exhibit, evidence.one(actor(), case, exhibit_ref)))


@exhibit_pages.post("/sager/<ref>/bilag/<exhibit_ref>/overstreg", Action.INCIDENT_RECORD)
def strike(case: Case, exhibit_ref: str) -> Sent:
    """Strike an exhibit out; it stays."""
    row = evidence.one(actor(), case, exhibit_ref)
    form = yield Ask(StrikeForm, "strike_form", on=exhibit)
    changes.strike(actor(), row, form.reason.data, form.seen_version)
    return f"Bilag {row.number} er overstreget. Filen er der stadig."


@bp.get("/sager/<ref>/bilag/<exhibit_ref>/fil")
@asks(Action.EVIDENCE_READ, on=Case)
def download(ref: str, exhibit_ref: str) -> Response:
    """The original, byte for byte (SEC-48)."""
    return _original(evidence.downloaded(actor(), ref, exhibit_ref))


@exhibit_pages.post("/sager/<ref>/bilag/<exhibit_ref>/fil", Action.EVIDENCE_READ)
def download_infected(case: Case, exhibit_ref: str) -> Sent:
    """The original in which a virus was found, to who says that he or she knows."""
    row = evidence.one(actor(), case, exhibit_ref)
    yield Ask(InfectedForm, "infected_form", on=exhibit)
    evidence.downloaded_knowingly(actor(), case, row)
    return _original(row)


@bp.get("/sager/<ref>/bilag/<exhibit_ref>/billede")
@asks(Action.EVIDENCE_READ, on=Case)
def preview(ref: str, exhibit_ref: str) -> Response:
    """The picture of an exhibit, without what its camera wrote into it."""
    row = evidence.previewed(actor(), ref, exhibit_ref)
    return _file(evidence.picture_bytes(actor(), row), row.preview.media_type, row.preview.size_bytes, "inline")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _original(row: Any) -> Response:
    body = evidence.open_bytes(actor(), row)
    name = f"attachment; filename*=UTF-8''{evidence.download_name(row)}"
    return _file(body, evidence.sent_as(row), row.file.size_bytes, name)


def _file(body: Iterator[bytes], media_type: str, size_bytes: int, disposition: str) -> Response:
    """Bytes that a stranger made, with how many there are, so that a part of them is not taken for the whole."""
    response = files.sandboxed(body, media_type, disposition)
    response.headers["Content-Length"] = str(size_bytes)
    return response


def _filter(case: Case) -> evidence.ExhibitFilter:
    """What is asked for: `nr` is a row's number, `haendelse` its ref, `raekke` in older links."""
    number, incident = request.args.get("nr", ""), request.args.get("haendelse") or request.args.get("raekke")
    if incident:
        return evidence.ExhibitFilter(row=incidents.one(actor(), case, incident).number)
    is_number = number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS
    about = request.args.get("om", "")
    return evidence.ExhibitFilter(
        int(number) if is_number else None, request.args.get("vis") == "uden", about if ABOUT_ONE.match(about) else ""
    )


def _row_said(exhibit: Any) -> str:
    """The number of its row as the form has it; empty where the row left the log with an import that was undone."""
    stands = exhibit.incident_id and exhibit.incident.status != IncidentStatus.UNDONE
    return str(exhibit.incident.number) if stands else ""


def given() -> list[tuple[str, Any]]:
    """The files that were chosen; an empty choice is a part without a name."""
    return [(file.filename, file.stream) for file in request.files.getlist("files") if file.filename]


def _some_refused(case: Case, form: UploadForm, received: evidence.Received) -> Response:
    """What was kept, what was not and why, and the form with what was typed, to choose other files."""
    for place, refused in enumerate(received.refused):
        form.add_error(None if place else "files", f"{refused.name}: {refused.why}")
    form.key.data = forms.new_key()
    shown = {"form": form, "upload_form": form, "kept": received.kept, "refused": received.refused}
    return show.shown(show.words((case,), {}) | shown, 422)


def _told(kept: list[Any]) -> str:
    numbers = [str(row.number) for row in kept]
    if len(kept) == 1 and evidence.says_otherwise(kept[0]):
        return f"Bilag {numbers[0]} er gemt som {evidence.label(kept[0])}, selv om navnet siger andet."
    if len(kept) == 1:
        return f"Bilag {numbers[0]} er gemt."
    return f"{len(kept)} filer er gemt: bilag {numbers[0]} til {numbers[-1]}."
