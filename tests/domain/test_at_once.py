"""Two who act at the same instant: nothing is lost, made twice or left with nobody, and neither waits in a ring."""

import threading
import time
from collections.abc import Callable
from datetime import date
from datetime import time as hour
from typing import NamedTuple

import peewee
import pytest

from skanderborg import examples, policy
from skanderborg.domain import (
    access,
    cases,
    leaving,
    links,
    meetings,
    notes,
    people,
    sessions,
    suspicions,
    tasks,
    texts,
)
from skanderborg.domain.access import contact, ending, exclusions, impartiality, restriction
from skanderborg.domain.cases import phases
from skanderborg.domain.letters.delivery import Postman
from skanderborg.domain.requests import answers
from skanderborg.domain.tasks import owners, safety
from skanderborg.errors import Conflict, DomainError
from skanderborg.kinds import Answer, CitizenRole, LinkKind, MeetingKind, MeetingWith, Outcome, TextPlace
from skanderborg.policy import SYSTEM, Action
from skanderborg.settings import Settings
from skanderborg.store import db as database
from skanderborg.store import events
from skanderborg.store.cases import Case, Relation
from skanderborg.store.editions import Edition
from skanderborg.store.people import Absence, Person, Session
from skanderborg.store.record import Note
from skanderborg.store.work import Meeting, Request, Task
from tests.made import a_case, a_request, a_task, opened, seen

ROUNDS = 8


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


# ── verbs that undo each other, two and two ─────────────────────────────────────────────────────────


def _task(house: "House") -> Task:
    return seen(house.cast["rikke"], house.task, Action.TASK_ASSIGN)


def _theirs(house: "House", name: str, action: Action) -> Request:
    return policy.request_for(house.cast[name], house.request.ref, action)


def _meeting(house: "House") -> Meeting:
    return policy.meeting_for(house.cast["solveig"], house.meeting.ref, Action.MEETING_PLAN)


LATER = meetings.When(date(2026, 12, 2), hour(10), hour(11))
VERBS: dict[str, Callable[["House"], object]] = {
    "accept": lambda house: contact.accept(house.cast["jonas"], opened(house.cast["jonas"], house.case)),
    "decline": lambda house: contact.decline(house.cast["jonas"], house.case.ref),
    "offer": lambda house: contact.offer(house.cast["solveig"], house.mine, house.cast["signe"], "Ring først."),
    "grant": lambda house: access.grant(house.cast["solveig"], house.mine, house.cast["ulla"], "Hjælper"),
    "end": lambda house: ending.end(house.cast["solveig"], house.mine, house.tie.ref),
    "exclude": lambda house: exclusions.exclude_person(house.cast["solveig"], house.mine, house.cast["rasmus"], "x"),
    "recuse": lambda house: impartiality.declare(house.cast["solveig"], house.mine, "i familie"),
    "restrict": lambda house: restriction.restrict(house.cast["solveig"], house.mine, house.mine.version),
    "close": lambda house: phases.close(house.cast["solveig"], house.mine, "Slut", "Aftalt", house.mine.version),
    "describe": lambda house: cases.describe(house.cast["solveig"], house.mine, house.mine.version, what_happened="x",
                                             citizen_role=CitizenRole.EXPOSED, children=Answer.YES, name="Alma"),
    "assign": lambda house: tasks.assign(house.cast["rikke"], _task(house), house.cast["rasmus"], None, 1),
    "complete": lambda house: tasks.complete(house.cast["rikke"], _task(house), 1),
    "answer": lambda house: answers.answer(house.cast["jonas"], _theirs(house, "jonas", Action.REQUEST_HANDLE), "x",
                                           Outcome.DONE, house.request.version),
    "withdraw": lambda house: answers.withdraw(house.cast["solveig"], _theirs(house, "solveig", Action.REQUEST_OWN),
                                               "x", house.request.version),
    "move": lambda house: meetings.move(house.cast["solveig"], _meeting(house), LATER, "Syg", None, 1),
    "cancel": lambda house: meetings.cancel(house.cast["solveig"], _meeting(house), "Aflyst", 1),
    "leave": lambda house: leaving.disable(SYSTEM, house.cast["rasmus"]),
    "link": lambda house: links.make(house.cast["rikke"], opened(house.cast["rikke"], house.case), house.other.code,
                                     LinkKind.SAME_PARTIES, "x"),
    "link back": lambda house: links.make(house.cast["rikke"], opened(house.cast["rikke"], house.other),
                                          house.case.code, LinkKind.SAME_PARTIES, "x"),
    "send": lambda house: Postman(house.settings).deliver(),
}  # fmt: skip


class House(NamedTuple):
    """A case in which all of the verbs can be said at once."""

    cast: dict[str, Person]
    settings: Settings
    case: Case
    mine: Case
    other: Case
    task: Task
    request: Request
    meeting: Meeting
    tie: Relation


@pytest.fixture
def build(cast, settings):
    """A fresh house for each pair."""
    people_there = examples.load_people(examples.MORE)

    def made(code: str) -> House:
        names = cast | people_there
        for name in names.values():
            Person.update(disabled_at=None).where(Person.ref == name.ref).execute()
        case = a_case(names, f"A{code}", offered_to=names["jonas"])
        other = a_case(names, f"B{code}", people=(("solveig", "primary-contact"), ("rikke", "resource")))
        request = a_request(names["solveig"], case)
        meeting = meetings.plan(
            names["solveig"], opened(names["solveig"], case), meetings.When(date(2026, 12, 1), hour(10), hour(11)),
            kind=MeetingKind.FOLLOW_UP, party=MeetingWith.CITIZEN, place=None, agenda=None,
            participants=[names["solveig"], names["rasmus"]], anyway="x", despite_busy=True,
        )  # fmt: skip
        tie = Relation.get(Relation.case == case.ref, Relation.person == names["rasmus"].ref)
        return House(names, settings, case, opened(names["solveig"], case), other, a_task(case), request, meeting, tie)

    return made


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("one", VERBS)
@pytest.mark.parametrize(
    "others", [2, pytest.param(len(VERBS), marks=pytest.mark.proof)], ids=["itself and the next", "all"]
)
def test_no_two_verbs_wait_for_each_other_in_a_ring(build, monkeypatch, one, others):
    """Each verb beside itself and those that come after it in the list; the second may be refused in words.

    All of them for `make proof`. Each time, tests/rings.py watches what makes a ring impossible: every verb of every
    test holds what it needs first, and in one order.
    """
    monkeypatch.setattr(events, "lock_chain", lambda name: time.sleep(0.01) or database.lock_chain(name))
    names = list(VERBS)

    failed = []
    place = names.index(one)
    for number, two in enumerate(names[place : place + others]):
        house = build(f"{place:02}{number:02}")
        got = at_once(lambda house=house: VERBS[one](house), lambda house=house, two=two: VERBS[two](house))
        failed += [(two, str(error)[:200]) for error in failures(got)]

    assert failed == []


def test_work_on_a_task_and_on_its_case_never_wait_for_each_other_in_a_ring(cast, case, monkeypatch):
    monkeypatch.setattr(events, "lock_chain", lambda name: time.sleep(0.05) or database.lock_chain(name))
    said = {"citizen_role": CitizenRole.EXPOSED, "children": Answer.NO, "name": None}
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
