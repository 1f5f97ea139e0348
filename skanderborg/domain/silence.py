"""Cases gone silent: nobody has talked with the citizen for long, no meeting is ahead, and none of it is on purpose.

A contact is a note that says so, a meeting held with the citizen, a sparring at which the citizen was, or a referral
that was rung together. Nothing else is: a task that is put off, or a page that was opened, helps nobody (decision 25).
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

import peewee

from .. import clock
from ..errors import Invalid
from ..kinds import CaseKind, EventKind, MeetingStatus, MeetingWith, ReferralWay
from ..policy import Action
from ..store.cases import Case
from ..store.db import greatest
from ..store.fields import UtcField
from ..store.people import Person
from ..store.record import Note, Sparring
from ..store.work import Meeting, Referral
from . import days, rules
from .verbs import work
from .written import revise_if_new

NEVER = peewee.Value("")  # before every day, as text
_instant = UtcField().python_value
_day = Note.talked_on.python_value


class Heard(NamedTuple):
    """What says how long a case has been silent, as the database keeps it, in the order of `columns`."""

    talked_on: str  # "2026-10-30"; empty: never
    reported_at: Any
    reopened_at: Any
    next_contact_on: Any

    @property
    def last_talk(self) -> date | None:
        """The day on which someone last talked with the citizen."""
        return date.fromisoformat(self.talked_on) if self.talked_on else None

    def since(self) -> date:
        """The day from which there was no contact: the last one, else that on which the case began, or began anew."""
        began: list[Any] = [_instant(at) for at in (self.reported_at, self.reopened_at)]
        return max([clock.today(at) for at in began if at] + [day for day in [self.last_talk] if day])

    def falls_due(self) -> date:
        """The day from which it counts as silent: not before what was agreed has gone by."""
        silent_on = self.since() + timedelta(days=rules.current().silent_after_days)
        waited_for = _day(self.next_contact_on)
        return max(silent_on, waited_for + timedelta(days=1)) if waited_for else silent_on


def columns(case: Any) -> list[peewee.Node]:
    """The columns of a `Heard`, of a query of Case."""
    return [talked_on(case), Case.reported_at, Case.reopened_at, Case.next_contact_on]


def talked_on(case: Any) -> peewee.Node:
    """The last day on which someone talked with the citizen, as text; empty for never."""
    later = Note.alias("later")
    corrected = later.select(peewee.SQL("1")).where(later.corrects == Note.ref)
    noted = Note.select(peewee.fn.MAX(Note.talked_on)).where(Note.case == case, ~peewee.fn.EXISTS(corrected))
    held = Meeting.select(peewee.fn.MAX(peewee.fn.SUBSTR(Meeting.wall_start, 1, 10))).where(
        Meeting.case == case, Meeting.status == MeetingStatus.HELD, Meeting.party == MeetingWith.CITIZEN
    )
    sparred = Sparring.select(peewee.fn.MAX(Sparring.held_on)).where(
        Sparring.case == case,
        Sparring.with_citizen == True,  # noqa: E712
    )
    rung = Referral.select(peewee.fn.MAX(Referral.on)).where(
        Referral.case == case, Referral.way == ReferralWay.CALLED_TOGETHER
    )
    return greatest(*(peewee.fn.COALESCE(peewee.Cast(one, "TEXT"), NEVER) for one in (noted, held, sparred, rung)))


def is_quiet(now: Any) -> peewee.Expression:
    """The condition under which a case may be silent at all: under way, with no meeting ahead."""
    ahead = Meeting.select(peewee.SQL("1")).where(
        Meeting.case == Case.ref, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > now
    )
    under_way = Case.closed_at.is_null() & Case.claimed_at.is_null(False) & (Case.kind == CaseKind.FULL)
    return under_way & ~peewee.fn.EXISTS(ahead)


def words(since: date) -> str:
    """«Stille siden 30. okt.»"""
    return f"Stille siden {clock.short_date_without_weekday(since)}"


@work(Action.CASE_WORK)
def agree(actor: Person, case: Case, on: date | None, what: str | None, seen_version: int) -> Case:
    """Write down when contact with the citizen is agreed next, and what for; without a day nothing is.

    Until then the case is not silent. Raises Invalid for a day that has passed or is years ahead, for one without what
    is agreed, and on a closed case; Conflict when someone was faster.
    """
    if on != case.next_contact_on:
        days.refuse_unless_ahead(on, "next_contact_on", 1)
    if on and not what:
        raise Invalid("Skriv kort, hvad I har aftalt, eller hvad I venter på.", "next_contact")
    told = what if on else None
    return revise_if_new(
        actor, EventKind.CASE_NEXT_CONTACT_AGREED, case, seen_version, next_contact_on=on, next_contact=told
    )  # fmt: skip
