"""The timeline: what happened and what professionals did, in one order, and no more than the actor may see (S4-25)."""

from datetime import UTC, date, datetime, time

import pytest

from skanderborg import clock as wall_clock
from skanderborg.domain import incidents
from skanderborg.domain.incidents import Account, corrections
from skanderborg.errors import NotAllowed
from skanderborg.kinds import IncidentKind, TimelineKind, TimelineOrder, TimelineSide
from skanderborg.pages import timeline
from skanderborg.pages.timeline import TimelineFilter
from skanderborg.store import wall
from skanderborg.store.authorities import Breach, Order, PoliceReport
from skanderborg.store.cases import Case, Handover, Party, PhaseMove
from skanderborg.store.db import begin, insert
from skanderborg.store.incidents import Pack
from skanderborg.store.plans import ChildReport
from skanderborg.store.record import Assessment, Conclusion, Sparring
from skanderborg.store.work import Meeting, Referral
from tests.made import a_case, a_request, a_task, opened

DAY = date(2026, 11, 2)


@pytest.fixture
def case(cast):
    return opened(cast["rikke"], a_case(cast))


def told(cast, case, day=DAY, at=None, second=None, number=1, **more):
    said = Account(
        IncidentKind.INCIDENT, day, at_time=at, is_second_hour=second, types=("message",), what="Skrev", **more
    )
    with begin():
        return incidents.write(cast["rikke"], case, said, number)


def seen(cast, case, name="rikke", page=1, **wanted):
    return timeline.of_case(cast[name], opened(cast[name], case), TimelineFilter(**wanted), page)


def titles(*args, **wanted):
    return [entry.title for entry in seen(*args, **wanted).rows]


def an_instant(day, hour):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def much(cast, case):
    """Something of every kind."""
    by = {"case": case, "by": cast["rikke"]}
    with begin():
        told(cast, case, contact_count=14)
        insert(Sparring, way="police", held_on=date(2026, 11, 3), advice="x", at=an_instant(3, 9), **by)
        insert(Assessment, number=1, answers={}, at=an_instant(4, 8), **by)
        insert(Conclusion, number=1, conclusion="stalking", reason="x", at=an_instant(4, 9), **by)
        insert(Referral, organisation="dsc", way="number-given", on=date(2026, 11, 5), at=an_instant(5, 9), **by)
        insert(
            Meeting, case=case, kind="follow-up", party="staff", starts_at=an_instant(6, 9), ends_at=an_instant(6, 10),
            wall_start="2026-11-06T10:00", zone="Europe/Copenhagen", status="cancelled", place="Lokale 2",
            by=cast["rikke"], created_at=an_instant(5, 9),
        )  # fmt: skip
        insert(PoliceReport, reported_on=date(2026, 11, 7), receipt="no", tell_us_first="no", at=an_instant(7, 9), **by)
        order = insert(
            Order, kind="tilhold", from_on=date(2026, 11, 8), to_on=date(2027, 11, 8), ended_on=date(2026, 11, 18),
            at=an_instant(8, 9), **by,
        )  # fmt: skip
        insert(Breach, order=order, on=date(2026, 11, 9), what="x", reported="no", at=an_instant(9, 9), **by)
        insert(
            Handover, case=case, to_person=cast["solveig"], offered_at=an_instant(9, 9), answered_at=an_instant(10, 9),
            outcome="accepted",
        )  # fmt: skip
        insert(
            Pack, number=1, recipient="police", basis="consent", choices={}, row_count=1, exhibit_count=0,
            at=an_instant(11, 9), **by,
        )  # fmt: skip
        insert(PhaseMove, from_phase="follow-up", to_phase="closed", at=an_instant(12, 9), **by)
        insert(PhaseMove, from_phase="closed", to_phase="follow-up", at=an_instant(13, 9), **by)


