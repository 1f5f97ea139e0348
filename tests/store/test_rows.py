"""Rows that give rights or are evidence are what their events wrote: whatever is done to them by hand is named."""

import ast
import json
from datetime import UTC, date, datetime

import peewee
import pytest

from skanderborg import clock as time
from skanderborg.domain import audit, erasing
from skanderborg.kinds import EventKind
from skanderborg.settings import ROOT
from skanderborg.store import binding, chains, events, keys, owned, rows, schema, tags
from skanderborg.store.authorities import Order
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.connection import db as database
from skanderborg.store.critical_dates import CriticalDate
from skanderborg.store.db import append, begin, change, insert, new_ref, remove, rewrite, transaction
from skanderborg.store.events import Event
from skanderborg.store.factors import Factor
from skanderborg.store.fields import KindField
from skanderborg.store.files import FileChunk, StoredFile
from skanderborg.store.incidents import Exhibit, Incident, IncidentVersion
from skanderborg.store.people import Absence, Department, Membership, Person
from skanderborg.store.record import Consent
from skanderborg.store.sealed import SealedField
from skanderborg.store.work import Participant, Request, Task
from tests.made import by_hand

NAMED = {"relation", "exclusion", "exhibit", "incident", "consent", "order"}  # what the log must answer for
SEALED = [
    (model, name)
    for model in rows.bound_tables()
    for name, field in model._meta.fields.items()
    if isinstance(field, SealedField)
    and model is not IncidentVersion  # which is never changed
    and (model, name) != (CriticalDate, "is_safe")  # which the database has with its answer only
]


def named() -> set[str]:
    return {fault.row for fault in rows.faults()}


def told() -> str:
    return "\n".join(fault.what for fault in rows.faults())


def told_of_rows() -> set[str]:
    """The same without what files are found to be, whose hash some attacks change too."""
    return {line for line in told().splitlines() if "Filen" not in line}


def one(model):
    return model.select().order_by(model.ref).first()


def test_the_example_house_has_no_false_alarm(house_of_examples):
    assert list(rows.faults()) == []
    assert chains.walk(chains.cut()).faults == []


def test_a_row_of_every_bound_table_is_there_to_be_attacked(house_of_examples):
    assert {model._meta.table_name for model in rows.bound_tables() if not model.select().exists()} == set()
    assert {model._meta.table_name for model in rows.bound_tables()} >= NAMED


def something(field: SealedField, number: int):
    """Something that a sealed column may hold: another thing for another number."""
    if isinstance(field.holds, KindField):
        return list(field.holds.kind)[number % len(field.holds.kind)]
    if isinstance(field.holds, peewee.DateField):
        return date(2026, 11, number + 1)
    return number % 2 if isinstance(field.holds, (peewee.IntegerField, peewee.BooleanField)) else f"nr. {number}"


def written(model, name: str, number: int) -> tuple[str, bytes]:
    """Let the program write something into a sealed column of some row: the row's ref, and the ciphertext."""
    row, field = one(model), model._meta.fields[name]
    known = {"ref": row.ref, model.sealed_by: row.__data__[model.sealed_by], name: something(field, number)}
    sealed = field.seal(known)
    with begin():
        rewrite(model, model.ref == row.ref, **{name: sealed})
    return row.ref, sealed


def test_an_old_ciphertext_that_is_put_back_is_named_whatever_sealed_column_it_was_in(house_of_examples):
    old = {(model, name): written(model, name, 0) for model, name in SEALED}
    for model, name in SEALED:
        written(model, name, 1)
    assert told_of_rows() == set()

    with by_hand() as sql:
        for (model, name), (ref, sealed) in old.items():
            sql(f'UPDATE "{model._meta.table_name}" SET "{name}" = ? WHERE ref = ?', sealed, ref)

    assert told_of_rows() == {
        f"{binding.name_of(model, {'ref': ref})}: {name} er et ældre indhold, der er lagt tilbage."
        for (model, name), (ref, _) in old.items()
    }


