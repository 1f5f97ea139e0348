"""A mail server that is down shows: to who watches the house, and to everyone who counts on a letter."""

import shutil
from datetime import timedelta
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from skanderborg import clock as time
from skanderborg.domain import health, sessions, ticks
from skanderborg.domain.letters.delivery import Postman
from skanderborg.errors import NotFound
from skanderborg.kinds import LetterKind
from skanderborg.mail import outbox
from skanderborg.policy import SYSTEM
from skanderborg.store import keys
from skanderborg.store.db import begin
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Person
from tests.made import a_case
from tests.servers import Mode

BANNER = "Påmindelser bliver ikke sendt lige nu. Ring, hvis noget haster"
LATE_MINUTES = 30


class Disk(NamedTuple):
    """What shutil.disk_usage answers."""

    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def _room_on_the_disk(monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: Disk(10**12, 0, 10**12))


@pytest.fixture
def owe(cast):
    """Owe someone a letter now, or with `due_at` later: `owe("rikke")`."""
    case = a_case(cast)

    def put(name: str, **when: object) -> None:
        with begin():
            outbox.put(LetterKind.REQUEST_NEW, cast[name], key=f"x:{time.now()}", about=case, **when)

    return put


@pytest.fixture
def worker(settings, mail_server, clock):
    """Let minutes pass, then run the worker once: `worker(31)`."""
    postman = Postman(replace(settings, smtp_url=mail_server.url))

    def run(minutes: int = 0) -> None:
        clock.forward(minutes=minutes)
        ticks.owe()
        postman.deliver()

    return run


def page(visit) -> str:
    """Any page, as Jonas sees it, signed in a moment ago: the clock may have moved by more than a session lasts."""
    return visit("jonas").get("/profil").text


# ── who watches the house ───────────────────────────────────────────────────────────────────────────


def test_a_letter_that_waits_too_long_is_told_and_the_pages_stay_in_service(visit, owe, worker, mail_server):
    mail_server.mode = Mode.DOWN
    owe("rikke")
    worker(LATE_MINUTES)
    in_time = visit(None).get("/readyz")
    worker(1)

    ready = visit(None).get("/readyz")

    assert in_time.json["outbox"] == {"ok": True, "oldest_seconds": LATE_MINUTES * 60, "failed": 0, "uncertain": 0}
    assert ready.json["outbox"] == {"ok": False, "oldest_seconds": (LATE_MINUTES + 1) * 60, "failed": 0, "uncertain": 0}
    assert ready.status_code == 200


def test_the_doctor_says_so_and_ends_with_an_error(app, owe, worker, mail_server):
    mail_server.mode = Mode.DOWN
    owe("rikke")
    worker(LATE_MINUTES + 1)

    told = app.test_cli_runner().invoke(args=["doctor"])

    assert "FEJL outbox oldest_seconds: 1860 failed: 0 uncertain: 0" in told.output.splitlines()
    assert told.exit_code == 1


def test_the_doctor_names_who_is_on_cases_and_should_see_none(app, cast, visit):
    with begin():
        Person.update(roles="auditor resource-person").where(Person.ref == cast["dorte"].ref).execute()

    told, ready = app.test_cli_runner().invoke(args=["doctor"]), visit(None).get("/readyz")

    assert "FEJL roles still_on_cases: dorte" in told.output.splitlines()
    assert "dorte" not in ready.text  # open to anyone: no names there


def test_a_tick_of_a_time_to_come_is_no_sign_of_life(visit, settings, worker, clock):
    """REL-35: the clock ran an hour fast, and was set right."""
    worker(60)
    alive = health.checks(settings)["worker"]["ok"]
    clock.forward(minutes=-60)

    assert (alive, health.checks(settings)["worker"]["ok"]) == (True, False)
    assert BANNER in page(visit)


def test_what_is_not_due_yet_and_what_failed_do_not_wait(settings, owe, worker, clock):
    owe("rikke")
    OutboxLetter.update(failed_at=time.now()).execute()
    owe("rikke", due_at=time.now() + timedelta(days=30))
    clock.forward(minutes=LATE_MINUTES + 1)

    assert health.checks(settings)["outbox"] == {"ok": False, "oldest_seconds": 0, "failed": 1, "uncertain": 0}


# ── who counts on a letter ──────────────────────────────────────────────────────────────────────────


def test_everyone_is_told_that_letters_do_not_get_through(visit, owe, worker, mail_server):
    mail_server.mode = Mode.DOWN
    owe("rikke")

    worker(LATE_MINUTES)
    in_time = page(visit)
    worker(1)

    assert BANNER not in in_time
    assert BANNER in page(visit)


def test_a_server_that_says_not_now_to_all_is_told_of_too_until_it_takes_a_letter(visit, owe, worker, mail_server):
    owe("rikke")
    worker()
    mail_server.mode = Mode.REFUSE
    owe("ulla")
    worker(LATE_MINUTES + 1)
    stuck = page(visit)

    mail_server.mode = Mode.ACCEPT
    worker(60)

    assert BANNER in stuck
    assert BANNER not in page(visit)


def test_one_mailbox_that_is_full_alarms_nobody(visit, owe, worker, mail_server):
    owe("ulla")
    OutboxLetter.update(next_try_at=time.now() + timedelta(days=1), failure="452").execute()
    worker(LATE_MINUTES + 1)
    owe("rikke")

    worker()

    assert len(mail_server.letters) == 1
    assert BANNER not in page(visit)


