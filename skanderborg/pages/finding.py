"""*Find sag*: those of one's own cases that fit what was typed.

There is no index to search in: what is sealed is opened and compared, of the cases that the actor sees alone. A case
that is hidden is never read, so it is answered as one that is not there (SEC-08).
"""

import re
import unicodedata
from itertools import groupby
from typing import NamedTuple

import peewee

from .. import policy
from ..domain.cases import identity
from ..domain.verbs import reads
from ..errors import Invalid
from ..kinds import CitizenRole, PartyRole, Phase
from ..policy import Action
from ..store import events, keys
from ..store.cases import Case, Party
from ..store.people import Person

LOOKED_THROUGH = 4_000  # parties, of the newest cases first
LONGEST_ANSWER = 20
SHORTEST, LONGEST_INITIALS, SHORTEST_CODE, PHONE_DIGITS = 2, 4, 3, 8
DANISH = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae"})
_NUMBER = re.compile(r"\+?\d[\d ().-]*")


class Found(NamedTuple):
    """A case that fits, what is known of it at a glance, and by what it was found."""

    ref: str
    code: str
    phase: Phase
    citizen_role: CitizenRole
    is_closed: bool
    initials: str
    primary_contact: str | None
    by: str
    party: str | None  # ref of the one who is named or called so, if that is not the citizen


class CasesFound(NamedTuple):
    """The cases that fit, open ones first, then the newest; whether there are more, or cases too old to be looked
    through."""

    cases: list[Found]
    has_more: bool
    is_cut: bool

    @property
    def the_one(self) -> Found | None:
        """The case whose code was typed in full: where to go at once."""
        return self.cases[0] if len(self.cases) == 1 and self.cases[0].by == "kode" else None


class _Typed(NamedTuple):
    """What was typed, as each thing that it may be."""

    code: str
    letters: str
    name: str
    number: str

    @classmethod
    def of(cls, typed: str) -> "_Typed":
        digits = re.sub(r"\D", "", typed)
        return cls(
            code="".join(typed.split()).upper(),
            letters=_letters(typed),
            name=_folded(typed),
            number=digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS and _NUMBER.fullmatch(typed) else "",
        )


@reads(Action.CASE_LIST)
def find(actor: Person, typed: str) -> CasesFound:
    """The actor's cases with this code or its beginning, these initials, a name of which a word begins so, or this
    phone number; the look is written down, and each case that it showed. Raises Invalid for what is too short."""
    if len(_folded(typed).replace(" ", "")) < SHORTEST:
        raise Invalid("Skriv mindst to tegn.", "q")
    asked = _Typed.of(typed)
    rows = list(_seen_by(actor, asked.code))
    keys.preload({f"case:{case.ref}" for case in rows})
    by_case = {ref: list(of_case) for ref, of_case in groupby(rows, key=lambda case: case.ref)}
    fitting = [(of_case[0], *fit) for of_case in by_case.values() if (fit := _first_fit(asked, of_case))]
    fitting.sort(key=lambda found: found[0].closed_at is not None)
    shown = [_shown(*found) for found in fitting[:LONGEST_ANSWER]]
    events.looked_at_list(
        actor, "case:find", [one.ref for one in shown], parties=[one.party for one in shown if one.party]
    )
    return CasesFound(shown, len(fitting) > LONGEST_ANSWER, len(rows) == LOOKED_THROUGH)


def _seen_by(actor: Person, code: str) -> peewee.ModelSelect:
    """Every case that the actor sees beside each party of it, the newest first, but one with this code before all; the
    citizen before the others."""
    code_first = peewee.Case(None, [(Case.code == code, 0)], 1)
    citizen_first = peewee.Case(None, [(Party.role == PartyRole.CITIZEN, 0)], 1)
    return (
        Case.select(Case.ref, Case.code, Case.phase, Case.citizen_role, Case.closed_at, Case.safe_contact,
                    *identity.who(), Party.role, Party.contact)
        .join(Party, peewee.JOIN.LEFT_OUTER, on=(Party.case == Case.ref) & Party.removed_at.is_null(), attr="party")
        .where(policy.sees_case(actor))
        .order_by(code_first, Case.reported_at.desc(), Case.ref, citizen_first)
        .limit(LOOKED_THROUGH)
    )  # fmt: skip


def _first_fit(asked: _Typed, rows: list[Case]) -> tuple[str, Case] | None:
    """By what the first of a case's rows fits, and that row."""
    return next(((by, row) for row in rows if (by := _fits(asked, row))), None)


def _fits(asked: _Typed, case: Case) -> str:
    """By what the case fits, in a word; empty where it does not."""
    if case.code == asked.code:
        return "kode"
    if len(asked.code) >= SHORTEST_CODE and case.code.startswith(asked.code):
        return "begyndelsen af koden"
    if asked.number:
        return "telefon" if _holds_number(asked.number, case) else ""
    party = _party_of(case)
    if party is None or not party.name:
        return ""
    is_citizen = party.role == PartyRole.CITIZEN
    if is_citizen and len(asked.letters) <= LONGEST_INITIALS and asked.letters == _initials(party.name):
        return "initialer"
    if asked.name and f" {_folded(party.name)}".find(f" {asked.name}") >= 0:
        return "navn" if is_citizen else f"navn ({party.role.label.lower()})"
    return ""


def _party_of(case: Case) -> Party | None:
    party = getattr(case, "party", None)
    return party if party is not None and party.ref else None


def _holds_number(number: str, case: Case) -> bool:
    party = _party_of(case)
    texts = [case.safe_contact, party.contact if party else None]
    runs = [run for text in texts if text for run in _NUMBER.findall(text)]
    return any(number in re.sub(r"\D", "", run) for run in runs)


def _shown(case: Case, by: str, fitting: Case) -> Found:
    citizen, found = _party_of(case), _party_of(fitting)
    other = found.ref if found and found.role != PartyRole.CITIZEN else None
    initials = identity.initials(citizen.name) if citizen and citizen.role == PartyRole.CITIZEN else identity.NAMELESS
    return Found(case.ref, case.code, case.phase, case.citizen_role, case.closed_at is not None, initials,
                 case.primary_contact, by, other)  # fmt: skip


# ── how names are compared ──────────────────────────────────────────────────────────────────────────


def _folded(text: str) -> str:
    """Words of small letters from a to z and digits: «Åse Å.» as «aase aa», «José» as «jose»."""
    spelled = unicodedata.normalize("NFKC", text).casefold().translate(DANISH)
    plain = "".join(one for one in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", plain))


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isalpha()).upper()


def _initials(name: str) -> str:
    return _letters(identity.initials(name))
