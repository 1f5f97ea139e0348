"""The example set for tests from outside holds one of everything, and a canary in all that anyone types."""

import json
from collections import defaultdict

import pytest

from skanderborg import examples, policy
from skanderborg.examples.story import Story
from skanderborg.kinds import RelationKind, Role
from skanderborg.store import schema
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.editions import Edition
from skanderborg.store.people import Person

NOT_TYPED = {  # sealed, and made by the program itself
    "outbox_letter.address", "pack.choices", "stored_file.sha256", "factor.secret", "journal_package.content",
}  # fmt: skip


@pytest.fixture(params=["sqlite"])
def database_url(request):
    """On one kind of database: the verbs are tried on both, and the set takes seconds to tell."""
    return request.getfixturevalue("sqlite_database")


@pytest.fixture
def told(house, settings):
    """What `flask seed-test` prints."""
    return json.loads(json.dumps(examples.load_test(settings)))


def test_every_field_that_anyone_types_holds_a_canary(told):
    """The list is read from the tables: a new field without a canary fails here."""
    without = {
        f"{table._meta.table_name}.{field.name}"
        for table in schema.ALL_TABLES
        for field in table._meta.sorted_fields
        if hasattr(field, "seal")
        and field.holds is None
        and not any(holds_canary(row, field.name) for row in table.select())
    }

    assert without == NOT_TYPED
    assert any(examples.CANARY in edition.body for edition in Edition.select())


def holds_canary(row, name):
    return examples.CANARY in json.dumps(getattr(row, name), ensure_ascii=False, default=str)


def test_there_are_three_of_each_role_and_relation_and_one_of_each_kind_of_case(told):
    by_relation = defaultdict(set)
    for relation in Relation.select().where(Relation.until_at.is_null()):
        by_relation[relation.kind].add(relation.person_id)
    by_role = defaultdict(set)
    for person in told["persons"]:
        for role in person["roles"]:
            by_role[role].add(person["ref"])
    shut_out = {row.person_id for row in Exclusion.select().where(Exclusion.person.is_null(False))}

    assert {kind for kind in RelationKind if len(by_relation[kind]) < 3} == set()
    assert {role for role in Role if len(by_role[role]) < 3} == set()
    assert len(told["refs"]["cases"]) >= 6
    assert len(shut_out) >= 3
    assert Exclusion.select().where(Exclusion.department.is_null(False)).exists()
    assert Case.select().where(Case.restricted == True).exists()  # noqa: E712
    assert Case.select().where(Case.offered_to.is_null(False), Case.closed_at.is_null()).exists()


def test_whose_role_keeps_them_from_cases_has_no_part_in_any(told):
    kept = {person.ref for person in Person.select() if policy.is_kept_from_cases(person)}

    assert kept
    assert not Relation.select().where(Relation.person.in_(list(kept))).exists()


def test_what_is_printed_names_who_is_shut_out_who_is_asked_and_what_is_for_named_persons_only(told):
    refs = told["refs"]

    assert {row["username"] for row in refs["exclusions"]} >= {"fremmed", "ukendt", "ny"}
    assert [code for code, case in refs["cases"].items() if case["restricted"]]
    assert "signe" in {case["offered_to"] for case in refs["cases"].values()}


def test_a_step_that_says_what_its_verb_does_not_take_is_refused(house):
    with pytest.raises(ValueError, match="takes no txet"):
        Story({}, "")._done({"do": "notes.write", "theme": "Samtale", "txet": "Borgeren ringede."})
