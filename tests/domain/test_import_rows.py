"""What the cells of somebody's own log are understood as, and what is refused (S2-30, D-09)."""

from datetime import UTC, date, datetime, time

import pytest

from skanderborg import clock
from skanderborg.danish.dates import DateOrder, ShortYears
from skanderborg.danish.moments import read
from skanderborg.domain import incidents
from skanderborg.domain.imports import columns, words
from skanderborg.domain.imports.columns import Column
from skanderborg.domain.imports.plans import Plan, key_of, plan_for
from skanderborg.domain.imports.rows import understood
from skanderborg.kinds import Answer, IncidentKind, IncidentSource, Reaction
from skanderborg.store.cases import Case

DMY, MDY, YMD = DateOrder
DAY = date(2026, 4, 3)
TODAY = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today():
    with clock.telling(TODAY):
        yield


def row(plan=None, **cells):
    """A row of one cell for each column."""
    used = tuple(map(Column, cells))
    plan = plan or Plan(used, tuple(column.label for column in used))
    return understood([2, None, list(cells.values())], plan)


def faults(**cells):
    return [f"{fault.column}: {fault.message}" for fault in row(**cells).faults]


# ── dates ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "on", "at"),
    [
        ("3.4.2026", DAY, None), ("03-04-2026", DAY, None), ("3/4 2026", DAY, None), ("2026-04-03", DAY, None),
        ("20260403", DAY, None), ("den 3. april 2026", DAY, None), ("fredag d. 3. apr. 2026", DAY, None),
        ("April 3, 2026", DAY, None), ("03/04-26", DAY, None), ("3.4.2026 kl. 7.42", DAY, time(7, 42)),
        ("2026-04-03T07:42:13", DAY, time(7, 42)), ("03-04-2026, 07:42:13", DAY, time(7, 42)),
        ("3/4/2026 7:42 PM", DAY, time(19, 42)), ("\u200e03\u201104\u20112026 07:42", DAY, time(7, 42)),
        ("7.42 3.4.2026", DAY, time(7, 42)), ("kl. 7.42 d. 3. april 2026", DAY, time(7, 42)),
        ("fre. 3. apr. 2026 7.42", DAY, time(7, 42)),
        ("Apr 3, 2026 at 7:42 AM", DAY, time(7, 42)), ("Fri, Apr 3, 2026, 7:42:05 AM", DAY, time(7, 42)),
        ("2026-04-03T05:42:00Z", DAY, time(7, 42)),
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_and_phones_write_it(written, on, at):
    when = read(written, DMY, ShortYears.THIS_CENTURY)

    assert (when.from_on, when.at_time, when.to_on) == (on, at, None)


@pytest.mark.parametrize("written", ["2026-04-03 til 2026-11-12", "3.4.2026 - 12.11.2026", "3/4-2026–12/11-2026"])
def test_a_period_has_its_last_day(written):
    when = read(written, DMY, ShortYears.THIS_CENTURY)

    assert (when.from_on, when.to_on) == (DAY, date(2026, 11, 12))


@pytest.mark.parametrize(
    ("order", "written", "on"),
    [(DMY, "03/04/2026", DAY), (MDY, "04/03/2026", DAY), (YMD, "26-04-03", DAY), (MDY, "2026-04-03", DAY)],
)
def test_the_order_is_the_one_that_was_chosen(order, written, on):
    assert read(written, order, ShortYears.THIS_CENTURY).from_on == on


@pytest.mark.parametrize(
    ("written", "unsure"),
    [("03/04-26", {"order", "year"}), ("03/04/2026", {"order"}), ("25.4.26", {"year"}), ("25.4.2026", set()),
     ("4.4.2026", set()),
     ("mandag d. 25. april 2026", {"weekday"}), ("lørdag d. 25. april 2026", set()),
     ("2026-04-03", set()), ("3. april 2026", set())],
)  # fmt: skip
def test_what_may_mean_two_days_is_in_doubt(written, unsure):
    assert read(written, DMY, ShortYears.THIS_CENTURY).unsure == unsure


@pytest.mark.parametrize("written", ["i går", "I går", "forgårs", "mandag", "om aftenen", "i morges", ""])
def test_yesterday_is_no_date(written):
    """S2-30."""
    assert faults(moment=written or " ", what="Ringede")[0].startswith("Dato og evt. klokkeslæt: D")


@pytest.mark.parametrize(
    ("written", "why"),
    [("31-11-2026", "findes ikke"), ("25.13.2026", "findes ikke"), ("29.2.2026", "findes ikke"),
     ("x" * 5_000, "Skriv datoen"), ("21-11-2026", "fremtiden"),
     ("20-11-2026 23:00", "fremtiden"),
     ("9999-12-31T23:59:59Z", "Skriv datoen"),
     ("2026-04-03T07:42:00+99:00", "Klokkeslættet"),
     ("3.4.2026 25 pm", "Klokkeslættet"), ("3.4.2026 49:10", "Klokkeslættet"), ("3.4.1920", "langt tilbage"),
     ("29-03-2026 02:30", "findes ikke")],
)  # fmt: skip
def test_a_day_or_hour_that_never_was_is_refused(written, why):
    assert why in faults(moment=written, what="Ringede")[0]


def test_a_short_year_is_a_fault_where_that_was_chosen():
    plan = Plan((Column.MOMENT, Column.WHAT), ("Dato", "Tekst"), years=ShortYears.REFUSE)

    assert "to cifre" in row(plan, moment="3.4.26", what="Ringede").faults[0].message


def test_the_hour_that_comes_twice_is_kept_as_unknown_unless_the_file_says_which():
    """SC-09."""
    unknown, first, second = (
        row(moment=written, what="Ringede")
        for written in ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
    )

    assert (unknown.is_double, unknown.said.is_second_hour) == (True, None)
    assert [(one.is_double, one.said.is_second_hour) for one in (first, second)] == [(False, False), (False, True)]


@pytest.mark.parametrize(
    ("written", "at"),
    [("7.42", time(7, 42)), ("kl. 9", time(9)), ("0742", time(7, 42)), ("7:42 pm", time(19, 42)), ("ukendt", None)],
)
def test_a_time_is_read_and_may_be_unknown(written, at):
    assert row(moment="3.4.2026", at_time=written, what="x").said.at_time == at


@pytest.mark.parametrize(
    ("cells", "on", "at", "unsure"),
    [
        ({"at_time": "24:00"}, date(2026, 4, 4), time(0), {"hour"}),
        ({"at_time": "26:15"}, date(2026, 4, 4), time(2, 15), {"hour"}),
        ({"moment": "3.4.2026 24.00"}, date(2026, 4, 4), time(0), {"hour"}),
        ({"at_time": "1900-01-01 02:15:00"}, date(2026, 4, 4), time(2, 15), {"hour"}),
        ({"at_time": "1899-12-30 21:14:00"}, DAY, time(21, 14), set()),
        ({"at_time": "2026-04-03 21:14:00"}, DAY, time(21, 14), set()),
        ({"at_time": "2026-04-05 21:14"}, DAY, time(21, 14), {"hour"}),
        ({"moment": "3.4.2026 21.14", "at_time": "7.42"}, DAY, time(7, 42), {"hour"}),
    ],
)
def test_a_time_past_midnight_or_with_a_day_of_its_own_keeps_its_day_and_is_in_doubt(cells, on, at, unsure):
    found = row(**{"moment": "3.4.2026", "what": "Ringede"} | cells)

    order = {"order"} if cells.get("moment", "3.").startswith("3.") else set()
    assert (found.said.from_on, found.said.at_time, found.unsure - order) == (on, at, unsure)


@pytest.mark.parametrize(
    ("written", "on", "unsure"),
    [
        ("tor. 26. mar.", date(2026, 3, 26), {"year"}),
        ("fre. 26. mar.", date(2026, 3, 26), {"year", "weekday"}),
        ("14/4", date(2026, 4, 14), {"year"}),
        ("1/12", date(2025, 12, 1), {"year", "order"}),
    ],
)
def test_a_day_without_its_year_is_the_last_one_and_in_doubt(written, on, unsure):
    found = row(moment=written, what="Ringede")

    assert (found.said.from_on, found.unsure) == (on, unsure)
    assert "Året mangler" in row(Plan((Column.MOMENT, Column.WHAT), ("Dato", "Tekst"), years=ShortYears.REFUSE),
                                 moment=written, what="x").faults[0].message  # fmt: skip


def test_a_day_without_its_year_stays_the_one_that_was_seen_when_the_file_came():
    plan = Plan((Column.MOMENT, Column.WHAT), ("Dato", "Tekst"), today=date(2026, 3, 1))

    assert row(plan, moment="14/4", what="x").said.from_on == date(2025, 4, 14)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("30/12 - 2/1 2026", (date(2025, 12, 30), date(2026, 1, 2))),
        ("20/12 til 2/1", (date(2025, 12, 20), date(2026, 1, 2))),
    ],
)
def test_the_end_of_a_period_lies_after_its_beginning(written, days):
    said = row(moment=written, what="x").said

    assert (said.from_on, said.to_on) == days


