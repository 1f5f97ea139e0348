"""The log is anchored outside the database once a day, and what an older or another database lacks is found."""

import sqlite3
import stat
from datetime import timedelta

import msgspec
import pytest

from skanderborg import clock as time
from skanderborg.domain import anchoring, health, people
from skanderborg.kinds import LetterKind
from skanderborg.mail import letters
from skanderborg.store import anchors, events
from skanderborg.store import db as database
from skanderborg.store.db import begin
from skanderborg.store.outbox import OutboxLetter, Tick
from tests.made import a_case, by_hand
from tests.servers import Letter


@pytest.fixture
def place(settings, tmp_path, cast):
    """Settings with an anchor file, over a house where something happened."""
    with begin():
        events.record(cast["rikke"], "case:described", a_case(cast))
    (tmp_path / "elsewhere").mkdir()
    return msgspec.structs.replace(settings, anchor_file=tmp_path / "elsewhere" / "anchors.txt")


def watch(place) -> int:
    return anchoring.watch(place, time.now())


def told(place) -> str:
    return "\n".join(fault.what for fault in anchoring.verify(place, time.now()).faults)


def a_few_days(place, clock, count: int = 3) -> list[str]:
    for day in range(count):
        clock.forward(hours=24 if day else 0)
        assert watch(place) == 1
    return place.anchor_file.read_text().splitlines()


def test_each_day_one_line_is_added_to_a_file_that_only_its_owner_reads(place, clock):
    lines = a_few_days(place, clock)

    assert watch(place) == 0  # once a day
    assert lines == [anchors.line_of(anchor) for anchor in anchors.every()]
    assert [anchors.read_line(line).number for line in lines] == [1, 2, 3]
    assert stat.S_IMODE(place.anchor_file.stat().st_mode) == 0o600
    assert told(place) == ""


def test_before_the_hour_of_the_day_nothing_is_anchored(place, clock):
    a_few_days(place, clock, 1)

    clock.forward(hours=20)  # five in the morning
    assert watch(place) == 0
    clock.forward(hours=1)
    assert watch(place) == 1


def test_the_auditor_gets_the_line_and_nobody_else_does(place, clock, cast):
    a_few_days(place, clock, 1)

    (letter,) = OutboxLetter.select().where(OutboxLetter.kind == LetterKind.LOG_ANCHOR)
    assert letter.person_id == cast["dorte"].ref
    text = Letter("", (), letters.compose(letter, "dorte@example.invalid", place)).text
    assert anchors.line_of(anchors.newest()) in text.splitlines()


def test_what_the_letter_of_a_line_says_beside_it_is_fixed():
    """The one letter with more than fixed words has one line of hexadecimal digits more (decision 13)."""
    lines = (letters.TEXTS / "log-anchor.txt").read_text().splitlines()

    assert [line for line in lines if "$" in line] == ["$hex", "Log ind her: $link"]


def test_the_words_of_an_anchors_letter_are_hexadecimal_digits_only(place, clock):
    a_few_days(place, clock, 1)

    (letter,) = OutboxLetter.select().where(OutboxLetter.kind == LetterKind.LOG_ANCHOR)
    words = msgspec.json.decode(letter.words)
    assert words.keys() == {"hex"}
    assert anchors.LINE.fullmatch(words["hex"])


def test_an_older_database_that_is_put_back_is_found_by_its_file(place, clock, settings, tmp_path):
    if database.is_postgres():
        return  # a file is put back; the next test plays both
    a_few_days(place, clock, 2)
    _copy(tmp_path)
    a_few_days_more(place, clock)

    now = database.db.obj
    database.connect(f"sqlite:///{tmp_path / 'old.db'}")
    with database.db.connection_context():
        said, made, last = told(place), watch(place), anchors.newest().number
        file = health.checks(place)["log"]["file"]
    database.db.initialize(now)

    assert "Ankerfilen har anker 4" in said
    assert "databasen kun til 2: en ældre database er lagt tilbage." in said
    assert (made, last, file) == (0, 2, "ahead")


