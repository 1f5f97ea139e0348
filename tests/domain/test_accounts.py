"""Accounts that nobody uses are warned and locked, those that end are warned and closed, and what happens to an account
is told to its person (SEC-19, SEC-21)."""

from datetime import datetime, timedelta

import pytest

from skanderborg.clock import now, today
from skanderborg.domain import accounts, people, sessions, staff
from skanderborg.errors import Invalid, NotAllowed
from skanderborg.examples import PASSWORD
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Relation
from skanderborg.store.db import begin, insert, rewrite
from skanderborg.store.events import Event
from skanderborg.store.people import Identity, Person, Session
from tests.made import a_case, letters

DOMAINS = ("example.invalid",)


@pytest.fixture
def sign_in(settings):
    """`sign_in("jonas", "a")`: in the browser that keeps this secret."""

    def enter(name, device="", password=PASSWORD):
        kept = sessions.Kept(device=device * 43)
        return sessions.sign_in(name, password, "127.0.0.1", "Firefox", settings.defaults, kept)

    return enter


@pytest.fixture
def unused(cast, clock, sign_in):
    """`unused(40, 10)`: Jonas signed in, and then so many days went by, looked over after each number of them."""

    def pass_by(*steps):
        for days in steps:
            clock.forward(days=days)
            accounts.look_over(now())

    sign_in("jonas")
    return pass_by


def jonas():
    return people.by_username("jonas")


# ── accounts that nobody uses ───────────────────────────────────────────────────────────────────────


def test_who_has_not_signed_in_for_long_is_warned_a_week_before_and_then_locked(unused, sign_in):
    unused(37)
    early = letters("account-unused")
    unused(2)
    warned, open_still = letters("account-unused").count("jonas"), jonas().locked_at
    unused(7)

    assert (early.count("jonas"), warned, open_still) == (0, 1, None)
    assert jonas().locked_at
    assert letters("account-locked").count("jonas") == 1
    with pytest.raises(Invalid):
        sign_in("jonas")


def test_who_signs_in_after_the_warning_is_not_locked_and_is_warned_anew_later(unused, sign_in):
    unused(40)
    sign_in("jonas")

    unused(40)

    assert jonas().locked_at is None
    assert letters("account-unused").count("jonas") == 2


def test_nobody_is_locked_without_a_warning_however_long_no_worker_ran(unused, clock):
    clock.forward(days=400)

    accounts.look_over(now())

    assert jonas().locked_at is None
    assert "jonas" in letters("account-unused")


def test_who_comes_from_a_provider_is_not_locked(unused):
    with begin():
        insert(Identity, issuer="https://login.example.invalid", subject="1", person=jonas(), created_at=now())

    unused(40, 10, 10)

    assert jonas().locked_at is None


def test_an_account_for_emergencies_is_not_locked(unused, bounds):
    bounds(emergency_accounts=("jonas",))

    unused(40, 10, 10)

    assert jonas().locked_at is None


def test_the_last_administrator_is_never_locked(unused):
    unused(40, 10, 10)

    administrators = Person.select().where(Person.roles.contains("administrator"), Person.disabled_at.is_null())
    assert [one.locked_at for one in administrators].count(None) == 1


def test_an_administrator_opens_it_again_and_the_same_password_holds(cast, unused, sign_in):
    unused(40, 10)

    accounts.unlock(SYSTEM, jonas())
    accounts.unlock(SYSTEM, jonas())

    assert sign_in("jonas")
    assert Event.select().where(Event.action == "person:unlocked").count() == 1
    with pytest.raises(NotAllowed):
        accounts.unlock(cast["lars"], jonas())


def test_a_one_time_link_opens_it_too(unused, sign_in, settings):
    unused(40, 10)
    secret = sessions.offer_link(SYSTEM, jonas(), settings.defaults)

    sessions.set_password_by_link(secret, "lilla cykel med kurv", settings.defaults)

    assert sign_in("jonas", password="lilla cykel med kurv")


def test_looking_over_again_tells_nothing_twice_and_asks_the_same_however_many_there_are(cast, clock, queries):
    counted = []
    for more in (0, 30):
        for number in range(more):
            staff.add(SYSTEM, f"n{number}", f"Ny {number}", f"n{number}@example.invalid", [], [], DOMAINS)
        clock.forward(hours=2)
        queries.clear()
        accounts.look_over(now())
        counted.append(len(queries))

    assert counted[0] == counted[1]


# ── last days ───────────────────────────────────────────────────────────────────────────────────────


def test_a_last_day_that_comes_near_is_told_once_to_the_person_and_who_heads_them(cast, clock):
    staff.change(SYSTEM, jonas(), {"ends_on": today() + timedelta(days=20)}, DOMAINS)
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    accounts.look_over(now())
    early = letters("account-ends") + letters("staff-ends")

    for _ in range(3):
        clock.forward(days=3)
        accounts.look_over(now())

    assert (early, letters("account-ends"), letters("staff-ends")) == ([], ["jonas"], ["lars"])


def test_who_cannot_be_closed_is_told_to_the_administrators_each_day_until_it_is_done(cast, clock):
    case = a_case(cast, people=[("solveig", "primary-contact")])
    with begin():
        rewrite(Person, Person.roles.contains("resource-person"), roles="")
    staff.change(SYSTEM, people.by_username("solveig"), {"ends_on": today()}, DOMAINS)
    clock.move_to(datetime(2026, 11, 21, 9))

    closed = staff.close_ended(now())
    accounts.look_over(now())

    assert (closed, letters("account-stays")) == (0, ["admin"])
    assert Relation.get(Relation.case == case, Relation.until_at.is_null()).person_id == cast["solveig"].ref


# ── what is told to the person ──────────────────────────────────────────────────────────────────────


def test_signing_in_from_a_new_browser_is_told_but_not_the_first_time_of_an_account(cast, sign_in):
    sign_in("jonas", "a")
    first = letters("new-device")
    sign_in("jonas", "a")
    sign_in("jonas", "b")
    sign_in("jonas", "b")

    assert (first, letters("new-device")) == ([], ["jonas"])


def test_a_browser_that_keeps_nothing_is_told_of_once_a_day(cast, clock, sign_in):
    for _ in range(3):
        sign_in("jonas")
    clock.forward(days=1)
    sign_in("jonas")

    assert letters("new-device") == ["jonas", "jonas"]


def test_a_changed_password_is_told_however_it_was_changed(cast, clock, settings):
    sessions.change_password(jonas(), PASSWORD, "lilla cykel med kurv", settings.defaults)
    clock.forward(minutes=1)
    secret = sessions.offer_link(SYSTEM, jonas(), settings.defaults)
    sessions.set_password_by_link(secret, "gul cykel uden kurv", settings.defaults)

    assert letters("password-changed") == ["jonas", "jonas"]
    assert Session.select().where(Session.ended_at.is_null()).count() == 0
