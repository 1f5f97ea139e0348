"""What the auditor is told of by itself: alarms that the log gives, each once a window, and samples drawn by lot."""

from datetime import datetime

import pytest

from skanderborg.clock import now
from skanderborg.domain import audit, cases, oversight
from skanderborg.domain.oversight import alarms, samples
from skanderborg.errors import NotAllowed, NotFound
from skanderborg.kinds import OversightVerdict
from skanderborg.pages import oversight as oversight_page
from skanderborg.store import keys
from skanderborg.store.events import Event
from skanderborg.store.oversight import Finding
from tests.made import a_case, a_task, exclude, letters


@pytest.fixture
def watch(cast, bounds, clock):
    """`watch()`: what the alarms find now, with small limits."""
    bounds(alarm_denials=3, alarm_cases=3, alarm_night_looks=2, alarm_window_minutes=10)
    return lambda: alarms.find(now())


def kinds():
    return [str(item.kind) for item in Finding.select().order_by(Finding.at, Finding.kind)]


def refused(person, times, ref="x" * 26):
    for _ in range(times):
        audit.denied(person, "case:read", ref)


def look(person, *seen):
    for case in seen:
        cases.opened(person, case.ref, "case:read")


# ── alarms ──────────────────────────────────────────────────────────────────────────────────────────


def test_many_refusals_within_ten_minutes_are_told_to_the_auditor_once(cast, clock, watch):
    refused(cast["jonas"], 2)
    few = watch()
    clock.forward(minutes=2)
    refused(cast["jonas"], 3)

    assert (few, watch(), watch(), kinds()) == (0, 1, 0, ["denials"])
    assert letters("oversight-alarm") == ["dorte"]


def test_the_same_number_over_a_longer_time_is_none(cast, clock, watch):
    for _ in range(5):
        refused(cast["jonas"], 1)
        clock.forward(minutes=6)
        watch()

    assert kinds() == []


def test_whoever_goes_on_is_told_of_anew_in_the_next_window(cast, clock, watch):
    for _ in range(12):
        refused(cast["jonas"], 1)
        clock.forward(minutes=2)
        watch()

    assert kinds() == ["denials", "denials"]


def test_refusals_of_several_people_are_not_added_up(cast, watch):
    for name in ("jonas", "ulla", "rasmus"):
        refused(cast[name], 2)

    assert watch() == 0


def test_many_different_cases_within_ten_minutes_are_an_alarm_and_one_case_often_is_none(cast, watch):
    first, *others = [a_case(cast, code) for code in ("AAAA2", "BBBB2", "CCCC2")]
    look(cast["rikke"], *[first] * 4)
    once = watch()
    look(cast["rikke"], *others)

    assert (once, watch(), kinds()) == (0, 1, ["cases"])


def test_looks_at_cases_by_night_are_told_once_a_night(cast, case, clock, watch):
    for hour, minute in ((22, 30), (23, 50), (1, 30), (5, 50)):
        clock.move_to(datetime(2026, 11, 20 if hour > 20 else 21, hour, minute))
        look(cast["rikke"], case)
        watch()
        clock.forward(minutes=15)
        watch()
    clock.move_to(datetime(2026, 11, 21, 6, 5))
    look(cast["rikke"], case)
    look(cast["rikke"], case)
    watch()

    assert kinds() == ["night"]


def test_whoever_asks_for_what_a_spaerring_hides_is_told_of_at_once_for_a_part_of_it_too(cast, clock, watch):
    shut, other = a_case(cast, "AAAA2"), a_case(cast, "BBBB2")
    exclude(shut, cast["rikke"], person=cast["ulla"])
    task = a_task(shut)
    refused(cast["ulla"], 1, other.ref)
    nothing = watch()
    refused(cast["ulla"], 1, task.ref)
    by_task = watch()
    clock.forward(days=2)
    refused(cast["ulla"], 1, shut.ref)

    assert (nothing, by_task, watch(), kinds()) == (0, 1, 1, ["wall", "wall"])


def test_a_worker_that_stood_still_finds_later_what_it_missed(cast, clock, watch):
    watch()
    refused(cast["jonas"], 3)
    clock.forward(days=2)

    assert (watch(), kinds()) == (1, ["denials"])


def test_the_letter_says_who_and_what_nowhere(cast, watch):
    refused(cast["jonas"], 3)
    watch()

    item = Finding.get()
    assert (item.person_id, item.counted) == (cast["jonas"].ref, 3)


def test_the_tick_asks_the_same_however_many_people_and_events_there_are(cast, watch, queries):
    counted = []
    for name in ("jonas", "ulla", "rasmus", "rikke"):
        refused(cast[name], 2)
        queries.clear()
        watch()
        counted.append(len(queries))

    assert len(set(counted)) == 1
    assert counted[0] <= 10


# ── samples ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def month(cast, case, clock, bounds):
    """A month in which Rikke looked at a case eight times, and Solveig once; it is December now."""
    bounds(samples_a_month=3)
    look(cast["rikke"], *[case] * 8)
    look(cast["solveig"], case)
    return clock.move_to(datetime(2026, 12, 1, 8))


def drawn():
    return {item.event for item in Finding.select().where(Finding.kind == "sample")}


def test_looks_of_the_month_before_are_drawn_once_and_told(cast, month):
    assert (samples.draw(now()), samples.draw(now())) == (3, 0)
    assert letters("oversight-samples") == ["dorte"]


def test_which_ones_depends_on_a_key_outside_the_database(month):
    looks = Event.select(Event.ref).where(Event.action == "case:read")
    by_lot = sorted((ref for (ref,) in looks.tuples()), key=lambda ref: keys.audit_mac("sample", ref))

    samples.draw(now())

    assert len(by_lot) == 9
    assert drawn() == set(by_lot[:3])


def test_a_look_of_this_month_waits_for_the_next(cast, case, clock, month):
    samples.draw(now())
    look(cast["rikke"], case)
    clock.move_to(datetime(2027, 1, 4, 8))

    assert samples.draw(now()) == 1


# ── the auditor ─────────────────────────────────────────────────────────────────────────────────────


def test_the_auditor_sees_who_when_and_which_case_by_its_code_and_writes_what_was_found(cast, case, month):
    samples.draw(now())
    dorte = cast["dorte"]
    [first, *others], _ = oversight_page.index(dorte)

    oversight.judge(dorte, first.row.ref, OversightVerdict.IN_ORDER, first.row.version)

    waiting, judged = oversight_page.index(dorte)
    assert first.look.code == case.code
    assert (len(waiting), [item.row.verdict for item in judged]) == (len(others), [OversightVerdict.IN_ORDER])
    assert oversight.count_open(dorte) == 2
    assert Event.select().where(Event.action == "log:judged").get().changes == {"verdict": [None, "in-order"]}


def test_nobody_else_sees_or_judges_them(cast, watch):
    refused(cast["jonas"], 3)
    watch()

    for name in ("jonas", "rikke", "lars", "admin"):
        with pytest.raises(NotAllowed):
            oversight_page.index(cast[name])
        with pytest.raises(NotAllowed):
            oversight.judge(cast[name], Finding.get().ref, OversightVerdict.IN_ORDER, 1)
    with pytest.raises(NotFound):
        oversight.judge(cast["dorte"], "x" * 26, OversightVerdict.IN_ORDER, 1)
