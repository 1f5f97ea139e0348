"""Codes for who has lost what he or she shows: each is used once, and only its blind hash lies here."""

import re
import secrets

from ... import clock
from ...kinds import EventKind
from ...store import events, keys
from ...store.db import insert, remove, rewrite, transaction
from ...store.factors import RecoveryCode
from ...store.people import Person

HOW_MANY = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
LENGTH = 12  # 59 bits
SHAPE = re.compile(rf"[{LETTERS}]{{{LENGTH}}}")


def make(person: Person) -> list[str]:
    """New codes in place of the old, as they are shown, this once; inside a transaction."""
    remove(RecoveryCode, RecoveryCode.person == person.ref)
    made = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    for code in made:
        insert(RecoveryCode, person=person, code_hash=_hash(person, code), created_at=clock.now())
    events.record(person, EventKind.PERSON_RECOVERY_CODES_MADE, person)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in made]


def plain(typed: str) -> str:
    """A code as it was typed, with or without hyphens and spaces, in letters of any size."""
    return re.sub(r"[\s-]", "", typed).casefold()


@transaction
def use_up(person: Person, code: str) -> bool:
    """Whether it is one of the person's codes, not used before; now it is."""
    if not SHAPE.fullmatch(code):
        return False
    this = (RecoveryCode.person == person.ref, RecoveryCode.code_hash == _hash(person, code))
    used = rewrite(RecoveryCode, *this, RecoveryCode.used_at.is_null(), used_at=clock.now())
    for row in used:
        events.record(person, EventKind.PERSON_RECOVERY_CODE_USED, row)
    return bool(used)


def _hash(person: Person, code: str) -> str:
    return keys.blind(f"recovery-code:{person.ref}:{code}")
