"""A mail server in trouble loses nothing, and one mailbox in trouble holds up nobody (REL-23, 24, 28)."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from skanderborg import clock as time
from skanderborg.domain import letters as failed
from skanderborg.domain.letters.delivery import Postman
from skanderborg.errors import NotAllowed
from skanderborg.kinds import LetterKind
from skanderborg.mail import outbox
from skanderborg.store.db import begin
from skanderborg.store.outbox import OutboxLetter
from tests.made import letters
from tests.servers import Mode

CAST = ("rikke", "jonas", "ulla", "solveig", "lars")
TROUBLES = {  # how a server that takes nothing may say so
    "down": {}, "hello": {"ehlo": "554 No", "helo": "554 No"}, "sender": {"mail": "550 5.7.1 No"},
    "going": {"mail": "421 Bye"},
    "recipient": {"rcpt": "550 5.7.1 No"}, "letter": {"data": "554 5.7.1 No"}, "after": {"letter": "554 5.7.1 Spam"},
    "quota": {"letter": "552 5.2.2 Over quota"}, "later": {"rcpt": "451 4.3.0 Later"}, "bye": {"rcpt": "421 Bye"},
}  # fmt: skip


@pytest.fixture
def owe(cast, case, clock):
    """Owe letters a minute after each other: `owe("rikke", "jonas")`; their refs, oldest first."""

    def put(*names: str) -> list[str]:
        refs = []
        for name in names:
            with begin():
                outbox.put(LetterKind.REQUEST_NEW, cast[name], key=f"{len(refs)}:{time.now()}", about=case)
            refs.append(OutboxLetter.select(OutboxLetter.ref).order_by(OutboxLetter.due_at.desc()).limit(1).scalar())
            clock.forward(minutes=1)
        return refs

    return put


@pytest.fixture
def run(worker, clock):
    """Let a worker tick for some minutes: `run(10)`; each tick is another process, on another host for all we know."""

    def ticks(minutes: int, every: int = 1) -> None:
        for _ in range(minutes // every):
            clock.forward(minutes=every)
            Postman(worker).deliver()

    return ticks


def begins(mail_server, trouble: str) -> None:
    mail_server.answers = dict(TROUBLES[trouble])
    if trouble == "down":
        mail_server.mode = Mode.DOWN


def row(ref: str) -> OutboxLetter:
    return OutboxLetter.get_by_id(ref)


def arrived(mail_server) -> list[str]:
    return [letter.recipients[0].partition("@")[0] for letter in mail_server.letters]


# ── a bad hour ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_server_that_takes_nothing_loses_nothing_and_is_caught_up_with_at_once(
    worker, mail_server, owe, run, clock, trouble
):
    refs = owe(*CAST * 3)
    begins(mail_server, trouble)
    run(10)
    clock.forward(days=1)
    run(60, every=10)
    waiting = [(row(ref).failed_at, row(ref).refusals) for ref in refs]

    mail_server.clear()
    clock.forward(seconds=20)
    Postman(worker).deliver()

    assert set(waiting) == {(None, 0)}
    assert letters("delivery-failed") == []
    assert sorted(arrived(mail_server)) == sorted(CAST * 3)


@pytest.mark.parametrize("trouble", ["down", "sender"])
def test_after_an_outage_the_oldest_letter_goes_first(worker, mail_server, owe, run, trouble):
    begins(mail_server, trouble)
    owe(*CAST * 2)
    run(120, every=10)

    mail_server.clear()
    Postman(worker).deliver()

    assert arrived(mail_server) == list(CAST * 2)


def test_after_a_bad_hour_the_oldest_of_those_that_waited_goes_first(worker, mail_server, owe, run):
    begins(mail_server, "recipient")
    owe(*CAST * 2)
    run(120, every=10)

    mail_server.clear()
    Postman(worker).deliver()

    probe, *rest = arrived(mail_server)
    expected = list(CAST * 2)
    expected.remove(probe)
    assert len(rest) == 9
    assert sorted(rest) == sorted(expected)
    due = [letter.message["Date"] for letter in mail_server.letters[1:]]
    assert due == sorted(due)


def test_a_server_in_trouble_is_not_flooded(worker, mail_server, owe, clock):
    owe(*CAST * 10)
    begins(mail_server, "recipient")

    for _ in range(10):
        Postman(worker).deliver()

    assert 0 < OutboxLetter.select(OutboxLetter.tries).where(OutboxLetter.tries > 0).count() <= 12


def test_a_worker_asks_a_server_in_trouble_again_less_and_less_often_but_soon_enough(
    worker, mail_server, owe, clock, monkeypatch
):
    owe(*CAST)
    begins(mail_server, "sender")
    postman, counted, asked = Postman(worker), [0.0], []
    monkeypatch.setattr(time.system_time, "monotonic", lambda: counted[0])
    send_all = postman._send_all
    monkeypatch.setattr(postman, "_send_all", lambda waiting: [asked.append(counted[0]), send_all(waiting)][1])

    for second in range(100):
        counted[0] = float(second)
        postman.deliver()

    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert gaps == [2, 4, 8, 16, 20, 20, 20]


def test_letters_that_failed_one_by_one_in_a_bad_hour_are_owed_again(worker, mail_server, owe, run):
    """Nobody else was written to at first: the letter about the failure is the second that is refused."""
    begins(mail_server, "recipient")
    [ref] = owe("jonas")
    run(6)
    [other] = owe("ulla")
    run(6)

    mail_server.clear()
    run(1)

    assert row(ref).sent_at
    assert row(other).sent_at
    assert row(ref).failed_at is None


def test_after_a_week_of_trouble_a_letter_has_failed_and_is_seen(worker, mail_server, owe, run, clock):
    refs = owe("jonas", "ulla")
    begins(mail_server, "recipient")
    run(24 * 60 * 6, every=12 * 60)
    before = [row(ref).failed_at for ref in refs]

    run(24 * 60 * 2, every=4 * 60)

    assert before == [None, None]
    assert all(row(ref).failed_at for ref in refs)


# ── one mailbox ─────────────────────────────────────────────────────────────────────────────────────


def test_a_single_letter_that_is_refused_fails_after_its_tries(worker, mail_server, owe, run):
    [ref] = owe("jonas")
    mail_server.rejected.add("jonas@example.invalid")
    tries = worker.defaults.refused_tries

    run(2)
    assert row(ref).failed_at is None
    run(10)

    assert row(ref).failed_at
    assert mail_server.asked.count("jonas@example.invalid") == tries
    assert letters("delivery-failed") == ["solveig"]


def test_a_bad_address_among_good_ones_fails_after_its_tries(worker, mail_server, owe, run):
    bad, *_ = owe("jonas", *CAST)
    mail_server.rejected.add("jonas@example.invalid")

    run(10)

    assert row(bad).failed_at
    assert mail_server.asked.count("jonas@example.invalid") == worker.defaults.refused_tries * 2


def test_two_bad_addresses_alone_wait_and_fail_once_the_server_takes_another(worker, mail_server, owe, run):
    refs = owe("jonas", "ulla")
    mail_server.rejected |= {"jonas@example.invalid", "ulla@example.invalid"}
    run(60, every=10)
    before = [row(ref).failed_at for ref in refs]

    owe("rikke")
    run(10)

    assert before == [None, None]
    assert all(row(ref).failed_at for ref in refs)


def test_many_letters_to_a_mailbox_that_is_gone_make_one_letter_about_it(worker, mail_server, owe, run):
    owe(*["jonas"] * 5, "rikke")
    mail_server.rejected.add("jonas@example.invalid")

    run(60, every=10)

    assert OutboxLetter.select().where(OutboxLetter.failed_at.is_null(False)).count() == 5
    assert letters("delivery-failed") == ["solveig"]


@pytest.mark.parametrize("command", ["rcpt", "letter"])
def test_one_mailbox_over_which_the_server_falls_silent_starves_nobody(worker, mail_server, owe, command):
    stuck, *_ = owe("jonas", "jonas", "jonas", *CAST[2:] * 3)
    mail_server.silent_at["jonas@example.invalid"] = command

    Postman(worker).deliver()

    assert sorted(arrived(mail_server)) == sorted(CAST[2:] * 3)
    assert mail_server.asked.count("jonas@example.invalid") == 1
    assert row(stuck).next_try_at > time.now()


def test_two_mailboxes_over_which_it_falls_silent_hold_up_the_others_once(worker, mail_server, owe, run):
    mail_server.silent_at = {"jonas@example.invalid": "rcpt", "ulla@example.invalid": "letter"}
    owe("jonas", "ulla", "rikke", "solveig", "lars")

    run(3)

    assert sorted(arrived(mail_server)) == ["lars", "rikke", "solveig"]
    owe("rikke")
    asked = len(mail_server.asked)
    Postman(worker).deliver()
    assert mail_server.asked[asked] == "rikke@example.invalid"


def test_what_waited_for_a_silent_mailbox_goes_when_it_answers(worker, mail_server, owe, run):
    refs = owe("jonas", "jonas", "rikke")
    mail_server.silent_at["jonas@example.invalid"] = "rcpt"
    run(10)

    mail_server.clear()
    run(60, every=10)

    assert all(row(ref).sent_at for ref in refs)


# ── who sends again what failed ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def refused(mail_server, owe, run):
    """Two letters to Jonas and one to Ulla that the server refused for good."""
    mail_server.rejected |= {"jonas@example.invalid", "ulla@example.invalid"}
    owe("jonas", "jonas", "ulla")
    for _ in range(6):
        owe("rikke")
        run(2)
    mail_server.clear()


def test_who_coordinates_the_case_sends_all_of_it_again(worker, mail_server, cast, refused):
    assert failed.send_mine_again(cast["ulla"]) == 0
    assert failed.send_mine_again(cast["solveig"]) == 3
    Postman(worker).deliver()

    assert [name for name in sorted(arrived(mail_server)) if name != "solveig"] == ["jonas", "jonas", "ulla"]


def test_an_administrator_sees_mailboxes_and_sends_again_to_one_or_to_all(worker, mail_server, cast, refused):
    seen = [(box.person.name, box.letters, box.answer) for box in failed.mailboxes(cast["admin"])]

    assert seen == [(cast["jonas"].name, 2, "550"), (cast["ulla"].name, 1, "550")]
    assert failed.send_all_again(cast["admin"], cast["jonas"].ref) == 2
    assert [box.person.name for box in failed.mailboxes(cast["admin"])] == [cast["ulla"].name]
    assert failed.send_all_again(cast["admin"]) == 1
    assert failed.mailboxes(cast["admin"]) == []


def test_nobody_else_sees_mailboxes(cast, refused):
    for verb in (failed.mailboxes, failed.send_all_again):
        with pytest.raises(NotAllowed):
            verb(cast["rikke"])


def test_a_letter_of_no_case_that_failed_is_seen_by_the_administrator(worker, mail_server, cast, owe, run):
    [ref] = owe("jonas")
    OutboxLetter.update(case=None).where(OutboxLetter.ref == ref).execute()
    mail_server.rejected.add("jonas@example.invalid")

    run(10)

    assert [box.letters for box in failed.mailboxes(cast["admin"])] == [1]
    assert letters("delivery-failed") == []


# ── the clock ───────────────────────────────────────────────────────────────────────────────────────


JUMPS = [pytest.param({"days": -7}, id="back a week"), pytest.param({"days": 1}, id="ahead a day"),
         pytest.param({"minutes": -30}, id="back half an hour")]  # fmt: skip


@pytest.mark.parametrize("jump", JUMPS)
def test_letters_that_were_put_off_or_owed_by_a_wrong_clock_wait_no_longer(worker, mail_server, owe, clock, jump):
    right = clock.now
    clock.forward(**jump)
    mail_server.mode = Mode.REFUSE
    owe("rikke")
    Postman(worker).deliver()
    mail_server.clear()
    owe("jonas")

    clock.move_to(right)
    Postman(worker).deliver()
    clock.forward(minutes=1)
    Postman(worker).deliver()

    assert sorted(arrived(mail_server)) == ["jonas", "rikke"]


@pytest.mark.parametrize("jump", JUMPS)
def test_letters_that_waited_while_the_clock_is_put_wrong_wait_no_longer(worker, mail_server, owe, clock, jump):
    mail_server.mode = Mode.REFUSE
    owe("rikke")
    Postman(worker).deliver()
    mail_server.clear()

    clock.forward(**jump)
    Postman(worker).deliver()
    clock.forward(minutes=1)
    Postman(worker).deliver()

    assert arrived(mail_server) == ["rikke"]


@pytest.mark.parametrize("jump", JUMPS)
def test_a_lease_of_a_worker_that_died_runs_out_whatever_the_clock_does(worker, mail_server, owe, clock, jump):
    [ref] = owe("rikke")
    held = timedelta(seconds=worker.defaults.lease_seconds)
    right = clock.now
    clock.forward(**jump)
    OutboxLetter.update(lease_until=clock.now + held, leased_by="dead").where(OutboxLetter.ref == ref).execute()

    clock.move_to(right)
    Postman(worker).deliver()
    while_it_may_live = arrived(mail_server)
    clock.forward(seconds=worker.defaults.lease_seconds + 1)
    Postman(worker).deliver()

    assert while_it_may_live in ([], ["rikke"])
    assert arrived(mail_server) == ["rikke"]


def test_a_letter_that_another_worker_is_sending_is_not_sent_twice_when_the_clock_goes_back(
    worker, mail_server, owe, clock, monkeypatch
):
    owe("rikke", "jonas")
    first, twice = Postman(worker), []
    send = first._send

    def meanwhile(*said):
        if not twice:
            twice.append(clock.forward(days=-7))
            Postman(worker).deliver()
        return send(*said)

    monkeypatch.setattr(first, "_send", meanwhile)
    first.deliver()

    assert sorted(arrived(mail_server)) == ["jonas", "rikke"]


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_hosts_whose_clocks_differ_do_not_send_the_same_letter(worker, mail_server, owe, monkeypatch):
    """By the clock of the database; on SQLite all workers are on one host."""
    owe("rikke", "jonas")
    monkeypatch.setattr(time, "is_told", lambda: False)
    first, twice = Postman(worker), []
    send, now = first._send, time.now

    def meanwhile(*said):
        if not twice:
            twice.append(True)
            with monkeypatch.context() as ahead:
                ahead.setattr(time, "now", lambda: now() + timedelta(minutes=10))
                Postman(worker).deliver()
        return send(*said)

    monkeypatch.setattr(first, "_send", meanwhile)
    first.deliver()

    assert sorted(arrived(mail_server)) == ["jonas", "rikke"]


def test_an_interval_is_reckoned_by_a_count_that_nobody_sets(clock):
    began = time.mark()

    clock.forward(days=-7)
    assert 0 <= time.seconds_since(began) < 60
    clock.move_to(datetime(2026, 11, 20, 9, 1))
    assert time.seconds_since(began) >= 60
