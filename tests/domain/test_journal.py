"""What belongs in the journal, and the notes that lead there (D-23)."""

from datetime import date, timedelta

import pytest

from skanderborg import clock as time
from skanderborg.domain import journal, notes
from skanderborg.errors import Invalid, NotAllowed, NotFound
from skanderborg.kinds import Phase
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert
from skanderborg.store.record import Journalised, Note, Sparring
from skanderborg.store.work import Meeting
from tests.made import a_case, opened

TODAY = date(2026, 11, 20)


@pytest.fixture
def mine(cast, case):
    return opened(cast["solveig"], case)


def a_meeting(case, by, **columns):
    starts = time.now()
    insert(
        Meeting, case=case, kind="follow-up", party="staff", starts_at=starts, ends_at=starts + timedelta(hours=1),
        wall_start="2026-11-20T10:00", zone="Europe/Copenhagen", by=by, created_at=starts, **columns,
    )  # fmt: skip


def a_note(cast, mine):
    return notes.write(cast["solveig"], mine, "Samtale", "ZQX hun er bange")


def test_a_note_lacks_the_mark_until_it_has_it(cast, mine):
    note = a_note(cast, mine)
    assert [entry.about for entry in journal.missing(cast["solveig"], mine)] == [f"note:{note.ref}"]

    journal.mark(cast["solveig"], mine, [f"note:{note.ref}"], TODAY, "2026-1234")

    assert journal.missing(cast["solveig"], mine) == []
    assert [row.number for row in journal.marked(cast["solveig"], mine)] == ["2026-1234"]


def test_sparring_minutes_and_answers_belong_there_too(cast, mine):
    with begin():
        insert(Sparring, case=mine, way="internal", person=cast["rikke"], held_on=TODAY, advice="ZQX råd",
               by=cast["solveig"], at=time.now())  # fmt: skip
        held = {"status": "held", "held_at": time.now(), "minutes": "ZQX referat"}
        a_meeting(mine, cast["solveig"], **held)

    assert {entry.label for entry in journal.missing(cast["solveig"], mine)} == {"Sparring", "Referat"}


def test_a_meeting_without_minutes_lacks_nothing_in_the_journal(cast, mine):
    with begin():
        a_meeting(mine, cast["solveig"], status="planned")

    assert journal.missing(cast["solveig"], mine) == []


def test_marking_twice_counts_once(cast, mine):
    about = f"note:{a_note(cast, mine).ref}"

    counted = [journal.mark(cast["solveig"], mine, [about], TODAY, None) for _ in range(2)]

    assert counted == [1, 0]
    assert Journalised.select().count() == 1


def test_what_lies_in_another_case_cannot_be_marked(cast, mine):
    other = opened(cast["solveig"], a_case(cast, code="M2D8H"))
    note = a_note(cast, other)

    with pytest.raises(Invalid):
        journal.mark(cast["solveig"], mine, [f"note:{note.ref}"], TODAY, None)


def test_a_day_to_come_is_no_day_of_journalising(cast, mine):
    about = f"note:{a_note(cast, mine).ref}"

    with pytest.raises(Invalid) as refused:
        journal.mark(cast["solveig"], mine, [about], date(2026, 11, 21), None)
    assert refused.value.field == "on"


def test_who_is_not_on_the_case_marks_nothing(cast, case):
    with pytest.raises(NotAllowed):
        journal.mark(cast["ulla"], case, ["note:x"], TODAY, None)


def test_a_note_that_is_corrected_stays_as_it_was_and_says_so(cast, mine, clock):
    note = a_note(cast, mine)
    clock.forward(minutes=5)

    notes.correct(cast["solveig"], notes.get(cast["solveig"], mine, note.ref), "ZQX hun er vred")

    newest, oldest = notes.of_case(cast["solveig"], mine).rows
    assert (newest.text, newest.corrects_id, newest.theme) == ("ZQX hun er vred", note.ref, "Samtale")
    assert (oldest.text, oldest.corrected_at) == ("ZQX hun er bange", newest.at)


def test_a_note_of_another_case_is_not_found(cast, mine):
    other = opened(cast["solveig"], a_case(cast, code="M2D8H"))

    with pytest.raises(NotFound):
        notes.get(cast["solveig"], mine, a_note(cast, other).ref)


def test_a_note_can_be_added_to_a_closed_case(cast, case):
    """Notatpligten does not end with the case."""
    with begin():
        Case.update(phase=Phase.CLOSED, closed_at=time.now()).where(Case.ref == case.ref).execute()

    notes.write(cast["solveig"], opened(cast["solveig"], case), None, "ZQX efterskrift")

    assert Note.get().text == "ZQX efterskrift"
