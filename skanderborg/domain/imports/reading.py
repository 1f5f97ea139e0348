"""From the bytes of a file, or a pasted table, to rows of texts.

Read by processes of their own (isolated/chats.py, isolated/workbooks.py, isolated/tables.py).
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ... import isolated
from ...danish import numbers
from ...errors import Invalid
from .. import incidents, rules
from .columns import known_headings

MOST_COLUMNS = 60
MAX_SECONDS, MAX_MEGABYTES = 25, 700
MOST_MESSAGES = 100_000
KEEP = "Den kan altid gemmes, som den er, under Bilag."
SAVE_AS = "Gem den som XLSX eller CSV, og prøv igen."
REASONS = {  # by the word with which the script refuses
    "old-office": f"Filen er i et gammelt format eller har en adgangskode. {SAVE_AS}",
    "document": f"Filen er et dokument og ikke en tabel. {SAVE_AS}",
    "pdf": "Filen er en PDF. Gem logskemaet som XLSX eller CSV, eller tilføj filen som bilag.",
    "picture": "Filen er et billede. Tilføj den som bilag, og skriv hændelserne ind.",
    "packed": f"Filen er pakket og kan ikke læses. Pak den ud. {SAVE_AS}",
    "bomb": "Filen fylder alt for meget, når den pakkes ud, og er ikke læst.",
    "broken": "Filen er ødelagt eller kun halvt hentet. Hent den igen, og prøv igen.",
    "cut-off": "Filen slutter midt i et tegn. Hent den igen, og prøv igen.",
    "not-text": f"Filen er ikke en tabel. {SAVE_AS}",
    "empty": "Der er ingen rækker i filen. Vælg en anden.",
    "rows": "Filen har {count} rækker: højst {most} ad gangen. Del den i flere.",
    "columns": f"Filen har {{count}} kolonner: højst {MOST_COLUMNS}. Slet dem, der ikke skal med.",
    "winmail": "Filen er winmail.dat, som Outlook har pakket en mail ind i. Bed om filen igen som almindeligt bilag.",
    "opendocument": f"Filen er et dokument fra LibreOffice, fx ODS. {SAVE_AS}",
    "numbers": f"Filen er fra Apple Numbers. {SAVE_AS}",
    "locked": "Filen har en adgangskode. Gem den uden, og prøv igen.",
    "no-chat-inside": "Filen er pakket, og der er ingen chat i den. Pak den ud, og vælg det, der er i den.",
    "unknown-json": f"Filen er JSON, men ikke fra Messenger eller Instagram, så den kan ikke læses her. {KEEP}",
    "unknown-xml": f"Filen er XML, men ikke fra SMS Backup & Restore, så den kan ikke læses her. {KEEP}",
    "web-page": f"Filen er en webside (HTML). Hent beskederne som JSON i stedet. {KEEP}",
    "messages": f"Chatten har for mange beskeder: højst {numbers.number(MOST_MESSAGES)}. Del den i flere. {KEEP}",
    "parties": f"Der er for mange afsendere i filen. Eksportér kun samtalen med udøveren. {KEEP}",
    "failed": f"Filen kan ikke læses. {SAVE_AS}",
}


class Table(NamedTuple):
    """What a file holds. `about` says how it was read; `lines` are JSON, each of some hundred rows; `ref` is a hash of
    headings and rows, by which the same table is known again, also saved otherwise."""

    ref: str
    about: dict[str, Any]
    lines: list[bytes]

    def chunks(self) -> Iterator[list[Any]]:
        """The rows, some hundred at a time: their number in the file, which cell was too long, their cells."""
        return map(json.loads, self.lines)


def read(given: bytes, field: str, is_pasted: bool = False) -> Table:
    """The rows of a file, or of a table that was pasted. An archive with a chat may be as large as any form: only its
    text is read.

    Raises Invalid at `field`, in words, for what is no table or more than may be.
    """
    limits = rules.current()
    is_large, is_archive = len(given) > limits.import_megabytes * 1024 * 1024, given.startswith(b"PK\x03\x04")
    too_large = f"Filen fylder for meget: højst {limits.import_megabytes} MB. Del den i flere."
    if is_large and not is_archive:
        raise Invalid(f"{too_large} {limits.largest_body_megabytes} MB, hvis det er en chat i en ZIP-fil.", field)
    try:
        answer, sheets = _answer(given, limits.import_rows, "pasted" if is_pasted else "file", only_chats=is_large)
    except isolated.Refused as refused:
        reason, _, count = refused.reason.partition(" ")
        if is_large and reason in ("no-chat", "no-chat-inside", "failed"):
            raise Invalid(too_large, field) from None
        told = REASONS.get(reason, REASONS["failed"])
        raise Invalid(told.format(most=numbers.number(limits.import_rows), count=_many(count)), field) from None
    first, *lines = answer.splitlines()
    about = json.loads(first) | json.loads(sheets)
    digest = hashlib.sha256(json.dumps(about["headings"]).encode())
    for line in lines:
        digest.update(b"\n" + line)
    return Table(digest.hexdigest(), about, lines)


def _answer(given: bytes, most_rows: int, came_as: str, only_chats: bool) -> tuple[bytes, bytes]:
    """What the one that can read it says: of a chat, a workbook or a table; and of a workbook which sheets it has."""
    longest = str(incidents.LONGEST_WHAT)
    try:
        return _run("chats", given, str(MOST_MESSAGES), longest), b"{}"
    except isolated.Refused as refused:
        if only_chats or refused.reason != "no-chat":
            raise
    known, sheets = json.dumps(list(known_headings())), b"{}"
    if given.startswith(b"PK"):
        sheets, _, given = _run("workbooks", given, str(most_rows), known).partition(b"\n")
        came_as = "records"
    return _run("tables", given, came_as, str(most_rows), str(MOST_COLUMNS), longest, known), sheets


def _many(count: str) -> str:
    return numbers.number(int(count)) if count.isdecimal() else "for mange"


def _run(script: str, given: bytes, *words: str) -> bytes:
    return isolated.run(script, given, *words, seconds=MAX_SECONDS, megabytes=MAX_MEGABYTES)
