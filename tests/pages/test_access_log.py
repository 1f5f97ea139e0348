"""The access log: who looked where and by what right, at that instant; never what stands there (SEC-02, SEC-33)."""

from datetime import date, datetime

import pytest

from skanderborg.domain import audit, cases
from skanderborg.domain.access import ending
from skanderborg.errors import NotAllowed
from skanderborg.kinds import LogKind
from skanderborg.pages import access_log
from skanderborg.pages.access_log import LogQuestion
from skanderborg.policy import Action
from skanderborg.store import events
from skanderborg.store.cases import Case, Relation
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from tests.made import a_case, a_task, opened


def look(cast, name, case):
    return cases.opened(cast[name], case.ref, "case:read")


def looked(person, action, row):
    with begin():
        events.looked(person, action, row)


def lines(cast, **asked):
    """What is found, but for how the house was filled."""
    found = access_log.index(cast["dorte"], LogQuestion(**asked), 1).rows
    return [line for line in found if line.who != "Systemet"]


def test_a_look_tells_who_what_kind_which_case_and_by_what_right(cast):
    look(cast, "solveig", a_case(cast))

    (line,) = lines(cast)

    assert line[1:] == ("Solveig Sand", "solveig", LogKind.LOOK, "sagen", "K7F3Q", False, "Tovholder")


def test_by_what_right_is_as_it_was_then_and_not_as_it_is_now(cast, clock):
    case = a_case(cast)
    look(cast, "rasmus", case)
    clock.move_to(datetime(2026, 11, 23, 9, 0))
    tie = Relation.get(Relation.case == case.ref, Relation.person == cast["rasmus"].ref)
    ending.end(cast["rikke"], opened(cast["rikke"], case), tie.ref)
    clock.move_to(datetime(2026, 11, 23, 9, 1))

    looked(cast["rasmus"], "case:read", case)

    assert [line.purpose for line in lines(cast, person=cast["rasmus"].ref)] == [access_log.NO_TIE, "Deltager"]


def test_each_right_there_is_beside_a_tie_is_told(cast):
    case = a_case(cast, offered_to=cast["lars"], reported_by=cast["jonas"])
    unclaimed = a_case(cast, "M2D8H", people=[], claimed_at=None)
    task = a_task(case, assignee=cast["ulla"])
    looked(cast["ulla"], "task:read", task)
    looked(cast["rikke"], "case:read", unclaimed)
    looked(cast["jonas"], "suspicion:receipt", case)
    looked(cast["ulla"], "case:read", case)

    assert [line.purpose for line in lines(cast)] == [
        access_log.NO_TIE, "Meldte mistanken", "Ressourceperson, før mistanken var taget", "Fik opgaven"
    ]  # fmt: skip


def test_it_never_tells_what_was_changed_or_what_a_part_of_a_case_is(cast):
    case = a_case(cast, what_happened="ZQX hændelse")
    with begin():
        events.record(cast["solveig"], events.EventKind.CASE_MADE_ACUTE, case, changes={"what_happened": [None, "ZQX"]})
        events.append(
            f"case:{case.ref}", case.reported_at, actor=cast["rikke"].ref, action="child-report:recorded",
            object_kind="child_report", object_ref=case.ref, is_write=True,
        )  # fmt: skip

    told = str(lines(cast)) + str(access_log.exported(cast["dorte"], LogQuestion()))

    assert not [word for word in ("ZQX", "akut", "acute", "child", "underretning") if word in told.casefold()]


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"code": "k7f3q"}, 1), ({"code": "NONE"}, 0), ({"kind": LogKind.LOOK}, 1), ({"kind": LogKind.DENIED}, 1),
     ({"kind": LogKind.WRITE}, 0), ({"from_on": date(2026, 11, 21)}, 0), ({"to_on": date(2026, 11, 19)}, 0),
     ({"from_on": date(2026, 11, 20), "to_on": date(2026, 11, 20)}, 2), ({"to_on": date(9999, 12, 31)}, 2),
     ({"from_on": date(1, 1, 1)}, 2)],
)  # fmt: skip
def test_it_is_narrowed_by_case_kind_and_day(cast, asked, found):
    look(cast, "solveig", a_case(cast))
    audit.denied(cast["ulla"], "cases.show", "x" * 26)

    assert len(lines(cast, **asked)) == found


def test_every_look_into_it_and_every_file_taken_from_it_is_in_it_with_what_was_asked(cast):
    lines(cast, code="K7F3Q")
    access_log.exported(cast["dorte"], LogQuestion(kind=LogKind.DENIED))

    written = Event.select().where(Event.actor == cast["dorte"].ref).order_by(Event.id)
    assert [(event.action, event.changes) for event in written] == [
        ("log:read", {"code": [None, "K7F3Q"]}), ("log:exported", {"kind": [None, "afvist"]})
    ]  # fmt: skip
    assert [line.kind for line in lines(cast)] == [LogKind.LOG, LogKind.LOG]


def test_it_comes_a_page_at_a_time(cast, monkeypatch):
    monkeypatch.setattr(access_log.paging, "rows_a_page", lambda: 2)
    case = a_case(cast)
    for name in ("solveig", "rikke", "rasmus"):
        look(cast, name, case)

    first = access_log.index(cast["dorte"], LogQuestion(), 1)

    assert ([line.username for line in first.rows], first.has_more) == (["rasmus", "rikke"], True)


@pytest.mark.parametrize("name", ["rikke", "lars", "solveig", "admin"])
def test_only_the_auditor_reads_it(cast, name):
    for read in (
        lambda: access_log.index(cast[name], LogQuestion(), 1),
        lambda: access_log.exported(cast[name], LogQuestion()),
    ):
        with pytest.raises(NotAllowed):
            read()


def test_who_coordinates_a_case_sees_who_looked_at_it_but_nothing_of_others_duties(cast):
    case, other = a_case(cast), a_case(cast, "M2D8H")
    duty = a_task(case, kind="child-report", assignee=cast["rasmus"], duty_of=cast["rasmus"])
    look(cast, "rasmus", case)
    look(cast, "rasmus", other)
    looked(cast["rasmus"], "task:read", duty)
    looked(cast["rasmus"], "child-report:read", duty)
    looked(cast["rasmus"], "impartiality:form", case)

    page = access_log.of_case(cast["solveig"], opened(cast["solveig"], Case.get_by_id(case.ref)), 1)

    assert [(line.username, line.thing) for line in page.rows] == [("rasmus", "sagen")]


def test_who_only_takes_part_in_a_case_does_not_see_who_looked(cast):
    case = a_case(cast)

    with pytest.raises(NotAllowed):
        access_log.of_case(cast["rasmus"], opened(cast["rasmus"], case), 1)
    with pytest.raises(NotAllowed):
        cases.opened(cast["rasmus"], case.ref, "access-log:read", Action.CASE_GRANT)
