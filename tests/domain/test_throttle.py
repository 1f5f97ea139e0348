"""Wrong guesses are slow, for one account and for many, and keep nobody out who knows the password (SEC-14)."""

import time

import pytest

from skanderborg.domain import devices, housekeeping, sessions, throttle
from skanderborg.errors import Invalid
from skanderborg.examples import PASSWORD
from skanderborg.store.events import Event
from skanderborg.store.people import KnownDevice, Session, Throttle
from tests.domain.test_at_once import at_once

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.66"
MINE, THEIRS = "m" * 43, "t" * 43


@pytest.fixture
def enter(cast, settings):
    """`enter("rikke")` signs in with the right password, from HERE, in a browser that nobody knows."""

    def sign_in(name, password=PASSWORD, address=HERE, device="", session=""):
        kept = sessions.Kept(session, device)
        return sessions.sign_in(name, password, address, "test", settings.defaults, kept)

    return sign_in


@pytest.fixture
def guess(enter):
    """`guess("rikke", 6)` guesses wrong so often; how often the guess was looked at is not told."""

    def wrong(name, times=1, address=HERE, device=""):
        for _ in range(times):
            with pytest.raises(Invalid) as refused:
                enter(name, "forkert kode", address, device)
            assert refused.value.message == sessions.WRONG

    return wrong


def refused(enter, *said, **kept):
    with pytest.raises(Invalid):
        enter(*said, **kept)
    return True


def denials():
    return Event.select().where(Event.action == "session:sign-in", Event.outcome == "denied").count()


def test_who_guesses_an_account_must_wait_longer_and_longer(enter, guess, clock):
    guess("rikke", 6)
    assert refused(enter, "rikke")
    clock.forward(seconds=3)
    guess("rikke")
    clock.forward(seconds=3)
    assert refused(enter, "rikke")
    clock.forward(seconds=2)

    assert enter("rikke")


def test_the_owner_gets_in_elsewhere_whatever_is_guessed(enter, guess, clock):
    for _ in range(40):
        guess("rikke", 3, ELSEWHERE)
        clock.forward(minutes=20)

    assert enter("rikke")


def test_the_owners_own_browser_gets_in_behind_the_guessers_address(enter, guess):
    enter("rikke", device=MINE)
    guess("rikke", 20)

    assert refused(enter, "rikke")
    assert enter("rikke", device=MINE)


def test_a_building_whose_address_is_blocked_lets_in_whom_it_knows(enter, guess, settings):
    enter("rikke", device=MINE)
    for number in range(settings.defaults.sign_in_free_tries * throttle.IN_COMMON + 1):
        guess(f"navn{number}")

    assert refused(enter, "jonas")
    assert enter("rikke", device=MINE)


def test_a_spray_over_many_accounts_from_one_address_is_slowed(enter, guess, cast, monkeypatch):
    tried, right = [], sessions._is_right
    monkeypatch.setattr(sessions, "_is_right", lambda *said: tried.append(1) or right(*said))

    for number in range(90):
        guess(f"navn{number}")

    assert len(tried) == 51


def test_a_guess_at_one_account_from_everywhere_is_slowed_and_its_owner_gets_in(enter, guess):
    enter("rikke", device=MINE)
    for number in range(11):
        guess("rikke", 5, f"10.1.0.{number}")

    assert refused(enter, "rikke", address="10.1.1.1")
    assert enter("rikke", device=MINE, address="10.1.1.1")


def test_a_known_browser_guesses_no_faster(enter, guess):
    enter("rikke", device=MINE)
    guess("rikke", 6, device=MINE)

    assert refused(enter, "rikke", device=MINE)


def test_a_browser_is_known_for_those_who_signed_in_there_alone(enter, guess):
    enter("jonas", device=THEIRS)
    guess("rikke", 6)

    assert refused(enter, "rikke", device=THEIRS)


def test_a_browser_is_forgotten_after_a_year(enter, guess, clock, settings):
    enter("rikke", device=MINE)
    now = clock.forward(days=settings.defaults.known_device_days + 2)
    guess("rikke", 6)

    assert refused(enter, "rikke", device=MINE)
    assert housekeeping.sweep(now) >= 1
    assert not KnownDevice.select().exists()


def test_of_one_person_only_so_many_browsers_are_known(enter):
    for number in range(devices.MOST + 5):
        enter("rikke", device=f"{number:043}")

    assert KnownDevice.select().count() == devices.MOST


