"""Udlevering: what was handed over from the log, and the way there: choose, see exactly what goes, hand it over."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for

from .. import clock, content
from ..domain import cases, packs, paging, protection
from ..domain.packs import choosing
from ..kinds import PackPart
from ..pages import packs as extracts
from ..pages.packs import archive, paper
from ..pages.packs.blank import sheet
from ..pages.packs.rows import only_in_spreadsheets
from ..policy import Action
from ..store.cases import Case
from . import answers, files, forms, pack_form, sharing_form
from .form_pages import Ask, Pages, Sent, Words, is_blank, sent
from .guard import actor, asks

bp = Blueprint("packs", __name__)
POLICE = "police-sparring"  # our own district, in config/contacts.toml
PDF, ZIP = "application/pdf", "application/zip"


def _about(case: Case) -> Words:
    """What every page of a handing-over is given."""
    return {"tab": "udlevering", "warning": paper.warning(case.citizen_role),
            "warnings": choosing.WARNINGS, "basis_in_words": _basis_in_words,
            "police": content.contact_name(POLICE)}  # fmt: skip


def _seen_as(event: str) -> Pages:
    return Pages(bp, Case, partial(cases.opened, seen_as=event), back="packs.show", about=_about)


pages, pack_pages, sign_pages = map(_seen_as, ("pack:list", "pack:read", "pack:signing"))


@pages.page("/sager/<ref>/udlevering", Action.CASE_READ, "packs/show.html")
def show(case: Case) -> Words:
    """What was handed over, and to whom something can be."""
    return {"packs": packs.of_case(actor(), case), "recipients": choosing.RECIPIENTS, "heading": "Udlevering"}


@bp.get("/sager/<ref>/udlevering/ny")
@asks(Action.CASE_EXPORT, on=Case)
def preview(ref: str) -> Response:
    """Choose what goes, and see exactly that: the very rows, columns and exhibits."""
    case = cases.opened(actor(), ref, "pack:previewed", Action.CASE_EXPORT)
    form = pack_form.asked(request.args, protection.masked(case))
    if form is None:
        return answers.see(url_for("packs.show", ref=ref))
    found = extracts.preview(actor(), case, form.choice()) if form.validate() else None
    heading = f"Til {choosing.in_words(form.recipient.data)}: se, hvad der går ud"
    shown = _shown(found) if found else {}
    return answers.page("packs/preview.html", "sager", 200 if found else 422, form=form, found=found, **shown,
                       impossible=_impossible(form), case=case, heading=heading, **_about(case))  # fmt: skip


@sign_pages.form("/sager/<ref>/udlevering/ny/udlever", Action.CASE_EXPORT, "packs/sign.html", step_up=True)
def make(case: Case) -> Sent:
    """Hand over what was seen: make the files and write down who gets them."""
    named = request.args if is_blank() else pack_form.carried(sent("extract"))
    asked, seen = pack_form.asked(named, protection.masked(case)), named.get("seen", "")
    if asked is None or not seen or not asked.validate():
        return answers.see(url_for("packs.show", ref=case.ref))
    form = yield _what_goes(case, asked, seen)
    made = extracts.hand_over(actor(), case, _handed(form, asked.choice(), seen), key=form.sent_key)
    instead = url_for("packs.pack", ref=case.ref, pack_ref=made.ref)
    return answers.changed(instead=instead, said="Udtrækket er lavet og skrevet ned. Hent det her.")


def _what_goes(case: Case, asked: pack_form.ChoiceForm, seen: str) -> Ask:
    choice, extract = asked.choice(), asked.written(seen)
    choices: dict[str, Any] = {"consent": sharing_form.valid_choices(case), "basis": choosing.bases(choice.recipient)}
    return Ask(
        pack_form.HandForm, start={"extract": extract, **_usual(choices)}, choices=choices, choice=choice, seen=seen,
        address=asked.address(), extract=extract, heading=f"Udlevér til {choosing.in_words(choice.recipient)}",
    )  # fmt: skip


@pack_pages.page("/sager/<ref>/udlevering/<pack_ref>", Action.CASE_READ, "packs/pack.html")
def pack(case: Case, pack_ref: str) -> Words:
    """One handing-over: what was in it, and what was not."""
    found = packs.one(actor(), case, pack_ref)
    return {"pack": found, "heading": f"Udlevering {found.number}"}


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


def _basis_in_words(pack: Any) -> str:
    return choosing.basis_in_words(pack.recipient, pack.basis)


def _shown(found: Any) -> dict[str, Any]:
    """One page of the rows, and what else the preview says; all of them go."""
    page = paging.part_of(found.rows, forms.page_number())
    page = page._replace(rows=extracts.shown(found, page.rows))
    hidden = [part for part in found.choice.parts if found.is_masked and part in choosing.NEVER_TELLS_WHERE]
    return {"page": page, "examples_wanting": paper.examples_wanting(found), "hidden": hidden,
            "only_in_spreadsheets": only_in_spreadsheets()}  # fmt: skip


def _impossible(form: pack_form.ChoiceForm) -> list[PackPart]:
    offered = {one.value for one in form.parts.choices}
    return [part for part in PackPart if part not in offered]


def _usual(choices: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    """A basis is chosen already only where there is one."""
    only = {"basis": choices["basis"][0][0]} if len(choices["basis"]) == 1 else {}
    return sharing_form.blank_values() | only


def _handed(form: pack_form.HandForm, choice: choosing.Choice, seen: str) -> packs.Handed:
    return packs.Handed(choice, form.to_whom.data, form.reason.data, form.basis.data, form.chosen(), seen)
