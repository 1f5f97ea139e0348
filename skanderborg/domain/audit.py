"""The access log: refused look-ups, and whether the event chains still hold."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .. import clock
from ..settings import SettingError
from ..store import chains, derived, events, heads, keys, rows, sealed
from ..store.chains import Fault
from ..store.db import begin, transaction
from ..store.people import Person

REF = re.compile(r"[a-z2-7]{26}")
ROWS_TOLD = 20  # of one chain, where people read them


def name_request(request_id: str) -> None:
    """Give the request under way its name, which every event of it carries; nothing of it was unreadable so far."""
    events.request_id.set(request_id)
    sealed.missed.set(sealed.NOTHING_MISSED)


def name_machine_user(name: str) -> None:
    """Say who runs the command under way, as the machine calls them; every event of it carries it."""
    events.os_user.set(name)


@transaction
def read_by_command(action: str) -> None:
    """Write down that a command read the log."""
    events.append(
        keys.SYSTEM, clock.now(), actor=None, action=action, object_kind="log", object_ref="log", is_write=False,
        changes=None,
    )  # fmt: skip


@transaction
def denied(person: Person, asked: str, ref: str) -> None:
    """Write a refused look-up down, in a transaction of its own: the one that was refused is gone (decision 10).

    Only what looks like a ref is kept as it was asked: a typed address may hold a name, and the log is for ever.
    """
    events.denied(person, asked, ref if REF.fullmatch(ref) else "odd")


def take_over() -> Iterator[str]:
    """Give the chains of a database from before there were heads theirs, once, after verifying them, and bind its rows;
    what was done.

    A chain that does not hold gets its head all the same, and a row that its events contradict is not bound: both are
    named here, and by every verification from now on. Raises SettingError where chains had heads before: who took them
    away would be given new ones.
    """
    if heads.is_taken_over():
        yield from _bind_staff()
        return
    if chains.had_heads():
        raise SettingError(
            "SKB_DATABASE_URL: hændelsesloggens ender er taget væk. Læg en sikkerhedskopi tilbage, og se, hvem der har "
            "haft adgang til databasen."
        )
    found, doubtful = chains.walk(chains.cut()), derived.contradicted()
    with begin():
        count = heads.take_over(sorted(found.ends.items()))
        bound = rows.bind_anew(rows.FOUND, but=doubtful)
    yield f"Hændelsesloggens {count} kæder har fået et hoved, og {bound} rækker er bundet, som de står nu."
    for fault in found.faults:
        if fault.event:
            yield f"Bemærk: {in_words(fault)}"
    for name in sorted(doubtful):
        yield f"Bemærk: {name} er ikke, som hændelserne siger, og er ikke bundet."


def _bind_staff() -> Iterator[str]:
    with begin():
        bound = rows.bind_staff()
    if bound:
        yield f"{bound} rækker om ansatte og afdelinger er bundet til hændelsesloggen, som de står nu."


def altered_before() -> set[str] | None:
    """The rows that are altered before migrations run; None where there is nothing yet to compare them with."""
    is_there = heads.LogCount.table_exists() and heads.is_taken_over()
    return rows.names_of_altered() if is_there and events.Event.select().exists() else None


@transaction
def bind_migrated(before: set[str]) -> int:
    """Bind the rows that migrations wrote, as they stand; one that was altered `before` stays so. How many."""
    return rows.bind_anew(rows.MIGRATED, but=before)


def altered_rows() -> list[Fault]:
    """Every row of a case or of staff that is not as its events wrote it, every file that is not what was received."""
    return rows.faults()


def lines(faults: list[Fault]) -> list[str]:
    """Faults as people read them; of a chain that lost the events of its rows only the first rows."""
    said, rows_of = [], Counter[str]()
    for fault in faults:
        rows_of[fault.chain] += fault.row is not None
        if fault.row is None or rows_of[fault.chain] <= ROWS_TOLD:
            said.append(in_words(fault))
    left = {chain: count - ROWS_TOLD for chain, count in rows_of.items() if count > ROWS_TOLD}
    return said + [f"{chain}: og {count} rækker mere; --json viser alle." for chain, count in sorted(left.items())]


def in_words(fault: Fault) -> str:
    """A fault as one line."""
    place = f"{fault.chain}, hændelse {fault.number}: " if fault.number else f"{fault.chain}: " if fault.chain else ""
    return f"{place}{fault.what}"


def export() -> Iterator[dict[str, Any]]:
    """Every event without its sealed content, oldest first, for the auditor; read as it is asked for."""
    columns = ("ref", "chain", "number", "at", "actor", "action", "object_kind", "object_ref", "outcome", "is_write",
               "request", "version", "os_user", "mac")  # fmt: skip
    log = events.Event.select(events.Event.id, *(getattr(events.Event, name) for name in columns))
    for event in events.in_pages(log, events.Event.id):
        yield {name: str(getattr(event, name)) for name in columns}
