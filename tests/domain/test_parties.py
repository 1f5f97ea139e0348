"""The named persons of a case, and the protection of their addresses (D-22)."""

from datetime import date, datetime

import pytest

from skanderborg import clock as time
from skanderborg.domain import cases, parties, protection
from skanderborg.domain.reminders import deadlines
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, CitizenRole, PartyRole, Phase, Protection
from skanderborg.pages import history
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.work import Deadline, Task
from tests.made import a_case, asked, letters, opened

ORDINARY = {"protection": Protection.ORDINARY, "protection_until": date(2027, 2, 15)}
SPECIAL = {"protection": Protection.SPECIAL}


def named(cast, case, role=PartyRole.CITIZEN, **said) -> Party:
    return parties.add(cast["solveig"], opened(cast["solveig"], case), role, parties.Details(**said))


def described(cast, case, party, **said) -> Party:
    mine = opened(cast["solveig"], case)
    return parties.describe(cast["solveig"], mine, party, parties.Details(**said), party.version)


def hidden(case) -> bool:
    return protection.masked(Case.get_by_id(case.ref))


# ── what is protected ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", [ORDINARY, SPECIAL])
def test_d22_a_protected_address_hides_where_everyone_of_the_case_is(cast, case, said):
    named(cast, case, **said)

    assert hidden(case)


@pytest.mark.parametrize("said", [{}, {"protection": Protection.NONE}])
def test_without_protection_nothing_is_hidden(cast, case, said):
    named(cast, case, **said)

    assert not hidden(case)


def test_protection_of_one_case_hides_nothing_of_another(cast, case):
    named(cast, a_case(cast, "AAAAA"), **SPECIAL)

    assert not hidden(case)


def test_d22_protection_that_ran_out_still_hides_until_a_person_decides(cast, case, clock):
    party = named(cast, case, **ORDINARY)

    clock.move_to(datetime(2027, 2, 16, 9, 0))

    assert hidden(case)
    assert parties.needs_decision(Party.get_by_id(party.ref))


def test_on_its_last_day_the_protection_has_not_run_out(cast, case, clock):
    party = named(cast, case, **ORDINARY)

    clock.move_to(datetime(2027, 2, 15, 9, 0))

    assert not parties.needs_decision(party)


def test_an_address_is_no_longer_protected_only_with_a_reason(cast, case):
    party = named(cast, case, **SPECIAL)

    with pytest.raises(Invalid) as refused:
        described(cast, case, party, protection=Protection.NONE, why="nej")
    assert refused.value.field == "why"

    described(cast, case, party, protection=Protection.NONE, why="Politiet har ophævet den")
    assert not hidden(case)


def test_protection_is_not_lost_by_taking_the_person_out(cast, case):
    party = named(cast, case, PartyRole.RELATIVE, **SPECIAL)
    mine = opened(cast["solveig"], case)

    parties.take_out(cast["solveig"], mine, party, "Var en fejl", party.version)

    assert hidden(case)
    assert parties.of_case(cast["solveig"], mine) == []


# ── its end ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("until", [None, date(2027, 11, 21), date(2026, 11, 19)])
def test_ordinary_protection_ends_within_a_year_and_has_not_ended(cast, case, until):
    with pytest.raises(Invalid) as refused:
        named(cast, case, protection=Protection.ORDINARY, protection_until=until)

    assert refused.value.field == "protection_until"
    assert Party.select().count() == 0


def test_a_year_to_the_day_will_do(cast, case):
    party = named(cast, case, protection=Protection.ORDINARY, protection_until=date(2027, 11, 20))

    assert party.protection_until == date(2027, 11, 20)


def test_special_protection_has_no_end(cast, case):
    party = named(cast, case, protection=Protection.SPECIAL, protection_until=date(2027, 2, 15))

    assert party.protection_until is None
    assert Deadline.select().count() == 0


def test_what_ran_out_can_be_described_without_a_new_end(cast, case, clock):
    party = named(cast, case, **ORDINARY)
    clock.move_to(datetime(2027, 3, 1, 9, 0))

    assert described(cast, case, party, name="Alma", **ORDINARY).name == "Alma"


