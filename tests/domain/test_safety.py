"""Safety is assessed, never done, and assessed again."""

from datetime import date

import pytest

from skanderborg.domain import tasks
from skanderborg.domain.tasks import assessments, marks, safety, undo
from skanderborg.errors import Conflict, Invalid, NotAllowed
from skanderborg.kinds import Mark
from skanderborg.store.cases import Case
from tests.made import a_case, a_task, letters, opened, seen


@pytest.fixture
def task(cast):
    return a_task(a_case(cast), kind="safety", box="safety", due_on=date(2026, 11, 20), assignee=cast["solveig"])


def test_safety_is_never_done(cast, task):
    with pytest.raises(Invalid, match="aldrig færdig"):
        tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)


def test_safety_is_not_set_aside_either(cast, task):
    with pytest.raises(Invalid):
        tasks.not_relevant(cast["solveig"], seen(cast["solveig"], task), "nej", 1)


def test_an_assessment_says_what_it_found(cast, task):
    with pytest.raises(Invalid):
        safety.assess(cast["solveig"], seen(cast["solveig"], task), None, 1)


def test_an_assessment_holds_for_thirty_days(cast, task):
    assessed = safety.assess(cast["solveig"], seen(cast["solveig"], task), "ingen trusler", 1)

    assert (assessed.assessed_on, assessed.due_on) == (date(2026, 11, 20), date(2026, 12, 20))
    assert (marks.mark_of(assessed), marks.words_of(assessed)) == (Mark.ASSESSED, "Vurderet 20. nov.")


def test_after_thirty_days_it_must_be_assessed_again(cast, task, clock):
    assessed = safety.assess(cast["solveig"], seen(cast["solveig"], task), "ingen trusler", 1)

    clock.forward(days=30)

    assert marks.words_of(assessed) == "Vurdér igen"


def test_a_new_danger_sign_makes_it_due_today(cast, task):
    safety.assess(cast["solveig"], seen(cast["solveig"], task), "ingen trusler", 1)

    again = safety.assess_again(cast["rasmus"], task.case_id, "nye trusler")

    assert (again.due_on, marks.words_of(again)) == (date(2026, 11, 20), "Vurdér igen")


def test_asking_twice_for_a_new_assessment_asks_once(cast, task):
    safety.assess(cast["solveig"], seen(cast["solveig"], task), "ingen trusler", 1)
    first = safety.assess_again(cast["rasmus"], task.case_id, "nye trusler")

    assert safety.assess_again(cast["rasmus"], task.case_id, "nye trusler").version == first.version


def test_a_new_danger_sign_makes_the_case_acute_until_it_is_assessed(cast):
    solveig = cast["solveig"]
    case = a_case(cast)
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20), assignee=solveig)

    safety.assess_again(solveig, case.ref, "trussel på sms")

    assert Case.select(Case.is_acute).where(Case.ref == case.ref).scalar()
    safety.assess(solveig, seen(solveig, task), "aftalt ophold hos søster", 2)
    assert not Case.select(Case.is_acute).where(Case.ref == case.ref).scalar()


def test_that_there_is_danger_is_told_whatever_is_done_with_the_task_meanwhile(cast):
    """D-02: the mail server was away when someone took the task."""
    case = a_case(cast)
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20))
    safety.assess_again(cast["rasmus"], case.ref, "trussel på sms")

    taken = tasks.take(cast["rasmus"], seen(cast["rasmus"], task), 2)
    tasks.assign(cast["rikke"], seen(cast["rikke"], taken), cast["ulla"], None, taken.version)

    assert letters("case-urgent") == ["rikke", "solveig"]


def test_who_has_not_seen_the_newest_danger_sign_does_not_make_the_case_quiet(cast):
    solveig, case = cast["solveig"], a_case(cast)
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20), assignee=solveig)
    safety.assess_again(cast["rikke"], case.ref, "trussel på sms")
    on_screen = seen(solveig, task)
    safety.assess_again(cast["rikke"], case.ref, "han har købt en kniv")

    with pytest.raises(Conflict):
        safety.assess(solveig, seen(solveig, task), "hun er tryg", on_screen.version)

    assert Case.select(Case.is_acute).where(Case.ref == case.ref).scalar()


