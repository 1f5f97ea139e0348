"""Everyone on a case with children has an own duty to report concern for them, from the first call to the closing."""

from datetime import date, time

import pytest

from skanderborg import policy
from skanderborg.domain import access, cases, children, leaving, people, sparring, suspicions, tasks
from skanderborg.domain.access import contact, duties, ending, exclusions
from skanderborg.domain.cases import phases
from skanderborg.domain.tasks import undo
from skanderborg.errors import Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, Box, CitizenRole, ReportChannel, ReportOutcome
from skanderborg.pages import board, history, my_day, overview
from skanderborg.policy import SYSTEM, Action
from skanderborg.store.cases import Case
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.people import Absence, Person
from skanderborg.store.plans import ChildReport
from skanderborg.store.work import Task
from tests.domain.test_at_once import at_once
from tests.made import a_case, a_task, department, letters, opened

TODAY, YESTERDAY = date(2026, 11, 20), date(2026, 11, 19)
NOT_NEEDED = children.Report(ReportOutcome.NOT_NEEDED, reason="Børnene bor hos deres far og har det godt.")
CALLED = children.Report(
    ReportOutcome.NECESSARY, called_at=time(8, 30), called_whom="Vagten", known="Et barn på 8 år er bange"
)
NOT_YET = children.Report(ReportOutcome.NOT_YET, why_not_yet="Borgeren er anonym", look_on=date(2026, 11, 23))
SENT = children.Report(ReportOutcome.SENT, TODAY, "Børn & Unge", ReportChannel.DIGITAL)


def given_duties(cast, case):
    """Solveig registers a child."""
    children.register(
        cast["solveig"], opened(cast["solveig"], case), name="A", born="2018", lives_with=None, institution=None
    )
    return case


@pytest.fixture
def case(cast):
    return given_duties(cast, a_case(cast))


def duty(case, person):
    return Task.select().where(Task.case == case.ref, Task.duty_of == person.ref).order_by(Task.created_at.desc()).get()


def owners_of_open(case):
    rows = Task.select(Person.username).join(Person, on=(Task.assignee == Person.ref))
    return sorted(
        name
        for (name,) in rows.where(Task.case == case.ref, Task.kind == "child-report", Task.closed_at.is_null()).tuples()
    )


def record(person, case, report=NOT_NEEDED):
    task = policy.task_for(person, duty(case, person).ref, Action.CHILD_REPORT)
    return children.record(person, task, report)


def describe(person, case, answer):
    now = Case.get_by_id(case.ref)
    cases.describe(person, opened(person, case), now.version, citizen_role=CitizenRole.EXPOSED, children=answer,
                   name=None, what_happened="x")  # fmt: skip


# ── arises ──────────────────────────────────────────────────────────────────────────────────────────


def test_everyone_on_the_case_has_an_own_duty_from_the_moment_a_child_is_registered(case):
    """D-15."""
    assert owners_of_open(case) == ["rasmus", "rikke", "solveig"]
    assert Case.get_by_id(case.ref).children == "yes"


def test_the_duty_is_due_today_and_everyone_else_gets_a_letter(cast, case):
    assert {task.due_on for task in Task.select().where(Task.kind == "child-report")} == {TODAY}
    assert letters("task-assigned") == ["rasmus", "rikke"]


def test_a_second_child_brings_no_second_duty(cast, case):
    given_duties(cast, case)

    assert Task.select().where(Task.kind == "child-report").count() == 3


def test_saying_on_the_case_that_there_are_children_brings_the_duty(cast):
    case = a_case(cast)

    describe(cast["solveig"], case, Answer.YES)

    assert owners_of_open(case) == ["rasmus", "rikke", "solveig"]


def test_saying_afterwards_that_there_are_none_takes_nobodys_duty_away(cast, case):
    describe(cast["solveig"], case, Answer.NO)

    assert owners_of_open(case) == ["rasmus", "rikke", "solveig"]


