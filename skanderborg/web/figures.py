"""Halvårstal: frozen figures of half-years, for managers, resource persons and the auditor; nothing of any case."""

from flask import Blueprint, Response

from ..errors import NotFound
from ..pages import figures
from ..policy import Action
from . import files
from .form_pages import Pages, Words
from .guard import actor

bp = Blueprint("figures", __name__)
pages = Pages(bp, back="figures.index", section="halvaarstal")
FILES = {
    "csv": (figures.csv, "text/csv; charset=utf-8"),
    "xlsx": (figures.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (figures.pdf, "application/pdf"),
}


@pages.page("/halvaarstal", Action.FIGURES_READ, "figures/index.html", personal=False)
def index() -> Words:
    """The half-years that there are."""
    return {"half_years": figures.index(actor()), "title_of": figures.title}


@pages.page("/halvaarstal/<half_year>", Action.FIGURES_READ, "figures/show.html", personal=False)
def show(half_year: str) -> Words:
    """One half-year, its tables and pictures."""
    return {"report": figures.report(actor(), half_year), "note": figures.NOTE, "counted": figures.COUNTED,
            "about_medians": figures.MEDIANS}  # fmt: skip


@pages.page("/halvaarstal/<half_year>/fil/<ending>", Action.FIGURES_READ, "", personal=False)
def fetch(half_year: str, ending: str) -> Response:
    """It as a file. Raises NotFound for a kind there is none of."""
    report = figures.report(actor(), half_year)
    if ending not in FILES:
        raise NotFound()
    make, media_type = FILES[ending]
    return files.to_save(make(report), media_type, f"halvaarstal-{report.name}.{ending}")
