"""What happened on a case lately: the last things that were done, and how the log has grown from week to week.

Both come as one text each with the facts of the case, since its overview asks the database no more often than it must.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import peewee

from .. import clock
from ..domain.incidents import counts
from ..domain.incidents.logged import Logged
from ..kinds import IncidentStatus, TaskKind
from ..store import sealed, wall
from ..store.cases import Case
from ..store.dialects import hexadecimal, joined
from ..store.events import Event
from ..store.incidents import Incident
from ..store.people import Person
from ..store.work import Task
from .case_tasks import BoxView
from .history import wording

WEEKS = 8
MOST_DONE = 3  # by people; what the system does by itself stands in Historik
MOST_LOOKED_AT = 300  # of the latest entries of the log of access, most of which are looks
PERSONAL = (
    "case_link",
    "child_report",
    "child_step",
    "exclusion",
    "likeness",
)  # what not everyone on the case may know of
COUNTED = ("from_on", "to_on", "types", "contact_count")
BETWEEN, WITHIN = "\x1e", "\x1f"  # which nobody types in a name


class DoneLately(NamedTuple):
    """One thing that was done: when, by whom, and what, with the task's title where that is shown on the page."""

    when: str
    sentence: str


def first_day(today: date) -> date:
    """The first day of the weeks that are shown; the last of them is the one of `today`."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def columns(case: str) -> list[peewee.Node]:
    """What `counted_in` and `done_in` read."""
    return [_log(case).alias("log"), _done(case).alias("done_lately")]


def _log(case: str) -> peewee.Select:
    """The rows that count, with what lies under a seal in hexadecimal digits."""
    sealed = (Incident._meta.fields[name] for name in COUNTED)
    log = Incident.select(Incident.ref, Incident.kind, *sealed).where(Incident.case == case, counts()).alias("log_rows")
    return _joined([log], log.c.ref, log.c.kind, *(hexadecimal(log.c[name]) for name in COUNTED))


def _done(case: str) -> peewee.Select:
    chain = peewee.Expression(peewee.SQL("'case:'"), peewee.OP.CONCAT, case)
    newest = Event.alias()
    last = newest.select(peewee.fn.MAX(newest.number)).where(newest.chain == chain)
    recent = peewee.Expression(last, peewee.OP.SUB, MOST_LOOKED_AT)
    duties = Task.select(Task.ref).where(Task.case == case, Task.kind == TaskKind.CHILD_REPORT)
    done = (
        Event.select(Event.at, Event.action, Event.object_ref, Person.name)
        .join(Person, on=(Event.actor == Person.ref))
        .where(
            Event.chain == chain, Event.is_write == True, Event.number > recent,  # noqa: E712
            Event.object_kind.not_in(PERSONAL), Event.object_ref.not_in(duties),
        )
        .order_by(Event.number.desc())
        .limit(MOST_DONE)
        .alias("done")
    )  # fmt: skip
    return _joined([done], wall.utc_text(done.c.at), done.c.action, done.c.object_ref, done.c.name)


def _joined(source: list[peewee.Source], first: peewee.Node, *others: peewee.Node) -> peewee.Select:
    """Every row as one text, its values one after the other."""
    row = first
    for value in others:
        row = peewee.Expression(peewee.Expression(row, peewee.OP.CONCAT, WITHIN), peewee.OP.CONCAT, value)
    return peewee.Select(source, [joined(row, BETWEEN)])


def counted_in(case: Case, written: str | None) -> list[Logged]:
    """The rows of the log that count, as far as they are counted here."""
    rows = [(ref, kind, *(bytes.fromhex(one) or None for one in digits)) for ref, kind, *digits in _rows(written)]
    return [
        Logged(ref, 0, IncidentStatus.LIVE, kind, "", False, False, None, first, last, None, None, types, count, False)
        for ref, kind, first, last, types, count in sealed.unsealed(Incident, case.ref, ("ref", "kind", *COUNTED), rows)
    ]


def weeks_in(log: list[Logged], today: date) -> list[int]:
    """Contacts a week, the present week last."""
    weeks, first = [0] * WEEKS, first_day(today)
    for one in log:
        place = (one.from_on - first).days // 7
        if 0 <= place < WEEKS:  # an incident that is said to come lies in none of them
            weeks[place] += one.contacts
    return weeks


def done_in(row: Case, boxes: list[BoxView]) -> list[DoneLately]:
    """The last things done, newest first."""
    titles = {one.ref: one.title for box in boxes for one in (*box.open, *box.closed)}
    found = sorted(_rows(row.done_lately), reverse=True)
    return [_said(titles, *values) for values in found]


def _said(titles: dict[str, str], when: str, action: str, about: str, who: str) -> DoneLately:
    title = f" «{titles[about]}»" if about in titles else ""
    return DoneLately(_when(when), f"{who} {wording.SENTENCES.get(action, 'ændrede sagen')}{title}")


def _when(at: str) -> str:
    moment, today = clock.local(datetime.fromisoformat(at)), clock.today()
    on = moment.date()
    is_near = today - timedelta(days=1) <= on <= today
    day = clock.days_ago(on, today) if is_near else clock.short_date_without_weekday(on)
    return f"{day} kl. {clock.hhmm(moment.time())}"


def _rows(written: str | None) -> list[list[str]]:
    return [row.split(WITHIN) for row in (written or "").split(BETWEEN) if row]
