"""Requests for insight: who asks to see what is kept, until when it is answered, and what was answered (D-24).

Three rights, each with its clock: article 15 of the GDPR has one month, egenacces and partsaktindsigt seven
arbejdsdage. The citizen of the case gets what each item of it comes to (choosing.py). Whoever else asks, the other
party, or a parent for a child, is told nothing, not even that there is a case, unless a jurist decided that
(databeskyttelsesloven § 22): the answer is then the paper that everyone gets of whom nothing is kept
(pages/insight/paper.py). While a request is open the case is not erased (retention/holds.py). pages/insight/ makes the
package, domain/packs/ keeps it.
"""

from datetime import date
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...errors import Invalid, TooLate
from ...kinds import DeadlineKind, EventKind, InsightAsker, InsightEnd, InsightGround, InsightKind, PartyRole
from ...mail import outbox
from ...policy import Action
from ...store.cases import Case, Party
from ...store.db import lock_chain
from ...store.idempotency import creates
from ...store.incidents import Pack
from ...store.insight import Insight
from ...store.people import Person
from .. import days, packs
from ..reminders import deadlines
from ..retention import proposals
from ..verbs import reads, verb
from ..written import add, revise

SHORTEST = 10
ENDED = "Anmodningen er afsluttet. Det, du skrev, er ikke gemt."
UNDECIDED = "Der mangler et valg for {count} af oplysningerne. Intet er udleveret. Vælg for dem alle først."
NEEDS_JURIST = "Kun sagens egen borger kan få indsigt uden juristens afgørelse. Skriv den ned først."


class Asked(NamedTuple):
    """A request as it came: by which right, who asks, by which name, on which day; whom of the case it is about, where
    not the citizen, and what the case decides, where that is the right."""

    kind: InsightKind
    asker: InsightAsker
    name: str
    received_on: date | None
    about: str | None = None
    decides: str = ""


class Decision(NamedTuple):
    """What a jurist decided of the request of somebody else than the citizen, by which rule, and in which words."""

    jurist: str
    decided_on: date | None
    is_granted: bool
    ground: InsightGround
    text: str


def due_on(kind: InsightKind, received_on: date) -> date:
    """The last day on which a request is answered in time.

    One month by article 12(3) of the GDPR; seven arbejdsdage are counted from the day after (offentlighedsloven § 36,
    forvaltningsloven § 16).
    """
    if kind.law.is_of_month:
        return clock.law_month_after(received_on)
    return clock.add_statutory_days(received_on, 7)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_EXPORT)
def of_case(actor: Person, case: Case) -> list[Insight]:
    """Every request on a case, open ones first, then the latest, with who wrote it down (`writer`)."""
    rows = _rows().where(Insight.case == case.ref)
    return list(rows.order_by(Insight.ended_at.is_null(False), Insight.number.desc()))


@reads(Action.CASE_EXPORT)
def one(actor: Person, case: Case, ref: str) -> Insight:
    """One of them. Raises NotFound, also for one of another case (SEC-04)."""
    return policy.part_of(case, Insight, ref)


def _rows() -> peewee.ModelSelect:
    return Insight.select(Insight, Person.ref, Person.name).join(Person, on=(Insight.by == Person.ref), attr="writer")


def may_be_given(request: Insight) -> bool:
    """Whether who asks may be given anything at all, and be told that there is a case."""
    return request.asker == InsightAsker.CITIZEN or bool(request.is_granted)


@reads(Action.CASE_EXPORT)
def may_be_told_of(actor: Person, case: Case, party: Party | None) -> bool:
    """Whether a jurist said that somebody is told what is kept of this one, who is not the citizen of the case."""
    granted = Insight.select(Insight.asker, Insight.about).where(Insight.case == case.ref, Insight.is_granted == True)  # noqa: E712
    is_theirs = {PartyRole.OPPOSING: InsightAsker.OPPOSING}.get(party.role) if party else None
    return any(party and (row.about_id == party.ref or (is_theirs and row.asker == is_theirs)) for row in granted)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(Insight)