@pytest.mark.parametrize(
    ("by", "what"),
    [(b"\x01" + b"x" * 60, "er ændret uden en hændelse."), (None, "er tømt uden en hændelse.")],
    ids=["changed", "emptied"],
)
def test_a_sealed_text_that_is_changed_or_taken_away_is_named(house_of_examples, by, what):
    refused = {(Request, "contact_rules"), (Request, "answer"), (Factor, "secret")}  # empty, by the database itself
    refused = refused if by is None else set()
    now = {(model, name): written(model, name, 1)[0] for model, name in SEALED if (model, name) not in refused}

    with by_hand() as sql:
        for (model, name), ref in now.items():
            sql(f'UPDATE "{model._meta.table_name}" SET "{name}" = ? WHERE ref = ?', by, ref)

    assert told_of_rows() == {
        f"{binding.name_of(model, {'ref': ref})}: {name} {what}" for (model, name), ref in now.items()
    }


def test_a_ciphertext_whose_tag_was_kept_and_whose_rest_was_changed_is_named(house_of_examples):
    ref, sealed = written(Relation, "reason", 1)
    with by_hand() as sql:
        sql("UPDATE relation SET reason = ? WHERE ref = ?", sealed[:5] + b"x" + sealed[6:], ref)

    assert told() == f"relation:{ref}: reason kan ikke åbnes."


LONG_AGO = "from_at = '2020-01-01T00:00:00.000000Z'"
WRITTEN_LONG_AGO = LONG_AGO.removeprefix("from_")
CHANGED = {
    "relation": LONG_AGO, "exclusion": LONG_AGO, "exhibit": "number = number + 90",
    "incident": "number = number + 900", "consent": WRITTEN_LONG_AGO, "order": WRITTEN_LONG_AGO,
    "case": "restricted = NOT restricted", "task": "due_on = '2030-01-01'", "stored_file": "size_bytes = 1",
}  # fmt: skip


def test_a_row_that_is_changed_by_hand_is_named(house_of_examples):
    assert CHANGED.keys() >= NAMED
    expected = set()
    with by_hand() as sql:
        for model in rows.bound_tables():
            if change_to := CHANGED.get(model._meta.table_name):
                ref = one(model).ref
                sql(f'UPDATE "{model._meta.table_name}" SET {change_to} WHERE ref = ?', ref)
                expected.add(f"{binding.name_of(model, {'ref': ref})}: Rækken er ændret uden en hændelse.")

    assert told_of_rows() == expected


@pytest.mark.parametrize("model", rows.bound_tables(), ids=lambda model: model._meta.table_name)
def test_every_column_of_a_bound_row_changes_its_tags_but_those_that_only_count(keys_file, model, db):
    keys.open_ring(keys_file)
    values = dict.fromkeys(model._meta.fields, 1)
    plain = {name for name, field in model._meta.fields.items() if not isinstance(field, SealedField)}

    values |= dict.fromkeys(model._meta.fields.keys() - plain, b"x" * 40)

    before = tags.of_row(model, values, model._meta.fields)
    seen = {name for name in plain if tags._of_plain(model, values | {name: 2}) != before[tags.PLAIN]}

    assert seen == plain - model.unbound
    assert before.keys() == model._meta.fields.keys() - plain | {tags.PLAIN}


@pytest.fixture
def six(house_of_examples) -> dict[str, str]:
    """A row of each of the six kinds, to which nothing else refers: table and ref."""
    case, person, now = one(Case), one(Person), time.now()
    by = {"case": case, "by": person, "at": now}
    file = one(Exhibit).file_id
    with begin():
        made = [
            insert(Relation, case=case, person=person, kind="participant", by=person, from_at=now, until_at=now),
            insert(Exclusion, case=case, person=person, reason="x", by=person, from_at=now),
            insert(Consent, scope="x", way="spoken", given_on=date(2026, 11, 1), **by),
            insert(Order, kind="tilhold", from_on=date(2026, 11, 1), to_on=date(2027, 11, 1), **by),
            insert(Incident, **INCIDENT, number=900, **by),
            insert(Exhibit, number=900, file=file, source="citizen", **by),
        ]
    assert named() == set()
    return {row._meta.table_name: row.ref for row in made}


