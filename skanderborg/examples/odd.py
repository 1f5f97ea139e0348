"""What no step of a story can say in words alone: a picture, a pack that is handed over, a note that is being typed."""

import struct
import zlib
from typing import Any

from .. import clock, policy
from ..domain import breaches, drafts, figures, packs, people, practice, rules, sessions
from ..domain.assessment import parts
from ..domain.emergency import opening, signing, telling
from ..domain.figures import counting
from ..domain.insight import choosing
from ..domain.packs.choosing import Choice
from ..kinds import (
    Action,
    Answer,
    Basis,
    BreachDecision,
    BreachKind,
    EmergencyCategory,
    EmergencyVerdict,
    InsightChoice,
    PackRecipient,
)
from ..pages import insight as insights
from ..pages import packs as extracts
from ..pages.insight.items import KINDS
from ..store.cases import Case
from ..store.db import new_ref
from ..store.incidents import Pack
from ..store.insight import Insight
from ..store.people import Person
from ..store.record import Assessment

PASSWORD = "hvid-tavle-og-kaffe"  # noqa: S105 of the example people, who exist in development and test only
WIDTH, HEIGHT = 360, 640
SKY, BUBBLE, PAPER = (38, 70, 83), (233, 196, 106), (250, 250, 245)


def hand_over(actor: Person, case: Case, to_whom: str, reason: str) -> Pack:
    """What the police are handed."""
    choice = Choice(PackRecipient.POLICE)
    handed = packs.Handed(choice, to_whom, reason, Basis.NECESSARY, None, extracts.preview(actor, case, choice).mark)
    return extracts.hand_over(actor, case, handed, PASSWORD)


def assess(actor: Person, case: Case, answers: dict[str, Any]) -> Assessment:
    """An assessment that is written whole: each part saved, looked over, and counting."""
    save_parts(actor, case, answers)
    return parts.finish(actor, case, parts.of_case(actor, case).seen)


def save_parts(actor: Person, case: Case, answers: dict[str, Any]) -> None:
    """The same, without the end: an unfinished edition that a colleague goes on with."""
    for part in parts.of_case(actor, case).parts:
        parts.save(actor, case, part.section.id, answers, part.version)


def begin_note(actor: Person, case: Case, theme: str, text: str) -> None:
    """A note that is being typed."""
    session, _ = sessions.sign_in(actor.username, PASSWORD, "127.0.0.1", "Eksempel", rules.current())
    page = f"/sager/{case.ref}/noter"
    drafts.save(actor, session, new_ref(), drafts.Typed(page, page, {"theme": [theme], "text": [text]}))


def tell_of_breach(actor: Person, what: str, reason: str) -> None:
    """Something that went to the wrong one, told by one and decided by the auditor."""
    found = clock.local(clock.now())
    told = breaches.report(actor, BreachKind.SENT, Answer.NO, what, breaches.FoundAt(found.date(), found.time()))
    auditor = next(one for one in people.active() if policy.may(one, Action.BREACH_LIST))
    seen = breaches.opened(auditor, told.ref)
    breaches.decide(auditor, seen, BreachDecision.NOT_REPORTED, reason, seen.version)


def practise(actor: Person, text: str) -> None:
    """An exercise of which one step is answered."""
    row = practice.opened(actor, practice.begin(actor, "mette").ref)
    step = practice.step_of(row)
    if step is not None:
        practice.answer(actor, row, step.good[0], text, row.version)


def freeze_figures() -> None:
    """Figures of a half-year of 23 suspicions; two that are hidden."""
    place = [["Børn og Unge", [8, None, 0]], ["Jobcenter", [12, None, 0]]]
    answers = {"key": "svar", "title": "Svar fra afdelinger", "columns": list(counting.IN_TIME), "rows": place,
               "total": 25}  # fmt: skip
    role = [["Udsat", [18]], ["Udøver", [5]], ["Ved ikke", [0]]]
    roles = {"key": "rolle", "title": "Mistanker efter borgerens rolle", "columns": ["Antal"], "rows": role,
             "total": 23}  # fmt: skip
    days: list[tuple[str, float | None]] = [("Fra mistanke til taget", 1.0), ("Fra taget til sparring", None)]
    figures.keep("2026-1", [roles, answers], days, clock.now())


def choose_of_case(actor: Person, request: Insight, text: str) -> None:
    """What becomes of the case itself, where somebody wants to see it: a few words of one's own."""
    [item] = insights.of_kind(actor, request, KINDS[0])
    ground = choosing.OF_OTHERS[request.kind]
    chosen = choosing.Chosen(InsightChoice.PARTLY, ground, text, item.mark)
    choosing.choose(actor, request, {item.name: chosen}, request.version)


def use_emergency(actor: Person, code: str, reason: str, again: str, note: str) -> None:
    """Two emergency sheets in a row: a manager has looked at the second."""
    asked = opening.Asked(EmergencyCategory.SEEKS_US, reason, code)
    opening.open_sheet(actor, asked, new_ref())
    second = opening.open_sheet(actor, asked._replace(why_again=again), new_ref())
    if second:
        manager = next(one for one in people.active() if telling.may_sign(one, second))
        signing.sign(manager, second.ref, EmergencyVerdict.JUSTIFIED, note, second.version)


def picture() -> bytes:
    """A PNG of a phone with four messages on it, made here so that it shows nobody."""
    rows = [b"\0" + b"".join(bytes(_colour(x, y)) for x in range(WIDTH)) for y in range(HEIGHT)]
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _colour(x: int, y: int) -> tuple[int, int, int]:
    if y < 60:
        return SKY
    in_bubble = 30 < x < 230 + (y // 130) * 25 and (y - 60) % 130 > 40
    return BUBBLE if in_bubble else PAPER
