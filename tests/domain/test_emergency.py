"""Nødadgang: who gets in, what is answered to everyone else, who hears of it, and who looks at it afterwards."""

from datetime import date, datetime, timedelta

import pytest

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.domain import cases as case_file
from skanderborg.domain import escalations, tasks
from skanderborg.domain.cases import phases
from skanderborg.domain.due import digest, things
from skanderborg.domain.emergency import opening, sheets, signing
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import EmergencyCategory, EmergencyVerdict, EventKind, OversightKind, SheetOutcome, TaskKind
from skanderborg.policy import Action
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin, insert
from skanderborg.store.emergency import EmergencyUse, PrintedSheet
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.oversight import Finding
from skanderborg.store.people import Department, Person
from skanderborg.store.work import Task
from tests.made import a_case, exclude, join, letters, opened

REASON = "Borgeren ringer og er bange nu"
AGAIN = "En anden borger står i receptionen"
KEYS = iter(range(10_000))


@pytest.fixture
def night(cast) -> Person:
    """Nora has night duty in Jobcenter, which nobody heads; Lars, the only manager, heads another department."""
    with begin():
        nora = insert(
            Person, username="nora", name="Nora Nat", plain_name="Nora Nat", email="nora@example.invalid",
            roles="night-duty", password_hash="x", created_at=time.now(),
        )  # fmt: skip
    join({"nora": nora}, "nora", "jobcenter")
    return nora


def named(case: Case, name: str, born: str | None = "1987", address: str | None = None) -> Party:
    with begin():
        return insert(
            Party, case=case, role="citizen", name=name, name_index=case_file.blind(name), born=born, address=address,
            created_at=time.now(),
        )  # fmt: skip


def asked(**said) -> opening.Asked:
    return opening.Asked(**{"category": EmergencyCategory.SEEKS_US, "reason": REASON} | said)


def look(person: Person, **said) -> EmergencyUse | None:
    return opening.open_sheet(person, asked(**said), f"key-{next(KEYS)}")


def opened_by(person: Person, case: Case, **said) -> EmergencyUse:
    use = look(person, case_code=case.code, **said)
    assert use is not None
    return use


def denied_of(person: Person) -> list[Event]:
    return list(Event.select().where(Event.actor == person.ref, Event.outcome == "denied").order_by(Event.id))


# ── in ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", [{"case_code": " k7f3q "}, {"name": "mette  MADEUP", "born": "1987"}])
def test_the_night_duty_opens_the_sheet_by_code_or_by_full_name_and_year_of_birth(case, cast, night, way):
    named(case, "Mette Madeup", "12. marts 1987")

    use = look(night, **way)

    assert (use.case_id, use.until_at - use.at) == (case.ref, timedelta(minutes=60))
    [event] = Event.select().where(Event.action == EventKind.EMERGENCY_OPENED)
    assert (event.chain, event.actor, event.object_ref) == (f"case:{case.ref}", night.ref, use.ref)


def test_it_opens_the_sheet_alone_and_no_case(case, night):
    use = opened_by(night, case)

    assert policy.emergency_for(night, use.ref, Action.EMERGENCY_READ).ref == use.ref
    assert list(policy.visible_cases(night)) == []
    for action in (Action.CASE_KNOW, Action.CASE_READ, Action.CASE_REVEAL):
        with pytest.raises(NotFound):
            policy.case_for(night, case.ref, action)


def test_the_grant_is_ones_own_and_ends(case, cast, night, clock):
    use = opened_by(night, case)

    with pytest.raises(NotFound):
        policy.emergency_for(cast["ruth"], use.ref, Action.EMERGENCY_READ)
    clock.forward(minutes=59)
    assert policy.emergency_for(night, use.ref, Action.EMERGENCY_READ)
    clock.forward(minutes=1)
    with pytest.raises(NotFound):
        policy.emergency_for(night, use.ref, Action.EMERGENCY_READ)
    assert opening.lasting(night) == []


def test_it_ends_when_the_case_is_closed_to_one_or_the_role_is_gone(case, cast, night):
    use = opened_by(night, case)
    exclude(case, cast["rikke"], person=night)

    with pytest.raises(NotFound):
        policy.emergency_for(night, use.ref, Action.EMERGENCY_READ)
    night.roles = ""
    with pytest.raises(NotAllowed):
        policy.emergency_for(night, use.ref, Action.EMERGENCY_READ)


