"""Days that are known to raise danger: safety is assessed before each, and after it somebody is asked how it went."""

import json
from datetime import date, datetime

import pytest
from msgspec import structs

from skanderborg import clock as time
from skanderborg import content
from skanderborg.content import date_kinds
from skanderborg.domain import critical_dates, escalations, incidents, protection, tasks
from skanderborg.domain.access import contact
from skanderborg.domain.cases import identity, phases
from skanderborg.domain.critical_dates import answering, recording
from skanderborg.domain.packs import choosing
from skanderborg.domain.police import orders
from skanderborg.domain.reminders import deadlines
from skanderborg.domain.tasks import safety
from skanderborg.errors import Conflict, Invalid, NotFound, SettingError, TooLate
from skanderborg.kinds import Answer, IncidentKind, OrderKind, PackPart, PackRecipient, TaskStep
from skanderborg.pages import history, my_day, pattern, strip, timeline
from skanderborg.pages import packs as extracts
from skanderborg.pages import tasks as task_pages
from skanderborg.pages.my_day import week
from skanderborg.policy import Action
from skanderborg.store.cases import Case
from skanderborg.store.critical_dates import CriticalDate
from skanderborg.store.incidents import Incident
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Deadline, Task
from tests.made import a_case, a_task, asked, department, letters, opened, seen
from tests.packed import a_log, a_pack, mine, protect, text_of, unzipped, usual

TODAY, ASSESS, DAY, AFTER = date(2026, 11, 20), date(2026, 12, 2), date(2026, 12, 4), date(2026, 12, 5)
SAFE = {"is_safe": Answer.YES, "has_acted": Answer.NO, "answer": None, "acted_on": None, "act": None, "what": None}


@pytest.fixture
def safety_task(cast, case):
    """Safety is to be assessed for the first time by the end of December."""
    return a_task(case, kind="safety", box="safety", due_on=date(2026, 12, 20), assignee=cast["solveig"])


def a_date(cast, case, kind="hearing", on=DAY, note="ZQX Byretten", who="solveig") -> CriticalDate:
    made = recording.record(cast[who], opened(cast[who], case), kind=kind, on=on, note=note)
    return critical_dates.one(cast[who], opened(cast[who], case), made.ref)


def fresh(cast, row, who="solveig") -> CriticalDate:
    return critical_dates.one(cast[who], opened(cast[who], row.case), row.ref)


def due(task) -> date:
    return Task.get_by_id(task.ref).due_on


def is_acute(case) -> bool:
    return Case.get_by_id(case.ref).is_acute


def planned() -> list[tuple[str, date]]:
    rows = Deadline.select().where(Deadline.void_at.is_null(), Deadline.owed_at.is_null()).order_by(Deadline.due_at)
    return [(row.kind.value, time.today(row.due_at)) for row in rows]


def questions() -> list[Task]:
    return list(Task.select().where(Task.kind == "safe-after", Task.closed_at.is_null()))


def assess(cast, task, note="Trygt") -> Task:
    now = seen(cast["solveig"], task, Action.TASK_WORK)
    return safety.assess(cast["solveig"], now, note, now.version)


@pytest.fixture
def tick(clock):
    """Owe what is due at eight on a day."""

    def owe(day: date, hour: int = 8) -> int:
        return deadlines.owe_due(clock.move_to(datetime(day.year, day.month, day.day, hour)))

    return owe


@pytest.fixture
def gone(cast, case, safety_task, tick) -> CriticalDate:
    """A hearing that was yesterday, and is asked about."""
    row = a_date(cast, case)
    tick(AFTER)
    return fresh(cast, row)


# ── written down ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", content.critical_dates().values(), ids=lambda kind: kind.id)
def test_each_kind_lets_safety_be_assessed_the_working_days_before_that_its_file_says(cast, case, safety_task, kind):
    a_date(cast, case, kind.id, date(2026, 12, 23))

    assert due(safety_task) == min(
        time.add_working_days(date(2026, 12, 23), -kind.working_days_before), date(2026, 12, 20)
    )
    assert not is_acute(case)


