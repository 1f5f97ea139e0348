"""The guide (*Hjælp*): topics, their pieces, and a search whose words never stand in an address."""

from flask import Blueprint, Response, url_for

from .. import content
from ..pages import guide
from ..policy import Action
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import asks

bp = Blueprint("guide", __name__)
pages = Pages(bp, back="guide.index", section="")
LONGEST_SEARCH = 100

bp.add_app_template_global(guide.for_place, "guide_beside")
bp.add_app_template_global(guide.contacts, "guide_contacts")
bp.add_app_template_global(guide.sources, "guide_sources")


class SearchForm(forms.Form):
    """What to look for."""

    words = forms.line("Søg i vejledningen", "Skriv et ord, fx logskema.", LONGEST_SEARCH)


@pages.page("/hjaelp", Action.GUIDE_READ, "guide/index.html", personal=False)
def index() -> Words:
    """Every topic, and the search."""
    return {"search_form": forms.blank(SearchForm), "topics": guide.topics()}


@pages.page("/hjaelp/<topic>", Action.GUIDE_READ, "guide/topic.html", personal=False)
def topic(topic: str) -> Words:
    """The pieces of one topic, each with an anchor that stays."""
    one = guide.topic(topic)
    return {
        "topic": one, "topics": guide.topics(), "pieces": guide.of_topic(one), "questions": content.guide().question,
    }  # fmt: skip


@pages.post("/hjaelp/soeg", Action.GUIDE_READ, personal=False)
def search() -> Sent:
    """The pieces in which the typed words are found."""
    form = yield Ask(SearchForm, "search_form", on=index)
    return answers.page("guide/found.html", search_form=form, found=guide.search(form.words.data))


@bp.get("/hjaelp/soeg")
@asks(Action.GUIDE_READ, personal=False)
def search_again() -> Response:
    """Who comes back to a search by its address begins anew."""
    return answers.see(url_for("guide.index"))
