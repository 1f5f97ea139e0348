"""Read a chat or a list of calls as phones and apps give them out: the file on standard input, on standard output the
lines that tables.py writes, under headings of our own.

Known by what it holds, whatever it is called: WhatsApp (text or ZIP; iPhone and Android, in any language and order of
dates), SMS Backup & Restore (XML; messages and calls), Messenger and Instagram (JSON), iMazing and lists of calls
(CSV). Its arguments are the most messages and the most characters of one. Refuses, by one word on standard error:
«no-chat» for what is none, to be read otherwise, and other words for what nobody could read (SEC-47). XML is read by
defusedxml, a ZIP only where its list of contents is no bomb.
"""

import codecs
import csv
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from .backups import of_xml
from .lists import of_csv
from .messages import BY_NOBODY, NO_TEXT, OUT, Found, Message, Refused
from .messenger import of_json
from .utf16 import unmarked
from .whatsapp import is_whatsapp, of_whatsapp

REFUSED = 3
ROWS_A_LINE = 500
HEADINGS = ["Dato", "Klokkeslæt", "Retning", "Afsender", "Type", "Besked", "Vedhæftet"]
WHAT = HEADINGS.index("Besked")
LONGEST_NAME = 200
MOST_PARTIES, MOST_DAYS = 1_000, 2_000
MOST_ENTRIES, MOST_RATIO, MOST_BYTES = 20_000, 100, 100 * 1024 * 1024
SMALL_ENTRY = 64 * 1024
MOST_NAMED = 30  # files that were left out
READABLE = re.compile(r".*\.(?:txt|json|xml|csv)", re.IGNORECASE)


# ── what it is ──────────────────────────────────────────────────────────────────────────────────────


def messages_of(given: bytes) -> Found | None:
    """What the file is called, and its messages; None for what is no chat. Raises Refused."""
    if given.startswith(b"PK\x03\x04"):
        return of_archive(given)
    if given.startswith(b"\x78\x9f\x3e\x22"):
        raise Refused("winmail")
    text = decoded(given)
    begins = text[:4096].lstrip("\ufeff\u200e \t\r\n")
    if is_whatsapp(text):
        return "WhatsApp", of_whatsapp(text)
    if begins.startswith(("{", "[{")):
        return of_json(text)
    if re.match(r"<!doctype html|<html", begins, re.IGNORECASE):
        raise Refused("web-page")
    return of_xml(text) if begins.startswith("<") else of_csv(text)


def decoded(given: bytes) -> str:
    """The text: UTF-16, else UTF-8 with its bad places marked, unless no letter of it is UTF-8."""
    if given.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return given.decode("utf-16", "replace")
    if encoding := unmarked(given):
        return given.decode(encoding, "replace")
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = given.decode("utf-8-sig", "replace")
        return given.decode("windows-1252", "replace") if text.replace("\ufffd", "").isascii() else text


def of_archive(given: bytes) -> Found | None:
    """The chats in an archive. What is no text is not unpacked: what was sent is known by its name."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(given))
        entries = {one.filename: one for one in archive.infolist() if not one.filename.endswith("/")}
        if any(name.endswith(".iwa") for name in entries):
            raise Refused("numbers")
        if "xl/workbook.xml" in entries or "word/document.xml" in entries:
            return None
        if "content.xml" in entries:
            raise Refused("opendocument")
        texts = [entries[name] for name in sorted(entries, key=in_order) if READABLE.fullmatch(name)]
        refuse_bomb(len(entries), texts)
        found = [(*one, thread_of(entry)) for entry in texts if (one := quietly(archive.read(entry)))]
    except RuntimeError:  # what zipfile says of a password
        raise Refused("locked") from None
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, zlib.error):
        raise Refused("broken") from None
    if not found:
        raise Refused("no-chat-inside")
    if len({thread for _, _, thread in found}) == 1:
        return found[0][0], (message for _, messages, _ in found for message in messages)
    apart = ((one, thread) for _, messages, thread in found for one in messages)
    return found[0][0], (
        one if one.party in BY_NOBODY else one._replace(party=f"{one.party} ({thread})") for one, thread in apart
    )


def media_in(given: bytes) -> tuple[int, list[str]]:
    """What lies in an archive beside its texts and is not read: how many files, and the names of the first."""
    if not given.startswith(b"PK\x03\x04"):
        return 0, []
    names = [one.filename for one in zipfile.ZipFile(io.BytesIO(given)).infolist() if not one.filename.endswith("/")]
    left = [name.rpartition("/")[2][:LONGEST_NAME] for name in names if not READABLE.fullmatch(name)]
    return len(left), left[:MOST_NAMED]


def thread_of(entry: zipfile.ZipInfo) -> str:
    """Which conversation of several a file belongs to: what somebody wrote to others is none of the case's business."""
    *folders, name = entry.filename.split("/")
    return folders[-1] if folders and re.fullmatch(r"message_\d+\.json", name) else name