def test_d22_the_tovholder_is_told_thirty_days_before_the_protection_ends(cast, case, clock):
    named(cast, case, **ORDINARY)

    assert time.long_moment(Deadline.get().due_at) == "fredag 15. januar 2027 kl. 08.00"
    clock.move_to(datetime(2027, 1, 15, 7, 59))
    assert deadlines.owe_due(time.now()) == 0
    clock.move_to(datetime(2027, 1, 15, 8, 0))
    assert deadlines.owe_due(time.now()) == 1
    assert letters("case-deadline") == ["solveig"]


def test_a_new_end_is_reminded_of_in_place_of_the_old(cast, case):
    party = named(cast, case, **ORDINARY)

    described(cast, case, party, protection=Protection.ORDINARY, protection_until=date(2027, 5, 20))

    held = [time.today(row.due_at) for row in Deadline.select().where(Deadline.void_at.is_null())]
    assert held == [date(2027, 4, 20)]


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


def test_there_is_one_citizen(cast, case):
    named(cast, case)

    with pytest.raises(Invalid):
        named(cast, case)


def test_of_two_who_describe_at_once_the_second_is_told(cast, case):
    party = named(cast, case)
    described(cast, case, party, address="Her")

    with pytest.raises(Conflict):
        described(cast, case, party, address="Der")


def test_a_description_from_before_does_not_bring_an_old_name_back(cast, case):
    party = named(cast, case, name="Mette Madeup")
    before = opened(cast["rikke"], case)
    described(cast, case, party, name="Mette Opdigtet")

    with pytest.raises(Conflict):
        cases.describe(cast["rikke"], before, before.version, citizen_role=CitizenRole.EXPOSED, children=Answer.NO,
                       name="Mette Madeup", what_happened="Nye beskeder")  # fmt: skip

    assert Party.get_by_id(party.ref).name == "Mette Opdigtet"


def test_nothing_is_said_of_anyone_in_a_closed_case(cast, case):
    party = named(cast, case)
    mine = opened(cast["solveig"], case)
    with begin():
        Case.update(closed_at=time.now(), phase=Phase.CLOSED).where(Case.ref == case.ref).execute()

    with pytest.raises(Invalid):
        parties.describe(cast["solveig"], mine, party, parties.Details(), 1)
    with pytest.raises(Invalid):
        parties.add(cast["solveig"], mine, PartyRole.RELATIVE, parties.Details())


def test_someone_who_is_saved_unchanged_stays_as_they_are(cast, case):
    sister = named(cast, case, PartyRole.RELATIVE, name="Mona Madeup")

    assert described(cast, case, sister, name="Mona Madeup").version == 1
    assert not Event.select().where(Event.action == "party:described").exists()


def test_a_person_of_another_case_is_not_found(cast, case):
    party = named(cast, a_case(cast, "AAAAA"))

    with pytest.raises(NotFound):
        parties.get(cast["solveig"], opened(cast["solveig"], case), party.ref)


@pytest.mark.parametrize("column", ["contact", "address", "institution"])
def test_a_perpetrators_case_never_says_where_the_exposed_person_is(cast, column):
    case = a_case(cast, citizen_role="perpetrator")

    with pytest.raises(Invalid) as refused:
        named(cast, case, PartyRole.OPPOSING, **{column: "Fantasigade 3"})

    assert refused.value.field == column


# ── revealing ───────────────────────────────────────────────────────────────────────────────────────


def test_sec10_a_look_at_what_is_protected_is_written_down_with_its_reason(cast, case):
    mine = opened(cast["rasmus"], case)

    assert protection.reveal(cast["rasmus"], mine, "Skal sende brev", "k")

    event = Event.get(Event.action == "party:revealed")
    assert (event.chain, event.actor, event.is_write) == (f"case:{case.ref}", cast["rasmus"].ref, True)
    assert event.changes == {"reason": [None, "Skal sende brev"]}