@verb(Action.CASE_EXPORT)
def receive(actor: Person, case: Case, asked: Asked) -> Insight:
    """Write down that somebody asked; also of a closed case, whose proposal to erase is then over.

    Raises Invalid, naming the field, for a day to come, for partsaktindsigt in a case that decides nothing, and where
    it is not said for which child a parent asks.
    """
    received_on = days.past_day(asked.received_on, "received_on", "Skriv dagen, da anmodningen kom.")
    if not asked.name:
        raise Invalid("Skriv, hvem der beder om indsigt.", "name")
    if asked.kind == InsightKind.PARTY_ACCESS and len(asked.decides) < SHORTEST:
        raise Invalid("Partsaktindsigt gælder kun sager, der afgør noget. Skriv, hvad sagen afgør.", "decides")
    about = policy.part_of(case, Party, asked.about, Party.removed_at.is_null()) if asked.about else None
    if asked.asker == InsightAsker.PARENT and about is None:
        raise Invalid("Vælg det barn, der spørges for.", "about")
    lock_chain(f"case:{case.ref}")
    proposals.end(actor, case)
    last = Insight.select(peewee.fn.MAX(Insight.number)).where(Insight.case == case.ref).scalar()
    made = add(
        actor, EventKind.INSIGHT_RECEIVED, Insight, case, told=("kind", "asker", "name", "received_on", "due_on"),
        **asked._asdict() | {"about": about, "decides": asked.decides or None}, number=(last or 0) + 1,
        due_on=due_on(asked.kind, received_on), choices={},
    )  # fmt: skip
    deadlines.plan(DeadlineKind.INSIGHT_DUE, made, made.due_on)
    return made


@verb(Action.CASE_EXPORT)
def decide(actor: Person, request: Insight, decision: Decision, seen_version: int) -> Insight:
    """Write down what a jurist decided of the request of somebody else than the citizen. Raises Invalid, naming the
    field, TooLate for one that is ended, Conflict."""
    refuse_ended(request)
    if request.asker == InsightAsker.CITIZEN:
        raise Invalid("Borgeren har selv ret til indsigt. Det kræver ingen afgørelse.")
    if not decision.jurist:
        raise Invalid("Skriv juristens navn.", "jurist")
    days.past_day(decision.decided_on, "decided_on", "Skriv dagen, da juristen afgjorde det.")
    if len(decision.text) < SHORTEST:
        raise Invalid(f"Skriv, hvad juristen afgjorde og hvorfor, mindst {SHORTEST} tegn.", "text")
    words = decision._asdict()
    words["decision"] = words.pop("text")
    return revise(actor, EventKind.INSIGHT_DECIDED, request, seen_version, **words)


@verb(Action.CASE_EXPORT)
def end(
    actor: Person, request: Insight, outcome: InsightEnd, reason: str, seen_version: int
) -> Insight:  # fmt: skip
    """End a request for which no package is given. Raises Invalid, naming the field, without a reason, or with a
    refusal to the citizen, who has a right to what is not withheld; TooLate, Conflict."""
    refuse_ended(request)
    if outcome == InsightEnd.GIVEN:
        raise Invalid("Vælg, hvordan anmodningen endte.", "outcome")
    if outcome == InsightEnd.REFUSED and may_be_given(request):
        raise Invalid("Lav indsigtspakken. I den står, hvad der er undtaget, og hvorfor.", "outcome")
    if len(reason) < SHORTEST:
        raise Invalid(f"Skriv, hvordan der er svaret, mindst {SHORTEST} tegn.", "end_reason")
    return _ended(actor, EventKind.INSIGHT_ENDED, request, seen_version, outcome=outcome, end_reason=reason)


@creates(Pack)
@verb(Action.CASE_EXPORT)
def give(
    actor: Person, request: Insight, handed: packs.Handed, drawn: packs.Drawn, seen_version: int
) -> Pack:  # fmt: skip
    """Keep the package that was drawn among what was handed over, and end the request by it.

    Raises as `refuse_unready`, which its maker has asked of all its items, and Conflict when the case is not what was
    seen.
    """
    refuse_unready(request, 0)
    pack = packs.keep(actor, request.case, handed, drawn)
    _ended(actor, EventKind.INSIGHT_GIVEN, request, seen_version, outcome=InsightEnd.GIVEN, pack=pack)
    return pack


def _ended(
    actor: Person, done: EventKind, request: Insight, seen_version: int, **columns: Any
) -> Insight:  # fmt: skip
    deadlines.void(request)
    outbox.void(request)
    told = ("outcome", "end_reason")
    return revise(actor, done, request, seen_version, told=told, ended_at=clock.now(), **columns)


def refuse_unready(request: Insight, undecided: int) -> None:
    """Raise TooLate for a request that is ended, Invalid where no jurist has said that somebody else than the citizen
    gets anything, and while items are `undecided`: nothing is left out in silence."""
    refuse_ended(request)
    if not may_be_given(request):
        raise Invalid(NEEDS_JURIST)
    if undecided:
        raise Invalid(UNDECIDED.format(count=undecided))


def refuse_ended(request: Insight) -> None:
    """Raise TooLate when a request is ended."""
    if request.ended_at is not None:
        raise TooLate(ENDED, request)
