"""The network: who can help, who may know and who must not, and which places are instructed (D-08)."""

from datetime import date

import pytest

from skanderborg.domain import children, network
from skanderborg.domain.cases import phases
from skanderborg.domain.tasks.instructing import INSTRUCTION
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound, TooLate
from skanderborg.kinds import Answer, InstitutionKind, MayKnow
from skanderborg.store.events import Event
from skanderborg.store.plans import Institution, NetworkPerson
from tests.made import a_case, asked, opened

SISTER = {"name": "Karen", "relation_text": "søster", "contact": "ring om aftenen", "can_help": "hente børn",
          "may_know": MayKnow.MAY_KNOW}  # fmt: skip
BROTHER = {"name": "Per", "relation_text": "bror", "contact": None, "can_help": None, "may_know": MayKnow.MUST_NOT}
SCHOOL = {"kind": InstitutionKind.SCHOOL, "name": "Solsikken", "custody_clear": Answer.UNKNOWN,
          "instruction": "Udlever aldrig barnet uden at ringe først."}  # fmt: skip
TODAY = date(2026, 11, 20)


@pytest.fixture
def mine(cast, case):
    return opened(cast["solveig"], case)


@pytest.fixture
def udoever(cast):
    return opened(cast["solveig"], a_case(cast, code="M2D8H", citizen_role="perpetrator"))


def test_who_must_not_know_stands_first(cast, mine):
    """D-08."""
    for someone in (SISTER, BROTHER):
        network.add_person(cast["solveig"], mine, **someone)

    assert [row.may_know for row in network.persons(cast["rasmus"], opened(cast["rasmus"], mine))] == [
        "must-not", "may-know",
    ]  # fmt: skip


def test_a_person_keeps_what_was_told_and_agreed_and_whether_they_can_be_a_witness(cast, mine):
    """D-08."""
    said = SISTER | {"told_on": TODAY, "agreed": "Fortæller intet videre", "is_witness": True}

    added = network.add_person(cast["solveig"], mine, **said)

    row = NetworkPerson.get_by_id(added.ref)
    assert (row.told_on, row.agreed, row.is_witness) == (TODAY, "Fortæller intet videre", True)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (SISTER | {"name": None, "relation_text": None}, "name"),
        (SISTER | {"told_on": date(2026, 11, 21)}, "told_on"),
        (BROTHER | {"told_on": TODAY}, "told_on"),
    ],
)
def test_what_cannot_be_is_asked_about_at_its_field(cast, mine, said, field):
    with pytest.raises(Invalid) as refused:
        network.add_person(cast["solveig"], mine, **said)

    assert refused.value.field == field


def test_a_row_is_changed_over_the_version_seen(cast, mine):
    row = network.add_person(cast["solveig"], mine, **SISTER)
    network.change_person(cast["solveig"], network.person(cast["solveig"], mine, row.ref), 1, **BROTHER)

    with pytest.raises(Conflict):
        network.change_person(cast["solveig"], network.person(cast["solveig"], mine, row.ref), 1, **SISTER)


def test_changing_nothing_changes_nothing(cast, mine):
    row = network.add_place(cast["solveig"], mine, **SCHOOL)

    same = network.change_place(cast["solveig"], network.place(cast["solveig"], mine, row.ref), 1, **SCHOOL)

    assert same.version == 1
    assert not Event.select().where(Event.action == "institution:changed").exists()


def test_who_is_taken_out_is_listed_no_longer(cast, mine):
    row = network.add_person(cast["solveig"], mine, **SISTER)

    network.take_out(cast["solveig"], network.person(cast["solveig"], mine, row.ref), 1)

    assert network.persons(cast["solveig"], mine) == []
    with pytest.raises(TooLate):
        network.person(cast["solveig"], mine, row.ref)