@pytest.mark.parametrize("name", ["jonas", "solveig", "lars", "dorte", "admin"])
def test_nobody_without_the_role_looks_anything_up(case, cast, name):
    with pytest.raises(NotAllowed):
        look(cast[name], case_code=case.code)


def test_a_municipality_chooses_which_narrow_role_has_it(cast, night, bounds):
    assert policy.may(cast["ruth"], Action.EMERGENCY_OPEN)

    bounds(emergency_roles=("night-duty",))

    assert not policy.may(cast["ruth"], Action.EMERGENCY_OPEN)
    assert policy.may(night, Action.EMERGENCY_OPEN)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"case_code": "K7F3Q", "reason": "for kort"}, "reason"),
        ({"case_code": "K7F3Q", "reason": "   kort   " + " " * 20}, "reason"),
        ({}, "case_code"),
        ({"case_code": "K7F3Q", "name": "Mette Madeup"}, "case_code"),
        ({"name": "Mette", "born": "1987"}, "name"),
        ({"name": "Ukendt borger", "born": "1987"}, "name"),
        ({"name": "Mette Madeup", "born": "87"}, "born"),
        ({"name": "Mette Madeup", "born": "2099"}, "born"),
        ({"name": "Mette Madeup"}, "born"),
    ],
)
def test_what_is_not_said_as_it_must_be_is_refused_at_its_field_and_looks_nothing_up(case, night, said, field):
    with pytest.raises(Invalid) as refused:
        look(night, **said)

    assert refused.value.field == field
    assert denied_of(night) == []


# ── nothing to show ─────────────────────────────────────────────────────────────────────────────────


def closed_to(case: Case, cast, night: Person, why: str) -> None:
    if why == "excluded":
        exclude(case, cast["rikke"], person=night)
    elif why == "excluded department":
        exclude(case, cast["rikke"], department=policy.my_departments(night).first().department)
    elif why == "named persons only":
        with begin():
            Case.update(restricted=True).where(Case.ref == case.ref).execute()
    elif why == "closed":
        with begin():
            Case.update(phase="closed", closed_at=time.now()).where(Case.ref == case.ref).execute()


CLOSED = ["excluded", "excluded department", "named persons only", "closed"]


@pytest.mark.parametrize("why", CLOSED)
@pytest.mark.parametrize("way", ["code", "name"])
def test_what_is_closed_and_what_is_missing_leave_the_same(case, cast, night, queries, why, way):
    """The same answer, the same event, the same statements: nothing of a case that is closed to one is read."""
    named(case, "Mette Madeup")
    closed_to(case, cast, night, why)
    there = {"case_code": case.code} if way == "code" else {"name": "Mette Madeup", "born": "1987"}
    nowhere = {"case_code": "ZZZZZ"} if way == "code" else {"name": "Ingen Saadan", "born": "1987"}

    for tries in range(3):  # the first event of a chain costs more, and so does the third miss, of which auditors hear
        look(night, case_code=f"YYYY{tries}")

    told = []
    for said in (nowhere, there):
        queries.clear()
        assert look(night, **said) is None
        told.append([*queries])

    assert told[0] == told[1]
    assert {(one.action, one.object_kind, one.object_ref, one.is_write) for one in denied_of(night)[3:]} == {
        ("emergency:open", "look-up", way, False)
    }
    assert EmergencyUse.select().count() == 0
    assert letters("emergency-used") == []


def test_the_words_are_those_that_were_agreed_and_never_that_there_is_no_danger():
    assert opening.NOTHING == (
        "Vi kan ikke vise noget. Det betyder ikke, at der ingen fare er. Gå ikke alene ud. Ring 112 eller 114."
    )


def test_a_miss_keeps_why_one_looked_and_not_whom_for(case, night):
    look(night, name="Mette Madeup", born="1987")

    [event] = denied_of(night)
    assert event.changes["reason"] == [None, REASON]
    assert "Madeup" not in str(event.changes) + event.object_ref


def test_who_guesses_waits_and_the_auditors_are_told(case, night, clock):
    for tries in range(3):
        assert letters("emergency-alarm") == []
        assert look(night, case_code=f"ZZZZ{tries}") is None
    assert letters("emergency-alarm") == ["dorte"]

    for tries in range(3):
        look(night, case_code=f"YYYY{tries}")
    with pytest.raises(Invalid, match="Ring 112 eller 114"):
        look(night, case_code="ZZZZZ")
    assert denied_of(night)[-1].object_ref == "too-often"
    with pytest.raises(Invalid):  # and what is there is found no sooner
        look(night, case_code=case.code)
    clock.forward(minutes=20)
    assert look(night, case_code=case.code)


