"""Tasks: planned from the workflow, owned, worked on, closed, and the rules that say no."""

from datetime import date

import pytest

from skanderborg import clock as time
from skanderborg import content
from skanderborg.domain import tasks
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Box, TaskKind, TaskStatus
from skanderborg.pages import tasks as task_pages
from skanderborg.store.cases import Case, Relation
from skanderborg.store.db import begin, change, insert, rewrite
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.record import Note
from skanderborg.store.work import Task
from tests.made import a_case, a_task, department, exclude, opened, seen

TODAY = date(2026, 11, 20)  # a Friday


@pytest.fixture
def task(case):
    return a_task(case, due_on=date(2026, 11, 25))


def letters_to() -> set[str]:
    return {row.person.username for row in OutboxLetter.select().where(OutboxLetter.void_at.is_null())}


# ── planned ─────────────────────────────────────────────────────────────────────────────────────────


def planned(cast, **columns) -> dict[str, Task]:
    case = opened(cast["solveig"], a_case(cast, **columns))
    return {task.template: task for task in tasks.plan(cast["solveig"], case)}


def test_an_exposed_citizen_is_referred_to_both_dansk_stalking_center_and_the_police(cast):
    made = planned(cast, citizen_role="exposed")

    assert {task.organisation for task in made.values() if task.kind == TaskKind.REFERRAL} == {"dsc", "police"}


def test_the_exposed_citizen_is_to_be_informed_of_the_course_as_a_task_of_its_own(cast):
    """D-13: within two working days, and the card demands it."""
    made = planned(cast, citizen_role="exposed")

    assert (made["inform"].title, made["inform"].must) == ("Informér borgeren om forløbet", True)
    assert made["inform"].due_on == date(2026, 11, 24)


def test_a_perpetrators_case_gets_nothing_of_the_exposeds(cast):
    made = planned(cast, citizen_role="perpetrator")

    assert "inform-perpetrator" in made
    assert not made.keys() & {"inform", "refusal", "document", "refer-police", "network-review"}


def test_an_unknown_role_gets_the_common_tasks_and_the_rest_when_it_is_known(cast):
    case = a_case(cast, citizen_role="unknown")
    common = tasks.plan(cast["solveig"], opened(cast["solveig"], case))
    Case.update(citizen_role="exposed").where(Case.ref == case.ref).execute()

    rest = tasks.plan(cast["solveig"], opened(cast["solveig"], case))

    assert {task.template for task in common} == {"acute", "involved", "needs", "departments"}
    assert "refer-police" in {task.template for task in rest}
    assert not {task.template for task in rest} & {task.template for task in common}


def test_planning_twice_plans_nothing_more(cast, case):
    tasks.plan(cast["solveig"], opened(cast["solveig"], case))

    assert tasks.plan(cast["solveig"], opened(cast["solveig"], case)) == []


def test_the_acute_assessment_is_due_today_and_the_rest_in_working_days(cast):
    made = planned(cast)

    assert made["acute"].due_on == TODAY
    assert made["refer-police"].due_on == date(2026, 11, 24)  # two working days after a Friday


def test_tasks_about_children_come_only_where_there_are_children(cast):
    assert "institution" not in planned(cast, code="AAAAA", children="unknown")
    assert "institution" in planned(cast, code="BBBBB", children="yes")


def test_what_the_card_demands_goes_to_the_tovholder_and_the_rest_to_nobody_yet(cast):
    made = planned(cast, children="yes")

    assert made["acute"].assignee_id == cast["solveig"].ref
    assert made["safe-reminder"].assignee_id is None


def test_every_template_is_planned_for_someone_but_the_duty_that_is_everyones_own(cast):
    names = set()
    for code, role in (("AAAAA", "exposed"), ("BBBBB", "perpetrator"), ("CCCCC", "unknown")):
        names |= planned(cast, code=code, citizen_role=role, children="yes").keys()

    assert names == content.workflow().keys() - {"child-report"}


# ── made by hand, and owned ─────────────────────────────────────────────────────────────────────────


def test_a_free_task_tells_the_one_who_gets_it(cast, case):
    tasks.create(cast["solveig"], opened(cast["solveig"], case), title="Ring", box=Box.NETWORK, due_on=TODAY,
                 brief="kort", assignee=cast["ulla"], key="k")  # fmt: skip

    assert letters_to() == {"ulla"}


