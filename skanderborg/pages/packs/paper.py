"""The extract as a PDF: what templates/pdf/police_pack.typ is told, and the child process that draws it."""

import json
from datetime import datetime
from typing import Any

from ... import clock, isolated
from ...domain.packs import choosing
from ...errors import Invalid
from ...kinds import CitizenRole
from ...store.cases import Case
from ..pattern.wording import contacts, incidents_said
from .extract import FEWEST_EXAMPLES, MOST_EXAMPLES, Attached, Extract
from .rows import PrintedRow

MAX_SECONDS, MAX_MEGABYTES = 60, 3_000  # 240 MB for 2,000 rows, growing with them
FAILED = "Det lykkedes ikke at lave PDF'en. Intet er gemt eller udleveret. Prøv igen, eller vælg en kortere periode."
PROGRAM = "Koordinering"
WRITTEN_BY = "Udtrækket er skrevet af borgeren og af fagpersoner. Det er ikke en vurdering."


def warning(role: str) -> list[str]:
    """What stands where it is chosen and on the cover: who else may come to read it."""
    who = "Den anden part" if role == CitizenRole.PERPETRATOR else "Udøveren"
    return [
        f"{who} kan få loggen at se.",
        "Det, der udleveres, kan blive en del af en sag, hvor den anden part har ret til at se det.",
    ]


def draw(extract: Extract, case: Case, maker: str, to_whom: str, at: datetime) -> bytes:
    """The extract as PDF/A-2a and PDF/UA-1. The same extract, persons and instant give the same bytes.

    Raises Invalid when it cannot be drawn.
    """
    return drawn("police_pack", at, _content(extract, case, maker, to_whom, at))


def drawn(template: str, at: datetime, content: dict[str, Any]) -> bytes:
    """A paper of templates/pdf, which says what its content must hold. Raises Invalid when it cannot be drawn."""
    asked = json.dumps({"template": template, "made_at": int(at.timestamp()), "content": content})
    try:
        return isolated.run("papers", asked.encode(), seconds=MAX_SECONDS, megabytes=MAX_MEGABYTES)
    except isolated.Refused:
        raise Invalid(FAILED) from None


def watermark(extract: Extract, maker: str, at: datetime) -> str:
    """What stands on every page: the case, for whom, by whom, when (SEC-50)."""
    to = choosing.in_words(extract.choice.recipient)
    day = clock.local(at)
    when = f"{day.day}. {clock.MONTHS[day.month - 1]} {day.year} kl. {clock.hhmm(day.time())}"
    return f"Sag {extract.code} · til {to} · udleveret af {maker} {when}"


def _content(extract: Extract, case: Case, maker: str, to_whom: str, at: datetime) -> dict[str, Any]:
    day = clock.local(at).date()
    return {
        "title": f"Udtræk af logskema, sag {extract.code}", "author": PROGRAM, "subtitle": WRITTEN_BY,
        "made_on": {"year": day.year, "month": day.month, "day": day.day},
        "watermark": watermark(extract, maker, at), "facts": facts(extract, maker, to_whom, at),
        "warning": warning(case.citizen_role), "left_out": extract.left_out, "sentences": extract.sentences,
        "about_sentences": "Talt ud fra de hændelser, der er med. Tallene beskriver og vurderer ikke.",
        "examples": [_row(row) for row in extract.examples], "about_examples": about_examples(extract),
        "about_rows": about_rows(extract), "columns": extract.columns, "rows": [_row(row) for row in extract.rows],
        "about_exhibits": about_exhibits(), "exhibits": [_exhibit(one) for one in extract.exhibits],
        "reports": [{"on": on, "number": number, "district": district} for on, number, district in extract.reports],
        "contacts": [{"name": name, "phone": phone, "note": note} for name, phone, note in extract.contacts],
    }  # fmt: skip


def facts(extract: Extract, maker: str, to_whom: str, at: datetime) -> list[tuple[str, str]]:
    """What stands on the cover, in pairs."""
    pairs = [
        ("Til", ", ".join(one for one in (extract.choice.recipient.label, to_whom) if one)),
        ("Sag", extract.code),
        ("Borger", extract.name),
        ("Periode", extract.period),
        ("Indhold", f"{incidents_said(len(extract.rows))} (nr. {extract.numbers or 'ingen'}), som står for "
                    f"{contacts(extract.contact_count)}. {len(extract.exhibits)} bilag."),
        ("Rækkefølge", extract.choice.order.label),
        ("Tovholder", "\n".join(extract.responsible) or "Ingen endnu"),
        ("Udleveret af", f"{maker}, {clock.long_date_with_year(clock.local(at).date())}"),
    ]  # fmt: skip
    return [pair for pair in pairs if pair[1]]


def about_examples(extract: Extract) -> str:
    """How many of the rows were marked as typical, and that they stand in the log too."""
    return f"{len(extract.examples)} af hændelserne er mærket som typiske. De står også i skemaet."


def examples_wanting(extract: Extract) -> str:
    """What to do about the examples before it is handed over; empty where there are enough (S1-71)."""
    if len(extract.examples) >= FEWEST_EXAMPLES or len(extract.rows) <= MOST_EXAMPLES:
        return ""
    return f"Mærk {FEWEST_EXAMPLES}–{MOST_EXAMPLES} typiske eksempler i loggen. De står først og viser mønsteret."


def about_rows(extract: Extract) -> str:
    """The order of the rows, and what a gap in the numbers means."""
    return (f"{extract.choice.order.label}. Et nummer bruges kun én gang. Mangler et nummer, er hændelsen ikke med. "
            "Typen er loggens ord for det, der er fortalt, og ingen vurdering af, om det er strafbart.")  # fmt: skip


def about_exhibits() -> str:
    """What proves that an exhibit was not changed."""
    return "SHA-256 er filens fingeraftryk. Det er taget, da filen blev modtaget, og ændrer sig, hvis filen ændres."


def _row(row: PrintedRow) -> dict[str, Any]:
    printed = row._asdict()
    for name in ("is_example", "cells"):
        del printed[name]
    return printed


def _exhibit(one: Attached) -> dict[str, str]:
    return one._asdict()
