"""The papers of insight: the package, the list of uses, and the answer that is the same with and without a case.

All by one template, templates/pdf/insight.typ, which says what its content must hold.
"""

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ... import clock
from ...kinds import InsightChoice, InsightKind
from ...store.cases import Case
from ..packs import paper

if TYPE_CHECKING:
    from . import Package
    from .uses import Uses

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)  # always the same, so that the same answer is the same file
PARTLY = "Delvis gengivet. Resten er undtaget efter {label}: {why}"
RIGHTS = [  # GDPR article 15(1) a to h
    "Oplysningerne bruges til at hjælpe og beskytte i en sag om stalking. Grundlaget er kommunens opgaver efter loven.",
    "De kommer fra dig, fra dem, der har arbejdet på sagen, og fra myndigheder og andre, der har henvendt sig.",
    "De bliver gemt så længe, som kommunens regler for den slags sager siger. Så slettes de eller gives til arkivet.",
    "Ingen afgørelse er truffet automatisk.",
    "Er noget forkert, kan du bede om at få det rettet eller slettet. Du kan også bede om, at det bruges mindre, eller "
    "gøre indsigelse mod, at det bruges.",
]
NOT_SAID = [  # the same whether there is a case or not
    "Du har bedt om indsigt i, hvad kommunen har liggende om dig eller om en anden.",
    "Vi svarer ikke på, om der er en sag, eller om der er oplysninger. Svaret er det samme, når der ingen er. Man kan "
    "derfor ikke slutte noget af det.",
    "Retten til indsigt viger for afgørende hensyn til private og offentlige interesser, også når alene det "
    "at svare kan skade dem. Reglen er databeskyttelseslovens § 22, stk. 1 og 2. For aktindsigt gælder det samme efter "
    "offentlighedslovens §§ 8 og 30 og forvaltningslovens § 15 b.",
]
COMPLAIN = (
    "Du kan klage til Datatilsynet, datatilsynet.dk, eller over et afslag på aktindsigt til den myndighed, der kan "
    "behandle klager over kommunens afgørelse."
)


@cache
def without_a_case() -> bytes:
    """What is answered to whom nothing may be told, and to whom there is nothing to tell: one paper, to the byte."""
    sections = [_section("Hvad du kan gøre", texts=[COMPLAIN])]
    blank = [("Til", " "), ("Dato", " ")]
    return paper.drawn("insight", MADE_AT, _content("Svar om indsigt", "", MADE_AT, NOT_SAID, blank,
                                                    sections))  # fmt: skip


def of_package(package: "Package", case: Case, to_whom: str, at: datetime) -> bytes:
    """The package as PDF/A-2a and PDF/UA-1. The same package, person and instant give the same bytes. Raises Invalid
    when it cannot be drawn."""
    request = package.request
    facts = [
        ("Til", to_whom), ("Anmodning", f"{request.kind.label} efter {request.kind.law.where}"),
        ("Modtaget", clock.long_date_with_year(request.received_on)),
        ("Indhold", package.in_words), ("Sag", case.code),
    ]  # fmt: skip
    if request.decision:
        facts.append(("Afgørelse", f"{request.jurist}, {clock.numeric_date(request.decided_on)}: {request.decision}"))
    sections = [
        _section(kind, items=[_item(one) for one in found]) for kind, found in package.by_kind()
    ]  # fmt: skip
    sections.append(_withheld(package))
    if request.kind == InsightKind.ARTICLE_15:
        sections.append(_section("Hvad oplysningerne bruges til, og dine rettigheder", texts=RIGHTS))
        if package.recipients:
            sections.append(_section("Hvem der har fået oplysninger", texts=package.recipients))
    sections.append(_section("Klage", texts=[request.kind.law.complain]))
    lead = ["Her er det, kommunen har liggende på sagen. Det, der er undtaget, står sidst, med grunden."]
    footer = f"{request.kind.label} · udleveret {clock.numeric_date(clock.local(at).date())}"
    return paper.drawn("insight", at, _content("Indsigt i oplysninger", footer, at, lead, facts, sections))


def of_uses(found: "Uses", case: Case, at: datetime) -> bytes:
    """The list of uses as PDF/A-2a and PDF/UA-1. Raises Invalid when it cannot be drawn."""
    facts = [("Lavet", clock.long_date_with_year(clock.local(at).date())), ("Antal", str(len(found.lines)))]
    lead = ["Listen viser, hvornår oplysningerne er set, ændret eller hentet, og hvilken tilknytning til sagen "
            "medarbejderen havde da."]  # fmt: skip
    widths = [2.2, 2.3, 2.6, 2.6, 3.6, *([3.2] if found.with_names else [])]
    table = {"widths": widths, "headings": found.headings, "rows": [line.cells for line in found.lines]}
    footer = f"Brug af oplysninger · lavet {clock.numeric_date(clock.local(at).date())}"
    sections = [_section("Nyeste først", table=table)]
    return paper.drawn("insight", at, _content("Hvem har brugt oplysningerne?", footer, at, lead, facts, sections))


def _content(
    title: str, footer: str, at: datetime, lead: list[str], facts: list[tuple[str, str]], sections: list[dict[str, Any]]
) -> dict[str, Any]:
    day = clock.local(at).date()
    return {
        "title": title, "author": paper.PROGRAM, "footer": footer, "lead": lead, "facts": facts, "sections": sections,
        "made_on": {"year": day.year, "month": day.month, "day": day.day},
    }  # fmt: skip


def _section(title: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "texts": [], "items": [], "table": None} | more


def _item(item: Any) -> dict[str, Any]:
    chosen = item.chosen
    if chosen.choice == InsightChoice.PARTLY:
        note = PARTLY.format(label=chosen.ground.label.lower(), why=chosen.ground.why)
        return {"title": item.title, "note": note, "pairs": [("Tekst", chosen.text)]}
    file = item.file
    note = f"Filen følger med: {file.number:03}" if file else ""
    return {"title": item.title, "note": note, "pairs": item.says or [("Tekst", "Der står ikke mere.")]}


def _withheld(package: "Package") -> dict[str, Any]:
    if not package.withheld:
        return _section("Undtaget", texts=["Intet er undtaget."])
    rows = [(line.what, str(line.rows), line.ground.label, line.ground.why) for line in package.withheld]
    headings = ["Hvad", "Antal", "Regel", "Hvorfor"]
    return _section("Undtaget", table={"widths": [4, 1.3, 3.6, 6], "headings": headings, "rows": rows})