def _copy(tmp_path) -> None:
    with sqlite3.connect(f"file:{tmp_path / 'koordinering.db'}?mode=ro", uri=True) as old:
        old.execute("VACUUM INTO ?", (str(tmp_path / "old.db"),))


def a_few_days_more(place, clock) -> None:
    for _ in range(2):
        clock.forward(hours=24)
        assert watch(place) == 1


def test_rows_of_an_older_database_are_found_by_the_file_and_by_a_letter(place, clock):
    lines = a_few_days(place, clock)
    with by_hand() as sql:
        sql("DELETE FROM anchor WHERE number > 1")
        sql("UPDATE log_count SET number = 1, seal = ? WHERE name = 'anchors'", _seal_of_one())

    assert told(place).startswith("Ankerfilen har anker 2 (2026-11-21), databasen kun til 1")
    assert [fault.what for fault in anchoring.line_faults(lines[2])] == [
        "Brevets anker 3 (2026-11-22) er ikke i databasen: den er ældre."
    ]


def _seal_of_one() -> str:
    return anchors.keys.audit_mac("count", "anchors", 1)


def test_the_line_of_a_letter_is_known_again_and_another_is_not(place, clock):
    line = a_few_days(place, clock, 1)[0]

    assert anchoring.line_faults(f" {line.upper()} ") == []
    assert "er et andet" in anchoring.line_faults(line[:-1] + ("0" if line[-1] != "0" else "1"))[0].what
    assert "ikke et anker" in anchoring.line_faults("123")[0].what


@pytest.mark.parametrize(
    ("cut", "what"),
    [
        (lambda lines: lines[:-1], "anker 3 mangler i den"),
        (lambda lines: lines[1:], "anker 1 mangler i den"),
        (lambda lines: [], "anker 1, 2, 3 mangler i den"),
        (lambda lines: [*lines, "x"], "Ankerfilens linje 4 kan ikke læses."),
        (lambda lines: [lines[0], lines[1][:-1] + "x", lines[2]], "linje 2 kan ikke læses"),
        (lambda lines: [lines[0], lines[1][:-2] + "00", lines[2]], "Anker 2 i ankerfilen er et andet end databasens."),
    ],
)  # fmt: skip
def test_a_file_that_was_cut_or_changed_is_found_and_not_mended(place, clock, cut, what):
    lines = a_few_days(place, clock)
    place.anchor_file.write_text("".join(f"{line}\n" for line in cut(lines)))

    assert what in told(place)
    assert watch(place) == 0
    assert what in told(place)


def test_a_file_that_is_gone_is_missed_and_gets_only_what_it_never_had(place, clock):
    a_few_days(place, clock)
    place.anchor_file.unlink()
    clock.forward(hours=24)

    assert watch(place) == 1

    assert len(place.anchor_file.read_text().splitlines()) == 1
    assert "anker 1, 2, 3 mangler i den" in told(place)


def test_a_line_that_was_torn_by_a_power_cut_is_written_whole_behind_it(place, clock):
    lines = a_few_days(place, clock, 2)
    place.anchor_file.write_text(f"{lines[0]}\n{lines[1][:40]}")
    with by_hand() as sql:
        sql("UPDATE anchor SET filed_at = NULL WHERE number = 2")

    watch(place)

    assert place.anchor_file.read_text().splitlines() == [lines[0], lines[1][:40], lines[1]]
    assert told(place) == ""


def test_a_file_that_cannot_be_written_is_told_of_and_gets_its_lines_later(place, clock):
    place.anchor_file.parent.rename(place.anchor_file.parent.with_name("away"))

    assert watch(place) == 1
    assert health.checks(place)["log"] | {"verified_hours": 0} == {
        "ok": False, "faults": 0, "verified_hours": 0, "anchor": 1, "anchor_hours": 0, "file": "behind",
    }  # fmt: skip
    place.anchor_file.parent.mkdir()
    watch(place)

    assert len(place.anchor_file.read_text().splitlines()) == 1
    assert health.checks(place)["log"]["ok"]