# ── two of one name ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two(case, cast) -> tuple[Case, Case]:
    other = a_case(cast, code="M2D8H")
    named(case, "Mette Madeup", "1987", "Opdigtet Vej 2, 8660 Skanderborg")
    named(other, "Mette Madeup", "1987", "Tænkt Allé 17")
    return case, other


def test_of_two_of_one_name_the_street_is_asked_about_and_nothing_is_listed(two, night):
    with pytest.raises(Invalid) as question:
        look(night, name="Mette Madeup", born="1987")

    assert (question.value.field, question.value.message) == ("street", opening.WHICH)
    assert not any(one in question.value.message for one in ("Opdigtet", "Tænkt", "K7F3Q", "M2D8H"))
    assert [one.object_ref for one in denied_of(night)] == ["name"]
    assert look(night, name="Mette Madeup", born="1987", street="tænkt alle").case_id == two[1].ref


def test_a_street_that_fits_neither_is_a_miss_and_one_that_fits_both_is_asked_about_again(two, night):
    assert look(night, name="Mette Madeup", born="1987", street="Ukendt Stræde") is None
    with begin():
        Party.delete().execute()
    for case in two:
        named(case, "Mette Madeup", "1987", "Opdigtet Vej 2")
    with pytest.raises(Invalid) as question:
        look(night, name="Mette Madeup", born="1987", street="Opdigtet Vej")
    assert question.value.field == "street"


def test_of_two_of_one_name_the_year_tells_them_apart_and_one_that_is_closed_does_not_count(two, cast, night):
    exclude(two[1], cast["rikke"], person=night)

    assert look(night, name="Mette Madeup", born="1987").case_id == two[0].ref
    assert look(night, name="Mette Madeup", born="1988", why_again=AGAIN) is None


def test_who_is_named_otherwise_in_a_case_is_not_looked_up(case, night):
    with begin():
        insert(Party, case=case, role="opposing", name="Per Part", name_index=case_file.blind("Per Part"), born="1980",
               created_at=time.now())  # fmt: skip

    assert look(night, name="Per Part", born="1980") is None


# ── a second one ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("again", [None, "for kort", REASON])
def test_a_second_one_while_one_lasts_needs_a_reason_of_its_own_before_anything_is_looked_up(case, cast, night, again):
    other = a_case(cast, code="M2D8H")
    opened_by(night, case)

    for code in (other.code, "ZZZZZ"):
        with pytest.raises(Invalid) as refused:
            look(night, case_code=code, why_again=again)
        assert refused.value.field == "why_again"
    assert denied_of(night) == []


def test_a_second_one_while_one_lasts_alarms_at_once(case, cast, night, clock):
    other = a_case(cast, code="M2D8H")
    opened_by(night, case)

    second = opened_by(night, other, why_again=AGAIN)

    assert second.why_again == AGAIN
    assert letters("emergency-alarm") == ["dorte", "lars", "rikke", "solveig"]
    clock.forward(minutes=61)
    third = opened_by(night, other, why_again=AGAIN)
    assert third.why_again is None
    assert len(letters("emergency-alarm")) == 4


def test_the_same_form_sent_twice_is_one_use(case, night):
    first, second = (opening.open_sheet(night, asked(case_code=case.code), "k") for _ in range(2))

    assert first.ref == second.ref
    assert EmergencyUse.select().count() == 1


# ── who hears of it ─────────────────────────────────────────────────────────────────────────────────


def test_tovholder_resource_persons_and_manager_get_a_letter(case, cast, night):
    use = opened_by(night, case)

    assert letters("emergency-used") == ["rikke", "solveig"]
    assert letters("emergency-sign") == ["lars"]
    opens = {one.opens for one in OutboxLetter.select().where(OutboxLetter.about == f"emergency_use:{use.ref}")}
    assert opens == {f"emergency_of_case:{case.ref}", f"emergencies:{case.ref}"}


def test_what_happens_next_withdraws_no_letter_to_those_whose_case_it_is(case, cast, night):
    use = opened_by(night, case)

    signing.sign(cast["lars"], use.ref, EmergencyVerdict.JUSTIFIED, None, 1)

    assert letters("emergency-used") == ["rikke", "solveig"]
    assert letters("emergency-sign") == []