def test_a_kind_without_a_source_says_with_whom_it_is_to_be_agreed():
    traced = [source for kind in content.critical_dates().values() for source in kind.sources]

    assert set(traced) == {"aftal med Dansk Stalking Center", "lov om tilhold, opholdsforbud og bortvisning", "S1-65"}


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ({"id": "Hearing"}, "små bogstaver"),
        ({"id": "h" * 41}, "højst 40"),
        ({"id": "order-ends"}, "to gange"),
        ({"working_days_before": -1}, "fra 0 til 60"),
        ({"working_days_before": 61}, "fra 0 til 60"),
        ({"words": " "}, "words mangler"),
        ({"sources": ()}, "sources"),
        ({"sources": ("S9-99",)}, "sources"),
    ],
)
def test_an_odd_line_of_the_file_stops_the_start_and_is_named(odd, told):
    hearing = content.critical_dates()["hearing"]
    kinds = [one for one in content.critical_dates().values() if one is not hearing]

    with pytest.raises(SettingError, match=told):
        date_kinds.refuse_odd(
            date_kinds.DateKinds(kind=(*kinds, structs.replace(hearing, **odd))), lambda said: "S9-99" not in said
        )


def test_a_kind_that_is_no_longer_offered_keeps_its_name_and_one_that_is_gone_its_id(cast, case, monkeypatch):
    row = a_date(cast, case)
    there = content.critical_dates()
    changed = there | {"hearing": structs.replace(there["hearing"], retired=True)}
    monkeypatch.setattr(content, "critical_dates", lambda: changed)
    with pytest.raises(Invalid):
        a_date(cast, case)

    assert content.date_label(row.kind) == "Retsmøde eller dom"
    del changed["hearing"]
    assert (content.date_label(row.kind), critical_dates.assess_on(row.kind, DAY)) == ("hearing", date(2026, 12, 3))


def test_a_date_is_sealed_and_plans_its_letter_and_its_question(cast, case):
    a_date(cast, case)

    assert b"ZQX" not in bytes(CriticalDate.select(CriticalDate.note).tuples().get()[0])
    assert planned() == [("date-ahead", ASSESS), ("date-passed", AFTER)]


def test_a_case_without_an_assessment_gets_one_for_the_date(cast, case):
    a_date(cast, case)

    assert Task.get(Task.kind == "safety").due_on == ASSESS


