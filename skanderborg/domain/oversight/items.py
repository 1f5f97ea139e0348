"""What is put before the auditors: a row each, once for each key, and a letter that says only that there is one."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ...addresses import Place
from ...kinds import LetterKind, OversightKind
from ...mail import outbox
from ...store.db import insert_once, transaction
from ...store.oversight import Finding
from .. import breaches

Told = dict[tuple[OversightKind, str], datetime]


class Noticed(NamedTuple):
    """What one person did so often from `since` to `at`; of a look, the event's ref."""

    kind: OversightKind
    person: str
    since: datetime
    at: datetime
    counted: int
    event: str | None = None

    @property
    def key(self) -> str:
        """What makes it one, however often it is found."""
        return f"{self.kind}:{self.event or f'{self.person}:{self.at.isoformat()}'}"


def told_until(since: datetime) -> Told:
    """The last instant of what is told already, by kind and person. One query."""
    rows = Finding.select(Finding.kind, Finding.person, Finding.at).where(
        Finding.at >= since, Finding.kind != OversightKind.SAMPLE
    )
    return {(row.kind, row.person_id): row.at for row in rows.order_by(Finding.at)}


@transaction
def keep(found: Iterable[Noticed], now: datetime) -> list[Finding]:
    """Keep what is new of it."""
    made = [insert_once(Finding, key=one.key, found_at=now, **one._asdict()) for one in found]
    return [item for item in made if item]


@transaction
def tell(found: Iterable[Noticed], now: datetime) -> int:
    """Keep what is new, and owe the auditors a letter of each; where nobody has that role, the administrators."""
    new, told = keep(found, now), breaches.overseers()
    for item in new:
        for person in told:
            key = f"oversight:{item.ref}"
            outbox.put(LetterKind.OVERSIGHT_ALARM, person, key=key, about=item, opens=Place.OVERSIGHT)
    return len(new)
