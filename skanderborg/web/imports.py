"""Import of a citizen's own log: choose a file or paste, say what its columns mean, look it over, import, undo."""

import re
from functools import partial
from typing import Any

import wtforms
from flask import Blueprint, Response, current_app, request, url_for

from .. import content
from ..danish.dates import DateOrder, ShortYears
from ..domain import cases, imports, spreadsheets
from ..domain.imports import blank as logskema
from ..domain.imports import chats, deciding
from ..domain.imports.chats import Part, Together
from ..domain.imports.columns import Column, of_role
from ..domain.imports.trial import View
from ..errors import Invalid
from ..kinds import ImportStatus
from ..policy import Action
from ..store.cases import Case
from . import answers, files, forms
from .form_pages import Ask, Pages, Sent, Words, back, is_blank
from .guard import actor, asks

bp = Blueprint("imports", __name__)
ABOUT: Words = {"tab": "import"}
ONE = "/sager/<ref>/import/<import_ref>"
list_pages = Pages(bp, Case, partial(cases.opened, seen_as="import:list"), back="imports.show", **ABOUT)
pages = Pages(bp, Case, partial(cases.opened, seen_as="import:read-back"), back="imports.one", **ABOUT)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEEN_AGAIN = "Loggen er ændret, siden du så filen igennem. Her er rækkerne, som de står nu. Intet er importeret endnu."
TURNED = "Dag og måned er byttet om. Se rækkerne igennem, før du importerer."
NO_LETTERS = "Vælg, hvordan bogstaverne skal læses."
COLUMN_FIELD = re.compile(r"c\d+")


class PastedField(wtforms.Field):
    """A table as it was pasted, as bytes: no character of it is cleaned away, and tabs stay."""

    widget = wtforms.widgets.TextArea()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].encode() if valuelist else b""

    def _value(self) -> str:
        return (self.data or b"").decode()


class ReceiveForm(forms.Form):
    """A file, or a table that is pasted."""

    file = wtforms.FileField("Fil")
    table = PastedField("Eller indsæt tabellen her")

    def given(self) -> tuple[str, bytes, str]:
        """Name, bytes and the field they came in. Raises Invalid without any."""
        file = request.files.get("file")
        if file and file.filename:
            return file.filename, file.stream.read(), "file"
        if (self.table.data or b"").strip():
            return "", self.table.data, "table"
        raise Invalid("Vælg en fil, eller indsæt en tabel.", "file")


class StartForm(forms.Form):
    """What must be seen before *Importér*."""

    dates_seen = wtforms.BooleanField("Rækkerne i tvivl er forstået rigtigt")
    senders_seen = wtforms.BooleanField("Ingen af afsenderne er borgeren selv")
    without_faulty = wtforms.BooleanField("Importér resten uden rækkerne med fejl")
    without_alike = wtforms.BooleanField("Lad gentagne rækker ude")

    def ticks(self) -> deciding.Ticks:
        """What was ticked, as the verb wants it."""
        return deciding.Ticks(
            self.dates_seen.data, self.without_faulty.data, self.without_alike.data, self.senders_seen.data
        )


class UndoForm(forms.Form):
    """Why the import is taken out again."""

    reason = forms.line("Hvorfor skal importen fortrydes?", "Skriv, hvorfor importen skal fortrydes.", 1_000)


def _chat_form(row: Any) -> type[forms.Form]:
    """The form that says who is who in a chat, and which messages stand together; how days are written, where a person
    wrote them down."""
    said = row.choices
    fields: dict[str, Any] = {
        f"p{place}": forms.choice(f"«{chats.Party(*one).name}» er", Part, "Vælg, hvem det er.")
        for place, one in enumerate(said["parties"])
    }
    rest: dict[str, Any] = {"together": forms.choice("Hvad er en række?", Together)}
    if said["is_dated"]:
        rest["order"] = forms.choice("Når en dato er skrevet 03/04-2026, er den", DateOrder)
    return type("ChatForm", (forms.Form,), fields | rest)


