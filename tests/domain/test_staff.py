"""Administration of staff: what is changed, who is told, what follows, and two of one name (SEC-02, SEC-18)."""

import re
from datetime import date, datetime

import pytest
from msgspec.structs import replace

from skanderborg.domain import people, sessions, staff, ticks
from skanderborg.domain.letters.delivery import Postman
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.examples import PASSWORD
from skanderborg.kinds import Role
from skanderborg.policy import SYSTEM
from skanderborg.store import events
from skanderborg.store.cases import Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Membership, OneTimeLink, Session
from tests.made import a_case, a_task, department

DOMAINS = ("example.invalid",)


def add(username, name, *departments):
    return staff.add(SYSTEM, username, name, f"{username}@example.invalid", [], list(departments), DOMAINS)


def change(person, **said):
    return staff.change(SYSTEM, people.by_username(person.username), said, DOMAINS)


def told(person):
    return OutboxLetter.select().where(
        OutboxLetter.kind == "account-changed", OutboxLetter.person == person.ref, OutboxLetter.void_at.is_null()
    )


def names():
    return {one.person.username: one.person.name for one in staff.listed(SYSTEM)}


# ── change ──────────────────────────────────────────────────────────────────────────────────────────


def test_each_thing_about_a_person_can_be_changed(cast):
    changed = change(
        cast["jonas"], name="Jonas  Jensen", email="jj@example.invalid", phone="76 28 14 48", departments=["ssp"],
        ends_on=date(2027, 6, 30), roles=[Role.RESOURCE_PERSON],
    )  # fmt: skip

    assert (changed.name, changed.email, changed.phone, changed.ends_on, changed.roles) == (
        "Jonas Jensen", "jj@example.invalid", "76 28 14 48", date(2027, 6, 30), "resource-person",
    )  # fmt: skip
    assert [home.key for home in people.departments_of(changed)] == ["ssp"]


