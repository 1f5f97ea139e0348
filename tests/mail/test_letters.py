"""Letters: fixed words, safe headers, neutral calendar parts."""

import json
import re
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser

import pytest
from icalendar import Calendar

from skanderborg.kinds import LetterKind
from skanderborg.mail import letters, wire
from skanderborg.store.outbox import OutboxLetter
from tests.servers import Letter

WORDS = {
    "when": "torsdag 26. november kl. 10.00", "was": "onsdag 25. november kl. 9.00", "until": "11.00",
    "was_until": "10.00", "due": "fredag 27. november",
    "starts": "2026-11-26T09:00:00+00:00", "ends": "2026-11-26T10:00:00+00:00", "sequence": 3,
    "hex": "0" * 104,
}  # fmt: skip
FORBIDDEN = re.compile(
    r"stalk|underretning|mistanke|udsat|udøver|offer|jobcenter|ungeenhed|børn|politi|voldelig|K7F3Q|navn|cpr|"
    r"rådhus|lokale|konflikt|http://(?!localhost)|https://",
    re.IGNORECASE,
)
MEETING = [
    LetterKind.MEETING_INVITATION, LetterKind.MEETING_MOVED, LetterKind.MEETING_ENDS_OTHERWISE,
    LetterKind.MEETING_CANCELLED,
]  # fmt: skip


@pytest.fixture
def owed(house):
    """A letter as the outbox holds it; nothing about it needs a row."""

    def make(kind: LetterKind, **columns) -> OutboxLetter:
        values = {
            "ref": "b" * 26, "key": f"about:{kind}:someone", "kind": kind, "words": json.dumps(WORDS),
            "opens": "meeting:" + "a" * 26, "due_at": datetime(2026, 11, 24, 7, tzinfo=UTC), "meeting": "a" * 26,
        }  # fmt: skip
        return OutboxLetter(**{**values, **columns})

    return make


def arrived(raw: bytes) -> Letter:
    return Letter("", (), raw)


def said_by_each(owed, settings, words=WORDS):
    """Subject and text of every kind of letter."""
    composed = {
        kind: arrived(letters.compose(owed(kind, words=json.dumps(words)), "rikke@example.invalid", settings))
        for kind in LetterKind
    }
    return {kind: f"{letter.message['Subject']}\n{letter.text}" for kind, letter in composed.items()}


def test_no_letter_says_what_it_is_about(owed, settings):
    found = {kind: FORBIDDEN.findall(said) for kind, said in said_by_each(owed, settings).items()}

    assert {kind: words for kind, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("words", "but"),
    [("http://localhost/m/aaaaaaaaaaaaaaaaaaaaaaaaaa", [LetterKind.ONE_TIME_LINK]), ("http://localhost/profil", []),
     ("Du får mailen, fordi", [])],
)  # fmt: skip
def test_every_letter_leads_to_its_page_and_to_the_profile_and_says_why_it_came(owed, settings, words, but):
    assert [kind for kind, said in said_by_each(owed, settings).items() if words not in said] == but


def test_a_sender_with_danish_letters_keeps_a_readable_address():
    message = wire.written({"From": "Rødovre Kommune <k@kommune.example>"}, [wire.Part("text/plain", "Hej")], "x")

    raw = BytesHeaderParser().parsebytes(message)["From"]
    assert raw.endswith(" <k@kommune.example>")
    assert str(make_header(decode_header(raw))) == "Rødovre Kommune <k@kommune.example>"


def test_a_letter_can_be_written_with_and_without_a_deadline(owed, settings):
    undated = {name: value for name, value in WORDS.items() if name != "due"}

    unfilled = [
        kind for words in (WORDS, undated) for kind, said in said_by_each(owed, settings, words).items() if "$" in said
    ]

    assert unfilled == []