INCIDENT = {
    "kind": "incident", "status": "live", "from_on": date(2026, 11, 1), "types": " other ", "contact_count": 1,
    "what": "x", "reaction": "unknown", "children_present": "unknown", "reported": "unknown", "source": "citizen",
    "fingerprint": "x" * 16,
}  # fmt: skip


def test_a_row_that_is_deleted_by_hand_is_named(six):
    assert six.keys() == NAMED
    with by_hand() as sql:
        for table, ref in six.items():
            sql(f'DELETE FROM "{table}" WHERE ref = ?', ref)

    assert told_of_rows() == {f"{table}:{ref}: Rækken er slettet." for table, ref in six.items()}


def test_a_row_that_is_put_in_by_hand_is_named(six):
    models = {model._meta.table_name: model for model in rows.bound_tables()}
    numbers = {"incident": {"number": 901}, "exhibit": {"number": 901}}
    expected = set()
    for table, ref in six.items():
        model = models[table]
        row, new = model.get(model.ref == ref), new_ref()
        model.insert(**row.__data__ | {"ref": new} | numbers.get(table, {})).execute()
        expected.add(f"{table}:{new}: Ingen hændelse har skrevet rækken.")

    assert {line for line in told_of_rows() if "kan ikke" not in line} == expected


def test_a_row_that_is_moved_to_another_case_is_named(six):
    row = Relation.get(Relation.ref == six["relation"])
    other = Case.select().where(Case.ref != row.case_id).order_by(Case.ref).first()
    with by_hand() as sql:
        sql("UPDATE relation SET case_id = ? WHERE ref = ?", other.ref, row.ref)

    assert f"relation:{row.ref}: Rækken er flyttet til en anden sag." in told()


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_whose_bytes_were_exchanged_is_named(house_of_examples):
    chunk = one(FileChunk)
    known = {"ref": chunk.ref, "case": chunk.case_id, "body": b"noget andet"}
    with by_hand() as sql:
        sql("UPDATE file_chunk SET body = ? WHERE ref = ?", FileChunk.body.seal(known), chunk.ref)

    assert told() == f"stored_file:{chunk.file_id}: Filen er ikke den, der blev modtaget."


def test_a_file_that_got_more_bytes_is_named(house_of_examples):
    chunk = one(FileChunk)
    new = new_ref()
    body = FileChunk.body.seal({"ref": new, "case": chunk.case_id, "body": b"mere"})
    FileChunk.insert(ref=new, case=chunk.case_id, file=chunk.file_id, number=99, body=body).execute()
    with by_hand() as sql:
        sql("UPDATE file_chunk SET number = 2 WHERE ref = ?", new)

    assert told() == f"stored_file:{chunk.file_id}: Filen er ikke den, der blev modtaget."


def test_what_was_received_is_written_down_with_its_hash(house_of_examples):
    event = Event.get(Event.action == rows.RECEIVED)
    exhibit = Exhibit.get(Exhibit.ref == event.object_ref)

    assert event.changes["sha256"] == [None, StoredFile.get_by_id(exhibit.file_id).sha256]


