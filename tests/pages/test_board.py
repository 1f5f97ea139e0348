"""What the board says of a case, to whom, in which order, and how much it asks the database."""

from datetime import date, timedelta

import pytest

from skanderborg import clock as time
from skanderborg.domain import departments, editions, tasks
from skanderborg.domain.cases import name_citizen
from skanderborg.domain.tasks import safety
from skanderborg.errors import NotFound
from skanderborg.kinds import Basis, Box, Mark, Phase, TaskStatus
from skanderborg.pages import board
from skanderborg.pages.board import BoardFilter
from skanderborg.store.db import begin, insert
from skanderborg.store.work import Meeting, Referral
from tests.made import a_case, a_request, a_task, department, exclude, seen

TOMORROW, TODAY, YESTERDAY = date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 19)
EVERYTHING = BoardFilter()


def cell(person, box: Box):
    [row] = board.show(person, EVERYTHING).rows
    return next(cell for cell in row.cells if cell.box == box)


# ── cells ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"due_on": YESTERDAY}, {"due_on": TODAY, "owned": True}),
        ({"due_on": TODAY, "owned": True}, {}),
        ({}, {"status": "waiting", "owned": True}),
        ({"status": "waiting", "owned": True}, {"status": "active", "owned": True}),
        ({"status": "active", "owned": True}, {"owned": True}),
        ({"owned": True}, {"status": "done", "closed_at": True}),
        ({"status": "done", "closed_at": True}, {"status": "not-relevant", "closed_at": True, "reason": "nej"}),
    ],
    ids=["overdue", "today", "unowned", "waiting", "active", "not-started", "done"],
)
def test_a_cell_shows_its_worst_task(cast, case, worse, better):
    for columns in (worse, better):
        owned = {"assignee": cast["ulla"]} if columns.get("owned") else {}
        closed = {"closed_at": time.now()} if columns.get("closed_at") else {}
        a_task(case, **{name: value for name, value in columns.items() if name != "owned"} | owned | closed)

    mark = cell(cast["solveig"], Box.NETWORK).mark

    expected = (
        {YESTERDAY: Mark.OVERDUE, TODAY: Mark.TODAY}[worse["due_on"]]
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

    assert (shown.text, shown.progress) == ("3.\u00a0dec.", "1 af 3 udført")


def test_what_is_due_today_is_amber_and_said_so_even_where_nobody_owns_it(cast, case):
    a_task(case, due_on=date(2026, 11, 20))

    shown = cell(cast["solveig"], Box.NETWORK)

    assert (shown.text, shown.mark, shown.tone, shown.unowned) == ("i\u00a0dag", Mark.TODAY, "soon", 1)


def test_a_referral_that_is_not_made_is_named(cast, case):
    a_task(case, kind="referral", box="referral", organisation="police", assignee=cast["solveig"], due_on=TOMORROW)

    shown = cell(cast["solveig"], Box.REFERRAL)

    assert shown.text == "Politi mangler"
    assert (shown.mark, shown.tone) == (TaskStatus.NOT_STARTED, "plain")  # red only after its deadline


@pytest.mark.parametrize(("way", "said"), [("number-given", "begge henvist"), ("declined", "begge besvaret")])
def test_referrals_that_are_made_say_so_and_never_of_one_that_was_not_wanted(cast, case, way, said):
    for place, organisation in (("number-given", "police"), (way, "dsc-exposed")):
        task = a_task(case, kind="referral", box="referral", organisation=organisation, status="done",
                      closed_at=time.now())  # fmt: skip
        with begin():
            insert(Referral, case=case, task=task, organisation=organisation, way=place, on=YESTERDAY,
                   by=cast["solveig"], at=time.now())  # fmt: skip

    assert cell(cast["solveig"], Box.REFERRAL).text == said


def test_a_request_says_who_answers_and_when(cast, case):
    a_request(cast["solveig"], case, "jobcenter", due_on=date(2026, 11, 24))

    shown = cell(cast["solveig"], Box.DEPARTMENTS)

    assert (shown.text, shown.mark, shown.tone) == ("Jobcenter 24.\u00a0nov.", TaskStatus.WAITING, "soon")


def test_an_acute_request_is_the_worst_of_its_cell_and_only_lateness_makes_it_red(cast, case):
    a_request(cast["solveig"], case, "jobcenter", basis=Basis.ACUTE)
    before = cell(cast["solveig"], Box.DEPARTMENTS)
    a_task(case, box="departments", due_on=YESTERDAY)

    shown = cell(cast["solveig"], Box.DEPARTMENTS)

    assert (shown.text, shown.mark, shown.tone) == ("Jobcenter i\u00a0dag", Mark.ACUTE, "late")
    assert (before.mark, before.tone) == (Mark.ACUTE, "soon")


def test_safety_shows_when_it_is_assessed_again_and_is_never_done(cast, case):
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20), assignee=cast["solveig"])
    before = cell(cast["solveig"], Box.SAFETY)
    safety.assess(cast["solveig"], seen(cast["solveig"], task), "ingen trusler", 1)

    shown = cell(cast["solveig"], Box.SAFETY)

    assert (before.mark, before.text) == (Mark.TODAY, "i\u00a0dag")
    assert (shown.mark, shown.label, shown.progress) == (Mark.ASSESSED, "Vurderet", "")
    assert shown.text.startswith("igen\u00a0")


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

    assert (row.primary_contact[1], row.contact, row.meeting) == ("Solveig Sand", "Solveig\u00a0S.", "intet møde")


