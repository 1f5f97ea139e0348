"""The safety plan, warnings to staff, and how the citizen may be contacted (D-16; S4-12, S1-61 to S1-66)."""

from datetime import date, datetime

import pytest

from skanderborg import clock as time
from skanderborg import content
from skanderborg.domain import safety
from skanderborg.domain.reminders import deadlines
from skanderborg.domain.safety import items, safe_contact, warning_notes
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound, TooLate
from skanderborg.kinds import Phase, SafetyArea, SafetyStatus
from skanderborg.store.cases import Case
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.plans import SafetyItem, WarningNote
from skanderborg.store.work import Deadline, Task
from tests.made import a_case, asked, letters, opened

LOCK = {"area": SafetyArea.HOME, "text": "Ny lås", "who": "Naboen", "due_on": date(2026, 11, 27),
        "status": SafetyStatus.PLANNED}  # fmt: skip


@pytest.fixture
def mine(cast, case):
    """The case as Rasmus, who takes part, may load it."""
    return opened(cast["rasmus"], case)


def close(case) -> None:
    with begin():
        Case.update(closed_at=time.now(), phase=Phase.CLOSED).where(Case.ref == case.ref).execute()


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────


def test_d16_the_plan_has_the_five_areas_and_what_they_might_have(cast, mine):
    areas = safety.of_case(cast["rasmus"], mine).areas

    assert [view.area.value for view in areas] == ["home", "work", "relatives", "digital", "escape"]
    assert all(view.suggestions for view in areas)


def test_d16_a_point_says_what_who_when_and_how_far(cast, mine):
    items.add(cast["rasmus"], mine, **LOCK)

    [item] = safety.of_case(cast["rasmus"], mine).areas[0].items
    assert (item.text, item.who, item.due_on, item.status) == ("Ny lås", "Naboen", date(2026, 11, 27), "planned")
    assert Event.get(Event.action == "safety-item:added").object_ref == item.ref


def test_a_suggestion_becomes_a_point_and_is_offered_no_more(cast, mine):
    item = items.add_suggested(cast["rasmus"], mine, "escape-bag", "k")

    view = safety.of_case(cast["rasmus"], mine).areas[4]
    assert [found.ref for found in view.items] == [item.ref]
    assert "escape-bag" not in {one.id for one in view.suggestions}


def test_a_suggestion_taken_over_twice_is_one_point(cast, mine):
    for _ in range(2):
        items.add_suggested(cast["rasmus"], mine, "escape-bag", "k")

    assert SafetyItem.select().count() == 1


def test_what_speaks_of_the_exposed_persons_safety_is_not_offered_to_one_who_stalks(cast):
    case = opened(cast["rasmus"], a_case(cast, citizen_role="perpetrator"))

    assert not any(view.suggestions for view in safety.of_case(cast["rasmus"], case).areas)
    with pytest.raises(NotFound):
        items.add_suggested(cast["rasmus"], case, "escape-bag", "k")


@pytest.mark.parametrize("status", [SafetyStatus.IN_PLACE, SafetyStatus.DROPPED])
def test_a_point_that_is_in_place_or_dropped_has_its_day(cast, mine, status):
    item = items.add(cast["rasmus"], mine, **LOCK)

    done = items.describe(cast["rasmus"], mine, item, 1, **LOCK | {"status": status})
    again = items.describe(cast["rasmus"], mine, done, 2, **LOCK)

    assert (done.closed_on, again.closed_on) == (date(2026, 11, 20), None)


def test_of_two_who_change_a_point_the_second_is_told(cast, mine):
    item = items.add(cast["rasmus"], mine, **LOCK)
    items.describe(cast["rasmus"], mine, item, 1, **LOCK | {"text": "Ny dør"})

    with pytest.raises(Conflict):
        items.describe(cast["rasmus"], mine, item, 1, **LOCK | {"text": "Ny port"})


def test_a_point_that_is_saved_unchanged_stays_as_it_is(cast, mine):
    item = items.add(cast["rasmus"], mine, **LOCK)

    assert items.describe(cast["rasmus"], mine, item, 1, **LOCK).version == 1
    assert not Event.select().where(Event.action == "safety-item:changed").exists()


def test_a_point_can_stand_on_the_board_as_a_task(cast, mine):
    item = items.add(cast["rasmus"], mine, **LOCK)

    task = items.make_task(cast["rasmus"], mine, item)

    assert (task.title, task.box, task.due_on, task.brief) == ("Ny lås", "safety", date(2026, 11, 27), "Hvem: Naboen")


def test_what_is_in_place_is_no_task(cast, mine):
    item = items.add(cast["rasmus"], mine, **LOCK | {"status": SafetyStatus.IN_PLACE})

    with pytest.raises(Invalid):
        items.make_task(cast["rasmus"], mine, item)
    assert Task.select().count() == 0


def test_a_point_of_another_case_is_not_found(cast, mine):
    other = opened(cast["rasmus"], a_case(cast, "AAAAA"))
    item = items.add(cast["rasmus"], other, **LOCK)

    with pytest.raises(NotFound):
        items.get(cast["rasmus"], mine, item.ref)


def test_every_suggestion_has_its_own_words_and_its_source():
    suggested = content.safety()

    assert {"S1-61", "S1-62", "S1-63", "S1-64", "S1-65", "S1-66", "S4-12"} <= {
        s for one in suggested for s in one.sources
    }
    assert len({one.text for one in suggested}) == len(suggested)


