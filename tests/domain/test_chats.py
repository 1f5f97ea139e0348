"""Chats and lists of calls, read by what they hold: the formats of phones and apps, and who is who in them (S2-30)."""

import csv
import io
import json
import random
import re
import zipfile
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import quoteattr

import pytest

from skanderborg import clock
from skanderborg.clock import now
from skanderborg.danish.dates import DateOrder
from skanderborg.domain import imports, incidents
from skanderborg.domain.evidence import archives
from skanderborg.domain.imports import carrying, chats, deciding, reading
from skanderborg.domain.imports.chats import Part, Together
from skanderborg.domain.imports.trial import View
from skanderborg.errors import Invalid
from skanderborg.isolated import chats as script
from skanderborg.isolated.messages import LOOSE, Refused
from skanderborg.kinds import CitizenRole, IncidentKind, PartyRole
from skanderborg.store.cases import Party
from skanderborg.store.db import begin, insert
from skanderborg.store.incidents import Incident
from tests.made import a_case, opened

IPHONE = (
    "[03.04.2026 21.14.05] Tove Thomsen: \u200eBeskeder og opkald er end-to-end-krypterede.\n"
    "[03.04.2026 21.14.07] Kim Krag: Hvorfor svarer du ikke?\n"
    '[03.04.2026 21.15.00] Kim Krag: Jeg holder "udenfor.\nJeg kan se lyset; du er hjemme, Tove.\n'
    "\u200e[03.04.2026 23.59.59] Kim Krag: \u200e<vedhæftet: 00000012-PHOTO.jpg>\n"
    "[25.10.2026 02.30.00] Kim Krag: Jeg ved hvor du bor\n"
    "[25.10.2026 09.00.00] Tove Thomsen: Lad mig være\n"
)
ANDROID = (
    "04/03/2026, 9:14 PM - Messages and calls are end-to-end encrypted. No one outside of this chat can read them.\r\n"
    "04/03/2026, 9:14 PM - Kim: one: two\r\nthree\r\n04/13/2026, 12:05 AM - Kim: IMG-1.jpg (file attached)\r\nlook\r\n"
)
DIARY = (
    "13.04.2026 21.14 - Kim ringede: jeg tog den ikke\n14.04.2026 07.10 - han skrev: hvor er du\n"
    "15.04.2026 08.00 - så bilen igen: den holdt ved skolen\n"
)
SAME_MOMENT = "Kim: hej"  # however the phone writes 3 April 2026 at 21.14
HEADERS = {
    "danish iphone": "[03.04.2026 21.14.07] ",
    "danish android": "03.04.2026 21.14 - ", "swedish": "2026-04-03 21:14 - ",
    "british": "[03/04/2026, 21:14:07] ", "german": "03.04.26, 21:14 - ", "finnish": "[3.4.2026 klo 21.14.07] ",
    "with kl.": "03.04.2026 kl. 21.14 - ", "dutch": "[03-04-2026 21:14:07] ",
    "twelve hours": "[03/04/2026, 9:14:07\u202fPM] ",
    "spanish": "3/4/26, 9:14 p. m. - ",
}  # fmt: skip
SMS = (
    "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<!--File Created By SMS Backup &amp; Restore-->\n"
    '<?xml-stylesheet type="text/xsl" href="sms.xsl"?>\n<smses count="4">'
    '<sms address="+4512345678" date="1775243647000" type="1" contact_name="Kim" '
    'body="Se &#55357;&#56832; &lt;b&gt;&#10;her"/>'
    '<sms address="+4512345678" date="1775243707000" type="2" body="Nej" contact_name="Kim"/>'
    '<sms address="70101010" date="1775243707000" type="1" body="Din kode" contact_name="(Unknown)"/>'
    '<mms address="+4512345678" date="1775243767000" msg_box="1" contact_name="Kim"><parts>'
    '<part ct="application/smil" text="x"/><part ct="image/jpeg" cl="bil.jpg" data="AAAA"/>'
    '<part ct="text/plain" text="mig"/></parts></mms></smses>'
)
CALLS = (
    '<calls count="2"><call number="12345678" duration="0" date="1775243647000" type="3" contact_name="null"/>'
    '<call number="12345678" duration="75" date="1775243707000" type="2" contact_name="null"/></calls>'
)
IMAZING = (
    "Chat Session,Message Date,Delivered Date,Read Date,Service,Type,Sender ID,Sender Name,Status,Subject,"
    "Text,Attachment\n"
    'Kim Krag,2026-04-03 21:14:07,,,SMS,Incoming,+4512345678,Kim Krag,Read,,"Hej; du\n""x""",\n'
    "Kim Krag,2026-04-03 21:15:07,,,SMS,Outgoing,,,Sent,,Nej,IMG_1.jpg\n"
)
CALL_LIST = (
    "Opkaldstype;Dato;Varighed;Nummer;Navn\nUbesvaret;03/04/2026 21.14;00:00:00;12345678;Kim\n"
    "Udgående;03/04/2026 21.15;00:01:10;12345678;Kim\n"
)


