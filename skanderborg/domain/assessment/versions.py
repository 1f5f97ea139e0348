"""What is known: the assessment of a case, in versions. See parts.py for how one is written."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from ... import clock, content
from ...content.questions import Question, Section
from ...errors import NotFound
from ...kinds import Answer, CitizenRole, Relationship
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.people import Person
from ...store.record import Assessment
from ..verbs import reads

LONG_DAYS = 14  # enough to affect someone much (S1-20)
NOT_ANSWERED = "Ikke besvaret"


class AskedPart(NamedTuple):
    """A part of the form with its questions."""

    section: Section
    questions: list[Question]


class AnswerLine(NamedTuple):
    """An answer in words; `change` says how it differs from the version before, if it does."""

    text: str
    value: str
    change: str
    is_danger: bool


class AnsweredPart(NamedTuple):
    """A part of a version: what was answered in it."""

    section: Section
    lines: list[AnswerLine]


class Duration(NamedTuple):
    """From the first day to the last that is known, `until`; both counted, as the pattern
    counts them; `is_long`: more than 14 days."""

    days: int
    until: date
    is_long: bool


class Unfinished(NamedTuple):
    """What would be the next version, saved last by the `writer`."""

    number: int
    answers: dict[str, str]
    at: datetime
    writer: Person


class Version(NamedTuple):
    """One version as it is read; `before` is the number of the one it is compared with."""

    row: Assessment | Unfinished
    parts: list[AnsweredPart]
    dangers: list[str]
    duration: Duration | None
    before: int | None


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def asked(case: Case) -> list[AskedPart]:
    """What is asked in this case; of one who stalks nothing that would tell of the exposed person (D-14)."""
    of_perpetrator = case.citizen_role == CitizenRole.PERPETRATOR
    found = content.assessment()
    return [
        AskedPart(section, [
            one for one in found.question
            if one.section == section.id and not one.retired and not (one.exposed_only and of_perpetrator)
        ])
        for section in found.section if not (section.exposed_only and of_perpetrator)
    ]  # fmt: skip


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Assessment]:
    """All versions, newest first, with who wrote each (`writer`)."""
    return list(
        Assessment.select(Assessment, Person.ref, Person.name)
        .join(Person, peewee.JOIN.INNER, on=(Assessment.by == Person.ref), attr="writer")
        .where(Assessment.case == case.ref)
        .order_by(Assessment.number.desc())
    )


def numbered(rows: list[Assessment], number: int) -> Version:
    """One of the versions of a case, beside the one before it. Raises NotFound."""
    by_number = {row.number: row for row in rows}
    if number not in by_number:
        raise NotFound()
    return beside(by_number[number], by_number.get(number - 1))


def newest(rows: list[Assessment]) -> Version | None:
    """The version that holds now, beside the one before it."""
    return numbered(rows, rows[0].number) if rows else None


def beside(row: Assessment | Unfinished, before: Assessment | None) -> Version:
    """A version as it is read, beside an earlier one."""
    now, then = row.answers, before.answers if before else None
    found = content.assessment()
    parts = [
        AnsweredPart(section, [_line(one, now, then) for one in found.question
                       if one.section == section.id and (one.id in now or one.id in (then or {}))])
        for section in found.section
    ]  # fmt: skip
    dangers = [one.text for one in found.question if one.id in dangers_in(now)]
    return Version(row, [part for part in parts if part.lines], dangers, _duration(row), before and before.number)


def _line(question: Question, now: Mapping[str, Any], then: Mapping[str, Any] | None) -> AnswerLine:
    value, earlier = (in_words(question, answers.get(question.id)) for answers in (now, then or {}))
    is_danger = bool(question.danger) and now.get(question.id) == Answer.YES
    if then is None or value == earlier:
        return AnswerLine(question.text, value, "", is_danger)
    return AnswerLine(question.text, value, "Nyt" if question.id not in then else f"Ændret, før: {earlier}", is_danger)


def in_words(question: Question, value: str | None) -> str:
    """An answer as it is kept, as people say it."""
    if value is None:
        return NOT_ANSWERED
    if question.form == "date":
        return clock.numeric_date(date.fromisoformat(value))
    labels = {"answer": Answer, "relation": Relationship}.get(question.form)
    return labels(value).label if labels else value


def _duration(row: Assessment | Unfinished) -> Duration | None:
    """Reckoned from the dates; where the last day is not known, up to the day it was written."""
    if "began_on" not in row.answers:
        return None
    until = _day(row.answers, "last_on") or clock.today(row.at)
    lasted = (until - date.fromisoformat(row.answers["began_on"])).days + 1
    return Duration(lasted, until, lasted > LONG_DAYS)


def _day(answers: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(answers[name]) if name in answers else None


def dangers_in(answers: Mapping[str, Any]) -> set[str]:
    """The danger signs that were answered with yes."""
    return {one.id for one in content.assessment().question if one.danger and answers.get(one.id) == Answer.YES}
