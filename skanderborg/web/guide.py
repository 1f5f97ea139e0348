"""The guide (*Hjælp*): topics, their pieces, and a search whose words never stand in an address."""

from typing import Any

from flask import Blueprint, Response, url_for

from .. import content
from ..pages import guide
from ..policy import Action
from . import forms, render
from .guard import asks

bp = Blueprint("guide", __name__)
INDEX = "guide/index.html"
LONGEST_SEARCH = 100

bp.add_app_template_global(guide.beside, "guide_beside")
bp.add_app_template_global(guide.contacts, "guide_contacts")
bp.add_app_template_global(guide.sources, "guide_sources")


class SearchForm(forms.Form):
    """What to look for."""

    words = forms.line("Søg i vejledningen", "Skriv et ord, fx logskema.", LONGEST_SEARCH)


@bp.get("/hjaelp")
@asks(Action.GUIDE_READ, personal=False)
def index() -> Response:
    """Every topic, and the search."""
    return render.page(INDEX, search_form=forms.blank(SearchForm), **_context())


@bp.get("/hjaelp/<topic>")
@asks(Action.GUIDE_READ, personal=False)
def topic(topic: str) -> Response:
    """The pieces of one topic, each with an anchor that stays."""
    one = guide.topic(topic)
    return render.page("guide/topic.html", topic=one, topics=guide.topics(), pieces=guide.of_topic(one),
                       questions=content.guide().question)  # fmt: skip


@bp.post("/hjaelp/soeg")
@asks(Action.GUIDE_READ, personal=False)
def search() -> Response:
    """The pieces in which the typed words are found."""
    form = forms.read(SearchForm, INDEX, name="search_form", **_context())
    return render.page("guide/found.html", search_form=form, found=guide.search(form.words.data))


@bp.get("/hjaelp/soeg")
@asks(Action.GUIDE_READ, personal=False)
def search_again() -> Response:
    """Who comes back to a search by its address begins anew."""
    return render.see(url_for("guide.index"))


def _context() -> dict[str, Any]:
    return {"topics": guide.topics()}