def test_a_file_and_its_hash_that_were_exchanged_together_are_named(house_of_examples):
    """Who holds the data key can seal both anew; the event of the receipt still says what came."""
    received = Event.get(Event.action == rows.RECEIVED)
    file = StoredFile.get_by_id(Exhibit.get_by_id(received.object_ref).file_id)
    chunk = FileChunk.get(FileChunk.file == file.ref)
    known = {"ref": chunk.ref, "case": chunk.case_id, "body": b"noget andet"}
    digest = rows.hashlib.sha256(b"noget andet").hexdigest()
    sealed = StoredFile.sha256.seal({"ref": file.ref, "case": file.case_id, "sha256": digest})
    with by_hand() as sql:
        sql("UPDATE file_chunk SET body = ? WHERE ref = ?", FileChunk.body.seal(known), chunk.ref)
        sql("UPDATE stored_file SET sha256 = ? WHERE ref = ?", sealed, file.ref)

    assert f"stored_file:{file.ref}: Filen er ikke den, der blev modtaget." in told()
    assert f"stored_file:{file.ref}: sha256 er ændret uden en hændelse." in told()


# ── how rows are bound ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_event_keeps_the_tag_of_each_ciphertext_that_was_written_with_it(house_of_examples):
    case = one(Case)
    with begin():
        fresh = change(case, case.version, safe_never="Ring aldrig")
        events.record(one(Person), "case:described", fresh)

    said = Event.select().order_by(Event.id.desc()).first().wrote
    assert bytes(fresh.__data__["safe_never"])[-16:].hex() in said
    assert "safe_contact" not in said


def test_a_row_of_which_no_event_tells_gets_one_at_the_end(house_of_examples):
    case, person = one(Case), one(Person)
    with begin():
        row = insert(Relation, case=case, person=person, kind="participant", from_at=time.now(), until_at=time.now())

    last = Event.select().order_by(Event.id.desc()).first()
    assert (last.action, last.is_write, last.chain) == (events.ROWS_WRITTEN, False, f"case:{case.ref}")
    assert f"relation:{row.ref}" in last.wrote


