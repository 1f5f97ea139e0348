"""Queries that are turned into SQL once."""

import peewee

from skanderborg.store.people import Membership, Person
from skanderborg.store.prepared import prepared


@prepared
def _named(is_folded, *, username):
    query = Person.select(Person.ref, Person.name).where(Person.username == username)
    return query.tuples() if is_folded else query


def test_a_prepared_query_gives_rows_like_any_other(cast):
    assert _named.first(False, username="rikke").name == "Rikke Ravn"


def test_the_next_call_brings_its_own_values(cast):
    _named.first(False, username="rikke")

    assert _named.first(False, username="jonas").name == "Jonas Jeppe"


def test_what_is_not_there_is_none(cast):
    assert _named.first(False, username="ingen") is None


def test_fixed_arguments_shape_a_query_of_their_own(cast):
    _named.first(False, username="rikke")

    assert _named.first(True, username="rikke") == (cast["rikke"].ref, "Rikke Ravn")


def test_a_value_is_bound_and_never_becomes_sql(cast):
    assert _named.all(False, username="' OR 1=1 --") == []


def test_rows_can_be_had_as_they_are_stored(cast):
    assert _named.stored(False, username="rikke") == [(cast["rikke"].ref, "Rikke Ravn")]


def test_a_query_inside_others_is_written_once(cast, monkeypatch):
    written = []
    write = peewee.Select.__sql__
    monkeypatch.setattr(peewee.Select, "__sql__", lambda self, context: written.append(self) or write(self, context))
    query = Person.select(Person.ref).where(Person.username == "rikke")
    for _ in range(3):
        query = Membership.select(Membership.person).where(Membership.person.in_(query))

    query.sql()

    assert len(written) == 4


def test_nobody_is_in_an_empty_list(cast):
    assert list(Person.select().where(Person.ref.in_([]))) == []