def test_the_address_is_seen_with_a_reason_once_and_written_down(case, night):
    use = policy.emergency_for(night, opened_by(night, case).ref, Action.EMERGENCY_READ)

    with pytest.raises(Invalid):
        opening.reveal(night, use, "kort", "k1")
    assert opening.reveal(night, use, "Patruljen skal derud", "k1")
    assert not opening.reveal(night, use, "Patruljen skal derud", "k1")

    [event] = Event.select().where(Event.action == EventKind.EMERGENCY_REVEALED)
    assert (event.chain, event.changes) == (f"case:{case.ref}", {"reason": [None, "Patruljen skal derud"]})
    assert EmergencyUse.get().revealed_at is not None


# ── who looks at it ─────────────────────────────────────────────────────────────────────────────────


def test_a_manager_signs_it_off_and_it_waits_until_then(case, cast, night, clock):
    use = opened_by(night, case)
    lars = cast["lars"]

    assert signing.count(lars) == 1
    assert [one.person.name for one in signing.waiting(lars)] == ["Nora Nat"]
    assert f"emergency_use:{use.ref}" in things.found_by(lars, time.now())
    assert lars.ref in things.waiting(time.now())

    signed = signing.sign(lars, use.ref, EmergencyVerdict.JUSTIFIED, None, use.version)

    assert (signed.signed_by_id, signed.verdict, signing.count(lars)) == (lars.ref, EmergencyVerdict.JUSTIFIED, 0)
    assert things.found_by(lars, time.now()) == {}
    with pytest.raises(NotFound):
        signing.sign(lars, use.ref, EmergencyVerdict.JUSTIFIED, None, use.version)


def test_the_digest_counts_it_when_the_letter_was_not_enough(case, cast, night, clock):
    opened_by(night, case)
    clock.move_to(datetime(2026, 11, 24, 7, 31))

    digest.owe_due(time.now())

    assert "lars" in letters("digest")


def test_that_there_was_no_need_of_it_wants_a_note_and_tells_the_auditors(case, cast, night):
    use = opened_by(night, case)

    with pytest.raises(Invalid) as refused:
        signing.sign(cast["lars"], use.ref, EmergencyVerdict.NOT_JUSTIFIED, None, use.version)
    assert refused.value.field == "note"
    signing.sign(cast["lars"], use.ref, EmergencyVerdict.NOT_JUSTIFIED, "Vi taler om det", use.version)

    assert letters("emergency-alarm") == ["dorte"]


def test_of_two_managers_the_slower_is_told(case, cast, night):
    use = opened_by(night, case)
    with begin():
        EmergencyUse.update(version=2).execute()

    with pytest.raises(Conflict):
        signing.sign(cast["lars"], use.ref, EmergencyVerdict.JUSTIFIED, None, use.version)


def test_nobody_signs_ones_own_and_nobody_without_the_role_signs_any(case, cast, night):
    with begin():
        Person.update(roles="resource-person manager").where(Person.ref == cast["rasmus"].ref).execute()
    rasmus = Person.get_by_id(cast["rasmus"].ref)
    use = opened_by(rasmus, case)

    with pytest.raises(NotFound):
        signing.sign(rasmus, use.ref, EmergencyVerdict.JUSTIFIED, None, use.version)
    with pytest.raises(NotAllowed):
        signing.sign(cast["rikke"], use.ref, EmergencyVerdict.JUSTIFIED, None, use.version)


def test_what_nobody_signs_is_told_every_manager_and_the_auditors(case, cast, night, clock):
    """Leif heads Jobcenter: it is his to look at, until nobody has for two working days."""
    leif = another_manager("leif", heads="jobcenter")
    use = opened_by(night, case)
    assert letters("emergency-sign") == ["leif"]
    assert signing.count(cast["lars"]) == 0

    clock.move_to(datetime(2026, 11, 23, 7, 1))
    escalations.owe_due(time.now())
    assert letters("emergency-unsigned") == []
    clock.move_to(datetime(2026, 11, 24, 7, 1))
    escalations.owe_due(time.now())
    escalations.owe_due(time.now())

    assert letters("emergency-unsigned") == ["lars", "leif"]
    assert letters("oversight-alarm") == ["dorte"]
    assert [(one.kind, one.person_id) for one in Finding.select()] == [(OversightKind.EMERGENCY, night.ref)]
    assert signing.sign(cast["lars"], use.ref, EmergencyVerdict.JUSTIFIED, None, use.version).signed_at
    assert signing.count(leif) == 0


