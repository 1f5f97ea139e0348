"""What the police know and decided, and what it means for safety."""

from datetime import date, datetime

import pytest

from skanderborg.domain.police import orders, reports
from skanderborg.domain.tasks import assessments, safety
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, OrderKind, Validity
from skanderborg.policy import Action
from skanderborg.store.authorities import Breach, Order, PoliceReport
from skanderborg.store.cases import Case
from skanderborg.store.critical_dates import CriticalDate
from skanderborg.store.events import Event
from skanderborg.store.work import Deadline, Task
from tests.made import a_case, a_task, asked, letters, opened, reported, seen

TODAY = date(2026, 11, 20)  # a Friday


def report(cast, case, who="solveig", **what) -> PoliceReport:
    made = reports.record(cast[who], opened(cast[who], case), **reported(**what))
    return reports.one(cast[who], opened(cast[who], case), made.ref)


def say_more(cast, made, who="solveig", **what) -> PoliceReport:
    seen_now = reports.one(cast[who], opened(cast[who], made.case), made.ref)
    return reports.change_report(cast[who], seen_now, seen_now.version, **reported(**what))


def critical(case) -> list[tuple[str, date]]:
    """The critical dates of a case that stand, in order."""
    rows = CriticalDate.select().where(CriticalDate.case == case.ref, CriticalDate.cancelled_at.is_null())
    return [(row.kind, row.on) for row in rows.order_by(CriticalDate.on)]


def due(task) -> date:
    return Task.get_by_id(task.ref).due_on


def is_acute(case) -> bool:
    return Case.get_by_id(case.ref).is_acute


@pytest.fixture
def safety_task(cast, case):
    """Safety was assessed and is due again in three weeks."""
    return a_task(case, kind="safety", box="safety", due_on=date(2026, 12, 11), assignee=cast["solveig"])


# ── reports ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_says_who_has_it_and_is_sealed(cast, case):
    made = report(cast, case, officer="ZQX Bo")

    assert (made.journal_number, made.officer, made.receipt) == ("4200-1", "ZQX Bo", "yes")
    assert b"ZQX" not in bytes(PoliceReport.select(PoliceReport.officer).tuples().get()[0])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reported_on": None}, "reported_on"),
        ({"reported_on": date(2026, 11, 21)}, "reported_on"),
        ({"tell_us_first": Answer.YES}, "agreed_on"),
        ({"tell_us_first": Answer.YES, "agreed_on": date(2026, 11, 21)}, "agreed_on"),
        ({"agreed_on": TODAY}, "agreed_on"),
        ({"contact_on": date(2026, 11, 19)}, "contact_on"),
        ({"contact_on": date(2028, 11, 19)}, "contact_on"),
    ],
)
def test_what_cannot_be_right_is_refused(cast, case, wrong, field):
    with pytest.raises(Invalid) as refused:
        report(cast, case, **wrong)
    assert refused.value.field == field


def test_a_report_alone_asks_for_no_assessment(cast, case, safety_task):
    report(cast, case)

    assert (critical(case), due(safety_task)) == ([], date(2026, 12, 11))


def test_an_agreement_without_a_day_lets_safety_be_assessed_today(cast, case, safety_task):
    report(cast, case, "rasmus", tell_us_first=Answer.YES, agreed_on=TODAY)

    assert (critical(case), due(safety_task)) == ([], TODAY)
    assert letters("task-assigned") == ["solveig"]
    assert not is_acute(case)


def test_a_known_day_is_a_critical_date_prepared_for_on_the_working_day_before_it(cast, case, safety_task):
    report(cast, case, contact_on=date(2026, 11, 30))  # a Monday

    assert critical(case) == [("police-contact", date(2026, 11, 30))]
    assert due(safety_task) == date(2026, 11, 27)
    assert not is_acute(case)


def test_a_day_that_was_brought_forward_tells_of_no_danger(cast, case, safety_task):
    report(cast, case, contact_on=date(2026, 11, 30))

    assert assessments.remarks(cast["solveig"], seen(cast["solveig"], safety_task)) == (None, [])


def test_when_the_police_contact_the_perpetrator_soon_the_case_is_acute(cast, case, safety_task):
    report(cast, case, contact_on=date(2026, 11, 23))  # the next working day

    assert due(safety_task) == TODAY
    assert is_acute(case)


def test_an_assessment_that_is_due_before_stays_where_it_is(cast, case, safety_task):
    report(cast, case, contact_on=date(2027, 1, 20))

    assert due(safety_task) == date(2026, 12, 11)


def test_a_day_that_has_passed_raises_nothing(cast, case, safety_task):
    report(cast, case, reported_on=date(2026, 11, 2), contact_on=date(2026, 11, 19))

    assert (critical(case), due(safety_task)) == ([], date(2026, 12, 11))