# ── everything else ─────────────────────────────────────────────────────────────────────────────────


def test_each_cell_finds_its_field():
    one = row(moment="3.4.2026", to_on="5.4.2026", at_time="21.30", types="Sms", contact_count="2.312", what="Skrev",
              place="Torvet", channel="WhatsApp", sender="+45 12 34 56 78", witness="Ida", witness_contact="12345678",
              evidence="Skærmbillede", reaction="Reagerede ikke", fear="7/10", children_present="ja", reported="nej",
              is_withheld="x").said  # fmt: skip

    assert (one.types, one.channel, one.contact_count, one.fear) == (("message",), "app", 2312, 7)
    assert (one.reaction, one.children_present, one.reported) == (Reaction.NONE, Answer.YES, Answer.NO)
    assert (one.source, one.is_withheld, one.is_danger) == (IncidentSource.IMPORT, True, False)
    assert one.what == "Skrev"


@pytest.mark.parametrize(
    ("written", "ids", "is_exact"),
    [("Sms eller besked", ("message",), True), ("SMS", ("message",), True), ("sms, opkald", ("message", "call"), True),
     ("Trussel på sms", ("threat", "message"), False), ("Fandt en GPS under bilen", ("other",), False),
     ("Noget helt andet", ("other",), False), ("underretning", ("other",), False), ("Anmeldelse", ("other",), False),
     ("video", ("other",), False), ("Skole", ("other",), False), ("Kollega", ("other",), False),
     ("Talte med politiet om vold", ("other",), False), ("Ingen trusler", ("other",), False),
     ("Trussel?", ("other",), False),
     ("GPS-sporer under bilen", ("tracker",), False),
     ("Vold på tv om natten set", ("other",), False), ("Brev i postkassen", ("letter",), False),
     ("sms, ikke trussel", ("other",), False), ("login", ("other",), False)],
)  # fmt: skip
def test_a_type_is_known_by_its_words_and_else_kept_in_the_citizens_own(written, ids, is_exact):
    found = words.types(written)

    assert (found.ids, found.is_exact) == (ids, is_exact)
    assert row(moment="3.4.2026", types=written, what="x").said.type_text == (None if is_exact else written)


