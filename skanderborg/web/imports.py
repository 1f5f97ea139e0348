"""Import of a citizen's own log: choose a file or paste, say what its columns mean, look it over, import, undo."""

import re
from typing import Any

import wtforms
from flask import Blueprint, Response, current_app, request, url_for

from .. import content
from ..danish.dates import DateOrder, ShortYears
from ..domain import cases, imports, spreadsheets
from ..domain.imports import blank as logskema
from ..domain.imports import deciding
from ..domain.imports.columns import of_role
from ..domain.imports.trial import View
from ..errors import Invalid
from ..kinds import ImportStatus
from ..policy import Action
from ..store.cases import Case
from . import files, forms, render
from .guard import actor, asks

bp = Blueprint("imports", __name__)
SECTION = "sager"
PAGE, COLUMNS, PREVIEW, PROGRESS, RESULT = (
    f"imports/{page}.html" for page in ("show", "columns", "preview", "_progress", "result")
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEEN_AGAIN = "Loggen er ændret, siden du så filen igennem. Her er rækkerne, som de står nu. Intet er importeret endnu."
COLUMN_FIELD = re.compile(r"c\d+")
LOOKED_AT = {ImportStatus.READ: PREVIEW, ImportStatus.QUEUED: "imports/queued.html"}


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
            largest = (current_app.config["SKB"].defaults.import_megabytes * 1024 * 1024) + 1
            return file.filename, file.stream.read(largest), "file"
        if (self.table.data or b"").strip():
            return "", self.table.data, "table"
        raise Invalid("Vælg en fil, eller indsæt en tabel.", "file")


class StartForm(forms.Form):
    """What must be seen before *Importér*."""

    dates_seen = wtforms.BooleanField("Datoerne i tvivl er forstået rigtigt")
    without_faulty = wtforms.BooleanField("Importér resten uden rækkerne med fejl")
    without_alike = wtforms.BooleanField("Lad gentagne rækker ude")

    def ticks(self) -> deciding.Ticks:
        """What was ticked, as the verb wants it."""
        return deciding.Ticks(self.dates_seen.data, self.without_faulty.data, self.without_alike.data)


class UndoForm(forms.Form):
    """Why the import is taken out again."""

    reason = forms.line("Hvorfor skal importen fortrydes?", "Skriv, hvorfor importen skal fortrydes.", 1_000)


def _columns_form(plan: Any) -> type[forms.Form]:
    """The form that says what each of the columns holds, and how dates are written."""
    offered = of_role(plan.is_of_udoever)
    fields = {f"c{place}": forms.select(f"«{title}» er", "", offered) for place, title in enumerate(plan.titles)}
    rest = {
        "order": forms.choice("Når en dato er skrevet 03/04-2026, er den", DateOrder),
        "years": forms.choice("Når årstallet kun har to cifre", ShortYears),
        "default_type": forms.select("Rækker uden en type er"),
    }
    return type("ColumnsForm", (forms.Form,), fields | rest)


def _choices(form: Any) -> deciding.Choices:
    """What was chosen, as the verb wants it."""
    chosen = tuple(field.data for field in form if COLUMN_FIELD.fullmatch(field.name))
    return deciding.Choices(chosen, form.order.data, form.years.data, form.default_type.data)


# ── a file ──────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/import")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """Choose a file or paste, and see what was imported before."""
    case = _opened(ref, Action.CASE_READ)
    return render.page(PAGE, SECTION, form=forms.blank(ReceiveForm), **_listed(case))


@bp.post("/sager/<ref>/import")
@asks(Action.INCIDENT_RECORD, on=Case)
def receive(ref: str) -> Response:
    """Read it. Nothing comes into the log."""
    case = _opened(ref)
    form = forms.read(ReceiveForm, PAGE, SECTION, **_on(case, "Importér"), late=lambda: _listed(case))
    row = imports.receive(actor(), case, *form.given(), form.sent_key)
    page = "imports.one" if imports.is_understood(row) else "imports.columns"
    return render.changed(instead=url_for(page, ref=ref, import_ref=row.ref))


@bp.get("/sager/<ref>/import/<import_ref>/kolonner")
@asks(Action.INCIDENT_RECORD, on=Case)
def columns(ref: str, import_ref: str) -> Response:
    """Say what the columns mean."""
    case, row = _found(ref, import_ref)
    if row.status != ImportStatus.READ:
        return render.see(url_for("imports.one", ref=ref, import_ref=import_ref))
    plan = imports.plan_of(row)
    chosen = {f"c{place}": column for place, column in enumerate(plan.columns)}
    form = forms.blank(_columns_form(plan), _types(), **chosen, order=plan.order, years=plan.years,
                       default_type=plan.default_type)  # fmt: skip
    return render.page(COLUMNS, SECTION, form=form, **_columns(case, row))


@bp.post("/sager/<ref>/import/<import_ref>/kolonner")
@asks(Action.INCIDENT_RECORD, on=Case)
def understand(ref: str, import_ref: str) -> Response:
    """Try the file out, understood so."""
    case, row = _found(ref, import_ref)
    kind = _columns_form(imports.plan_of(row))
    form = forms.read(kind, COLUMNS, SECTION, choices=_types(), **_columns(case, row))
    deciding.understand(actor(), row, _choices(form), form.seen_version)
    return render.changed(instead=url_for("imports.one", ref=ref, import_ref=import_ref))


# ── one import ──────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/import/<import_ref>")
@asks(Action.INCIDENT_RECORD, on=Case)
def one(ref: str, import_ref: str) -> Response:
    """The preview, how far it has come, or what became of it."""
    case, row = _found(ref, import_ref)
    if row.status == ImportStatus.READ and not imports.is_understood(row):
        return render.see(url_for("imports.columns", ref=ref, import_ref=import_ref))
    return render.page(_page(row), SECTION, **_looked_at(case, row))


@bp.get("/sager/<ref>/import/<import_ref>/status")
@asks(Action.INCIDENT_RECORD, on=Case)
def progress(ref: str, import_ref: str) -> Response:
    """How far it has come, asked for every second by the page itself: counts only, and no event of their own."""
    row = imports.status(actor(), ref, import_ref)
    if row.status != ImportStatus.QUEUED:
        return render.changed(instead=url_for("imports.one", ref=ref, import_ref=import_ref), said=_told(row))
    return render.part(PROGRESS, row=row, case=row.case)


@bp.post("/sager/<ref>/import/<import_ref>/start")
@asks(Action.INCIDENT_RECORD, on=Case)
def start(ref: str, import_ref: str) -> Response:
    """Importér; or, where the log was changed since, see the rows once more."""
    case, row = _found(ref, import_ref)
    deciding.refuse_unless(row, ImportStatus.READ)
    form = forms.read(StartForm, _page(row), SECTION, late=lambda: _looked_at(case, row))
    row = deciding.start(actor(), row, form.ticks(), form.seen_version)
    said = SEEN_AGAIN if row.status == ImportStatus.READ else ""
    return render.changed(instead=url_for("imports.one", ref=ref, import_ref=import_ref), said=said)


@bp.post("/sager/<ref>/import/<import_ref>/kasser")
@asks(Action.INCIDENT_RECORD, on=Case)
def discard(ref: str, import_ref: str) -> Response:
    """Throw away what was read."""
    case, row = _found(ref, import_ref)
    deciding.refuse_unless(row, ImportStatus.READ)
    form = forms.read(StartForm, _page(row), SECTION, late=lambda: _looked_at(case, row))
    deciding.discard(actor(), row, form.seen_version)
    return render.changed(instead=url_for("imports.show", ref=ref), said="Filen er kasseret. Intet er importeret.")


@bp.post("/sager/<ref>/import/<import_ref>/fortryd")
@asks(Action.INCIDENT_RECORD, on=Case)
def undo(ref: str, import_ref: str) -> Response:
    """Take all of it out of the log again."""
    case, row = _found(ref, import_ref)
    deciding.refuse_unless(row, ImportStatus.DONE)
    form = forms.read(UndoForm, RESULT, SECTION, name="undo_form", late=lambda: _looked_at(case, row))
    deciding.undo(actor(), row, form.reason.data, form.seen_version)
    return render.changed(
        instead=url_for("imports.show", ref=ref), said="Importen er fortrudt. Rækkerne er ude af loggen."
    )


# ── files ───────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/import/<import_ref>/fejl.csv")
@asks(Action.INCIDENT_RECORD, on=Case)
def faulty(ref: str, import_ref: str) -> Response:
    """The rows that were left out, as a file to put right and import again."""
    _, row = _found(ref, import_ref, "import:faulty")
    made = spreadsheets.csv_of(*imports.faulty(actor(), row))
    return files.to_save(made, "text/csv; charset=utf-8", "raekker-med-fejl.csv")


@bp.get("/logskema.xlsx")
@asks(Action.GUIDE_READ, personal=False)
def blank() -> Response:
    """The blank logskema to hand out."""
    return files.to_save(logskema.workbook(), XLSX, "logskema.xlsx")


# ── what the pages show ─────────────────────────────────────────────────────────────────────────────


def _opened(ref: str, action: Action = Action.INCIDENT_RECORD, seen_as: str = "import:list") -> Case:
    return cases.opened(actor(), ref, seen_as, action)


def _found(ref: str, import_ref: str, seen_as: str = "import:read-back") -> tuple[Case, Any]:
    case = _opened(ref, Action.INCIDENT_RECORD, seen_as)
    return case, imports.one(actor(), case, import_ref)


def _on(case: Case, heading: str) -> dict[str, Any]:
    return {"case": case, "heading": heading, "tab": "haendelser", "log_tab": "import"}


def _listed(case: Case) -> dict[str, Any]:
    limits, pasted = current_app.config["SKB"].defaults, current_app.config["MAX_FORM_MEMORY_SIZE"] // 1024**2
    return {
        "imported": imports.of_case(actor(), case),
        "limits": limits,
        "pasted_megabytes": pasted,
        **_on(case, "Importér borgerens log"),
    }


def _types() -> forms.Choices:
    return {"default_type": [(one.id, one.label) for one in content.incidents().type if not one.retired]}


def _columns(case: Case, row: Any) -> dict[str, Any]:
    plan = imports.plan_of(row)
    return {
        "row": row,
        "plan": plan,
        "sample": imports.sample(actor(), row),
        "before": deciding.earlier(row).before,
        **_on(case, "Import: hvad er kolonnerne?"),
    }


def _page(row: Any) -> str:
    """The page of an import, by how far it has come."""
    return (
        LOOKED_AT.get(row.status, RESULT) if row.status != ImportStatus.READ or imports.is_understood(row) else RESULT
    )


def _looked_at(case: Case, row: Any) -> dict[str, Any]:
    """What the page of an import shows, by how far it has come."""
    about = {"row": row, "types": {one.id: one.label for one in content.incidents().type}}
    if row.status == ImportStatus.READ and imports.is_understood(row):
        view = _view()
        shown = imports.preview(actor(), row, view, forms.page_number())
        about |= deciding.earlier(row)._asdict()
        about |= {
            "plan": imports.plan_of(row),
            "preview": shown,
            "view": view,
            "views": list(View),
            "form": forms.blank(StartForm),
        }
        return about | _on(case, "Import: se det igennem")
    if row.status == ImportStatus.DONE:
        about |= {"traces": deciding.traces(actor(), row), "like_danger": deciding.like_danger(actor(), row)}
    about |= {"trial": imports.trial_of(row) if imports.is_understood(row) else None}
    heading = "Importen er i gang" if row.status == ImportStatus.QUEUED else "Import"
    return about | {"undo_form": forms.blank(UndoForm), "form": forms.blank(forms.Form)} | _on(case, heading)


def _view() -> View:
    asked = request.args.get("vis", "")
    return View(asked) if asked in set(View) else View.ALL


def _told(row: Any) -> str:
    if row.status == ImportStatus.DONE:
        return f"Importen er færdig. Nye rækker i loggen: {row.added_count}."
    return "Importen blev standset. Intet af den er i loggen."
