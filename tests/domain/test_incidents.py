"""The log of incidents: what a row may hold, what it adds up to, how it is put right without losing anything (D-09)."""

from datetime import date, time

import peewee
import pytest

from skanderborg import content
from skanderborg.domain import incidents
from skanderborg.domain.incidents import corrections
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, IncidentKind, IncidentSource, Reaction
from skanderborg.pages import log, overview, timeline
from skanderborg.pages import packs as extracts
from skanderborg.policy import Action, case_for
from skanderborg.store.cases import Case
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.incidents import Incident, IncidentVersion
from skanderborg.store.work import Task
from tests.made import a_case, asked, letters, opened
from tests.packed import POLICE, usual

DAY = date(2026, 9, 2)


def said(what="Beskeder hele dagen", **more):
    values = {"kind": IncidentKind.INCIDENT, "from_on": DAY, "types": ("message",), "what": what}
    return incidents.Account(**values | more)


def refusal(**more):
    return said("Skriver et tydeligt nej", kind=IncidentKind.REFUSAL, types=(), contact_count=0, **more)


@pytest.fixture
def solveig(cast):
    return cast["solveig"]


@pytest.fixture
def write(solveig, case):
    """`write(…)` is a row of the log, as Solveig wrote it."""
    return lambda *words, **more: incidents.record(solveig, opened(solveig, case), said(*words, **more))


@pytest.fixture
def one(solveig, case):
    """`one(row)` is the row as it now stands, loaded as its page does."""
    return lambda row: incidents.one(solveig, opened(solveig, case), row.ref)


def found(solveig, case, **wanted):
    page = log.page(solveig, opened(solveig, case), log.LogFilter(**wanted))
    return [row.number for row in page.rows]


# ── what a row may hold ─────────────────────────────────────────────────────────────────────────────


def test_a_row_stands_for_as_many_contacts_as_it_says_and_own_acts_for_none(solveig, case, write):
    write(contact_count=31)
    write("Holder i bilen", types=("watch",))
    incidents.record(solveig, opened(solveig, case), refusal())

    totals = log.totals(solveig, opened(solveig, case))

    assert (totals.rows, totals.contacts) == (3, 32)


def test_numbers_go_up_by_one_and_are_never_used_again(solveig, case, write, one):
    corrections.strike(solveig, one(write()), "Skrevet to gange", 1)

    assert write().number == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"from_on": date(2026, 11, 21)}, "from_on"),
        ({"from_on": date(1949, 12, 31)}, "from_on"),
        ({"to_on": date(2026, 9, 1)}, "to_on"),
        ({"from_on": date(2026, 3, 29), "at_time": time(2, 30)}, "at_time"),
        ({"from_on": date(2026, 11, 20), "at_time": time(9, 1)}, "at_time"),
        ({"contact_count": 0}, "contact_count"),
        ({"types": ()}, "types"),
        ({"types": ("nonsense",)}, "types"),
        ({"types": ("other",), "what": None}, "type_text"),
        ({"what": None}, "what"),
        ({"fear": 11}, "fear"),
        ({"channel": "pigeon"}, "channel"),
        ({"kind": IncidentKind.REFUSAL}, "contact_count"),
        ({"kind": IncidentKind.ANSWER, "contact_count": 0}, "reaction_reason"),
    ],
)
def test_what_cannot_have_been_so_is_refused_at_its_field(write, more, field):
    with pytest.raises(Invalid) as refused:
        write(**more)

    assert refused.value.field == field
    assert not Incident.select().exists()


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("kind", {"kind": IncidentKind.REFUSAL, "types": (), "contact_count": 0}),
        ("place", {"place": "Hos hende"}),
        ("sender", {"sender": "Hendes nummer"}),
        ("witness", {"witness": "Hendes nabo"}),
        ("witness_contact", {"witness_contact": "Ring til naboen"}),
        ("reaction", {"reaction": Reaction.ANSWER}),
        ("reaction_reason", {"reaction_reason": "Hun var bange"}),
        ("fear", {"fear": 9}),
        ("children_present", {"children_present": Answer.YES}),
    ],
)
def test_in_a_case_about_an_udoever_nothing_is_written_down_of_the_exposed(cast, solveig, field, more):
    """D-14."""
    case = a_case(cast, "P9R4T", citizen_role="perpetrator")

    with pytest.raises(Invalid) as refused:
        incidents.record(solveig, opened(solveig, case), said(**more))

    assert refused.value.field == field
    assert not Incident.select().exists()