@pytest.mark.parametrize("reason", [None, "", "kort", "  ni tegn  "])
def test_without_a_reason_that_says_something_nothing_is_shown(cast, case, reason):
    with pytest.raises(Invalid):
        protection.reveal(cast["rasmus"], opened(cast["rasmus"], case), reason, "k")

    assert Event.select().where(Event.action == "party:revealed").count() == 0


def test_the_same_form_shows_once(cast, case):
    mine = opened(cast["rasmus"], case)

    assert [protection.reveal(cast["rasmus"], mine, "Skal sende brev", "k") for _ in range(2)] == [True, False]
    assert Event.select().where(Event.action == "party:revealed").count() == 1


def test_sec10_who_was_only_asked_to_be_tovholder_is_shown_nothing(cast):
    case = a_case(cast, offered_to=cast["lars"])

    with pytest.raises(NotAllowed):
        protection.reveal(cast["lars"], asked(cast["lars"], case), "Skal sende brev", "k")


# ── Historik ────────────────────────────────────────────────────────────────────────────────────────


def told(cast, case) -> str:
    return str(history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows)


def test_d22_historik_does_not_tell_what_is_protected_now(cast, case):
    party = named(cast, case, address="ZQX Fantasigade 3", institution="ZQX Mælkebøtten")
    assert "ZQX Fantasigade 3" in told(cast, case)

    described(cast, case, party, address="ZQX Nyvej 4", institution="ZQX Mælkebøtten", **SPECIAL)

    assert "ZQX" not in told(cast, case)
    assert "•••• (beskyttet)" in told(cast, case)


def test_the_addresses_that_name_a_role_name_one_there_is():
    """The links of the page write them out."""
    assert PartyRole.of_slug("modparten") == PartyRole.OPPOSING
    assert PartyRole.of_slug("borgeren") == PartyRole.CITIZEN
    assert PartyRole.of_slug("") is None


# ── one who moves ───────────────────────────────────────────────────────────────────────────────────


OLD, NEW = "ZQX Gammelvej 1", "ZQX Nyvej 2"


def told_of_the_move():
    return [task for task in Task.select() if task.title == parties.TELL_POLICE]


@pytest.mark.parametrize("after", [SPECIAL, {"protection": Protection.NONE, "why": "Ophævet efter samtale"}])
def test_cpr6_a_new_address_of_a_specially_protected_person_is_to_be_told_to_the_police(cast, case, after):
    aunt = named(cast, case, PartyRole.RELATIVE, name="Tante", address=OLD, **SPECIAL)

    described(cast, case, aunt, name="Tante", address=NEW, **after)

    [task] = told_of_the_move()
    assert (task.assignee_id, task.due_on, task.must) == (cast["solveig"].ref, date(2026, 11, 20), True)
    assert "ZQX" not in f"{task.title} {task.brief} {task.reason}"
    assert "ZQX" not in str([one.changes for one in Event.select().where(Event.object_ref == task.ref)])


def test_cpr6_moving_twice_is_one_task_while_it_is_open(cast, case):
    aunt = named(cast, case, PartyRole.RELATIVE, name="Tante", address=OLD, **SPECIAL)

    moved = described(cast, case, aunt, name="Tante", address=NEW, **SPECIAL)
    described(cast, case, moved, name="Tante", address="ZQX 3", **SPECIAL)

    assert len(told_of_the_move()) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [({"address": OLD} | SPECIAL, {"address": OLD} | SPECIAL), ({"address": OLD}, {"address": NEW}),
     ({"address": OLD} | ORDINARY, {"address": NEW} | ORDINARY), (SPECIAL, {"address": NEW} | SPECIAL)],
)  # fmt: skip
def test_cpr6_without_a_move_or_without_special_protection_there_is_nothing_to_tell(cast, case, before, after):
    aunt = named(cast, case, PartyRole.RELATIVE, name="Tante", **before)

    described(cast, case, aunt, name="Tanten", **after)

    assert told_of_the_move() == []
