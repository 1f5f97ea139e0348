"""Tables of messages that iMazing writes, and lists of calls: CSV, known by its headings and what it calls a call.

Any other table is read by tables.py.
"""

import csv
import io
import re
from collections.abc import Iterator

from .messages import CALL, IN, MESSAGE, NOTICES, OUT, Found, Message, clock, lasting, plain, who

COLUMNS = {
    "at": ("message date", "sent date", "date", "dato", "date time", "dato og tid", "time stamp", "tidspunkt"),
    "time": ("time", "klokkeslæt", "tid"),
    "way": ("type", "call type", "direction", "retning", "opkaldstype", "in out"),
    "session": ("chat session", "conversation"),
    "name": ("sender name", "contact", "contact name", "name", "navn", "kontakt", "caller name"),
    "address": ("sender id", "number", "phone number", "nummer", "telefonnummer", "phone", "telefon", "address"),
    "text": ("text", "message", "body", "content", "besked", "tekst"),
    "subject": ("subject", "emne"),
    "files": ("attachment", "attachments", "vedhæftet"),
    "duration": ("duration", "varighed", "call duration", "duration seconds"),
}
LOOKED_AT = 200_000  # characters
BY_HEADING = {heading: meaning for meaning, headings in COLUMNS.items() for heading in headings}
CALLED = {
    "Opkald": "incoming outgoing answered received dialed dialled indgående udgående modtaget foretaget",
    "Ubesvaret opkald": "missed unanswered ubesvaret ubesvarede mistet mistede",
    "Afvist opkald": "rejected declined afvist",
    "Blokeret opkald": "blocked blokeret",
    "Telefonsvarer": "voicemail telefonsvarer",
    "Opkald uden svar": "cancelled canceled annulleret",
}
CALL_WORDS = {word: called for called, words in CALLED.items() for word in words.split()}
WENT_OUT = set("outgoing sent udgående sendt cancelled canceled annulleret foretaget dialed dialled".split())
MOMENT = re.compile(r"(.*?)[ T,]+(\d{1,2})[:.](\d\d)(?:[:.]\d\d)?(?: ?([apAP])\.? ?[mM]\.?)?")


def of_csv(text: str) -> Found | None:
    """What iMazing writes of messages, and lists of calls: known by their headings and by what a call is called."""
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(";\t,", key=first.count)
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    headings = [plain(cell) for cell in next(rows, [])]
    place: dict[str, int] = {}
    for column, heading in enumerate(headings):
        if heading in BY_HEADING:
            place.setdefault(BY_HEADING[heading], column)
    if not {"at", "way"} <= place.keys() or not {"name", "address"} & place.keys():
        return None
    is_messages = {"message date", "chat session"} <= set(headings) and "text" in place
    if not is_messages and not lists_calls(text, delimiter, place):
        return None
    return ("iMazing", of_table(rows, place, False)) if is_messages else ("Opkaldsliste", of_table(rows, place, True))


def lists_calls(text: str, delimiter: str, place: dict[str, int]) -> bool:
    """Whether every row is a call, by the word in its column."""
    rows = list(csv.reader(io.StringIO(text[:LOOKED_AT], newline=""), delimiter=delimiter))[1:]
    if len(text) > LOOKED_AT:
        rows.pop()  # cut off
    ways = [plain(row[place["way"]]) for row in rows if any(map(str.strip, row)) and len(row) > place["way"]]
    return "text" not in place and bool(ways) and all(CALL_WORDS.keys() & set(way.split()) for way in ways)


def of_table(rows: Iterator[list[str]], place: dict[str, int], are_calls: bool) -> Iterator[Message]:
    """Each row of a table that has anything in it."""
    filled = [
        (number, {meaning: row[column].strip() if column < len(row) else "" for meaning, column in place.items()})
        for number, row in enumerate(rows, 2)
        if any(map(str.strip, row))
    ]
    numbers = {
        cell["session"]: named(cell)
        for _, cell in filled
        if cell.get("session", "-") in (cell.get("name"), cell.get("address"))
    }
    for number, cell in filled:
        words = plain(cell["way"]).split()
        way = OUT if WENT_OUT & set(words) else IN if words and words[0] != "notification" else ""
        session = cell.get("session", "")
        party = numbers.get(session, session or named(cell)) if way == OUT else named(cell) if way else NOTICES
        at, time = when(cell["at"], cell.get("time", ""))
        called = next((CALL_WORDS[word] for word in words if word in CALL_WORDS), "Opkald")
        text = called + spoken(cell.get("duration", "")) if are_calls else "\n".join(
            filter(None, (cell.get("subject", ""), cell.get("text", "")))
        )  # fmt: skip
        files = tuple(filter(None, [cell.get("files", "")]))
        yield Message(number, at, time, way, party, CALL if are_calls else MESSAGE, text, files)


def named(cell: dict[str, str]) -> str:
    """Name and number of the other one."""
    return who(cell.get("name", ""), cell.get("address", ""))


def when(written: str, time: str) -> tuple[str, str]:
    """Day and time of a cell that holds both, or of two."""
    match = MOMENT.fullmatch(f"{written} {time}".strip())
    return (match[1].strip(), clock(match[2], match[3], match[4])) if match else (written, time)


def spoken(duration: str) -> str:
    """How long a call was, as the list has it."""
    return lasting(duration) if duration.isdecimal() else f", {duration}" if duration.strip("0:. ") else ""
