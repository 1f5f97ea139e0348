"""Adgangslog: who looked where, for the auditor, and of one case for who coordinates it."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from ..domain import breaches, cases, oversight, spreadsheets
from ..kinds import LogKind
from ..pages import access_log
from ..policy import Action
from ..store.cases import Case
from . import answers, files, forms
from .form_pages import Pages, Words
from .guard import actor, asks

bp = Blueprint("access_log", __name__)
case_pages = Pages(bp, Case, partial(cases.opened, seen_as="access-log:read", action=Action.CASE_GRANT),
                   back="access_log.of_case", tab="historik", heading="Hvem har set sagen")  # fmt: skip


class LogForm(forms.Form):
    """What of the log is shown; it stands in the address, as refs and codes."""

    person = forms.select("Hvem")
    code = forms.line("Sagens kode", longest=8)
    kind = forms.select("Slags", choices=[("", "Alle"), *((kind.value, kind.label) for kind in LogKind)])
    from_on = forms.DateField("Fra og med", looks=forms.Looks.BACK)
    to_on = forms.DateField("Til og med", looks=forms.Looks.BACK, after="from_on")


@bp.get("/adgangslog")
@asks(Action.LOG_READ)
def index() -> Response:
    """What is asked for, the newest first."""
    form, asked = _asked()
    page = access_log.index(actor(), asked, forms.page_number())
    typed = urlencode([(name, value) for name, value in request.args.items(multi=True) if name in form and value])
    where = url_for("access_log.index")
    return answers.page("access_log/index.html", "adgangslog", 422 if form.errors else 200, page=page, log_form=form,
                        typed=typed, there=f"{where}?{typed}&side=", is_asked=any(asked),
                        open_breaches=breaches.count_open(actor()), to_judge=oversight.count_open(actor()))  # fmt: skip


@bp.get("/adgangslog/hent")
@asks(Action.LOG_READ)
def export() -> Response:
    """The same as a file."""
    _, asked = _asked()
    made = spreadsheets.csv_of(access_log.HEADINGS, access_log.exported(actor(), asked))
    return files.to_save(made, "text/csv; charset=utf-8", "adgangslog.csv")


@case_pages.page("/sager/<ref>/adgangslog", Action.CASE_GRANT, "access_log/of_case.html")
def of_case(case: Case) -> Words:
    """Who looked at one case."""
    return {"page": access_log.of_case(actor(), case, forms.page_number())}


def _asked() -> tuple[Any, access_log.LogQuestion]:
    """The form as it stands in the address, and what it asks for: of what is not right, nothing."""
    form = LogForm(request.args)
    forms.fill(form, {"person": [("", "Alle"), *access_log.everyone()]})
    form.validate()
    good = {name: value for name, value in form.values().items() if name not in form.errors}
    kind = LogKind(good["kind"]) if good.get("kind") else None
    return form, access_log.LogQuestion(**good | {"kind": kind})