@pytest.mark.parametrize(("written", "kind"), [("Jeg sagde tydeligt nej", "refusal"), ("Jeg svarede", "answer")])
def test_a_refusal_and_an_answer_are_rows_of_their_own_kind_and_no_contacts(written, kind):
    said = row(moment="3.4.2026", types=written, contact_count="3", what="Skrev, at han skal stoppe").said

    assert (said.kind, said.contact_count) == (IncidentKind(kind), 0)


def test_what_fits_no_field_stands_in_the_text_and_nothing_is_lost():
    plan = Plan((Column.MOMENT, Column.WHAT, Column.MORE, Column.SENDER, Column.REPORTED, Column.AT_TIME),
                ("Dato", "Tekst", "Humør", "Fra", "Anmeldt", "Kl"))  # fmt: skip

    said = understood([2, None, ["3.4.2026", "Skrev", "bange", "y" * 501, "måske", "om aftenen"]], plan).said

    first, *spilled = said.what.split("\n")
    assert first == "Skrev"
    assert set(spilled) == {"Klokkeslæt: om aftenen", "Humør: bange", f"Afsender: {'y' * 501}",
                            "Anmeldt til politiet: måske"}  # fmt: skip
    assert (said.sender, said.reported, said.at_time) == (None, Answer.UNKNOWN, None)