def twice(text: str) -> str:
    """As Messenger writes letters: the bytes of UTF-8, each as a letter of its own."""
    return text.encode().decode("latin-1")


def messenger(**more) -> str:
    return json.dumps({"participants": [], "title": "x", "messages": [
        {"sender_name": twice("Kim Sø"), "timestamp_ms": 1775243707000, "content": twice("på Ærøvej 😀"),
         "photos": [{"uri": "messages/inbox/kim/photos/1_2.jpg"}]},
        {"sender_name": "Tove", "timestamp_ms": 1775243647000, "content": "Nej"},
    ]} | more)  # fmt: skip


def packed(**files) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return made.getvalue()


def read(given: bytes | str, most: int = 1_000) -> list[list]:
    """As the process of its own does it."""
    _, lines = script.read(given if isinstance(given, bytes) else given.encode(), most, incidents.LONGEST_WHAT)
    return [row for line in lines for row in json.loads(line)]


def cells(given: bytes | str) -> list[list[str]]:
    return [row[2] for row in read(given)]


# ── formats ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_chat_of_an_iphone_is_read_line_for_line_and_what_the_app_says_is_by_nobody():
    assert [(row[1], row[3], row[5], row[6]) for row in cells(IPHONE)] == [
        ("21:14", chats.BY_ITSELF[0], "Tove Thomsen: Beskeder og opkald er end-to-end-krypterede.", ""),
        ("21:14", "Kim Krag", "Hvorfor svarer du ikke?", ""),
        ("21:15", "Kim Krag", 'Jeg holder "udenfor.\nJeg kan se lyset; du er hjemme, Tove.', ""),
        ("23:59", "Kim Krag", "", "00000012-PHOTO.jpg"),
        ("02:30", "Kim Krag", "Jeg ved hvor du bor", ""),
        ("09:00", "Tove Thomsen", "Lad mig være", ""),
    ]


def test_a_chat_of_an_android_is_read_with_its_colons_its_lines_and_its_clock_of_twelve_hours():
    assert [(row[0], row[1], row[3], row[5], row[6]) for row in cells(ANDROID)][1:] == [
        ("04/03/2026", "21:14", "Kim", "one: two\nthree", ""), ("04/13/2026", "00:05", "Kim", "look", "IMG-1.jpg"),
    ]  # fmt: skip


def test_a_message_stands_at_the_same_time_however_the_phone_writes_it():
    for phone, header in HEADERS.items():
        (found,) = cells(header + SAME_MOMENT)
        assert found[1:] == ["21:14", "", "Kim", "besked", "hej", ""], phone


@pytest.mark.parametrize(("said", "kind", "by_kim"), [
    ("\u200eMistet taleopkald. \u200eTryk for at ringe tilbage", "opkald", True),
    ("\u200eMissed video call", "opkald", True), ("\u200ebillede udeladt", "besked", True),
    ("\u200eThis message was deleted.", "besked", True), ("\u200ePlacering: https://example.invalid", "besked", True),
    ("\u200eDin sikkerhedskode med Kim er ændret.", "besked", False),
    ("\u200eDu har blokeret denne kontakt", "besked", False),
    ("Skift ikke din sikkerhedskode", "besked", True), ("opkald", "besked", True),
])  # fmt: skip
def test_what_somebody_did_is_theirs_and_what_the_app_tells_is_not(said, kind, by_kim):
    rows = cells(f"[03.04.2026 21.14.07] Kim: hej\n[03.04.2026 21.15.07] Kim: {said}\n")

    assert (rows[1][3] == "Kim", rows[1][4]) == (by_kim, kind)


