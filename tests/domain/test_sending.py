"""Sending a coordination request: what may be asked of whom, on what basis, and what is held back."""

from datetime import date

import pytest

from skanderborg.addresses import address_of
from skanderborg.domain.requests import answers, sending
from skanderborg.errors import Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, Basis, TaskStatus
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Reminder, Request, Task
from tests.made import a_case, a_draft, a_request, asked_of, department, exclude, join, letters, opened, task_of

# ── sending ───────────────────────────────────────────────────────────────────────────────────────────


def test_each_active_member_of_the_department_is_told_singly(cast, case):
    a_request(cast["solveig"], case, to="boern-unge")

    assert letters("request-new") == ["ruth", "ulla"]


def test_only_the_named_person_is_told(cast, case):
    a_request(cast["solveig"], case, to="boern-unge", named=cast["ulla"])

    assert letters("request-new") == ["ulla"]


def test_a_letter_opens_the_request_and_says_nothing_of_it(cast, case):
    request = a_request(cast["solveig"], case)

    letter = OutboxLetter.get()
    assert address_of(letter.opens) == f"/a/{request.ref}"
    assert letter.words == '{"due": "fredag 27. november"}'


def test_a_named_person_must_work_in_the_department(cast, case):
    with pytest.raises(Invalid, match="arbejder i afdelingen"):
        a_request(cast["solveig"], case, named=cast["ulla"])


def test_a_disabled_person_is_not_asked(cast, case):
    cast["jonas"].update(disabled_at=case.reported_at).where(type(cast["jonas"]).ref == cast["jonas"].ref).execute()

    with pytest.raises(Invalid, match="Ingen i afdelingen"):
        a_request(cast["solveig"], case)


def test_who_is_excluded_gets_no_letter(cast, case):
    exclude(case, cast["rikke"], person=cast["ulla"])

    a_request(cast["solveig"], case, to="boern-unge")

    assert letters("request-new") == ["ruth"]


def test_an_excluded_person_cannot_be_named(cast, case):
    exclude(case, cast["rikke"], person=cast["ulla"])

    with pytest.raises(Invalid):
        a_request(cast["solveig"], case, to="boern-unge", named=cast["ulla"])


def test_a_wholly_excluded_department_cannot_be_asked(cast, case):
    exclude(case, cast["rikke"], department=department("boern-unge"))

    with pytest.raises(Invalid, match="Ingen i afdelingen"):
        a_request(cast["solveig"], case, to="boern-unge")


def test_a_restricted_case_never_asks_a_queue(cast):
    case = a_case(cast, restricted=True)

    with pytest.raises(Invalid, match="navngivne") as refused:
        a_request(cast["solveig"], case)
    assert refused.value.field == "named"
    assert a_request(cast["solveig"], case, named=cast["jonas"]).named_id == cast["jonas"].ref


@pytest.mark.parametrize("works_there", [Answer.YES, Answer.UNKNOWN])
def test_where_a_party_may_work_a_named_person_is_asked(cast, case, works_there):
    with pytest.raises(Invalid, match="navngiven"):
        a_request(cast["solveig"], case, party_works_there=works_there)


def test_section_115_is_a_basis_in_its_forums_only(cast, case):
    join(cast, "ulla", "ssp")

    assert a_request(cast["solveig"], case, to="ssp", basis=Basis.SECTION_115).basis == Basis.SECTION_115
    with pytest.raises(Invalid, match="§ 115") as refused:
        a_request(cast["solveig"], case, basis=Basis.SECTION_115)
    assert refused.value.field == "basis"


def test_section_115_is_offered_in_its_forums_only(house, cast):
    assert Basis.SECTION_115 in sending.bases(department("ssp"))
    assert Basis.SECTION_115 not in sending.bases(department("jobcenter"))


@pytest.mark.parametrize(
    "due_on", [date(2026, 11, 19), date(2026, 11, 21), date(2026, 12, 24), date(2036, 11, 20)]
)  # passed, a Saturday, a closing day, a slip of the finger
def test_a_deadline_that_cannot_be_met_is_refused(cast, case, due_on):
    with pytest.raises(Invalid) as refused:
        a_request(cast["solveig"], case, due_on=due_on)
    assert refused.value.field == "due_on"


