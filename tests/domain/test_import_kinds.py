"""Files as people really bring them, from their bytes to what would stand in the log: what is not certain is asked."""

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from skanderborg.danish.dates import DateOrder, ShortYears
from skanderborg.domain import imports, parties
from skanderborg.domain.imports import deciding
from skanderborg.domain.imports.trial import View
from skanderborg.errors import Invalid
from skanderborg.kinds import PartyRole
from tests.made import opened


@pytest.fixture
def solveig(cast):
    return cast["solveig"]


@pytest.fixture
def read(solveig, case):
    """`read(text)` is a file, understood as it is guessed."""

    def it(given: str | bytes, name: str = "log.csv", letters: str = ""):
        given = given.encode() if isinstance(given, str) else given
        row = imports.receive(solveig, opened(solveig, case), name, given, "file", None)
        row = imports.one(solveig, opened(solveig, case), row.ref)
        columns = imports.plan_of(row).columns
        said = deciding.Choices(columns, DateOrder(row.choices["order"]), ShortYears.THIS_CENTURY, "other", letters)
        return deciding.understand(solveig, row, said, row.version)

    return it


def seen(solveig, row, view=View.ALL):
    """The rows of a view: day and time, contacts, text."""
    shown = [one.understood.said for one in imports.preview(solveig, row, view, 1).rows]
    return [said and (said.from_on, said.at_time, said.contact_count, said.what) for said in shown]


def workbook(*rows):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def april(day):
    return date(2026, 4, day)


def test_of_one_that_came_in_and_three_that_went_out_one_is_a_contact(solveig, read):
    row = read(
        "Dato;Klokkeslæt;Retning;Type;Besked\n13-02-2026;21.14;Indgående;sms;Hvorfor svarer du ikke?\n"
        "13-02-2026;21.20;Udgående;sms;Lad mig være\n13-02-2026;21.21;Udgående;sms;Hold op\n"
        "13-02-2026;21.30;Udgående;opkald;Ringede tilbage for at sige stop\n"
    )

    assert [said[2] for said in seen(solveig, row)] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    "text",
    ["Dato;Type;Besked\n13-02-2026;Sendt sms;a\n13-02-2026;Modtaget sms;b\n",
     "Date,Direction,Text\n2026-02-13,Outgoing,a\n2026-02-13,Incoming,b\n",
     "Dato;Afsender;Besked\n13-02-2026;Mig;a\n13-02-2026;Kim;b\n",
     "Fra;Til;Dato;Besked\nMig;Kim;13-02-2026;a\nKim;Mig;13-02-2026;b\n"],
    ids=["type", "direction", "sender", "from and to"],
)  # fmt: skip
def test_what_the_citizen_sent_counts_none(solveig, read, text):
    assert [(said[2], said[3][0]) for said in seen(solveig, read(text))] == [(0, "a"), (1, "b")]


def test_the_citizen_is_known_by_the_name_on_the_case(solveig, case, read):
    parties.add(solveig, opened(solveig, case), PartyRole.CITIZEN, parties.Details(name="Tove Thomsen"))

    row = read("Dato;Afsender;Besked\n13-02-2026;Tove Thomsen;a\n13-02-2026;Kim Krag;b\n")

    assert [said[2] for said in seen(solveig, row)] == [0, 1]


def test_a_name_that_two_on_the_case_share_is_nobodys(solveig, case, read):
    for role, name in ((PartyRole.CITIZEN, "Tove Thomsen"), (PartyRole.OPPOSING, "Tove Krag")):
        parties.add(solveig, opened(solveig, case), role, parties.Details(name=name))

    row = read("Dato;Afsender;Besked\n13-02-2026;Tove;a\n13-02-2026;Tove Thomsen;b\n")

    assert [said[2] for said in seen(solveig, row)] == [1, 1]
    assert deciding.unknown_senders(row) == ["Tove", "Tove Thomsen"]


def test_of_several_senders_one_is_asked_once_whether_it_is_the_citizen(solveig, read):
    row = read("Dato;Afsender;Besked\n13-02-2026;Kim;a\n13-02-2026;Skaggy;b\n14-02-2026;Skaggy;c\n")
    ticks = deciding.Ticks(True, True, False)

    with pytest.raises(Invalid) as error:
        deciding.start(solveig, row, ticks, row.version)
    assert error.value.field == "senders_seen"
    row = deciding.explain(solveig, row, {"sender:skaggy": "citizen"}, row.version)
    assert [said[2] for said in seen(solveig, row)] == [1, 0, 0]
    assert deciding.start(solveig, row, ticks, row.version).status == "queued"