def test_incidents_and_what_professionals_did_stand_in_one_order(cast, case):
    much(cast, case)

    assert titles(cast, case, order=TimelineOrder.OLDEST) == [
        "Sms eller besked", "Sparring: Politi", "Vurdering, udgave 1", "Konklusion: Tegn på stalking",
        "Dansk Stalking Center: Oplyst nummer", "Opfølgende møde: aflyst", "Anmeldt til politiet", "Tilhold begynder",
        "Overtrædelse af tilhold", "Ny tovholder: Solveig Sand", "Udlevering nr. 1: Politiet", "Sagen blev afsluttet",
        "Sagen blev genåbnet", "Tilhold ophævet", "Mistanken blev meldt", "Mistanken blev taget",
    ]  # fmt: skip
    assert titles(cast, case)[0] == "Mistanken blev taget"


def test_a_request_stands_there_when_it_is_sent(cast, case):
    request = a_request(cast["solveig"], opened(cast["solveig"], case))

    (entry,) = seen(cast, case, kind=TimelineKind.REQUEST).rows

    assert (entry.title, entry.who, entry.path) == (
        "Anmodning sendt til Jobcenter",
        "Solveig Sand",
        f"/a/{request.ref}",
    )


def test_every_query_it_is_made_of_takes_part_in_one_but_for_the_rows_of_the_log_that_are_shown(cast, case, queries):
    much(cast, case)
    mine = opened(cast["rikke"], case)
    mine.bar = type("Bar", (), {"is_masked": False})
    queries.clear()

    timeline.of_case(cast["rikke"], mine, TimelineFilter())

    assert len(queries) == 2


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"side": TimelineSide.INCIDENTS}, 1),
        ({"side": TimelineSide.PROFESSIONALS}, 15),
        ({"side": TimelineSide.INCIDENTS, "kind": TimelineKind.POLICE}, 0),
        ({"kind": TimelineKind.POLICE}, 4),
        ({"from_on": date(2026, 11, 4), "to_on": date(2026, 11, 4)}, 2),
        ({"from_on": date(2026, 11, 18)}, 4),  # the order that was lifted that day too
    ],
)
def test_it_is_filtered_by_side_kind_and_days(cast, case, wanted, count):
    much(cast, case)

    assert len(seen(cast, case, **wanted).rows) == count


def test_a_period_that_began_before_but_reaches_into_the_days_is_there(cast, case):
    told(cast, case, date(2026, 10, 1), to_on=DAY)

    assert [entry.until for entry in seen(cast, case, from_on=DAY, to_on=DAY).rows] == [DAY]
    assert not seen(cast, case, from_on=date(2026, 11, 3), to_on=date(2026, 11, 3)).rows


def test_the_times_of_the_last_day_are_counted_and_sorted(cast, case):
    night = date(2026, 10, 25)
    for number, (at, second) in enumerate([(None, None), ("02:50", False), ("02:10", True), ("23:59", None)], 1):
        told(cast, case, night, at and time.fromisoformat(at), second, number)

    found = seen(cast, case, kind=TimelineKind.INCIDENT, to_on=night, order=TimelineOrder.OLDEST).rows

    assert [entry.number for entry in found] == [1, 2, 3, 4]


def test_pages_go_on_where_the_one_before_ended(cast, case):
    for number in range(1, 62):
        told(cast, case, date(2026, 6, 1), time(number % 24, number % 60), number=number)

    pages = [seen(cast, case, page=page) for page in (1, 2)]

    assert [page.has_more for page in pages] == [True, False]
    assert len({entry.id for page in pages for entry in page.rows}) == 63  # with the suspicion, reported and taken


def test_a_day_begins_at_midnight_on_the_wall_and_not_in_utc(cast, case):
    """REL-26: 22.30 UTC in June is half past midnight."""
    with begin():
        insert(
            Assessment, case=case, number=1, answers={}, by=cast["rikke"], at=datetime(2026, 6, 9, 22, 30, tzinfo=UTC)
        )
        insert(
            Assessment, case=case, number=2, answers={}, by=cast["rikke"], at=datetime(2026, 12, 9, 22, 30, tzinfo=UTC)
        )

    found = seen(cast, case, kind=TimelineKind.ASSESSMENT).rows

    assert [(entry.on, entry.at) for entry in found] == [
        (date(2026, 12, 9), time(23, 30)), (date(2026, 6, 10), time(0, 30)),
    ]  # fmt: skip