def test_children_named_in_the_first_call_are_the_callers_duty_and_then_the_takers(cast):
    said = suspicions.Report("Fulgt hjem", CitizenRole.EXPOSED, None, None, Answer.YES, Answer.NO)

    case = suspicions.report(cast["jonas"], said, None)
    reported = owners_of_open(case)
    suspicions.take(cast["rikke"], case.ref)

    assert (reported, owners_of_open(case)) == (["jonas"], ["jonas", "rikke"])


def test_who_is_both_resource_person_and_tovholder_has_one_duty(cast):
    said = suspicions.Report("Fulgt hjem", CitizenRole.EXPOSED, None, None, Answer.YES, Answer.NO)
    case = suspicions.report(cast["rasmus"], said, None)

    suspicions.take(cast["rikke"], case.ref)

    assert Task.select().where(Task.duty_of == cast["rikke"].ref).count() == 1


def test_who_joins_later_has_an_own_duty(cast, case):
    access.grant(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "kender familien")

    assert "jonas" in owners_of_open(case)


def test_a_successor_gets_a_new_one_and_the_one_before_keeps_the_old(cast, case):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["ulla"], "Se planen")
    contact.accept(cast["ulla"], policy.case_for(cast["ulla"], case.ref, Action.CASE_ACCEPT))

    assert owners_of_open(case) == ["rasmus", "rikke", "solveig", "ulla"]


def test_an_heir_of_a_closed_account_gets_a_new_one(cast, case):
    leaving.disable(SYSTEM, cast["rikke"])
    leaving.disable(SYSTEM, cast["solveig"])

    heir = access.primary_contact(case.ref)
    assert heir.username in owners_of_open(case)


def test_where_no_children_are_known_nobody_has_a_duty(cast):
    case = a_case(cast)

    access.grant(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "kender familien")

    assert owners_of_open(case) == []


def test_two_who_join_at_once_get_one_duty_each(cast, case):
    mine = opened(cast["solveig"], case)

    got = at_once(
        *[
            lambda who=who: access.grant(cast["solveig"], mine, cast[who], "kender familien")
            for who in ("jonas", "ulla")
        ],
        lambda: access.grant(cast["rikke"], opened(cast["rikke"], case), cast["jonas"], "kender familien"),
    )

    assert not [one for one in got if isinstance(one, Exception)]
    assert owners_of_open(case) == ["jonas", "rasmus", "rikke", "solveig", "ulla"]


def test_the_database_itself_refuses_a_second_open_duty_of_one_person(cast, case):
    with pytest.raises(Exception, match=r"(?i)unique"), begin():
        Task.update(duty_of=cast["rikke"]).where(Task.ref == duty(case, cast["rasmus"]).ref).execute()


# ── nobody else's ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["solveig", "rikke", "jonas"])
@pytest.mark.parametrize("action", [Action.TASK_READ, Action.TASK_WORK, Action.CHILD_REPORT])
def test_anothers_duty_does_not_exist_for_anyone_not_even_the_tovholder(cast, case, who, action):
    with pytest.raises(NotFound):
        policy.task_for(cast[who], duty(case, cast["rasmus"]).ref, action)


def test_who_stands_in_does_not_see_the_duty_of_the_one_who_is_away(cast, case):
    with begin():
        Person.update(substitute=cast["jonas"]).where(Person.ref == cast["rasmus"].ref).execute()
        Absence.insert(ref="a" * 26, person=cast["rasmus"], from_on=TODAY, to_on=TODAY).execute()

    with pytest.raises(NotFound):
        policy.task_for(cast["jonas"], duty(case, cast["rasmus"]).ref, Action.TASK_READ)


def test_the_pages_of_a_case_show_ones_own_duty_and_how_many_are_missing(cast, case):
    record(cast["rasmus"], case)

    seen = overview.of_case(cast["solveig"], case.ref)
    box = next(view for view in seen.boxes if view.box == Box.SAFETY)
    shown = [row.task for row in (*box.open, *box.closed)]
    _, _, in_cell, progress = board.box(cast["solveig"], case.ref, Box.SAFETY)

    assert {task.duty_of_id for task in [*shown, *in_cell] if task.duty_of_id} == {cast["solveig"].ref}
    assert seen.facts.duties == progress == duties.Progress(3, 2)
    assert progress.words == "1 af 3 har vurderet sin underretningspligt"


