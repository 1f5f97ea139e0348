"""Who sees what: relations, helpers, unclaimed suspicions, and exclusion above all."""

import pytest

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.domain import access
from skanderborg.domain.requests import addressees
from skanderborg.errors import NotAllowed, NotFound
from skanderborg.policy import Action
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.db import begin, insert, new_ref
from skanderborg.store.people import Absence, Department, Membership, Person
from skanderborg.store.work import Meeting, Participant, Request, Task

JOBCENTER = "jobcenter"


@pytest.fixture
def task(case):
    with begin():
        department = Department.get(Department.key == JOBCENTER)
        return insert(Task, case=case, kind="plain", box="network", title="ring", status="not-started",
                      department=department, created_at=time.now())  # fmt: skip


@pytest.fixture
def request_(case, task, cast):
    with begin():
        return insert(
            Request, case=case, task=task, department=task.department_id, asker=cast["solveig"], status="sent",
            ask="?", contact_rules="ring ikke", basis="necessary", party_works_there="no", due_on="2026-11-27",
            created_at=time.now(), sent_at=time.now(),
        )  # fmt: skip


@pytest.fixture
def meeting(case, cast):
    with begin():
        meeting = insert(
            Meeting, case=case, kind="follow-up", party="staff", starts_at=time.now(),
            ends_at=time.next_working_morning(time.now(), time.local(time.now()).time()), wall_start="x",
            zone="Europe/Copenhagen", status="planned", by=cast["solveig"], created_at=time.now(),
        )  # fmt: skip
        insert(Participant, meeting=meeting, person=cast["lars"], added_at=time.now())
    return meeting


def exclude(case: Case, by: Person, **whom: object) -> None:
    with begin():
        insert(Exclusion, case=case, reason="i familie", by=by, from_at=time.now(), **whom)


@pytest.mark.parametrize("name", ["solveig", "rikke", "rasmus"])
def test_a_relation_gives_sight_of_the_case(case, cast, name):
    assert policy.case_for(cast[name], case.ref, Action.CASE_READ).ref == case.ref


@pytest.mark.parametrize("name", ["jonas", "ulla", "ruth", "lars", "dorte", "admin"])
def test_neither_a_role_nor_a_department_gives_sight_of_a_case(case, cast, name):
    with pytest.raises(NotFound):
        policy.case_for(cast[name], case.ref, Action.CASE_READ)


def test_hidden_and_missing_are_the_same_answer(case, cast):
    with pytest.raises(NotFound) as hidden:
        policy.case_for(cast["jonas"], case.ref, Action.CASE_READ)
    with pytest.raises(NotFound) as missing:
        policy.case_for(cast["jonas"], new_ref(), Action.CASE_READ)

    assert hidden.value.message == missing.value.message


def test_who_takes_part_may_work_but_not_assign(case, cast):
    seen = policy.case_for(cast["rasmus"], case.ref, Action.CASE_READ)

    assert policy.may(cast["rasmus"], Action.CASE_WORK, seen)
    with pytest.raises(NotAllowed):
        policy.case_for(cast["rasmus"], case.ref, Action.TASK_ASSIGN)


def test_the_resource_person_may_do_all_but_hand_the_case_over(case, cast):
    seen = policy.case_for(cast["rikke"], case.ref, Action.TASK_ASSIGN)

    assert not policy.may(cast["rikke"], Action.CASE_HAND_OVER, seen)


def test_a_relation_that_ended_gives_nothing(case, cast):
    with begin():
        Relation.update(until_at=time.now()).where(Relation.person == cast["rasmus"].ref).execute()

    with pytest.raises(NotFound):
        policy.case_for(cast["rasmus"], case.ref, Action.CASE_READ)


def test_who_works_in_the_department_sees_its_task_and_not_the_case(task, case, cast):
    assert policy.task_for(cast["jonas"], task.ref, Action.TASK_WORK).ref == task.ref
    with pytest.raises(NotFound):
        policy.case_for(cast["jonas"], case.ref, Action.CASE_READ)


def test_a_helper_may_not_assign(task, cast):
    with pytest.raises(NotAllowed):
        policy.task_for(cast["jonas"], task.ref, Action.TASK_ASSIGN)


