"""Udlevering: what was handed over from the log, and the way there: choose, see exactly what goes, hand it over."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.datastructures import MultiDict

from .. import clock, content
from ..domain import cases, packs, paging, protection
from ..domain.packs import archive, choosing, paper
from ..domain.packs.blank import sheet
from ..domain.packs.rows import only_in_spreadsheets
from ..kinds import PackPart, PackRecipient
from ..policy import Action
from ..store.cases import Case
from . import files, forms, pack_form, render, sharing_form
from .guard import actor, asks

bp = Blueprint("packs", __name__)
SECTION = "sager"
INDEX, PREVIEW, SIGN, PACK = (f"packs/{page}.html" for page in ("show", "preview", "sign", "pack"))
POLICE = "police-sparring"  # our own district, in config/contacts.toml
PDF, ZIP = "application/pdf", "application/zip"


@bp.get("/sager/<ref>/udlevering")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """What was handed over, and to whom something can be."""
    case = cases.opened(actor(), ref, "pack:list")
    found = packs.of_case(actor(), case)
    return render.page(INDEX, SECTION, packs=found, recipients=list(PackRecipient), **_context(case, "Udlevering"))


@bp.get("/sager/<ref>/udlevering/ny")
@asks(Action.CASE_EXPORT, on=Case)
def preview(ref: str) -> Response:
    """Choose what goes, and see exactly that: the very rows, columns and exhibits."""
    case = cases.opened(actor(), ref, "pack:previewed", Action.CASE_EXPORT)
    form = pack_form.asked(request.args, protection.masked(case))
    if form is None:
        return render.see(url_for("packs.show", ref=ref))
    found = packs.preview(actor(), case, form.choice()) if form.validate() else None
    heading = f"Til {choosing.in_words(form.recipient.data)}: se, hvad der går ud"
    shown = _shown(found) if found else {}
    return render.page(PREVIEW, SECTION, 200 if found else 422, form=form, found=found, **shown,
                       impossible=_impossible(form), **_context(case, heading))  # fmt: skip


@bp.get("/sager/<ref>/udlevering/ny/udlever")
@asks(Action.CASE_EXPORT, on=Case)
def signing(ref: str) -> Response:
    """The form that hands over what was seen."""
    context = _signing(ref, request.args)
    if context is None:
        return render.see(url_for("packs.show", ref=ref))
    choices = context.pop("choices")
    form = forms.blank(pack_form.HandForm, choices, extract=context["extract"], **_usual(choices))
    return render.page(SIGN, SECTION, form=form, **context)


@bp.post("/sager/<ref>/udlevering/ny/udlever")
@asks(Action.CASE_EXPORT, on=Case)
def make(ref: str) -> Response:
    """Make the files and write down who gets them."""
    context = _signing(ref, pack_form.carried(request.form.get("extract", "")))
    if context is None:
        return render.see(url_for("packs.show", ref=ref))
    form = forms.read(pack_form.HandForm, SIGN, SECTION, choices=context.pop("choices"), **context)
    made = packs.make(actor(), context["case"], _handed(form, context), _proof(form), key=form.sent_key)
    instead = url_for("packs.pack", ref=ref, pack_ref=made.ref)
    return render.changed(instead=instead, said="Udtrækket er lavet og skrevet ned. Hent det her.")


@bp.get("/sager/<ref>/udlevering/<pack_ref>")
@asks(Action.CASE_READ, on=Case)
def pack(ref: str, pack_ref: str) -> Response:
    """One handing-over: what was in it, and what was not."""
    case = cases.opened(actor(), ref, "pack:read")
    found = packs.one(actor(), case, pack_ref)
    return render.page(PACK, SECTION, pack=found, **_context(case, f"Udlevering {found.number}"))


@bp.get("/sager/<ref>/udlevering/<pack_ref>/pdf")
@asks(Action.CASE_EXPORT, on=Case)
def paper_of(ref: str, pack_ref: str) -> Response:
    """The very PDF that was made."""
    found = packs.fetched(actor(), ref, pack_ref, "PDF")
    return files.to_save(packs.paper_bytes(found), PDF, archive.paper_name(found))


@bp.get("/sager/<ref>/udlevering/<pack_ref>/zip")
@asks(Action.CASE_EXPORT, on=Case)
def archive_of(ref: str, pack_ref: str) -> Response:
    """PDF, spreadsheets, exhibits and manifest, piece by piece."""
    found = packs.fetched(actor(), ref, pack_ref, "ZIP")
    pieces = archive.stream(found, archive.members(found), actor().name, clock.now())
    return files.to_save(pieces, ZIP, archive.archive_name(found))


@bp.get("/logskema.pdf")
@asks(Action.GUIDE_READ, personal=False)
def blank() -> Response:
    """The blank logskema to hand out."""
    return files.to_save(sheet(), PDF, "logskema.pdf")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _context(case: Any, heading: str) -> dict[str, Any]:
    return {"case": case, "heading": heading, "tab": "haendelser", "log_tab": "udlevering",
            "warning": paper.warning(case.citizen_role), "warnings": choosing.WARNINGS,
            "basis_in_words": _basis_in_words, "police": content.contact_name(POLICE)}  # fmt: skip


def _basis_in_words(pack: Any) -> str:
    return choosing.basis_in_words(pack.recipient, pack.basis)


def _shown(found: Any) -> dict[str, Any]:
    """One page of the rows, and what else the preview says; all of them go."""
    page = paging.part_of(found.rows, forms.page_number())
    page = page._replace(rows=packs.shown(found, page.rows))
    hidden = [part for part in found.choice.parts if found.is_masked and part in choosing.NEVER_TELLS_WHERE]
    return {"page": page, "examples_wanting": paper.examples_wanting(found), "hidden": hidden,
            "only_in_spreadsheets": only_in_spreadsheets()}  # fmt: skip


def _impossible(form: pack_form.ChoiceForm) -> list[PackPart]:
    offered = {one.value for one in form.parts.choices}
    return [part for part in PackPart if part not in offered]


def _signing(ref: str, named: MultiDict[str, str]) -> dict[str, Any] | None:
    """What the page of the form needs; None where what is `named` does not say what was seen."""
    case = cases.opened(actor(), ref, "pack:signing", Action.CASE_EXPORT)
    asked, seen = pack_form.asked(named, protection.masked(case)), named.get("seen", "")
    if asked is None or not seen or not asked.validate():
        return None
    choice = asked.choice()
    choices = {"consent": sharing_form.valid_choices(case), "basis": choosing.bases(choice.recipient)}
    heading = f"Udlevér til {choosing.in_words(choice.recipient)}"
    return {"choice": choice, "address": asked.address(), "seen": seen, "extract": asked.written(seen),
            "choices": choices, **_context(case, heading)}  # fmt: skip


def _usual(choices: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    """A basis is chosen already only where there is one."""
    only = {"basis": choices["basis"][0][0]} if len(choices["basis"]) == 1 else {}
    return sharing_form.blank_values() | only


def _handed(form: pack_form.HandForm, context: dict[str, Any]) -> packs.Handed:
    return packs.Handed(
        context["choice"], form.to_whom.data, form.reason.data, form.basis.data, form.chosen(), context["seen"]
    )  # fmt: skip


def _proof(form: pack_form.HandForm) -> packs.Proof:
    return packs.Proof(form.password.data, current_app.config["SKB"].defaults)
