"""Closed lists about insight: who asks to see what is kept, by which law, and what is held back by which (D-24)."""

from typing import NamedTuple

from .base import Kind


class Law(NamedTuple):
    """What a kind of request rests on, and what the answer tells of where one can complain."""

    is_of_month: bool  # one month; else seven arbejdsdage
    where: str
    complain: str


class InsightKind(Kind):
    """By which right somebody asks. Those who ask need not know: the rules that give most apply."""

    law: Law

    def __new__(cls, value: str, label: str, law: Law) -> "InsightKind":
        member = str.__new__(cls, value)
        member._value_, member.label, member.law = value, label, law
        return member

    ARTICLE_15 = "article-15", "Indsigt i egne oplysninger", Law(
        True, "databeskyttelsesforordningens artikel 15 (frist: artikel 12, stk. 3)",
        "Du kan klage til Datatilsynet, datatilsynet.dk.",
    )  # fmt: skip
    OWN_ACCESS = "own-access", "Egenacces", Law(
        False, "offentlighedslovens § 8 (frist: § 36, stk. 2)",
        "Du kan klage til den myndighed, der kan behandle klager over sagen, ellers til Ankestyrelsen.",
    )  # fmt: skip
    PARTY_ACCESS = "party-access", "Partsaktindsigt", Law(
        False, "forvaltningslovens § 9 (frist: § 16, stk. 2)",
        "Du kan klage til den myndighed, der kan behandle klager over afgørelsen.",
    )  # fmt: skip


class InsightAsker(Kind):
    """Who asks. All but the citizen of the case get nothing, not even that there is a case, unless a jurist decided
    otherwise (databeskyttelsesloven § 22)."""

    CITIZEN = "citizen", "Sagens egen borger"
    OPPOSING = "opposing", "Modparten"
    PARENT = "parent", "En forælder, der spørger for et barn"
    OTHER = "other", "En anden, også med fuldmagt"


class InsightGround(Kind):
    """By which rule something is held back; the label names it, `why` says it to the one who asked."""

    why: str

    def __new__(cls, value: str, label: str = "", why: str = "") -> "InsightGround":
        member = str.__new__(cls, value)
        member._value_, member.label, member.why = value, label, why
        return member

    PRIVATE = (
        "dbl-22-1",
        "Databeskyttelsesloven § 22, stk. 1",
        "Afgørende hensyn til private interesser, også dine egne, vejer tungere end din interesse i oplysningerne.",
    )
    PUBLIC = (
        "dbl-22-2",
        "Databeskyttelsesloven § 22, stk. 2",
        "Afgørende hensyn til offentlige interesser vejer tungere end din interesse i oplysningerne.",
    )
    AS_ACCESS = (
        "dbl-22-3",
        "Databeskyttelsesloven § 22, stk. 3",
        "Oplysningerne kan undtages i samme omfang som efter offentlighedslovens regler.",
    )
    PARTY_INTERNAL = "fvl-12", "Forvaltningsloven § 12", "Det er kommunens interne dokumenter."
    PARTY_STATE = (
        "fvl-15",
        "Forvaltningsloven §§ 15 og 15 a",
        "Afgørende hensyn til statens sikkerhed eller udenrigspolitik taler imod.",
    )
    PARTY_OTHERS = (
        "fvl-15-b",
        "Forvaltningsloven § 15 b",
        "Afgørende hensyn til dig selv, til andre eller til det offentlige taler imod.",
    )
    OWN_OTHERS = "ofl-8", "Offentlighedsloven § 8", "Hensyn til dig selv eller andre taler med afgørende vægt imod."
    INTERNAL = "ofl-23", "Offentlighedsloven § 23", "Det er kommunens interne dokumenter."
    PERSONAL = "ofl-30", "Offentlighedsloven § 30", "Det er oplysninger om andres private forhold."
    CRIME = (
        "ofl-33",
        "Offentlighedsloven § 33",
        "Det er nødvendigt af hensyn til forebyggelse og opklaring af lovovertrædelser eller andre væsentlige hensyn.",
    )
    SECRECY = "ofl-35", "Offentlighedsloven § 35", "Oplysningerne er omfattet af særlig tavshedspligt."


class InsightChoice(Kind):
    """What becomes of one item."""

    WHOLE = "whole", "Med"
    PARTLY = "partly", "Delvis"
    WITHHELD = "withheld", "Undtag"


class InsightEnd(Kind):
    """How a request ended."""

    GIVEN = "given", "Indsigtspakken er udleveret"
    REFUSED = "refused", "Besvaret uden indsigt"
    WITHDRAWN = "withdrawn", "Trukket tilbage"