@pytest.mark.parametrize(
    ("cells", "why"),
    [({"contact_count": "mange"}, "helt tal"), ({"contact_count": "1,000"}, "helt tal"),
     ({"contact_count": "2,5"}, "helt tal"), ({"contact_count": "1.5"}, "helt tal"),
     ({"contact_count": "½"}, "helt tal"), ({"contact_count": "10-15"}, "helt tal"),
     ({"contact_count": "2 timer"}, "helt tal"),
     ({"contact_count": "3 dage"}, "helt tal"), ({"contact_count": "12 gange om dagen"}, "helt tal"),
     ({"place": "y" * 501}, "højst 500"), ({"witness_contact": "y" * 501}, "højst 500"),
     ({"contact_count": "0"}, "hvor mange gange"),
     ({"fear": "meget"}, "0 til 10"), ({"fear": "11"}, "0 til 10"), ({"what": "x" * 10_001}, "for lang"),
     ({"what": ""}, "hvad der skete"), ({"to_on": "1.4.2026"}, "slutter"), ({"at_time": "25:70"}, "Klokkeslættet")],
)  # fmt: skip
def test_a_fault_says_where_and_what_to_do(cells, why):
    assert why in faults(**{"moment": "3.4.2026", "what": "Ringede"} | cells)[0]


@pytest.mark.parametrize(
    ("written", "count"), [("31", 31), ("2.312", 2312), ("31 gange", 31), ("ca. 30", 30), ("4 sms'er", 4), ("3 x", 3)]
)
def test_a_count_of_contacts_may_name_them(written, count):
    assert row(moment="3.4.2026", what="Skrev", contact_count=written).said.contact_count == count


@pytest.mark.parametrize("written", ["20+", ">20", "≥ 20", "mindst 20", "over 20 gange", "20 eller flere"])
def test_at_least_so_many_is_asked_about_and_kept_in_the_citizens_words(written):
    found = row(moment="3. april 2026", what="Skrev", contact_count=written)

    assert (found.said.contact_count, found.unsure, found.said.what) == (20, {"count"}, f"Skrev\nAntal: {written}")


# ── who it is from ──────────────────────────────────────────────────────────────────────────────────

TOVE = Plan((), (), citizen=("Tove Thomsen", "tove@example.invalid, 20 30 40 50"))


def from_tove(**cells):
    used = tuple(map(Column, cells))
    plan = TOVE._replace(columns=used, titles=tuple(column.label for column in used))
    return (
        row(plan, **{"what": "x"} | cells)
        if "moment" in cells
        else row(
            plan._replace(columns=(Column.MOMENT, *used), titles=("Dato", *plan.titles)),
            **{"moment": "3. april 2026"} | cells,
        )
    )


