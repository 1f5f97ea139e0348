"""Letters that failed: dealt with by a person, or sent again, one or all."""

from flask import Blueprint, Response, url_for

from ..domain import cases, letters
from ..policy import Action
from ..store.cases import Case
from . import render
from .guard import actor, asks

bp = Blueprint("letters", __name__)
bp.add_app_template_global(letters.label, "letter_label")


@bp.post("/sager/<ref>/breve/<letter_ref>/klaret")
@asks(Action.CASE_WORK, on=Case)
def dismiss(ref: str, letter_ref: str) -> Response:
    """The person was told in another way."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_WORK)
    letters.dismiss(actor(), case, letter_ref)
    return render.changed(instead=url_for("cases.show", ref=ref), said="Godt. Beskeden er klaret.")


@bp.post("/sager/<ref>/breve/<letter_ref>/igen")
@asks(Action.CASE_WORK, on=Case)
def send_again(ref: str, letter_ref: str) -> Response:
    """Try again."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_WORK)
    letters.send_again(actor(), case, letter_ref)
    return render.changed(instead=url_for("cases.show", ref=ref), said="Beskeden bliver sendt igen.")


@bp.post("/breve/igen")
@asks(Action.MY_DAY)
def send_mine_again() -> Response:
    """Try all again of the cases that one coordinates."""
    count = letters.send_mine_again(actor())
    return render.changed(instead=url_for("my_day.show"), said=_sent_again(count))


@bp.get("/administration/breve")
@asks(Action.PEOPLE_MANAGE)
def mailboxes() -> Response:
    """Whose letters were refused."""
    return render.page("letters/mailboxes.html", "administration", mailboxes=letters.mailboxes(actor()))


@bp.post("/administration/breve/igen")
@asks(Action.PEOPLE_MANAGE)
def send_all_again() -> Response:
    """Try every letter again."""
    count = letters.send_all_again(actor())
    return render.changed(instead=url_for("letters.mailboxes"), said=_sent_again(count))


@bp.post("/administration/breve/<mailbox_ref>/igen")
@asks(Action.PEOPLE_MANAGE)
def send_again_to(mailbox_ref: str) -> Response:
    """Try every letter to one person again."""
    count = letters.send_all_again(actor(), mailbox_ref)
    return render.changed(instead=url_for("letters.mailboxes"), said=_sent_again(count))


def _sent_again(count: int) -> str:
    if not count:
        return "Der var ingen beskeder at sende igen."
    return "Beskeden bliver sendt igen." if count == 1 else f"{count} beskeder bliver sendt igen."
