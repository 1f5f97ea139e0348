"""What is shown beside the password: an app, a passkey, a code from paper (SEC-13)."""

import copy

import pytest

from skanderborg import clock as time
from skanderborg import examples
from skanderborg.domain import factors, sessions
from skanderborg.domain.factors import apps, checking, codes, passkeys, resetting
from skanderborg.domain.factors.checking import Shown
from skanderborg.errors import Invalid, NotAllowed, NotFound
from skanderborg.kinds import EventKind, FactorKind
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.factors import Challenge, Factor, FactorReset, RecoveryCode
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Person, Session, Throttle
from tests.factors import HERE, Key, an_app, code_of


@pytest.fixture
def rikke(cast):
    return cast["rikke"]


def sign_in(name, settings, kept=sessions.NOTHING):
    return sessions.sign_in(name, examples.PASSWORD, "127.0.0.1", "test", settings.defaults, kept)


def is_right(person, session, settings, code="", answer="", device="", here=HERE):
    try:
        checking.check(person, session, Shown(code, answer, device), settings.defaults, here)
    except Invalid:
        return False
    return True


def told(person):
    return [letter.kind for letter in OutboxLetter.select().where(OutboxLetter.person == person.ref)]


# ── half a session ──────────────────────────────────────────────────────────────────────────────────


def test_who_has_nothing_to_show_is_signed_in_by_the_password_where_none_is_required(rikke, settings, bounds):
    free, _ = sign_in("rikke", settings)
    bounds(second_factor_required="yes")
    held, _ = sign_in("rikke", settings)

    assert [free.is_half, held.is_half] == [False, True]


def test_a_session_is_whole_when_the_rest_was_shown_under_a_secret_of_its_own(rikke, settings):
    an_app(rikke)
    session, secret = sign_in("rikke", settings)

    whole = sessions.complete(session, "", settings.defaults)

    assert session.is_half
    assert sessions.resume(secret, settings.defaults) is None
    assert not sessions.resume(whole, settings.defaults).is_half
    with pytest.raises(NotFound):
        sessions.complete(session, "", settings.defaults)
    kinds = [EventKind.SESSION_HALF_SIGNED_IN, EventKind.SESSION_SIGNED_IN]
    assert [event.action for event in Event.select().where(Event.object_ref == session.ref).order_by(Event.id)] == kinds


def test_a_half_session_that_ended_is_never_whole(rikke, settings):
    an_app(rikke)
    session, _ = sign_in("rikke", settings)
    sessions.sign_out(session)

    with pytest.raises(NotFound):
        sessions.complete(session, "", settings.defaults)


def test_the_password_alone_makes_no_browser_known(rikke, settings):
    an_app(rikke)
    device = "d" * 43
    session, _ = sign_in("rikke", settings, sessions.Kept("", device))
    before = sessions.devices.is_known(rikke, device, time.now(), settings.defaults)

    sessions.complete(session, device, settings.defaults)

    assert [before, sessions.devices.is_known(rikke, device, time.now(), settings.defaults)] == [False, True]


# ── apps ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_of_the_app_counts_once_and_one_before_it_no_more(rikke, settings, clock):
    secret, _ = an_app(rikke)
    session, _ = sign_in("rikke", settings)
    now, last = code_of(secret), code_of(secret, -1)

    assert [is_right(rikke, session, settings, code) for code in (last, now, now, last)] == [False, True, False, False]
    clock.forward(seconds=30)
    assert is_right(rikke, session, settings, code_of(secret))


def test_the_clock_of_a_telephone_may_be_half_a_minute_off_and_no_more(rikke, settings, clock):
    secret, _ = an_app(rikke)
    session, _ = sign_in("rikke", settings)
    clock.forward(minutes=5)

    assert [is_right(rikke, session, settings, code_of(secret, off)) for off in (-2, -1, 2, 1)] == [
        False, True, False, True,
    ]  # fmt: skip


def test_an_app_is_kept_when_its_code_was_right_and_its_secret_was_ours_for_that_person(rikke, cast):
    seed = apps.offer(rikke)
    secret = apps.offered(rikke, seed)

    for given, code in ((secret, "000000"), (secret, "x"), (None, code_of(secret))):
        with pytest.raises(Invalid) as refused:
            apps.add(rikke, "Telefon", given, code)
        assert refused.value.field == "code"
    assert apps.offered(cast["jonas"], seed) is None
    assert apps.offered(rikke, f"{seed[:-4]}AAAA") is None
    assert Factor.select().count() == 0


def test_a_secret_that_was_offered_long_ago_is_kept_no_more(rikke, clock):
    seed = apps.offer(rikke)

    clock.forward(seconds=apps.OFFERED_SECONDS)

    assert apps.offered(rikke, seed) is None


def test_the_secret_of_an_app_lies_sealed(rikke):
    secret, _ = an_app(rikke)

    assert secret.encode() not in bytes(Factor.get().__data__["secret"])
    assert Factor.get().secret == secret


