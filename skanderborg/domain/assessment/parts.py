"""How the assessment is written: part by part into an unfinished edition that colleagues see, which counts as a version
once somebody has checked it. A new danger sign does not wait for that: it is acted on when its part is saved (3.8)."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import peewee

from ... import clock, content, policy
from ...content.questions import IN_WORDS, Question, Section
from ...errors import Conflict, Invalid, NotFound, TooLate
from ...kinds import EventKind, Relationship
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case
from ...store.db import rewrite
from ...store.people import Person
from ...store.record import Assessment, AssessmentPart
from .. import days
from ..tasks import safety
from ..verbs import reads, work
from ..written import add, revise
from . import versions

NEWER = "En anden har gemt delen imens. Se begge, og gem så din ovenpå."
SAVED_SINCE = "En kollega har gemt mere, siden du åbnede siden. Kontrollér vurderingen igen."
PUT_AWAY = 0


class Part(NamedTuple):
    """A part of the form with its questions. `answers`: what stands there now, of the unfinished edition where it
    `is_open`, else of the newest version. `row`: as it was saved last, by whom (`writer`)."""

    section: Section
    questions: list[Question]
    row: AssessmentPart | None
    answers: dict[str, str]
    is_open: bool

    @property
    def version(self) -> int:
        """The version over which it is saved; 0 where it never was."""
        return self.row.version if self.row else 0

    @property
    def asked(self) -> int:
        """How many questions it has; the words beside a list are none of their own."""
        return sum(not one.id.endswith(IN_WORDS) for one in self.questions)

    @property
    def answered(self) -> int:
        """How many of them have an answer; «Ved ikke» is one."""
        return sum(one.id in self.answers and not one.id.endswith(IN_WORDS) for one in self.questions)


class Edition(NamedTuple):
    """What is being written: the parts that are asked in the case, over its newest version."""

    last: Assessment | None
    parts: list[Part]

    @property
    def seen(self) -> int:
        """What the parts stand at: it grows with each that is saved."""
        return sum(part.version for part in self.parts)

    @property
    def number(self) -> int:
        """Of the version that it will be."""
        return self.last.number + 1 if self.last else 1

    @property
    def answers(self) -> dict[str, str]:
        """What stands in all parts."""
        return {name: value for part in self.parts for name, value in part.answers.items()}

    @property
    def is_open(self) -> bool:
        """Whether something was saved that does not count yet."""
        return any(part.is_open for part in self.parts)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> Edition:
    """The unfinished edition as it stands; where nothing is, what the next one begins with."""
    last = Assessment.select().where(Assessment.case == case.ref).order_by(Assessment.number.desc()).first()
    saved = AssessmentPart.select(AssessmentPart, Person.ref, Person.name).join(
        Person, peewee.JOIN.INNER, on=(AssessmentPart.by == Person.ref), attr="writer"
    )
    rows = {row.section: policy.carry(case, row) for row in saved.where(AssessmentPart.case == case.ref)}
    return Edition(last, [_part(one, rows.get(one.section.id), last) for one in versions.asked(case)])


def _part(asked: versions.AskedPart, row: AssessmentPart | None, last: Assessment | None) -> Part:
    is_open = row is not None and row.edition is None
    stands: dict[str, str] = row.answers if row and is_open else last.answers if last else {}
    answers = {one.id: stands[one.id] for one in asked.questions if one.id in stands}
    return Part(*asked, row, answers, is_open)


def read(edition: Edition) -> versions.Version | None:
    """The unfinished edition, beside the newest version; None where nothing is unfinished."""
    saved = [part.row for part in edition.parts if part.row and part.is_open]
    if not saved:
        return None
    newest = max(saved, key=lambda row: row.at)
    row = versions.Unfinished(edition.number, edition.answers, newest.at, newest.writer)
    return versions.beside(row, edition.last)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@work(Action.CASE_ASSESS)
def save(actor: Person, case: Case, section: str, answers: Mapping[str, str | date | None], seen: int) -> Part:
    """Save one part, as it was at `seen` (0: never saved), into the unfinished edition; no version is made by it, and
    what is as it was is not saved.

    A danger sign that stood nowhere yet makes the case acute, with safety to be assessed today, or is discussed by the
    next working day, as config/assessment.toml says of each (D-02). Raises NotFound for a part that is not asked in
    this case, Conflict when someone saved it after `seen`, so that neither buries the other's danger sign unread, and
    Invalid for odd dates and on a closed case.
    """
    part = next((one for one in of_case(actor, case).parts if one.section.id == section), None)
    if part is None:
        raise NotFound()
    if part.row and part.version != seen:
        raise Conflict(NEWER, None if part.row.edition == PUT_AWAY else part.row)
    given = _given(part.questions, answers)
    if given == part.answers:
        return part
    told = {"section": [None, part.section.title]}
    if part.row is None:
        add(actor, EventKind.ASSESSMENT_PART_SAVED, AssessmentPart, case, told=told, section=section, answers=given)
    else:
        revise(
            actor, EventKind.ASSESSMENT_PART_SAVED, part.row, seen, told=told, answers=given, edition=None, by=actor,
            at=clock.now(),
        )  # fmt: skip
    _warn(actor, case, versions.dangers_in(given) - versions.dangers_in(part.answers))
    return part._replace(answers=given, is_open=True)


@work(Action.CASE_ASSESS)
def finish(actor: Person, case: Case, seen: int) -> Assessment:
    """Let the unfinished edition count: a new version; earlier ones stay, and no conclusion changes (D-05). Where it
    says what the newest says already, that stays the newest.

    Raises TooLate when a part was saved after `seen`, and Invalid when nothing is answered and on a closed case.
    """
    edition = _unchanged(actor, case, seen)
    last, given = edition.last, edition.answers
    if not given:
        raise Invalid("Svar på mindst ét spørgsmål.")
    if last and (last.answers == given or not edition.is_open):
        _put_away(actor, case)
        return last
    _close(case, edition.number)
    has_danger = bool(versions.dangers_in(given))
    told = {"edition": [last.number if last else None, edition.number],
            "has_danger": [last.has_danger if last else None, has_danger]}  # fmt: skip
    columns = {"number": edition.number, "answers": given, "has_danger": has_danger}
    return add(actor, EventKind.ASSESSMENT_WRITTEN, Assessment, case, told=told, **columns)


@work(Action.CASE_ASSESS)
def discard(actor: Person, case: Case, seen: int) -> None:
    """Put the unfinished edition away: the newest version holds on. What a danger sign set in motion stays. Raises
    TooLate when a part was saved after `seen`."""
    _unchanged(actor, case, seen)
    _put_away(actor, case)


def _put_away(actor: Person, case: Case) -> None:
    if _close(case, PUT_AWAY):
        events.record(actor, EventKind.ASSESSMENT_DISCARDED, case)


def _close(case: Case, edition: int) -> list[AssessmentPart]:
    is_open = (AssessmentPart.case == case.ref) & AssessmentPart.edition.is_null()
    return rewrite(AssessmentPart, is_open, edition=edition)


def _unchanged(actor: Person, case: Case, at: int) -> Edition:
    edition = of_case(actor, case)
    if edition.seen != at:
        raise TooLate(SAVED_SINCE)
    return edition


def _given(questions: list[Question], answers: Mapping[str, str | date | None]) -> dict[str, str]:
    """What was answered of what is asked, as it is kept."""
    given = {one.id: value for one in questions if (value := answers.get(one.id)) is not None}
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
        case.is_acute = True  # as it stands now: it was marked on a row that was loaded anew
    elif found:
        safety.discuss(actor, case, why)
