"""Files of notes, meetings and requests: exhibits like those of the log, with their limits, their sealing and their
readers, named where the text is copied into the journal."""

import io
import re
from datetime import date, time

import pytest

from skanderborg.domain import evidence, meetings, notes
from skanderborg.domain.evidence import uploads
from skanderborg.kinds import MeetingKind, MeetingWith
from skanderborg.pages import packs as extracts
from skanderborg.policy import Action, case_for, meeting_for
from skanderborg.store.events import Event
from skanderborg.store.incidents import Exhibit
from skanderborg.store.work import Request
from tests.made import a_case, a_request, opened
from tests.packed import POLICE, usual

LETTER, SAID = b"Retten i Aarhus, kendelse", "Kendelse fra retten"


@pytest.fixture
def things(cast, case):
    """A note, a meeting and a request of the case, as an exhibit names them, each with its page."""
    note = notes.write(cast["solveig"], opened(cast["solveig"], case), "Møde i retten", "Mette ringede")
    meeting = meetings.plan(
        cast["rikke"], case_for(cast["rikke"], case.ref, Action.MEETING_PLAN),
        meetings.When(date(2026, 11, 26), time(10), time(11)), kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF,
        place=None, agenda=None, participants=[cast["rikke"], cast["solveig"]],
    )  # fmt: skip
    asked = a_request(cast["solveig"], case)
    return {
        f"note:{note.ref}": f"/sager/{case.ref}/noter", f"meeting:{meeting.ref}": f"/m/{meeting.ref}",
        f"request:{asked.ref}": f"/a/{asked.ref}",
    }  # fmt: skip


@pytest.fixture(params=["note", "meeting", "request"])
def about(request, things):
    return next(one for one in things if one.startswith(request.param))


def sent(client, case, about, **more):
    values = {"key": "k", "about": about, "description": SAID, "source": "citizen"} | more
    return client.post(f"/sager/{case.ref}/bilag", files=[(io.BytesIO(LETTER), "kendelse.txt")], **values)


def asked_about(answer):
    return [re.search(r'value="([^"]*)"', one)[1] for one in re.findall(r'<input[^>]*name="about"[^>]*>', answer.text)]


def kept(person, case, about, body=LETTER):
    upload = uploads.look_at("kendelse.txt", io.BytesIO(body))
    return evidence.receive(person, opened(person, case), upload, evidence.FileDetails(SAID, about=about))


def test_a_file_of_it_is_an_exhibit_that_its_page_shows(visit, case, things, about):
    solveig = visit("solveig")
    [link] = re.findall(r'href="([^"]*bilag[?]om=[^"]*)"', solveig.get(things[about]).text)
    assert asked_about(solveig.get(link)) == [about]  # once: a field that comes twice is refused

    answer = sent(solveig, case, about)

    assert (answer.status_code, answer.location.partition("#")[0]) == (303, things[about])
    row = Exhibit.get()
    assert (row.about, row.number, row.description) == (about, 1, SAID)
    page = solveig.get(things[about]).text
    assert f"/sager/{case.ref}/bilag/{row.ref}" in page or "Se 1 bilag til mødet" in page
    assert SAID in solveig.get(f"/sager/{case.ref}/bilag?om={about}").text
    assert f'href="{things[about]}' in solveig.get(f"/sager/{case.ref}/bilag/{row.ref}").text
    told = Event.get(Event.action == "exhibit:received").changes["about"]
    assert told == [None, evidence.thing_of(about)]


def test_a_file_that_is_refused_is_still_asked_for_there(visit, case, things, about):
    answer = sent(visit("solveig"), case, about, source="nobody")

    assert answer.status_code == 422
    assert asked_about(answer) == [about]


def test_what_is_copied_into_the_journal_names_them(visit, cast, case, things):
    _, meeting, _ = things
    for about, body in zip(things, (b"et", b"to", b"tre"), strict=True):
        kept(cast["solveig"], case, about, body)
    held = meeting_for(cast["solveig"], meeting.partition(":")[2], Action.MEETING_HOLD)
    meetings.hold(cast["solveig"], held, "Vi talte om kendelsen", [], held.version, was_early=True)

    note, meeting, asked = (visit("solveig").get(path).text for path in things.values())

    assert "Mette ringede\n\nBilag 1: Tekst, Kendelse fra retten</" in note
    assert "Vi talte om kendelsen\n\n\nBilag 2: Tekst, Kendelse fra retten</" in meeting
    assert re.search(r"Bilag 3: Tekst, Kendelse fra retten</", asked)


