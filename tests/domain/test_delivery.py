"""Letters on their way: nothing lost, nothing twice under a new name, one bad letter keeps no other."""

import threading
from datetime import timedelta

import pytest
from msgspec.structs import replace

from skanderborg.domain import leaving, letters
from skanderborg.domain.cases import phases
from skanderborg.domain.letters import delivery
from skanderborg.domain.letters.delivery import Postman
from skanderborg.domain.requests import answers
from skanderborg.kinds import LetterKind, Outcome, Phase
from skanderborg.mail import letters as written
from skanderborg.mail import outbox
from skanderborg.pages import my_day, requests
from skanderborg.policy import SYSTEM, Action, case_for
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, db
from skanderborg.store.outbox import OutboxLetter
from tests.made import a_request, asked_of, exclude, opened
from tests.servers import Mode


@pytest.fixture
def owe(cast, case):
    """Owe a letter: `owe("rikke")`."""

    def put(name: str, key: str = "x", kind: LetterKind = LetterKind.REQUEST_NEW) -> OutboxLetter:
        with begin():
            outbox.put(kind, cast[name], key=f"{kind}:{key}", about=case)
        return OutboxLetter.get(OutboxLetter.key == f"{kind}:{key}:{cast[name].ref}")

    return put


def fresh(letter: OutboxLetter) -> OutboxLetter:
    return OutboxLetter.get(OutboxLetter.ref == letter.ref)


def test_a_letter_is_sent_and_marked(worker, mail_server, owe):
    letter = owe("rikke")

    assert Postman(worker).deliver() == 1
    assert [arrived.recipients for arrived in mail_server.letters] == [("rikke@example.invalid",)]
    assert fresh(letter).sent_at is not None
    assert Postman(worker).deliver() == 0


