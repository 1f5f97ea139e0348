"""Whatever can hold where someone is says so, and is hidden while an address is protected (SEC-10, D-22)."""

from datetime import date

import pytest

from skanderborg.domain import incidents, protection
from skanderborg.domain.police import orders
from skanderborg.kinds import IncidentKind, OrderKind
from skanderborg.pages import facts, history
from skanderborg.store import columns, schema
from skanderborg.store.sealed import SealedBytesField, SealedField, SealedJsonField
from tests.made import a_case, opened
from tests.packed import an_exhibit, protect

NAMED = "ZQX Egevej 4, 8660 Skanderborg.jpg"
WHERE = {  # all that is asked for where someone is or is reached, and what comes with it by itself
    "incident.place", "incident.witness_contact", "institution.contact", "institution.name", "log_import.name",
    "critical_date.answer", "critical_date.cancel_reason", "critical_date.note",
    "meeting.place", "network_person.contact", "order.area", "party.address", "party.contact", "party.institution",
    "stored_file.name",
}  # fmt: skip


BESIDE = [(table, column) for table, said in columns.BESIDE.items() for column in said]


def texts():
    """Every sealed column that holds a text of its own, as «table.column»."""
    for table in schema.ALL_TABLES:
        for name, field in table._meta.fields.items():
            if isinstance(field, SealedField) and not isinstance(field, (SealedJsonField, SealedBytesField)):
                yield pytest.param(f"{table._meta.table_name}.{name}", field, id=f"{table._meta.table_name}.{name}")


@pytest.mark.parametrize(("name", "field"), list(texts()))
def test_every_text_about_a_person_says_whether_it_tells_where(name, field):
    assert field.tells_where is (name in WHERE)


def test_whatever_tells_where_is_there():
    for name in WHERE:
        table, _, column = name.partition(".")
        assert column in columns.TABLES[table]._meta.fields


@pytest.mark.parametrize(("table", "column"), BESIDE)
def test_what_is_said_beside_is_no_column_and_has_its_words(table, column):
    assert column not in columns.TABLES[table]._meta.fields
    assert columns.label_of(table, column)


def test_what_nobody_said_anything_of_is_hidden():
    assert protection.hides("exhibit", "whereabouts")
    assert not protection.hides("task", "due_on")


def test_the_name_of_a_file_is_hidden_in_historik_while_an_address_is_protected(cast):
    case = a_case(cast)
    an_exhibit(cast["solveig"], case, name=NAMED.replace(".jpg", ".txt"))
    before = str(history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows)

    protect(case)

    assert "ZQX" in before
    assert "ZQX" not in str(history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows)


def test_so_is_the_area_of_an_opholdsforbud(cast):
    case = a_case(cast)
    decided = {"kind": OrderKind.OPHOLDSFORBUD, "from_on": date(2026, 11, 2),
               "to_on": date(2026, 11, 9), "area": NAMED}  # fmt: skip
    orders.record(cast["solveig"], opened(cast["solveig"], case), **decided)

    protect(case)

    assert "ZQX" not in str(history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows)


def test_a_page_that_shows_all_of_a_row_shows_what_was_never_named_on_it(cast):
    case = opened(cast["solveig"], a_case(cast))
    said = incidents.Account(
        IncidentKind.INCIDENT, date(2026, 11, 19), types=("call",), what="Ringede", place="Ved hjemmet"
    )
    row = incidents.record(cast["solveig"], case, said)

    shown = dict(facts.of_row(row, True, "what", "types"))

    assert shown["Hvor skete det?"] == protection.HIDDEN
    assert (shown["Dato"], shown["Kilde"]) == ("19.11.2026", "Borgeren")
    assert not {"Hvad skete der?", "Vidner"} & shown.keys()
