"""Whether what someone shows beside the password is right: throttled as passwords are (SEC-13, SEC-14)."""

from typing import NamedTuple

from ... import clock
from ...errors import Invalid
from ...policy import Action
from ...settings import Defaults
from ...store import events
from ...store.db import transaction
from ...store.people import Person, Session
from .. import devices, sessions, throttle
from ..verbs import reads
from . import apps, codes, passkeys, tell

WRONG = "Koden er forkert eller brugt, eller der er prøvet for mange gange. Vent lidt, og prøv igen."


class Shown(NamedTuple):
    """What was shown: a code from an app or from paper, or the answer of a passkey; and the secret by which the browser
    is known."""

    code: str
    answer: str
    device: str


@reads(Action.PROFILE)
def check(actor: Person, session: Session, shown: Shown, limits: Defaults, base_url: str) -> None:
    """Raise Invalid, at the field, where what was shown is not right. What was right once is not so again."""
    if shown.answer:
        if not passkeys.is_shown(actor, session, shown.answer, base_url):
            transaction(_denied)(actor)
            raise Invalid(passkeys.NO_KEY, "code")
        return
    places = _places(actor, shown.device, limits)
    sessions.guess(
        places, actor.ref, lambda: _is_right(actor, codes.plain(shown.code)), limits, lambda: _denied(actor),
        Invalid(WRONG, "code"),
    )  # fmt: skip
    transaction(throttle.take_back)(places)


def _places(person: Person, device: str, limits: Defaults) -> throttle.Places:
    """Whoever knows the password guesses beside the owner, and keeps nobody out of a browser that the owner used."""
    is_known = bool(device) and devices.is_known(person, device, clock.now(), limits)
    return throttle.of_factor(person.ref, devices.hashed(device) if is_known else "")


def _denied(person: Person) -> None:
    events.denied(person, "session:factor", person.ref)


@transaction
def _is_right(person: Person, code: str) -> bool:
    if apps.is_shown(person, code):
        return True
    used = codes.use_up(person, code)
    if used:
        tell(person)
    return used
