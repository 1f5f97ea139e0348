"""Cases gone silent: what counts as contact with the citizen, and that everyone concerned is told of its absence."""

from datetime import date, datetime, timedelta
from datetime import time as clock_time

import pytest

from skanderborg.domain import meetings, notes, referrals, rounds, silence, sparring, tasks
from skanderborg.domain.due import digest
from skanderborg.errors import Invalid
from skanderborg.kinds import LetterKind, MeetingKind, MeetingWith, ReferralWay, SparringWay, Talk
from skanderborg.pages import board, my_day, overview
from skanderborg.pages import tasks as task_pages
from skanderborg.policy import Action, meeting_for
from skanderborg.store.cases import Case
from skanderborg.store.people import Person
from tests.made import a_case, a_task, letters, opened, seen

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def later(clock):
    """`later(30)`: it is half past seven, so many days after friday 20 November."""
    return lambda days: clock.move_to(datetime(2026, 11, 20, 7, 30) + timedelta(days=days))


def silent(person: Person) -> list[date]:
    """Since when the cases on a person's Min dag are silent; the board and the case say the same."""
    found = my_day.of(person).silent
    [row] = board.show(person, board.BoardFilter()).rows
    facts = overview.of_case(person, row.ref).facts
    assert [silence.words(one.since) for one in found] == ([row.silent] if row.silent else [])
    assert [one.since for one in found] == ([facts.silent_since] if facts.silent_since else [])
    return [one.since for one in found]


def agreed(cast, case: Case, on: date, party: MeetingWith = MeetingWith.CITIZEN):
    when = meetings.When(on, clock_time(10), clock_time(11))
    return meetings.plan(cast["solveig"], opened(cast["solveig"], case), when, kind=MeetingKind.FOLLOW_UP, party=party,
                         place=None, agenda=None, participants=[cast["solveig"]], key=f"{on}")  # fmt: skip


def test_after_thirty_days_without_contact_a_case_is_silent(cast, case, later):
    later(29)
    before = silent(cast["solveig"])
    later(30)

    assert before == []
    assert silent(cast["solveig"]) == [FRIDAY]
    assert silence.words(date(2026, 10, 30)) == "Stille siden 30. okt."


def test_a_note_that_tells_of_a_talk_is_contact_and_another_is_not(cast, case, later):
    later(20)
    notes.write(cast["solveig"], opened(cast["solveig"], case), None, "Ringede ikke", key="a")
    later(31)
    without = silent(cast["solveig"])
    notes.write(cast["solveig"], opened(cast["solveig"], case), None, "Ringet", Talk.CALL, date(2026, 12, 10), key="b")

    assert without == [FRIDAY]
    assert silent(cast["solveig"]) == []
    later(50)
    assert silent(cast["solveig"]) == [date(2026, 12, 10)]


def test_a_note_that_was_corrected_counts_as_its_correction_says(cast, case, later):
    later(25)
    mine = opened(cast["solveig"], case)
    wrong = notes.write(cast["solveig"], mine, None, "Ringet", Talk.CALL, date(2026, 12, 14), key="a")
    wrong.case = mine
    notes.correct(cast["solveig"], wrong, "Ringede forgæves", key="b")
    later(31)

    assert silent(cast["solveig"]) == [FRIDAY]


@pytest.mark.parametrize("on", [None, date(2026, 11, 21)])
def test_a_talk_is_told_with_a_day_that_has_come(cast, case, on):
    with pytest.raises(Invalid) as told:
        notes.write(cast["solveig"], opened(cast["solveig"], case), None, "Ringet", Talk.MET, on, key="a")

    assert told.value.field == "talked_on"


def test_a_meeting_held_with_the_citizen_is_contact_and_one_of_staff_is_not(cast, case, later):
    staff, together = agreed(cast, case, date(2026, 12, 2), MeetingWith.STAFF), agreed(cast, case, date(2026, 12, 1))
    later(13)
    for meeting in (staff, together):
        meetings.hold(cast["solveig"], meeting_for(cast["solveig"], meeting.ref, Action.MEETING_HOLD), "Holdt", [], 1,
                      key=meeting.ref)  # fmt: skip
    later(40)
    before = silent(cast["solveig"])
    later(41)

    assert before == []
    assert silent(cast["solveig"]) == [date(2026, 12, 1)]