def test_without_a_deadline_it_is_five_working_days(cast, case):
    assert a_request(cast["solveig"], case, due_on=None).due_on == date(2026, 11, 27)


def test_acute_danger_is_answered_today(cast, case):
    request = a_request(cast["solveig"], case, basis=Basis.ACUTE)

    assert request.due_on == task_of(request).due_on == date(2026, 11, 20)


def test_the_name_is_written_or_rung_and_not_both(cast, case):
    with pytest.raises(Invalid):
        a_request(cast["solveig"], case, who=None)
    with pytest.raises(Invalid):
        a_request(cast["solveig"], case, rings_with_name=True)
    assert a_request(cast["solveig"], case, who=None, rings_with_name=True).who is None


def test_what_was_typed_lies_sealed(request_):
    stored = Request.select(Request.ask, Request.who, Request.contact_rules).tuples().get()

    assert all(b"Mette" not in bytes(column) and b"Ring" not in bytes(column) for column in stored)


def test_a_participant_sends_no_request(cast, case):
    with pytest.raises(NotAllowed):
        a_request(cast["rasmus"], case)


def test_a_closed_case_asks_nobody(cast):
    case = a_case(cast, phase="closed", closed_at=a_case(cast, "OTHER").reported_at)

    with pytest.raises(Invalid, match="afsluttet"):
        a_request(cast["solveig"], case)


def test_a_form_sent_twice_makes_one_request(cast, case):
    first, again = (sending.send(cast["solveig"], opened(cast["solveig"], case), a_draft(), key="k") for _ in range(2))

    assert first.ref == again.ref
    assert Request.select().count() == Task.select().count() == OutboxLetter.select().count() == 1


def test_a_task_on_the_board_waits_with_it(request_):
    task = task_of(request_)

    assert (task.title, task.kind, task.box) == ("Anmodning til Jobcenter", "request", "departments")
    assert (task.status, task.due_on) == (TaskStatus.WAITING, date(2026, 11, 27))


def test_silence_is_reminded_of_before_and_after_the_deadline(request_):
    kinds = {row.kind for row in Reminder.select().where(Reminder.request == request_.ref)}

    assert kinds == {"request-soon", "request-overdue", "request-escalated"}


# ── held back ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def held(cast, case):
    return a_request(cast["solveig"], case, basis=Basis.UNSURE)


def test_an_unsure_basis_is_held_back_and_the_resource_person_told(cast, held):
    assert held.status == "held-back"
    assert letters("request-held") == ["rikke"]
    assert letters("request-new") == []


def test_nobody_in_the_department_sees_what_is_held_back(cast, held):
    with pytest.raises(NotFound):
        asked_of(cast["jonas"], held)


def test_what_was_withdrawn_unsent_never_reaches_the_department(cast, held):
    answers.withdraw(cast["solveig"], held, "Det var en fejl", held.version)

    assert letters("request-withdrawn") == []
    with pytest.raises(NotFound):
        asked_of(cast["jonas"], held)


def test_the_resource_person_decides_the_basis_and_it_goes_out(cast, held):
    sent = sending.release(cast["rikke"], asked_of(cast["rikke"], held), Basis.NECESSARY, held.version)

    assert (sent.status, sent.basis) == ("sent", Basis.NECESSARY)
    assert letters("request-new") == ["jonas"]
    assert asked_of(cast["jonas"], held).ref == held.ref


def test_the_tovholder_does_not_decide_the_basis(cast, held):
    with pytest.raises(NotAllowed):
        sending.release(cast["solveig"], held, Basis.CONSENT, held.version)


def test_a_deadline_that_passed_while_it_was_held_back_is_set_anew(cast, held, clock):
    clock.forward(days=10)

    sent = sending.release(cast["rikke"], asked_of(cast["rikke"], held), Basis.NECESSARY, held.version)

    assert sent.due_on == task_of(sent).due_on == date(2026, 12, 7)


def test_without_a_resource_person_nothing_is_held_back(cast):
    case = a_case(cast, people=(("solveig", "primary-contact"),))

    with pytest.raises(Invalid, match="ressourceperson"):
        a_request(cast["solveig"], case, basis=Basis.UNSURE)
