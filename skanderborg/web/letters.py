"""Letters that failed: dealt with by a person, or sent again, one or all."""

from functools import partial

from flask import Blueprint, Response

from ..domain import cases, letters
from ..policy import Action
from ..store.cases import Case
from .form_pages import Pages, Words, back
from .guard import actor

bp = Blueprint("letters", __name__)
case_pages = Pages(bp, Case, partial(cases.opened, seen_as="case:read"), back="cases.show")
pages = Pages(bp, back="letters.mailboxes", section="administration")
bp.add_app_template_global(letters.label, "letter_label")


@case_pages.post("/sager/<ref>/breve/<letter_ref>/klaret", Action.CASE_WORK)
def dismiss(case: Case, letter_ref: str) -> str:
    """The person was told in another way."""
    letters.dismiss(actor(), case, letter_ref)
    return "Godt. Beskeden er klaret."


@case_pages.post("/sager/<ref>/breve/<letter_ref>/igen", Action.CASE_WORK)
def send_again(case: Case, letter_ref: str) -> str:
    """Try again."""
    letters.send_again(actor(), case, letter_ref)
    return "Beskeden bliver sendt igen."


@pages.post("/breve/igen", Action.MY_DAY)
def send_mine_again() -> Response:
    """Try all again of the cases that one coordinates."""
    return back("my_day.show", _sent_again(letters.send_mine_again(actor())))


@pages.page("/administration/breve", Action.PEOPLE_MANAGE, "letters/mailboxes.html")
def mailboxes() -> Words:
    """Whose letters were refused."""
    return {"mailboxes": letters.mailboxes(actor())}


@pages.post("/administration/breve/igen", Action.PEOPLE_MANAGE)
def send_all_again() -> str:
    """Try every letter again."""
    return _sent_again(letters.send_all_again(actor()))


@pages.post("/administration/breve/<mailbox_ref>/igen", Action.PEOPLE_MANAGE)
def send_again_to(mailbox_ref: str) -> str:
    """Try every letter to one person again."""
    return _sent_again(letters.send_all_again(actor(), mailbox_ref))


def _sent_again(count: int) -> str:
    if not count:
        return "Der var ingen beskeder at sende igen."
    return "Beskeden bliver sendt igen." if count == 1 else f"{count} beskeder bliver sendt igen."
