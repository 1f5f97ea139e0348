"""What is said the first time, put away; and the shortcuts of single keys."""

from flask import Blueprint, Response, url_for

from ..domain import screen
from ..kinds import FirstTime
from ..policy import Action
from . import forms
from .answers import changed
from .form_pages import Pages, Words, sent
from .guard import actor

bp = Blueprint("screen", __name__)
pages = Pages(bp, back="screen.shortcuts", section="")

# Which key opens what, once they are turned on: static/js/shortcuts.js reads it from the page.
SHORTCUTS = {
    "d": ("Min dag", "/"),
    "t": ("Tavle", "/tavle"),
    "a": ("Anmodninger", "/anmodninger"),
    "s": ("Sager", "/sager"),
    "c": ("Actioncard", "/actioncard"),
    "m": ("Jeg har en mistanke", "/mistanke/ny"),
    "?": ("Genveje på tastaturet", "/profil/genveje"),
}


@bp.app_template_global("shortcut_addresses")
def addresses() -> dict[str, str]:
    """For the page: which key opens which address."""
    return {key: address for key, (_, address) in SHORTCUTS.items()}


@pages.page("/profil/genveje", Action.PROFILE, "profile/shortcuts.html", personal=False)
def shortcuts() -> Words:
    """Which keys there are, and whether they are on."""
    return {"keys": [(key, label) for key, (label, _) in SHORTCUTS.items()], "are_on": actor().has_shortcuts}


@pages.post("/profil/genveje/<state>", Action.PROFILE)
def switch(state: str) -> str:
    """Turn them on or off."""
    screen.use_shortcuts(actor(), state == "til")
    return "Genveje med én tast er slået til." if state == "til" else "Genveje med én tast er slået fra."


@pages.post("/profil/vaek/<place>", Action.PROFILE)
def put_away(place: str) -> Response:
    """Do not say it again; back to the page on which it stood, or to nothing in its place."""
    screen.put_away(actor(), FirstTime.of_slug(place))
    case = sent("case")
    there = url_for("cases.show", ref=case) if forms.is_ref(case) else "/tavle" if place == FirstTime.BOARD else "/"
    return changed("layouts/_put_away.html", instead=there, said="Det bliver ikke vist igen.")
