"""Staff as the directory has them: joiners, movers, leavers, and files that are refused (SEC-18, SEC-02)."""

from datetime import date

import pytest
from msgspec.structs import replace

from skanderborg.domain import people, staff, staff_sync
from skanderborg.errors import Invalid
from skanderborg.kinds import Role
from skanderborg.policy import SYSTEM
from skanderborg.store import schema
from skanderborg.store.cases import Relation
from skanderborg.store.db import begin, rewrite
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Department, Person, Session
from tests.made import a_task, letters

HEAD = "Brugernavn;Navn;Mail;Afdelinger"


def line(person, homes=None, name=None, mail=None):
    """A person as the directory has them: as they stand, but for what is said."""
    works_in = "|".join(home.name for home in people.departments_of(person)) if homes is None else homes
    return f"{person.username};{name or person.plain_name};{mail or person.email};{works_in}"


@pytest.fixture
def file(cast):
    """`file("jonas", "new;…")`: everyone as they stand, but for the persons named; and further lines."""

    def make(*but, head=HEAD):
        left = {name for name in but if ";" not in name}
        rows = [line(person) for name, person in cast.items() if name not in left]
        return "\r\n".join([head, *rows, *(one for one in but if ";" in one)]).encode()

    return make


@pytest.fixture
def sync(settings):
    """`sync(file, most_closed=…)`: what was planned, and what could not be done."""
    limits = replace(settings.defaults, sync_most_closed_percent=50)

    def run(given, most_closed=None, **otherwise):
        planned = staff_sync.plan(SYSTEM, given, replace(limits, **otherwise), most_closed)
        return planned, staff_sync.carry_out(planned, limits.mail_domains)

    return run


def everything():
    """Every row of every table."""
    return {table.__name__: sorted(map(repr, table.select().tuples())) for table in schema.ALL_TABLES}


def faults(given, settings):
    with pytest.raises(Invalid) as refused:
        staff_sync.plan(SYSTEM, given, settings.defaults)
    return refused.value.message.split("\n")


# ── who joins, changes, leaves and returns ──────────────────────────────────────────────────────────


def test_who_is_new_in_the_file_is_added_without_a_role_and_told(file, sync):
    sync(file("ny.nielsen;Ny Nielsen;ny@example.invalid;SSP|Jobcenter"))

    person = people.by_username("ny.nielsen")
    assert (person.roles, person.password_hash) == ("", None)
    assert {home.key for home in people.departments_of(person)} == {"jobcenter", "ssp"}
    assert "ny.nielsen" in letters("account-changed")


def test_a_changed_name_or_mail_follows_and_is_told_at_the_old_address_too(cast, file, sync):
    sync(file("jonas", line(cast["jonas"], name="Jonas Ærø", mail="ny@example.invalid")))

    assert (people.by_username("jonas").name, people.by_username("jonas").email) == ("Jonas Ærø", "ny@example.invalid")
    assert letters("account-changed") == ["jonas", "jonas"]


def test_who_is_in_the_file_no_more_is_closed_and_nothing_is_left_alone(cast, case, file, sync):
    a_task(case, assignee=cast["solveig"])

    sync(file("solveig"))

    contact = Relation.get(Relation.case == case, Relation.kind == "primary-contact", Relation.until_at.is_null())
    assert people.by_username("solveig").disabled_at
    assert contact.person_id == cast["rikke"].ref
    assert letters("contact-inherited") == ["rikke"]


def test_who_returns_is_open_again_without_role_and_password(cast, file, sync):
    sync(file("rasmus"))

    planned, _ = sync(file())

    person = people.by_username("rasmus")
    assert [one.username for one, _ in planned.returned] == ["rasmus"]
    assert (person.disabled_at, person.roles, person.password_hash) == (None, "", None)


def test_whom_an_administrator_closed_is_not_opened_by_a_file_that_still_has_them(cast, file, sync):
    sync(file())
    staff.close(SYSTEM, people.by_username("jonas"))

    planned, _ = sync(file())

    assert [one.username for one in planned.closed_here] == ["jonas"]
    assert people.by_username("jonas").disabled_at


