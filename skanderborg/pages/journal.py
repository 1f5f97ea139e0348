"""What goes to the municipality's journal, on paper: each row as one PDF/A, as it stands in the case."""

from collections.abc import Callable
from typing import Any, NamedTuple

from .. import clock
from ..domain.journal import KINDS, packages
from ..domain.journal.packages import Packed, Paper
from ..domain.verbs import reads
from ..errors import Invalid
from ..policy import Action
from ..store import events
from ..store.cases import Case
from ..store.people import Person
from ..store.record import Note, Sparring
from ..store.work import Meeting, Request
from .packs import paper


class Written(NamedTuple):
    """What stands on a paper: its day, the name of who wrote it, and texts under their headings."""

    on: Any
    by: str
    parts: list[tuple[str, Any]]


def _note(row: Note) -> Written:
    return Written(clock.today(row.at), row.by.name, [("Emne", row.theme), ("Notat", row.text)])


def _sparring(row: Sparring) -> Written:
    giver = row.person.name if row.person else row.external_name
    parts = [("Sparring fra", f"{row.way.label}, {giver}"), ("Råd", row.advice), ("Næste skridt", row.next_step)]
    return Written(row.held_on, row.by.name, parts)


def _minutes(row: Meeting) -> Written:
    parts = [("Møde", f"{row.kind.label}, {clock.long_moment(row.starts_at)}"), ("Dagsorden", row.agenda),
             ("Referat", row.minutes)]  # fmt: skip
    return Written(clock.today(row.starts_at), row.by.name, parts)


def _answer(row: Request) -> Written:
    answered = [("Anmodning til", row.department.name), ("Anmodning", row.ask), ("Svar", row.answer)]
    return Written(clock.today(row.answered_at), row.handler.name if row.handler else row.department.name, answered)


KEPT: dict[str, tuple[Any, Callable[[Any], Written]]] = {
    "note": (Note, _note), "sparring": (Sparring, _sparring), "meeting": (Meeting, _minutes),
    "request": (Request, _answer),
}  # fmt: skip


def packed(actor: Person, case: Case, abouts: list[str]) -> Packed:
    """A package of some rows of the case («note:<ref>»). Raises Invalid for none of them, for more than fit, for one of
    another case, and for one that cannot be drawn."""
    packages.refuse_unfit(actor, case, abouts)
    return packages.pack(actor, case, [_drawn(actor, case, about) for about in abouts])


@reads(Action.CASE_READ)
def _drawn(actor: Person, case: Case, about: str) -> Paper:
    kind, _, ref = about.partition(":")
    model, write = KEPT[kind]
    row = model.get_or_none(model.ref == ref, model.case == case.ref)
    if row is None:
        raise Invalid("Sæt hak ved det, der skal til journalen.", "papers")
    events.looked(actor, "journal:pack", row)
    said, title = write(row), KINDS[kind]
    day = {"year": said.on.year, "month": said.on.month, "day": said.on.day}
    facts = [("Sag", case.code), ("Dato", clock.numeric_date(said.on)), ("Skrevet af", said.by)]
    parts = [(heading, text) for heading, text in said.parts if text]
    content = {"title": f"{title} {clock.numeric_date(said.on)}", "made_on": day, "facts": facts, "parts": parts}
    return Paper(about, said.on, title, paper.drawn("journal", clock.now(), content))