# ── passkeys ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def session(rikke, settings):
    return sign_in("rikke", settings)[0]


@pytest.fixture
def key(rikke, session):
    """A passkey of Rikke's."""
    made = Key()
    passkeys.begin_adding(rikke, session, HERE)
    passkeys.add(rikke, session, "Min computer", made.made(session), HERE)
    return made


def test_a_passkey_signs_what_was_asked_once(rikke, session, key, settings):
    asked = passkeys.begin_showing(rikke, session, HERE)
    answer = key.signed(session)

    right = [is_right(rikke, session, settings, answer=answer) for _ in range(2)]

    assert right == [True, False]
    assert asked["publicKey"]["rpId"] == "localhost"
    assert [one["id"] for one in asked["publicKey"]["allowCredentials"]] == [
        "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s"
    ]


def like(key, **otherwise):
    """The same key, otherwise in one thing."""
    made = copy.copy(key)
    vars(made).update(otherwise)
    return made


WRONG = {  # answers that are wrong, each in one way
    "of another key": lambda key, session: like(key, private=Key().private).signed(session),
    "what is made, not shown": lambda key, session: key.signed(session, kind="webauthn.create"),
    "something else was signed": lambda key, session: key.signed(session, challenge="x" * 43),
    "nobody was there": lambda key, session: key.signed(session, flags=0),
    "on a page of another site": lambda key, session: like(key, origin=f"{HERE}.evil.example").signed(session),
    "for another site": lambda key, session: like(key, host="evil.example").signed(session),
    "of a key that nobody has": lambda key, session: like(key, id=b"z" * 32).signed(session),
    "by a copy, which counts less": lambda key, session: like(key, count=0).signed(session),
    **{
        f"odd {odd[:9]}": lambda key, session, odd=odd: odd
        for odd in (
            "x",
            "[]",
            "{}",
            "null",
            '{"rawId": 1}',
            '{"rawId": "AA", "response": {}}',
            "9" * 30_000,
            "[" * 15_000,
        )
    },
}


def test_nothing_else_is_taken_for_what_a_passkey_signed(rikke, session, key, settings):
    def is_taken(answer_of):
        passkeys.begin_showing(rikke, session, HERE)
        return is_right(rikke, session, settings, answer=answer_of(key, session))

    before = [is_taken(Key.signed) for _ in range(2)]
    taken = [what for what, answer_of in WRONG.items() if is_taken(answer_of)]

    assert taken == []
    assert [*before, is_taken(Key.signed)] == [True] * 3


def test_what_another_session_asked_is_not_answered_here_and_nothing_is_late(rikke, session, key, settings, clock):
    other = Session.get(Session.ref == sign_in("rikke", settings)[0].ref)
    passkeys.begin_showing(rikke, other, HERE)
    passkeys.begin_showing(rikke, session, HERE)
    elsewhere = is_right(rikke, session, settings, answer=key.signed(other))
    passkeys.begin_showing(rikke, session, HERE)
    answer = key.signed(session)

    clock.forward(seconds=passkeys.LASTS.total_seconds())

    assert [elsewhere, is_right(rikke, session, settings, answer=answer)] == [False, False]


def test_a_passkey_is_kept_for_its_person_and_address_once(rikke, session, key, settings):
    def is_kept(made, **otherwise):
        passkeys.begin_adding(rikke, session, HERE)
        try:
            passkeys.add(rikke, session, f"Nr. {Factor.select().count()}", made.made(session, **otherwise), HERE)
        except Invalid:
            return False
        return True

    second = Key()
    second.id = b"2" * 32
    tried = [is_kept(Key()), is_kept(Key(origin="https://evil.example")), is_kept(Key("evil.example")),
             is_kept(second, challenge="y" * 43), is_kept(second, flags=5), is_kept(second)]  # fmt: skip

    assert tried == [False] * 5 + [True]
    assert Challenge.select().count() == 0


# ── codes for who has lost the rest ─────────────────────────────────────────────────────────────────


def test_codes_come_with_the_first_and_each_counts_once(rikke, settings):
    _, made = an_app(rikke)
    session, _ = sign_in("rikke", settings)

    typed = made[0].upper().replace("-", " ")

    assert len(set(made)) == codes.HOW_MANY
    assert [is_right(rikke, session, settings, code) for code in (typed, made[0], made[1])] == [True, False, True]
    assert factors.mine(rikke).codes_left == codes.HOW_MANY - 2
    assert an_app(rikke, "En til")[1] == []
    used = Event.select().where(Event.action == EventKind.PERSON_RECOVERY_CODE_USED)
    assert used.count() == 2
    assert not [row for row in RecoveryCode.select().dicts() if made[2].replace("-", "") in str(row)]


