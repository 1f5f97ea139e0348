"""Two who act at the same instant: nothing is lost, made twice or left with nobody, and neither waits in a ring."""

import threading
import time
from collections.abc import Callable
from datetime import date

import peewee
import pytest

from skanderborg.domain import cases, notes, people, sessions, suspicions, tasks, texts
from skanderborg.domain.access import exclusions
from skanderborg.domain.tasks import owners, safety
from skanderborg.errors import Conflict, DomainError
from skanderborg.kinds import Answer, CitizenRole, TextPlace
from skanderborg.policy import Action
from skanderborg.store import db as database
from skanderborg.store import events
from skanderborg.store.cases import Case, Relation
from skanderborg.store.editions import Edition
from skanderborg.store.people import Absence, Session
from skanderborg.store.record import Note
from skanderborg.store.work import Task
from tests.made import a_case, a_task, opened, seen

ROUNDS = 8


@pytest.fixture
def case(cast):
    return a_case(cast)


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """Run each verb in a thread and connection of its own, all from the same instant; what each gave or raised."""
    start, got = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(place: int) -> None:
        with database.db.connection_context():
            start.wait()
            try:
                got[place] = verbs[place]()
            except (DomainError, peewee.PeeweeException) as error:
                got[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def failures(got):
    return [one for one in got if isinstance(one, peewee.PeeweeException)]


def test_of_two_administrators_who_change_one_text_at_once_the_second_is_told(cast):
    admin = cast["admin"]

    for number in range(ROUNDS):

        def write(text: str, number: int = number) -> Edition:
            return texts.change(admin, TextPlace.CARD, "suspicion", text, "", number)

        got = at_once(lambda write=write: write("Først."), lambda write=write: write("Sidst."))
        assert {type(one) for one in got} == {Edition, Conflict}


def test_one_form_sent_twice_at_once_makes_one_row(cast):
    for key in range(ROUNDS):
        day = date(2026, 12, key + 1)

        got = at_once(*[lambda key=key, day=day: people.add_absence(cast["rikke"], day, day, key=f"k{key}")] * 4)

        assert len({one.ref for one in got}) == 1
    assert Absence.select().count() == ROUNDS


def test_one_note_sent_twice_at_once_is_one_note(cast, case):
    mine = opened(cast["solveig"], case)

    got = at_once(*[lambda: notes.write(cast["solveig"], mine, None, "Ringet", key="k")] * 4)

    assert len({one.ref for one in got}) == 1
    assert Note.select().count() == 1


def test_a_suspicion_that_one_takes_twice_at_once_is_taken_once(cast):
    said = suspicions.Report("Fulgt hjem", CitizenRole.EXPOSED, None, None, Answer.NO, Answer.NO)
    case = suspicions.report(cast["solveig"], said, None)
    for name in ("rikke", "rasmus"):
        suspicions.index(cast[name])

    got = at_once(*[lambda: suspicions.take(cast["rikke"], case.ref)] * 3)

    assert {one.ref for one in got} == {case.ref}
    assert Relation.select().where(Relation.case == case.ref, Relation.kind == "primary-contact").count() == 1


def test_of_two_who_take_a_suspicion_at_once_one_is_told_that_another_was_faster(cast):
    said = suspicions.Report("Fulgt hjem", CitizenRole.EXPOSED, None, None, Answer.NO, Answer.NO)
    case = suspicions.report(cast["solveig"], said, None)
    for name in ("rikke", "rasmus"):
        suspicions.index(cast[name])

    got = at_once(*[lambda name=name: suspicions.take(cast[name], case.ref) for name in ("rikke", "rasmus")])

    assert sorted(type(one) for one in got if not isinstance(one, Case)) == [Conflict]


def test_work_on_a_task_and_on_its_case_never_wait_for_each_other_in_a_ring(cast, case, monkeypatch):
    monkeypatch.setattr(events, "lock_chain", lambda name: time.sleep(0.05) or database.lock_chain(name))
    said = {"role": CitizenRole.EXPOSED, "children": Answer.NO, "name": None}
    for _ in range(ROUNDS // 2):
        task, mine = a_task(case, assignee=cast["rasmus"]), opened(cast["solveig"], case)
        theirs = seen(cast["rasmus"], task, Action.TASK_WORK)

        got = at_once(
            lambda mine=mine: cases.describe(cast["solveig"], mine, mine.version, what_happened="x", **said),
            lambda theirs=theirs: tasks.complete(cast["rasmus"], theirs, 1),
            lambda: safety.assess_again(cast["rikke"], case.ref, "Nyt faretegn"),
        )

        assert failures(got) == []


def test_nothing_is_given_to_who_is_excluded_at_the_same_instant(cast, case, monkeypatch):
    fit = owners.fit
    monkeypatch.setattr(owners, "fit", lambda *said: [fit(*said), time.sleep(0.3)][0])
    task, mine = seen(cast["rikke"], a_task(case), Action.TASK_ASSIGN), opened(cast["solveig"], case)

    got = at_once(
        lambda: tasks.assign(cast["rikke"], task, cast["jonas"], None, 1),
        lambda: time.sleep(0.1) or exclusions.exclude_person(cast["solveig"], mine, cast["jonas"], "i familie"),
    )

    assert failures(got) == []
    assert Task.get_by_id(task.ref).assignee is None


def test_signing_in_with_a_password_that_is_being_changed_leaves_no_session(cast, settings, monkeypatch):
    right = sessions._is_right

    def slow(person, password):
        good = right(person, password)
        sessions.change_password(cast["rikke"], "hvid-tavle-og-kaffe", "en helt ny lang kode", settings.defaults)
        return good

    monkeypatch.setattr(sessions, "_is_right", lambda *said: monkeypatch.undo() or slow(*said))

    with pytest.raises(DomainError):
        sessions.sign_in("rikke", "hvid-tavle-og-kaffe", "10.0.0.1", "test", settings.defaults)
    assert not Session.select().where(Session.ended_at.is_null()).exists()