def test_rows_of_a_transaction_that_failed_are_bound_to_nothing(house_of_examples):
    @transaction
    def fail() -> None:
        written(Relation, "reason", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert binding.chains() == []
    assert named() == set()


def test_every_sealed_table_is_bound_but_for_two_that_say_why():
    free = {model._meta.table_name for model in schema.ALL_TABLES if model.sealed_by and not binding.is_bound(model)}

    assert free == {"event", "draft", "file_chunk", "import_chunk", "data_breach"}


def test_the_tags_of_a_row_do_not_depend_on_which_database_holds_it(house_of_examples, monkeypatch):
    plain = {"ref": "a" * 26, "kind": "plain", "box": "network", "status": "not-started", "must": True,
             "due_on": date(2026, 11, 1), "created_at": datetime(2026, 11, 1, 9, 30, tzinfo=UTC)}  # fmt: skip
    with begin():
        insert(Task, **plain, case=one(Case))
    stored = Task.get(Task.ref == plain["ref"]).__data__ | {"case": "b"}

    monkeypatch.setattr(tags, "DIGITS", None)
    monkeypatch.setattr(keys, "audit_mac", lambda *parts, **_: parts[-1])

    assert json.loads(tags._of_plain(Task, stored)) == [
        ["box", "network"], ["case", "b"], ["created_at", "2026-11-01T09:30:00+00:00"], ["due_on", "2026-11-01"],
        ["kind", "plain"], ["must", 1], ["ref", "a" * 26], ["status", "not-started"], ["version", 1],
    ]  # fmt: skip


UNBOUND = {model.__name__: model.unbound for model in rows.bound_tables()}
FILES = [path for path in (ROOT / "skanderborg").rglob("*.py") if "migrations" not in path.parts]


def writes_past_the_binding(path) -> list[str]:
    """Calls that write rows of bound tables straight through the model, but for columns that are not bound."""
    found = []
    for call in [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]:
        model, _, how = ast.unparse(call.func).rpartition(".")
        if model not in UNBOUND or how not in {"update", "insert", "insert_many", "delete", "create", "replace"}:
            continue
        if call.args or how != "update" or not {word.arg for word in call.keywords} <= UNBOUND[model]:
            found.append(f"{path.name}:{call.lineno} {model}.{how}")
    return found


def test_no_row_of_a_case_is_written_past_the_functions_that_bind_it_to_its_event():
    """Such a row looks like one that nobody wrote: write it by `insert`, `change`, `append` or `rewrite`."""
    assert [one for path in FILES for one in writes_past_the_binding(path)] == []


def test_rows_that_a_migration_writes_are_bound_as_it_leaves_them_and_no_others(six):
    with by_hand() as sql:
        sql("UPDATE incident SET number = number + 900 WHERE ref = ?", six["incident"])
    before = audit.altered_before()
    with by_hand() as sql:  # as a migration does
        sql("UPDATE relation SET kind = 'resource' WHERE ref = ?", six["relation"])
        sql("DELETE FROM consent WHERE ref = ?", six["consent"])
    assert named() == {f"{table}:{six[table]}" for table in ("incident", "relation", "consent")}

    assert audit.bind_migrated(before) == 2

    assert named() == {f"incident:{six['incident']}"}
    assert chains.walk(chains.cut()).faults == []


def test_to_verify_the_rows_keeps_nobody_from_writing(house_of_examples, monkeypatch):
    seen = []
    monkeypatch.setattr(rows, "_unlike", lambda *_: seen.append(database.in_transaction()) or [])

    rows.faults()

    assert set(seen) == {False}  # a snapshot: nothing is locked


def test_of_a_case_that_lost_its_events_people_read_the_first_rows_only():
    gone = chains.Fault("relation:x: Rækken er slettet.", "case:x", row="relation:x")

    assert audit.lines([chains.Fault("Hændelse 3 mangler.", "case:x", 4), *[gone] * 25]) == [
        "case:x, hændelse 4: Hændelse 3 mangler.",
        *["case:x: relation:x: Rækken er slettet."] * 20,
        "case:x: og 5 rækker mere; --json viser alle.",
    ]


# ── who staff are and where they belong ──────────────────────────────────────────────────────────────────────────────

NOT_WRITTEN = "Ingen hændelse har skrevet rækken."
CHANGED_BY_HAND = "Rækken er ændret uden en hændelse."


@pytest.mark.parametrize(
    ("statement", "name", "what"),
    [
        ("UPDATE person SET roles = 'resource-person' WHERE ref = ?", "person:{ulla}", CHANGED_BY_HAND),
        ("UPDATE person SET password_hash = 'x' WHERE ref = ?", "person:{ulla}", CHANGED_BY_HAND),
        ("UPDATE person SET substitute_id = ref WHERE ref = ?", "person:{ulla}", CHANGED_BY_HAND),
        ("UPDATE department SET manager_id = ? WHERE key = 'jobcenter'", "department:{jobcenter}", CHANGED_BY_HAND),
        ("INSERT INTO membership SELECT ?, ref FROM department WHERE key = 'jobcenter'",
         "membership:{ulla}:{jobcenter}", NOT_WRITTEN),
        ("DELETE FROM membership WHERE person_id = ?", "membership:{ulla}:{home}", "Rækken er slettet."),
        ("DELETE FROM absence WHERE person_id <> ?", "absence:{absence}", "Rækken er slettet."),
        ("UPDATE participant SET person_id = ? WHERE ref = (SELECT MIN(ref) FROM participant)",
         "participant:{participant}", CHANGED_BY_HAND),
    ],
)  # fmt: skip
def test_a_right_that_is_given_or_taken_by_hand_is_named(house_of_examples, statement, name, what):
    ulla = Person.get(Person.username == "ulla")
    with by_hand() as sql:
        refs = {
            "ulla": ulla.ref, "jobcenter": Department.get(Department.key == "jobcenter").ref,
            "home": Membership.get(Membership.person == ulla.ref).department_id, "absence": Absence.get().ref,
            "participant": one(Participant).ref,
        }  # fmt: skip
        sql(statement, ulla.ref)

    assert told() == f"{name.format(**refs)}: {what}"


def test_who_changes_departments_leaves_and_comes_back_is_bound_at_each_step(house_of_examples):
    with begin():
        person = Person.get(Person.username == "ulla")
        home = Membership.get(Membership.person == person.ref).department_id
        remove(Membership, Membership.person == person.ref)
    assert told() == ""
    with begin():
        append(Membership, person=person, department=home)
        remove(Membership, Membership.person == person.ref)
        append(Membership, person=person, department=home)

    assert told() == ""
    assert chains.walk(chains.cut()).faults == []


def test_the_theme_of_a_page_binds_nothing_anew(house_of_examples):
    before = tags.of_row(Person, one(Person).__data__, ())
    Person.update(theme="dark", version=Person.version + 1).execute()

    assert tags.of_row(Person, one(Person).__data__, ()) == before
    assert told() == ""


def test_who_staff_are_is_bound_once_where_events_told_of_cases_alone(house_of_examples):
    """A house of 0.5.0: what is put in by hand after that is named."""
    with by_hand() as sql:
        for event in list(Event.select(Event.id, Event.wrote).where(Event.wrote.is_null(False))):
            of_cases = {name: said for name, said in json.loads(event.wrote).items() if not is_of_staff(name)}
            sql("UPDATE event SET wrote = ? WHERE id = ?", json.dumps(of_cases), event.id)
    there = Person.select().count() + Membership.select().count()

    [line] = audit.take_over()

    assert told() == ""
    assert int(line.split()[0]) >= there
    assert list(audit.take_over()) == []
    with by_hand() as sql:
        sql("DELETE FROM absence")
    assert list(audit.take_over()) == []
    assert told().endswith("Rækken er slettet.")


def is_of_staff(name: str) -> bool:
    return name.partition(":")[0] in {"person", "department", "membership", "absence", "participant"}


def test_who_is_put_on_a_meeting_is_bound_in_the_chain_of_its_case_and_by_one_event(house_of_examples):
    """Its event tells of the meeting and comes first; no other chain is waited for after it."""
    participant = one(Participant)
    meeting, before = participant.meeting, Event.select().count()
    with begin():
        events.record(participant.person, EventKind.MEETING_PARTICIPANTS_CHANGED, meeting)
        rewrite(Participant, Participant.ref == participant.ref, removed_at=time.now())

    written = list(Event.select().order_by(Event.id.desc()).limit(2))
    assert Event.select().count() == before + 2
    assert {event.chain for event in written} == {f"case:{meeting.case_id}"}
    assert told() == ""


# ── what an erasure takes away ───────────────────────────────────────────────────────────────────────────────────────


def where_named(refs: set[str]) -> set[str]:
    """The columns in which one of the refs stands, of every table."""
    found = set()
    for model in schema.ALL_TABLES:
        for row in model.select().dicts():
            found |= {f"{model._meta.table_name}.{name}" for name, value in row.items()
                      if not refs.isdisjoint(owned.REF.findall(str(value)))}  # fmt: skip
    return found


def test_of_every_case_of_the_example_house_nothing_is_left_but_the_log_and_the_ledger(house_of_examples):
    refs = set().union(*(owned.refs(case.ref) | {case.ref} for case in Case.select()))
    for case in list(Case.select()):
        with begin():
            erasing.hold(case.ref)
            erasing.begin(
                case.ref,
                time.now(),
                erasing.names(case.ref),
                code=case.code,
                rule="x",
                archive_reference="x",
                decided_by="m" * 26,
            )

    erasing.go_on(time.now())

    assert where_named(refs) == {
        "event.chain", "event.object_ref", "event.wrote", "chain_head.chain", "erasure.case_ref",
    }  # fmt: skip
    assert not Case.select().exists()
    assert chains.walk(chains.cut()).faults == []
    assert rows.faults() == []
