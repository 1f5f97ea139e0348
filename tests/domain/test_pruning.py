"""Old events go, and the log still verifies: a checkpoint stands for them, which nobody else can write."""

import json

import peewee
import pytest

from skanderborg import clock as time
from skanderborg.domain import anchoring, pruning, tasks
from skanderborg.kinds import Box
from skanderborg.store import chains, rows
from skanderborg.store.cases import Case
from skanderborg.store.checkpoints import Checkpoint
from skanderborg.store.db import begin, db
from skanderborg.store.events import Event
from skanderborg.store.work import Task
from tests.made import a_case, by_hand, opened


def a_free_task(cast, case) -> None:
    seen = opened(cast["rikke"], case)
    tasks.create(cast["rikke"], seen, title="Ring", box=Box.NETWORK, due_on=None, brief=None)


@pytest.fixture
def old(cast, clock, settings):
    """A case that was worked on for three days, an anchor over each, and closed 25 months ago; and one that is open."""
    made, other = a_case(cast), a_case(cast, code="L1NKD")
    for _ in range(3):
        for case in (made, other):
            a_free_task(cast, case)
        anchoring.watch(settings, time.now())
        clock.forward(days=1)
    with begin():
        Case.update(closed_at=time.now(), phase="closed").where(Case.ref == made.ref).execute()
    clock.forward(days=25 * 31)
    return made


def faults(settings) -> list[str]:
    return [fault.what for fault in anchoring.verify(settings, time.now()).faults]


def test_the_log_holds_when_old_events_are_gone_also_under_the_anchors_from_before(cast, old, settings):
    before = Event.select().count()

    gone = pruning.prune(time.now())

    assert gone > 3
    assert Event.select().count() < before
    assert faults(settings) == []
    assert [fault.row for fault in rows.faults() if (fault.row or "").startswith("task")] == []


def test_of_an_open_case_nothing_goes(cast, old):
    other = Case.get(Case.code == "L1NKD")
    which = (Event.chain == f"case:{other.ref}",)
    before = Event.select().where(*which).count()

    pruning.prune(time.now())

    assert Event.select().where(*which).count() == before


def test_it_is_done_once_a_month(cast, old, clock):
    pruning.prune(time.now())
    clock.forward(days=1)

    assert pruning.prune(time.now()) == 0


def test_month_after_month_it_still_holds(cast, old, clock, settings, monkeypatch):
    monkeypatch.setattr("skanderborg.store.pruning.MOST", 2)
    for _ in range(3):
        pruning.prune(time.now())
        a_free_task(cast, Case.get(Case.code == "L1NKD"))
        clock.forward(days=400)

    with begin():
        Case.update(closed_at=time.now(), phase="closed").execute()
    clock.forward(days=800)

    assert pruning.prune(time.now()) > 2
    assert faults(settings) == []


def test_a_row_that_is_changed_by_hand_is_named_though_its_events_are_gone(cast, old):
    pruning.prune(time.now())
    task = Task.get(Task.case == old.ref)
    with by_hand() as sql:
        sql("UPDATE task SET template = 'x' WHERE ref = ?", task.ref)

    assert f"task:{task.ref}" in {fault.row for fault in rows.faults()}


@pytest.mark.parametrize("column", ["wrote", "ends", "mac"])
def test_a_checkpoint_that_somebody_changed_is_named(cast, old, settings, column):
    pruning.prune(time.now())
    chain = f"case:{old.ref}"
    kept = Checkpoint.get(Checkpoint.chain == chain)
    other = "0" * 64 if column == "mac" else json.dumps(json.loads(getattr(kept, column))[-1:])
    with by_hand() as sql:
        sql(f"UPDATE checkpoint SET {column} = ? WHERE chain = ?", other + " ", chain)

    assert "Kontrolpunktet er ændret." in faults(settings)


def test_events_go_under_a_checkpoint_alone(cast, old):
    with pytest.raises(peewee.DatabaseError, match="append-only"), begin():
        db.execute_sql("DELETE FROM event")
    pruning.prune(time.now())
    for statement in ("DELETE FROM event", "DELETE FROM checkpoint", "UPDATE checkpoint SET number = number - 1"):
        with pytest.raises(peewee.DatabaseError, match="append-only"), begin():
            db.execute_sql(statement)


def test_who_writes_a_checkpoint_of_his_own_and_cuts_the_log_is_found(cast, old, settings):
    chain = f"case:{old.ref}"
    last = Event.select().where(Event.chain == chain).order_by(Event.number.desc()).first()
    with begin():
        Checkpoint.insert(chain=chain, number=last.number, mac=last.mac, at=time.now(), seal="0" * 64, wrote="[]",
                          ends=json.dumps([[last.id, last.number, last.mac]])).execute()  # fmt: skip
        Event.delete().where(Event.chain == chain).execute()

    assert "Kontrolpunktet er ændret." in faults(settings)
    assert chains.walk(chains.cut()).faults