def test_the_date_moves_with_the_day_and_there_is_one_for_each_report(cast, case, safety_task):
    made = report(cast, case, tell_us_first=Answer.YES, agreed_on=TODAY)

    say_more(cast, made, tell_us_first=Answer.YES, agreed_on=TODAY, contact_on=date(2026, 12, 1))
    say_more(cast, made, tell_us_first=Answer.YES, agreed_on=TODAY, contact_on=date(2026, 12, 3))

    assert critical(case) == [("police-contact", date(2026, 12, 3))]
    report(cast, case, contact_on=date(2026, 12, 8))
    assert len(critical(case)) == 2


def test_saying_something_else_of_it_moves_nothing(cast, case, safety_task):
    made = report(cast, case, tell_us_first=Answer.YES, agreed_on=TODAY)
    safety.assess(cast["solveig"], seen(cast["solveig"], safety_task, Action.TASK_WORK), "Trygt", 2)

    say_more(cast, made, tell_us_first=Answer.YES, agreed_on=TODAY, journal_number="4200-2")

    assert due(safety_task) == date(2026, 12, 20)


def test_a_day_that_was_a_mistake_is_no_critical_date_any_more(cast, case, safety_task):
    made = report(cast, case, contact_on=date(2026, 12, 3))

    say_more(cast, made, contact_on=None)

    assert critical(case) == []
    assert not Deadline.select().where(Deadline.void_at.is_null()).exists()


def test_of_two_who_change_a_report_the_second_is_told(cast, case):
    made = report(cast, case)
    reports.change_report(cast["solveig"], made, 1, **reported(officer="Bo"))

    with pytest.raises(Conflict):
        reports.change_report(
            cast["rikke"], reports.one(cast["rikke"], opened(cast["rikke"], case), made.ref), 1, **reported()
        )


def test_a_report_that_is_saved_unchanged_stays_as_it_is(cast, case):
    made = report(cast, case)

    assert say_more(cast, made).version == 1
    assert not Event.select().where(Event.action == "police-report:changed").exists()


def test_a_perpetrators_case_takes_no_report(cast):
    """D-14: the udsat reports, and nothing of that is written in the case of the udøver."""
    case = a_case(cast, citizen_role="perpetrator")

    with pytest.raises(Invalid, match="udsattes sag"):
        report(cast, case)


def test_a_closed_case_takes_none_and_who_was_only_asked_writes_none(cast, case):
    closed = a_case(cast, "CLOSE", phase="closed", closed_at=case.reported_at)
    offered = a_case(cast, "OFFER", offered_to=cast["lars"])

    with pytest.raises(Invalid, match="afsluttet"):
        report(cast, closed)
    with pytest.raises(NotAllowed):
        reports.record(cast["lars"], asked(cast["lars"], offered), **reported())


def test_a_row_of_another_case_is_not_found(cast, case):
    other = a_case(cast, "OTHER")
    made, decided = report(cast, other), an_order(cast, other)

    with pytest.raises(NotFound):
        reports.one(cast["solveig"], opened(cast["solveig"], case), made.ref)
    with pytest.raises(NotFound):
        orders.one(cast["solveig"], opened(cast["solveig"], case), decided.ref)


# ── orders ────────────────────────────────────────────────────────────────────────────────────────────


def decided(**what) -> dict[str, object]:
    values = {"kind": OrderKind.TILHOLD, "from_on": date(2026, 11, 2), "to_on": date(2027, 11, 2), "area": None,
              "journal_number": "4200-1"}  # fmt: skip
    return {**values, **what}


def an_order(cast, case, who="solveig", **what) -> Order:
    made = orders.record(cast[who], opened(cast[who], case), **decided(**what))
    return orders.one(cast[who], opened(cast[who], case), made.ref)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from_on": None}, "from_on"),
        ({"to_on": None}, "to_on"),
        ({"to_on": date(2026, 11, 1)}, "to_on"),
        ({"to_on": date(2031, 11, 3)}, "to_on"),
        ({"from_on": date(2028, 2, 29), "to_on": date(2033, 3, 2)}, "to_on"),
        ({"area": "Om hjemmet"}, "area"),
    ],
)
def test_an_order_that_cannot_be_is_refused(cast, case, wrong, field):
    with pytest.raises(Invalid) as refused:
        an_order(cast, case, **wrong)
    assert refused.value.field == field


def test_an_order_lasts_five_years_at_most_and_an_opholdsforbud_has_an_area(cast, case):
    order = an_order(cast, case, kind=OrderKind.OPHOLDSFORBUD, area="ZQX hjemmet", to_on=date(2031, 11, 2))

    assert (order.area, order.to_on) == ("ZQX hjemmet", date(2031, 11, 2))
    assert b"ZQX" not in bytes(Order.select(Order.area).tuples().get()[0])


def test_the_day_on_which_it_expires_is_a_critical_date(cast, case, safety_task):
    order = an_order(cast, case, to_on=date(2026, 12, 29))

    made = CriticalDate.get()
    assert (made.kind, made.on, made.about) == ("order-ends", date(2026, 12, 29), f"order:{order.ref}")
    assert due(safety_task) == date(2026, 11, 27)  # twenty working days before, Christmas left out
    planned = [(row.kind, row.due_at.date()) for row in Deadline.select().order_by(Deadline.due_at)]
    assert planned == [("date-ahead", date(2026, 11, 27)), ("date-passed", date(2026, 12, 30))]


