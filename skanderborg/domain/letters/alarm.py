"""The letter that says that the database is damaged: no row can be owed in a database that takes none (REL-06)."""

import contextlib
import logging

import cysqlite
import peewee

from ... import clock, policy
from ...addresses import Place
from ...kinds import LetterKind, Role
from ...mail import letters, smtp, wire
from ...settings import Settings
from ...store import faults
from ...store.db import connected
from ...store.outbox import OutboxLetter
from ...store.people import Person

NAME = "damage"
log = logging.getLogger(__name__)


def tell(settings: Settings) -> int:
    """Write to `alarm_addresses` and the administrators, once, that the database is damaged; returns how many got it.

    Nothing of it is read from the outbox or written there. A server that does not answer is tried at the next tick.
    """
    if faults.damage() is None or faults.alarm_mark().exists():
        return 0
    addresses = dict.fromkeys([*settings.defaults.alarm_addresses, *_administrators()])
    sent = 0
    try:
        with smtp.Line(settings) as line:
            for address in addresses:
                sent += _sent(line, address, settings)
    except smtp.Down as error:
        log.warning("the mail server is down: %s", error)
        return 0
    faults.alarm_mark().touch(mode=0o600)
    return sent


def _sent(line: smtp.Line, address: str, settings: Settings) -> int:
    letter = OutboxLetter(
        ref=NAME, key=f"{NAME}:{address}", kind=LetterKind.DATABASE_DAMAGED, words="{}", opens=Place.CARD.kept(""),
        due_at=clock.now(),
    )  # fmt: skip
    try:
        line.send(letters.sender(settings), address, letters.compose(letter, address, settings))
    except (smtp.Refused, smtp.NotNow, wire.UnsafeLetter) as error:
        log.warning("an alarm was not taken: %s", type(error).__name__)
        return 0
    return 1


def _administrators() -> list[str]:
    """Addresses of the active administrators, as far as the database still tells."""
    with contextlib.suppress(peewee.DatabaseError, cysqlite.DatabaseError), connected():
        people = list(Person.select().where(Person.disabled_at.is_null()))
        return [person.email for person in people if Role.ADMINISTRATOR in policy.roles(person)]
    return []