def test_without_a_file_the_log_is_anchored_all_the_same(settings, cast, clock):
    assert anchoring.watch(settings, time.now()) == 1

    assert health.checks(settings)["log"] == {
        "ok": True, "faults": 0, "verified_hours": 0, "anchor": 1, "anchor_hours": 0, "file": "none",
    }  # fmt: skip


def test_a_file_that_is_named_later_gets_all_the_lines(settings, place, clock):
    for _ in range(3):
        anchoring.watch(settings, time.now())
        clock.forward(hours=24)

    watch(place)

    assert [anchors.read_line(line).number for line in place.anchor_file.read_text().splitlines()] == [1, 2, 3, 4]


def test_an_anchor_that_is_late_is_told_of(place, clock):
    a_few_days(place, clock, 1)

    clock.forward(hours=36)
    assert health.checks(place)["log"]["ok"]
    clock.forward(hours=1)

    assert health.checks(place)["log"] | {"ok": False} == health.checks(place)["log"]


def test_days_without_an_anchor_are_told_of(place, clock):
    a_few_days(place, clock, 1)
    clock.forward(hours=24 * 5)
    watch(place)

    found = anchoring.verify(place, time.now())

    assert found.faults == []
    assert found.gaps == ["Intet anker fra fredag 20. november kl. 09.00 til onsdag 25. november kl. 09.00"]


def test_a_log_that_was_cut_is_told_to_auditor_and_administrator_and_keeps_nobody_from_working(place, clock, cast):
    with by_hand() as sql:
        sql("DELETE FROM event WHERE substr(chain, 1, 5) = 'case:'")

    watch(place)

    told_to = {letter.person_id for letter in OutboxLetter.select().where(OutboxLetter.kind == LetterKind.LOG_BROKEN)}
    assert told_to == {cast["dorte"].ref, people.by_username("admin").ref}
    checks = health.checks(place)
    assert (checks["log"]["ok"], checks["log"]["faults"]) == (False, 1)
    assert "log" in health.NO_FAULT_OF_OURS


def test_the_page_of_readiness_reads_no_event(place, clock, queries):
    a_few_days(place, clock)
    queries.clear()

    anchoring.state(place, time.now())

    assert len(queries) == 2
    assert not [sql for sql in queries if '"event"' in sql]


def test_a_clock_that_was_put_back_is_told_of(place, clock, cast):
    case = a_case(cast, "K7F3S")
    with begin():
        events.record(cast["rikke"], "case:described", case)
    clock.forward(hours=-2)
    with begin():
        events.record(cast["rikke"], "case:described", case)

    assert any("uret gik tilbage" in gap for gap in anchoring.verify(place, time.now()).gaps)


# ── at the command line ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_ends_with_an_error_that_names_what_is_missing(app, house, cast):
    case = a_case(cast)
    with begin():
        events.record(cast["rikke"], "case:described", case)
    run = app.test_cli_runner()
    assert run.invoke(args=["audit", "verify"]).output.startswith("Alle kæder er hele.")
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ?", f"case:{case.ref}")

    told = run.invoke(args=["audit", "verify"])
    as_json = msgspec.json.decode(run.invoke(args=["audit", "verify", "--json"]).output)

    assert told.exit_code == 1
    assert told.output.startswith(f"case:{case.ref}, hændelse ")
    assert (as_json["ok"], as_json["broken"][0]["chain"]) == (False, f"case:{case.ref}")


def test_the_line_of_a_letter_is_checked_at_the_command_line(app, place, clock):
    line = a_few_days(place, clock, 1)[0]
    run = app.test_cli_runner()

    assert run.invoke(args=["audit", "verify", "--anchor", line]).exit_code == 0
    assert run.invoke(args=["audit", "verify", "--anchor", line.replace("1", "2", 1)]).exit_code == 1


def test_the_outcome_of_a_verification_is_kept(app, house, cast):
    app.test_cli_runner().invoke(args=["audit", "verify"])

    assert Tick.get(Tick.name == anchoring.WATCH).counted == 0
    assert time.now() - Tick.get(Tick.name == anchoring.WATCH).at < timedelta(minutes=1)