def _chat_choices(form: Any, row: Any) -> deciding.ChatChoices:
    """What was chosen, as the verb wants it."""
    names = [chats.Party(*one).name for one in row.choices["parties"]]
    parts = {name: Part(form[f"p{place}"].data) for place, name in enumerate(names)}
    order = DateOrder(form["order"].data) if "order" in form else DateOrder.DAY_FIRST
    return deciding.ChatChoices(parts, Together(form.together.data), order)


def _columns_form(plan: Any, readings: list[tuple[str, str]]) -> type[forms.Form]:
    """The form that says what each of the columns holds, how dates are written, and how letters are to be read where
    that is not certain."""
    offered = of_role(plan.is_of_udoever)
    fields = {f"c{place}": forms.select(f"«{title}» er", "", offered) for place, title in enumerate(plan.titles)}
    rest = {
        "order": forms.choice("Når en dato er skrevet 03/04-2026, er den", DateOrder),
        "years": forms.choice("Når årstallet mangler eller kun har to cifre", ShortYears),
        "default_type": forms.select("Rækker uden en type er"),
    }
    if readings:
        shown = [(way, f"«{sample}»") for way, sample in readings]
        rest["letters"] = forms.choice("Bogstaverne er læst forkert. Hvad skal der stå?", shown, NO_LETTERS)
    return type("ColumnsForm", (forms.Form,), fields | rest)


def _who_is_who(row: Any, plan: Any, before: Any) -> Ask:
    """What is asked of a chat."""
    start: Words = {f"p{place}": plan.chat.parts.get(one[0]) for place, one in enumerate(row.choices["parties"])}
    start |= {"together": plan.chat.together, "order": plan.order}
    return Ask(_chat_form(row), start=start, row=row, plan=plan, before=before, heading="Import: hvem er hvem?")


def _what_columns(row: Any, plan: Any, before: Any) -> Ask:
    """What is asked of a table."""
    start: Words = {"order": plan.order, "years": plan.years, "default_type": plan.default_type}
    start |= {"letters": plan.letters} if plan.letters else {}
    start |= {f"c{place}": column for place, column in enumerate(plan.columns)}
    form = _columns_form(plan, row.choices.get("readings") or [])
    return Ask(form, start=start, choices=_types(), row=row, plan=plan, before=before,
               sample=imports.sample(actor(), row), heading="Import: hvad er kolonnerne?")  # fmt: skip


def _words_form(asked: dict[str, Any]) -> type[forms.Form]:
    """The form that says what words of a file mean, each once."""
    fields = {
        f"w{place}": forms.select(f"«{cell}»", "", [("", "Ikke valgt"), *deciding.meanings_of(key)])
        for place, (key, (cell, _)) in enumerate(asked.items())
    }
    return type("WordsForm", (forms.Form,), fields)


def _choices(form: Any) -> deciding.Choices:
    """What was chosen, as the verb wants it."""
    chosen = tuple(field.data for field in form if COLUMN_FIELD.fullmatch(field.name))
    letters = form.letters.data if "letters" in form else ""
    return deciding.Choices(chosen, form.order.data, form.years.data, form.default_type.data, letters)


# ── a file ──────────────────────────────────────────────────────────────────────────────────────────


@list_pages.page("/sager/<ref>/import", Action.CASE_READ, "imports/show.html")
def show(case: Case) -> Words:
    """Choose a file or paste, and see what was imported before."""
    limits, pasted = current_app.config["SKB"].defaults, current_app.config["MAX_FORM_MEMORY_SIZE"] // 1024**2
    return {
        "imported": imports.of_case(actor(), case), "limits": limits, "pasted_megabytes": pasted,
        "form": forms.blank(ReceiveForm), "heading": "Importér borgerens log",
    }  # fmt: skip