@pytest.mark.parametrize(
    "cells",
    [{"direction": "Udgående"}, {"direction": "Outgoing"}, {"direction": "Sendt"}, {"direction": "UD"},
     {"direction": "Udgående (ubesvaret)"}, {"direction": "Sent"}, {"types": "Sendt sms"}, {"types": "Udgående opkald"},
     {"types": "Jeg ringede"}, {"channel": "Udgående opkald"}, {"sender": "Tove Thomsen"}, {"sender": "tove"},
     {"sender": "Mig"}, {"sender": "+45 2030 4050"}, {"sender": "TOVE@example.invalid"}, {"sender": "Tove (mig)"}],
)  # fmt: skip
def test_what_the_citizen_sent_is_no_contact(cells):
    said = from_tove(**cells, what="Lad mig være").said

    assert (said.kind, said.contact_count, said.types) == (IncidentKind.ANSWER, 0, ())
    assert (said.what.split("\n")[0], said.type_text) == ("Lad mig være", cells.get("types"))


@pytest.mark.parametrize(
    "cells",
    [{"direction": "Indgående"}, {"direction": "Incoming"}, {"direction": "Modtaget"}, {"direction": "Missed call"},
     {"direction": "Ubesvaret"}, {"types": "Modtaget sms"}, {"types": "Mistet opkald"}, {"sender": "Kim Krag"},
     {"sender": "Thomsen"}, {"sender": "Tove T"}, {"sender": "+45 20 30 40 51"},
     {"sender": "Kim", "direction": "Indgående"},
     {"recipient": "Tove"}, {"types": "Opkald sent om aftenen"}],
)  # fmt: skip
def test_what_somebody_else_sent_is_one(cells):
    found = from_tove(**cells, what="Hvorfor svarer du ikke?")

    assert (found.said.kind, found.said.contact_count, found.unsure) == (IncidentKind.INCIDENT, 1, set())


@pytest.mark.parametrize(
    "text",
    ["Jeg ringede til politiet", "jeg ringede 114", "Ringede jeg til politiet kl. 14.30", "Så anmeldte jeg ham",
     "Vi talte med skolen.", "Tove skrev til kommunen", "Borgeren blokerede nummeret"],
)  # fmt: skip
def test_free_words_that_tell_what_the_citizen_did_are_no_contact(text):
    found = from_tove(what=text)

    assert (found.said.kind, found.said.contact_count, found.said.what) == (IncidentKind.ANSWER, 0, text)
    assert "own" not in found.unsure


@pytest.mark.parametrize(
    "cells",
    [{"what": "Jeg ringede til politiet, fordi han stod udenfor"}, {"what": "Jeg blokerede ham. Så kom der en mail"},
     {"what": "Jeg skrev til Kim og fik 12 beskeder"}, {"what": "Jeg ringede til politiet", "contact_count": "12"},
     {"what": "Jeg ringede til politiet", "types": "uhygge"}],
)  # fmt: skip
def test_free_words_that_tell_of_more_than_what_the_citizen_did_are_in_doubt(cells):
    found = from_tove(**cells)

    assert (found.said.kind, "own" in found.unsure) == (IncidentKind.INCIDENT, True)


@pytest.mark.parametrize(
    "cells",
    [{"what": "Han ringede til politiet"}, {"what": "Jeg så ham ved skolen"}, {"what": "Jeg fik en sms"},
     {"what": "Kim skrev: jeg ringede til dig"}, {"what": "«Jeg ringede til dig»"},
     {"what": "Jeg ringede til dig", "sender": "Kim"}, {"what": "Jeg ringede til dig", "types": "sms"},
     {"what": "Jeg ringede til dig i går", "channel": "sms"}],
)  # fmt: skip
def test_what_somebody_else_did_or_wrote_is_a_contact_without_a_doubt(cells):
    found = from_tove(**cells)

    assert (found.said.kind, found.said.contact_count, "own" in found.unsure) == (IncidentKind.INCIDENT, 1, False)


@pytest.mark.parametrize(
    "cells",
    [{"direction": "?"}, {"direction": "Videresendt"}, {"recipient": "Kim"}, {"types": "Sendt klage til kommunen"},
     {"sender": "Tove", "direction": "Indgående"}],
)  # fmt: skip
def test_a_direction_that_nobody_knows_is_in_doubt(cells):
    assert "direction" in from_tove(**cells, what="x").unsure