@pytest.mark.parametrize(("kind", "acute"), [("police-contact", True), ("release", True), ("hearing", False)])
def test_a_date_too_near_lets_safety_be_assessed_today_and_some_kinds_make_the_case_acute(
    cast, case, safety_task, kind, acute
):
    a_date(cast, case, kind, date(2026, 11, 23))

    assert (due(safety_task), is_acute(case)) == (TODAY, acute)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": None}, "kind"),
        ({"kind": "zodiac"}, "kind"),
        ({"on": None}, "on"),
        ({"on": date(2029, 1, 1)}, "on"),
        ({"on": date(2016, 1, 1)}, "on"),
        ({"kind": "other", "note": None}, "note"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(cast, case, said, field):
    with pytest.raises(Invalid) as refused:
        a_date(cast, case, **said)
    assert refused.value.field == field


@pytest.mark.parametrize("kind", ["moving", "police-contact"])
def test_the_case_of_an_udoever_never_says_what_would_tell_of_the_udsat(cast, kind):
    """D-14: nobody reads there when she moves, or when the police come."""
    case = a_case(cast, citizen_role="perpetrator")

    with pytest.raises(Invalid) as refused:
        a_date(cast, case, kind)
    assert refused.value.field == "kind"


def test_a_date_that_has_passed_is_kept_as_passed_and_nobody_is_asked(cast, case, safety_task, tick):
    row = a_date(cast, case, on=date(2026, 11, 18))

    tick(date(2026, 11, 21))

    assert (planned(), questions(), due(safety_task)) == ([], [], date(2026, 12, 20))
    assert [one.ref for one in critical_dates.of_case(cast["rikke"], opened(cast["rikke"], case))] == [row.ref]


def test_the_same_form_sent_twice_makes_one_date_and_one_of_another_case_is_not_found(cast, case):
    here, said = opened(cast["solveig"], case), {"kind": "hearing", "on": DAY, "note": None}
    first = recording.record(cast["solveig"], here, **said, key="k")
    again = recording.record(cast["solveig"], here, **said, key="k")
    other = a_case(cast, "OTHER")

    assert first.ref == again.ref
    with pytest.raises(NotFound):
        critical_dates.one(cast["solveig"], opened(cast["solveig"], other), first.ref)


# ── assessed before ─────────────────────────────────────────────────────────────────────────────────


def test_after_an_assessment_the_next_is_due_before_the_next_date(cast, case, safety_task):
    a_date(cast, case)
    a_date(cast, case, on=date(2026, 12, 16))

    assess(cast, safety_task)

    assert due(safety_task) == ASSESS


def test_an_assessment_made_on_its_day_counts_for_the_date(cast, case, safety_task, clock):
    a_date(cast, case)
    clock.move_to(datetime(2026, 12, 2, 7))

    assess(cast, safety_task)

    assert due(safety_task) == date(2027, 1, 1)


def test_the_letter_goes_to_tovholder_and_resource_person_in_the_morning_and_once(cast, case, safety_task, tick):
    a_date(cast, case)

    owed = [tick(ASSESS, 7), tick(ASSESS), tick(ASSESS, 9)]

    assert owed == [0, 2, 0]
    assert letters("date-ahead") == ["rikke", "solveig"]


def test_of_several_dates_on_one_day_one_letter_is_sent_and_each_is_asked_about(cast, case, safety_task, tick):
    a_date(cast, case)
    a_date(cast, case, "family-court")

    tick(ASSESS)
    tick(AFTER)

    assert letters("date-ahead") == ["rikke", "solveig"]
    assert len(questions()) == 2


def test_the_morning_lets_safety_fall_due_though_it_was_put_off_since(cast, case, safety_task, tick):
    a_date(cast, case)
    Task.update(due_on=date(2026, 12, 20)).where(Task.ref == safety_task.ref).execute()

    tick(ASSESS)

    assert due(safety_task) == ASSESS


# ── moved, called off ───────────────────────────────────────────────────────────────────────────────


def move(cast, row, on, note=None):
    now = fresh(cast, row)
    return recording.change_date(cast["solveig"], now, now.version, on=on, note=note)


def test_what_is_due_because_of_it_moves_with_a_date(cast, case, safety_task):
    assess(cast, safety_task)
    row = a_date(cast, case)

    move(cast, row, date(2026, 12, 16))

    assert due(safety_task) == date(2026, 12, 14)
    assert planned() == [("date-ahead", date(2026, 12, 14)), ("date-passed", date(2026, 12, 17))]


def test_a_date_that_is_called_off_asks_nothing_and_lets_safety_go(cast, case, safety_task, tick):
    assess(cast, safety_task)
    row = a_date(cast, case)

    recording.call_off(cast["solveig"], row, "Forliget", 1)
    tick(AFTER)

    assert (due(safety_task), planned(), questions()) == (date(2026, 12, 20), [], [])
    assert letters("date-ahead") == []
    assert identity.bar(case).dates == []


def test_a_date_that_moved_after_it_was_asked_about_takes_its_question_along(cast, case, gone, tick):
    move(cast, gone, date(2026, 12, 9))
    assert questions() == []

    tick(date(2026, 12, 10))

    assert [task.due_on for task in questions()] == [date(2026, 12, 10)]


def test_a_date_that_is_moved_to_a_day_gone_by_is_asked_about_at_once(cast, case, safety_task, tick):
    move(cast, a_date(cast, case), date(2026, 11, 18))

    tick(TODAY, 10)

    assert [task.due_on for task in questions()] == [date(2026, 11, 19)]


def test_calling_off_needs_a_reason_and_is_said_once(cast, case):
    row = a_date(cast, case)
    with pytest.raises(Invalid) as refused:
        recording.call_off(cast["solveig"], row, None, 1)
    off = recording.call_off(cast["solveig"], row, "Forliget", 1)

    assert refused.value.field == "cancel_reason"
    assert recording.call_off(cast["solveig"], off, "Forliget", 1).version == 2
    with pytest.raises(TooLate):
        recording.call_off(cast["rikke"], fresh(cast, row, "rikke"), "Udsat", 1)
    with pytest.raises(Invalid, match="aflyst"):
        move(cast, row, date(2026, 12, 9))


def test_of_two_who_move_a_date_the_second_is_told(cast, case):
    row = a_date(cast, case)
    move(cast, row, date(2026, 12, 9))

    with pytest.raises(Conflict):
        recording.change_date(cast["rikke"], fresh(cast, row, "rikke"), 1, on=date(2026, 12, 10), note=None)


def test_more_can_be_said_of_a_date_without_moving_it(cast, case):
    row = a_date(cast, case)

    assert move(cast, row, DAY, "ZQX Landsretten").note == "ZQX Landsretten"
    assert planned() == [("date-ahead", ASSESS), ("date-passed", AFTER)]


def an_order(cast, case, to_on):
    said = {"kind": OrderKind.TILHOLD, "from_on": date(2026, 11, 2), "journal_number": None, "area": None}
    return orders.record(cast["solveig"], opened(cast["solveig"], case), to_on=to_on, **said)


def test_the_date_of_an_order_is_moved_with_the_order_alone(cast, case):
    order = an_order(cast, case, date(2026, 12, 29))
    row = fresh(cast, CriticalDate.get(CriticalDate.about == f"order:{order.ref}"))

    with pytest.raises(Invalid, match="Politi"):
        move(cast, row, date(2026, 12, 9))
    with pytest.raises(Invalid, match="Politi"):
        recording.call_off(cast["solveig"], row, "x", 1)


def test_an_order_that_is_given_anew_after_it_ran_out_has_a_new_date(cast, case, tick):
    order = an_order(cast, case, date(2026, 11, 23))
    tick(date(2026, 11, 24))
    row = CriticalDate.get()
    answering.answer(cast["solveig"], fresh(cast, row), row.version, **SAFE)
    there = orders.one(cast["solveig"], opened(cast["solveig"], case), order.ref)

    said = {"kind": OrderKind.TILHOLD, "from_on": date(2026, 11, 2), "journal_number": None, "area": None}
    orders.change_order(cast["solveig"], there, 1, to_on=date(2027, 11, 2), **said)

    assert [row.on for row in CriticalDate.select().order_by(CriticalDate.on)] == [
        date(2026, 11, 23),
        date(2027, 11, 2),
    ]


# ── the day after ───────────────────────────────────────────────────────────────────────────────────


def test_the_day_after_the_tovholder_is_asked_and_finds_it_on_min_dag(cast, case, gone):
    (task,) = questions()

    assert (task.title, task.due_on, task.must) == ("Er borgeren i sikkerhed efter 4. december?", AFTER, True)
    assert task.assignee == cast["solveig"]
    assert letters("date-passed") == ["solveig"]
    assert task.ref in [one.ref for one in my_day.of(cast["solveig"]).today]
    here = seen(cast["solveig"], task)
    assert task_pages.step_of(cast["solveig"], here) == TaskStep.ANSWER


def test_it_escalates_as_safety_does_until_it_is_answered(cast, case, gone, safety_task, clock):
    assess(cast, safety_task)

    escalations.owe_due(clock.move_to(datetime(2026, 12, 7, 7)))

    assert letters("safety-overdue") == ["rikke", "solveig"]


def test_the_question_is_answered_and_neither_done_nor_put_off_nor_opened_again(cast, case, gone):
    task = seen(cast["solveig"], questions()[0], Action.TASK_WORK)
    for refuse in (
        lambda: tasks.complete(cast["solveig"], task, 1),
        lambda: tasks.not_relevant(cast["solveig"], task, "x", 1),
        lambda: tasks.postpone(cast["solveig"], task, date(2026, 12, 9), "x", 1),
    ):
        with pytest.raises(Invalid):
            refuse()
    answering.answer(cast["solveig"], gone, gone.version, **SAFE)

    closed = seen(cast["solveig"], task, Action.TASK_WORK)
    assert closed.status == "done"
    with pytest.raises(Invalid):
        tasks.reopen(cast["solveig"], closed, closed.version)


@pytest.mark.parametrize("to", [("jonas", None), (None, "jobcenter")])
def test_the_question_is_given_to_nobody_who_cannot_answer_it(cast, case, gone, to):
    task = seen(cast["solveig"], questions()[0], Action.TASK_ASSIGN)
    name, queue = to

    with pytest.raises(Invalid) as refused:
        tasks.assign(cast["solveig"], task, cast.get(name), department(queue) if queue else None, task.version)

    assert refused.value.field == "owner"
    assert tasks.assign(cast["solveig"], task, cast["rasmus"], None, task.version).assignee == cast["rasmus"]


def test_the_question_follows_to_a_new_tovholder(cast, case, gone):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["rikke"], "Ferie")
    contact.accept(cast["rikke"], asked(cast["rikke"], case))

    assert questions()[0].assignee == cast["rikke"]