def test_the_task_list_shows_nobody_elses_duty(cast, case):
    page = board.task_list(cast["solveig"], board.BoardFilter(), 1)

    assert [task.duty_of_id for task in page.tasks if task.duty_of_id] == [cast["solveig"].ref]


def test_the_duty_stands_in_min_dag_of_its_owner_only(cast, case):
    mine = my_day.of(cast["rasmus"]).today

    assert [task.duty_of_id for task in mine] == [cast["rasmus"].ref]


def test_the_board_is_not_filtered_by_the_duty_of_a_colleague(cast, case):
    access.grant(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "kender familien")
    access.grant(cast["solveig"], opened(cast["solveig"], case), cast["ulla"], "kender familien")

    theirs = board.show(cast["ulla"], board.BoardFilter(my_department=True)).rows
    mine = board.show(cast["ulla"], board.BoardFilter(mine=True)).rows

    assert (len(theirs), len(mine)) == (0, 1)


def test_the_history_tells_others_neither_who_assessed_nor_what_came_of_it(cast, case):
    record(cast["rasmus"], case, SENT)

    told = history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows

    [assessed] = [entry for entry in told if "vurderede sin" in entry.sentence]
    assert (assessed.who, assessed.changes) == ("En på sagen", [])
    assert not [entry for entry in told if entry.about == "Vurdér din underretningspligt" and "Rasmus" in str(entry)]


def test_the_history_tells_oneself_what_one_did(cast, case):
    record(cast["rasmus"], case, SENT)

    told = history.of_case(cast["rasmus"], opened(cast["rasmus"], case)).rows

    [assessed] = [entry for entry in told if "vurderede sin" in entry.sentence]
    assert assessed.who == cast["rasmus"].name
    assert "Underretning er sendt" in {change.after for change in assessed.changes}


def test_ones_own_reports_are_shown_to_nobody_else(cast, case):
    record(cast["rasmus"], case, SENT)

    mine = children.duties_of(cast["rasmus"], opened(cast["rasmus"], case))
    theirs = children.duties_of(cast["solveig"], opened(cast["solveig"], case))

    assert [one.receiver for one in mine.reports] == ["Børn & Unge"]
    assert (theirs.reports, theirs.progress) == ([], duties.Progress(3, 2))


# ── closed by what was done, and by nothing else ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "verb",
    [
        lambda me, task: tasks.complete(me, task, task.version),
        lambda me, task: tasks.not_relevant(me, task, "nej", task.version),
        lambda me, task: tasks.wait(me, task, "på skolen", task.version),
        lambda me, task: tasks.start(me, task, task.version),
        lambda me, task: tasks.take(me, task, task.version),
        lambda me, task: tasks.postpone(me, task, date(2026, 12, 1), "travlt", task.version),
    ],
)
def test_the_duty_is_not_worked_on_by_hand(cast, case, verb):
    rasmus = cast["rasmus"]
    task = policy.task_for(rasmus, duty(case, rasmus).ref, Action.TASK_WORK)

    with pytest.raises(Invalid):
        verb(rasmus, task)
    assert duty(case, rasmus).version == task.version


def test_the_duty_is_not_given_to_anyone_else(cast, case):
    mine = policy.task_for(cast["solveig"], duty(case, cast["solveig"]).ref, Action.TASK_WORK)

    with pytest.raises(NotAllowed):
        tasks.assign(cast["solveig"], mine, cast["rikke"], None, mine.version)