def another_manager(name: str, heads: str) -> Person:
    with begin():
        made = insert(Person, username=name, name=name.title(), plain_name=name, email=f"{name}@example.invalid",
                      roles="manager", password_hash="x", created_at=time.now())  # fmt: skip
        Department.update(manager=made).where(Department.key == heads).execute()
    return made


def test_a_manager_to_whom_the_case_is_closed_sees_nothing_and_all_others_are_told_at_once(case, cast, night, clock):
    leif = another_manager("leif", heads="jobcenter")
    exclude(case, cast["rikke"], person=leif)

    use = opened_by(night, case)

    assert letters("emergency-sign") == []
    escalations.owe_due(time.now())
    assert letters("emergency-unsigned") == ["lars"]
    assert letters("oversight-alarm") == ["dorte"]
    assert (signing.count(leif), signing.count(cast["lars"])) == (0, 1)
    assert use.ref


# ── on paper ────────────────────────────────────────────────────────────────────────────────────────


def a_sheet(by: Person, case: Case, ends_on: date = date(2026, 11, 27)) -> PrintedSheet:
    return sheets.print_sheet(by, opened(by, case), ends_on)


def test_a_sheet_is_numbered_and_brings_the_task_to_take_it_back(case, cast):
    first, second = (a_sheet(cast["solveig"], case) for _ in range(2))

    task = Task.get_by_id(second.task_id)
    assert (first.number, second.number) == (1, 2)
    assert (task.kind, task.due_on, task.assignee_id, task.must) == (
        TaskKind.SHEET_BACK, date(2026, 11, 27), cast["solveig"].ref, True,
    )  # fmt: skip


@pytest.mark.parametrize("ends_on", [None, date(2026, 11, 19), date(2027, 3, 1)])
def test_a_sheet_ends_on_a_day_that_is_near(case, cast, ends_on):
    with pytest.raises(Invalid) as refused:
        a_sheet(cast["solveig"], case, ends_on)

    assert refused.value.field == "ends_on"


@pytest.mark.parametrize("name", ["rikke", "rasmus"])
def test_only_the_tovholder_prints_one(case, cast, name):
    with pytest.raises(NotAllowed):
        a_sheet(cast[name], case)


def test_its_task_is_closed_by_what_became_of_the_sheet_and_by_nothing_else(case, cast):
    solveig, sheet = cast["solveig"], a_sheet(cast["solveig"], case)
    task = policy.task_for(solveig, sheet.task_id, Action.TASK_WORK)

    with pytest.raises(Invalid, match="Registrér det"):
        tasks.complete(solveig, task, task.version)
    back = sheets.behind(solveig, task.ref)
    sheets.take_back(solveig, back, SheetOutcome.DESTROYED, back.version)

    assert Task.get_by_id(task.ref).closed_at is not None
    over = PrintedSheet.get()
    assert (over.outcome, over.over_on) == (SheetOutcome.DESTROYED, date(2026, 11, 20))
    assert Event.select().where(Event.action == EventKind.SHEET_TAKEN_BACK).count() == 1
    with pytest.raises(Conflict):
        sheets.take_back(solveig, sheets.behind(solveig, task.ref), SheetOutcome.RETURNED, over.version)


def test_a_case_is_not_closed_while_a_sheet_is_out(case, cast):
    a_sheet(cast["solveig"], case)

    with pytest.raises(Invalid, match="nødark"):
        phases.close(cast["rikke"], opened(cast["rikke"], case), "Slut", "alligevel", 1)


def test_a_sheet_is_printed_until_its_last_day_or_until_it_is_back(case, cast, clock):
    solveig, sheet = cast["solveig"], a_sheet(cast["solveig"], case)

    assert sheets.to_print(solveig, opened(solveig, case), sheet.ref).number == 1
    clock.move_to(datetime(2026, 11, 28, 9, 0))
    with pytest.raises(NotFound):
        sheets.to_print(solveig, opened(solveig, case), sheet.ref)


def test_the_case_tells_who_used_the_access_and_which_sheets_are_out(case, cast, night):
    use, sheet = opened_by(night, case), a_sheet(cast["solveig"], case)
    rikke = cast["rikke"]

    [found] = sheets.uses_of(rikke, opened(rikke, case))
    [printed] = sheets.of_case(rikke, opened(rikke, case))

    assert (found.ref, found.person.name, printed.number, printed.by.name) == (use.ref, "Nora Nat", 1, "Solveig Sand")
    assert sheet.outcome is None