@pytest.mark.parametrize(("third", "is_asked"), [("profil_3", False), ("mette_87", True)])
def test_many_profiles_are_pointed_out_and_one_of_a_like_name_is_asked(solveig, case, read, third, is_asked):
    parties.add(solveig, opened(solveig, case), PartyRole.CITIZEN, parties.Details(name="Mette Lund"))

    row = read("Dato;Afsender;Besked\n" + "".join(f"13-02-2026;{one};a\n" for one in ("p_1", "p_2", third)))

    assert len(deciding.unknown_senders(row)) == 3
    assert deciding.may_be_the_citizen(row) is is_asked


def test_a_word_is_explained_once_for_the_whole_file(solveig, read):
    row = read("Dato;Type;Besked\n13-02-2026;Skole;a\n14-02-2026;skole;b\n15-02-2026;Underretning;c\n")
    assert imports.asked(row) == {"types:skole": ["Skole", 2], "types:underretning": ["Underretning", 1]}
    before = [one.understood.said for one in imports.preview(solveig, row, View.ALL, 1).rows]

    row = deciding.explain(solveig, row, {"types:skole": "institution", "types:underretning": "answer"}, row.version)

    after = [one.understood.said for one in imports.preview(solveig, row, View.ALL, 1).rows]
    assert [(said.types, said.type_text) for said in before[:2]] == [(("other",), "Skole"), (("other",), "skole")]
    assert [said.types for said in after[:2]] == [("institution",)] * 2
    assert (after[2].kind, after[2].contact_count) == ("answer", 0)


@pytest.mark.parametrize(
    ("key", "meaning"), [("types:skole", "nonsense"), ("types:hus", "call"), ("sender:x", "other")]
)
def test_what_was_not_asked_cannot_be_explained(solveig, read, key, meaning):
    row = read("Dato;Type;Besked\n13-02-2026;Skole;a\n")

    with pytest.raises(Invalid):
        deciding.explain(solveig, row, {key: meaning}, row.version)


def test_a_quotation_mark_opens_no_cell_that_holds_four_days(solveig, read):
    row = read('Dato;Hvad skete der?\n01-04-2026;"Du er min\n02-04-2026;ringede\n03-04-2026;stod ude\n'
               '04-04-2026;farvel" skrev han\n05-04-2026;sms\n')  # fmt: skip

    assert [(said[0], said[3]) for said in seen(solveig, row)] == [
        (april(1), '"Du er min'), (april(2), "ringede"), (april(3), "stod ude"), (april(4), 'farvel" skrev han'),
        (april(5), "sms"),
    ]  # fmt: skip


def test_a_cut_off_sign_is_marked_and_turns_no_other_letter(solveig, read):
    whole = "Dato;Type;Hvad skete der?\r\n01-04-2026;sms;på Ærøvej – «smuk» kjole i går\r\n13-04-2026;sms;Smuk "
    row = read(whole.encode() + b"\xf0\x9f\x98\r\n14-04-2026;sms;p\xc3\xa5 vej\r\n")

    assert [said[3] for said in seen(solveig, row)] == ["på Ærøvej – «smuk» kjole i går", "Smuk \ufffd", "på vej"]
    assert [one.doubts for one in imports.preview(solveig, row, View.UNSURE, 1).rows] == [
        ["Nogle tegn i filen kunne ikke læses. De står som \ufffd."]
    ]


def test_a_file_of_another_machine_is_read_as_a_person_says(solveig, read):
    given = "Dato;Hvad skete der?\n13-04-2026;på Ærøvej bør du gå\n".encode("mac_roman")

    with pytest.raises(Invalid) as error:
        read(given)
    assert error.value.field == "letters"
    row = read(given, letters="cp1252>mac_roman")
    assert seen(solveig, row)[0][3] == "på Ærøvej bør du gå"