def test_a_zip_of_a_phone_is_read_and_nothing_in_it_but_texts_is_unpacked():
    given = packed(_chat__txt=IPHONE, foto__jpg=b"\0" * 30_000_000)  # a bomb, if anyone unpacked it

    assert cells(given) == cells(IPHONE)
    assert cells(packed(**{"WhatsApp-chat med Kim__txt": ANDROID})) == cells(ANDROID)


def test_of_several_conversations_in_a_zip_each_is_told_apart():
    inbox = {f"inbox/{who}/message_{n}__json": messenger() for who in ("kim_1", "mor_2") for n in (1, 2)}

    assert {row[3] for row in cells(packed(**inbox))} == {
        "Kim Sø (kim_1)", "Tove (kim_1)", "Kim Sø (mor_2)", "Tove (mor_2)",
    }  # fmt: skip


def test_messages_of_sms_backup_come_with_their_emoji_their_direction_and_what_was_sent():
    kim = "Kim (+4512345678)"
    assert cells(SMS) == [
        ["2026-04-03T19:14:07Z", "", "Indgående", kim, "besked", "Se 😀 <b>\nher", ""],
        ["2026-04-03T19:15:07Z", "", "Udgående", kim, "besked", "Nej", ""],
        ["2026-04-03T19:15:07Z", "", "Indgående", "70101010", "besked", "Din kode", ""],
        ["2026-04-03T19:16:07Z", "", "Indgående", kim, "besked", "mig", "bil.jpg"],
    ]
    draft = '<smses><sms type="3" date="1" address="1" body="kladde"/></smses>'
    assert cells(draft)[0][3] == chats.BY_ITSELF[1]


def test_calls_of_a_phone_are_calls_missed_ones_too():
    assert [row[2:6] for row in cells(CALLS)] == [
        ["Indgående", "12345678", "opkald", "Ubesvaret opkald"],
        ["Udgående", "12345678", "opkald", "Opkald, 1 min. 15 sek."],
    ]
    assert [row[:6] for row in cells(CALL_LIST)] == [
        ["03/04/2026", "21:14", "Indgående", "Kim (12345678)", "opkald", "Ubesvaret opkald"],
        ["03/04/2026", "21:15", "Udgående", "Kim (12345678)", "opkald", "Opkald, 00:01:10"],
    ]
    english = "Call Type,Date,Time,Duration,Phone Number\nMissed,04/03/2026,9:14 PM,0,123\n"
    assert cells(english)[0][:3] == ["04/03/2026", "21:14", "Indgående"]


def test_messages_of_imazing_keep_their_text_and_both_ends_are_one_party():
    assert cells(IMAZING) == [
        ["2026-04-03", "21:14", "Indgående", "Kim Krag (+4512345678)", "besked", 'Hej; du\n"x"', ""],
        ["2026-04-03", "21:15", "Udgående", "Kim Krag (+4512345678)", "besked", "Nej", "IMG_1.jpg"],
    ]


def test_messages_of_messenger_are_turned_right_and_their_letters_are_letters_again():
    sent = {"senderName": "Kim Sø", "timestamp": 1775243707000, "text": "på 😀", "media": [{"uri": "./a/b.jpg"}]}
    new = {"messages": [sent]}

    assert [(row[0], row[3], row[5], row[6]) for row in cells(messenger())] == [
        ("2026-04-03T19:14:07Z", "Tove", "Nej", ""),
        ("2026-04-03T19:15:07Z", "Kim Sø", "på Ærøvej 😀", "1_2.jpg"),
    ]
    assert cells(json.dumps(new)) == [["2026-04-03T19:15:07Z", "", "", "Kim Sø", "besked", "på 😀", "b.jpg"]]
    assert cells(json.dumps(new, ensure_ascii=False)) == cells(json.dumps(new))


def test_half_a_letter_is_marked_and_spoils_no_other():
    assert cells(b"[03.04.2026 21.14.07] Kim: p\xc3\xa5 \xf0\x9f\x98 \xc3\x86r\xc3\xb8\n")[0][5] == "på \ufffd Ærø"
    assert cells("[03.04.2026 21.14.07] Kim: på Ærø\n".encode("cp1252"))[0][5] == "på Ærø"
    assert cells("[03.04.2026 21.14.07] Kim: på Ærø\n".encode("utf-16-be"))[0][5] == "på Ærø"
    assert cells("\ufeff[03.04.2026 21.14.07] Kim: på Ærø\n".encode("utf-16-le"))[0][5] == "på Ærø"


