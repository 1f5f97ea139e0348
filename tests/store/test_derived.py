"""What the events of 0.4.0 say of rows, before these are bound: a row that they contradict is named and not bound."""

import pytest

from skanderborg.domain import audit
from skanderborg.store import chains, derived, events, heads, rows
from skanderborg.store.authorities import Order
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.db import begin, new_ref, sealed
from skanderborg.store.events import Event
from skanderborg.store.incidents import Exhibit, Incident
from skanderborg.store.people import Person
from skanderborg.store.record import Consent
from tests.made import by_hand


@pytest.fixture
def contradicted(house_of_examples):
    """What is contradicted beside the one exclusion that the house got without its event."""
    before = derived.contradicted()
    assert [name.partition(":")[0] for name in before] == ["exclusion"]
    return lambda: derived.contradicted() - before


def the_one_without():
    """The ref of the exclusion that the house got without its event."""
    [name] = [name for name in derived.contradicted() if name.startswith("exclusion:")]
    return name.partition(":")[2]


def test_nothing_of_the_example_house_is_contradicted(contradicted):
    assert contradicted() == set()


@pytest.mark.parametrize(
    ("model", "column", "value"),
    [
        (Incident, "fear", 9), (Incident, "from_on", "2020-01-01"), (Exhibit, "is_withheld", True),
        (Consent, "expires_on", "2035-01-01"), (Order, "to_on", "2035-01-01"),
        (Relation, "from_at", "2020-01-01T00:00:00.000000Z"),
    ],
)  # fmt: skip
def test_a_column_that_says_something_else_than_was_told_is_named(contradicted, model, column, value):
    told = {name.partition(":")[2] for name in derived._read()[0]}
    found = model.select().order_by(model.ref)
    row = next(row for row in found if (row.ref in told or model is Relation) and getattr(row, column) != value)
    now = sealed(model, {"ref": row.ref, "case": row.case_id, column: value})[column]
    with by_hand() as sql:
        sql(f'UPDATE "{model._meta.table_name}" SET {column} = ? WHERE ref = ?', now, row.ref)

    assert contradicted() == {f"{model._meta.table_name}:{row.ref}"}


def test_a_text_that_says_something_else_than_was_told_is_named(contradicted):
    row = Consent.get()
    other = Consent.scope.seal({"ref": row.ref, "case": row.case_id, "scope": "alt til alle"})
    with by_hand() as sql:
        sql("UPDATE consent SET scope = ? WHERE ref = ?", other, row.ref)

    assert contradicted() == {f"consent:{row.ref}"}


@pytest.mark.parametrize("model", [Incident, Exhibit, Consent, Order])
def test_a_row_of_whose_making_nothing_is_told_is_named(contradicted, model):
    row, new = model.select().first(), new_ref()
    emptied = {name: None for name, field in model._meta.fields.items() if hasattr(field, "seal")}
    number = {"number": 900} if "number" in model._meta.fields else {}
    model.insert(**row.__data__ | emptied | number | {"ref": new}).execute()

    assert contradicted() == {f"{model._meta.table_name}:{new}"}


def test_a_tie_of_which_the_case_tells_nothing_is_named(contradicted):
    stranger = Person.get(Person.username == "ulla")
    case, new = Case.select().order_by(Case.ref).first(), new_ref()
    Relation.delete().where(Relation.person == stranger.ref, Relation.case == case.ref).execute()
    Relation.insert(
        ref=new, case=case, person=stranger, kind="participant", from_at="2026-01-01T00:00:00.000000Z"
    ).execute()

    assert contradicted() == {f"relation:{new}"}


def test_an_exclusion_that_was_lifted_by_hand_is_named(contradicted):
    made, person = Exclusion.get_by_id(the_one_without()), Person.get(Person.username == "ulla")
    with begin():
        events.record(person, "access:excluded", made, changes={"excluded": [None, made.person_id]})
    assert f"exclusion:{made.ref}" not in derived.contradicted()

    with by_hand() as sql:
        sql("UPDATE exclusion SET until_at = from_at WHERE ref = ?", made.ref)

    assert f"exclusion:{made.ref}" in derived.contradicted()


def test_when_an_old_database_is_taken_over_such_a_row_is_named_and_stays_so(house_of_examples):
    """The house as 0.4.0 would have left it: no heads, no tags."""
    ref = the_one_without()
    with by_hand() as sql:
        sql("DELETE FROM chain_head")
        sql("DELETE FROM event WHERE action = ?", events.ROWS_WRITTEN)
        sql("UPDATE log_count SET number = -1")
        sql("UPDATE event SET form = NULL, changes_hash = NULL, wrote = NULL, os_user = NULL")
        _chain_anew()

    said = list(audit.take_over())

    assert said[0].endswith("rækker er bundet, som de står nu.")
    assert said[1:] == [f"Bemærk: exclusion:{ref} er ikke, som hændelserne siger, og er ikke bundet."]
    assert [fault.row for fault in rows.faults()] == [f"exclusion:{ref}"]
    assert chains.walk(chains.cut()).faults == []
    bound = {event.chain for event in Event.select().where(Event.action == rows.FOUND)}
    assert bound == {"system"} | {chain for chain in heads.every() if chain.startswith("case:")}


def _chain_anew() -> None:
    """Number and chain the events as 0.4.0 did."""
    ends: dict[str, tuple[int, str]] = {}
    for event in list(Event.select().order_by(Event.id)):
        number, before = ends.get(event.chain, (0, ""))
        event.number = number + 1
        mac = events.mac_of(before, event.__data__)
        Event.update(number=event.number, mac=mac).where(Event.id == event.id).execute()
        ends[event.chain] = (event.number, mac)
