"""Halvårstal: counted once when a half-year is over, frozen, and nothing in them points at anyone."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from skanderborg import clock as time
from skanderborg.domain import figures, ticks
from skanderborg.domain.figures import counting, hiding
from skanderborg.domain.tasks import safety
from skanderborg.errors import NotAllowed, NotFound
from skanderborg.kinds import SparringWay
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert, rewrite
from skanderborg.store.events import Event
from skanderborg.store.figures import HalfYear
from skanderborg.store.record import Sparring
from skanderborg.store.work import Referral, Request
from tests.made import a_case, a_request, a_task, seen

FIRST_HALF = datetime(2026, 3, 2, 9)
LATER = datetime(2026, 8, 3, 9)  # 34 days after the end


def reported(cast, clock, count, by="solveig", days=3, **columns):
    """So many cases, one a day, each taken some days after it was reported."""
    made = []
    for number in range(count):
        clock.move_to(FIRST_HALF + timedelta(days=number))
        at = time.now()
        made.append(a_case(cast, f"{by[:3].upper()}{number:02}{columns.get('children', 'no')[:1].upper()}",
                           reported_by=cast[by], claimed_at=at + timedelta(days=days), **columns))  # fmt: skip
    return made


def frozen(cast, clock, name="2026-1"):
    clock.move_to(LATER)
    figures.freeze_due(time.now())
    return figures.frozen(cast["rikke"], name)


def rows_of(report, key):
    return dict(next(one for one in report.tables if one["key"] == key)["rows"])


def total_of(report, key):
    return next(one for one in report.tables if one["key"] == key)["total"]


# ── what may be told ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([7, 0, 12], [7, 0, 12]),
        ([3, 5, 9], [None, None, 9]),
        ([3, 5, 5, 9], [None, None, None, 9]),
        ([2, 1, 30], [None, None, 30]),
        ([1, 1, 30], [None, None, None]),
        ([1, 1, 30, 8], [None, None, 30, None]),
        ([3, 0, 0], [None, None, None]),
        ([4, 2, 4], [None, None, None]),
        ([], []),
    ],
)
def test_small_counts_are_hidden_and_a_lone_one_takes_the_next_smallest_along(counts, shown):
    assert hiding.hidden(counts) == shown


@pytest.mark.parametrize(("columns", "most"), [(2, 24), (3, 20), (4, 17)])
def test_no_hidden_cell_can_be_worked_out_by_who_knows_the_rules_and_the_total(columns, most):
    told: dict[tuple, list[tuple]] = {}
    for counts in product(range(most + 1), repeat=columns):
        if sum(counts) <= most:
            total = None if hiding.is_small(sum(counts)) else sum(counts)
            told.setdefault((tuple(hiding.hidden(counts)), total), []).append(counts)

    sure = []
    for (cells, total), real in told.items():
        could_be = [len(set(values)) for values in zip(*real, strict=True)]
        sure += [(cells, total) for cell, many in zip(cells, could_be, strict=True) if cell is None and many == 1]

    assert len(told) > most
    assert sure == []


def test_what_is_frozen_holds_no_small_count(cast, clock):
    reported(cast, clock, 12)
    reported(cast, clock, 2, by="jonas", children="yes")

    report = frozen(cast, clock)

    cells = [cell for table in report.tables for _, row in table["rows"] for cell in row]
    assert rows_of(report, "boern") == {"Ja": [None], "Nej": [None], "Ved ikke": [0]}
    assert [cell for cell in cells if cell is not None and 0 < cell < 5] == []


# ── what is counted ─────────────────────────────────────────────────────────────────────────────────


def test_suspicions_are_counted_in_the_half_year_in_which_they_were_reported(cast, clock):
    reported(cast, clock, 6)
    clock.move_to(datetime(2026, 6, 30, 23, 59))
    a_case(cast, "LAST1")
    clock.move_to(datetime(2026, 7, 1, 0, 1))
    a_case(cast, "NEXT1")

    report = frozen(cast, clock)

    assert rows_of(report, "rolle")["Udsat"] == [7]
    assert total_of(report, "rolle") == 7


def test_it_tells_how_far_they_came_what_was_offered_and_how_long_it_took(cast, clock):
    cases = reported(cast, clock, 12, days=7)
    with begin():
        for place, case in enumerate(cases):
            if place < 6:
                for name in ("dsc", "police"):
                    insert(Referral, case=case, organisation=name, way="number-given", on=date(2026, 3, 20),
                           by=cast["rikke"], at=time.now())  # fmt: skip
            if place < 6:
                insert(Sparring, case=case, way=SparringWay.INTERNAL, held_on=date(2026, 3, 30), by=cast["rikke"],
                       at=time.now())  # fmt: skip

    report = frozen(cast, clock)

    assert rows_of(report, "skridt") == {
        counting.STEPS[0]: [0], counting.STEPS[1]: [6], counting.STEPS[2]: [6], counting.STEPS[3]: [0]
    }  # fmt: skip
    assert rows_of(report, "henvisning")[counting.OFFERS[0]] == [6]
    assert dict(report.medians) == {
        "Fra mistanke til taget": 5.0, "Fra taget til sparring": None, "Fra sparring til første møde": None
    }  # fmt: skip


def test_answers_are_counted_by_department_and_by_whether_they_came_in_time(cast, clock):
    case = reported(cast, clock, 1)[0]
    for _ in range(6):
        a_request(cast["solveig"], case, due_on=date(2026, 4, 10))
    with begin():
        rewrite(Request, Request.case == case.ref, answered_at=datetime(2026, 4, 9, 12).astimezone())
    a_request(cast["solveig"], case, to="boern-unge", due_on=date(2026, 8, 10))  # due in the next half-year

    report = frozen(cast, clock)

    assert rows_of(report, "svar")["Jobcenter"] == [6, 0, 0]
    assert total_of(report, "svar") == 6


def test_assessments_are_counted_by_whether_they_came_in_time(cast, clock):
    case = reported(cast, clock, 1)[0]
    task = a_task(case, kind="safety", due_on=date(2026, 3, 3), assignee=cast["solveig"])
    for month in (3, 4, 5, 6):
        clock.move_to(datetime(2026, month, 2, 10))
        now = seen(cast["solveig"], task)
        safety.assess(cast["solveig"], now, f"Vurderet i måned {month}", now.version)

    assert sorted(when for _, when in counting._assessments(figures.span("2026-1"), {})) == [0, 0, 1, 1]


# ── frozen ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_half_year_is_frozen_once_it_has_been_over_for_a_month_and_stays_as_it_was(cast, clock):
    reported(cast, clock, 6)
    clock.move_to(datetime(2026, 7, 31, 9))
    too_early = figures.freeze_due(time.now())
    clock.move_to(datetime(2026, 8, 1, 9))
    first = ticks.freeze()
    body = HalfYear.get().body
    with begin():
        rewrite(Case, Case.citizen_role == "exposed", citizen_role="unknown")

    again = ticks.freeze()

    assert (too_early, first, again) == (0, 1, 0)
    assert HalfYear.get().body == body
    assert Event.select().where(Event.action == "figures:frozen").count() == 1


def test_a_house_that_was_down_freezes_all_that_is_missing(cast, clock):
    reported(cast, clock, 1)
    clock.move_to(datetime(2027, 9, 1, 9))

    figures.freeze_due(time.now())

    assert [one.name for one in figures.all_frozen(cast["rikke"])] == ["2027-1", "2026-2", "2026-1"]


def test_who_sees_no_figures_is_refused_and_a_half_year_there_is_none_of_is_missing(cast, clock):
    with pytest.raises(NotAllowed):
        figures.all_frozen(cast["jonas"])
    with pytest.raises(NotFound):
        figures.frozen(cast["dorte"], "2026-1")