def in_order(name: str) -> tuple[str | int, ...]:
    """So that message_2 comes before message_10."""
    return tuple(f"{int(part):09}" if part.isdecimal() else part for part in re.split(r"(\d+)", name))


def refuse_bomb(entries: int, texts: list[zipfile.ZipInfo]) -> None:
    """Look at the list of contents before anything is unpacked: zipfile never unpacks more than that list says."""
    swollen = [one for one in texts if one.file_size > max(SMALL_ENTRY, one.compress_size * MOST_RATIO)]
    if swollen or entries > MOST_ENTRIES or sum(one.file_size for one in texts) > MOST_BYTES:
        raise Refused("bomb")


def quietly(given: bytes) -> Found | None:
    """As messages_of, for one of many files of which others may be the chat."""
    try:
        return None if given.startswith(b"PK") else messages_of(given)
    except Refused:
        return None


# ── the answer ──────────────────────────────────────────────────────────────────────────────────────


def rows_of(messages: Iterable[Message], most: int, longest: int, parties: dict[str, list[Any]]) -> Iterator[list[Any]]:
    """The rows. Of each who took part it is told on the way: name, how many messages, how many of them went out to
    them, the first. Raises Refused where there are too many."""
    for count, one in enumerate(messages, 1):
        if count > most:
            raise Refused("messages")
        party, text = one.party[:LONGEST_NAME], one.text or ("" if one.files else NO_TEXT)
        seen = parties.setdefault(party, [party, 0, 0, text[:LONGEST_NAME]])
        seen[1] += 1
        seen[2] += one.way == OUT
        if len(parties) > MOST_PARTIES:
            raise Refused("parties")
        is_long = len(text) > longest
        cells = [one.at, one.time, one.way, party, one.kind, "" if is_long else text, ", ".join(one.files)]
        yield [one.number, WHAT if is_long else None, cells]


def read(given: bytes, most: int, longest: int) -> tuple[dict[str, Any], list[bytes]]:
    """What is told of the file, and its rows, some in a line. Raises Refused."""
    lines, parties, days, count = list[bytes](), dict[str, list[Any]](), dict[str, None](), 0
    try:
        found = messages_of(given)
        if found is None:
            raise Refused("no-chat")
        rows = rows_of(found[1], most, longest, parties)
        while some := list(islice(rows, ROWS_A_LINE)):  # a long chat is not held twice
            count += len(some)
            days |= dict.fromkeys(row[2][0] for row in some if len(days) < MOST_DAYS)
            lines.append(json.dumps(some, ensure_ascii=False).encode(errors="replace"))
    except csv.Error:
        raise Refused("no-chat") from None
    if not lines:
        raise Refused("empty")
    about = {"rows": count, "columns": len(HEADINGS), "headings": HEADINGS, "above": 0, "chat": found[0]}
    about["media"] = media_in(given)
    return about | {"parties": sorted(parties.values(), key=lambda one: -one[1]), "days": list(days)}, lines


def main() -> None:
    """Read, and answer."""
    csv.field_size_limit(sys.maxsize)
    try:
        about, lines = read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except Refused as refused:
        sys.stderr.write(refused.args[0])
        sys.exit(REFUSED)
    for line in (json.dumps(about).encode(), *lines):
        sys.stdout.buffer.write(line + b"\n")


if __name__ == "__main__":
    main()
