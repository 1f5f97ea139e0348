"""How the citizen may be contacted, when, and what never: an ex-partner may read along."""

import re
from collections.abc import Sequence
from typing import Any

from ...errors import Invalid
from ...kinds import EventKind
from ...policy import Action
from ...store.cases import Case
from ...store.people import Person
from ..access import walls
from ..verbs import work
from ..written import revise, revise_if_new
from . import rules_read, warning_notes

RULES = ("safe_contact", "safe_when", "safe_never")

READ_FIRST = "Mødet er med borgeren. Læs, hvordan borgeren må kontaktes, og advarslerne. Sæt så hak, og aftal mødet."
_NOT = re.compile(r"\b(ikke|aldrig|ingen|intet|undgå)\b", re.IGNORECASE)


@work(Action.CASE_WORK)
def agree(actor: Person, case: Case, seen_version: int, **said: Any) -> Case:
    """Write down how the citizen may be contacted, by the columns of the case, over what was seen; the only way to
    change it.

    Where the rules themselves change, everyone who may come to contact the citizen is told at once. Raises Invalid on a
    closed case, Conflict when someone was faster.
    """
    walls.hold_contacts()
    if all(said.get(name, getattr(case, name)) == getattr(case, name) for name in RULES):
        return revise_if_new(actor, EventKind.CASE_SAFE_FACTS_AGREED, case, seen_version, **said)
    agreed = revise(actor, EventKind.CASE_SAFE_CONTACT_AGREED, case, seen_version, **said)
    rules_read.tell(actor, agreed)
    return agreed


def speaks_against(case: Case, warnings: Sequence[str]) -> bool:
    """Whether what stands of contact with the citizen should be read before anyone meets the citizen: nothing is
    agreed, something must never be done, or colleagues are warned."""
    rules = [case.safe_contact, case.safe_when, case.safe_never]
    return not any(rules) or bool(case.safe_never or warnings) or any(_NOT.search(rule or "") for rule in rules)


def refuse_unread(case: Case, has_read: bool) -> None:
    """Raise Invalid before a meeting with the citizen that something speaks against, until it was read."""
    warnings = [note.text for note in warning_notes.in_force(case.ref)]
    if not has_read and speaks_against(case, warnings):
        raise Invalid(READ_FIRST, "has_read_rules")


def in_words(case: Case) -> str | None:
    """The rules as plain text, for a department that is asked to help."""
    lines = [
        case.safe_contact,
        f"Hvornår: {case.safe_when}" if case.safe_when else None,
        f"Aldrig: {case.safe_never}" if case.safe_never else None,
    ]
    return "\n".join(line for line in lines if line) or None
