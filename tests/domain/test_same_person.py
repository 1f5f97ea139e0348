"""A colleague who is named in a case is shut out of it by himself, and learns nothing of it (SEC-06)."""

import pytest

from skanderborg.clock import now
from skanderborg.domain import cases, children, network, parties, people, staff
from skanderborg.domain.access import exclusions, primary_contact, same_person
from skanderborg.domain.due import things
from skanderborg.errors import NotFound
from skanderborg.kinds import MayKnow, PartyRole
from skanderborg.pages import access as access_page
from skanderborg.pages import history, my_day
from skanderborg.policy import SYSTEM
from skanderborg.store import rows
from skanderborg.store.cases import Exclusion, Likeness
from skanderborg.store.events import Event
from tests.made import a_case, letters, opened

DOMAINS, PHONE = ("example.invalid",), "86 12 34 56"


@pytest.fixture
def jonas(cast):
    """Jonas takes part in no case yet; he is reached by a number of his own."""
    staff.change(SYSTEM, people.by_username("jonas"), {"phone": PHONE}, DOMAINS)
    return people.by_username("jonas")


@pytest.fixture
def case(cast):
    return a_case(cast)


def shut_out(case):
    mine = Exclusion.select().where(Exclusion.case == case.ref, Exclusion.until_at.is_null())
    return sorted(one.person.username for one in mine)


def asked(person):
    return [name for name in things.found_by(person, now()) if name.startswith("likeness:")]


def labels(person):
    return [one.label for one in my_day.of(person).reviews]


def party(cast, case, name, contact=None, role=PartyRole.OPPOSING, **said):
    details = parties.Details(name=name, contact=contact, **said)
    return parties.add(cast["solveig"], opened(cast["solveig"], case), role, details)


# ── the person ──────────────────────────────────────────────────────────────────────────────────────


def test_a_party_with_the_name_and_number_of_a_colleague_shuts_the_colleague_out_at_once(cast, case, jonas):
    party(cast, case, jonas.plain_name.upper(), "+45 86123456")

    assert shut_out(case) == ["jonas"]
    assert letters("access-closed") == ["rikke", "solveig"]
    assert rows.faults() == []


@pytest.mark.parametrize("how", ["network", "child", "citizen", "report", "described"])
def test_so_does_whoever_else_is_named_however_it_is_written(cast, case, jonas, how):
    actor = cast["solveig"]
    mine = opened(actor, case)
    if how == "network":
        said = {"name": jonas.plain_name, "contact": PHONE, "may_know": MayKnow.UNCLEAR}
        network.add_person(actor, mine, **said)
    elif how == "child":
        children.register(actor, mine, name="Lille", lives_with=f"{jonas.plain_name}, tlf. {PHONE}")
    elif how == "citizen":
        party(cast, case, jonas.plain_name, PHONE, role=PartyRole.CITIZEN)
    elif how == "report":
        case = a_case(cast, code="M2M2M", safe_contact=f"Ring på {PHONE}")
        columns = {"citizen_role": case.citizen_role, "children": case.children, "what_happened": "x"}
        cases.describe(actor, opened(actor, case), name=jonas.plain_name, seen_version=case.version, **columns)
    else:
        row = party(cast, case, "Uden navn")
        parties.describe(actor, opened(actor, case), row, parties.Details(jonas.plain_name, contact=PHONE), row.version)

    assert shut_out(case) == ["jonas"]


@pytest.mark.parametrize("how", ["changed", "added", "reopened"])
def test_so_does_a_colleague_who_is_written_later(cast, case, how):
    if how == "added":
        party(cast, case, "Per Part", PHONE)
        staff.add(SYSTEM, "per", "Per Part", "per@example.invalid", [], [], DOMAINS, phone="+4586123456")
        assert shut_out(case) == ["per"]
        return
    jonas = people.by_username("jonas")
    if how == "reopened":
        staff.change(SYSTEM, jonas, {"phone": PHONE}, DOMAINS)
        staff.close(SYSTEM, people.by_username("jonas"))
    party(cast, case, jonas.plain_name, PHONE)
    assert shut_out(case) == []
    if how == "reopened":
        staff.reopen(SYSTEM, people.by_username("jonas"))
    else:
        staff.change(SYSTEM, people.by_username("jonas"), {"phone": PHONE}, DOMAINS)

    assert shut_out(case) == ["jonas"]


def test_a_tovholder_who_is_a_party_hands_the_case_to_a_resource_person_in_the_same_breath(cast, case):
    solveig = cast["solveig"]
    staff.change(SYSTEM, people.by_username("solveig"), {"phone": PHONE}, DOMAINS)

    details = parties.Details(name=solveig.plain_name, contact=PHONE)
    parties.add(cast["rikke"], opened(cast["rikke"], case), PartyRole.OPPOSING, details)

    assert primary_contact(case.ref).username == "rikke"
    assert letters("access-closed") == ["rikke"]
    with pytest.raises(NotFound):
        opened(solveig, case)


