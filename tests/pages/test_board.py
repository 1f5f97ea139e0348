"""What the board says of a case, to whom, in which order, and how much it asks the database."""

from datetime import date, timedelta

import pytest

from skanderborg import clock as time
from skanderborg.domain import departments, editions, tasks
from skanderborg.domain.tasks import safety
from skanderborg.errors import NotFound
from skanderborg.kinds import Basis, Box, Mark, Phase, TaskStatus
from skanderborg.pages import board
from skanderborg.pages.board import BoardFilter
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert
from skanderborg.store.work import Meeting
from tests.made import a_case, a_request, a_task, department, exclude, seen

TOMORROW, YESTERDAY = date(2026, 11, 21), date(2026, 11, 19)
EVERYTHING = BoardFilter()


def cell(person, box: Box):
    [row] = board.show(person, EVERYTHING).rows
    return next(cell for cell in row.cells if cell.box == box)


# ── cells ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"due_on": YESTERDAY}, {}),
        ({}, {"status": "waiting", "owned": True}),
        ({"status": "waiting", "owned": True}, {"status": "active", "owned": True}),
        ({"status": "active", "owned": True}, {"owned": True}),
        ({"owned": True}, {"status": "done", "closed_at": True}),
        ({"status": "done", "closed_at": True}, {"status": "not-relevant", "closed_at": True, "reason": "nej"}),
    ],
    ids=["overdue", "unowned", "waiting", "active", "not-started", "done"],
)
def test_a_cell_shows_its_worst_task(cast, case, worse, better):
    for columns in (worse, better):
        owned = {"assignee": cast["ulla"]} if columns.get("owned") else {}
        closed = {"closed_at": time.now()} if columns.get("closed_at") else {}
        a_task(case, **{name: value for name, value in columns.items() if name != "owned"} | owned | closed)

    mark = cell(cast["solveig"], Box.NETWORK).mark

    expected = (
        Mark.OVERDUE
        if "due_on" in worse
        else TaskStatus(worse.get("status", "not-started"))
        if worse.get("owned") or worse.get("closed_at")
        else Mark.UNOWNED
    )
    assert mark == expected


def test_a_cell_says_how_far_it_is_and_the_nearest_date(cast, case):
    a_task(case, status="done", closed_at=time.now())
    a_task(case, due_on=date(2026, 12, 3), assignee=cast["ulla"])
    a_task(case, due_on=date(2026, 12, 10), assignee=cast["ulla"])

    shown = cell(cast["solveig"], Box.NETWORK)

    assert (shown.text, shown.date) == ("1\u00a0af\u00a03", "frist tor.\u00a03.\u00a0dec.")


def test_a_deadline_of_today_is_called_today(cast, case):
    a_task(case, due_on=date(2026, 11, 20), assignee=cast["ulla"])

    assert cell(cast["solveig"], Box.NETWORK).date == "frist i\u00a0dag"


def test_a_referral_that_is_not_made_is_named(cast, case):
    a_task(case, kind="referral", box="referral", organisation="police", assignee=cast["solveig"], due_on=TOMORROW)

    shown = cell(cast["solveig"], Box.REFERRAL)

    assert shown.text == "Politi: ikke henvist endnu"
    assert shown.mark == TaskStatus.NOT_STARTED  # red only after its deadline


def test_a_request_says_who_answers_and_when(cast, case):
    a_request(cast["solveig"], case, "jobcenter", due_on=date(2026, 11, 24))

    shown = cell(cast["solveig"], Box.DEPARTMENTS)

    assert (shown.text, shown.mark, shown.date) == ("Jobcenter · svar tir.\u00a024.\u00a0nov.", TaskStatus.WAITING, "")


def test_an_acute_request_is_the_worst_of_its_cell(cast, case):
    a_task(case, box="departments", due_on=YESTERDAY)
    a_request(cast["solveig"], case, "jobcenter", basis=Basis.ACUTE)

    shown = cell(cast["solveig"], Box.DEPARTMENTS)

    assert (shown.text, shown.mark) == ("Jobcenter · svar i\u00a0dag", Mark.ACUTE)


def test_safety_shows_when_it_was_assessed_and_never_done(cast, case):
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20), assignee=cast["solveig"])
    safety.assess(cast["solveig"], seen(cast["solveig"], task), "ingen trusler", 1)

    shown = cell(cast["solveig"], Box.SAFETY)

    assert (shown.mark, shown.text) == (Mark.ASSESSED, "Vurderet 20.\u00a0nov.")