def test_a_form_sent_twice_makes_one_task(cast, case):
    for _ in range(2):
        tasks.create(cast["solveig"], opened(cast["solveig"], case), title="Ring", box=Box.NETWORK, due_on=TODAY,
                     brief=None, key="k")  # fmt: skip

    assert Task.select().count() == 1


def test_who_only_takes_part_gives_no_task_to_others(cast, case):
    with pytest.raises(NotAllowed):
        tasks.create(cast["rasmus"], opened(cast["rasmus"], case), title="Ring", box=Box.NETWORK, due_on=TODAY,
                     brief=None, assignee=cast["ulla"], key="k")  # fmt: skip


def test_a_deadline_that_has_passed_is_refused(cast, case):
    with pytest.raises(Invalid, match="passeret"):
        tasks.create(cast["solveig"], opened(cast["solveig"], case), title="Ring", box=Box.NETWORK,
                     due_on=date(2026, 11, 19), brief=None, key="k")  # fmt: skip


def test_of_two_who_assign_at_once_the_second_is_told(cast, task):
    first, second = seen(cast["solveig"], task), seen(cast["rikke"], task)
    tasks.assign(cast["solveig"], first, cast["jonas"], None, seen_version=1)

    with pytest.raises(Conflict):
        tasks.assign(cast["rikke"], second, cast["ulla"], None, seen_version=1)
    assert letters_to() == {"jonas"}
    assert Task.get_by_id(task.ref).assignee_id == cast["jonas"].ref


def test_assigning_the_same_person_twice_owes_one_letter(cast, task):
    once = tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)
    tasks.assign(cast["rikke"], once, cast["jonas"], None, once.version)

    assert OutboxLetter.select().count() == 1


def test_a_department_is_told_one_by_one_and_nobody_who_is_excluded(cast, case, task):
    exclude(case, cast["solveig"], person=cast["ulla"])

    tasks.assign(cast["rikke"], seen(cast["rikke"], task), None, department("boern-unge"), 1)

    assert letters_to() == {"ruth"}
    assert all("@" not in letter.words for letter in OutboxLetter.select())


def test_an_excluded_person_is_refused(cast, case, task):
    exclude(case, cast["solveig"], person=cast["jonas"])

    with pytest.raises(Invalid, match="spærret") as refused:
        tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)
    assert refused.value.field == "owner"


def test_a_department_of_excluded_people_only_is_refused(cast, case, task):
    exclude(case, cast["solveig"], department=department("jobcenter"))

    with pytest.raises(Invalid):
        tasks.assign(cast["rikke"], seen(cast["rikke"], task), None, department("jobcenter"), 1)


def test_a_restricted_case_gives_nothing_to_a_queue(cast):
    task = a_task(a_case(cast, restricted=True))

    with pytest.raises(Invalid, match="navngivne"):
        tasks.assign(cast["rikke"], seen(cast["rikke"], task), None, department("jobcenter"), 1)


def test_a_task_is_assigned_to_someone(cast, task):
    with pytest.raises(Invalid, match="Vælg, hvem"):
        tasks.assign(cast["rikke"], seen(cast["rikke"], task), None, None, 1)


def test_who_takes_part_cannot_assign(cast, task):
    with pytest.raises(NotAllowed):
        tasks.assign(cast["rasmus"], seen(cast["rasmus"], task), cast["jonas"], None, 1)


def test_one_of_a_department_takes_its_task(cast, case):
    task = a_task(case, department=department("jobcenter"))

    taken = tasks.take(cast["jonas"], seen(cast["jonas"], task), 1)

    assert (taken.assignee_id, taken.status) == (cast["jonas"].ref, TaskStatus.ACTIVE)


def test_who_comes_second_does_not_get_the_task(cast, case):
    task = a_task(case, department=department("boern-unge"))
    slow = seen(cast["ulla"], task)
    tasks.take(cast["ruth"], seen(cast["ruth"], task), 1)

    with pytest.raises(Conflict):
        tasks.take(cast["ulla"], slow, 1)


def test_a_helper_sees_the_task_until_excluded(cast, case):
    task = a_task(case, assignee=cast["ulla"])
    before = seen(cast["ulla"], task)

    exclude(case, cast["solveig"], person=cast["ulla"])

    assert before.title == "Ring til søsteren"
    with pytest.raises(NotFound):
        seen(cast["ulla"], task)


def test_the_duty_to_report_concern_for_a_child_is_a_persons(cast, case):
    task = a_task(case, kind="child-report", box="safety", assignee=cast["rikke"], duty_of=cast["rikke"])

    with pytest.raises(NotAllowed):
        tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["solveig"], None, 1)


