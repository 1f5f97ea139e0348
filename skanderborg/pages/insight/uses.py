"""Who used what is kept of somebody on a case, when and for what: for the one whom it is about (GDPR article 15).

The looks and writes on the case itself, and the lists that told of it, which say so in their sealed `changes`. Of
another on the case than its citizen: since that one was written there, and only the lists on which he or she was found.
What is about another of the parties, and that the case has to do with other cases, is left out. Lines older than the
log is kept are gone, and so is what the page of another case told, once that is erased.
"""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from ... import clock
from ...domain import paging
from ...domain.verbs import reads, verb
from ...kinds import EventKind, LogKind, PartyRole
from ...policy import Action
from ...store import events
from ...store.cases import Case, Party
from ...store.events import Event
from ...store.keys import DataKey
from ...store.people import Person
from .. import access_log

AT_ONCE = 500
OF_OTHER_CASES = ("case_link",)
NO_NAME = "Navnet gives ikke"
HEADINGS = ("Dato", "Klokkeslæt", "Slags", "Hvad", "Tilknytning til sagen")


class Use(NamedTuple):
    """One use: by what right stands in `purpose`; `who` is empty where the names of the staff are not wanted."""

    at: datetime
    kind: LogKind
    thing: str
    purpose: str
    who: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As texts under HEADINGS."""
        wall = clock.local(self.at)
        found = (clock.numeric_date(wall.date()), clock.hhmm(wall.time()), self.kind.label, self.thing, self.purpose)
        return (*found, self.who) if self.who else found


class Uses(NamedTuple):
    """All uses of what is kept of one on a case, newest first; `party` is None for the citizen."""

    party: Party | None
    with_names: bool
    lines: list[Use]

    @property
    def headings(self) -> tuple[str, ...]:
        """Of the table."""
        return (*HEADINGS, "Hvem") if self.with_names else HEADINGS

    @property
    def is_of_citizen(self) -> bool:
        """Whether it is of the citizen of the case."""
        return self.party is None or self.party.role == PartyRole.CITIZEN


@reads(Action.CASE_EXPORT)
def others(actor: Person, case: Case) -> list[Party]:
    """Those on a case, beside its citizen, of whom a list can be made."""
    rows = Party.select().where(Party.case == case.ref, Party.removed_at.is_null(), Party.role != PartyRole.CITIZEN)
    return list(rows.order_by(Party.created_at, Party.ref))


@reads(Action.CASE_EXPORT)
def of(actor: Person, case: Case, party: Party | None, with_names: bool) -> Uses:
    """Every use. The look at it is the page's own."""
    since: Any = party.created_at if party and party.role != PartyRole.CITIZEN else case.reported_at
    told = _lists(case, party, since)
    first, rest = told[:AT_ONCE], told[AT_ONCE:]
    rows = list(_rows(case, _on_case(case, party, since) | Event.id.in_(first)))
    for begin in range(0, len(rest), AT_ONCE):
        rows += _rows(case, Event.id.in_(rest[begin : begin + AT_ONCE]))
    lines = sorted((_use(row, with_names) for row in rows), key=lambda one: one.at, reverse=True)
    return Uses(party, with_names, lines)


@verb(Action.CASE_EXPORT)
def listed(actor: Person, case: Case, found: Uses, form: str) -> None:
    """Write down that the list was taken out, in which form, of whom, and whether with the names of the staff."""
    about = found.party or case
    told = {"format": [None, form], "names": [None, "ja" if found.with_names else "nej"]}
    events.record(actor, EventKind.INSIGHT_LISTED, about, changes=told)


def page_of(found: Uses, number: int) -> paging.Page:
    """One page of them."""
    return paging.part_of(found.lines, number)


# ── which ───────────────────────────────────────────────────────────────────────────────────────────


def _on_case(case: Case, party: Party | None, since: datetime) -> peewee.Expression:
    """What was done on the case itself, but for what is about another of the parties or about another case."""
    is_mine = Party.ref == party.ref if party else Party.role == PartyRole.CITIZEN
    others = Party.select(Party.ref).where(Party.case == case.ref, ~is_mine)
    of_others = (Event.object_kind == "party") & Event.object_ref.in_(others)
    return (
        (Event.chain == f"case:{case.ref}") & (Event.outcome == "ok") & (Event.at >= since)
        & ~Event.action.startswith("rows:") & ~of_others & Event.object_kind.not_in(OF_OTHER_CASES)
    )  # fmt: skip


def _lists(case: Case, party: Party | None, since: datetime) -> list[int]:
    """Ids of the lists that told of the case, or of the party, by what lies sealed in their events."""
    column, ref = ("parties", party.ref) if party and party.role != PartyRole.CITIZEN else ("cases", case.ref)
    opens = Event.chain.startswith("person:") | Event.chain.in_(DataKey.select(DataKey.scope))
    sealed = Event.select(Event.id, Event.ref, Event.chain, Event.changes).where(
        Event.is_write == False, Event.changes.is_null(False), Event.at >= since, opens  # noqa: E712
    ).where(Event.chain != f"case:{case.ref}")  # fmt: skip
    return [one.id for one in events.in_pages(sealed, Event.id) if ref in _refs(one.changes, column)]


def _refs(changes: Any, column: str) -> list[str]:
    _, refs = (changes or {}).get(column) or (None, [])
    return refs if isinstance(refs, list) else []


def _rows(case: Case, which: peewee.Expression) -> peewee.ModelSelect:
    secret = peewee.Case(None, [(access_log.is_secret(case), 1)], 0).alias("secret")
    return access_log.beside(Case.ref == case.ref, secret).where(which).order_by(Event.id.desc()).namedtuples()


def _use(row: Any, with_names: bool) -> Use:
    line = access_log.line_of(row)
    who = (NO_NAME if row.secret else line.who) if with_names else ""
    return Use(line.at, line.kind, line.thing, line.purpose, who)