def test_a_queue_that_nobody_took_owns_its_task(cast, case):
    a_task(case, department=department("jobcenter"))

    shown = cell(cast["solveig"], Box.NETWORK)

    assert shown.mark == TaskStatus.NOT_STARTED


def test_an_empty_box_says_so(cast, case):
    assert cell(cast["solveig"], Box.NETWORK).mark == Mark.EMPTY


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────


def test_acute_cases_come_first_then_overdue_ones_then_the_oldest(cast):
    now = time.now()
    a_case(cast, "YOUNG", reported_at=now)
    a_case(cast, "OLDER", reported_at=now - timedelta(days=9))
    a_task(a_case(cast, "LATER", reported_at=now), due_on=YESTERDAY)
    a_case(cast, "ACUTE", reported_at=now, is_acute=True)

    rows = board.show(cast["solveig"], EVERYTHING).rows

    assert [row.code for row in rows] == ["ACUTE", "LATER", "OLDER", "YOUNG"]


def test_a_helper_has_no_row(cast, case):
    a_task(case, assignee=cast["ulla"])

    assert board.show(cast["ulla"], EVERYTHING).rows == []


def test_who_is_excluded_has_no_row_from_the_next_look_on(cast, case):
    assert len(board.show(cast["rasmus"], EVERYTHING).rows) == 1

    exclude(case, cast["solveig"], person=cast["rasmus"])

    assert board.show(cast["rasmus"], EVERYTHING).rows == []


def test_a_closed_case_leaves_the_board(cast):
    a_case(cast, phase="closed", closed_at=time.now())

    assert board.show(cast["solveig"], EVERYTHING).rows == []


def test_a_row_says_who_coordinates_and_that_no_meeting_is_planned(cast, case):
    [row] = board.show(cast["rikke"], EVERYTHING).rows

    assert (row.primary_contact[1], row.meeting) == ("Solveig Sand", "Intet møde planlagt")


def test_a_row_says_when_the_next_meeting_is_until_it_is_over(cast, case, clock):
    starts = time.now() + timedelta(hours=2)
    with begin():
        insert(Meeting, case=case, kind="follow-up", party="staff", starts_at=starts, wall_start="2026-11-20T11:00",
               ends_at=starts + timedelta(hours=1), zone="Europe/Copenhagen", status="planned", by=cast["solveig"],
               created_at=time.now())  # fmt: skip
    [before] = board.show(cast["rikke"], EVERYTHING).rows
    clock.forward(hours=4)

    [after] = board.show(cast["rikke"], EVERYTHING).rows

    assert (before.meeting, after.meeting) == ("Møde fre. 20. nov. kl. 11.00", "Intet møde planlagt")


def test_what_changed_shows_at_the_next_look(cast, case):
    task = a_task(case)
    board.show(cast["solveig"], EVERYTHING)

    tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)

    assert cell(cast["solveig"], Box.NETWORK).mark == TaskStatus.DONE


def test_a_deadline_that_passed_overnight_shows_in_the_morning(cast, case, clock):
    a_task(case, due_on=date(2026, 11, 20), assignee=cast["ulla"])
    before = board.show(cast["solveig"], EVERYTHING)

    clock.forward(days=1)

    assert (before.overdue, board.show(cast["solveig"], EVERYTHING).overdue) == (0, 1)


def test_a_department_with_a_new_name_is_called_so_at_the_next_look(cast, case):
    a_request(cast["solveig"], case, "jobcenter", due_on=date(2026, 11, 24))
    jobcenter = department("jobcenter")
    cell(cast["solveig"], Box.DEPARTMENTS)

    departments.change(
        cast["admin"],
        jobcenter,
        jobcenter.version,
        name="Job og Ydelse",
        manager=None,
        substitute=None,
        is_115_forum=False,
    )
    editions.refresh()  # as the next page does

    assert cell(cast["solveig"], Box.DEPARTMENTS).text == "Job og Ydelse · svar tir.\u00a024.\u00a0nov."


def test_an_unchanged_row_is_the_same_object(cast, case):
    [first] = board.show(cast["solveig"], EVERYTHING).rows
    [second] = board.show(cast["rikke"], EVERYTHING).rows

    assert first is second