def a_meeting(cast, case, starts):
    """An hour, agreed among staff."""
    with begin():
        insert(Meeting, case=case, kind="follow-up", party="staff", starts_at=starts, wall_start="2026-11-20T11:00",
               ends_at=starts + timedelta(hours=1), zone="Europe/Copenhagen", status="planned", by=cast["solveig"],
               created_at=time.now())  # fmt: skip


def test_a_row_says_when_the_next_meeting_is_until_it_is_over(cast, case, clock):
    a_meeting(cast, case, time.now() + timedelta(hours=2))
    [before] = board.show(cast["rikke"], EVERYTHING).rows
    clock.forward(hours=4)

    [after] = board.show(cast["rikke"], EVERYTHING).rows

    assert (before.meeting, after.meeting) == ("i dag kl. 11.00", "intet møde")


def test_meetings_are_counted_until_the_week_ends(cast, case):
    sunday, monday = time.now() + timedelta(days=2), time.now() + timedelta(days=3)
    a_meeting(cast, case, sunday)
    a_meeting(cast, case, monday)

    assert board.show(cast["rikke"], EVERYTHING).counts.meetings == 1


def test_initials_are_read_for_the_one_who_looks_and_no_kept_row_holds_them(cast, case):
    name_citizen(case, "Mette Hansen")

    shown = board.show(cast["rikke"], EVERYTHING)

    assert shown.initials == ["M. H."]
    assert "M. H." not in repr(shown.rows)
    assert "Mette" not in repr(shown.rows)


def test_the_board_is_paged_and_a_page_too_far_is_the_last(cast):
    for number in range(52):
        a_case(cast, f"C{number:04}", reported_at=time.now() + timedelta(minutes=number))

    first, last = (board.show(cast["solveig"], EVERYTHING, number) for number in (1, 9))

    assert (first.found, first.pages, len(first.rows), len(first.initials)) == (52, 2, 50, 50)
    assert (last.number, [row.code for row in last.rows]) == (2, ["C0050", "C0051"])


def test_what_changed_shows_at_the_next_look(cast, case):
    task = a_task(case)
    board.show(cast["solveig"], EVERYTHING)

    tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)

    assert cell(cast["solveig"], Box.NETWORK).mark == TaskStatus.DONE


def test_a_deadline_that_passed_overnight_shows_in_the_morning(cast, case, clock):
    a_task(case, due_on=date(2026, 11, 20), assignee=cast["ulla"])
    before = board.show(cast["solveig"], EVERYTHING)

    clock.forward(days=1)

    assert (before.counts.overdue, board.show(cast["solveig"], EVERYTHING).counts.overdue) == (0, 1)


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

    assert cell(cast["solveig"], Box.DEPARTMENTS).text == "Job og Ydelse 24.\u00a0nov."


def test_an_unchanged_row_is_the_same_object(cast, case):
    [first] = board.show(cast["solveig"], EVERYTHING).rows
    [second] = board.show(cast["rikke"], EVERYTHING).rows

    assert first is second


# ── filters ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def many(cast):
    """Cases that Rikke sees, one for each filter, one for none, and a suspicion that nobody has taken."""
    a_case(cast, "PLAIN")
    a_task(a_case(cast, "LATER"), due_on=YESTERDAY, assignee=cast["lars"])
    a_task(a_case(cast, "NOBOD"))
    a_task(a_case(cast, "MINES"), assignee=cast["rikke"])
    a_task(a_case(cast, "QUEUE"), department=department("arbejdsmarkedsservice"))
    a_task(a_case(cast, "WAITS"), status="waiting", reason="svar", assignee=cast["ulla"])
    a_meeting(cast, a_case(cast, "MEETS"), time.now() + timedelta(days=2))
    a_case(cast, "TAKEN", phase="suspicion", claimed_at=None)
    a_case(cast, "PHASE", phase="sparring", people=(("rasmus", "primary-contact"), ("rikke", "resource")))


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (BoardFilter(overdue=True), {"LATER"}),
        (BoardFilter(unowned=True), {"NOBOD"}),
        (BoardFilter(mine=True), {"MINES"}),
        (BoardFilter(my_department=True), {"QUEUE", "MINES", "LATER"}),
        (BoardFilter(phase=Phase.SPARRING), {"PHASE"}),
        (BoardFilter(waiting=True), {"WAITS"}),
        (BoardFilter(meetings=True), {"MEETS"}),
        (BoardFilter(untaken=True), {"TAKEN"}),
        (BoardFilter(overdue=True, mine=True), set()),
        (BoardFilter(), {"PLAIN", "LATER", "NOBOD", "MINES", "QUEUE", "PHASE", "WAITS", "MEETS"}),
    ],
    ids=["overdue", "unowned", "mine", "my-department", "phase", "waiting", "meetings", "untaken", "two", "none"],
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

    assert shown.counts == (8, 1, 1, 1, 1, 1)  # cases, overdue, unowned, waiting, meetings, untaken


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (BoardFilter(), 5),
        (BoardFilter(waiting=True), 1),
        (BoardFilter(overdue=True), 1),
        (BoardFilter(unowned=True), 1),
        (BoardFilter(mine=True), 1),
        (BoardFilter(my_department=True), 3),
        (BoardFilter(phase=Phase.SPARRING), 0),
    ],
    ids=["none", "waiting", "overdue", "unowned", "mine", "my-department", "phase"],
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


def test_an_unclaimed_suspicion_is_a_row_only_where_these_are_asked_for(cast):
    a_case(cast, phase="suspicion", claimed_at=None, people=())

    assert board.show(cast["ruth"], EVERYTHING).rows == []
    assert [row.is_untaken for row in board.show(cast["ruth"], BoardFilter(untaken=True)).rows] == [True]
    assert board.show(cast["jonas"], BoardFilter(untaken=True)).rows == []
