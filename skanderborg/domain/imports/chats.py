"""Chats and lists of calls: who is who is said once for the whole file, and messages may stand together as one row.

What isolated/chats.py reads is kept as it came. From it, and from what a person says of who took part, come rows as any
table has them, one chunk in memory at a time.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from ... import clock
from ...danish import moments
from ...kinds.base import Kind
from .. import incidents
from . import sides
from .columns import Column

ROWS_A_CHUNK = 500  # as isolated/chats.py writes them
MOST_ASKED = 60  # who took part, of whom it is asked
MANY = 300  # messages, from which on those of an hour stand together unless somebody says otherwise
OUT = "Udgående"
BY_ITSELF = (  # what isolated/messages.py calls them
    "Meddelelser fra appen selv", "Kladder og beskeder, der ikke blev sendt", "Linjer uden dato før den første besked",
)  # fmt: skip
COLUMNS = {  # of the rows that come of it, and what they are headed
    Column.MOMENT: "Dato", Column.AT_TIME: "Klokkeslæt", Column.SENDER: "Afsender", Column.TYPES: "Type",
    Column.CHANNEL: "Kanal", Column.CONTACT_COUNT: "Antal", Column.WHAT: "Besked", Column.EVIDENCE: "Vedhæftet",
}  # fmt: skip
CHANNELS = {"WhatsApp": "whatsapp", "Sms (": "sms", "Opkald": "opkald"}  # by how the file is called
OWN_ACT = "svar"


class Part(Kind):
    """Who somebody in a chat is."""

    UDOEVER = "udoever", "Udøveren"
    EXPOSED = "exposed", "Den udsatte"
    NOBODY = "nobody", "En anden: kommer ikke med"


class Together(Kind):
    """Which messages stand as one row."""

    EACH = "each", "Hver besked er en række"
    HOUR = "hour", "Beskeder fra den samme i samme time er én række med deres antal"


class Party(NamedTuple):
    """Somebody who took part: how many messages, how many of them the phone's owner wrote to them, and the first."""

    name: str
    messages: int
    sent: int
    first: str


class Telling(NamedTuple):
    """What a person says of a chat: who each party is, and which messages stand together; and how they came."""

    parts: Mapping[str, Part]
    together: Together
    channel: str = ""


WHAT = list(COLUMNS).index(Column.WHAT)
OTHER_PART = {Part.UDOEVER: Part.EXPOSED, Part.EXPOSED: Part.UDOEVER, Part.NOBODY: Part.NOBODY}


def first_choices(about: Mapping[str, Any], is_of_udoever: bool, citizen: tuple[str, str]) -> dict[str, Any]:
    """What is guessed of a chat: who is who only where there is one other than the phone's owner, or two of whom one is
    the citizen by name and contact."""
    everyone = sorted((Party(*one) for one in about["parties"]), key=lambda one: one.name in BY_ITSELF)
    people = [one for one in everyone if one.name not in BY_ITSELF]
    asked = [*people[:MOST_ASKED], *everyone[len(people) :]]
    has_owner = any(one.sent for one in people)
    only = Part.EXPOSED if is_of_udoever and has_owner else Part.UDOEVER
    parts = {one.name: Part.NOBODY for one in asked if one.name in BY_ITSELF or len(people) > 2}
    parts |= {people[0].name: only} if len(people) == 1 else _of_two(people, is_of_udoever, citizen)
    return {
        "chat": about["chat"], "parties": asked, "others": len(everyone) - len(asked), "parts": parts,
        "together": Together.HOUR if about["rows"] > MANY else Together.EACH, "messages": about["rows"],
        "headings": list(COLUMNS.values()), "columns_count": len(COLUMNS), "columns": list(COLUMNS),
        "order": moments.likely_order(about["days"]), "is_dated": not about["days"][0].endswith("Z"),
        "media": about["media"],
    }  # fmt: skip


def _of_two(people: list[Party], is_of_udoever: bool, citizen: tuple[str, str]) -> dict[str, Part]:
    own = [one.name for one in people if sides.is_citizen(one.name, *citizen)]
    if len(people) != 2 or len(own) != 1:
        return {}
    mine = Part.UDOEVER if is_of_udoever else Part.EXPOSED
    return {one.name: mine if one.name in own else OTHER_PART[mine] for one in people}