def test_a_new_password_makes_its_browser_known_and_forgets_the_others(enter, guess, cast, settings):
    enter("rikke", device=THEIRS)
    sessions.change_password(cast["rikke"], PASSWORD, "en helt ny lang kode", settings.defaults, MINE)
    guess("rikke", 6)

    assert refused(enter, "rikke", "en helt ny lang kode", device=THEIRS)
    assert enter("rikke", "en helt ny lang kode", device=MINE)


def test_who_goes_on_trying_where_all_is_refused_fills_no_log(enter, guess):
    guess("rikke", 6)
    rows, told = Throttle.select().count(), denials()

    guess("rikke", 30)

    assert Throttle.select().count() == rows
    assert denials() == told + 1


def test_a_town_hall_that_mistypes_all_day_is_not_blocked(enter, guess, clock):
    for number in range(200):
        guess(f"navn{number}")
        clock.forward(minutes=2)

    assert enter("rikke")


def test_the_addresses_of_one_net_of_the_sixth_version_are_one_guesser(enter, guess):
    for number in range(6):
        guess("rikke", address=f"2001:db8::{number}")

    assert refused(enter, "rikke", address="2001:db8::99")
    assert enter("rikke", address="2001:db8:0:1::99")


def test_a_wait_that_a_wrong_clock_set_keeps_nobody_out(enter, guess, clock):
    clock.forward(days=1)
    guess("rikke", 6)
    clock.forward(days=-1)

    assert enter("rikke")


def test_wrong_guesses_at_once_each_count(guess):
    at_once(*[lambda: guess("rikke")] * 4)

    assert [row.failures for row in Throttle.select()] == [4, 4, 4]


def test_of_many_guesses_at_once_only_as_many_are_tried_as_one_after_the_other(enter, settings, monkeypatch):
    tried, right = [], sessions._is_right
    monkeypatch.setattr(sessions, "_is_right", lambda *said: [tried.append(1), time.sleep(0.2), right(*said)][2])

    got = at_once(*[lambda: enter("rikke", "forkert kode")] * 12)

    assert len(tried) == settings.defaults.sign_in_free_tries + 1  # then one waits, as after a guess in turn
    assert {str(one) for one in got} == {sessions.WRONG}


def test_who_signs_in_at_last_leaves_an_address_as_it_was(enter, guess, settings):
    guess("jonas", settings.defaults.sign_in_free_tries)
    before = sorted((row.key, row.failures, row.blocked_until) for row in Throttle.select())

    enter("rikke")
    enter("jonas")

    after = sorted((row.key, row.failures, row.blocked_until) for row in Throttle.select())
    assert [row for row in before if row in after] == after
    assert len(after) == 2


@pytest.mark.parametrize("wrong_before", [0, 50])
def test_many_who_sign_in_at_once_from_one_town_hall_all_get_in(enter, guess, clock, wrong_before):
    for number in range(wrong_before):
        guess(f"navn{number}")

    got = at_once(*[lambda name=name: enter(name) for name in ["rikke", "jonas", "ulla", "solveig", "rasmus"] * 2])

    assert not [one for one in got if isinstance(one, Exception)]


def test_of_two_at_one_address_the_first_gets_in_though_the_second_is_counted_before(enter, guess, clock):
    clock.forward(seconds=1)
    guess("jonas")
    clock.forward(seconds=-1)

    assert enter("rikke")


def test_who_signs_in_over_a_live_session_ends_it(enter, cast):
    _, first = enter("rikke")
    enter("jonas", session=first)

    ended = [session for session in Session.select() if session.ended_at]
    assert [session.person_id for session in ended] == [cast["rikke"].ref]
    assert Event.select().where(Event.action == "session:signed-out", Event.object_ref == ended[0].ref).count() == 1


def test_a_session_that_has_expired_is_left_as_it_is(enter, clock):
    _, first = enter("rikke")
    clock.forward(minutes=20)
    enter("rikke", session=first)

    assert not [session for session in Session.select() if session.ended_at]


def test_who_is_signed_in_types_the_password_again_whatever_is_guessed(enter, guess, cast, settings):
    guess("rikke", 20)

    sessions.confirm(cast["rikke"], PASSWORD, settings.defaults)


def test_typing_it_wrong_again_and_again_is_slowed(cast, settings):
    for _ in range(settings.defaults.sign_in_free_tries + 1):
        with pytest.raises(Invalid):
            sessions.confirm(cast["rikke"], "forkert kode", settings.defaults)

    with pytest.raises(Invalid):
        sessions.confirm(cast["rikke"], PASSWORD, settings.defaults)