def test_a_report_that_was_sent_says_when_to_whom_and_how(cast, case):
    written = record(cast["rasmus"], case, SENT)

    assert (written.sent_on, written.receiver, written.channel) == (TODAY, "Børn & Unge", "digital")
    assert duty(case, cast["rasmus"]).status == "done"


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        (SENT._replace(sent_on=None), "sent_on"),
        (SENT._replace(sent_on=date(2026, 11, 21)), "sent_on"),
        (SENT._replace(receiver=None), "receiver"),
        (SENT._replace(channel=None), "channel"),
        (NOT_NEEDED._replace(reason=None), "reason"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(cast, case, missing, field):
    with pytest.raises(Invalid) as refused:
        record(cast["rasmus"], case, missing)

    assert refused.value.field == field
    assert owners_of_open(case) == ["rasmus", "rikke", "solveig"]


def test_what_was_written_down_is_not_written_over(cast, case):
    record(cast["rasmus"], case)

    with pytest.raises(Invalid, match="ny bekymring"):
        record(cast["rasmus"], case, SENT)
    assert ChildReport.select().count() == 1


def test_what_was_written_down_is_neither_undone_nor_opened_again(cast, case):
    record(cast["rasmus"], case)
    task = policy.task_for(cast["rasmus"], duty(case, cast["rasmus"]).ref, Action.TASK_WORK)

    assert undo.offer(cast["rasmus"], task) is None
    with pytest.raises(Invalid):
        undo.undo(cast["rasmus"], task, task.version)
    with pytest.raises(Invalid, match="ny bekymring"):
        tasks.reopen(cast["rasmus"], task, task.version)


def test_a_new_concern_brings_an_own_new_duty_once(cast, case):
    record(cast["rasmus"], case)

    first = children.assess_again(cast["rasmus"], opened(cast["rasmus"], case))
    second = children.assess_again(cast["rasmus"], opened(cast["rasmus"], case))

    assert (first.ref, first.duty_of_id, first.due_on) == (second.ref, cast["rasmus"].ref, TODAY)
    assert owners_of_open(case) == ["rasmus", "rikke", "solveig"]


def test_another_task_is_not_closed_by_a_report(cast, case):
    task = a_task(case, assignee=cast["rasmus"])

    with pytest.raises(NotFound):
        children.open_duty(cast["rasmus"], task.ref)
    with pytest.raises(NotFound):
        children.record(cast["rasmus"], policy.task_for(cast["rasmus"], task.ref, Action.CHILD_REPORT), NOT_NEEDED)


# ── where the citizen is anonymous ──────────────────────────────────────────────────────────────────


def test_necessary_asks_for_the_call_of_today_and_leaves_the_duty_open(cast, case):
    step = record(cast["rasmus"], case, CALLED)

    task = duty(case, cast["rasmus"])
    assert (step.called_at, step.called_whom, step.known) == ("08:30", "Vagten", "Et barn på 8 år er bange")
    assert (task.closed_at, task.due_on) == (None, TODAY)
    assert duties.progress(case.ref) == duties.Progress(3, 3)


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        (CALLED._replace(called_at=None), "called_at"), (CALLED._replace(called_at=time(9, 30)), "called_at"),
        (CALLED._replace(called_whom=None), "called_whom"), (CALLED._replace(known=None), "known"),
    ],
)  # fmt: skip
def test_a_call_has_a_time_that_has_been_a_name_and_what_was_told(cast, case, missing, field):
    with pytest.raises(Invalid) as refused:
        record(cast["rasmus"], case, missing)

    assert refused.value.field == field


def test_a_report_cannot_wait_before_anyone_was_called(cast, case):
    with pytest.raises(Invalid) as refused:
        record(cast["rasmus"], case, NOT_YET)

    assert refused.value.field == "called_at"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (NOT_YET._replace(why_not_yet=None), "why_not_yet"), (NOT_YET._replace(look_on=None), "look_on"),
        (NOT_YET._replace(look_on=date(2026, 11, 24)), "look_on"), (NOT_YET._replace(look_on=YESTERDAY), "look_on"),
    ],
)  # fmt: skip
def test_what_waits_says_why_and_is_looked_at_on_the_next_working_day_at_the_latest(cast, case, said, field):
    record(cast["rasmus"], case, CALLED)

    with pytest.raises(Invalid) as refused:
        record(cast["rasmus"], case, said)

    assert refused.value.field == field