def test_what_a_row_said_before_its_case_was_about_an_udoever_stays_and_nothing_more_is_told(solveig, case, write, one):
    row = write(place="Ved porten")
    with begin():
        Case.update(citizen_role="perpetrator").where(Case.ref == case.ref).execute()

    corrections.correct(solveig, one(row), said("Andre ord", place="Ved porten"), "fordi", 1)
    with pytest.raises(Invalid) as refused:
        corrections.correct(solveig, one(row), said("Andre ord", place="Ved hendes dør"), "fordi", 2)

    assert refused.value.field == "place"
    assert (one(row).what, one(row).place) == ("Andre ord", "Ved porten")


def test_the_words_of_a_row_lie_encrypted(write):
    write("ZQX hemmelig", place="ZQX sted")

    stored = Incident.select(Incident.what, Incident.place).tuples().get()

    assert not [one for one in stored if b"ZQX" in bytes(one)]


def test_the_same_form_sent_twice_is_one_row(solveig, case):
    first = incidents.record(solveig, opened(solveig, case), said(), key="k")

    again = incidents.record(solveig, opened(solveig, case), said(), key="k")

    assert first.ref == again.ref
    assert Incident.select().count() == 1


# ── who may ─────────────────────────────────────────────────────────────────────────────────────────


def test_one_who_was_only_asked_to_be_tovholder_reads_and_writes_nothing(cast):
    case = a_case(cast, offered_to=cast["lars"])

    with pytest.raises(NotAllowed):
        incidents.record(cast["lars"], asked(cast["lars"], case), said())


def test_a_row_of_another_case_is_not_found(cast, solveig, write):
    other = a_case(cast, "P9R4T")

    with pytest.raises(NotFound):
        incidents.one(solveig, opened(solveig, other), write().ref)


def test_a_closed_case_takes_no_row_and_no_correction(solveig, case, write, one):
    row = one(write())
    with begin():
        Case.update(phase="closed", closed_at=row.at).where(Case.ref == case.ref).execute()

    for verb in (
        lambda: write(),
        lambda: corrections.correct(solveig, row, said("Andet"), "fordi", 1),
        lambda: corrections.strike(solveig, row, "fordi", 1),
        lambda: corrections.mark_example(solveig, row, True, 1),
    ):
        with pytest.raises(Invalid, match="afsluttet"):
            verb()


# ── danger ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_danger_sign_makes_the_case_acute_and_tells_those_who_must_know(cast, case, write):
    write("Truer på sms", types=("threat",), is_danger=True)

    safety = Task.get(Task.case == case.ref, Task.kind == "safety")
    assert Case.get_by_id(case.ref).is_acute
    assert str(safety.due_on) == "2026-11-20"
    assert "rikke" in letters("case-urgent")


def test_what_often_is_a_danger_sign_is_asked_about_and_decides_nothing(case, write):
    row = write("Truede for et år siden", types=("threat",))

    assert incidents.may_be_danger(row)
    assert not Case.get_by_id(case.ref).is_acute


def test_saying_afterwards_that_it_is_a_danger_sign_does_the_same(solveig, case, write, one):
    row = write("Truer", types=("threat",))

    marked = corrections.mark_danger(solveig, one(row), 1)

    assert marked.is_danger
    assert not incidents.may_be_danger(marked)
    assert Case.get_by_id(case.ref).is_acute


def test_a_correction_that_finds_a_danger_sign_does_too(solveig, case, write, one):
    corrections.correct(solveig, one(write()), said(is_danger=True), "Det var en trussel", 1)

    assert Case.get_by_id(case.ref).is_acute


# ── putting right ───────────────────────────────────────────────────────────────────────────────────


def test_a_correction_keeps_the_words_before_with_who_and_why(solveig, case, write, one):
    row = write("14 beskeder", contact_count=14, place="Ved porten")

    corrections.correct(solveig, one(row), said("15 beskeder", contact_count=15), "Talt igen", 1)

    [before] = log.earlier(solveig, one(row))
    assert (one(row).what, one(row).contact_count, one(row).number) == ("15 beskeder", 15, 1)
    assert (before.row.reason, before.row.writer.name) == ("Talt igen", "Solveig Sand")
    assert {("Hvad skete der?", "14 beskeder"), ("Antal", "14"), ("Hvor skete det?", "Ved porten")} == set(before.lines)