# ── worked on ───────────────────────────────────────────────────────────────────────────────────────


def test_a_task_done_twice_is_done_once(cast, task):
    done = tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)
    again = tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)

    assert (again.status, again.version) == (TaskStatus.DONE, done.version)
    assert Event.select().where(Event.action == "task:completed").count() == 1


def test_a_done_task_is_not_assigned_by_a_stale_page(cast, task):
    tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)

    with pytest.raises(Invalid, match="Genåbn"):
        tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)


def test_a_letter_about_a_task_that_was_done_first_is_never_sent(cast, task):
    given = tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)

    tasks.complete(cast["solveig"], seen(cast["solveig"], task), given.version)

    assert letters_to() == set()


def test_a_task_is_set_aside_with_a_reason_only(cast, task):
    with pytest.raises(Invalid):
        tasks.not_relevant(cast["solveig"], seen(cast["solveig"], task), None, 1)

    set_aside = tasks.not_relevant(cast["solveig"], seen(cast["solveig"], task), "flyttet", 1)

    assert (set_aside.status, set_aside.reason) == (TaskStatus.NOT_RELEVANT, "flyttet")


def test_waiting_says_for_what(cast, task):
    with pytest.raises(Invalid):
        tasks.wait(cast["solveig"], seen(cast["solveig"], task), None, 1)

    assert tasks.wait(cast["solveig"], seen(cast["solveig"], task), "svar fra søsteren", 1).status == "waiting"


def test_a_may_is_postponed_without_a_reason(cast, task):
    later = tasks.postpone(cast["solveig"], seen(cast["solveig"], task), date(2026, 12, 1), None, 1)

    assert later.due_on == date(2026, 12, 1)


def test_a_must_is_postponed_with_a_reason_only(cast, case):
    task = a_task(case, must=True, due_on=TODAY)
    with pytest.raises(Invalid) as refused:
        tasks.postpone(cast["solveig"], seen(cast["solveig"], task), date(2026, 12, 1), None, 1)

    later = tasks.postpone(cast["solveig"], seen(cast["solveig"], task), date(2026, 12, 1), "borgeren er rejst", 1)

    assert refused.value.field == "reason"
    assert (later.due_on, later.postpone_reason) == (date(2026, 12, 1), "borgeren er rejst")


def test_a_task_opened_again_is_nobodys_if_its_owner_was_excluded_meanwhile(cast, case):
    task = a_task(case, assignee=cast["jonas"], status="done", closed_at=time.now())
    exclude(case, cast["solveig"], person=cast["jonas"])

    assert tasks.reopen(cast["solveig"], seen(cast["solveig"], task), 1).assignee_id is None


@pytest.mark.parametrize("why", ["restricted", "excluded"])
def test_a_task_opened_again_is_not_in_a_queue_that_may_see_nothing(cast, why):
    case = a_case(cast, restricted=why == "restricted")
    task = a_task(case, department=department("jobcenter"), status="done", closed_at=time.now())
    if why == "excluded":
        exclude(case, cast["solveig"], department=department("jobcenter"))

    assert tasks.reopen(cast["solveig"], seen(cast["solveig"], task), 1).department_id is None


def test_who_does_what_lay_in_a_queue_has_taken_it(cast, case):
    task = a_task(case, department=department("jobcenter"))

    assert tasks.complete(cast["jonas"], seen(cast["jonas"], task), 1).assignee == cast["jonas"]


def test_a_task_opened_again_is_no_longer_postponed(cast, task):
    later = tasks.postpone(cast["solveig"], seen(cast["solveig"], task), date(2026, 12, 1), "borgeren er rejst", 1)
    done = tasks.complete(cast["solveig"], later, later.version)

    assert tasks.reopen(cast["solveig"], done, done.version).postpone_reason is None


@pytest.mark.parametrize("kind", ["safety", "child-report"])
def test_safety_and_concern_for_a_child_are_never_postponed(cast, case, kind):
    task = a_task(case, kind=kind, box="safety", due_on=TODAY, assignee=cast["solveig"])

    with pytest.raises(Invalid, match="ikke udskydes"):
        tasks.postpone(cast["solveig"], seen(cast["solveig"], task), date(2026, 12, 1), "travlt", 1)


