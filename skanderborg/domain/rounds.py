"""Gennemgang: one goes through one's cases, one after the other, and says of each when it comes back.

That a case was seen puts it off on the round of the one who saw it, and nowhere else: whatever falls due is told as
always, and brings the case back. It is no contact with the citizen (silence.py). Its minutes are a note of the case,
which names no other. A resource person is asked to go round once in so many days.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..danish import dates
from ..errors import Invalid
from ..kinds import EventKind, RelationKind, Role
from ..policy import Action, Asker
from ..store import keys
from ..store.cases import Case, Party, Relation
from ..store.fields import UtcField
from ..store.people import Person
from ..store.prepared import Parameter, prepared
from ..store.rounds import RoundStop
from ..store.wall import of_day
from ..store.work import Task
from . import notes, rules
from .cases import identity
from .suspicions import CODE_LENGTH
from .verbs import work
from .written import add, revise

SHORTEST_NAME = 4  # letters of a name that nobody types by chance
NAMES_ANOTHER = "Skriv kun om denne sag: {} hører til en anden. Skriv det på den sag i stedet."
_instant = UtcField().python_value


class Waits(NamedTuple):
    """Since when a resource person's round waits, as the database keeps it: the first day on which a case that was seen
    comes back, and the instant at which the person came onto the first one that never was."""

    person: str
    again_on: str | None
    tied_at: Any

    def falls_due(self) -> date:
        """The day from which it waits; far ahead where nobody is asked to go round."""
        every = rules.current().round_every_days
        if not every:
            return date.max
        tied_at: Any = _instant(self.tied_at)
        first = [clock.today(tied_at) + timedelta(days=every)] if tied_at else []
        return min([*first, *([date.fromisoformat(self.again_on)] if self.again_on else [])], default=date.max)


# ── what waits ──────────────────────────────────────────────────────────────────────────────────────


AGAIN_ON = of_day(peewee.fn.MIN(RoundStop.again_on))
TIED_AT = peewee.fn.MIN(peewee.Case(None, [(RoundStop.ref.is_null(), Relation.from_at)], None))


def waiting(*columns: peewee.Node) -> peewee.ModelSelect:
    """The rows of a `Waits`, or other columns of it, of the cases on which somebody is resource person. Wants to be
    grouped by the person."""
    tied = (RoundStop.case == Relation.case) & (RoundStop.person == Relation.person)
    query = Relation.select(*(columns or (Relation.person, AGAIN_ON, TIED_AT))).join(Case)
    return query.join_from(Relation, RoundStop, peewee.JOIN.LEFT_OUTER, on=tied)


def on_round(actor: Asker) -> peewee.Expression:
    """The condition under which a row of `waiting` counts for the actor."""
    mine = (Relation.person == actor.ref) & (Relation.kind == RelationKind.RESOURCE) & Relation.until_at.is_null()
    return mine & Case.closed_at.is_null() & policy.sees_case(actor)


def is_asked(person: Person) -> bool:
    """Whether the person is asked to go round by role."""
    return Role.RESOURCE_PERSON in policy.roles(person)


def comes_back(case: Any, today: Any) -> peewee.Expression:
    """The condition under which a case, seen on its stop, is met again: its day has come, or a task passed its deadline
    since, so that putting off silences nothing."""
    late = Task.select(peewee.SQL("1")).where(
        Task.case == case, Task.closed_at.is_null(), Task.due_on < today, Task.due_on >= RoundStop.seen_on
    )
    return RoundStop.ref.is_null() | (RoundStop.again_on <= today) | peewee.fn.EXISTS(late)


# ── seen ────────────────────────────────────────────────────────────────────────────────────────────


def usual_day() -> date:
    """When a case comes back unless someone says otherwise."""
    current = rules.current()
    days = min(current.round_every_days or current.round_longest_days, current.round_longest_days)
    return clock.today() + timedelta(days=days)


@work(Action.CASE_WORK)
def see(actor: Person, case: Case, again_on: date | None, minutes: str | None, *, key: str | None = None) -> RoundStop:
    """Say that one has seen the case on the round, and when it comes back; what was written of it becomes a note.

    Raises Invalid, naming the field, for a day that is not ahead, or further than `round_longest_days`, and for minutes
    that name another case or its citizen. Doing it twice the same day says the later day.
    """
    _check_day(again_on)
    if minutes:
        _refuse_others(actor, case, minutes)
        notes.write(actor, case, f"Gennemgang {clock.numeric_date(clock.today())}", minutes, key=key)
    said: dict[str, Any] = {"seen_on": clock.today(), "again_on": again_on, "at": clock.now()}
    there = RoundStop.get_or_none(RoundStop.case == case.ref, RoundStop.person == actor.ref)
    if there is None:
        return add(actor, EventKind.CASE_REVIEWED, RoundStop, case, told=("seen_on", "again_on"), person=actor, **said)
    mine = policy.carry(case, there)
    return revise(actor, EventKind.CASE_REVIEWED, mine, mine.version, told=("seen_on", "again_on"), **said)


def _check_day(again_on: date | None) -> None:
    longest = rules.current().round_longest_days
    if again_on is None:
        raise Invalid(dates.DATE_HINT, "again_on")
    if again_on <= clock.today():
        raise Invalid("Vælg en dag efter i dag.", "again_on")
    if again_on > clock.today() + timedelta(days=longest):
        raise Invalid(f"Sagen kan højst vente {longest} dage på at blive set igen.", "again_on")


# ── no other is named ───────────────────────────────────────────────────────────────────────────────


def _refuse_others(actor: Person, case: Case, minutes: str) -> None:
    """Of every case that the actor sees the code is known, and of those that are open the citizen too."""
    words = _words(minutes)
    codes = {word[:CODE_LENGTH].upper() for word in words}
    named = Case.select(Case.code).where(Case.code.in_(codes), Case.ref != case.ref, policy.sees_case(actor)).first()
    if named:
        raise Invalid(NAMES_ANOTHER.format(named.code), "minutes")
    rows = _named.all(policy.shape_of(actor), actor=actor.ref)
    keys.preload({f"case:{row.ref}" for row in rows})
    found = {row.ref: _name_of(row) for row in rows}
    own = found.pop(case.ref, [])
    if any(name != own and len("".join(name)) >= SHORTEST_NAME and _stands_in(name, words) for name in found.values()):
        raise Invalid(NAMES_ANOTHER.format("et af navnene"), "minutes")


def _name_of(case: Case) -> list[str]:
    return _words(identity.citizen_name(case) or "")


def _stands_in(name: list[str], words: list[str]) -> bool:
    """Whether the name stands among the words, also as whose something is: «Mette Madeups»."""
    owning = [*name[:-1], f"{name[-1]}s"]
    return any(words[place : place + len(name)] in (name, owning) for place in range(len(words)))


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()


@prepared
def _named(roles: str, *, actor: Parameter) -> peewee.ModelSelect:
    """The open cases that the actor sees, each with its citizen."""
    query = Case.select(Case.ref, Case.code, Party.ref, Party.case, Party.name)
    query = query.join(Party, peewee.JOIN.LEFT_OUTER, on=identity.is_citizen(), attr="citizen")
    return query.where(policy.sees_case(Asker(actor, roles)), Case.closed_at.is_null())