def test_who_is_safe_after_a_day_on_which_nothing_happened_has_no_new_row_in_the_log(cast, case, gone, safety_task):
    before = due(safety_task)

    answering.answer(cast["solveig"], gone, gone.version, **SAFE)

    assert (questions(), Incident.select().count(), due(safety_task), is_acute(case)) == ([], 0, before, False)


def test_what_the_udoever_did_becomes_one_incident(cast, case, gone, safety_task):
    acted = {"has_acted": Answer.YES, "acted_on": DAY, "act": "follow", "what": "ZQX ventede ved retten"}

    answering.answer(cast["solveig"], gone, gone.version, **SAFE | acted)

    (row,) = Incident.select()
    assert (row.from_on, row.types, row.what) == (DAY, " follow ", "ZQX ventede ved retten")
    assert due(safety_task) <= AFTER


def test_who_is_not_safe_makes_the_case_acute(cast, case, gone, safety_task):
    answering.answer(cast["solveig"], gone, gone.version, **SAFE | {"is_safe": Answer.NO})

    assert is_acute(case)
    assert "rikke" in letters("case-urgent")


def test_whether_the_citizen_is_safe_may_be_unknown_and_then_safety_is_assessed_today(cast, case, gone, safety_task):
    assess(cast, safety_task)

    answering.answer(cast["solveig"], gone, gone.version, **SAFE | {"is_safe": Answer.UNKNOWN})

    assert (due(safety_task), is_acute(case)) == (AFTER, False)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"is_safe": None}, "is_safe"),
        ({"has_acted": None}, "has_acted"),
        ({"has_acted": Answer.YES, "what": "x"}, "act"),
        ({"has_acted": Answer.YES, "act": "follow"}, "what"),
        ({"has_acted": Answer.YES, "act": "follow", "what": "x", "acted_on": date(2026, 12, 1)}, "acted_on"),
        ({"has_acted": Answer.YES, "act": "follow", "what": "x", "acted_on": date(2026, 12, 9)}, "acted_on"),
    ],
)
def test_an_answer_that_cannot_be_one_changes_nothing(cast, case, gone, said, field):
    with pytest.raises(Invalid) as refused:
        answering.answer(cast["solveig"], gone, gone.version, **SAFE | said)

    assert refused.value.field == field
    assert (len(questions()), Incident.select().count()) == (1, 0)