def test_a_deadline_years_ahead_is_a_slip_of_the_finger(cast, case, task):
    def refused(verb, *args, **said):
        with pytest.raises(Invalid, match="Fristen ligger mere end to år fremme") as error:
            verb(cast["solveig"], *args, **said)
        return error.value.field

    too_far, far = date(2028, 11, 21), date(2028, 11, 20)

    assert refused(tasks.postpone, seen(cast["solveig"], task), too_far, None, 1) == "due_on"
    assert refused(tasks.create, opened(cast["solveig"], case), title="x", box=Box.NETWORK, due_on=too_far,
                   brief=None) == "due_on"  # fmt: skip
    assert tasks.postpone(cast["solveig"], seen(cast["solveig"], task), far, None, 1).due_on == far


def test_nothing_is_postponed_into_the_past(cast, task):
    with pytest.raises(Invalid, match="passeret"):
        tasks.postpone(cast["solveig"], seen(cast["solveig"], task), date(2026, 11, 19), None, 1)


@pytest.mark.parametrize("kind", ["referral", "request"])
def test_a_task_that_stands_for_a_fact_is_closed_by_it_only(cast, case, kind):
    task = a_task(case, kind=kind, box="referral")
    with pytest.raises(Invalid):
        tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)
    with pytest.raises(Invalid):
        tasks.not_relevant(cast["solveig"], seen(cast["solveig"], task), "nej", 1)

    assert tasks.follow(cast["solveig"], task.ref, TaskStatus.DONE).closed_at == time.now()


def test_a_task_that_follows_twice_moves_once(cast, case):
    task = a_task(case, kind="request", box="departments", status="waiting")
    tasks.follow(cast["jonas"], task.ref, TaskStatus.ACTIVE, assignee=cast["jonas"])

    tasks.follow(cast["jonas"], task.ref, TaskStatus.ACTIVE, assignee=cast["jonas"])

    assert Task.get_by_id(task.ref).version == 2


def test_the_open_referral_is_found_by_its_organisation(cast, case):
    a_task(case, kind="referral", box="referral", organisation="dsc")

    assert tasks.referral_task(case.ref, "dsc")
    assert tasks.referral_task(case.ref, "police") is None


def test_a_closed_task_is_opened_again(cast, task):
    done = tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)

    again = tasks.reopen(cast["solveig"], seen(cast["solveig"], task), done.version)

    assert (again.status, again.closed_at) == (TaskStatus.NOT_STARTED, None)


def test_nothing_is_done_in_a_closed_case(cast):
    task = a_task(a_case(cast, phase="closed", closed_at=time.now()))

    with pytest.raises(Invalid, match="afsluttet"):
        tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)


def test_every_change_of_a_task_changes_the_boards_stamp(cast, case, task):
    before = Case.get_by_id(case.ref).board_stamp

    tasks.start(cast["solveig"], seen(cast["solveig"], task), 1)

    assert Case.get_by_id(case.ref).board_stamp == before + 1


def test_no_write_of_what_the_board_shows_can_forget_its_stamp(cast, case, task):
    """Whichever way a row is written, and whatever verb writes it: the stamp moves once a transaction."""

    def stamps(*writes) -> int:
        before = Case.get_by_id(case.ref).board_stamp
        with begin():
            for write in writes:
                write()
        return Case.get_by_id(case.ref).board_stamp - before

    assert stamps(lambda: change(Task.get_by_id(task.ref), 1, title="En anden titel")) == 1
    assert stamps(lambda: rewrite(Relation, Relation.case == case.ref, until_at=time.now())) == 1
    assert stamps(lambda: a_task(case), lambda: a_task(case)) == 1
    assert stamps(lambda: rewrite(Case, Case.ref == case.ref, is_acute=True)) == 1
    assert stamps(lambda: insert(Note, case=case.ref, by=cast["solveig"], at=time.now(), text="Ringet")) == 0


def test_the_look_at_a_task_is_written_down(cast, task):
    task_pages.show(cast["rasmus"], task.ref)

    assert Event.select().where(Event.action == "task:read", Event.object_ref == task.ref).count() == 1


def test_the_tasks_of_a_case_come_with_their_owners_in_one_query(cast, case, queries):
    for _ in range(5):
        a_task(case, assignee=cast["ulla"], department=department("jobcenter"))
    mine = opened(cast["solveig"], case)
    queries.clear()

    names = {task.assignee.name for task in tasks.of_case(cast["solveig"], mine)}

    assert names == {"Ulla Ulv"}
    assert len(queries) == 1
