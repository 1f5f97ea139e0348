"""Opening an emergency sheet: by the code of the case, or by full name and year of birth.

What was not found and what is closed to the one who asks are one answer, made by the same steps, and no list is ever
shown: of two citizens of one name the street is asked about.
"""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from ... import clock, policy
from ...danish.words import folded
from ...errors import Invalid, NotFound
from ...kinds import EmergencyCategory, EventKind
from ...policy import Action
from ...store import events
from ...store.cases import Case
from ...store.db import lock_chain, transaction
from ...store.emergency import EmergencyUse
from ...store.idempotency import creates, is_sent_before
from ...store.people import Person
from .. import cases, names, protection, rules, throttle
from ..cases import identity
from ..verbs import reads, verb
from ..written import add, revise
from . import telling

NOTHING = "Vi kan ikke vise noget. Det betyder ikke, at der ingen fare er. Gå ikke alene ud. Ring 112 eller 114."
TOO_OFTEN = "Der er søgt for mange gange. Vent lidt, og prøv igen. Gå ikke alene ud imens. Ring 112 eller 114."
ONE_WAY = "Skriv enten sagens kode eller navn og fødselsår."
WHICH = "Flere har det navn og fødselsår. Skriv vejen, som borgeren bor på, eller sagens kode i stedet."
YEAR = "Skriv fødselsåret med fire tal, fx 1987."
SHORTEST_REASON = 20
ALARMING_MISSES = 3  # by one person, within an hour
OLDEST_YEARS = 120
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class Asked(NamedTuple):
    """What someone says who wants to see a sheet: by `case_code`, or by `name`, year `born` and, where two have both,
    `street`; `why_again`: why the sheet that is open already is not enough."""

    category: EmergencyCategory
    reason: str
    case_code: str | None = None
    name: str | None = None
    born: str | None = None
    street: str | None = None
    why_again: str | None = None


# ── in ──────────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.EMERGENCY_OPEN)
def open_sheet(actor: Person, asked: Asked, key: str) -> EmergencyUse | None:
    """Open the sheet of a case for `emergency_minutes`, and tell of it; None where there is nothing to show, whatever
    the cause. Every use and every miss is an event.

    Raises Invalid, before anything is looked up, for what was not said as it must be and for who asks too often; and
    where the street must tell two citizens apart.
    """
    refuse_unsaid(asked)
    if not is_sent_before(actor, use, key):
        _count(actor)
    try:
        return _grant(actor, asked, key)
    except NotFound:
        _missed(actor, asked)
        return None
    except _Several:
        _missed(actor, asked)
        raise Invalid(WHICH, "street") from None


class _Several(Exception):
    """More than one fits, and the street has not told them apart."""


@verb(Action.EMERGENCY_OPEN)
def _grant(actor: Person, asked: Asked, key: str) -> EmergencyUse:
    """The use, written down. Raises NotFound; and, before anything is looked up, Invalid for a second one while another
    lasts without a reason of its own."""
    if not is_sent_before(actor, use, key):
        _refuse_unexplained(asked, lasting(actor))
    case = _found(actor, asked)
    lock_chain(f"case:{case.ref}")
    return use(actor, case, asked, key=key)


@creates(EmergencyUse)
@verb(Action.EMERGENCY_OPEN)
def use(actor: Person, case: Case, asked: Asked) -> EmergencyUse:
    """Write down the use of a case that was found for it, with its letters."""
    is_second = bool(lasting(actor))
    until = clock.now() + timedelta(minutes=minutes())
    made = add(
        actor, EventKind.EMERGENCY_OPENED, EmergencyUse, case, told=("category", "reason", "why_again"), person=actor,
        category=asked.category, reason=asked.reason, why_again=asked.why_again if is_second else None, until_at=until,
    )  # fmt: skip
    telling.of_use(actor, made, is_second=is_second)
    return made


def opened(actor: Person, ref: str, action: Action) -> EmergencyUse:
    """The actor's own sheet while it is open, its case with its `bar`. Raises NotFound, NotAllowed."""
    use = policy.emergency_for(actor, ref, action, identity.with_bar)
    use.case.bar = identity.bar_of(use)
    return use


@reads(Action.EMERGENCY_OPEN)
def lasting(actor: Person) -> list[EmergencyUse]:
    """The actor's own sheets that are open now, the newest first."""
    return list(policy.emergencies_open(actor))


# ── what must be said ───────────────────────────────────────────────────────────────────────────────