def test_neither_the_colleague_nor_the_colleagues_manager_is_told(cast, case, jonas):
    """Rikke is on the case, and heads the department that Jonas works in."""
    people.set_manager(SYSTEM, "jobcenter", cast["rikke"])
    told = letters("account-changed")

    party(cast, case, jonas.plain_name, PHONE)

    assert letters("access-closed") == ["solveig"]
    assert letters("account-changed") == told


def test_a_colleague_who_took_part_is_gone_at_the_next_look_and_the_answer_is_that_of_missing(cast, case):
    staff.change(SYSTEM, people.by_username("rasmus"), {"phone": PHONE}, DOMAINS)
    party(cast, case, people.by_username("rasmus").plain_name, PHONE)

    with pytest.raises(NotFound):
        opened(people.by_username("rasmus"), case)
    assert letters("access-closed") == ["rikke", "solveig"]


def test_what_somebody_lifted_stays_lifted(cast, case, jonas):
    row = party(cast, case, jonas.plain_name, PHONE)
    [one] = Exclusion.select().where(Exclusion.case == case.ref)
    exclusions.lift(cast["rikke"], opened(cast["rikke"], case), one.ref, "Det er en anden")

    details = parties.Details(name=jonas.plain_name, contact=f"{PHONE}, aften")
    parties.describe(cast["solveig"], opened(cast["solveig"], case), row, details, row.version)

    assert shut_out(case) == []


# ── perhaps ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def question(cast, case, jonas):
    party(cast, case, jonas.plain_name)
    return Likeness.get()


def test_a_name_alone_is_a_question_to_the_resource_person(cast, case, question):
    assert shut_out(case) == letters("access-closed") == []
    assert asked(cast["rikke"]) == [f"likeness:{question.ref}"]
    assert labels(cast["rikke"]) == ["Er en, der er nævnt, en kollega?"]
    assert asked(cast["solveig"]) == asked(cast["jonas"]) == labels(cast["jonas"]) == []
    shown = access_page.of_case(cast["rikke"], opened(cast["rikke"], case)).questions
    assert [(one.ref, one.name) for one in shown] == [(question.ref, "Jonas Jeppe")]


def test_where_it_is_the_same_person_the_colleague_is_shut_out_and_it_is_an_event(cast, case, question):
    for _ in range(2):
        same_person.same(cast["rikke"], opened(cast["rikke"], case), question.ref)

    assert shut_out(case) == ["jonas"]
    assert Event.select().where(Event.action == "likeness:same").count() == 1
    assert asked(cast["rikke"]) == []
    assert rows.faults() == []


def test_where_it_is_somebody_else_nothing_changes_and_it_is_not_asked_again(cast, case, question):
    same_person.other(cast["rikke"], opened(cast["rikke"], case), question.ref)
    row = next(one for one in parties.of_case(cast["solveig"], opened(cast["solveig"], case)) if one.name)
    details = parties.Details(name=row.name, relation_text="Nabo")
    parties.describe(cast["solveig"], opened(cast["solveig"], case), row, details, row.version)

    assert shut_out(case) == asked(cast["rikke"]) == []
    assert Event.select().where(Event.action == "likeness:other").count() == 1


def test_the_colleague_finds_no_question_about_himself_nor_answers_it(cast, case):
    """Rasmus takes part, and a resource person is asked about herself by nobody."""
    party(cast, case, cast["rikke"].plain_name)
    question, rikke = Likeness.get(), cast["rikke"]

    assert access_page.of_case(rikke, opened(rikke, case)).questions == []
    assert "kollega" not in str(history.of_case(rikke, opened(rikke, case)).rows)
    assert asked(rikke) == []
    assert asked(cast["solveig"]) == [f"likeness:{question.ref}"]
    with pytest.raises(NotFound):
        same_person.other(rikke, opened(rikke, case), question.ref)


def test_changing_a_colleague_asks_no_more_of_the_database_where_there_are_more_cases(cast, jonas, queries):
    asked_for = []
    for number in range(3):
        for place in range(3):
            mine = a_case(cast, f"Q{number}{place}AB")
            cases.name_citizen(opened(cast["solveig"], mine), f"Opdigtet Nummer{number}{place}")
        queries.clear()
        staff.change(SYSTEM, people.by_username("jonas"), {"phone": f"86 12 34 0{number}"}, DOMAINS)
        asked_for.append(len([sql for sql in queries if "pg_advisory" not in sql]))

    assert asked_for[2] == asked_for[1]