@pytest.mark.parametrize(
    "said",
    [{"name": ""}, {"name": "x\ny\x07"}, {"name": "x" * 121}, {"email": "jonas@elsewhere.invalid"},
     {"email": "jonas"}, {"phone": "ring til mig"}, {"phone": "1" * 31}, {"departments": ["findes-ikke"]},
     {"ends_on": date(2026, 11, 19)}, {"roles": [Role.ADMINISTRATOR, Role.RESOURCE_PERSON]}],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_at_its_field_and_changes_nothing(cast, said):
    before = people.by_username("jonas")

    with pytest.raises(Invalid) as refused:
        change(cast["jonas"], **said)

    assert refused.value.field == next(iter(said))
    assert people.by_username("jonas").version == before.version
    assert not told(cast["jonas"]).exists()


def test_a_change_is_an_event_that_says_what_and_by_whom_at_the_machine(cast):
    events.os_user.set("drift")

    change(cast["jonas"], phone="11 22 33 44")

    events.os_user.set(None)
    written = Event.select().where(Event.action == "person:changed").get()
    assert (written.actor, written.os_user, written.object_ref) == (None, "drift", cast["jonas"].ref)
    assert written.changes == {"phone": [None, "11 22 33 44"]}


def test_saying_what_stands_already_changes_and_tells_nothing(cast):
    change(cast["jonas"], name="Jonas Jeppe", departments=["jobcenter"])

    assert not Event.select().where(Event.action == "person:changed").exists()
    assert not told(cast["jonas"]).exists()


def test_the_person_is_told_and_a_changed_address_at_the_old_one_too(cast, mail_server, settings):
    change(cast["jonas"], email="ny@example.invalid")

    Postman(replace(settings, smtp_url=mail_server.url)).deliver()

    got = [letter.message for letter in mail_server.letters]
    assert {message["To"] for message in got} == {"ny@example.invalid", "jonas@example.invalid"}
    assert all("jonas" not in message.get_content().casefold() for message in got)


def test_the_old_address_lies_sealed(cast):
    change(cast["jonas"], email="ny@example.invalid")

    stored = [bytes(letter.__data__["address"]) for letter in told(cast["jonas"]) if letter.__data__["address"]]
    assert len(stored) == 1
    assert b"jonas" not in stored[0]


def test_new_rights_hold_at_the_next_request_and_who_changed_role_signs_in_anew(cast, visit):
    jonas = visit("jonas")
    before = jonas.get("/mistanker").status_code

    change(cast["jonas"], roles=[Role.RESOURCE_PERSON])

    assert (before, jonas.get("/mistanker").status_code) == (403, 303)
    assert visit("jonas").get("/mistanker").status_code == 200


def test_another_department_is_another_queue_at_the_next_request(cast, visit):
    case = a_case(cast)
    task = a_task(case, department=people.department_by_key("jobcenter"))
    jonas = visit("jonas")
    before = jonas.get(f"/o/{task.ref}").status_code

    change(cast["jonas"], departments=["ssp"])

    assert (before, jonas.get(f"/o/{task.ref}").status_code) == (200, 404)


@pytest.mark.parametrize(
    "said", [{"roles": [Role.AUDITOR]}, {"departments": ["jobcenter"]}, {"ends_on": date(2030, 1, 1)}]
)
def test_nobody_gives_himself_a_role(cast, said):
    with pytest.raises(NotAllowed):
        staff.change(cast["admin"], cast["admin"], said, DOMAINS)


def test_nobody_closes_himself_so_that_an_administrator_is_left(cast):
    with pytest.raises(Invalid):
        staff.close(cast["admin"], cast["admin"])

    assert people.by_username("admin").disabled_at is None


@pytest.mark.parametrize("name", ["rikke", "lars", "dorte", "solveig"])
def test_only_an_administrator_changes_people(cast, name):
    for verb in (
        lambda: staff.change(cast[name], cast["jonas"], {"name": "x"}, DOMAINS),
        lambda: staff.reopen(cast[name], cast["jonas"]),
        lambda: staff.close(cast[name], cast["jonas"]),
        lambda: staff.reset(cast[name], cast["jonas"], None),
        lambda: staff.listed(cast[name]),
        lambda: staff.get(cast[name], cast["jonas"].ref),
        lambda: sessions.mail_link(cast[name], cast["jonas"], None),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_who_becomes_administrator_has_no_part_in_any_case(cast):
    case = a_case(cast)

    change(cast["rasmus"], roles=[Role.ADMINISTRATOR])

    mine = Relation.case == case.ref, Relation.person == cast["rasmus"].ref, Relation.until_at.is_null()
    assert not Relation.select().where(*mine).exists()


def test_who_heads_a_department_stays_its_manager(cast):
    with pytest.raises(Invalid) as refused:
        change(cast["lars"], roles=[])

    assert refused.value.field == "roles"


def test_of_two_who_change_a_person_the_second_is_told(cast):
    seen = people.by_username("jonas")
    change(cast["jonas"], phone="1")

    with pytest.raises(Conflict):
        staff.change(SYSTEM, seen, {"phone": "2"}, DOMAINS)


# ── closed, reset, taken back ───────────────────────────────────────────────────────────────────────


def test_a_reset_ends_every_session_at_once_and_is_told(cast, visit, settings):
    jonas = visit("jonas")

    staff.reset(SYSTEM, cast["jonas"], settings.defaults)

    assert jonas.get("/profil").status_code == 303
    assert told(cast["jonas"]).count() == 1


def test_who_is_closed_is_told_although_nothing_else_goes_there_any_more(cast, mail_server, settings):
    staff.close(SYSTEM, cast["jonas"])

    Postman(replace(settings, smtp_url=mail_server.url)).deliver()

    assert [letter.message["To"] for letter in mail_server.letters] == ["jonas@example.invalid"]


def test_who_returns_comes_back_without_roles_and_with_a_new_password(cast):
    staff.close(SYSTEM, cast["rasmus"])

    back = staff.reopen(SYSTEM, people.by_username("rasmus"))

    assert (back.disabled_at, back.roles, back.password_hash) == (None, "", None)
    assert not Relation.select().where(Relation.person == back.ref, Relation.until_at.is_null()).exists()
    assert staff.reopen(SYSTEM, back).version == back.version


def test_a_closed_account_is_reopened_before_it_is_changed(cast):
    staff.close(SYSTEM, cast["jonas"])

    with pytest.raises(Invalid):
        change(cast["jonas"], phone="1")


def test_after_the_last_day_nobody_is_let_in_and_the_account_is_closed(cast, visit, clock):
    change(cast["jonas"], ends_on=date(2026, 11, 20))
    jonas = visit("jonas")
    on_the_day = jonas.get("/profil").status_code
    clock.move_to(datetime(2026, 11, 21, 0, 1))
    after = jonas.get("/profil").status_code

    ticks.owe()

    assert (on_the_day, after) == (200, 303)
    assert people.by_username("jonas").disabled_at


def test_after_the_last_day_the_right_password_does_not_let_in(cast, clock, settings):
    change(cast["jonas"], ends_on=date(2026, 11, 20))
    clock.move_to(datetime(2026, 11, 21, 0, 1))

    with pytest.raises(Invalid):
        sessions.sign_in("jonas", PASSWORD, "127.0.0.1", "test", settings.defaults)
    assert not Session.select().exists()


# ── a one-time link by mail ─────────────────────────────────────────────────────────────────────────


def sent_link(mail_server, settings):
    """The secret in the newest letter that was delivered."""
    Postman(replace(settings, smtp_url=mail_server.url)).deliver()
    (found,) = re.findall(r"/engangslink/(\S+)", mail_server.letters[-1].text)
    return found


def test_a_mailed_link_sets_a_password_once(cast, mail_server, settings):
    sessions.mail_link(cast["admin"], cast["jonas"], settings.defaults)
    secret = sent_link(mail_server, settings)

    sessions.set_password_by_link(secret, "en ganske ny sætning", settings.defaults)

    with pytest.raises(NotFound):
        sessions.link_holder(secret)
    assert sessions.sign_in("jonas", "en ganske ny sætning", "127.0.0.1", "test", settings.defaults)


def test_the_secret_of_a_mailed_link_stands_nowhere_in_the_database(cast, mail_server, settings):
    sessions.mail_link(cast["admin"], cast["jonas"], settings.defaults)
    secret = sent_link(mail_server, settings)

    rows = [str(row.__data__) for table in (OneTimeLink, OutboxLetter, Event) for row in table.select()]
    assert not [row for row in rows if secret in row]


def test_a_mailed_link_works_for_a_day_and_one_that_is_late_is_not_sent(cast, clock, mail_server, settings):
    sessions.mail_link(cast["admin"], cast["jonas"], settings.defaults)
    secret = sent_link(mail_server, settings)
    sessions.mail_link(cast["admin"], cast["ulla"], settings.defaults)
    clock.move_to(datetime(2026, 11, 21, 13, 0))

    Postman(replace(settings, smtp_url=mail_server.url)).deliver()

    assert [letter.message["To"] for letter in mail_server.letters] == ["jonas@example.invalid"]
    with pytest.raises(NotFound):
        sessions.link_holder(secret)


def test_a_new_link_kills_the_one_that_is_still_on_its_way(cast, mail_server, settings):
    for _ in range(2):
        sessions.mail_link(cast["admin"], cast["jonas"], settings.defaults)

    secret = sent_link(mail_server, settings)

    assert len(mail_server.letters) == 1
    assert sessions.link_holder(secret).username == "jonas"


# ── two of one name ─────────────────────────────────────────────────────────────────────────────────


def test_two_of_one_name_are_told_apart_by_their_department(cast):
    add("mj1", "Mette Jensen", "jobcenter")
    add("mj2", "mette  jensen", "ssp")

    assert (names()["mj1"], names()["mj2"]) == ("Mette Jensen (Jobcenter)", "mette jensen (SSP)")


def test_two_of_one_name_in_one_department_are_told_apart_by_their_user_name(cast):
    add("mj1", "Mette Jensen", "jobcenter")
    add("mj2", "Mette Jensen", "jobcenter")

    assert (names()["mj1"], names()["mj2"]) == ("Mette Jensen (mj1)", "Mette Jensen (mj2)")


def test_who_is_alone_with_a_name_again_has_nothing_behind_it(cast):
    one, _ = add("mj1", "Mette Jensen", "jobcenter"), add("mj2", "Mette Jensen", "ssp")

    change(one, name="Mette Jørgensen")

    assert (names()["mj1"], names()["mj2"]) == ("Mette Jørgensen", "Mette Jensen")


def test_who_moves_is_told_apart_by_the_new_department(cast):
    one, _ = add("mj1", "Mette Jensen", "jobcenter"), add("mj2", "Mette Jensen", "ssp")

    change(one, departments=["boern-unge"])

    assert names()["mj1"] == "Mette Jensen (Børn & Unge)"


def test_a_long_name_still_has_room_for_what_tells_it_apart(cast):
    add("mj1", "M" * 120, "jobcenter")
    add("mj2", "M" * 120, "ssp")

    assert len(set(names().values())) == len(names())
    assert all(len(name) <= 120 for name in names().values())


def test_every_choice_of_a_person_tells_two_of_one_name_apart(cast):
    add("mj1", "Mette Jensen", "jobcenter")
    add("mj2", "Mette Jensen", "ssp")

    offered = [label for _, label, _ in people.choices()]

    assert len(set(offered)) == len(offered)


# ── at the machine ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def run(app, cast):
    def at_the_machine(*words):
        return app.test_cli_runner().invoke(args=list(words))

    return at_the_machine


def test_a_command_changes_what_is_given_and_says_who_ran_it(run):
    answer = run("user", "change", "jonas", "--phone", "11 22 33 44", "--until", "31.12.2027", "--role", "manager")

    jonas = people.by_username("jonas")
    assert (answer.exit_code, answer.output) == (0, "jonas er ændret.\n")
    assert (jonas.phone, jonas.ends_on, jonas.roles) == ("11 22 33 44", date(2027, 12, 31), "manager")
    assert Event.select().where(Event.action == "person:changed").get().os_user


@pytest.mark.parametrize(
    "words",
    [("change", "jonas", "--mail", "x@elsewhere.invalid"), ("change", "jonas", "--department", "findes-ikke"),
     ("change", "nobody", "--phone", "1"), ("change", "jonas", "--until", "i overmorgen agtigt"),
     ("reopen", "nobody"), ("add", "ny", "Ny Nielsen", "ny@example.invalid", "--department", "findes-ikke")],
)  # fmt: skip
def test_a_command_that_is_refused_says_so_in_words(run, words):
    answer = run("user", *words)

    assert answer.exit_code in (1, 2)
    assert "Traceback" not in answer.output
    assert "Error:" in answer.output


def test_a_command_that_changes_nothing_does_not_say_that_it_did(run):
    before = people.by_username("jonas")
    run("user", "disable", "solveig")

    assert run("user", "change", "jonas").output == "Intet er ændret.\n"
    assert run("user", "change", "jonas", "--mail", before.email).output == "Intet er ændret.\n"
    assert run("user", "disable", "solveig").output == "solveig var lukket.\n"
    assert "ikke lukket" in run("user", "reopen", "jonas").output
    assert people.by_username("jonas") == before
    assert not Event.select().where(Event.action == "person:link-offered").exists()


def test_the_list_tells_who_is_open_closed_or_there_for_a_time(run):
    run("user", "disable", "solveig")
    run("user", "change", "jonas", "--until", "31.12.2027")

    lines = dict(line.split("\t", 1) for line in run("user", "list").output.splitlines())

    assert lines["rikke"].endswith("åben")
    assert lines["solveig"].endswith("lukket 20.11.2026")
    assert lines["jonas"].endswith("til 31.12.2027")


def test_who_returns_gets_a_link(run):
    run("user", "disable", "solveig")

    answer = run("user", "reopen", "solveig")

    assert answer.exit_code == 0
    assert "/engangslink/" in answer.output


@pytest.mark.parametrize(("words", "action"), [("verify", "log:verified"), ("export", "log:exported")])
def test_a_command_that_reads_the_log_is_written_down_with_who_ran_it(run, words, action):
    run("audit", words)

    assert Event.select().where(Event.action == action).get().os_user


def test_every_command_that_touches_a_person_is_an_event_of_a_user_of_the_machine(run):
    for words in (
        ("add", "ny", "Ny Nielsen", "ny@example.invalid"), ("reset", "ny"), ("change", "ny", "--phone", "1"),
        ("disable", "ny"), ("reopen", "ny"),
    ):  # fmt: skip
        run("user", *words)

    written = Event.select().where(Event.object_ref == people.by_username("ny").ref, Event.is_write == True)  # noqa: E712
    assert {event.action for event in written} >= {
        "person:added", "person:link-offered", "person:changed", "person:disabled", "person:reopened",
    }  # fmt: skip
    assert all(event.os_user for event in written)
    assert told(people.by_username("ny")).count() == 2  # reopened, and its password reset; the others were withdrawn


def test_everyone_stands_under_each_department_they_work_in_after_its_queue(cast):
    with begin():
        insert(Membership, person=cast["jonas"], department=department("boern-unge"))

    found = [one for one in people.every_choice() if one.name == "Jonas Jeppe" or not one.is_person]

    assert [(one.department, one.is_person) for one in found if one.department in ("Børn & Unge", "Jobcenter")] == [
        ("Børn & Unge", False), ("Børn & Unge", True), ("Jobcenter", False), ("Jobcenter", True),
    ]  # fmt: skip


def test_who_works_in_no_department_comes_last(cast):
    with begin():
        Membership.delete().where(Membership.person == cast["ulla"].ref).execute()

    assert [one.department for one in people.every_choice()][-1] == "Uden afdeling"
    assert "Ulla Ulv" in [one.name for one in people.every_choice() if one.department == "Uden afdeling"]
