"""Who may what, looked through twice a year by who heads each person: confirmed, or ended (SEC-20).

A manager sees roles, and how many cases each is on; never which.
"""

from datetime import date, datetime

import peewee

from ... import clock, policy
from ...addresses import Place
from ...errors import Invalid, NotFound
from ...kinds import EventKind, LetterKind, ReviewAnswer
from ...mail import outbox
from ...policy import Action
from ...store import events
from ...store.cases import Case, Relation
from ...store.db import append_many, change, sealed, transaction
from ...store.outbox import Tick, note_tick
from ...store.oversight import AccessReview
from ...store.people import Person
from .. import leaving, people, rules, staff
from ..verbs import reads, verb

ASKED = "reviews"


def ask(now: datetime) -> int:
    """Ask about everyone who has a role or is on a case, once in each half-year; of how many. A tick.

    Who came after it began is asked about in the next.
    """
    half = _half(clock.today(now))
    last = Tick.select(Tick.at).where(Tick.name == ASKED).scalar()
    if half is None or (last is not None and clock.today(last) >= half):
        return 0
    count = _ask(half, now)
    note_tick(ASKED, now, count)
    return count


def _half(today: date) -> date | None:
    """The first day of the half-year that is under way; None where nothing is asked."""
    months = rules.current().access_review_months
    begun = [date(year, month, 1) for year in (today.year - 1, today.year) for month in months]
    return max((day for day in begun if day <= today), default=None)


@transaction
def _ask(half: date, now: datetime) -> int:
    on_case = Relation.select(Relation.person).where(Relation.until_at.is_null())
    asked = AccessReview.select(AccessReview.person).where(AccessReview.half == half)
    has_something = (Person.roles != "") | Person.ref.in_(on_case)
    found = Person.select(Person.ref).where(
        Person.disabled_at.is_null(), has_something, Person.ref.not_in(asked),
        Person.created_at < clock.next_valid_instant(half, rules.current().digest_at),
    )  # fmt: skip
    rows = [{"half": half, "person": ref, "asked_at": now} for (ref,) in found.tuples()]
    append_many(AccessReview, [sealed(AccessReview, row) for row in rows])
    return len(rows)


# ── what waits for a manager ────────────────────────────────────────────────────────────────────────


def open_for(actor: Person | policy.Asker) -> peewee.Expression:
    """The condition under which one of them waits for the actor. Wants Person joined."""
    unanswered = AccessReview.answer.is_null() & Person.disabled_at.is_null()
    return unanswered & policy.heads(actor, AccessReview.person)  # type: ignore[arg-type]


def how_many(actor: Person) -> peewee.ModelSelect:
    """The same as `count`, as a column of another query, for who reviews."""
    return _rows().select(peewee.fn.COUNT(AccessReview.ref)).where(open_for(actor))


def count(actor: Person) -> int:
    """How many wait for the actor; none for who reviews nothing."""
    return int(how_many(actor).scalar()) if policy.may(actor, Action.ACCESS_REVIEW) else 0


@reads(Action.ACCESS_REVIEW)
def waiting(actor: Person) -> list[AccessReview]:
    """Those that wait for the actor, each with its person."""
    return list(_rows().select_extend(Person).where(open_for(actor)).order_by(Person.name))


def _rows() -> peewee.ModelSelect:
    return AccessReview.select(AccessReview).join(Person, on=(AccessReview.person == Person.ref))


def _one(actor: Person, ref: str) -> AccessReview:
    found: AccessReview | None = _rows().select_extend(Person).where(open_for(actor), AccessReview.ref == ref).first()
    if found is None:
        raise NotFound()
    return found


# ── the answer ──────────────────────────────────────────────────────────────────────────────────────


@verb(Action.ACCESS_REVIEW)
def keep(actor: Person, ref: str) -> None:
    """Confirm that a person shall have what he or she has. Raises NotFound for what is not the actor's to answer, or
    was answered already."""
    _answer(actor, _one(actor, ref), ReviewAnswer.KEEP)


@verb(Action.ACCESS_REVIEW)
def end(actor: Person, ref: str) -> None:
    """End the roles of a person and what ties them to cases, as for who leaves: what they have goes to those who still
    see it. The account stays open. The administrators are told, since a role that comes from the provider of single
    sign-on would be back at the next sign-in.

    Raises NotFound as `keep`; Invalid for who administers or audits, for a manager of a department, and while a case
    would be left without anyone.
    """
    review = _one(actor, ref)
    person, cases = review.person, leaving.touched_by(review.person)
    if policy.is_kept_from_cases(person):
        raise Invalid("Bed en administrator om at tage den rolle fra personen.")
    leaving.hold_cases(cases)
    staff.end_roles(actor, person, cases)
    for one in people.administrators():
        outbox.put(LetterKind.ROLES_ENDED, one, key=f"review:{review.ref}", about=review, opens=Place.ADMINISTRATION)
    _answer(actor, review, ReviewAnswer.END)


def _answer(actor: Person, review: AccessReview, answer: ReviewAnswer) -> None:
    fresh = change(review, review.version, answer=answer, by=actor, at=clock.now())
    events.record(actor, EventKind.ACCESS_REVIEWED, fresh, changes={"answer": [None, answer.value]})


# ── what is told of each ────────────────────────────────────────────────────────────────────────────


def cases_of(persons: list[str]) -> dict[tuple[str, str], int]:
    """How many open cases each person is on, by person and kind of tie: numbers alone. One query."""
    rows = (
        Relation.select(Relation.person, Relation.kind, peewee.fn.COUNT(Relation.ref))
        .join(Case)
        .where(Relation.person.in_(persons), Relation.until_at.is_null(), Case.closed_at.is_null())
        .group_by(Relation.person, Relation.kind)
    )
    return {(person, kind): count for person, kind, count in rows.tuples()}
