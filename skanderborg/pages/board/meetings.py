"""The meetings behind the board's third tab: a week at a time, or what is to come as a list."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import peewee

from ... import clock, policy
from ...domain import paging
from ...domain.cases import identity
from ...domain.verbs import reads
from ...kinds import MeetingStatus
from ...policy import Action
from ...store import events, keys
from ...store.cases import Case, Party
from ...store.people import Person
from ...store.work import Meeting

WEEK = timedelta(days=7)
WEEKEND = 5  # the first day of it, counted from Monday
EARLIEST, LATEST = date(2000, 1, 3), date(2099, 12, 28)  # Mondays that a page can be asked for


class Agreed(NamedTuple):
    """A meeting in a list; code and initials are empty for who takes part without seeing the case."""

    ref: str
    kind: str
    starts_at: datetime  # local
    ends_at: datetime
    status: MeetingStatus
    lacks_minutes: bool
    code: str
    initials: str


class AgreedDay(NamedTuple):
    """A day of a week and its meetings, the earliest first."""

    on: date
    is_today: bool
    meetings: list[Agreed]


class AgreedWeek(NamedTuple):
    """Monday to Friday, and the days of the weekend that have meetings."""

    monday: date
    days: list[AgreedDay]

    @property
    def number(self) -> int:
        """The week's number as Danes count it (ISO 8601)."""
        return self.monday.isocalendar().week

    @property
    def total(self) -> int:
        """How many meetings there are."""
        return sum(len(day.meetings) for day in self.days)

    @property
    def slug(self) -> str:
        """The week in an address: «2026-49»."""
        return slug_of(self.monday)

    @property
    def before(self) -> str:
        """The week before, in an address."""
        return slug_of(self.monday - WEEK)

    @property
    def after(self) -> str:
        """The week after, in an address."""
        return slug_of(self.monday + WEEK)


def slug_of(monday: date) -> str:
    """«2026-49»."""
    year, number, _ = monday.isocalendar()
    return f"{year}-{number:02}"


def monday_of(slug: str, today: date) -> date:
    """The Monday of the week in an address; of this week where it names none."""
    this = today - timedelta(days=today.weekday())
    year, _, number = slug.partition("-")
    if not (year.isascii() and year.isdecimal() and number.isascii() and number.isdecimal() and len(slug) <= 7):
        return this
    try:
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        return this
    return monday if EARLIEST <= monday <= LATEST else this


@reads(Action.BOARD_READ)
def week(actor: Person, slug: str) -> AgreedWeek:
    """The meetings of one week that the actor sees: of the cases that are seen, and those that are taken part in."""
    today = clock.today()
    monday = monday_of(slug, today)
    from_at, until_at = (clock.next_valid_instant(day, time()) for day in (monday, monday + WEEK))
    within = _seen_by(actor).where(Meeting.starts_at >= from_at, Meeting.starts_at < until_at)
    rows = list(within.order_by(Meeting.starts_at, Meeting.ref))
    found = _agreed(actor, rows)
    by_day = [[one for one in found if one.starts_at.date() == monday + timedelta(days=day)] for day in range(7)]
    days = [AgreedDay(on := monday + timedelta(days=place), on == today, those) for place, those in enumerate(by_day)]
    events.looked_at_list(actor, "board:meetings", [row.case_id for row in rows])
    return AgreedWeek(monday, [day for place, day in enumerate(days) if place < WEEKEND or day.meetings])


@reads(Action.BOARD_READ)
def ahead(actor: Person, number: int) -> paging.Page:
    """One page of the meetings that are agreed and not over, the soonest first."""
    planned = _seen_by(actor).where(Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > clock.now())
    found = paging.counted(planned.order_by(Meeting.starts_at, Meeting.ref), number)
    events.looked_at_list(actor, "board:meetings", [row.case_id for row in found.rows])
    return found._replace(rows=_agreed(actor, found.rows))


def _seen_by(actor: Person) -> peewee.ModelSelect:
    return (
        policy.parts(actor, Meeting)
        .select_extend(Party.ref, Party.case, Party.name)
        .join_from(Case, Party, peewee.JOIN.LEFT_OUTER, on=identity.is_citizen(), attr="citizen")
        .where(policy.sees_case(actor) | policy.helps(actor, Meeting))
    )


def _agreed(actor: Person, rows: list[Meeting]) -> list[Agreed]:
    meetings = [policy.allow_part(row, actor) for row in rows]
    keys.preload({f"case:{meeting.case_id}" for meeting in meetings})
    return [_shown(meeting, policy.may(actor, Action.CASE_READ, meeting.case)) for meeting in meetings]


def _shown(meeting: Meeting, sees_case: bool) -> Agreed:
    is_planned = meeting.status == MeetingStatus.PLANNED
    return Agreed(
        ref=meeting.ref,
        kind=meeting.kind.label,
        starts_at=clock.local(meeting.starts_at),
        ends_at=clock.local(meeting.ends_at),
        status=meeting.status,
        lacks_minutes=is_planned and meeting.ends_at <= clock.now(),
        code=meeting.case.code if sees_case else "",
        initials=identity.initials_of(meeting.case) if sees_case else "",
    )
