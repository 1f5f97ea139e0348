"""What becomes of each item of a case that somebody wants to see: with, partly in words of one's own, or withheld by a
rule (D-24). What is kept of a choice is bound to what the item said then: of an item that says something else now,
nothing is chosen."""

from collections.abc import Mapping
from typing import NamedTuple

from ...errors import Invalid
from ...kinds import EventKind, InsightChoice, InsightGround, InsightKind
from ...policy import Action
from ...store.insight import Insight
from ...store.people import Person
from ..verbs import verb
from ..written import revise
from . import refuse_ended

GROUNDS = {  # that a request of a kind can be refused by; the rules overlap, so that others' come too
    InsightKind.ARTICLE_15: tuple(InsightGround),
    InsightKind.OWN_ACCESS: tuple(one for one in InsightGround if one.startswith("ofl-")),
    InsightKind.PARTY_ACCESS: tuple(one for one in InsightGround if one.startswith("fvl-")),
}
OF_OTHERS = {  # the rule by which what tells of others stays behind, unless someone decides otherwise
    InsightKind.ARTICLE_15: InsightGround.PRIVATE,
    InsightKind.OWN_ACCESS: InsightGround.OWN_OTHERS,
    InsightKind.PARTY_ACCESS: InsightGround.PARTY_OTHERS,
}
LONGEST = 10_000


class Chosen(NamedTuple):
    """What becomes of one item: the ground where something is held back, one's own text where it goes in part; `mark`
    is of what the item said."""

    choice: InsightChoice
    ground: InsightGround | None
    text: str
    mark: str


def standing(request: Insight) -> dict[str, Chosen]:
    """What is chosen, by the item's name."""
    return {
        name: Chosen(InsightChoice(choice), InsightGround(ground) if ground else None, text or "", mark)
        for name, (choice, ground, text, mark) in (request.choices or {}).items()
    }


def refuse_odd(request: Insight, chosen: Chosen, field: str) -> None:
    """Raise Invalid, naming the field, where something is held back by no rule of the right that is used, or goes in
    part without the words."""
    if chosen.choice == InsightChoice.WHOLE:
        return
    if chosen.ground not in GROUNDS[request.kind]:
        raise Invalid("Vælg den regel, det undtages efter.", f"ground-{field}")
    if chosen.choice == InsightChoice.PARTLY and not chosen.text:
        raise Invalid("Skriv den tekst, der gives i stedet.", f"text-{field}")


@verb(Action.CASE_EXPORT)
def choose(
    actor: Person, request: Insight, chosen: Mapping[str, Chosen], seen_version: int
) -> Insight:  # fmt: skip
    """Keep what becomes of some items, by their names, beside what was chosen of others. Raises Invalid as
    `refuse_odd`, TooLate for a request that is ended, Conflict."""
    refuse_ended(request)
    for place, one in enumerate(chosen.values()):
        refuse_odd(request, one, str(place))
    kept = standing(request) | {
        name: one if one.choice == InsightChoice.PARTLY else one._replace(text="") for name, one in chosen.items()
    }
    whole = {
        name: one._replace(ground=None) if one.choice == InsightChoice.WHOLE else one for name, one in kept.items()
    }
    return revise(actor, EventKind.INSIGHT_CHOSEN, request, seen_version, told=(), choices=whole)