def test_sqlite_is_told_every_change_of_the_clock_for_years(house):
    offsets = wall.offsets(wall_clock.zone())

    assert ("2026-10-25T01:00:00.000000Z", 120) in offsets
    assert ("2027-03-28T01:00:00.000000Z", 60) in offsets


def test_the_hour_that_comes_twice_keeps_its_order(cast, case):
    night = date(2026, 10, 25)
    told(cast, case, night, time(2, 10), second=True, number=1)
    told(cast, case, night, time(2, 50), second=False, number=2)
    told(cast, case, night, time(3, 0), number=3)
    told(cast, case, night, number=4)

    found = seen(cast, case, order=TimelineOrder.OLDEST, kind=TimelineKind.INCIDENT).rows

    assert [(entry.number, entry.at) for entry in found] == [
        (4, None), (2, time(2, 50)), (1, time(2, 10)), (3, time(3, 0)),
    ]  # fmt: skip


def test_what_is_struck_out_says_so_and_what_is_not_in_the_log_is_not_there(cast, case):
    row = told(cast, case, number=1)
    corrections.strike(cast["rikke"], incidents.one(cast["rikke"], case, row.ref), "Skrevet to gange", 1)
    with begin():
        said = Account(IncidentKind.INCIDENT, DAY, types=("call",), what="x")
        for number, status in enumerate(("pending", "undone"), 2):
            incidents.write(cast["rikke"], case, said, number, status=status)

    found = seen(cast, case, kind=TimelineKind.INCIDENT).rows

    assert [(entry.number, entry.is_struck) for entry in found] == [(1, True)]


def test_a_report_of_concern_for_a_child_and_its_duty_are_never_there(cast, case):
    """D-15: not the person's own either."""
    duty = a_task(case, kind="child-report", box="safety", assignee=cast["rikke"], duty_of=cast["rikke"])
    with begin():
        insert(
            ChildReport, case=case, task=duty, person=cast["rikke"], outcome="sent", sent_on=DAY, by=cast["rikke"],
            at=an_instant(3, 9),
        )  # fmt: skip

    assert set(titles(cast, case)) == {"Mistanken blev meldt", "Mistanken blev taget"}


def test_places_are_hidden_while_someone_has_address_protection(cast, case):
    """SEC-10."""
    told(cast, case, place="Skovvej 7")
    shown = seen(cast, case, kind=TimelineKind.INCIDENT).rows[0].place
    with begin():
        insert(Party, case=case, role="citizen", protection="ordinary", created_at=an_instant(1, 9))

    hidden = seen(cast, case, kind=TimelineKind.INCIDENT).rows[0].place

    assert (shown, hidden) == ("Skovvej 7", "•••• (beskyttet)")


def test_one_who_stalks_tells_of_no_place(cast, case):
    """D-14."""
    told(cast, case, place="Skovvej 7")
    with begin():
        Case.update(citizen_role="perpetrator").where(Case.ref == case.ref).execute()

    assert seen(cast, case, kind=TimelineKind.INCIDENT).rows[0].place is None


def test_who_may_not_open_a_request_or_meeting_gets_no_link_to_it(cast, case):
    much(cast, case)
    with begin():
        Case.update(phase="suspicion", claimed_at=None).where(Case.ref == case.ref).execute()

    paths = {entry.title: entry.path for entry in seen(cast, case, "ruth").rows}

    assert paths["Opfølgende møde: aflyst"] is None
    assert paths["Anmeldt til politiet"] == f"/sager/{case.ref}/politi"


def test_another_cases_rows_are_not_on_it_and_nobody_else_reads_it(cast, case):
    other = opened(cast["rikke"], a_case(cast, code="M2D8H"))
    much(cast, other)

    assert len(seen(cast, case).rows) == 2
    with pytest.raises(NotAllowed):
        timeline.of_case(cast["ulla"], case, TimelineFilter())
