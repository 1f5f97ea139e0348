"""The first call: reported, waiting, taken."""

import threading
from datetime import date

import pytest

from skanderborg.domain import access, people, suspicions, tasks
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, CitizenRole
from skanderborg.pages import my_day, overview
from skanderborg.policy import Action, case_for, may
from skanderborg.store import db as database
from skanderborg.store.cases import Case, Party, Relation
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Reminder, Task
from tests.made import a_case, exclude


def said(**columns) -> suspicions.Report:
    values = {
        "what_happened": "Han venter ved porten.", "citizen_role": CitizenRole.EXPOSED, "name": None,
        "safe_contact": None, "children": Answer.UNKNOWN, "danger_now": Answer.UNKNOWN,
    }  # fmt: skip
    return suspicions.Report(**{**values, **columns})


def report(cast, to=None, by="solveig", **columns) -> Case:
    return suspicions.report(cast[by], said(**columns), cast[to] if to else None)


def letters(kind="suspicion-new") -> list[str]:
    rows = OutboxLetter.select().where(OutboxLetter.kind == kind, OutboxLetter.void_at.is_null())
    return sorted(row.person.username for row in rows)


def ties(case, kind) -> list[str]:
    rows = Relation.select().where(Relation.case == case, Relation.kind == kind, Relation.until_at.is_null())
    return [row.person.username for row in rows]


# ── reported ────────────────────────────────────────────────────────────────────────────────────────


def test_one_sentence_is_enough(cast):
    case = report(cast, citizen_role=CitizenRole.UNKNOWN)

    assert (case.phase, case.what_happened) == ("suspicion", "Han venter ved porten.")
    assert len(case.code) == 5
    assert not Party.select().exists()


def test_the_reporter_takes_part_and_sees_it(cast):
    case = report(cast)

    assert case_for(cast["solveig"], case.ref, Action.CASE_READ)
    assert ties(case, "participant") == ["solveig"]


def test_who_said_yes_to_danger_made_it_acute(cast):
    assert report(cast, danger_now=Answer.YES).is_acute
    assert not report(cast, danger_now=Answer.NO).is_acute


def test_the_named_resource_person_gets_the_letter(cast):
    case = report(cast, to="ruth")

    assert letters() == ["ruth"]
    assert case.addressed_to == cast["ruth"]


def test_the_substitute_of_a_named_one_who_is_away_gets_it_too(cast):
    ruth = people.set_own(cast["ruth"], cast["rikke"], "auto", 1)
    people.add_absence(ruth, date(2026, 11, 20), date(2026, 11, 20))

    suspicions.report(cast["solveig"], said(), ruth)

    assert letters() == ["rikke", "ruth"]


def test_where_nobody_stands_in_for_one_who_is_away_the_first_free_gets_it_too(cast):
    people.add_absence(cast["ruth"], date(2026, 11, 20), date(2026, 11, 20))
    people.add_absence(cast["rasmus"], date(2026, 11, 20), date(2026, 11, 20))

    report(cast, to="ruth")

    assert letters() == ["rikke", "ruth"]


def test_someone_absent_is_not_first_free(cast):
    for name in ("rasmus", "rikke"):
        people.add_absence(cast[name], date(2026, 11, 20), date(2026, 11, 20))

    report(cast)

    assert letters() == ["ruth"]


def test_the_first_free_has_the_fewest_open_cases(cast):
    a_case(cast, people=(("rasmus", "resource"), ("ruth", "resource"), ("solveig", "primary-contact")))

    assert report(cast).addressed_to == cast["rikke"]


def test_suspicions_that_wait_count_too(cast):
    to = {report(cast).addressed_to.username for _ in range(3)}

    assert to == {"rasmus", "rikke", "ruth"}


def test_a_resource_person_who_reports_is_not_asked_himself(cast):
    case = report(cast, by="rasmus")

    assert case.addressed_to != cast["rasmus"]
    with pytest.raises(Invalid):
        report(cast, by="rasmus", to="rasmus")


def test_it_goes_to_resource_persons_only(cast):
    with pytest.raises(Invalid) as refused:
        report(cast, to="jonas")

    assert refused.value.field == "addressed_to"


def test_the_same_form_sent_twice_is_one_case(cast):
    first = suspicions.report(cast["solveig"], said(), None, key="k1")
    second = suspicions.report(cast["solveig"], said(), None, key="k1")

    assert first.ref == second.ref
    assert len(letters()) == 1


def test_nothing_of_it_lies_readable_in_the_database(cast):
    report(cast, name="Mette Madeup", safe_contact="Kun på jobbet")

    raw = "".join(str(row) for table in ("case", "party", "outbox_letter", "event")
                  for row in database.db.execute_sql(f'SELECT * FROM "{table}"').fetchall())  # fmt: skip
    for word in ("Mette", "porten", "jobbet"):
        assert word not in raw


def test_it_has_a_clock(cast):
    case = report(cast)

    kinds = {row.kind for row in Reminder.select().where(Reminder.case == case)}
    assert kinds == {"suspicion-unclaimed", "suspicion-manager"}


# ── waiting ─────────────────────────────────────────────────────────────────────────────────────────


def test_resource_persons_see_what_waits_and_others_do_not(cast):
    case = report(cast)

    assert [one.ref for one in suspicions.unclaimed(cast["ruth"])] == [case.ref]
    assert suspicions.unclaimed(cast["jonas"]) == []
    with pytest.raises(NotAllowed):
        suspicions.index(cast["jonas"])