def test_a_zip_larger_than_a_table_may_be_gives_its_chat_and_names_the_media_left_out():
    film = random.Random(1).randbytes(11 * 1024 * 1024)

    table = reading.read(packed(_chat__txt=IPHONE, film__mp4=film, bil__jpg=b"x"), "file")

    assert table.about["rows"] == len(cells(IPHONE))
    assert table.about["media"] == [2, ["film.mp4", "bil.jpg"]]
    with pytest.raises(Invalid, match="fylder for meget: højst 10 MB"):
        reading.read(packed(film__mp4=film), "file")


def test_a_table_is_no_chat():
    for table in ("Dato;Type;Navn\n3/4-2026;Opkald;Kim\n", "Dato;Retning;Afsender;Besked\n3/4-2026;Indgående;Kim;hej\n",
                  "Dato;Hvad\n03.04.2026 21.14 - Kim: hej;1\n", DIARY):  # fmt: skip
        with pytest.raises(Refused, match="no-chat"):
            read(table)


@pytest.mark.parametrize(("given", "told"), [
    ('{"a": 1}', "JSON.*under Bilag"), ("<a/>", "XML.*under Bilag"), ("<!doctype html><p>hej", "HTML"),
    (SMS[:-9], "ødelagt"),
    (messenger()[:-1], "ødelagt"), ('{"a":' * 50_000, "ødelagt"), (SMS * 10, "ødelagt"),
    (packed(a__jpg=b"x"), "ingen chat"),
    (packed(_chat__txt=b"\0" * 50_000_000), "pakkes ud"), (packed(_chat__txt=IPHONE)[:-9], "ødelagt"),
    (b"\x78\x9f\x3e\x22" + bytes(99), "winmail"), (packed(**{"Index/Document__iwa": b"x"}), "Numbers"),
    ('<!DOCTYPE smses [<!ENTITY a "aaaa">]><smses><sms body="&a;"/></smses>', "XML"),
    (IPHONE * 200, r"for mange beskeder: højst 100\.000"),
    ("".join(f"[03.04.2026 21.14.07] K{n}: x\n" for n in range(1_001)), "beskeder"),
])  # fmt: skip
def test_what_nobody_can_read_is_told_in_true_words(given, told):
    with pytest.raises(Refused) as refused:
        read(given)

    assert re.search(told, reading.REASONS[refused.value.args[0]])


def test_one_long_line_costs_no_more_than_many_short_ones():
    for hostile in ("(a.bc ", "<vedhæftet: a.b", "\u200emistet ", "beskeder ", "omitted <"):
        assert len(cells("[13.04.2026 21.14.07] Kim: " + hostile * 100_000)) == 1


def test_a_file_without_a_name_in_a_zip_harms_nobody():
    nameless = packed(_chat__txt=IPHONE, xxx__jpg=b"x").replace(b"xxx.jpg", b"\0xx.jpg")

    assert cells(nameless) == cells(IPHONE)
    assert archives.is_chat(io.BytesIO(nameless)) is False


def test_a_chat_that_was_sent_ten_times_or_cut_off_is_still_one():
    assert len(cells(IPHONE * 10)) == 60
    assert len(cells(IPHONE[:-9])) == 6
    assert [row[3] for row in cells(IPHONE[1:])] == [LOOSE, *(row[3] for row in cells(IPHONE)[1:])]


WORDS = [
    "hej",
    "Åse;",
    'sagde "nej"',
    "a, b",
    "kl. 21.14:",
    "😀",
    "1/4",
    "[x]",
    "<b>&amp;",
    "é\u0301",
    "- Kim: nej",
    "\t!",
]


def random_chat(seed: int) -> list[tuple[datetime, str, str, bool]]:
    """When, who, what, and whether it went out; times do not go back."""
    chance, at, found = random.Random(seed), datetime(2026, 4, 13, 7, tzinfo=UTC), []
    for _ in range(25):
        at += timedelta(minutes=chance.randint(1, 3_000))
        text = chance.choice(" \n").join(chance.choices(WORDS, k=chance.randint(1, 6))).strip()
        found.append((at, "Kim Søby", text, chance.random() < 0.3))
    return found