def test_another_department_does_not_see_the_task(task, cast):
    with pytest.raises(NotFound):
        policy.task_for(cast["ulla"], task.ref, Action.TASK_READ)


def test_the_department_sees_its_request(request_, cast):
    assert policy.request_for(cast["jonas"], request_.ref, Action.REQUEST_HANDLE).ref == request_.ref


def test_a_request_to_a_named_person_is_hidden_from_the_rest_of_the_department(request_, cast):
    with begin():
        Request.update(named=cast["ulla"]).where(Request.ref == request_.ref).execute()

    with pytest.raises(NotFound):
        policy.request_for(cast["jonas"], request_.ref, Action.REQUEST_READ)


def test_a_request_held_back_is_not_seen_by_the_department(request_, cast):
    with begin():
        Request.update(status="held-back", sent_at=None).where(Request.ref == request_.ref).execute()

    with pytest.raises(NotFound):
        policy.request_for(cast["jonas"], request_.ref, Action.REQUEST_READ)


def test_who_is_asked_to_a_meeting_sees_it_and_not_the_case(meeting, case, cast):
    assert policy.meeting_for(cast["lars"], meeting.ref, Action.MEETING_READ).ref == meeting.ref
    with pytest.raises(NotFound):
        policy.case_for(cast["lars"], case.ref, Action.CASE_READ)


@pytest.mark.parametrize("name", ["rikke", "rasmus"])
def test_exclusion_beats_every_relation(case, cast, name):
    exclude(case, cast["solveig"], person=cast[name])

    with pytest.raises(NotFound):
        policy.case_for(cast[name], case.ref, Action.CASE_READ)


def test_exclusion_of_a_department_holds_for_everyone_in_it(task, case, cast):
    exclude(case, cast["solveig"], department=task.department_id)

    with pytest.raises(NotFound):
        policy.task_for(cast["jonas"], task.ref, Action.TASK_READ)


def test_exclusion_hides_a_request_and_a_meeting(request_, meeting, case, cast):
    exclude(case, cast["solveig"], person=cast["jonas"])
    exclude(case, cast["solveig"], person=cast["lars"])

    with pytest.raises(NotFound):
        policy.request_for(cast["jonas"], request_.ref, Action.REQUEST_READ)
    with pytest.raises(NotFound):
        policy.meeting_for(cast["lars"], meeting.ref, Action.MEETING_READ)


def test_exclusion_keeps_a_case_out_of_every_list(case, cast):
    exclude(case, cast["solveig"], person=cast["rikke"])

    assert not policy.visible_cases(cast["rikke"]).exists()


def test_a_lifted_exclusion_gives_the_sight_back(case, cast):
    exclude(case, cast["solveig"], person=cast["rikke"])
    with begin():
        Exclusion.update(until_at=time.now()).execute()

    assert policy.case_for(cast["rikke"], case.ref, Action.CASE_READ)


@pytest.mark.parametrize("whom", ["person", "department", "lifted"])
def test_whoever_asks_gets_the_same_answer_about_who_is_shut_out(case, cast, whom):
    exclude(case, cast["solveig"], **(
        {"person": cast["jonas"]} if whom == "person" else {"department": Department.get(Department.key == JOBCENTER)}
    ))  # fmt: skip
    if whom == "lifted":
        with begin():
            Exclusion.update(until_at=time.now()).execute()
    expected = set() if whom == "lifted" else {cast["jonas"].ref}

    asked_alone = {one.ref for one in cast.values() if Case.select().where(policy.is_excluded(one.ref, Case.ref))}
    beside_people = {
        ref for (ref,) in Person.select(Person.ref).where(policy.is_excluded(Person.ref, case.ref)).tuples()
    }
    may_have_part = {ref for (ref,) in Person.select(Person.ref).where(policy.may_have_part(case.ref)).tuples()}

    kept_by_role = {cast["admin"].ref, cast["dorte"].ref}
    assert asked_alone == beside_people == access.excluded_persons(case.ref) - kept_by_role == expected
    assert (cast["jonas"].ref in may_have_part) == (whom == "lifted")