def test_who_has_a_last_day_that_is_over_counts_as_gone(cast, file, sync):
    given = file(head=f"{HEAD};Sidste dag").replace(b"Jobcenter", b"Jobcenter;19.11.2026", 1)

    sync(given)

    closed = list(Person.select(Person.username).where(Person.disabled_at.is_null(False)).tuples())
    assert closed == [("jonas",)]


def test_a_case_that_nobody_could_take_over_keeps_its_account_until_the_end_of_the_day(cast, case, file, sync):
    with begin():
        rewrite(Person, Person.username.in_(["rikke", "rasmus"]), roles="")
        rewrite(Relation, Relation.person.in_([cast["rikke"].ref, cast["rasmus"].ref]), until_at=case.reported_at)
        rewrite(Person, Person.roles.contains(Role.RESOURCE_PERSON.value), roles="")

    _, failed = sync(file("solveig"))

    person = people.by_username("solveig")
    assert [one.partition(":")[0] for one in failed] == ["solveig"]
    assert (person.disabled_at, person.ends_on) == (None, date(2026, 11, 20))


def test_the_last_administrator_and_auditor_are_not_closed_by_a_file(cast, file, sync):
    planned, _ = sync(file("admin", "dorte"))

    assert sorted(person.username for person, _ in planned.kept) == ["admin", "dorte"]
    assert planned.leaving == []


def test_an_account_for_emergencies_is_kept(cast, file, sync):
    sync(file("ulla"), emergency_accounts=("ulla",))

    assert people.by_username("ulla").disabled_at is None


def test_two_of_one_name_are_told_apart(cast, file, sync):
    sync(file("jonas2;Jonas Jeppe;jonas2@example.invalid;SSP"))

    assert people.by_username("jonas").name == "Jonas Jeppe (Jobcenter)"
    assert people.by_username("jonas2").name == "Jonas Jeppe (SSP)"


def test_the_same_file_twice_changes_nothing(file, sync):
    given = file("jonas", "ny.nielsen;Ny Nielsen;ny@example.invalid;SSP", "rasmus")
    sync(given)
    before = (Event.select().count(), OutboxLetter.select().count(), Session.select().count())

    planned, failed = sync(given)

    assert list(staff_sync.lines(planned)) == failed == []
    assert (Event.select().count(), OutboxLetter.select().count(), Session.select().count()) == before


# ── whoever moved ───────────────────────────────────────────────────────────────────────────────────


def test_of_who_moved_department_it_is_asked_whether_each_access_shall_stand(cast, case, file, sync):
    planned, _ = sync(file("rasmus", line(cast["rasmus"], homes="SSP")))

    asked = Relation.select().where(Relation.asked_at.is_null(False))
    assert planned.moved == {"rasmus": 1}
    assert [(one.case_id, one.person_id) for one in asked] == [(case.ref, cast["rasmus"].ref)]


# ── files that are refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("given", [b"", b"\xef\xbb\xbf", HEAD.encode(), f"{HEAD}\r\n;;;\r\n".encode()])
def test_an_empty_file_is_refused(cast, settings, given):
    assert faults(given, settings) == ["Filen er tom. Der er ikke gjort noget."]


def test_a_mass_closing_is_refused_until_the_number_is_said(cast, settings):
    given = f"{HEAD}\n{line(cast['admin'])}\n{line(cast['dorte'])}".encode()
    staying = Person.select().count() - 2

    assert f"lukke {staying} af" in faults(given, settings)[0]
    assert len(staff_sync.plan(SYSTEM, given, settings.defaults, most_closed=staying).leaving) == staying