def test_what_waits_stays_open_falls_due_with_the_next_look_and_is_counted_for_the_others(cast, case):
    record(cast["rasmus"], case, CALLED)
    record(cast["rasmus"], case, NOT_YET)

    task, progress = duty(case, cast["rasmus"]), duties.progress(case.ref)
    assert (task.closed_at, task.due_on, task.status) == (None, NOT_YET.look_on, "waiting")
    assert progress == children.duties_of(cast["rikke"], opened(cast["rikke"], case)).progress
    assert progress == duties.Progress(3, 3, 1)
    assert progress.words.endswith("og 1 venter på at kunne sende underretningen")


def test_call_and_wait_are_written_at_once_too_and_sent_at_last(cast, case):
    said = CALLED._replace(outcome=ReportOutcome.NOT_YET, why_not_yet="Anonym", look_on=NOT_YET.look_on)
    record(cast["rasmus"], case, said)

    record(cast["rasmus"], case, SENT)

    assert duty(case, cast["rasmus"]).closed_at
    assert duties.progress(case.ref) == duties.Progress(3, 2)


def test_nobody_else_reads_what_was_told_by_phone(cast, case):
    record(cast["rasmus"], case, CALLED)

    told = str(history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows)
    steps = [
        one for one in history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows if "skridt" in one.sentence
    ]
    mine = str(history.of_case(cast["rasmus"], opened(cast["rasmus"], case)).rows)

    assert CALLED.known not in told
    assert [one.who for one in steps] == ["En på sagen"]
    assert CALLED.known in mine


# ── who leaves ──────────────────────────────────────────────────────────────────────────────────────


def leave(cast, case, who="jonas"):
    """Jonas, who was on the case, is taken off it by Solveig."""
    mine = opened(cast["solveig"], case)
    relation = access.grant(cast["solveig"], mine, cast[who], "kender familien")
    ending.end(cast["solveig"], mine, relation.ref)
    return duty(case, cast[who])


def test_what_a_leaver_owed_is_written_down_by_the_manager_of_the_department(cast, case):
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])

    left = leave(cast, case)

    assert (left.assignee_id, left.title) == (cast["lars"].ref, duties.LEFT_BEHIND)
    assert "lars" in letters("task-assigned")


def test_the_manager_sees_that_task_and_not_the_case_and_writes_what_the_leaver_did(cast, case):
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    left = leave(cast, case)

    written = children.record(cast["lars"], policy.task_for(cast["lars"], left.ref, Action.CHILD_REPORT), SENT)

    assert (written.person_id, written.by_id) == (cast["jonas"].ref, cast["lars"].ref)
    with pytest.raises(NotFound):
        policy.case_for(cast["lars"], case.ref, Action.CASE_READ)
    with pytest.raises(NotFound):
        policy.task_for(cast["lars"], duty(case, cast["rasmus"]).ref, Action.TASK_READ)


def test_without_a_manager_the_tovholder_writes_it_down(cast, case):
    left = leave(cast, case)

    assert left.assignee_id == cast["solveig"].ref


def test_who_left_no_longer_sees_the_duty(cast, case):
    left = leave(cast, case)

    with pytest.raises(NotFound):
        policy.task_for(cast["jonas"], left.ref, Action.TASK_READ)


def test_who_comes_back_takes_over_again(cast, case):
    leave(cast, case)

    access.grant(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "er tilbage")

    again = duty(case, cast["jonas"])
    assert (again.assignee_id, again.title, again.brief) == (cast["jonas"].ref, "Vurdér din underretningspligt", None)
    assert Task.select().where(Task.duty_of == cast["jonas"].ref).count() == 1


def test_who_had_assessed_leaves_nothing_behind(cast, case):
    mine = opened(cast["solveig"], case)
    relation = access.grant(cast["solveig"], mine, cast["jonas"], "kender familien")
    record(cast["jonas"], case)

    ending.end(cast["solveig"], mine, relation.ref)

    assert owners_of_open(case) == ["rasmus", "rikke", "solveig"]