@pytest.mark.parametrize("party_works_there", ["no", "yes", "unknown"])
@pytest.mark.parametrize("restricted", [False, True])
def test_a_row_and_a_query_agree_on_which_requests_are_secret(request_, case, party_works_there, restricted):
    with begin():
        Request.update(party_works_there=party_works_there).where(Request.ref == request_.ref).execute()
        Case.update(restricted=restricted).where(Case.ref == case.ref).execute()
    row = Request.select(Request, Case).join(Case).where(Request.ref == request_.ref).get()
    said = policy.is_for_named_only(Request.party_works_there, Case.restricted)

    of_the_query = Request.select().join(Case).where(Request.ref == row.ref, said).exists()

    assert addressees.is_for_named_only(row) == of_the_query == (restricted or party_works_there != "no")


class TestUnclaimedSuspicion:
    @pytest.fixture
    def suspicion(self, case, cast):
        with begin():
            Case.update(phase="suspicion", claimed_at=None).where(Case.ref == case.ref).execute()
            Relation.update(until_at=time.now()).where(Relation.case == case.ref).execute()
        return case

    @pytest.mark.parametrize("name", ["rikke", "rasmus", "ruth"])
    def test_every_resource_person_may_take_it(self, suspicion, cast, name):
        assert policy.case_for(cast[name], suspicion.ref, Action.SUSPICION_TAKE)

    @pytest.mark.parametrize("name", ["jonas", "lars", "admin", "dorte"])
    def test_nobody_else_sees_it(self, suspicion, cast, name):
        with pytest.raises(NotFound):
            policy.case_for(cast[name], suspicion.ref, Action.CASE_READ)

    def test_an_excluded_resource_person_does_not_see_it(self, suspicion, cast):
        exclude(suspicion, cast["rikke"], person=cast["ruth"])

        with pytest.raises(NotFound):
            policy.case_for(cast["ruth"], suspicion.ref, Action.SUSPICION_TAKE)

    def test_a_restricted_one_is_for_named_persons_only(self, suspicion, cast):
        with begin():
            Case.update(restricted=True).where(Case.ref == suspicion.ref).execute()

        with pytest.raises(NotFound):
            policy.case_for(cast["ruth"], suspicion.ref, Action.CASE_READ)

    def test_once_taken_the_others_do_not_see_it(self, suspicion, cast):
        with begin():
            Case.update(claimed_at=time.now(), phase="sparring").where(Case.ref == suspicion.ref).execute()

        with pytest.raises(NotFound):
            policy.case_for(cast["ruth"], suspicion.ref, Action.CASE_READ)


def test_a_queue_sees_no_task_that_is_done(task, cast):
    policy.task_for(cast["jonas"], task.ref, Action.TASK_READ)
    with begin():
        Task.update(closed_at=time.now(), status="done").where(Task.ref == task.ref).execute()

    with pytest.raises(NotFound):
        policy.task_for(cast["jonas"], task.ref, Action.TASK_READ)


def test_a_queue_sees_no_task_of_a_case_for_named_persons(case, task, cast):
    with begin():
        Case.update(restricted=True).where(Case.ref == case.ref).execute()

    with pytest.raises(NotFound):
        policy.task_for(cast["jonas"], task.ref, Action.TASK_READ)


def test_what_one_person_may_is_not_lent_to_another(case, cast):
    seen_by_solveig = policy.case_for(cast["solveig"], case.ref, Action.CASE_READ)

    assert not policy.may(cast["jonas"], Action.CASE_READ, seen_by_solveig)


def test_a_row_that_was_not_looked_up_allows_nothing(case, cast):
    bare = Case.select().where(Case.ref == case.ref).first()

    with pytest.raises(NotAllowed):
        policy.require(cast["solveig"], Action.CASE_READ, bare)


@pytest.mark.parametrize("name", ["admin", "dorte", "lars", "rikke", "jonas"])
def test_no_role_but_the_administrators_manages_people(cast, name):
    assert policy.may(cast[name], Action.PEOPLE_MANAGE) == (name == "admin")