@list_pages.post("/sager/<ref>/import", Action.INCIDENT_RECORD)
def receive(case: Case) -> Sent:
    """Read it. Nothing comes into the log."""
    form = yield Ask(ReceiveForm, on=show, heading="Importér")
    name, given, field = form.given()
    row = imports.receive(actor(), case, name, given, field, form.sent_key)
    page = "imports.one" if imports.is_understood(row) else "imports.understand"
    return answers.changed(instead=url_for(page, ref=case.ref, import_ref=row.ref))


@pages.form(f"{ONE}/kolonner", Action.INCIDENT_RECORD, "imports/columns.html")
def understand(case: Case, import_ref: str) -> Sent:
    """Say what the columns mean, and try the file out, understood so."""
    row = imports.one(actor(), case, import_ref)
    if row.status != ImportStatus.READ and is_blank():
        return answers.see(url_for("imports.one", ref=case.ref, import_ref=import_ref))
    plan, is_chat = imports.plan_of(row), "chat" in row.choices
    form = yield (_who_is_who if is_chat else _what_columns)(row, plan, deciding.earlier(row).before)
    if is_chat:
        deciding.tell_apart(actor(), row, _chat_choices(form, row), form.seen_version)
    else:
        deciding.understand(actor(), row, _choices(form), form.seen_version)
    return answers.changed(instead=url_for("imports.one", ref=case.ref, import_ref=import_ref))


# ── one import ──────────────────────────────────────────────────────────────────────────────────────


@pages.page(ONE, Action.INCIDENT_RECORD, "imports/one.html")
def one(case: Case, import_ref: str) -> Words | Response:
    """The preview, how far it has come, or what became of it."""
    row = imports.one(actor(), case, import_ref)
    if row.status == ImportStatus.READ and not imports.is_understood(row) and is_blank():
        return answers.see(url_for("imports.understand", ref=case.ref, import_ref=import_ref))
    return _looked_at(row)


@bp.get(f"{ONE}/status")
@asks(Action.INCIDENT_RECORD, on=Case)
def progress(ref: str, import_ref: str) -> Response:
    """How far it has come, asked for every second by the page itself: counts only, and no event of their own."""
    row = imports.status(actor(), ref, import_ref)
    if row.status != ImportStatus.QUEUED:
        return answers.changed(instead=url_for("imports.one", ref=ref, import_ref=import_ref), said=_told(row))
    return answers.part("imports/_progress.html", row=row, case=row.case)


@pages.post(f"{ONE}/ord", Action.INCIDENT_RECORD)
def explain(case: Case, import_ref: str) -> Sent:
    """Say what words of the file mean, and try it out again."""
    row = _waiting(case, import_ref, ImportStatus.READ)
    asked = imports.asked(row)
    form = yield Ask(_words_form(asked), "words_form", on=one)
    meanings = {key: form[f"w{place}"].data or "" for place, key in enumerate(asked)}
    deciding.explain(actor(), row, meanings, form.seen_version)
    return "Ordene er gemt, og rækkerne er læst igen."


@pages.post(f"{ONE}/byt", Action.INCIDENT_RECORD)
def turn(case: Case, import_ref: str) -> Sent:
    """Let day and month of the workbook's dates change places, or back."""
    row = _waiting(case, import_ref, ImportStatus.READ)
    form = yield Ask(StartForm, "start_form", on=one)
    row = deciding.turn(actor(), row, form.seen_version)
    return TURNED if row.choices["turns"] else "Datoerne er igen, som de står i filen."


@pages.post(f"{ONE}/start", Action.INCIDENT_RECORD)
def start(case: Case, import_ref: str) -> Sent:
    """Importér; or, where the log was changed since, see the rows once more."""
    row = _waiting(case, import_ref, ImportStatus.READ)
    form = yield Ask(StartForm, "start_form", on=one)
    row = deciding.start(actor(), row, form.ticks(), form.seen_version)
    return SEEN_AGAIN if row.status == ImportStatus.READ else ""


@pages.post(f"{ONE}/kasser", Action.INCIDENT_RECORD)
def discard(case: Case, import_ref: str) -> Sent:
    """Throw away what was read."""
    row = _waiting(case, import_ref, ImportStatus.READ)
    form = yield Ask(StartForm, "start_form", on=one)
    deciding.discard(actor(), row, form.seen_version)
    return back("imports.show", "Filen er kasseret. Intet er importeret.")