def test_a_row_of_another_case_is_not_found(cast, mine):
    other = opened(cast["solveig"], a_case(cast, code="M2D8H"))
    row = network.add_person(cast["solveig"], other, **SISTER)

    with pytest.raises(NotFound):
        network.person(cast["solveig"], mine, row.ref)


def test_a_closed_case_takes_no_more(cast, mine):
    phases.close(cast["solveig"], mine, "Slut", None, mine.version)

    with pytest.raises(Invalid, match="afsluttet"):
        network.add_person(cast["solveig"], mine, **SISTER)


def test_who_only_was_asked_to_be_tovholder_writes_nothing(cast):
    case = asked(cast["jonas"], a_case(cast, offered_to=cast["jonas"]))

    with pytest.raises(NotAllowed):
        network.add_person(cast["jonas"], case, **SISTER)


# ── places ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_school_is_not_instructed_in_silence_while_custody_is_not_clear(cast, mine):
    """D-15: the leaflet's «never hand over» collides with a parent's right (S1-85)."""
    with pytest.raises(Invalid, match="Afklar forældremyndighed og samvær") as refused:
        network.add_place(cast["solveig"], mine, **SCHOOL | {"instructed_on": TODAY})

    assert refused.value.field == "instructed_on"
    assert not Institution.select().exists()


def test_a_school_is_instructed_by_who_has_seen_the_warning(cast, mine):
    row = network.add_place(cast["solveig"], mine, **SCHOOL | {"instructed_on": TODAY}, anyway=True)

    assert network.has_unclear_custody(row)


def test_a_school_is_instructed_once_custody_is_clear(cast, mine):
    said = SCHOOL | {"instructed_on": TODAY, "custody_clear": Answer.YES}

    assert not network.has_unclear_custody(network.add_place(cast["solveig"], mine, **said))


def test_a_workplace_has_nothing_to_do_with_custody_unless_it_is_about_a_child(cast, mine):
    child = children.register(cast["solveig"], mine, name="B.", born=None, lives_with=None, institution=None)
    work = SCHOOL | {"kind": InstitutionKind.WORK, "instructed_on": TODAY}

    network.add_place(cast["solveig"], mine, **work)

    with pytest.raises(Invalid, match="Afklar"):
        network.add_place(cast["solveig"], mine, **work | {"child": child.ref})


def test_a_place_is_about_a_child_of_this_case(cast, mine):
    other = opened(cast["solveig"], a_case(cast, code="M2D8H"))
    child = children.register(cast["solveig"], other, name="B.", born=None, lives_with=None, institution=None)

    with pytest.raises(Invalid) as refused:
        network.add_place(cast["solveig"], mine, **SCHOOL | {"child": child.ref})

    assert refused.value.field == "child"


def test_in_a_case_about_an_udoever_no_place_is_instructed(cast, udoever):
    with pytest.raises(Invalid):
        network.add_place(cast["solveig"], udoever, **SCHOOL)


# ── tasks ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_makes_a_task_whose_title_names_nobody(cast, mine):
    sister = network.add_person(cast["solveig"], mine, **SISTER)
    school = network.add_place(cast["solveig"], mine, **SCHOOL)

    words = [network.task_about(cast["solveig"], mine, ref) for ref in (sister.ref, school.ref)]

    assert [one["title"] for one in words] == ["Orientér søster", "Instruér: Skole"]
    assert {(one["box"], one["brief"]) for one in words} == {("network", INSTRUCTION)}


def test_nobody_is_asked_to_tell_one_who_must_not_know(cast, mine):
    brother = network.add_person(cast["solveig"], mine, **BROTHER)

    assert network.task_about(cast["solveig"], mine, brother.ref) == {}


def test_a_row_of_another_case_makes_no_task(cast, mine):
    other = opened(cast["solveig"], a_case(cast, code="M2D8H"))
    row = network.add_person(cast["solveig"], other, **SISTER)

    assert network.task_about(cast["solveig"], mine, row.ref) == {}