def test_who_assesses_may_say_that_danger_remains(cast):
    solveig = cast["solveig"]
    case = a_case(cast)
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20), assignee=solveig)
    safety.assess_again(solveig, case.ref, "trussel på sms")

    safety.assess(solveig, seen(solveig, task), "politiet er kontaktet", 2, danger_remains=True)

    assert Case.select(Case.is_acute).where(Case.ref == case.ref).scalar()


# ── what was said ───────────────────────────────────────────────────────────────────────────────────


def told(person, task):
    return assessments.remarks(person, seen(person, task))


def texts(person, task):
    latest, whys = told(person, task)
    return latest and latest.text, [why.text for why in whys]


def test_whoever_assesses_again_is_told_what_was_found_and_why(cast, task, clock):
    safety.assess(cast["solveig"], seen(cast["solveig"], task), "Ingen akut fare, aftalt låse", 1)
    clock.forward(days=2)
    safety.assess_again(cast["rasmus"], task.case_id, "Nye trusler")

    latest, [why] = told(cast["solveig"], task)

    assert (latest.text, latest.who) == ("Ingen akut fare, aftalt låse", cast["solveig"].name)
    assert (why.text, why.who) == ("Nye trusler", cast["rasmus"].name)
    assert (why.at - latest.at).days == 2


def test_a_second_danger_sign_is_told_beside_the_first_until_safety_is_assessed(cast, task):
    safety.assess_again(cast["rasmus"], task.case_id, "Nye trusler")
    safety.assess_again(cast["rikke"], task.case_id, "Han har købt en kniv")
    before = texts(cast["solveig"], task)

    safety.assess(cast["solveig"], seen(cast["solveig"], task), "Hun bor hos en ven", 3, danger_remains=True)

    assert before == (None, ["Nye trusler", "Han har købt en kniv"])
    assert texts(cast["solveig"], task) == ("Hun bor hos en ven", [])


def test_an_assessment_by_which_danger_remains_is_no_reason_to_make_it_anew(cast, task):
    safety.assess(cast["solveig"], seen(cast["solveig"], task), "Hun bor hos en ven", 1, danger_remains=True)

    assert texts(cast["solveig"], task) == ("Hun bor hos en ven", [])


def test_an_assessment_that_was_taken_back_is_told_no_more(cast, task):
    safety.assess(cast["solveig"], seen(cast["solveig"], task), "Ingen akut fare", 1)
    safety.assess_again(cast["rasmus"], task.case_id, "Nye trusler")
    assessed = safety.assess(cast["solveig"], seen(cast["solveig"], task), "Skrevet på en forkert sag", 3)
    undo.undo(cast["solveig"], seen(cast["solveig"], task), assessed.version)

    assert texts(cast["solveig"], task) == ("Ingen akut fare", ["Nye trusler"])


def test_a_helper_is_told_what_is_written_on_the_task_and_nothing_of_the_case(cast):
    task = a_task(a_case(cast), kind="safety", box="safety", due_on=date(2026, 11, 20), assignee=cast["jonas"])
    safety.assess_again(cast["rasmus"], task.case_id, "Faresignal i loggen, nr. 3: Trusler")
    safety.assess(cast["jonas"], seen(cast["jonas"], task), "Ingen akut fare", 2)
    safety.assess_again(cast["rasmus"], task.case_id, "Nye trusler")
    safety.assess_again(cast["rikke"], task.case_id, "Faresignal i loggen, nr. 4: Trusler")

    assert texts(cast["jonas"], task) == ("Ingen akut fare", ["Nye trusler"])


def test_who_sees_neither_the_case_nor_the_task_is_told_nothing(cast, task):
    with pytest.raises(NotAllowed):
        assessments.remarks(cast["ulla"], tasks.of(opened(cast["solveig"], task.case), task))