def test_a_correction_that_says_the_same_keeps_no_version(solveig, write, one):
    row = write(place="Ved porten", at_time=time(9, 30))

    same = corrections.correct(solveig, one(row), said(place="Ved porten", at_time=time(9, 30)), "fordi", 1)

    assert (same.version, IncidentVersion.select().count()) == (1, 0)
    assert not Event.select().where(Event.action == "incident:corrected").exists()


def test_the_fingerprint_of_a_row_stays_what_was_first_written(solveig, write, one):
    row = write()

    corrected = corrections.correct(solveig, one(row), said("Andre ord"), "Bedre ord", 1)

    assert corrected.fingerprint == row.fingerprint


def test_rows_alike_that_were_typed_are_each_known_again_in_a_file(solveig, case, write):
    rows = [write() for _ in range(incidents.ALIKE_AT_ONCE + 1)]

    alike = [incidents.fingerprint(case, said(), repeated) for repeated in range(len(rows))]
    assert [row.fingerprint for row in rows] == alike


def test_of_two_who_correct_at_once_the_second_is_told_and_overwrites_nothing(solveig, write, one):
    row, stale = write(), one(write())
    corrections.correct(solveig, one(stale), said("Den første"), "fordi", 1)

    with pytest.raises(Conflict) as told:
        corrections.correct(solveig, stale, said("Den anden"), "fordi", 1)

    assert told.value.theirs.what == "Den første"
    assert IncidentVersion.select().count() == 1
    assert one(row).what == "Beskeder hele dagen"


def test_a_correction_wants_a_reason_and_one_that_says_the_same_is_none(solveig, write, one):
    row = one(write())

    with pytest.raises(Invalid, match="hvorfor"):
        corrections.correct(solveig, row, said("Andet"), None, 1)
    assert corrections.correct(solveig, row, said(), "fordi", 1).version == 1


def test_what_is_struck_out_stays_to_be_read_and_counts_no_more(solveig, case, write, one):
    row = write(contact_count=31)

    struck = corrections.strike(solveig, one(row), "Skrevet to gange", 1)

    totals = log.totals(solveig, opened(solveig, case))
    assert (struck.status, struck.struck_reason, struck.what) == ("struck", "Skrevet to gange", "Beskeder hele dagen")
    assert (totals.rows, totals.contacts, totals.struck) == (0, 0, 1)
    assert found(solveig, case) == [1]
    assert found(solveig, case, without_struck=True) == []


def test_what_was_struck_out_can_count_again_and_both_reasons_stay_in_the_history(solveig, case, write, one):
    row = write()
    corrections.strike(solveig, one(row), "Forkert sag", 1)

    restored = corrections.restore(solveig, one(row), "Den var rigtig", 2)

    told = Event.get(Event.action == "incident:restored").changes["reason"]
    assert (restored.status, restored.struck_at) == ("live", None)
    assert told == ["Forkert sag", "Den var rigtig"]


@pytest.mark.parametrize("verb", [corrections.strike, corrections.restore])
def test_striking_out_and_taking_it_back_want_a_reason(solveig, write, one, verb):
    with pytest.raises(Invalid):
        verb(solveig, one(write()), None, 1)


def test_a_row_that_is_struck_out_is_neither_corrected_nor_marked(solveig, write, one):
    row = write()
    corrections.strike(solveig, one(row), "fordi", 1)

    with pytest.raises(Invalid, match="overstreget"):
        corrections.correct(solveig, one(row), said("Andet"), "fordi", 2)
    with pytest.raises(Invalid, match="overstreget"):
        corrections.mark_example(solveig, one(row), True, 2)


def test_no_row_can_be_deleted(write):
    write()

    with pytest.raises(peewee.DatabaseError, match="append-only"), begin():
        Incident.delete().execute()


