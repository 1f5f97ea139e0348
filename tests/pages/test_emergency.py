"""The emergency sheet: what stands on it, and what never does."""

from datetime import date

import pytest

from skanderborg import clock as time
from skanderborg.domain.emergency import opening, sheets
from skanderborg.errors import NotAllowed, NotFound
from skanderborg.kinds import EmergencyCategory, PartyRole
from skanderborg.pages import emergency
from skanderborg.policy import Action
from skanderborg.store.authorities import Order, PoliceReport
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin, insert
from skanderborg.store.emergency import EmergencyUse
from skanderborg.store.events import Event
from skanderborg.store.people import Absence
from skanderborg.store.plans import NetworkPerson, SafetyItem, WarningNote
from skanderborg.store.record import Assessment
from skanderborg.store.work import Task
from tests.made import a_case, a_task, opened


@pytest.fixture
def case(cast):
    return filled(cast, a_case(cast, is_acute=True, children="yes", safe_never="Skriv aldrig"))


def filled(cast, case: Case) -> Case:
    now, today, by = time.now(), time.today(), cast["solveig"].ref
    written = {"case": case, "by": by, "at": now}
    with begin():
        for role, name in ((PartyRole.CITIZEN, "Mette Madeup"), (PartyRole.CHILD, "Barnet B"), ("opposing", "Per P")):
            insert(Party, case=case, role=role, name=name, address=f"{name}s adresse", created_at=now)
        insert(WarningNote, text="Mød aldrig alene op", review_on=date(2027, 1, 1), **written)
        insert(SafetyItem, area="home", text="Nye låse", status="in-place", **written)
        insert(SafetyItem, area="home", text="Droppet punkt", status="dropped", **written)
        insert(NetworkPerson, name="Fætter F", may_know="must-not", **written)
        insert(NetworkPerson, name="Søster S", may_know="may-know", **written)
        insert(Assessment, case=case, number=1, answers={"danger_threats": "yes"}, by=by, at=now)
        for until in (date(2027, 1, 1), date(2026, 11, 19)):
            insert(Order, kind="tilhold", from_on=date(2026, 1, 1), to_on=until, area="Byen", **written)
        insert(PoliceReport, reported_on=today, district="Østjylland", receipt="no", tell_us_first="yes", **written)
        insert(Absence, person=cast["rikke"], from_on=today, to_on=date(2026, 11, 24))
    a_task(case, kind="safety", box="safety", assessed_on=today, reason="Rolig aften aftalt", due_on=date(2026, 12, 1))
    return case


def use_of(person, case) -> EmergencyUse:
    asked = opening.Asked(EmergencyCategory.SEEKS_US, "Borgeren ringer og er bange nu", case.code)
    return opening.opened(person, opening.open_sheet(person, asked, "k").ref, Action.EMERGENCY_READ)


def to_print(person, case) -> Case:
    return sheets.case_to_print(person, case.ref, Action.EMERGENCY_PRINT)


def test_it_tells_what_someone_must_know_tonight(case, cast):
    sheet = emergency.shown(cast["ruth"], use_of(cast["ruth"], case))

    assert sheet.citizen.name == "Mette Madeup"
    assert [(one.name, one.away_until) for one in sheet.ring] == [
        ("Solveig Sand", None), ("Rikke Ravn", date(2026, 11, 24)),
    ]  # fmt: skip
    assert (sheet.warnings, sheet.assessed, sheet.assessed_on) == (
        ["Mød aldrig alene op"], "Rolig aften aftalt", date(2026, 11, 20),
    )  # fmt: skip
    assert len(sheet.signs) == 1
    assert sheet.unanswered > 0
    assert [one.text for one in sheet.items] == ["Nye låse"]
    assert [one.name for one in sheet.must_not_know] == ["Fætter F"]
    assert [one.name for one in sheet.children] == ["Barnet B"]
    assert ([one.to_on for one in sheet.orders], [one.district for one in sheet.reports]) == (
        [date(2027, 1, 1)], ["Østjylland"],
    )  # fmt: skip


def test_where_anyone_is_was_not_even_read(case, cast):
    sheet = emergency.shown(cast["ruth"], use_of(cast["ruth"], case))

    read = [sheet.citizen, *sheet.children, *sheet.must_not_know, *sheet.orders, *sheet.reports]
    telling = {name for row in read for name, field in row._meta.fields.items() if getattr(field, "tells_where", False)}
    assert {"address", "contact", "area"} <= telling
    assert [row.__data__[name] for row in read for name in telling & row.__data__.keys()] == []


def test_what_is_revealed_is_of_the_citizen_and_the_children_and_of_an_udoever_of_him_alone(case, cast):
    use = use_of(cast["ruth"], case)

    assert [one.name for one in emergency.places(cast["ruth"], use)] == ["Mette Madeup", "Barnet B"]
    use.case.citizen_role = "perpetrator"
    [citizen] = emergency.places(cast["ruth"], use)
    assert citizen.address == "Mette Madeups adresse"


def test_each_look_is_written_down(case, cast):
    use = use_of(cast["ruth"], case)

    for _ in range(2):
        emergency.shown(cast["ruth"], use)

    looks = Event.select().where(Event.action == "emergency:read", Event.object_ref == use.ref)
    assert [(one.chain, one.actor) for one in looks] == [(f"case:{case.ref}", cast["ruth"].ref)] * 2


def test_only_who_opened_it_is_shown_it(case, cast):
    use = use_of(cast["ruth"], case)

    for read in (emergency.shown, emergency.places):
        with pytest.raises(NotAllowed):
            read(cast["rasmus"], use)


def test_the_tovholder_prints_the_same_sheet(case, cast):
    solveig = cast["solveig"]
    out = sheets.print_sheet(solveig, opened(solveig, case), date(2026, 11, 27))

    printed, sheet = emergency.printed(solveig, to_print(solveig, case), out.ref)

    assert (printed.number, sheet.citizen.name) == (1, "Mette Madeup")
    assert Event.select().where(Event.action == "emergency-sheet:read", Event.object_ref == out.ref).count() == 1
    with pytest.raises(NotFound):
        emergency.printed(solveig, to_print(solveig, a_case(cast, code="M2D8H")), out.ref)
    assert Task.get_by_id(out.task_id).closed_at is None