def test_one_of_another_case_gets_none(visit, cast, case, things, about):
    other = a_case(cast, "P9R4T")

    answer = sent(visit("solveig"), other, about)

    assert answer.status_code == 404
    assert Exhibit.select().count() == 0


@pytest.mark.parametrize("odd", ["task:" + "a" * 26, "note:x", "note:" + "a" * 26])
def test_what_is_no_such_thing_gets_none(visit, case, odd):
    assert sent(visit("solveig"), case, odd).status_code in (404, 422)
    assert Exhibit.select().count() == 0


def test_the_department_that_was_asked_sees_the_request_and_not_its_files(visit, cast, case, things):
    about = next(one for one in things if one.startswith("request"))
    row = kept(cast["solveig"], case, about)

    page = visit("jonas").get(things[about])

    assert page.status_code == 200
    assert row.ref not in page.text
    assert SAID not in page.text
    assert visit("jonas").get(f"/sager/{case.ref}/bilag/{row.ref}/fil").status_code == 404


def test_they_are_no_part_of_the_log_that_is_handed_over(cast, case, things, about):
    kept(cast["solveig"], case, about)

    found = extracts.preview(cast["solveig"], opened(cast["solveig"], case), usual(POLICE))

    assert found.exhibits == []
    assert any("hører til noget, som ikke er med: 1." in words for words in found.left_out)


# ── what a department gives with its answer ─────────────────────────────────────────────────────────


def answered(client, about, *files, **more):
    path = f"/a/{about.partition(':')[2]}"
    version = re.search(r'name="version" value="(\d+)"', client.get(path).text)[1]
    values = {"outcome": "done", "answer": "Det er gjort", "version": version, "key": "k"} | more
    return client.post(f"{path}/svar", files=[(io.BytesIO(body), name) for name, body in files], **values)


@pytest.fixture
def asked(things):
    return next(one for one in things if one.startswith("request"))


def test_a_department_attaches_files_to_its_answer_which_are_exhibits_of_the_case(visit, cast, case, asked):
    jonas = visit("jonas")

    answer = answered(jonas, asked, ("brev.txt", LETTER), ("notat.txt", b"Vi har talt med skolen"))

    assert answer.status_code == 303
    one, two = Exhibit.select().order_by(Exhibit.number)
    assert (one.about, one.by_id, two.number) == (asked, cast["jonas"].ref, 2)
    assert (
        b"".join(
            evidence.open_bytes(cast["solveig"], evidence.one(cast["solveig"], opened(cast["solveig"], case), one.ref))
        )
        == LETTER
    )
    page = visit("solveig").get(f"/a/{asked.partition(':')[2]}").text
    assert "2 filer er vedlagt." in page
    assert f"/sager/{case.ref}/bilag/{one.ref}" in page
    own = visit("jonas").get(f"/a/{asked.partition(':')[2]}").text
    assert "2 filer er vedlagt." in own
    assert one.ref not in own
    assert visit("jonas").get(f"/sager/{case.ref}/bilag/{one.ref}/fil").status_code == 404


def test_a_file_that_may_not_be_kept_holds_the_answer_back_and_keeps_what_was_typed(visit, asked):
    answer = answered(visit("jonas"), asked, ("brev.txt", LETTER), ("spil.exe", b"MZ\x90\0" + bytes(60)))

    assert answer.status_code == 422
    assert "Filen er et program" in answer.text
    assert "Det er gjort" in answer.text
    assert Exhibit.select().count() == 0
    assert Request.get_by_id(asked.partition(":")[2]).answer is None


def test_an_answer_is_given_once_with_its_files_and_none_is_needed(visit, asked):
    jonas = visit("jonas")
    answered(jonas, asked, ("brev.txt", LETTER))
    again = jonas.post(f"/a/{asked.partition(':')[2]}/svar", outcome="done", answer="Det er gjort", version="1",
                       files=[(io.BytesIO(LETTER), "brev.txt")])  # fmt: skip

    assert again.status_code == 303
    assert Exhibit.select().count() == 1