# ── listing ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_newest_comes_first_and_the_hour_that_comes_twice_in_its_order(solveig, case, write):
    twice = {"from_on": date(2026, 10, 25), "at_time": time(2, 30)}
    write(**twice, is_second_hour=True)
    write(**twice, is_second_hour=False)
    write()
    write(from_on=date(2026, 10, 25))
    write(from_on=date(2026, 10, 25), at_time=time(2, 50), is_second_hour=False)
    write(from_on=date(2026, 10, 25), at_time=time(2, 10), is_second_hour=True)

    assert found(solveig, case) == [1, 6, 5, 2, 4, 3]
    assert found(solveig, case, oldest_first=True) == [3, 4, 2, 5, 6, 1]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"type": "threat"}, [2]),
        ({"kind": "refusal"}, [3]),
        ({"source": "network"}, [4]),
        ({"danger": True}, [2]),
        ({"withheld": True}, [4]),
        ({"example": True}, [1]),
        ({"with_exhibit": True}, []),
        ({"from_on": date(2026, 9, 10)}, [4]),
        ({"to_on": date(2026, 9, 1)}, []),
        ({"from_on": date(2026, 9, 3), "to_on": date(2026, 9, 8)}, [4]),
    ],
)
def test_each_filter_finds_its_rows_and_their_sum(solveig, case, write, one, wanted, numbers):
    corrections.mark_example(solveig, one(write()), True, 1)
    write(types=("message", "threat"), is_danger=True)
    incidents.record(solveig, opened(solveig, case), refusal())
    write(from_on=date(2026, 9, 5), to_on=date(2026, 9, 12), contact_count=7, is_withheld=True,
          source=IncidentSource.NETWORK)  # fmt: skip

    totals = log.totals(solveig, opened(solveig, case), log.LogFilter(**wanted))

    assert found(solveig, case, **wanted) == numbers
    assert totals.found_rows == len(numbers)
    assert totals.found_contacts == sum({1: 1, 2: 1, 3: 0, 4: 7}[number] for number in numbers)
    assert (totals.rows, totals.contacts) == (4, 9)


def test_rows_of_another_case_and_of_an_unfinished_import_never_show(cast, solveig, case, write):
    write()
    with begin():
        Incident.update(status="pending").execute()
    other = a_case(cast, "P9R4T")

    assert found(solveig, case) == found(solveig, other) == []
    assert log.totals(solveig, opened(solveig, case)).rows == 0


def test_the_overview_tells_how_long_the_log_is(solveig, case, write):
    write(contact_count=31, from_on=date(2026, 8, 1), to_on=date(2026, 9, 11))
    write()

    facts = overview.of_case(solveig, case.ref).facts

    assert (facts.incidents, facts.contacts, facts.last_incident_on) == (2, 32, date(2026, 9, 11))


def test_every_verb_leaves_its_event(solveig, write, one):
    row = write()
    corrections.mark_withheld(solveig, one(row), True, 1)
    corrections.mark_example(solveig, one(row), True, 2)
    corrections.mark_example(solveig, one(row), True, 3)

    told = [event.action for event in Event.select().where(Event.object_ref == row.ref).order_by(Event.id)]
    assert told == ["incident:recorded", "incident:withheld-marked", "incident:example-marked"]


# ── something else ──────────────────────────────────────────────────────────────────────────────────


def test_something_else_needs_its_words(write):
    with pytest.raises(Invalid) as refused:
        write(types=("other",))

    assert refused.value.field == "type_text"


def test_something_else_is_shown_with_its_words_wherever_the_row_stands(solveig, case, write):
    row = write(types=("message", "other"), type_text="Drone over haven")
    mine = opened(solveig, case)

    [entry] = [one for one in timeline.of_case(solveig, mine, timeline.TimelineFilter()).rows if one.number]
    [going] = extracts.preview(solveig, case_for(solveig, case.ref, Action.CASE_EXPORT), usual(POLICE)).rows

    assert incidents.type_labels(row) == ["Sms eller besked", "Andet: Drone over haven"]
    assert entry.title == "Sms eller besked, Andet: Drone over haven"
    assert going.type == "Sms eller besked, Andet"
    assert any(line.endswith("Drone over haven") for line in going.more)


def test_a_channel_that_says_nothing_is_no_longer_offered():
    offered = {one.id for one in content.incidents().channel if not one.retired}

    assert "other" not in offered
    assert incidents.labels_of("channel")["other"] == "Andet"