@pages.post(f"{ONE}/fortryd", Action.INCIDENT_RECORD)
def undo(case: Case, import_ref: str) -> Sent:
    """Take all of it out of the log again."""
    row = _waiting(case, import_ref, ImportStatus.DONE)
    form = yield Ask(UndoForm, "undo_form", on=one)
    deciding.undo(actor(), row, form.reason.data, form.seen_version)
    return back("imports.show", "Importen er fortrudt. Rækkerne er ude af loggen.")


# ── files ───────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/import/<import_ref>/fejl.csv")
@asks(Action.INCIDENT_RECORD, on=Case)
def faulty(ref: str, import_ref: str) -> Response:
    """The rows that were left out, as a file to put right and import again."""
    row = imports.one(actor(), cases.opened(actor(), ref, "import:faulty", Action.INCIDENT_RECORD), import_ref)
    made = spreadsheets.csv_of(*imports.faulty(actor(), row))
    return files.to_save(made, "text/csv; charset=utf-8", "raekker-med-fejl.csv")


@bp.get("/logskema.xlsx")
@asks(Action.GUIDE_READ, personal=False)
def blank() -> Response:
    """The blank logskema to hand out."""
    return files.to_save(logskema.workbook(), XLSX, "logskema.xlsx")


# ── what the pages show ─────────────────────────────────────────────────────────────────────────────


def _waiting(case: Case, import_ref: str, status: ImportStatus) -> Any:
    row = imports.one(actor(), case, import_ref)
    deciding.refuse_unless(row, status)
    return row


def _types() -> forms.Choices:
    return {"default_type": [(one.id, one.label) for one in content.incidents().type if not one.retired]}


def _looked_at(row: Any) -> Words:
    """What the page of an import shows, by how far it has come."""
    is_understood = imports.is_understood(row)
    about = {"row": row, "types": {one.id: one.label for one in content.incidents().type}}
    if row.status == ImportStatus.READ and is_understood:
        view = _view()
        return about | deciding.earlier(row)._asdict() | {
            "shown_as": "imports/preview.html", "heading": "Import: se det igennem", "plan": imports.plan_of(row),
            "preview": imports.preview(actor(), row, view, forms.page_number()), "view": view, "views": list(View),
            "start_form": forms.blank(StartForm), "form": forms.blank(forms.Form), **_words_asked(row),
        }  # fmt: skip
    if row.status == ImportStatus.DONE:
        about |= {"traces": deciding.traces(actor(), row), "like_danger": deciding.like_danger(actor(), row)}
    is_queued = row.status == ImportStatus.QUEUED
    return about | {
        "trial": imports.trial_of(row) if is_understood else None, "undo_form": forms.blank(UndoForm),
        "form": forms.blank(forms.Form), "heading": "Importen er i gang" if is_queued else "Import",
        "shown_as": "imports/queued.html" if is_queued else "imports/result.html",
    }  # fmt: skip


def _words_asked(row: Any) -> Words:
    """The words of which only people know what they mean, what was said of them, and in how many rows they stand."""
    asked, said = imports.asked(row), row.choices.get("words") or {}
    start = {f"w{place}": said.get(key, "") for place, key in enumerate(asked)}
    return {
        "words_form": forms.blank(_words_form(asked), **start), "unknown_senders": deciding.unknown_senders(row),
        "asks_senders": deciding.may_be_the_citizen(row),
        "asked": [(Column(key.partition(":")[0]), count) for key, (_, count) in asked.items()],
    }  # fmt: skip


def _view() -> View:
    asked = request.args.get("vis", "")
    return View(asked) if asked in set(View) else View.ALL


def _told(row: Any) -> str:
    if row.status == ImportStatus.DONE:
        return f"Importen er færdig. Nye hændelser i loggen: {row.added_count}."
    return "Importen blev standset. Intet af den er i loggen."