def test_a_letter_says_that_a_machine_wrote_it_and_to_one_only(owed, settings):
    message = arrived(letters.compose(owed(LetterKind.REQUEST_NEW), "rikke@example.invalid", settings)).message

    assert message["To"] == "rikke@example.invalid"
    assert message["Cc"] is message["Bcc"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Reply-To"] == "svar-ikke@example.invalid"
    assert message["X-Skb-Letter"] == "request-new"
    assert message["Date"].datetime == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert message.get_content_type() == "text/plain"


def test_the_name_of_a_letter_tells_nothing_and_stays_the_same(owed, settings):
    first, again = (
        arrived(letters.compose(owed(LetterKind.REQUEST_NEW), "rikke@example.invalid", settings)).message["Message-ID"]
        for _ in range(2)
    )
    other = arrived(
        letters.compose(owed(LetterKind.REQUEST_NEW, key="other"), "rikke@example.invalid", settings)
    ).message

    assert first == again != other["Message-ID"]
    assert re.fullmatch(r"<[a-z2-7]{32}@localhost>", first)


@pytest.mark.parametrize(
    "address",
    [
        "rikke@elsewhere.invalid",
        "rikke@example.invalid\r\nBcc: thief@elsewhere.invalid",
        "rikke@example.invalid, thief@elsewhere.invalid",
        "<rikke@example.invalid>",
        "rikke@sub.example.invalid",
        "=?utf-8?q?thief=40elsewhere=2Einvalid?=@example.invalid ",
    ],
)
def test_a_letter_goes_to_one_plain_address_of_the_municipality_or_not_at_all(owed, settings, address):
    with pytest.raises(wire.UnsafeLetter):
        letters.compose(owed(LetterKind.REQUEST_NEW), address, settings)


@pytest.mark.parametrize(
    "when", ["i dag\r\nBcc: thief@elsewhere.invalid", "=?utf-8?q?x=0D=0ABcc:_thief=40x=2Einvalid?="]
)
def test_a_header_that_hides_another_is_never_sent(owed, settings, when):
    words = json.dumps(WORDS | {"when": when})

    with pytest.raises((wire.UnsafeLetter, ValueError)):
        letters.compose(owed(LetterKind.MEETING_REMINDER, words=words), "rikke@example.invalid", settings)


@pytest.mark.parametrize("hidden", ["Bcc: thief@elsewhere.invalid", "Content-Type: text/html"])
def test_bytes_that_say_more_than_was_meant_are_never_sent(owed, settings, monkeypatch, hidden):
    monkeypatch.setattr(wire, "_refuse_unseen", lambda name, value: None)
    words = json.dumps(WORDS | {"when": f"i dag\r\n{hidden}"})

    with pytest.raises((wire.UnsafeLetter, MessageError)):
        letters.compose(owed(LetterKind.MEETING_REMINDER, words=words), "rikke@example.invalid", settings)


@pytest.mark.parametrize("kind", MEETING, ids=str)
def test_the_calendar_part_is_neutral_and_in_utc(owed, settings, kind):
    letter = arrived(letters.compose(owed(kind), "rikke@example.invalid", settings))

    plain, part = letter.message.iter_parts()
    text = part.get_content()
    calendar = Calendar.from_ical(text)
    [event] = calendar.events
    method = "CANCEL" if kind is LetterKind.MEETING_CANCELLED else "REQUEST"
    assert letter.message.get_content_type() == "multipart/alternative"
    assert (plain.get_content_type(), part.get_content_type()) == ("text/plain", "text/calendar")
    assert part.get_param("method") == calendar["METHOD"] == method
    assert (event["SUMMARY"], event["CLASS"], event["SEQUENCE"]) == ("Aftale", "PRIVATE", 3)
    assert event["ATTENDEE"] == "mailto:rikke@example.invalid"
    assert event["ORGANIZER"] == "mailto:koordinering@example.invalid"
    assert event.start == datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert not {"LOCATION", "DESCRIPTION"} & set(event)
    assert "VTIMEZONE" not in text
    assert all(len(line.encode()) <= 75 for line in text.splitlines())


def test_an_appointment_keeps_its_name_from_letter_to_letter(owed, settings):
    names = {calendar_uid(letters.compose(owed(kind), "rikke@example.invalid", settings)) for kind in MEETING}

    assert len(names) == 1
    assert "aaaa" not in names.pop()


def calendar_uid(raw: bytes) -> str:
    _, part = arrived(raw).message.iter_parts()
    return Calendar.from_ical(part.get_content()).events[0]["UID"]


def test_other_letters_have_no_calendar_part(owed, settings):
    assert b"text/calendar" not in letters.compose(owed(LetterKind.MEETING_REMINDER), "rikke@example.invalid", settings)
