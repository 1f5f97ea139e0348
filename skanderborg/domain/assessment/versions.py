"""What is known: the assessment of a case, in versions. A new danger sign is acted on (3.8)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import peewee

from ... import clock, content
from ...content.questions import IN_WORDS, Question, Section
from ...errors import Conflict, Invalid, NotFound
from ...kinds import Answer, CitizenRole, EventKind, Relationship
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Person
from ...store.record import Assessment
from .. import days
from ..tasks import safety
from ..verbs import reads, work
from ..written import add

LONG_DAYS = 14  # enough to affect someone much (S1-20)
NEWER = "En anden har skrevet en ny udgave imens. Se begge, og gem så din som den næste."
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


class Version(NamedTuple):
    """One version as it is read; `before` is the number of the one it is compared with."""

    row: Assessment
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
    return _read(by_number[number], by_number.get(number - 1))


def newest(rows: list[Assessment]) -> Version | None:
    """The version that holds now, beside the one before it."""
    return numbered(rows, rows[0].number) if rows else None


def _read(row: Assessment, before: Assessment | None) -> Version:
    now, then = row.answers, before.answers if before else None
    found = content.assessment()
    parts = [
        AnsweredPart(section, [_line(one, now, then) for one in found.question
                       if one.section == section.id and (one.id in now or one.id in (then or {}))])
        for section in found.section
    ]  # fmt: skip
    dangers = [one.text for one in found.question if one.id in _dangers(now)]
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


def _duration(row: Assessment) -> Duration | None:
    """Reckoned from the dates; where the last day is not known, up to the day it was written."""
    if "began_on" not in row.answers:
        return None
    until = _day(row.answers, "last_on") or clock.today(row.at)
    lasted = (until - date.fromisoformat(row.answers["began_on"])).days + 1
    return Duration(lasted, until, lasted > LONG_DAYS)


def _day(answers: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(answers[name]) if name in answers else None


def _dangers(answers: Mapping[str, Any]) -> set[str]:
    """The danger signs that were answered with yes."""
    return {one.id for one in content.assessment().question if one.danger and answers.get(one.id) == Answer.YES}


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(Assessment)
@work(Action.CASE_ASSESS)
def write(actor: Person, case: Case, answers: Mapping[str, str | date | None], seen_number: int) -> Assessment:
    """Write down what is known as a new version; earlier ones stay, and no conclusion changes (D-05).

    A danger sign that the version before did not have makes the case acute, with safety to be assessed today, or is
    discussed by the next working day, as config/assessment.toml says of each (D-02). What is as it was makes no
    version. Raises Conflict when someone wrote a version after `seen_number` (0: none was seen), so that neither
    buries the other's danger sign unread; Invalid when nothing is answered, for odd dates and on a closed case.
    """
    given = _given(case, answers)
    last = Assessment.select().where(Assessment.case == case.ref).order_by(Assessment.number.desc()).first()
    if last and last.number != seen_number:
        last.version = last.number  # what the one who was slower has seen now
        raise Conflict(NEWER, theirs=last)
    if last and last.answers == given:
        return last
    number, has_danger = last.number + 1 if last else 1, bool(_dangers(given))
    told = {"edition": [last.number if last else None, number],
            "has_danger": [last.has_danger if last else None, has_danger]}  # fmt: skip
    columns = {"number": number, "answers": given, "has_danger": has_danger}
    made = add(actor, EventKind.ASSESSMENT_WRITTEN, Assessment, case, told=told, **columns)
    _warn(actor, case, _dangers(given) - _dangers(last.answers if last else {}))
    return made


def _given(case: Case, answers: Mapping[str, str | date | None]) -> dict[str, str]:
    """What was answered of what is asked, as it is kept."""
    questions = {one.id for part in asked(case) for one in part.questions}
    given = {name: value for name, value in answers.items() if value is not None and name in questions}
    if not given:
        raise Invalid("Svar på mindst ét spørgsmål.")
    for name in (name for name, value in given.items() if value == Relationship.OTHER):
        if not given.get(f"{name}{IN_WORDS}"):
            raise Invalid("Du har valgt «Andet». Skriv, hvad de er for hinanden.", f"{name}{IN_WORDS}")
    _refuse_odd_days({name: value for name, value in given.items() if isinstance(value, date)})
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


def _refuse_odd_days(answered: dict[str, date]) -> None:
    today = clock.today()
    for name, day in answered.items():
        days.refuse_future(day, name, "Skriv, hvornår det skete.")
    if "began_on" in answered and answered.get("last_on", today) < answered["began_on"]:
        raise Invalid("Sidste gang ligger før det begyndte. Ret en af de to datoer.", "last_on")


def _warn(actor: Person, case: Case, fresh: set[str]) -> None:
    """Let new danger signs be acted on by the one that can wait least, and tell those who must know."""
    found = [one for one in content.assessment().question if one.id in fresh]
    why = f"Nyt i vurderingen: {'; '.join(one.text for one in found)}"
    if any(one.danger == "acute" for one in found):
        safety.assess_again(actor, case.ref, why)
    elif found:
        safety.discuss(actor, case, why)