def test_what_one_who_is_excluded_owed_goes_to_the_manager_too(cast, case):
    people.set_manager(SYSTEM, "arbejdsmarkedsservice", cast["lars"])
    home = department("arbejdsmarkedsservice")
    people.Membership.insert(person=cast["rasmus"], department=home).execute()

    exclusions.exclude_person(cast["solveig"], opened(cast["solveig"], case), cast["rasmus"], "i familie")

    assert duty(case, cast["rasmus"]).assignee_id == cast["lars"].ref


def test_a_manager_who_is_excluded_keeps_nothing(cast, case):
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    leave(cast, case)

    exclusions.exclude_person(cast["solveig"], opened(cast["solveig"], case), cast["lars"], "i familie")

    assert duty(case, cast["jonas"]).assignee_id == cast["solveig"].ref


def test_the_duty_of_a_closed_account_goes_to_the_manager_and_not_into_a_queue(cast, case):
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    access.grant(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "kender familien")

    leaving.disable(SYSTEM, cast["jonas"])

    left = duty(case, cast["jonas"])
    assert (left.assignee_id, left.department_id) == (cast["lars"].ref, None)


def test_a_tovholder_whose_account_is_closed_leaves_the_duty_to_the_manager_and_not_to_the_heir(cast, case):
    leaving.disable(SYSTEM, cast["solveig"])

    assert duty(case, cast["solveig"]).assignee_id == cast["lars"].ref


def test_of_an_unclaimed_suspicion_the_duty_waits_for_the_first_tovholder(cast):
    said = suspicions.Report("Fulgt hjem", CitizenRole.EXPOSED, None, None, Answer.YES, Answer.NO)
    case = suspicions.report(cast["jonas"], said, None)
    leaving.disable(SYSTEM, cast["jonas"])
    waiting = duty(case, cast["jonas"]).assignee_id

    suspicions.take(cast["rikke"], case.ref)

    assert (waiting, duty(case, cast["jonas"]).assignee_id) == (None, cast["rikke"].ref)


# ── closing ─────────────────────────────────────────────────────────────────────────────────────────


def close(cast, case):
    mine = policy.case_for(cast["solveig"], case.ref, Action.CASE_CLOSE)
    return phases.close(cast["solveig"], mine, "Slut", "Aftalt med alle", mine.version)


def test_no_case_closes_while_one_has_yet_to_assess_and_the_answer_says_how_many_not_who(cast, case):
    """D-15."""
    record(cast["solveig"], case)

    with pytest.raises(Invalid) as refused:
        close(cast, case)

    assert "2 mangler at vurdere" in refused.value.message
    assert not [name for name in ("Rikke", "Rasmus") if name in refused.value.message]


def test_a_case_closes_when_everyone_has_assessed(cast, case):
    for name in ("solveig", "rikke", "rasmus"):
        record(cast[name], case)

    assert close(cast, case).closed_at


def test_what_was_sparring_only_does_not_close_either(cast):
    case = given_duties(cast, a_case(cast, phase="sparring"))
    mine = policy.case_for(cast["solveig"], case.ref, Action.CASE_DESCRIBE)
    sparring.keep(cast["solveig"], mine, mine.version)

    with pytest.raises(Invalid, match="3 mangler"):
        close(cast, case)


def test_who_joins_a_closed_case_has_the_duty_once_it_is_opened_again(cast, case):
    for name in ("solveig", "rikke", "rasmus"):
        record(cast[name], case)
    close(cast, case)
    access.grant(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "kender familien")
    closed = owners_of_open(case)

    mine = opened(cast["solveig"], case)
    phases.reopen(cast["solveig"], mine, "Ny hændelse", mine.version)

    assert (closed, owners_of_open(case)) == ([], ["jonas"])


def test_each_step_of_a_duty_is_written_down(cast, case):
    record(cast["rasmus"], case)
    leave(cast, case)

    written = {name for (name,) in Event.select(Event.action).where(Event.action.startswith("child-report:")).tuples()}
    assert written == {"child-report:due", "child-report:recorded", "child-report:passed-on"}