def test_danger_waits_before_what_is_older(cast, clock):
    calm = report(cast, danger_now=Answer.NO)
    clock.forward(minutes=5)
    acute = report(cast, danger_now=Answer.YES)

    assert [one.ref for one in suspicions.unclaimed(cast["ruth"])] == [acute.ref, calm.ref]


def test_one_who_is_excluded_does_not_see_it(cast):
    case = report(cast)
    exclude(case, cast["rikke"], person=cast["ruth"])

    assert suspicions.unclaimed(cast["ruth"]) == []


def test_a_likely_duplicate_is_shown_to_the_resource_person(cast):
    first = report(cast, name="Åse Sørensen", by="jonas")
    second = report(cast, name="aase soerensen")

    found = overview.of_case(cast["ruth"], second.ref).duplicates

    assert [one.case.ref for one in found] == [first.ref]


@pytest.mark.parametrize("reporter", ["solveig", "rikke"])
def test_the_reporter_is_never_told_of_a_duplicate(cast, reporter):
    report(cast, name="Åse Sørensen", by=reporter)
    second = report(cast, name="Åse Sørensen", by=reporter)

    assert overview.of_case(cast[reporter], second.ref).duplicates == []


def test_a_duplicate_that_the_resource_person_does_not_see_does_not_exist_for_her(cast):
    hidden = report(cast, name="Åse Sørensen", by="jonas")
    exclude(hidden, cast["rikke"], person=cast["ruth"])
    second = report(cast, name="Åse Sørensen")

    assert overview.of_case(cast["ruth"], second.ref).duplicates == []


# ── taken ───────────────────────────────────────────────────────────────────────────────────────────


def test_who_takes_it_is_resource_person_and_tovholder_until_the_reporter_accepts(cast):
    case = report(cast)

    taken = suspicions.take(cast["rikke"], case.ref)

    assert (taken.phase, taken.offered_to.username) == ("sparring", "solveig")
    assert ties(case, "primary-contact") == ties(case, "resource") == ["rikke"]
    assert letters("contact-offered") == ["solveig"]


def test_taking_it_stops_the_clock_and_brings_the_tasks(cast):
    case = report(cast)

    suspicions.take(cast["rikke"], case.ref)

    assert not Reminder.select().where(Reminder.case == case, Reminder.void_at.is_null()).exists()
    assert letters() == []
    assert Task.select().where(Task.case == case, Task.template == "refer-police").exists()


def test_who_takes_their_own_suspicion_is_asked_nothing(cast):
    case = report(cast, by="rikke")

    taken = suspicions.take(cast["rikke"], case.ref)

    assert taken.offered_to is None
    assert access.primary_contact(case.ref) == cast["rikke"]


def on_a_list(person, case):
    assert case.ref in {row.ref for row in suspicions.index(person)}


def on_my_day(person, case):
    assert case.ref in {row.ref for row in my_day.of(person).unclaimed}


def opened_it(person, case):
    overview.of_case(person, case.ref)


@pytest.mark.parametrize("was_shown", [on_a_list, on_my_day, opened_it])
def test_the_second_who_was_shown_it_is_told_that_it_is_taken_and_by_nobody(cast, clock, was_shown):
    case = report(cast)
    clock.forward(minutes=1)
    was_shown(cast["ruth"], case)
    clock.forward(minutes=1)
    suspicions.take(cast["rikke"], case.ref)

    with pytest.raises(Conflict) as told:
        suspicions.take(cast["ruth"], case.ref)

    assert told.value.message == "En anden har taget den. Du behøver ikke at gøre mere."


def test_a_suspicion_that_one_was_never_shown_is_not_there(cast, clock):
    suspicions.index(cast["rasmus"])
    clock.forward(minutes=1)
    case = report(cast)
    clock.forward(minutes=1)
    suspicions.take(cast["rikke"], case.ref)
    clock.forward(minutes=1)
    suspicions.index(cast["ruth"])

    for name in ("rasmus", "ruth"):
        with pytest.raises(NotFound):
            suspicions.take(cast[name], case.ref)


def test_one_who_may_not_see_it_is_told_nothing(cast, clock):
    case = report(cast)
    suspicions.index(cast["ruth"])
    suspicions.take(cast["rikke"], case.ref)
    exclude(case, cast["rikke"], person=cast["ruth"])

    for name in ("jonas", "ruth"):
        with pytest.raises(NotFound):
            suspicions.take(cast[name], case.ref)


def test_of_two_who_take_at_once_one_is_told(cast):
    case, outcomes = report(cast), []
    for name in ("rikke", "ruth"):
        suspicions.index(cast[name])

    def take(name: str) -> None:
        with database.db.connection_context():
            try:
                suspicions.take(cast[name], case.ref)
                outcomes.append("taken")
            except Conflict as told:
                outcomes.append(told.message.partition(" har")[0])

    threads = [threading.Thread(target=take, args=(name,)) for name in ("rikke", "ruth")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes)[1] == "taken"
    assert outcomes.count("taken") == 1
    assert len(ties(case, "primary-contact")) == 1


def test_once_taken_other_resource_persons_see_it_no_more(cast):
    case = report(cast)
    suspicions.take(cast["rikke"], case.ref)

    with pytest.raises(NotFound):
        case_for(cast["ruth"], case.ref, Action.CASE_READ)


def test_taking_leaves_an_event_and_gives_the_taker_everything(cast):
    case = report(cast)

    taken = suspicions.take(cast["rikke"], case.ref)

    assert Event.select().where(Event.chain == f"case:{case.ref}", Event.action == "case:taken").count() == 1
    assert may(cast["rikke"], Action.CASE_CLOSE, taken)
    assert tasks.of_case(cast["rikke"], taken)
