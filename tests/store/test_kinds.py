"""A closed list's member is given back wherever it is read, and only what is one is stored."""

import re
from pathlib import Path

from skanderborg.kinds import Kind, Phase
from skanderborg.store import db as database
from skanderborg.store.cases import Case, Relation
from skanderborg.store.fields import KindField
from skanderborg.store.schema import ALL_TABLES

LISTED = {  # a check that says which values there are, and nothing else, as each database has it
    "sqlite": re.compile(r"CHECK \(\"?(\w+)\"? IN \(([^)]*)\)\)"),
    "postgres": re.compile(r"CHECK \(+\"?(\w+)\"?\)?::text = ANY \(+ARRAY\[([^\]]*)\]\)*(?:::text\[\])?\)+$"),
}
CHECKS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
    "postgres": "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'",
}
ROOT = Path(__file__).parent.parent.parent


def kind_fields():
    """Those that no seal is on: of the others nothing but the program says what they hold."""
    return [field for model in ALL_TABLES for field in model._meta.sorted_fields if isinstance(field, KindField)]


def test_what_is_read_is_the_member_with_its_label(case):
    read = Case.get(Case.ref == case.ref)
    [pair, *_] = Relation.select(Relation.kind, Case.phase).join(Case).where(Case.ref == case.ref).tuples()

    assert isinstance(read.phase, Phase)
    assert all(isinstance(one, Kind) for one in (read.kind, read.citizen_role, read.children, *pair))


def test_what_was_changed_behind_the_programs_back_is_given_as_it_stands():
    """The check of the rows tells of it; a page that reads the row for another reason need not fail."""
    assert [Case.phase.python_value(stored) for stored in ("x", None)] == ["x", None]


def test_every_member_has_room_in_its_column():
    crowded = [(field.model.__name__, field.name) for field in kind_fields()
               if field.max_length < max(len(member) for member in field.kind)]  # fmt: skip

    assert len(kind_fields()) > 20
    assert crowded == []


def test_every_member_passes_the_check_of_its_column(db, database_url):
    """A check lists the members that there were when the table was made; a new one needs a migration."""
    kind = "postgres" if database_url.startswith("postgres") else "sqlite"
    listed = {
        (table.strip('"'), column): set(re.findall(r"'([^']*)'", values))
        for table, text in database.db.execute_sql(CHECKS[kind]).fetchall()
        for column, values in LISTED[kind].findall(text)
    }
    refused = {
        f"{field.model.__name__}.{field.name}": set(field.kind) - values
        for field in kind_fields()
        if (values := listed.get((field.model._meta.table_name, field.column_name)))
    }

    assert len(refused) > 15
    assert {name for name, members in refused.items() if members} == set()


def test_no_page_unwraps_what_a_row_holds():
    """What is kept in a sealed JSON is text: the choices of a pack."""
    unwrapped = re.compile(r"kinds\.[A-Z]\w+\((?!chosen\.|part\))")
    pages = {str(path): path.read_text() for path in (ROOT / "templates").rglob("*.html")}

    assert [name for name, text in pages.items() if unwrapped.search(text)] == []