def test_each_bad_row_is_named_by_its_line_and_no_word_of_it_is_repeated(cast, settings):
    rows = [
        ";Uden Brugernavn;u@example.invalid;SSP", "ok;O K;ok@example.invalid;SSP",
        "æble;Odd;o@example.invalid;SSP", "a;A;a@elsewhere.invalid;SSP", "b;;b@example.invalid;SSP",
        "c;C;c@example.invalid;Findes ikke", "OK;Dobbelt;d@example.invalid;SSP", "e;E;OK@example.invalid;SSP",
        'f;"F', 'G";f@example.invalid;SSP', "h;H;h@example.invalid;SSP;mere",
    ]  # fmt: skip

    found = faults("\n".join([HEAD, *rows]).encode(), settings)

    assert [one.partition(":")[0] for one in found] == [f"Linje {number}" for number in (2, 4, 5, 6, 7, 8, 9, 10, 12)]
    assert not any(word in "".join(found) for word in ("Dobbelt", "elsewhere", "Findes"))


@pytest.mark.parametrize(
    ("head", "words"),
    [("Brugernavn;Navn;Mail", "afdelinger"), (f"{HEAD};Navn", "to gange"), ("hej", "brugernavn")],
)
def test_a_file_without_its_columns_is_refused(cast, settings, head, words):
    assert words in faults(f"{head}\nx;y;z;w;v".encode(), settings)[0]


@pytest.mark.parametrize(
    "written",
    [lambda text: b"\xef\xbb\xbf" + text.encode(), lambda text: text.encode("windows-1252"),
     lambda text: text.encode("utf-16"), lambda text: text.replace(";", ",").encode(),
     lambda text: ("sep=;\r\n" + text).encode(), lambda text: text.replace("\n", "\r\n").upper().lower().encode()],
)  # fmt: skip
def test_the_ways_in_which_excel_and_directories_write_it_are_all_read(cast, settings, written):
    rows = [HEAD, "soeren;søren ærø;soeren@example.invalid;børn & unge"]

    found = staff_sync.reading.read(written("\n".join(rows)), settings.defaults.mail_domains)

    assert [entry.said["name"].casefold() for entry in found.entries] == ["søren ærø"]
    assert found.entries[0].said["departments"] == [Department.get(Department.name == "Børn & Unge").key]


def test_a_department_is_known_by_its_key_and_aliases_and_a_hard_space_is_a_space(cast, settings):
    given = f"{HEAD}\nx;Xa\u00a0Xi;x@example.invalid;Børn og Unge|ssp".encode()

    [entry] = staff_sync.reading.read(given, settings.defaults.mail_domains).entries

    assert (entry.said["name"], entry.said["departments"]) == ("Xa Xi", ["boern-unge", "ssp"])


def test_columns_that_are_not_used_are_named(cast, settings):
    given = f"{HEAD};Titel\nx;X;x@example.invalid;SSP;Chef".encode()

    assert staff_sync.reading.read(given, settings.defaults.mail_domains).unused == ["Titel"]


# ── the command ─────────────────────────────────────────────────────────────────────────────────────


def test_a_trial_says_what_would_happen_and_leaves_the_database_as_it_is(app, cast, file, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_bytes(file("jonas", "ny.nielsen;Ny Nielsen;ny@example.invalid;SSP"))
    before = everything()

    said = app.test_cli_runner().invoke(args=["user", "sync", str(path), "--dry-run", "--most-closed", "1"])

    assert said.exit_code == 0, said.output
    assert said.output.splitlines() == ["Ny: ny.nielsen (linje 10)", "Lukkes: jonas", "Prøve: intet er skrevet."]
    assert everything() == before


def test_the_command_does_it_and_names_each_bad_line(app, cast, file, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_bytes(file("ny.nielsen;Ny Nielsen;ny@example.invalid;SSP"))
    bad = tmp_path / "bad.csv"
    bad.write_bytes(file(";x;y;z", "q;;;"))
    run = app.test_cli_runner().invoke

    done, refused = run(args=["user", "sync", str(path)]), run(args=["user", "sync", str(bad)])

    assert (done.exit_code, refused.exit_code) == (0, 1)
    assert people.by_username("ny.nielsen").in_directory is True
    assert refused.output.count("Linje") == 2
