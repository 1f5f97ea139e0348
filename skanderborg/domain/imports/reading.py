"""From the bytes of a file, or a pasted table, to rows of texts.

Read by processes of their own (isolated/workbooks.py, isolated/tables.py).
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ... import isolated
from ...errors import Invalid
from .. import incidents, rules
from .columns import known_headings

MOST_COLUMNS = 60
MAX_SECONDS, MAX_MEGABYTES = 25, 700
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
    "rows": "Filen har for mange rækker: højst {rows} ad gangen. Del den i flere.",
    "columns": f"Filen har for mange kolonner: højst {MOST_COLUMNS}. Slet dem, der ikke skal med.",
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


def read(given: bytes, field: str) -> Table:
    """The rows of a file. Raises Invalid at `field`, in words, for what is no table or more than may be."""
    limits = rules.current()
    if len(given) > limits.import_megabytes * 1024 * 1024:
        raise Invalid(f"Filen fylder for meget: højst {limits.import_megabytes} MB. Del den i flere.", field)
    known = json.dumps(list(known_headings()))
    words = (str(limits.import_rows), str(MOST_COLUMNS), str(incidents.LONGEST_WHAT), known)
    sheets, text = b"{}", given
    try:
        if given.startswith(b"PK"):
            sheets, _, text = _run("workbooks", given, known).partition(b"\n")
        answer = _run("tables", text, *words)
    except isolated.Refused as refused:
        told = REASONS.get(refused.reason, REASONS["failed"])
        raise Invalid(told.format(rows=limits.import_rows), field) from None
    first, *lines = answer.splitlines()
    about = json.loads(first) | json.loads(sheets)
    whole = b"\n".join([json.dumps(about["headings"]).encode(), *lines])
    return Table(hashlib.sha256(whole).hexdigest(), about, lines)


def _run(script: str, given: bytes, *words: str) -> bytes:
    return isolated.run(script, given, *words, seconds=MAX_SECONDS, megabytes=MAX_MEGABYTES)