def test_new_codes_take_the_place_of_the_old_and_are_nobody_elses(rikke, cast, settings):
    _, old = an_app(rikke)
    session, _ = sign_in("rikke", settings)
    new = factors.new_codes(rikke)
    an_app(cast["jonas"])
    other, _ = sign_in("jonas", settings)

    assert not is_right(rikke, session, settings, old[0])
    assert not is_right(cast["jonas"], other, settings, new[0])
    assert is_right(rikke, session, settings, new[0])
    with pytest.raises(Invalid):
        factors.new_codes(cast["ulla"])


# ── guesses ─────────────────────────────────────────────────────────────────────────────────────────


def test_codes_are_guessed_slowly_and_the_owner_goes_on_where_he_or_she_was_before(rikke, settings):
    secret, _ = an_app(rikke)
    device = "e" * 43
    sessions.complete(sign_in("rikke", settings)[0], device, settings.defaults)
    session, _ = sign_in("rikke", settings)

    guessed = [is_right(rikke, session, settings, f"{number:06}") for number in range(7)]

    assert guessed == [False] * 7
    assert not is_right(rikke, session, settings, code_of(secret))  # right, and not looked at
    assert is_right(rikke, session, settings, code_of(secret), device=device)
    assert max(row.failures for row in Throttle.select()) == settings.defaults.sign_in_free_tries + 1


# ── kept and let go of ──────────────────────────────────────────────────────────────────────────────


def test_the_person_is_told_of_what_is_added_used_and_removed(rikke, settings):
    _, made = an_app(rikke)
    session, _ = sign_in("rikke", settings)
    is_right(rikke, session, settings, made[0])
    factors.forget(rikke, Factor.get().ref)

    assert told(rikke) == ["factor-changed"] * 3
    assert RecoveryCode.select().count() == 0


def test_the_last_is_not_taken_away_where_one_is_required(rikke, bounds):
    an_app(rikke)
    an_app(rikke, "En til")
    first, last = factors.of_person(rikke)
    bounds(second_factor_required="yes")

    factors.forget(rikke, first.ref)

    with pytest.raises(Invalid, match="sidste"):
        factors.forget(rikke, last.ref)
    assert factors.has_any(rikke)


def test_nobody_takes_away_what_is_somebody_elses(rikke, cast):
    an_app(rikke)

    with pytest.raises(NotFound):
        factors.forget(cast["jonas"], Factor.get().ref)


def test_two_of_one_name_are_refused_and_so_are_too_many(rikke):
    an_app(rikke)
    with pytest.raises(Invalid) as same:
        an_app(rikke, "min  TELEFON")
    for number in range(factors.MOST - 1):
        an_app(rikke, f"Nr. {number}")

    with pytest.raises(Invalid) as more:
        an_app(rikke, "En til")

    assert [same.value.field, more.value.field] == ["name", "name"]


# ── two administrators ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def second(cast):
    """One more administrator."""
    with begin():
        Person.update(roles="administrator").where(Person.ref == cast["ulla"].ref).execute()
    return Person.get(Person.ref == cast["ulla"].ref)


def test_one_administrator_asks_and_another_does_it(rikke, cast, second, settings):
    an_app(rikke)
    session, _ = sign_in("rikke", settings)
    sessions.complete(session, "", settings.defaults)

    done = [resetting.reset(cast["admin"], rikke)]
    with pytest.raises(Invalid, match="anden administrator"):
        resetting.reset(cast["admin"], rikke)
    still = factors.has_any(rikke)
    done.append(resetting.reset(second, rikke))

    assert (done, still, factors.has_any(rikke)) == ([False, True], True, False)
    assert RecoveryCode.select().count() == 0
    assert Session.get(Session.ref == session.ref).ended_at
    assert told(second) == ["factor-reset"]
    assert told(rikke) == ["factor-changed"] * 3  # added, asked for, done
    events = Event.select(Event.action).where(Event.action.contains("factor-reset")).order_by(Event.id)
    assert [event.action for event in events] == [
        EventKind.PERSON_FACTOR_RESET_ASKED, EventKind.PERSON_FACTOR_RESET,
    ]  # fmt: skip


def test_nobody_resets_his_own_and_nobody_else_than_an_administrator_does(rikke, cast, second):
    an_app(second)
    an_app(rikke)

    with pytest.raises(NotAllowed):
        resetting.reset(second, second)
    with pytest.raises(NotAllowed):
        resetting.reset(cast["jonas"], rikke)
    with pytest.raises(Invalid):
        resetting.reset(second, cast["jonas"])
    assert FactorReset.select().count() == 0


def test_what_was_asked_for_yesterday_is_asked_for_anew(rikke, cast, second, clock):
    an_app(rikke)
    resetting.reset(cast["admin"], rikke)
    clock.forward(days=1, seconds=1)

    assert resetting.asked(second, rikke) is None
    assert resetting.reset(second, rikke) is False
    assert resetting.reset(cast["admin"], rikke) is True


def test_the_kinds_that_someone_has_are_told_apart(rikke, key):
    assert factors.mine(rikke).kinds == {FactorKind.PASSKEY}