def as_whatsapp(chat, header: str) -> str:
    return "".join(
        f"{clock.local(at).strftime(header)}{'Tove' if out else who}: {text}\n" for at, who, text, out in chat
    )


def as_sms(chat) -> str:
    rows = (
        f'<sms address="1" contact_name={quoteattr(who)} date="{int(at.timestamp() * 1000)}" type="{2 if out else 1}" '
        f"body={quoteattr(text, {chr(10): '&#10;', chr(9): '&#9;'})}/>" for at, who, text, out in chat
    )  # fmt: skip
    return f"<smses>{''.join(rows)}</smses>"


def as_messenger(chat) -> str:
    rows = [{"sender_name": twice("Tove" if out else who), "timestamp_ms": int(at.timestamp() * 1000),
             "content": twice(text)} for at, who, text, out in reversed(chat)]  # fmt: skip
    return json.dumps({"messages": rows})


def as_imazing(chat) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["Chat Session", "Message Date", "Type", "Sender ID", "Sender Name", "Text"])
    for at, who, text, out in chat:
        side = ["Outgoing", "", ""] if out else ["Incoming", "1", who]
        writer.writerow([who, f"{clock.local(at):%Y-%m-%d %H:%M:%S}", *side, text])
    return file.getvalue()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_was_written_comes_back_from_every_form(seed):
    chat = random_chat(seed)
    forms = [as_whatsapp(chat, "[%d.%m.%Y %H.%M.%S] "), as_whatsapp(chat, "%m/%d/%y, %I:%M %p - "), as_sms(chat),
             as_messenger(chat), as_imazing(chat)]  # fmt: skip

    for form in forms:
        assert [row[5] for row in cells(form)] == [text for _, _, text, _ in chat]
        assert [moment_of(row) for row in cells(form)] == [f"{clock.local(at):%H:%M}" for at, *_ in chat]
        own = [row[2] == "Udgående" or row[3] == "Tove" for row in cells(form)]
        assert own == [out for *_, out in chat]


def moment_of(row: list[str]) -> str:
    return row[1] or f"{clock.local(datetime.fromisoformat(row[0])):%H:%M}"


# ── who is who ──────────────────────────────────────────────────────────────────────────────────────


def received(cast, given: str, **case):
    return imports.receive(
        cast["solveig"], opened(cast["solveig"], a_case(cast, **case)), "chat", given.encode(), "file", None
    )


def told(cast, row, together=Together.EACH, order=DateOrder.DAY_FIRST, **parts):
    named = {one[0]: Part(parts.get(one[0].split(" ")[0].lower(), Part.NOBODY)) for one in row.choices["parties"]}
    return deciding.tell_apart(cast["solveig"], row, deciding.ChatChoices(named, together, order), row.version)


def imported(cast, row) -> list[Incident]:
    deciding.start(cast["solveig"], row, deciding.Ticks(True, True, False), row.version)
    carrying.carry_on(now())
    return list(Incident.select().order_by(Incident.number))


def test_what_the_udoever_sent_counts_and_what_the_exposed_person_sent_does_not(cast):
    row = told(cast, received(cast, IPHONE), kim=Part.UDOEVER, tove=Part.EXPOSED)

    rows = imported(cast, row)
    assert [(one.kind, one.contact_count, one.sender, one.types.strip()) for one in rows] == [
        *[(IncidentKind.INCIDENT, 1, "Kim Krag", "message")] * 4, (IncidentKind.ANSWER, 0, "Tove Thomsen", ""),
    ]  # fmt: skip
    assert rows[1].what == 'Jeg holder "udenfor.\nJeg kan se lyset; du er hjemme, Tove.'
    assert (rows[2].what, rows[2].evidence) == ("(Fil uden tekst: 00000012-PHOTO.jpg)", "00000012-PHOTO.jpg")
    assert {one.channel for one in rows} == {"app"}


def test_the_hour_that_came_twice_is_asked_about(cast):
    row = told(cast, received(cast, IPHONE), kim=Part.UDOEVER)

    assert imports.trial_of(row).counts[View.DOUBLE] == 1


