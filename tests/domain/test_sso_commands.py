"""What an operator does about single sign-on: who is who, whether it works, and when its secret ends."""

from datetime import date

import pytest

from skanderborg import clock as time
from skanderborg.domain import rules
from skanderborg.domain.sso import arriving, expiring, flows, leaving, linking
from skanderborg.domain.sso.refusing import Refused
from skanderborg.domain.staff_sync.reading import Faulty
from skanderborg.kinds import LetterKind
from skanderborg.policy import SYSTEM
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Identity, Session
from tests.sso import NOBODY, with_provider

ISSUER = NOBODY.issuer


@pytest.fixture
def ends_on(cast, settings):
    """`ends_on("2026-12-20")`: the secret's last day; settings that say so."""
    before = rules.current()

    def said(day):
        found = with_provider(settings, NOBODY, sso_secret_ends_on=day)
        rules.configure(found.defaults)
        return found

    yield said
    rules.configure(before)


def letters():
    return OutboxLetter.select().where(OutboxLetter.kind == LetterKind.SECRET_ENDS)


def test_administrators_are_told_that_the_secret_ends_thirty_seven_and_one_day_before_and_once_each(ends_on, clock):
    ends_on("2026-12-20")  # today is 20 November: thirty days
    told = []
    for days in (0, 0, 1, 22, 1, 6, 0, 3):
        clock.forward(days=days)
        told.append(expiring.owe_due(time.now()))

    assert told == [1, 0, 0, 1, 0, 1, 0, 0]
    assert {letter.person.username for letter in letters()} == {"admin"}


def test_of_a_secret_that_ends_later_or_never_nobody_is_told(ends_on):
    for day in ("2026-12-21", ""):
        ends_on(day)
        assert expiring.owe_due(time.now()) == 0


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-12-20", {"ok": False, "days": 30}), ("2026-12-21", {"ok": True, "days": 31}),
     ("", {"ok": True, "days": None}), ("2026-11-01", {"ok": False, "days": -19})],
)  # fmt: skip
def test_the_house_says_how_long_the_secret_holds(ends_on, day, state):
    assert expiring.state(ends_on(day), date(2026, 11, 20)) == state


def test_a_file_says_who_each_is_and_twice_changes_nothing(cast):
    file = "Brugernavn;Navn;Login-id\nRikke;R;r-1\njonas;J;j-1\n".encode("utf-16")

    assert [linking.link_all(SYSTEM, file, ISSUER) for _ in range(2)] == [2, 0]
    assert {row.subject: row.person.username for row in Identity.select()} == {"r-1": "rikke", "j-1": "jonas"}


@pytest.mark.parametrize(
    "lines",
    ["rikke;r-1\nhvem;h-1", "rikke;r-1\njonas;r-1", "rikke;", "rikke", "rikke;taken", "rikke;\"r-1"],
    ids=["unknown", "twice", "empty", "short", "of another", "no end"],
)  # fmt: skip
def test_a_file_with_anything_wrong_in_it_says_nothing_of_anyone(cast, lines):
    arriving.identify(SYSTEM, cast["ulla"], ISSUER, "taken")

    with pytest.raises(Faulty):
        linking.link_all(SYSTEM, f"Brugernavn;Login-id\n{lines}\n".encode(), ISSUER)

    assert Identity.select().count() == 1


def test_who_is_released_is_nobody_at_the_provider_and_signed_out(cast, settings):
    identity = arriving.identify(SYSTEM, cast["rikke"], ISSUER, "r-1")
    session, _ = arriving.begin(settings, identity, {"sid": "s"}, arriving.sessions.Kept(), "test")

    assert arriving.release(SYSTEM, cast["rikke"]) == 1
    assert Identity.select().count() == 0
    assert type(session).get(type(session).ref == session.ref).ended_at


def test_what_began_at_the_provider_ends_by_its_session_or_by_who_it_is(cast, settings, ends_on):
    settings, kept = ends_on(""), arriving.sessions.Kept()
    identity = arriving.identify(SYSTEM, cast["rikke"], ISSUER, "r-1")
    started = [arriving.begin(settings, identity, {"sid": sid}, kept, "test")[0] for sid in ("one", "two", "three")]

    ended = [
        leaving.by_sid(settings, ISSUER, "one"),
        leaving.by_token(settings, {"jti": "a", "sid": "two", "sub": "r-1"}),
        leaving.by_token(settings, {"jti": "b", "sub": "r-1"}),
    ]
    with pytest.raises(Refused):
        leaving.by_token(settings, {"jti": "b", "sub": "r-1"})

    assert ended == [1, 1, 1]
    assert not Session.select().where(Session.ref.in_(started), Session.ended_at.is_null()).exists()


def test_what_may_be_used_once_is(house):
    assert [flows.use_up("x"), flows.use_up("y"), flows.use_up("x")] == [True, True, False]
