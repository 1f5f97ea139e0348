"""Letters that failed, or of which nobody knows whether they went out: dealt with by a person, one or all."""

from functools import partial

from flask import Blueprint, Response

from ..domain import cases, letters
from ..policy import Action
from ..store.cases import Case
from .form_pages import Pages, Words, back
from .forms import page_number
from .guard import actor

bp = Blueprint("letters", __name__)
case_pages = Pages(bp, Case, partial(cases.opened, seen_as="case:read"), back="cases.show")
pages = Pages(bp, back="letters.mailboxes", section="administration")
unsure = Pages(bp, back="letters.uncertain", section="administration")
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


@pages.page("/administration/usikre", Action.PEOPLE_MANAGE, "letters/uncertain.html")
def uncertain() -> Words:
    """What may have been sent before a backup was put back."""
    return {"page": letters.uncertain.index(actor(), page_number())}


@unsure.post("/administration/usikre/send", Action.PEOPLE_MANAGE)
def send_uncertain() -> str:
    """Send all of them."""
    return f"{letters.uncertain.send(actor())} beskeder bliver sendt."


@unsure.post("/administration/usikre/send-ikke", Action.PEOPLE_MANAGE)
def drop_uncertain() -> str:
    """Send none of them."""
    return f"{letters.uncertain.drop(actor())} beskeder bliver ikke sendt."


@unsure.post("/administration/usikre/<letter_ref>/send", Action.PEOPLE_MANAGE)
def send_uncertain_one(letter_ref: str) -> str:
    """Send one."""
    return _decided(letters.uncertain.send(actor(), letter_ref), "Beskeden bliver sendt.")


@unsure.post("/administration/usikre/<letter_ref>/send-ikke", Action.PEOPLE_MANAGE)
def drop_uncertain_one(letter_ref: str) -> str:
    """Do not send one."""
    return _decided(letters.uncertain.drop(actor(), letter_ref), "Beskeden bliver ikke sendt.")


def _decided(count: int, said: str) -> str:
    return said if count else "Det var afgjort allerede."


def _sent_again(count: int) -> str:
    if not count:
        return "Der var ingen beskeder at sende igen."
    return "Beskeden bliver sendt igen." if count == 1 else f"{count} beskeder bliver sendt igen."