def test_messages_of_an_hour_may_stand_as_one_row_with_their_number(cast):
    row = told(cast, received(cast, IPHONE), Together.HOUR, kim=Part.UDOEVER, tove=Part.EXPOSED)

    first, photo, *_ = imported(cast, row)
    assert (first.contact_count, photo.contact_count) == (2, 1)
    assert first.at_time == "21:14"
    assert first.what.startswith("21.14 Hvorfor svarer du ikke?\n21.15 Jeg holder")


def test_hours_do_not_mix_days_senders_or_what_one_row_has_room_for(cast):
    lines = [f"[{day}.04.2026 21.{minute:02}.00] Kim: {'x' * 900}\n" for day in (13, 14) for minute in range(15)]
    row = told(cast, received(cast, "".join(lines)), Together.HOUR, kim=Part.UDOEVER)

    counts = [one.contact_count for one in imported(cast, row)]
    assert sum(counts) == 30
    assert len(counts) == 4


def test_what_the_owner_of_the_phone_sent_follows_whom_it_was_sent_to(cast):
    row = received(cast, SMS)
    assert row.choices["parts"] == {}
    row = told(cast, row, kim=Part.UDOEVER)

    rows = imported(cast, row)
    assert [(one.kind, one.at_time, one.sender) for one in rows] == [
        (IncidentKind.INCIDENT, "21:14", "Kim (+4512345678)"),
        (IncidentKind.ANSWER, "21:15", "Telefonens ejer, til Kim (+4512345678)"),
        (IncidentKind.INCIDENT, "21:16", "Kim (+4512345678)"),
    ]  # fmt: skip


def test_in_a_case_about_an_udoever_only_what_the_udoever_sent_comes_in(cast):
    row = received(cast, SMS, citizen_role=CitizenRole.PERPETRATOR)
    row = told(cast, row, kim=Part.EXPOSED)  # the phone is the udøver's

    rows = imported(cast, row)
    assert [(one.what, one.contact_count) for one in rows] == [("Nej", 1)]


def test_a_chat_with_one_other_person_is_guessed_and_a_person_still_says_so(cast):
    row = received(cast, CALLS)

    assert row.choices["parts"] == {"12345678": Part.UDOEVER}
    assert not imports.is_understood(row)


def test_of_two_of_whom_one_is_the_citizen_by_name_it_is_guessed_who_is_who(cast):
    case = a_case(cast)
    with begin():
        insert(Party, case=case.ref, role=PartyRole.CITIZEN, name="Tove Thomsen", created_at=now())

    row = imports.receive(cast["solveig"], opened(cast["solveig"], case), "chat", IPHONE.encode(), "file", None)

    assert row.choices["parts"] == {
        "Kim Krag": Part.UDOEVER, "Tove Thomsen": Part.EXPOSED, chats.BY_ITSELF[0]: Part.NOBODY,
    }  # fmt: skip


def test_a_message_with_half_a_letter_is_in_doubt(cast):
    row = received(cast, "[13.04.2026 21.14.07] Kim: p\ufffd vej\n[13.04.2026 21.15.07] Kim: hej\n")
    row = told(cast, row, kim=Part.UDOEVER)

    assert imports.trial_of(row).counts[View.UNSURE] == 1


def test_american_days_are_proved_by_one_of_the_chat(cast):
    row = received(cast, ANDROID)
    assert row.choices["order"] == DateOrder.MONTH_FIRST
    row = told(cast, row, order=DateOrder.MONTH_FIRST, kim=Part.UDOEVER)

    assert imports.trial_of(row).counts[View.UNSURE] == 0
    assert [str(one.from_on) for one in imported(cast, row)] == ["2026-04-03", "2026-04-13"]


def test_a_chat_in_which_nobody_is_of_the_case_is_refused(cast):
    row = received(cast, IPHONE)

    with pytest.raises(Invalid, match="hvem der er udøveren"):
        told(cast, row)


def test_one_sends_no_more_parties_than_can_be_asked_about(cast):
    many = "".join(f"[13.04.2026 21.14.07] K{n}: x\n" for n in range(chats.MOST_ASKED + 3))

    row = received(cast, many)

    assert (len(row.choices["parties"]), row.choices["others"]) == (chats.MOST_ASKED, 3)