def test_whom_the_citizen_wrote_to_is_no_sender():
    plan = Plan((Column.MOMENT, Column.DIRECTION, Column.SENDER, Column.WHAT), ("Dato", "Retning", "Kontakt", "Tekst"))
    cells = [2, None, ["3. april 2026", "Udgående", "Kim Krag", "Lad mig være"]]

    contact = understood(cells, plan)
    sender = understood(cells, plan._replace(titles=("Dato", "Retning", "Afsender", "Tekst")))

    assert (contact.said.sender, contact.said.what) == (None, "Lad mig være\nKontakt: Kim Krag")
    assert (contact.unsure, sender.unsure) == (set(), {"direction"})


def test_a_word_that_a_person_explained_means_so_in_every_row():
    words_of = {"types:videohilsen": "message", "sender:skaggy": "citizen", "direction:a b": "other"}
    plan = Plan((Column.MOMENT, Column.TYPES, Column.SENDER, Column.DIRECTION, Column.WHAT), ("", "", "", "", ""),
                words=words_of)  # fmt: skip

    first, second = (
        understood([2, None, ["3. april 2026", *cells, "x"]], plan).said
        for cells in (("Videohilsen", "Kim", "A/B"), ("", "Skaggy", ""))
    )

    assert (first.types, first.type_text, first.contact_count) == (("message",), "Videohilsen", 1)
    assert (second.kind, second.contact_count) == (IncidentKind.ANSWER, 0)


def test_words_without_letters_and_people_are_told_apart():
    signs = [key_of(Column.DIRECTION, sign) for sign in ("→", "←", "Ind", "ind.")]
    people = [key_of(Column.SENDER, name) for name in ("kim_krag", "Kim.Krag", "kim.krag", "👍")]

    assert (len(set(signs)), len(set(people))) == (3, 3)


def test_in_a_case_about_an_udoever_a_direction_means_what_a_person_says():
    plan = Plan((Column.MOMENT, Column.DIRECTION, Column.WHAT), ("Dato", "Retning", "Tekst"), is_of_udoever=True)
    cells = [2, None, ["3. april 2026", "Udgående", "x"]]

    unknown, own, others = (
        understood(cells, plan._replace(words={"direction:udgående": side} if side else {}))
        for side in ("", "citizen", "other")
    )

    assert (unknown.unsure, unknown.said.contact_count) == ({"direction"}, 1)
    assert (own.unsure, own.said.kind, own.said.contact_count) == (set(), IncidentKind.INCIDENT, 1)
    assert "ingen kontakt fra udøveren" in others.faults[0].message


def test_a_place_of_several_lines_stays_the_place():
    """SEC-10: the text is shown while an address is protected, the place is not."""
    said = row(moment="3.4.2026", what="Skrev", place="Skovvej 3\n8660 Skanderborg", sender="a@b.dk\nBo").said

    assert (said.what, said.place, said.sender) == ("Skrev", "Skovvej 3, 8660 Skanderborg", "a@b.dk, Bo")


def test_a_channel_that_says_more_is_found_and_kept():
    said = row(moment="3.4.2026", what="Skrev", channel="Messenger, profilen Bo Hansen 22334455").said

    assert (said.channel, said.what) == ("app", "Skrev\nKanal: Messenger, profilen Bo Hansen 22334455")


def test_a_case_about_an_udoever_takes_nothing_of_the_exposed_person():
    cells = {"moment": "3.4.2026", "types": "Jeg sagde tydeligt nej", "what": "Skrev", "place": "Hjemme",
             "sender": "22334455", "witness": "Ida", "witness_contact": "12345678", "reaction": "Svarede",
             "fear": "meget", "children_present": "ja"}  # fmt: skip
    used = tuple(map(Column, cells))

    said = {"columns": used, "headings": [column.label for column in used], "columns_count": len(used), "order": DMY,
            "years": "20", "default_type": "other"}  # fmt: skip
    said = row(plan_for(Case(citizen_role="perpetrator"), said, DAY), **cells).said

    nothing = incidents.nothing_said(DAY)
    assert {name for name in incidents.NOT_OF_UDOEVER if getattr(said, name) != getattr(nothing, name)} == set()
    assert (said.types, said.type_text, said.what) == (("other",), "Jeg sagde tydeligt nej", "Skrev")