@pytest.mark.parametrize(
    ("text", "unsure"),
    [("03/04/2026;a\n13/04/2026;b\n04/13/2026;c\n05/06/2026;d\n", ["a", "d"]),
     ("03/04/2026;a\n13/04/2026;b\n05/06/2026;d\n", []), ("03/04/2026;a\n05/06/2026;d\n", ["a", "d"])],
)  # fmt: skip
def test_proofs_that_contradict_each_other_settle_nothing(solveig, read, text, unsure):
    row = read("Dato;Hvad skete der?\n" + text)

    assert [said[3] for said in seen(solveig, row, View.UNSURE)] == unsure


@pytest.mark.parametrize("proof", ["25/03/2026", "17.04.2026", "04/29/2026"])
def test_dates_of_a_workbook_beside_dates_that_stayed_text_are_in_doubt(solveig, read, proof):
    cells = [datetime(2026, 4, 3), "a"], [proof, "b"], [datetime(2026, 2, 4), "c"], [datetime(2026, 5, 4), "d"]

    row = read(workbook(["Dato", "Hvad skete der?"], *cells), "log.xlsx")

    assert [said[3] for said in seen(solveig, row, View.UNSURE)] == ["a", "c", "d"]
    assert "Det kan også være onsdag 4. marts 2026." in imports.preview(solveig, row, View.UNSURE, 1).rows[0].doubts


def test_the_last_day_of_a_workbook_is_in_doubt_too(solveig, read):
    cells = [datetime(2026, 4, 3), "25/04/2026", "a"], ["25/04/2026", datetime(2026, 5, 4), "b"]

    row = read(workbook(["Dato", "Til dato", "Tekst"], *cells), "log.xlsx")

    assert [said[3] for said in seen(solveig, row, View.UNSURE)] == ["a", "b"]


def test_dates_of_a_workbook_alone_are_certain(solveig, read):
    row = read(workbook(["Dato", "Tekst"], [datetime(2026, 4, 3), "a"], ["fredag 3. april 2026", "b"]), "log.xlsx")

    assert seen(solveig, row, View.UNSURE) == []


def test_a_time_past_midnight_is_the_next_day_and_in_doubt(solveig, read):
    cells = (
        [april(3), timedelta(days=1), "a"],
        [april(3), timedelta(hours=26, minutes=15), "b"],
        [april(3), time(9), "c"],
    )

    row = read(workbook(["Dato", "Klokkeslæt", "Hvad skete der?"], *cells), "log.xlsx")

    assert seen(solveig, row, View.UNSURE) == [(april(4), time(0), 1, "a"), (april(4), time(2, 15), 1, "b")]


def test_date_and_time_beside_each_other_are_one_moment(solveig, read):
    assert seen(solveig, read("Dato;Tidspunkt;Besked\n13-04-2026;21.14;hej\n")) == [(april(13), time(21, 14), 1, "hej")]


def test_the_days_of_a_workbook_that_read_them_wrongly_are_turned_together_and_back(solveig, read):
    """3/4 and 5/4 in a spreadsheet of another country; 25/4 it left as text."""
    row = read(
        workbook(["Dato", "Hvad"], [date(2026, 3, 4), "a"], [date(2026, 5, 4), "b"], ["25-04-2026", "c"]), "x.xlsx"
    )
    assert imports.preview(solveig, row, View.UNSURE, 1).trial.turned

    row = deciding.turn(solveig, row, row.version)

    assert seen(solveig, row) == [
        (april(3), None, 1, "a\nDato i filen: 2026-03-04 (dag og måned er byttet om)"),
        (april(5), None, 1, "b\nDato i filen: 2026-05-04 (dag og måned er byttet om)"), (april(25), None, 1, "c"),
    ]  # fmt: skip
    assert seen(solveig, row, View.UNSURE) == []
    row = deciding.turn(solveig, row, row.version)
    assert [said[0] for said in seen(solveig, row)] == [date(2026, 3, 4), date(2026, 5, 4), april(25)]


def test_a_day_that_cannot_be_turned_stays_as_it_is_and_in_doubt(solveig, read):
    row = read(
        workbook(["Dato", "Hvad"], [date(2026, 3, 4), "a"], [date(2026, 3, 20), "b"], ["25-04-2026", "c"]), "x.xlsx"
    )

    row = deciding.turn(solveig, row, row.version)

    assert [said[0] for said in seen(solveig, row, View.UNSURE)] == [date(2026, 3, 20)]
