"""Gennemgang: a case that was seen comes back on its day, or sooner as something falls due, and nothing is silenced."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from skanderborg import clock as time
from skanderborg.domain import rounds, rules, silence, tasks
from skanderborg.domain.due import digest, things
from skanderborg.domain.police import orders
from skanderborg.errors import Invalid, NotAllowed
from skanderborg.kinds import Box, OrderKind
from skanderborg.pages import my_day
from skanderborg.pages import rounds as round_pages
from skanderborg.store import keys
from skanderborg.store.cases import Case, Party, Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.record import Note
from skanderborg.store.rounds import RoundStop
from tests.made import a_case, a_task, asked, exclude, letters, opened

AGAIN = date(2026, 12, 20)


def see(cast, case, who="rikke", again_on=AGAIN, minutes=None):
    return rounds.see(cast[who], opened(cast[who], case), again_on, minutes)


def waits(cast, who="rikke") -> list[str]:
    return [one.code for one in round_pages.listed(cast[who]).cases if one.waits]


def named(case, name) -> None:
    with begin():
        insert(Party, case=case.ref, role="citizen", name=name, created_at=time.now())


def began(case, days: int) -> None:
    """Everyone came onto the case so many days ago."""
    Relation.update(from_at=time.now() - timedelta(days=days)).where(Relation.case == case.ref).execute()


# ── the round ───────────────────────────────────────────────────────────────────────────────────────


def test_a_case_that_was_seen_is_met_again_on_its_day_by_the_one_who_saw_it(cast, case, clock):
    a_case(cast, "OTHER")
    see(cast, case)

    assert (waits(cast), waits(cast, "solveig")) == (["OTHER"], ["K7F3Q", "OTHER"])
    clock.move_to(datetime(2026, 12, 20, 9))
    assert waits(cast) == ["K7F3Q", "OTHER"]


def test_what_passes_its_deadline_brings_a_case_back(cast, case, clock):
    a_task(case, due_on=date(2026, 11, 19))  # was late already, and was seen
    see(cast, case)
    assert waits(cast) == []
    a_task(case, due_on=date(2026, 11, 23))

    clock.move_to(datetime(2026, 11, 24, 9))

    assert waits(cast) == ["K7F3Q"]


@pytest.mark.parametrize("again_on", [None, date(2026, 11, 20), date(2026, 11, 1), date(2027, 1, 20)])
def test_a_case_is_put_off_to_a_day_ahead_and_no_further_than_the_setting_allows(cast, case, again_on):
    with pytest.raises(Invalid) as refused:
        see(cast, case, again_on=again_on)
    assert refused.value.field == "again_on"
    assert see(cast, case, again_on=date(2027, 1, 19)).again_on == date(2027, 1, 19)


def test_seen_again_the_later_day_holds_and_there_is_one_row(cast, case):
    see(cast, case)

    see(cast, case, again_on=date(2026, 12, 1))

    assert [(row.again_on, row.version) for row in RoundStop.select()] == [(date(2026, 12, 1), 2)]


def test_only_who_is_on_the_case_goes_through_it_and_only_while_it_is_open(cast, case):
    closed = a_case(cast, "CLOSE", phase="closed", closed_at=case.reported_at)
    offered = a_case(cast, "OFFER", offered_to=cast["lars"])

    assert {one.code for one in round_pages.listed(cast["solveig"]).cases} == {"K7F3Q", "OFFER"}
    assert round_pages.listed(cast["jonas"]).cases == []
    with pytest.raises(Invalid, match="afsluttet"):
        see(cast, closed)
    with pytest.raises(NotAllowed):
        rounds.see(cast["lars"], asked(cast["lars"], offered), AGAIN, None)


def test_who_is_shut_out_meets_the_case_no_more(cast, case):
    exclude(case, cast["solveig"], person=cast["rikke"])

    assert round_pages.listed(cast["rikke"]).cases == []


# ── nothing is silenced ─────────────────────────────────────────────────────────────────────────────


def test_a_case_that_was_put_off_is_told_of_as_before(cast, case, clock):
    task = a_task(case, due_on=date(2026, 11, 23), assignee=cast["solveig"])
    see(cast, case, "solveig")
    now = clock.move_to(datetime(2026, 11, 23, 8))

    assert f"task:{task.ref}" in things.found_by(cast["solveig"], now)
    assert digest.owe_due(now) == 1
    assert task.ref in [one.ref for one in my_day.of(cast["solveig"]).today]


def test_the_round_is_no_contact_with_the_citizen(cast, case, clock):
    see(cast, case, "solveig", minutes="Gennemgået, intet nyt.")
    clock.move_to(datetime(2027, 1, 4, 9))

    assert [one.code for one in my_day.of(cast["solveig"]).silent] == ["K7F3Q"]
    row = Case.select(*silence.columns(Case.ref)).where(Case.ref == case.ref).tuples().get()
    assert silence.Heard(*row).last_talk is None


# ── minutes ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_minutes_are_a_sealed_note_of_the_case_and_no_minutes_are_none(cast, case):
    see(cast, case)
    assert Note.select().count() == 0

    see(cast, case, minutes="ZQX Ringer til skolen.")

    (note,) = Note.select()
    assert (note.case_id, note.theme, note.text) == (case.ref, "Gennemgang 20.11.2026", "ZQX Ringer til skolen.")
    assert b"ZQX" not in bytes(Note.select(Note.text).tuples().get()[0])


@pytest.mark.parametrize(
    "minutes",
    [
        "Som i sag other.",
        "OTHER: ring",
        "Som OTHERs.",
        "Ligner CLOSE.",
        "Mette   madeup har ringet.",
        "Det samme som Mette-Madeup.",
        "Mette Madeups advokat ringer.",
    ],
)
def test_the_minutes_name_no_other_case_and_nobody_of_it(cast, case, minutes):
    a_case(cast, "CLOSE", phase="closed", closed_at=case.reported_at)
    named(a_case(cast, "OTHER"), "Mette Madeup")

    with pytest.raises(Invalid) as refused:
        see(cast, case, minutes=minutes)

    assert refused.value.field == "minutes"
    assert "adeup" not in str(refused.value)
    assert (Note.select().count(), RoundStop.select().count()) == (0, 0)


def test_who_is_called_the_same_is_named_in_the_own_case_and_initials_are_no_name(cast, case):
    for number, code in enumerate(("OTHER", "MORE1")):
        named(a_case(cast, code), ("Mette Madeup", "M.H.")[number])
    named(case, "Mette Madeup")

    see(cast, case, minutes="Mette Madeup ringer selv. M.H. følger med.")

    assert Note.select().count() == 1


# ── a resource person's month ───────────────────────────────────────────────────────────────────────


def round_of(cast, now, who="rikke") -> date | None:
    thing = things.found_by(cast[who], now).get(f"round:{cast[who].ref}")
    return thing.due_on if thing else None


def test_a_resource_person_is_asked_to_go_round_once_in_so_many_days(cast, case, clock):
    began(case, 29)
    assert round_of(cast, time.now()) is None
    now = clock.move_to(datetime(2026, 11, 23, 8))

    assert round_of(cast, now) == date(2026, 11, 21)
    assert my_day.of(cast["rikke"]).round_since == date(2026, 11, 21)
    assert digest.owe_due(now) == 1
    assert letters("digest") == ["rikke"]


def test_what_was_seen_of_it_is_not_asked_for_until_it_comes_back(cast, case, clock):
    began(case, 40)
    other = a_case(cast, "OTHER")
    began(other, 35)
    see(cast, case)
    assert round_of(cast, time.now()) == date(2026, 11, 15)

    see(cast, other, again_on=date(2026, 12, 10))

    assert round_of(cast, time.now()) is None
    assert my_day.of(cast["rikke"]).round_since is None
    assert round_of(cast, clock.move_to(datetime(2026, 12, 10, 9))) == date(2026, 12, 10)


@pytest.mark.parametrize("who", ["solveig", "rasmus", "ruth"])
def test_nobody_is_asked_but_who_is_resource_person_on_a_case(cast, case, who):
    began(case, 60)

    assert round_of(cast, time.now(), who) is None


def test_by_setting_nobody_is_asked(cast, case, monkeypatch):
    began(case, 60)
    none = msgspec.structs.replace(rules.current(), round_every_days=0)
    monkeypatch.setattr(rules, "current", lambda: none)

    assert round_of(cast, time.now()) is None
    assert my_day.of(cast["rikke"]).round_since is None


# ── what there is to see of a case ──────────────────────────────────────────────────────────────────


def test_a_case_says_what_is_late_missing_silent_and_coming_and_which_stand_beside(cast, case, clock):
    before, after = case, a_case(cast, "OTHER", reported_at=time.now() + timedelta(minutes=1))
    a_task(after, due_on=date(2026, 11, 19))
    here = opened(cast["solveig"], after)
    orders.record(cast["solveig"], here, kind=OrderKind.TILHOLD, from_on=date(2026, 11, 1), to_on=date(2026, 11, 27),
                  area=None, journal_number=None)  # fmt: skip

    found = round_pages.of_case(cast["solveig"], here)

    assert found.late == ["1 opgave er over fristen.", "1 opgave er uden ansvarlig."]
    assert "Sparring er ikke skrevet ned." in found.missing
    assert "fre. 27. nov.: Tilhold eller forbud udløber" in found.coming
    assert (found.place, found.total, found.before.code, found.after) == (2, 2, before.code, None)
    assert "1 opgave er over fristen." in found.minutes
    assert before.code not in found.minutes
    assert "27. nov" not in found.minutes


def test_the_look_is_written_down_for_the_case_and_for_those_beside_it(cast, case):
    other = a_case(cast, "OTHER", reported_at=time.now() + timedelta(minutes=1))

    round_pages.of_case(cast["solveig"], opened(cast["solveig"], case))

    look = Event.select().where(Event.action == "round:read").get()
    assert (look.chain, look.changes) == (f"case:{case.ref}", {"cases": [None, [other.ref]]})


def test_a_case_of_the_round_asks_the_database_the_same_however_many_there_are(cast, case, queries):
    asked_for = []
    for number in range(3):
        a_case(cast, f"C{number}")
        here = opened(cast["solveig"], case)
        queries.clear()
        round_pages.of_case(cast["solveig"], here)
        asked_for.append(len([sql for sql in queries if sql.startswith("SELECT") and "advisory" not in sql]))

    assert asked_for[1] == asked_for[2] <= asked_for[0] <= 5


def test_a_task_made_in_passing_is_one_of_the_case(cast, case):
    made = tasks.create(cast["solveig"], opened(cast["solveig"], case), title="Ring til skolen", box=Box.NETWORK,
                        due_on=date(2026, 11, 27), brief=None, assignee=cast["solveig"])  # fmt: skip

    found = round_pages.of_case(cast["solveig"], opened(cast["solveig"], case))
    assert made.ref in [row.ref for row in found.tasks]


def test_minutes_are_looked_through_for_names_by_one_query_for_all_keys(cast, case, queries):
    for number in range(4):
        named(a_case(cast, f"M{number}FQX"), f"Opdigtet Nummer{number}")
    keys.forget()
    queries.clear()

    see(cast, case, minutes="Intet nyt")

    assert len([sql for sql in queries if sql.startswith("SELECT") and 'FROM "data_key"' in sql]) <= 1