def test_letters_that_are_to_come_alarm_nobody(visit, owe, worker):
    owe("rikke", due_at=time.now() + timedelta(days=30))

    worker(LATE_MINUTES + 1)

    assert BANNER not in page(visit)


# ── letters that failed ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def refused(owe, worker, mail_server):
    """A letter to Jonas that the server refused for good."""
    mail_server.rejected.add("jonas@example.invalid")
    owe("jonas")
    for _ in range(4):
        worker(30)
    mail_server.clear()


def test_a_letter_that_failed_is_told_to_who_watches_the_house(app, visit, refused):
    told = app.test_cli_runner().invoke(args=["doctor"])

    assert "FEJL outbox oldest_seconds: 0 failed: 1 uncertain: 0" in told.output.splitlines()
    assert told.exit_code == 1
    ready = visit(None).get("/readyz")
    assert (ready.json["outbox"]["failed"], ready.status_code) == (1, 200)


def test_a_letter_that_failed_is_told_on_every_page_to_who_can_do_something_and_whose_mailbox_it_is(visit, refused):
    said = {name: visit(name).get("/profil").text for name in ("solveig", "rikke", "jonas", "ulla", "admin")}

    assert {name for name, text in said.items() if "1 besked kunne ikke leveres" in text} == {
        "solveig",
        "rikke",
        "admin",
    }
    assert {name for name, text in said.items() if "til din egen mailadresse" in text} == {"jonas"}


def test_an_administrator_sees_whose_mailbox_it_is_and_nothing_of_the_case(visit, refused):
    page = visit("admin").get("/administration/breve").text

    assert "Jonas" in page
    assert "550" in page
    assert "/sager/" not in page
    assert LetterKind.REQUEST_NEW.label not in page


@pytest.mark.parametrize(
    ("who", "where"), [("admin", "/administration/breve/igen"), ("solveig", "/breve/igen"), ("rikke", "/breve/igen")]
)
def test_all_that_failed_go_again_by_one_press(visit, owe, refused, worker, mail_server, who, where):
    mail_server.rejected.add("ulla@example.invalid")
    owe("ulla")
    for _ in range(4):
        worker(30)
    mail_server.clear()

    page = visit(who).post(where)
    worker(1)

    assert page.status_code == 303
    assert {letter.recipients[0].partition("@")[0] for letter in mail_server.letters} == {"jonas", "ulla"}
    assert "kunne ikke leveres" not in visit(who).get("/profil").text


def test_who_has_no_part_in_it_sends_nothing_again(visit, refused, worker, mail_server):
    visit("ulla").post("/breve/igen")
    worker(1)

    assert mail_server.letters == []


def test_all_to_one_person_go_again_by_one_press(visit, cast, owe, refused, worker, mail_server):
    mail_server.rejected.add("ulla@example.invalid")
    owe("ulla")
    for _ in range(4):
        worker(30)
    mail_server.clear()

    visit("admin").post(f"/administration/breve/{cast['jonas'].ref}/igen")
    worker(1)

    assert {letter.recipients[0] for letter in mail_server.letters} == {"jonas@example.invalid"}


# ── the clock ───────────────────────────────────────────────────────────────────────────────────────


def test_a_clock_that_stands_behind_the_newest_row_is_told_and_the_pages_stay_in_service(visit, settings, clock):
    before = health.checks(settings)["clock"]
    visit("rikke").get("/")

    clock.forward(days=-7)

    assert before == {"ok": True, "behind_seconds": 0}
    assert health.checks(settings)["clock"] == {"ok": False, "behind_seconds": 7 * 24 * 3600}
    assert visit(None).get("/readyz").json["clock"]["ok"] is False


@pytest.mark.parametrize("jump", [{"days": -7}, {"minutes": -20}])
def test_a_screen_left_alone_is_signed_out_though_the_clock_went_back(visit, clock, jump):
    rikke = visit("rikke")

    clock.forward(**jump)

    assert rikke.get("/profil").status_code == 303


def test_a_session_outlives_a_clock_that_is_set_by_seconds(visit, clock):
    rikke = visit("rikke")

    clock.forward(seconds=-30)

    assert rikke.get("/profil").status_code == 200


def test_a_link_dies_though_the_clock_went_back(cast, settings, clock):
    secret = sessions.offer_link(SYSTEM, cast["jonas"], settings.defaults)

    clock.forward(days=-7)

    with pytest.raises(NotFound):
        sessions.link_holder(secret)


def test_a_server_that_takes_nothing_is_told_of_though_the_clock_was_ahead(visit, owe, worker, mail_server, clock):
    right = clock.now
    clock.forward(days=1)
    owe("rikke")
    worker()
    clock.move_to(right)

    mail_server.mode = Mode.DOWN
    owe("rikke")
    worker(LATE_MINUTES + 1)

    assert BANNER in page(visit)


def test_a_key_file_that_was_put_in_the_place_of_the_right_one_is_told_before_the_next_start(
    visit, cast, tmp_path, keys_file
):
    kept = shutil.copy(keys_file, tmp_path / "keys.json")
    keys.open_ring(kept)
    right = visit(None).get("/readyz").json["ring"]["ok"]
    kept.unlink()
    keys.create_ring(kept)

    ready = visit(None).get("/readyz")

    keys.open_ring(keys_file)
    assert (right, ready.json["ring"]["ok"], ready.json["keys"]["ok"]) == (True, False, True)