def test_nobody_answers_before_the_day_has_gone_by(cast, case):
    row = a_date(cast, case)

    with pytest.raises(Invalid, match="dagen efter"):
        answering.answer(cast["solveig"], row, row.version, **SAFE)


def test_the_same_answer_twice_is_one_and_another_is_told(cast, case, gone):
    answered = answering.answer(cast["solveig"], gone, gone.version, **SAFE)

    assert answering.answer(cast["solveig"], answered, gone.version, **SAFE).version == answered.version
    with pytest.raises(TooLate):
        answering.answer(cast["rikke"], fresh(cast, gone, "rikke"), 1, **SAFE | {"is_safe": Answer.NO})


def test_a_closed_case_is_silent_and_is_asked_about_when_it_is_open_again(cast, case, safety_task, tick):
    a_date(cast, case)
    here = opened(cast["solveig"], case)
    closed = phases.close(cast["solveig"], here, "Færdig", "Alligevel", here.version)
    tick(date(2026, 12, 7))
    assert questions() == []

    phases.reopen(cast["solveig"], closed, "Nyt", closed.version)
    tick(date(2026, 12, 7), 9)

    assert len(questions()) == 1


def test_in_the_case_of_an_udoever_the_question_is_about_the_other(cast):
    case = a_case(cast, citizen_role="perpetrator")

    assert critical_dates.question_of(case) == "Er den udsatte i sikkerhed?"


# ── where it is seen ────────────────────────────────────────────────────────────────────────────────


def test_the_bar_above_every_page_has_the_next_dates_and_an_order_only_when_it_is_near(cast, case):
    for on in (date(2026, 11, 20), date(2026, 11, 21), DAY, date(2026, 12, 9)):
        a_date(cast, case, on=on)
    an_order(cast, case, date(2027, 11, 2))
    here = opened(cast["solveig"], case)
    here.bar = identity.bar(here)

    name, text = strip.at_hand(here)[0]

    assert name == "Kritiske datoer"
    assert text == ("Retsmøde eller dom i dag, Retsmøde eller dom i morgen, Retsmøde eller dom fre. 4. dec., og 1 mere")


