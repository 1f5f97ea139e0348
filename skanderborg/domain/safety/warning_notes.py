"""Warnings to staff who meet the parties; each is looked at again within a year, and ended with a reason."""

from datetime import date

from ... import clock, policy
from ...errors import Invalid
from ...kinds import DeadlineKind, EventKind
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Person
from ...store.plans import WarningNote
from .. import days, written
from ..reminders import deadlines
from ..verbs import reads, work
from ..written import add, revise, revise_if_new


@reads(Action.CASE_READ)
def get(actor: Actor, case: Case, ref: str) -> WarningNote:
    """A warning in force in a case that the actor has loaded. Raises NotFound for another's, TooLate for one that
    was ended."""
    note = policy.part_of(case, WarningNote, ref)
    return written.refuse_gone(note, note.ended_at)


def in_force(case_ref: str) -> list[WarningNote]:
    """The warnings of a case, the oldest first: for everyone who meets the parties, on the case or not. Asks nothing:
    whoever calls has loaded the case, or a meeting of it."""
    found = WarningNote.select().where(WarningNote.case == case_ref, WarningNote.ended_at.is_null())
    return list(found.order_by(WarningNote.at, WarningNote.ref))


@creates(WarningNote)
@work(Action.CASE_WORK)
def write(actor: Person, case: Case, text: str, review_on: date) -> WarningNote:
    """Warn colleagues. Raises Invalid for a review more than a year away, and on a closed case."""
    days.refuse_unless_ahead(review_on, "review_on", 1)
    note = add(actor, EventKind.WARNING_WRITTEN, WarningNote, case, text=text, review_on=review_on)
    deadlines.plan(DeadlineKind.WARNING_REVIEW, note, review_on)
    return note


@work(Action.CASE_WORK)
def review(
    actor: Person, case: Case, note: WarningNote, text: str, review_on: date, seen_version: int
) -> WarningNote:  # fmt: skip
    """Look at a warning again: what it says now, and when next. Raises Invalid as `write`, Conflict."""
    days.refuse_unless_ahead(review_on, "review_on", 1)
    reviewed = revise_if_new(actor, EventKind.WARNING_REVIEWED, note, seen_version, text=text, review_on=review_on)
    if reviewed is not note:
        deadlines.plan(DeadlineKind.WARNING_REVIEW, reviewed, review_on)
    return reviewed


@work(Action.CASE_WORK)
def end(actor: Person, case: Case, note: WarningNote, reason: str | None, seen_version: int) -> WarningNote:
    """Say that a warning no longer holds. Raises Invalid without a reason, Conflict when someone was faster."""
    if not reason:
        raise Invalid("Skriv, hvorfor advarslen ikke længere gælder.", "end_reason")
    ended = revise(actor, EventKind.WARNING_ENDED, note, seen_version, told=("end_reason",), ended_at=clock.now(),
                   end_reason=reason)  # fmt: skip
    deadlines.void(ended)
    return ended