def telling_of(said: Mapping[str, Any]) -> Telling | None:
    """What was said of a chat; None of a table."""
    if "chat" not in said:
        return None
    channel = next((word for begins, word in CHANNELS.items() if said["chat"].startswith(begins)), "")
    return Telling({name: Part(part) for name, part in said["parts"].items()}, Together(said["together"]), channel)


def chunks(raw: Iterable[list[Any]], telling: Telling, is_of_udoever: bool) -> Iterator[list[Any]]:
    """The rows that come of the messages, some hundred at a time."""
    mine = _of_case((row for chunk in raw for row in chunk), telling.parts, is_of_udoever)
    groups = _by_hour(mine) if telling.together == Together.HOUR else ([one] for one in mine)
    while some := [_row(group, telling.channel) for group in islice(groups, ROWS_A_CHUNK)]:
        yield some


class _Message(NamedTuple):
    """A message of which it is known who wrote it. `cells` as the child process wrote them."""

    number: int
    too_long: int | None
    cells: list[str]
    is_own: bool  # the exposed person's, and so no contact
    sender: str

    @property
    def hour(self) -> tuple[str, str] | None:
        """The hour of the clock; None where the time is not known."""
        at, time = self.cells[0], self.cells[1]
        if at.endswith("Z"):
            return at[:13], ""
        return (at, time[:2]) if time else None

    @property
    def time(self) -> str:
        """The time of day on the wall: «21.14»."""
        at, time = self.cells[0], self.cells[1]
        if not at.endswith("Z"):
            return time.replace(":", ".")
        return clock.hour_of(datetime.fromisoformat(at))


def _of_case(rows: Iterable[list[Any]], parts: Mapping[str, Part], is_of_udoever: bool) -> Iterator[_Message]:
    """The udøver's messages and the exposed person's; in a case about an udøver nothing is taken of the latter."""
    for number, too_long, cells in rows:
        way, party = cells[2], cells[3]
        part = parts.get(party, Part.NOBODY)
        part = OTHER_PART[part] if way == OUT else part
        if part == Part.UDOEVER or (part == Part.EXPOSED and not is_of_udoever):
            sender = f"Telefonens ejer, til {party}" if way == OUT else party
            yield _Message(number, too_long, cells, part == Part.EXPOSED, sender)


def _by_hour(messages: Iterable[_Message]) -> Iterator[list[_Message]]:
    """Those of one sender within one hour of the clock, as far as a row has room for their text."""
    open_hour, groups, lengths = None, dict[Any, list[_Message]](), dict[Any, int]()
    for one in messages:
        if one.hour != open_hour or one.hour is None:
            yield from groups.values()
            open_hour, groups, lengths = one.hour, {}, {}
        same = one.sender, one.is_own, one.cells[4], one.too_long
        length = len(one.cells[5]) + len("21.14 \n")
        if same in groups and lengths[same] + length > incidents.LONGEST_WHAT:
            yield groups.pop(same)
        lengths[same] = lengths[same] + length if same in groups else length
        groups.setdefault(same, []).append(one)
    yield from groups.values()


def _row(group: list[_Message], channel: str) -> list[Any]:
    """A row of COLUMNS, numbered as its first message; one that was too long to keep says so."""
    first, is_one = group[0], len(group) == 1
    at, time, _, _, kind, *_ = first.cells
    texts = [one.cells[5] or f"(Fil uden tekst: {one.cells[6]})" for one in group]
    what = texts[0] if is_one else "\n".join(f"{one.time} {text}" for one, text in zip(group, texts, strict=True))
    files = ", ".join(one.cells[6] for one in group if one.cells[6])
    types, count = OWN_ACT if first.is_own else kind, "" if is_one else str(len(group))
    too_long = None if first.too_long is None else WHAT
    noted = {"unsure": ["letters"]} if "\ufffd" in what else {}
    return [first.number, too_long, [at, time, first.sender, types, channel, count, what, files], noted]