def test_a_new_period_moves_it_and_one_that_was_lifted_has_none(cast, case):
    order = an_order(cast, case)
    changed = orders.change_order(cast["solveig"], order, 1, **decided(to_on=date(2027, 2, 15)))
    assert critical(case) == [("order-ends", date(2027, 2, 15))]

    orders.end(cast["solveig"], changed, TODAY, "Landsretten ophævede det", 2)

    assert critical(case) == []
    assert not Deadline.select().where(Deadline.void_at.is_null()).exists()


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        (None, "x", "ended_on"),
        (date(2026, 11, 1), "x", "ended_on"),
        (date(2026, 11, 21), "x", "ended_on"),
        (TODAY, None, "end_reason"),
    ],
)
def test_lifting_it_needs_a_day_in_its_period_and_a_reason(cast, case, on, reason, field):
    order = an_order(cast, case)

    with pytest.raises(Invalid) as refused:
        orders.end(cast["solveig"], order, on, reason, 1)
    assert refused.value.field == field


def test_an_order_that_is_saved_unchanged_stays_as_it_is(cast, case):
    order = an_order(cast, case)

    assert orders.change_order(cast["solveig"], order, 1, **decided()).version == 1
    assert not Event.select().where(Event.action == "order:changed").exists()


def test_what_was_lifted_is_not_changed_any_more(cast, case):
    ended = orders.end(cast["solveig"], an_order(cast, case), TODAY, "Ophævet", 1)

    assert orders.end(cast["solveig"], ended, TODAY, "Ophævet", 2).end_reason == "Ophævet"
    with pytest.raises(Invalid):
        orders.change_order(cast["solveig"], ended, 2, **decided())


def test_orders_are_marked_by_whether_they_are_in_force(cast, case):
    ended = orders.end(cast["solveig"], an_order(cast, case), TODAY, "Ophævet", 1)
    others = [
        an_order(cast, case, from_on=date(2026, 12, 1)), an_order(cast, case, to_on=date(2026, 11, 19)),
        an_order(cast, case, to_on=TODAY),
    ]  # fmt: skip

    marks = [orders.validity(order, TODAY) for order in (ended, *others)]

    assert marks == [Validity.ENDED, Validity.TO_COME, Validity.EXPIRED, Validity.VALID]


def test_a_perpetrators_case_never_says_where_the_exposed_person_is(cast):
    """D-14: an order is written down as the citizen tells it, without its area."""
    case = a_case(cast, citizen_role="perpetrator")

    with pytest.raises(Invalid) as refused:
        an_order(cast, case, kind=OrderKind.OPHOLDSFORBUD, area="Skolevej 1")
    assert refused.value.field == "area"
    assert an_order(cast, case, kind=OrderKind.OPHOLDSFORBUD).area is None


# ── breaches ──────────────────────────────────────────────────────────────────────────────────────────


def break_it(cast, order, on=TODAY, who="solveig") -> Breach:
    happened = {"on": on, "what": "ZQX stod ved porten", "reported": Answer.NO}
    return orders.record_breach(cast[who], orders.one(cast[who], opened(cast[who], order.case), order.ref), **happened)


def test_a_breach_is_a_danger_sign_that_makes_the_case_acute(cast, case, safety_task):
    break_it(cast, an_order(cast, case), who="rasmus")

    assert is_acute(case)
    assert Task.get_by_id(safety_task.ref).due_on == TODAY
    assert b"ZQX" not in bytes(Breach.select(Breach.what).tuples().get()[0])


@pytest.mark.parametrize("on", [None, date(2026, 11, 1), date(2026, 11, 21)])
def test_a_breach_lies_in_the_orders_period_and_not_ahead(cast, case, on):
    order = an_order(cast, case)

    with pytest.raises(Invalid) as refused:
        break_it(cast, order, on)
    assert refused.value.field == "on"


def test_after_it_was_lifted_nothing_breaks_it(cast, case):
    order = orders.end(cast["solveig"], an_order(cast, case), date(2026, 11, 18), "Ophævet", 1)

    assert break_it(cast, order, date(2026, 11, 18)).on == date(2026, 11, 18)
    with pytest.raises(Invalid):
        break_it(cast, order, date(2026, 11, 19))


def test_orders_come_with_their_breaches_in_one_query(cast, case, queries, clock):
    order, quiet = an_order(cast, case), an_order(cast, case, from_on=date(2026, 11, 3))
    for day in (17, 19):
        break_it(cast, order, date(2026, 11, day))
    clock.move_to(datetime(2026, 11, 20, 12, 0))
    loaded = opened(cast["solveig"], case)
    queries.clear()

    listed = orders.of_case(cast["solveig"], loaded)

    assert [(one.ref, [breach.on.day for breach in one.breaches]) for one in listed] == [
        (quiet.ref, []), (order.ref, [19, 17]),
    ]  # fmt: skip
    assert len(queries) == 1