# ── warnings ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("day", [date(2027, 11, 21), date(2026, 11, 19)])
def test_a_warning_is_looked_at_again_within_a_year(cast, mine, day):
    with pytest.raises(Invalid) as refused:
        warning_notes.write(cast["rasmus"], mine, "Løs hund", day)

    assert refused.value.field == "review_on"
    assert WarningNote.select().count() == 0


def test_a_warning_reminds_the_tovholder_before_its_review(cast, mine, clock):
    warning_notes.write(cast["rasmus"], mine, "Løs hund", date(2027, 11, 20))

    assert time.long_moment(Deadline.get().due_at) == "torsdag 21. oktober 2027 kl. 08.00"
    clock.move_to(datetime(2027, 10, 21, 8, 0))
    assert deadlines.owe_due(time.now()) == 1
    assert letters("case-deadline") == ["solveig"]


def test_on_its_day_a_warning_must_be_looked_at_and_then_has_a_new_day(cast, mine, clock):
    note = warning_notes.write(cast["rasmus"], mine, "Løs hund", date(2026, 12, 20))
    clock.move_to(datetime(2026, 12, 20, 9, 0))
    assert safety.must_be_reviewed(note)

    reviewed = warning_notes.review(cast["rasmus"], mine, note, "To løse hunde", date(2027, 6, 1), 1)

    assert not safety.must_be_reviewed(reviewed)
    assert safety.of_case(cast["rasmus"], mine).warnings[0].text == "To løse hunde"


def test_a_warning_that_is_saved_unchanged_stays_as_it_is(cast, mine):
    note = warning_notes.write(cast["rasmus"], mine, "Løs hund", date(2026, 12, 20))

    same = warning_notes.review(cast["rasmus"], mine, note, "Løs hund", date(2026, 12, 20), 1)

    assert same.version == 1
    assert not Event.select().where(Event.action == "warning:reviewed").exists()


def test_a_warning_ends_with_a_reason_and_reminds_nobody(cast, mine):
    note = warning_notes.write(cast["rasmus"], mine, "Løs hund", date(2027, 5, 20))
    with pytest.raises(Invalid):
        warning_notes.end(cast["rasmus"], mine, note, None, 1)

    warning_notes.end(cast["rasmus"], mine, note, "Hunden er væk", 1)

    assert safety.of_case(cast["rasmus"], mine).warnings == []
    assert Deadline.get().void_at is not None
    with pytest.raises(TooLate):
        warning_notes.get(cast["rasmus"], mine, note.ref)


def test_of_two_who_review_a_warning_the_second_is_told(cast, mine):
    note = warning_notes.write(cast["rasmus"], mine, "Løs hund", date(2027, 5, 20))
    warning_notes.review(cast["rasmus"], mine, note, "To", date(2027, 6, 1), 1)

    with pytest.raises(Conflict):
        warning_notes.end(cast["rasmus"], mine, note, "Væk", 1)


# ── safe contact ────────────────────────────────────────────────────────────────────────────────────


def test_how_the_citizen_may_be_contacted_is_agreed_over_what_was_seen(cast, mine):
    agreed = {"safe_contact": "På jobbet", "safe_when": "10-11", "safe_never": "Aldrig sms", "safe_reminder": "Et kort"}

    fresh = safe_contact.agree(cast["rasmus"], mine, mine.version, **agreed)

    assert (fresh.safe_contact, fresh.safe_when, fresh.safe_never, fresh.safe_reminder) == tuple(agreed.values())
    with pytest.raises(Conflict):
        safe_contact.agree(cast["rasmus"], mine, mine.version, **agreed | {"safe_contact": "Hjemme"})


def test_agreeing_on_what_stands_changes_nothing(cast, mine):
    safe_contact.agree(cast["rasmus"], mine, mine.version, safe_contact=mine.safe_contact)

    assert Event.select().where(Event.action == "case:safe-contact-agreed").count() == 0


def test_a_department_is_told_all_of_it(cast, mine):
    fresh = safe_contact.agree(
        cast["rasmus"], mine, mine.version, safe_contact="På jobbet", safe_when="10-11", safe_never="Skriv sms"
    )

    assert safe_contact.in_words(fresh) == "På jobbet\nHvornår: 10-11\nAldrig: Skriv sms"


# ── who and when ────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_case_takes_nothing(cast, case, mine):
    item = items.add(cast["rasmus"], mine, **LOCK)
    note = warning_notes.write(cast["rasmus"], mine, "Løs hund", date(2027, 5, 20))
    close(case)

    for verb in (
        lambda: items.add(cast["rasmus"], mine, **LOCK),
        lambda: items.describe(cast["rasmus"], mine, item, 1, **LOCK),
        lambda: items.make_task(cast["rasmus"], mine, item),
        lambda: warning_notes.write(cast["rasmus"], mine, "Nyt", date(2027, 5, 20)),
        lambda: warning_notes.review(cast["rasmus"], mine, note, "Nyt", date(2027, 5, 20), 1),
        lambda: warning_notes.end(cast["rasmus"], mine, note, "Væk", 1),
        lambda: safe_contact.agree(cast["rasmus"], mine, mine.version, safe_contact="Nyt"),
    ):
        with pytest.raises(Invalid):
            verb()


def test_who_was_only_asked_to_be_tovholder_writes_nothing(cast):
    case = asked(cast["lars"], a_case(cast, offered_to=cast["lars"]))

    for verb in (
        lambda: items.add(cast["lars"], case, **LOCK),
        lambda: warning_notes.write(cast["lars"], case, "Nyt", date(2027, 5, 20)),
        lambda: safe_contact.agree(cast["lars"], case, case.version, safe_contact="Nyt"),
    ):
        with pytest.raises(NotAllowed):
            verb()