def test_min_dag_has_the_day_in_its_week(cast, case, clock):
    a_date(cast, case)
    clock.move_to(datetime(2026, 12, 2, 9))

    lines = [line.label for day in week.ahead(my_day.of(cast["rasmus"]), time.today()) for line in day.lines]

    assert "Retsmøde eller dom" in lines


def test_the_timeline_has_the_date_and_the_answer_and_never_what_was_written(cast, case, gone):
    answering.answer(cast["solveig"], gone, gone.version, **SAFE)

    wanted = timeline.TimelineFilter(kind=timeline.TimelineKind.CRITICAL_DATE)
    found = timeline.of_case(cast["rasmus"], opened(cast["rasmus"], case), wanted).rows

    assert [(one.title, one.on) for one in found] == [
        ("Svar efter kritisk dato: Retsmøde eller dom", AFTER), ("Kritisk dato: Retsmøde eller dom", DAY),
    ]  # fmt: skip
    assert not any("ZQX" in str(one) for one in found)


def test_the_pattern_draws_a_line_on_the_day(cast, case):
    a_log(cast, case)
    said = incidents.Account(IncidentKind.INCIDENT, date(2026, 9, 28), types=("call",), what="Ringede")
    for _ in range(2):
        incidents.record(cast["solveig"], opened(cast["solveig"], case), said)
    for on in (date(2026, 9, 1), date(2026, 11, 13), DAY):
        a_date(cast, case, on=on)

    weeks = next(one for one in pattern.read(cast["solveig"], opened(cast["solveig"], case)) if one.id == "uger")

    assert [mark.text for mark in weeks.picture.marks if "Retsmøde" in mark.text] == [
        "Retsmøde eller dom 13. nov. 2026"
    ]


def test_historik_tells_of_it_in_words_and_hides_what_a_protected_address_must(cast, case):
    row = a_date(cast, case, note="ZQX Egevej 4")
    protect(case)

    rows = history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows
    told = json.dumps(rows, default=str, ensure_ascii=False)

    assert "skrev en kritisk dato ned" in told
    assert "Retsmøde eller dom" in told
    assert protection.HIDDEN in told
    assert "ZQX" not in told
    assert row.ref not in told


# ── never out of the house ──────────────────────────────────────────────────────────────────────────

TO_COME = ("ZQX", "Retsmøde", "Tilhold eller forbud udløber", "4. dec", "04.12", "2026-12-04", "29. dec", "29.12",
           "2026-12-29", "24. feb", "2027-02-24")  # fmt: skip


@pytest.mark.parametrize("recipient", choosing.USUAL)  # insight has items of its own, see test_insight.py
def test_no_date_to_come_is_in_anything_that_is_handed_over(cast, case, recipient):
    a_log(cast, case)
    a_date(cast, case)
    an_order(cast, case, date(2026, 12, 29))
    said = {"kind": OrderKind.TILHOLD, "from_on": date(2026, 12, 4), "to_on": date(2027, 2, 24)}
    orders.record(cast["solveig"], opened(cast["solveig"], case), **said, journal_number=None)

    choice = usual(recipient)
    every = tuple(part for part in choosing.possible(recipient, False) if part != PackPart.INFECTED)
    found = extracts.preview(cast["solveig"], mine(cast["solveig"], case), choice._replace(parts=every))

    whole = json.dumps(found, default=str, ensure_ascii=False)
    assert "gælder endnu" in whole
    assert [word for word in TO_COME if word in whole] == []


@pytest.mark.proof_on_postgres
def test_no_date_to_come_is_in_the_files_of_a_journal_copy(cast, case, house):
    a_log(cast, case)
    a_date(cast, case)
    an_order(cast, case, date(2026, 12, 29))

    pack = a_pack(house, cast["solveig"], case, usual(PackRecipient.JOURNAL))
    files, _ = unzipped(cast["solveig"], case, pack)
    whole = text_of(pack) + "".join(files.read(name).decode(errors="replace") for name in files.namelist())

    assert "gælder endnu" in whole.replace("\n", " ")
    assert [word for word in TO_COME if word in whole] == []


def test_no_letter_says_which_day_or_what(cast, case, safety_task, tick):
    a_date(cast, case)
    for day in (ASSESS, AFTER):
        tick(day)

    assert {row.words for row in OutboxLetter.select().where(OutboxLetter.kind.startswith("date-"))} == {"{}"}