def test_two_workers_at_once_send_each_letter_once(worker, mail_server, owe):
    for number in range(40):
        owe("rikke", str(number))
    small = replace(worker, defaults=replace(worker.defaults, letters_per_claim=5))

    def work() -> None:
        with db.connection_context():
            Postman(small).deliver()

    both = [threading.Thread(target=work) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    names = [arrived.message["Message-ID"] for arrived in mail_server.letters]
    assert len(names) == len(set(names)) == 40


def test_a_worker_that_dies_before_marking_leaves_a_letter_that_goes_out_again_under_its_name(
    worker, mail_server, owe, clock, monkeypatch
):
    owe("rikke")
    monkeypatch.setattr(delivery, "_mark_sent", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        Postman(worker).deliver()
    monkeypatch.undo()

    assert Postman(worker).deliver() == 0  # the lease still holds
    clock.forward(seconds=worker.defaults.lease_seconds + 1)
    Postman(worker).deliver()

    first, again = mail_server.letters
    assert first.message["Message-ID"] == again.message["Message-ID"]
    assert first.message["Date"] == again.message["Date"]


@pytest.mark.parametrize("mode", [Mode.DOWN, Mode.HANG])
def test_a_server_that_is_down_burns_one_try_of_one_letter(worker, mail_server, owe, clock, mode):
    first, second = owe("rikke", "1"), owe("rikke", "2")
    mail_server.mode = mode

    assert Postman(worker).deliver() == 0
    tries = sorted((fresh(letter).tries, fresh(letter).lease_until) for letter in (first, second))
    assert tries == [(0, None), (1, None)]

    mail_server.mode = Mode.ACCEPT
    clock.forward(minutes=1)
    assert Postman(worker).deliver() == 2


def test_a_server_that_will_not_now_is_asked_again_later_and_later(worker, mail_server, owe, clock):
    letter, waits = owe("rikke"), []
    mail_server.mode = Mode.REFUSE

    for _ in range(9):
        now = clock.move_to(fresh(letter).next_try_at)
        Postman(worker).deliver()
        waits.append((fresh(letter).next_try_at - now) / timedelta(minutes=1))

    for wait, most in zip(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=True):
        assert 0.8 * most <= wait <= most
    assert fresh(letter).failed_at is None


def wait_a_week(worker, mail_server, clock, mode: Mode) -> None:
    mail_server.mode = mode
    for _ in range(5):
        Postman(worker).deliver()
        clock.forward(days=2)
    Postman(worker).deliver()


def test_after_a_week_of_not_now_the_letter_has_failed_and_someone_is_told(worker, mail_server, owe, clock):
    letter = owe("jonas")

    wait_a_week(worker, mail_server, clock, Mode.REFUSE)

    assert fresh(letter).failed_at is not None
    assert told_of_failure() == ["solveig"]


@pytest.mark.parametrize("mode", [Mode.REFUSE, Mode.DOWN])
def test_after_a_week_a_letter_of_no_case_has_failed_as_well(worker, mail_server, owe, clock, mode):
    letter = owe("jonas")
    OutboxLetter.update(case=None).where(OutboxLetter.ref == letter.ref).execute()

    wait_a_week(worker, mail_server, clock, mode)

    assert fresh(letter).failed_at is not None


def told_of_failure() -> list[str]:
    rows = OutboxLetter.select().where(OutboxLetter.kind == LetterKind.DELIVERY_FAILED)
    return [row.person.username for row in rows]


def refuse_until_it_fails(worker, clock) -> None:
    for _ in range(worker.defaults.refused_tries):
        Postman(worker).deliver()
        clock.forward(hours=1)


def test_a_letter_that_is_refused_for_good_fails_after_three_tries_and_keeps_no_other(worker, mail_server, owe, clock):
    bad, good = owe("jonas"), owe("rikke")
    mail_server.rejected.add("jonas@example.invalid")

    refuse_until_it_fails(worker, clock)

    assert fresh(bad).failed_at is not None
    assert fresh(bad).failure == "550"
    assert fresh(good).sent_at is not None
    assert told_of_failure() == ["solveig"]


def test_the_tovholder_is_not_told_by_the_mailbox_that_failed(worker, mail_server, owe, clock):
    owe("solveig")
    mail_server.rejected.add("solveig@example.invalid")

    refuse_until_it_fails(worker, clock)

    assert told_of_failure() == ["rikke"]


def test_a_failed_letter_about_a_failure_makes_no_other(worker, mail_server, owe, clock):
    owe("jonas")
    mail_server.mode = Mode.REJECT
    refuse_until_it_fails(worker, clock)

    refuse_until_it_fails(worker, clock)

    assert told_of_failure() == ["solveig"]


def test_a_letter_that_can_not_be_written_keeps_no_other(worker, mail_server, owe, monkeypatch):
    bad, good = owe("jonas"), owe("rikke")
    compose = written.compose

    def poisoned(letter, *rest):
        if letter.ref == bad.ref:
            raise KeyError("poison")
        return compose(letter, *rest)

    monkeypatch.setattr(written, "compose", poisoned)
    Postman(worker).deliver()

    assert fresh(bad).failure == "KeyError"
    assert fresh(good).sent_at is not None


def test_a_voided_letter_is_not_sent_even_when_it_is_claimed_already(worker, mail_server, owe, case, monkeypatch):
    letter = owe("rikke")
    claim = delivery._claim

    def voided_meanwhile(*args):
        claimed = claim(*args)
        outbox.void(case)
        return claimed

    monkeypatch.setattr(delivery, "_claim", voided_meanwhile)
    Postman(worker).deliver()

    assert mail_server.letters == []
    assert fresh(letter).sent_at is None


def test_a_letter_that_was_sent_is_never_withdrawn(worker, owe, case, cast):
    sent = owe("rikke")
    Postman(worker).deliver()

    with begin():
        assert outbox.void(case) == 0
        assert outbox.withdraw(OutboxLetter.person == cast["rikke"].ref, now=delivery.clock.now()) == 0

    assert fresh(sent).void_at is None


def test_only_the_letters_that_are_meant_are_withdrawn(owe, case, cast):
    meant, other = owe("rikke"), owe("jonas")

    to_rikke = OutboxLetter.person == cast["rikke"].ref

    with begin():
        outbox.withdraw(OutboxLetter.case == case.ref, to_rikke, now=delivery.clock.now())

    assert fresh(meant).void_at is not None
    assert fresh(other).void_at is None


def test_who_is_excluded_after_the_letter_was_owed_does_not_get_it(worker, mail_server, owe, case, cast):
    letter = owe("jonas")
    exclude(case, cast["rikke"], person=cast["jonas"])

    Postman(worker).deliver()

    assert mail_server.letters == []
    assert fresh(letter).void_at is not None


def test_who_has_left_gets_nothing(worker, mail_server, owe, cast):
    owe("jonas")
    leaving.disable(SYSTEM, cast["jonas"])

    Postman(worker).deliver()

    assert mail_server.letters == []


def test_a_closed_case_asks_nothing_of_anyone_but_says_what_is_over(worker, mail_server, owe, case):
    owe("jonas")
    owe("jonas", kind=LetterKind.REQUEST_WITHDRAWN)
    Case.update(phase=Phase.CLOSED, closed_at=delivery.clock.now()).where(Case.ref == case.ref).execute()

    Postman(worker).deliver()

    assert [arrived.message["X-Skb-Letter"] for arrived in mail_server.letters] == ["request-withdrawn"]


def close(cast, case) -> None:
    seen = opened(cast["solveig"], case)
    phases.close(cast["solveig"], seen, "Slut", "Jobcenter svarer stadig", seen.version)


def sent_to(mail_server) -> list[tuple[str, str]]:
    return [(letter.message["X-Skb-Letter"], letter.recipients[0].partition("@")[0]) for letter in mail_server.letters]


def test_an_answer_from_a_tab_of_before_the_case_was_closed_is_kept_and_told(worker, mail_server, case, cast):
    request = a_request(cast["solveig"], case)
    asked = asked_of(cast["jonas"], request)
    close(cast, case)

    answers.answer(cast["jonas"], asked, "Det er flyttet", Outcome.DONE, asked.version)
    Postman(worker).deliver()

    assert sent_to(mail_server) == [("request-answered", "solveig")]
    assert [waiting.ref for waiting in requests.waiting_for(cast["solveig"])] == [request.ref]


def test_what_is_asked_just_as_the_case_is_closed_arrives(worker, mail_server, case, cast):
    request = a_request(cast["solveig"], case)
    asked = asked_of(cast["jonas"], request)
    close(cast, case)

    answers.ask(cast["jonas"], asked, "Hvilken adresse?", asked.version)
    Postman(worker).deliver()

    assert sent_to(mail_server) == [("request-question", "solveig")]


def test_a_worker_that_is_told_to_stop_finishes_one_letter_and_lets_go_of_the_rest(
    worker, mail_server, owe, monkeypatch
):
    for number in range(3):
        owe("rikke", str(number))
    postman, mark = Postman(worker), delivery._mark_sent
    monkeypatch.setattr(delivery, "_mark_sent", lambda ref: (mark(ref), postman.stop()))

    postman.deliver()

    assert len(mail_server.letters) == 1
    assert not OutboxLetter.select().where(OutboxLetter.leased_by.is_null(False)).exists()


# ── what people see of it ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def failed(worker, mail_server, owe, clock):
    letter = owe("jonas")
    mail_server.rejected.add("jonas@example.invalid")
    refuse_until_it_fails(worker, clock)
    mail_server.clear()
    return letter


def test_a_failure_is_seen_by_who_coordinates_the_case(failed, cast):
    assert [row.person.name for row in my_day.of(cast["solveig"]).failed] == [cast["jonas"].name]
    assert my_day.of(cast["ulla"]).failed == []


def test_a_failure_that_was_dealt_with_is_gone(failed, cast, case):
    seen = case_for(cast["solveig"], case.ref, Action.CASE_WORK)

    letters.dismiss(cast["solveig"], seen, failed.ref)

    assert my_day.of(cast["solveig"]).failed == []


def test_a_failed_letter_can_be_sent_again(failed, cast, case, worker, mail_server):
    seen = case_for(cast["solveig"], case.ref, Action.CASE_WORK)

    letters.send_again(cast["solveig"], seen, failed.ref)
    Postman(worker).deliver()

    assert "jonas@example.invalid" in {arrived.recipients[0] for arrived in mail_server.letters}