def test_a_cell_that_was_too_long_to_keep_is_told():
    plan = Plan((Column.MOMENT, Column.WHAT), ("Dato", "Tekst"))

    fault = understood([2, 1, ["3.4.2026", ""]], plan).faults[0]

    assert (fault.column, "højst 10000" in fault.message) == ("Tekst", True)


def test_what_we_neutralised_when_we_wrote_it_is_read_as_it_was():
    assert row(moment="3.4.2026", what="'=SUM(A1)").said.what == "=SUM(A1)"
    assert row(moment="3.4.2026", what="'s aften").said.what == "'s aften"


def test_signs_of_direction_are_kept_and_emoji_whole():
    assert row(moment="3.4.2026", what="👩‍👩‍👧 \u202etxt\x07").said.what == "👩‍👩‍👧 \u202etxt"


# ── columns ─────────────────────────────────────────────────────────────────────────────────────────


def test_headings_of_an_app_are_guessed():
    headings = ["Tidspunkt", "Beskrivelse", "Hændelsestype", "Sted", "Humør", "ID", "Dato (igen)"]

    found = columns.guessed(headings, [])

    assert found == (Column.MOMENT, Column.WHAT, Column.TYPES, Column.PLACE, Column.MORE, Column.SKIP, Column.MORE)


@pytest.mark.parametrize(
    ("headings", "cells", "held"),
    [("Dato;Tidspunkt;Besked", "03-04-2026;21.14;hej", "moment at_time what"),
     ("Tidspunkt;Dato;Besked", "21.14;03-04-2026;hej", "at_time moment what"),
     ("Dag;Hvornår;Hvad", "fredag;3.4.2026 21.14;Ringede på", "more moment what"),
     ("Dag;Hvornår;Hvad", "3.4.2026;kl. 21.14;Ringede på", "moment at_time what"),
     ("Chat Session;Message Date;Service;Type;Sender Name;Text", "Kim;2026-04-03 21:14:07;SMS;Incoming;Kim;Hej du",
      "more moment more direction sender what"),
     ("message_date;is_from_me;text", "2026-04-03 21:14:07;0;Hej du", "moment direction what"),
     ("Oprettet;Dato;Tekst", "2026-05-03;3.4.2026;Hej du", "more moment what"),
     ("Fra;Til;Dato;Tekst", "Kim Krag;Tove;3.4.2026;Hej du", "sender recipient moment what"),
     ("Fra;Til;Tekst", "3.4.2026;5.4.2026;Hej du", "moment to_on what"),
     ("A;B;C", "3.4.2026;21.14;Hej med dig", "moment at_time what"),
     ("Dato;Varighed;Tekst", "3.4.2026;00:14;Hej du", "moment more what"),
     ("Dato;Afsender;Tekst", "3.4.2026;20111213;Hej du", "moment sender what"),
     ("Dato;Tekst", "20260403;Hej du", "moment what"),
     ("Besked;Dato", "3.4.2026;Han stod her igen", "moment what"),
     ("Dato;Hvad", "i går;Ringede på", "moment what")],
)  # fmt: skip
def test_columns_are_known_by_their_cells(headings, cells, held):
    found = columns.guessed(headings.split(";"), [cells.split(";")] * 3)

    assert " ".join(found) == held


def test_every_heading_of_our_own_logskema_means_what_it_says():
    headings = columns.BLANK_HEADINGS

    assert list(columns.guessed(headings, [])) == list(columns.BLANK)
    assert columns.is_ours(headings)
    assert not columns.is_ours(headings[:-1])