def refuse_unsaid(asked: Asked) -> None:
    """Raise Invalid, naming the field, for what is not said as it must be, whatever there is to find."""
    if len(asked.reason.strip()) < SHORTEST_REASON:
        raise Invalid(f"Skriv, hvorfor du skal se arket, mindst {SHORTEST_REASON} tegn.", "reason")
    if bool(asked.case_code) == bool(asked.name or asked.born or asked.street):
        raise Invalid(ONE_WAY, "case_code")
    if asked.case_code:
        return
    if len((asked.name or "").split()) < 2 or not names.is_name(asked.name):
        raise Invalid("Skriv hele navnet: fornavn og efternavn.", "name")
    year = asked.born or ""
    if not _YEAR.fullmatch(year) or not 0 <= clock.today().year - int(year) <= OLDEST_YEARS:
        raise Invalid(YEAR, "born")


def _refuse_unexplained(asked: Asked, now_open: list[EmergencyUse]) -> None:
    """A second use has a reason of its own: not that of the first, typed once more."""
    if not now_open:
        return
    said = (asked.why_again or "").strip()
    if len(said) < SHORTEST_REASON:
        raise Invalid(
            f"Du har et ark åbent. Skriv, hvorfor det ikke er nok, mindst {SHORTEST_REASON} tegn.", "why_again"
        )
    if said in {asked.reason.strip(), *(one.reason for one in now_open)}:
        raise Invalid("Det er den samme begrundelse. Skriv, hvorfor du skal se endnu et ark.", "why_again")


def _count(actor: Person) -> None:
    """Count a try, found or not: who goes on trying is made to wait, longer and longer."""
    tried = throttle.count(throttle.of_emergency(actor.ref), rules.current())
    if tried.is_refused:
        if tried.is_news:
            _note_waiting(actor)
        raise Invalid(TOO_OFTEN)


@transaction
def _note_waiting(actor: Person) -> None:
    events.denied(actor, Action.EMERGENCY_OPEN, "too-often")


@transaction
def _missed(actor: Person, asked: Asked) -> None:
    """The same for what is missing and what is closed to the actor. What was typed is not kept: a name that was looked
    up in vain is nobody's business afterwards. Every so many misses within an hour the auditors are told."""
    said = {"category": [None, asked.category], "reason": [None, asked.reason], "why_again": [None, asked.why_again]}
    events.denied(actor, Action.EMERGENCY_OPEN, "code" if asked.case_code else "name", said)
    misses = events.count_denied(actor, Action.EMERGENCY_OPEN, clock.now() - timedelta(hours=1))
    if misses % ALARMING_MISSES == 0:
        telling.alarm_auditors()


# ── the look-up ─────────────────────────────────────────────────────────────────────────────────────


def _found(actor: Person, asked: Asked) -> Case:
    if asked.case_code:
        return policy.emergency_by_code(actor, "".join(asked.case_code.split()).upper())
    alike = policy.emergency_by_name(actor, cases.blind(asked.name or ""))
    born = [case for case in alike if asked.born in _YEAR.findall(case.citizen.born or "")]
    if len(born) > 1 and asked.street:
        born = [case for case in born if _lives_on(asked.street, case)]
    if len(born) > 1:
        raise _Several()
    if not born:
        raise NotFound()
    return policy.to_open(actor, born[0])


def _lives_on(street: str, case: Case) -> bool:
    asked, lives = (" ".join(["", *folded(text or ""), ""]) for text in (street, case.citizen.address))
    return asked in lives


# ── inside ──────────────────────────────────────────────────────────────────────────────────────────


@verb(Action.EMERGENCY_REVEAL)
def reveal(actor: Person, seen: EmergencyUse, reason: str | None, key: str) -> bool:
    """Write down why someone sees where the citizen is; True when this answer may show it. As elsewhere: the same form
    sent again shows nothing. Raises Invalid without a reason that says something (SEC-10)."""
    if not protection.is_first_look(actor, reason, key):
        return False
    revise(actor, EventKind.EMERGENCY_REVEALED, seen, seen.version, told=(), because=reason, revealed_at=clock.now())
    return True


def minutes() -> int:
    """How long a sheet is shown that is opened now."""
    return rules.current().emergency_minutes


def seconds_left(use: EmergencyUse) -> int:
    """How long the sheet is shown still."""
    until: datetime = use.until_at
    return max(1, int((until - clock.now()).total_seconds()) + 1)