def test_sparring_counts_where_the_citizen_was_there(cast, case, later):
    later(10)
    for with_citizen, key in ((True, "a"), (False, "b")):
        on = date(2026, 11, 25) if with_citizen else date(2026, 11, 30)
        given = {
            "way": SparringWay.POLICE,
            "held_on": on,
            "person": None,
            "external_name": "Vagten",
            "advice": "Ring",
            "next_step": None,
            "with_citizen": with_citizen,
        }
        sparring.record(cast["solveig"], opened(cast["solveig"], case), **given, key=key)
    later(35)

    assert silent(cast["solveig"]) == [date(2026, 11, 25)]


def test_ringing_together_is_contact_and_a_number_is_not(cast, case, later):
    later(10)
    for way, on in ((ReferralWay.CALLED_TOGETHER, date(2026, 11, 24)), (ReferralWay.NUMBER_GIVEN, date(2026, 11, 30))):
        said = {"organisation": "dsc", "way": way, "on": on, "consents": False, "result": None}
        referrals.record(cast["solveig"], opened(cast["solveig"], case), **said, key=str(on))
    later(34)

    assert silent(cast["solveig"]) == [date(2026, 11, 24)]


def test_what_is_put_off_or_merely_looked_at_breaks_no_silence(cast, case, later):
    task = a_task(case, assignee=cast["solveig"], due_on=date(2026, 12, 1))
    later(10)
    tasks.postpone(cast["solveig"], seen(cast["solveig"], task, Action.TASK_WORK), date(2026, 12, 30), None, 1)
    task_pages.show(cast["solveig"], task.ref)
    later(30)

    assert silent(cast["solveig"]) == [FRIDAY]


def test_with_a_meeting_ahead_a_case_is_not_silent(cast, case, later):
    later(20)
    agreed(cast, case, date(2026, 12, 22))
    later(30)
    ahead = silent(cast["solveig"])
    later(33)

    assert ahead == []
    assert silent(cast["solveig"]) == [FRIDAY]


def test_a_case_that_waits_for_a_day_is_not_silent_before_it(cast, case, later):
    later(5)
    mine = opened(cast["solveig"], case)
    silence.agree(cast["solveig"], mine, date(2027, 1, 15), "Retsmødet", mine.version)
    later(56)  # the day itself
    waits = silent(cast["solveig"])
    later(57)

    assert waits == []
    assert silent(cast["solveig"]) == [FRIDAY]


def test_what_is_agreed_stands_on_the_case(cast, case, later):
    notes.write(cast["solveig"], opened(cast["solveig"], case), None, "Ringet", Talk.CALL, FRIDAY, key="a")
    mine = opened(cast["solveig"], case)
    silence.agree(cast["solveig"], mine, date(2026, 12, 14), "Ringer efter mødet", mine.version)
    alone = overview.of_case(cast["solveig"], case.ref).facts
    agreed(cast, case, date(2026, 12, 1))
    sooner = overview.of_case(cast["solveig"], case.ref).facts

    assert (alone.talked_on, alone.next_contact_on) == (FRIDAY, date(2026, 12, 14))
    assert sooner.next_contact_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("on", "what", "field"),
    [(date(2026, 11, 19), "x", "next_contact_on"), (date(2028, 1, 1), "x", "next_contact_on"),
     (date(2026, 12, 1), None, "next_contact")],
)  # fmt: skip
def test_what_is_agreed_wants_a_day_ahead_and_words(cast, case, on, what, field):
    mine = opened(cast["solveig"], case)

    with pytest.raises(Invalid) as told:
        silence.agree(cast["solveig"], mine, on, what, mine.version)
    assert told.value.field == field


@pytest.mark.parametrize("columns", [{"kind": "sparring-only"}, {"phase": "suspicion", "claimed_at": None}])
def test_advice_alone_and_what_nobody_has_taken_is_never_silent(cast, later, columns):
    a_case(cast, "OTHER", **columns)
    later(90)

    assert my_day.of(cast["solveig"]).silent == []


def test_the_tovholder_is_told_in_the_digest_and_who_stands_in_for_him_or_her(cast, case, later):
    rounds.see(
        cast["rikke"], opened(cast["rikke"], case), FRIDAY + timedelta(days=50), None
    )  # is not asked to go round
    now = later(31)  # monday 21 December

    assert digest.owe_due(now) == 1
    assert letters(LetterKind.DIGEST) == ["solveig"]


def test_a_case_that_is_opened_again_begins_anew(cast, case, later):
    reopened = later(40)
    Case.update(reopened_at=reopened).where(Case.ref == case.ref).execute()
    later(69)
    before = silent(cast["solveig"])
    later(70)

    assert before == []
    assert silent(cast["solveig"]) == [date(2026, 12, 30)]