# ── filters ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def many(cast):
    """Five cases that Rikke sees, one for each filter, and one for none."""
    a_case(cast, "PLAIN")
    a_task(a_case(cast, "LATER"), due_on=YESTERDAY, assignee=cast["lars"])
    a_task(a_case(cast, "NOBOD"))
    a_task(a_case(cast, "MINES"), assignee=cast["rikke"])
    a_task(a_case(cast, "QUEUE"), department=department("arbejdsmarkedsservice"))
    a_case(cast, "PHASE", phase="sparring", people=(("rasmus", "primary-contact"), ("rikke", "resource")))


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (BoardFilter(overdue=True), {"LATER"}),
        (BoardFilter(unowned=True), {"NOBOD"}),
        (BoardFilter(mine=True), {"MINES"}),
        (BoardFilter(my_department=True), {"QUEUE", "MINES", "LATER"}),
        (BoardFilter(phase=Phase.SPARRING), {"PHASE"}),
        (BoardFilter(overdue=True, mine=True), set()),
        (BoardFilter(), {"PLAIN", "LATER", "NOBOD", "MINES", "QUEUE", "PHASE"}),
    ],
    ids=["overdue", "unowned", "mine", "my-department", "phase", "two-at-once", "none"],
)
def test_filters_choose_rows(cast, many, wanted, codes):
    assert {row.code for row in board.show(cast["rikke"], wanted).rows} == codes


def test_a_case_for_sparring_only_is_found_by_its_phase_on_both_tabs(cast):
    case = a_case(cast, "SPARE", kind="sparring-only", phase="sparring")
    a_task(case)

    wanted = BoardFilter(phase=Phase.SPARRING)

    assert [(row.code, row.stage) for row in board.show(cast["rikke"], wanted).rows] == [("SPARE", "Kun sparring")]
    assert board.task_list(cast["rikke"], wanted, 1).total == 1


def test_one_tovholders_cases_can_be_asked_for(cast, many):
    wanted = BoardFilter(primary_contact=cast["rasmus"].ref)

    assert [row.code for row in board.show(cast["rikke"], wanted).rows] == ["PHASE"]


def test_the_counts_are_over_all_rows_whatever_is_filtered(cast, many):
    shown = board.show(cast["rikke"], BoardFilter(phase=Phase.SPARRING))

    assert (shown.cases, shown.overdue, shown.unowned) == (6, 1, 1)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (BoardFilter(), 4),
        (BoardFilter(overdue=True), 1),
        (BoardFilter(unowned=True), 1),
        (BoardFilter(mine=True), 1),
        (BoardFilter(my_department=True), 3),
        (BoardFilter(phase=Phase.SPARRING), 0),
    ],
    ids=["none", "overdue", "unowned", "mine", "my-department", "phase"],
)
def test_the_same_filters_choose_tasks(cast, many, wanted, count):
    assert board.task_list(cast["rikke"], wanted, 1).total == count


def test_the_task_list_is_paged_and_sorted_by_deadline(cast, case):
    for day in range(1, 60):
        a_task(case, due_on=date(2026, 12, 1) + timedelta(days=60 - day))
    a_task(case, title="uden frist")

    first, second = (board.task_list(cast["solveig"], EVERYTHING, number) for number in (1, 2))

    assert (first.total, first.pages, len(first.tasks), len(second.tasks)) == (60, 2, 50, 10)
    assert first.tasks[0].due_on == date(2026, 12, 2)
    assert second.tasks[-1].title == "uden frist"


def test_the_tasks_of_a_box_are_shown_to_who_sees_the_case_only(cast, case):
    a_task(case, assignee=cast["ulla"])
    a_task(case, box="safety", kind="safety")

    _, _, found, _ = board.box(cast["solveig"], case.ref, Box.NETWORK)

    assert [task.box for task in found] == ["network"]
    with pytest.raises(NotFound):
        board.box(cast["ulla"], case.ref, Box.NETWORK)


def test_an_unclaimed_suspicion_is_no_row_yet(cast):
    case = a_case(cast, phase="suspicion", claimed_at=None, people=())

    assert board.show(cast["ruth"], EVERYTHING).rows == []
    assert Case.get_by_id(case.ref).closed_at is None