class TestStandingIn:
    @pytest.fixture
    def away(self, cast):
        """Jonas is away today, and Ulla stands in for him."""
        with begin():
            Person.update(substitute=cast["ulla"]).where(Person.ref == cast["jonas"].ref).execute()
            today = time.today(time.now())
            insert(Absence, person=cast["jonas"], from_on=today, to_on=today)

    def stands_in(self, cast, person: str, other: str, is_away: bool) -> None:
        """`other` is the substitute of `person`, who may be away."""
        today = time.today(time.now())
        with begin():
            Person.update(substitute=cast[other]).where(Person.ref == cast[person].ref).execute()
            if is_away:
                insert(Absence, person=cast[person], from_on=today, to_on=today)

    def test_the_substitute_of_a_substitute_who_is_away_sees_it_too(self, task, cast, away):
        self.stands_in(cast, "ulla", "ruth", is_away=True)
        with begin():
            Task.update(assignee=cast["jonas"], department=None).where(Task.ref == task.ref).execute()

        assert policy.task_for(cast["ruth"], task.ref, Action.TASK_WORK).ref == task.ref

    def test_the_substitute_of_a_substitute_who_is_present_sees_nothing(self, task, cast, away):
        self.stands_in(cast, "ulla", "ruth", is_away=False)
        with begin():
            Task.update(assignee=cast["jonas"], department=None).where(Task.ref == task.ref).execute()

        with pytest.raises(NotFound):
            policy.task_for(cast["ruth"], task.ref, Action.TASK_READ)

    def test_two_who_stand_in_for_each_other_end_the_search(self, task, cast, away):
        self.stands_in(cast, "ulla", "jonas", is_away=True)
        with begin():
            Task.update(assignee=cast["jonas"], department=None).where(Task.ref == task.ref).execute()

        assert policy.opens(cast["ulla"], task)
        assert not policy.opens(cast["ruth"], task)

    def test_the_substitute_sees_the_queue_of_who_is_away_unless_it_is_closed_to_them(self, task, case, cast, away):
        assert policy.opens(cast["ulla"], task)

        exclude(case, cast["solveig"], department=Department.get(Department.key == "ungeenheden"))
        assert policy.opens(cast["ulla"], task)  # a department that Jonas does not work in

        exclude(case, cast["solveig"], person=cast["jonas"])

        assert not policy.opens(cast["ulla"], task)

    def test_that_another_department_is_shut_out_takes_no_queue_from_the_substitute(self, task, case, cast, away):
        other = Department.get(Department.key == "ssp")
        Membership.insert(person=cast["rasmus"], department=other).execute()
        exclude(case, cast["solveig"], department=other)

        assert policy.opens(cast["ulla"], task)

    def test_the_substitute_sees_the_task_of_who_is_away(self, task, cast, away):
        with begin():
            Task.update(assignee=cast["jonas"], department=None).where(Task.ref == task.ref).execute()

        assert policy.task_for(cast["ulla"], task.ref, Action.TASK_WORK).ref == task.ref

    def test_the_substitute_sees_the_request_and_the_meeting_too(self, request_, meeting, cast, away):
        with begin():
            Request.update(handler=cast["jonas"]).where(Request.ref == request_.ref).execute()
            insert(Participant, meeting=meeting, person=cast["jonas"], added_at=time.now())

        assert policy.request_for(cast["ulla"], request_.ref, Action.REQUEST_HANDLE)
        assert policy.meeting_for(cast["ulla"], meeting.ref, Action.MEETING_READ)

    def test_back_at_work_nobody_stands_in(self, task, cast, away, clock):
        with begin():
            Task.update(assignee=cast["jonas"], department=None).where(Task.ref == task.ref).execute()
        clock.forward(hours=24)

        with pytest.raises(NotFound):
            policy.task_for(cast["ulla"], task.ref, Action.TASK_READ)

    def test_where_a_party_may_work_only_the_named_person_sees_it(self, request_, cast, away):
        with begin():
            Request.update(named=cast["jonas"], party_works_there="unknown").where(
                Request.ref == request_.ref
            ).execute()

        with pytest.raises(NotFound):
            policy.request_for(cast["ulla"], request_.ref, Action.REQUEST_READ)

    def test_an_excluded_substitute_sees_nothing(self, task, case, cast, away):
        with begin():
            Task.update(assignee=cast["jonas"], department=None).where(Task.ref == task.ref).execute()
        exclude(case, cast["solveig"], person=cast["ulla"])

        with pytest.raises(NotFound):
            policy.task_for(cast["ulla"], task.ref, Action.TASK_READ)
