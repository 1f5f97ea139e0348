"""A random walk over days and what people do on them: whatever happens, what is due is told to someone who is there and
may know of it, once, and to nobody else."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from datetime import time as hour

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.addresses import Place, address_of
from skanderborg.domain import (
    access,
    critical_dates,
    escalations,
    leaving,
    meetings,
    people,
    rounds,
    rules,
    tasks,
    ticks,
)
from skanderborg.domain.access import contact, exclusions, impartiality, restriction
from skanderborg.domain.critical_dates import answering, recording
from skanderborg.domain.due import digest, rhythm
from skanderborg.domain.requests import answers
from skanderborg.errors import DomainError, Invalid
from skanderborg.kinds import Answer, LetterKind, MeetingKind, MeetingWith, Outcome
from skanderborg.pages import my_day
from skanderborg.policy import SYSTEM, Action
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.critical_dates import CriticalDate
from skanderborg.store.db import begin, insert
from skanderborg.store.outbox import OutboxLetter, Told
from skanderborg.store.oversight import AccessReview
from skanderborg.store.people import Absence, Department, Membership, Person
from skanderborg.store.work import Deadline, Meeting, Request, Task
from tests.made import a_case, a_request, a_task, opened
from tests.proof import walks
from tests.servers import TestClock

MOST_CASES, MOST_TASKS, LEAST_STAFF = 6, 40, 6
QUEUES = ("jobcenter", "boern-unge")


class Walk:
    """A house in which things happen by chance; the same seed is the same story."""

    def __init__(self, cast: dict[str, Person], clock: TestClock, seed: int):
        self.chance, self.clock, self.cast = random.Random(seed), clock, cast
        self.today, self.count = date(2026, 11, 20), 0
        self.deeds: list[Callable[[], object]] = [
            self.new_case, self.new_task, self.new_task, self.new_task, self.new_task, self.finish, self.finish,
            self.finish, self.assign, self.assign, self.postpone, self.leave_for_days, self.leave_for_days,
            self.name_substitute, self.shut_out, self.let_in, self.declare, self.move, self.change_role, self.quit,
            self.ask, self.ask, self.answer, self.agree, self.hold, self.hand_over, self.restrict, self.close,
            self.foresee, self.foresee, self.see_again, self.say_how_it_went,
        ]  # fmt: skip

    def run(self, steps: int) -> None:
        """Each step is a deed, or the night and the morning after it with all that must then hold."""
        for _ in range(steps):
            if self.chance.random() < 0.3:
                self.sleep()
            else:
                self.act()

    def act(self) -> None:
        """Do something; what is refused is refused."""
        self.clock.move_to(self.at(self.chance.randint(9, 15)))
        with suppress(DomainError):
            self.chance.choice(self.deeds)()

    # ── what happens ────────────────────────────────────────────────────────────────────────────────

    def pick(self, found: list) -> object:
        """One of what there is; a deed for which there is nothing is refused."""
        if not found:
            raise Invalid("nothing to do it to")
        return self.chance.choice(found)

    def anyone(self) -> Person:
        return self.pick(list(Person.select().where(Person.disabled_at.is_null()).order_by(Person.username)))

    def a_case(self) -> Case:
        return self.pick(list(Case.select().where(Case.closed_at.is_null()).order_by(Case.code)))

    def queue(self) -> Department:
        return Department.get(Department.key == self.chance.choice(QUEUES))

    def due(self) -> date:
        return self.today + timedelta(days=self.chance.randint(-3, 12))

    def a_task_of(self, *which: object) -> Task:
        found = Task.select().join(Case).where(Task.closed_at.is_null(), Case.closed_at.is_null(), *which)
        return self.pick(list(found.order_by(Task.created_at, Task.ref)))

    def tovholder_of(self, case: Case) -> Person:
        return access.primary_contact(case.ref)

    def new_case(self) -> None:
        if Case.select().where(Case.closed_at.is_null()).count() < MOST_CASES:
            self.count += 1
            able = [one for one in people.active() if not policy.is_kept_from_cases(one)]
            resource = [one for one in people.resource_persons() if not policy.is_kept_from_cases(one)]
            ties = ((self.chance.choice(able).username, "primary-contact"),
                    (self.chance.choice(resource).username, "resource"))  # fmt: skip
            a_case(self.cast, f"C{self.count:04}", people=ties)

    def new_task(self) -> None:
        case = self.a_case()
        if Task.select().where(Task.closed_at.is_null()).count() >= MOST_TASKS:
            self.finish()
            return
        owner = {"assignee": self.anyone()} if self.chance.random() < 0.6 else {}
        if not owner and self.chance.random() < 0.5 and not case.restricted:
            owner = {"department": self.queue()}
        shut_out = owner.get("assignee") and owner["assignee"].ref in access.excluded_persons(case.ref)
        if not shut_out:
            kind = "safety" if self.chance.random() < 0.15 else "plain"
            a_task(case, kind=kind, must=self.chance.random() < 0.7, due_on=self.due(), **owner)

    def finish(self) -> None:
        task = self.a_task_of(Task.kind == "plain")
        Task.update(closed_at=time.now(), status="done").where(Task.ref == task.ref).execute()

    def assign(self) -> None:
        task = self.a_task_of(Task.kind == "plain")
        tovholder = self.tovholder_of(task.case)
        seen = policy.task_for(tovholder, task.ref, Action.TASK_ASSIGN)
        to = (self.anyone(), None) if self.chance.random() < 0.7 else (None, self.queue())
        tasks.assign(tovholder, seen, *to, seen.version)

    def postpone(self) -> None:
        task = self.a_task_of(Task.kind == "plain")
        seen = policy.task_for(self.tovholder_of(task.case), task.ref, Action.TASK_WORK)
        on = self.today + timedelta(days=self.chance.randint(0, 9))
        tasks.postpone(self.tovholder_of(task.case), seen, on, "Venter", seen.version)

    def leave_for_days(self) -> None:
        first = self.today + timedelta(days=self.chance.randint(0, 2))
        with begin():
            insert(
                Absence, person=self.anyone(), from_on=first, to_on=first + timedelta(days=self.chance.randint(0, 9))
            )

    def name_substitute(self) -> None:
        one, other = self.anyone(), self.anyone()
        if one != other:
            Person.update(substitute=other).where(Person.ref == one.ref).execute()

    def shut_out(self) -> None:
        case = self.a_case()
        mine = opened(self.tovholder_of(case), case)
        if self.chance.random() < 0.3:
            exclusions.exclude_department(self.tovholder_of(case), mine, self.queue(), "i familie")
        else:
            exclusions.exclude_person(self.tovholder_of(case), mine, self.anyone(), "i familie")

    def let_in(self) -> None:
        found = list(Exclusion.select().where(Exclusion.until_at.is_null()).order_by(Exclusion.from_at, Exclusion.ref))
        if found:
            one = self.chance.choice(found)
            Exclusion.update(until_at=time.now()).where(Exclusion.ref == one.ref).execute()

    def declare(self) -> None:
        case, one = self.a_case(), self.anyone()
        impartiality.declare(one, opened(one, case), "Nabo")

    def move(self) -> None:
        one, queue = self.anyone(), self.queue()
        if not Membership.delete().where(Membership.person == one.ref, Membership.department == queue.ref).execute():
            Membership.insert(person=one, department=queue).execute()

    def change_role(self) -> None:
        """Someone comes to keep the house, or the log, or no more; the cast's resource persons and manager stay."""
        one = self.anyone()
        if one.roles in ("", "professional", "administrator", "auditor"):
            roles = self.chance.choice(["professional", "professional", "administrator", "auditor"])
            Person.update(roles=roles).where(Person.ref == one.ref).execute()

    def quit(self) -> None:
        if self.chance.random() < 0.1 and len(people.active()) > LEAST_STAFF:
            leaving.disable(SYSTEM, self.anyone())

    def ask(self) -> None:
        case = self.a_case()
        if Request.select().where(Request.closed_at.is_null()).count() < 6:
            self.count += 1
            a_request(self.tovholder_of(case), case, to=self.chance.choice(QUEUES), due_on=self.due())

    def answer(self) -> None:
        found = list(Request.select().where(Request.closed_at.is_null()).order_by(Request.created_at, Request.ref))
        request, one = self.pick(found), self.anyone()
        if request:
            seen = policy.request_for(one, request.ref, Action.REQUEST_HANDLE)
            self.count += 1
            verb = self.chance.randint(0, 3)
            if verb == 0:
                answers.take(one, seen, seen.version)
            elif verb == 1:
                answers.ask(one, seen, "Hvornår?", seen.version, key=f"k{self.count}")
            elif verb == 2:
                answers.send_back(one, seen, "Ikke os", None, seen.version)
            else:
                answers.answer(one, seen, "Ja", Outcome.DONE, seen.version)

    def agree(self) -> None:
        case = self.a_case()
        tovholder, on = self.tovholder_of(case), self.today + timedelta(days=self.chance.randint(1, 6))
        when = meetings.When(on, hour(10), hour(11))
        both = list(dict.fromkeys([tovholder, self.anyone()]))
        self.count += 1
        meetings.plan(
            tovholder, opened(tovholder, case), when, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF, place=None,
            agenda=None, participants=both, key=f"k{self.count}",
        )  # fmt: skip

    def hold(self) -> None:
        over = Meeting.select().where(Meeting.status == "planned", Meeting.ends_at <= time.now())
        found = self.pick(list(over.order_by(Meeting.starts_at, Meeting.ref)))
        if found:
            tovholder = self.tovholder_of(found.case)
            seen = policy.meeting_for(tovholder, found.ref, Action.MEETING_HOLD)
            self.count += 1
            meetings.hold(tovholder, seen, "Holdt", [], seen.version, key=f"k{self.count}")

    def hand_over(self) -> None:
        case, one = self.a_case(), self.anyone()
        if case.offered_to_id:
            asked = Person.get_by_id(case.offered_to_id)
            contact.accept(asked, policy.case_for(asked, case.ref, Action.CASE_ACCEPT))
        else:
            contact.offer(
                self.tovholder_of(case), opened(self.tovholder_of(case), case), one, "Ring", is_confirmed=True
            )

    def restrict(self) -> None:
        case = self.a_case()
        mine = opened(self.tovholder_of(case), case)
        (restriction.unrestrict if case.restricted else restriction.restrict)(
            self.tovholder_of(case), mine, mine.version
        )

    def close(self) -> None:
        if self.chance.random() < 0.2:
            Case.update(closed_at=time.now(), phase="closed").where(Case.ref == self.a_case().ref).execute()

    def foresee(self) -> None:
        """A day that raises danger is known, moves, or is called off."""
        case, on = self.a_case(), self.today + timedelta(days=self.chance.randint(-1, 8))
        tovholder = self.tovholder_of(case)
        ahead = CriticalDate.select().where(
            CriticalDate.case == case.ref, CriticalDate.answered_at.is_null(), CriticalDate.cancelled_at.is_null()
        )
        there, here = list(ahead.order_by(CriticalDate.on, CriticalDate.ref)), opened(tovholder, case)
        self.count += 1
        if not there or self.chance.random() < 0.5:
            kind = self.chance.choice(["hearing", "release", "police-contact", "particular-day"])
            recording.record(tovholder, here, kind=kind, on=on, note=None, key=f"k{self.count}")
        else:
            row = policy.carry(here, self.chance.choice(there))
            if self.chance.random() < 0.7:
                recording.change_date(tovholder, row, row.version, on=on, note=None)
            else:
                recording.call_off(tovholder, row, "Aflyst", row.version)

    def say_how_it_went(self) -> None:
        asked = self.a_task_of(Task.kind == "safe-after")
        tovholder = self.tovholder_of(asked.case)
        here = opened(tovholder, asked.case)
        row = critical_dates.one(tovholder, here, critical_dates.of_task(asked.template))
        safe = self.chance.choice(list(Answer))
        answering.answer(tovholder, row, row.version, is_safe=safe, has_acted=Answer.NO, answer=None, acted_on=None,
                         act=None, what=None)  # fmt: skip

    def see_again(self) -> None:
        case = self.a_case()
        one = self.pick(access.resource_persons_on(case.ref))
        on = self.today + timedelta(days=self.chance.randint(1, 40))
        rounds.see(one, opened(one, case), on, None)

    # ── the night, and what must hold in the morning ────────────────────────────────────────────────

    def sleep(self) -> None:
        """A day or more goes by; the worker may be down for a day, or come late, or run twice."""
        self.today += timedelta(days=self.chance.choice([1, 1, 1, 1, 2, 4]))
        fate = self.chance.random()
        if fate < 0.1:
            return
        self.clock.move_to(self.at(7 if fate < 0.9 else 15, 30))
        if fate >= 0.95:
            self.tick(ticks.owe)
        before = self.tick(escalations_first)
        self.tick(ticks.tell)
        counted = {(row.person_id, row.thing) for row in Told.select().where(Told.on == self.today)}
        assert not counted & before, "what a letter of its own had told that day was told again"
        self.clock.move_to(self.at(16))
        assert not counted & (self.tick(ticks.owe) - before), "a letter told what the digest had told that day"
        assert digest.owe_due(time.now()) == 0
        if time.is_working_day(self.today):
            self.hold_true(counted)
        else:
            assert not counted

    def at(self, hours: int, minutes: int = 0) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, hours, minutes)

    def tick(self, run: Callable[[], int]) -> set[tuple[str, str]]:
        """Let the worker do its part: whoever is written to can open what the letter tells of. Returns who has been
        told of which row today, by letters other than the digest."""
        known = {ref for (ref,) in OutboxLetter.select(OutboxLetter.ref).tuples()}
        run()
        for letter in OutboxLetter.select().where(OutboxLetter.void_at.is_null()):
            if letter.ref not in known:
                assert letter.person.disabled_at is None, letter.kind
                assert opens(letter.person, address_of(letter.opens)), (letter.kind, letter.opens)
        return self.own_letters()

    def own_letters(self) -> set[tuple[str, str]]:
        """Who was told of which row today, by letters other than the digest."""
        since = time.next_valid_instant(self.today, hour(0))
        rows = OutboxLetter.select().where(
            OutboxLetter.due_at >= since, OutboxLetter.void_at.is_null(), OutboxLetter.kind != LetterKind.DIGEST
        )
        return {(row.person_id, row.about) for row in rows if row.kind not in NOT_OF_A_THING}

    def hold_true(self, counted: set[tuple[str, str]]) -> None:
        self.nobody_gets_two()
        for ref in {person for person, _ in counted}:
            self.finds_all(Person.get_by_id(ref), {thing for person, thing in counted if person == ref})
        overdue = Task.select().join(Case).where(
            Task.closed_at.is_null(), Case.closed_at.is_null(), Task.must == True, Task.due_on <= self.today,  # noqa: E712
            Task.kind != "request",
        )  # fmt: skip
        for task in list(overdue):
            self.is_told(task)
        self.critical_dates_are_seen_to()

    def critical_dates_are_seen_to(self) -> None:
        """Before a date safety is due or was assessed, and after it somebody is asked, until it is answered."""
        stands = CriticalDate.cancelled_at.is_null() & CriticalDate.answered_at.is_null() & Case.closed_at.is_null()
        for row in list(CriticalDate.select(CriticalDate, Case).join(Case).where(stands)):
            planned = Deadline.select().where(Deadline.about == f"critical_date:{row.ref}")
            by = critical_dates.assess_on(row.kind, row.on)
            if not planned.exists():
                assert time.today(row.at) > row.on, "a date was written down ahead, and nothing is planned for it"
            elif row.on < self.today:
                name = critical_dates.task_name(row.ref)
                assert Task.select().where(Task.template == name, Task.closed_at.is_null()).exists(), row.on
            elif by <= self.today:
                of_case = Task.select().where(Task.case == row.case_id, Task.kind == "safety", Task.closed_at.is_null())
                seen_to = (Task.due_on <= self.today) | (Task.assessed_on >= by)
                assert of_case.where(seen_to).exists(), (row.on, by)

    def nobody_gets_two(self) -> None:
        today = OutboxLetter.select().where(OutboxLetter.key.startswith(f"digest:{self.today}"))
        persons = [row.person_id for row in today]
        assert len(persons) == len(set(persons))

    def finds_all(self, person: Person, things: set[str]) -> None:
        """Who is told works here, keeps neither house nor log, and finds on Min dag whatever was counted."""
        assert person.disabled_at is None
        assert not policy.is_kept_from_cases(person)
        assert things <= on_min_dag(person), things - on_min_dag(person)

    def is_told(self, task: Task) -> None:
        """Someone who is there and may know was told of it since the day on which it was to be told last."""
        could = {one.username for one in self.whose(task) if self.is_there(one) and policy.opens(one, task)}
        step = rhythm.newest_step(task.due_on, self.today, rules.current())
        told = self.told_since(task, step)
        assert not could or could & told, (self.today, step, told, self.standing(task))

    def standing(self, task: Task) -> dict[str, object]:
        """How a task stands, to be read where something does not hold."""
        owner = task.assignee.username if task.assignee_id else task.department_id and task.department.key
        everyone = {one.username: "there" if self.is_there(one) else "gone" for one in self.whose(task)}
        on_case = [(tie.person.username, tie.kind) for tie in Relation.select().where(
            Relation.case == task.case_id, Relation.until_at.is_null())]  # fmt: skip
        return {"due": task.due_on, "kind": task.kind, "owner": owner, "whose": everyone, "on case": on_case,
                "shut out": access.excluded_persons(task.case_id)}  # fmt: skip

    def whose(self, task: Task) -> list[Person]:
        """Everyone who may have to see to a task: its owner or queue, who stands in, who coordinates the case."""
        owners = (
            [task.assignee] if task.assignee_id else people.members(task.department_id) if task.department_id else []
        )
        on_case = [one for one in [access.primary_contact(task.case_id)] if one]
        return people.with_substitutes(owners, self.today) + on_case + access.resource_persons_on(task.case_id)

    def is_there(self, person: Person) -> bool:
        works = person.disabled_at is None and not policy.is_kept_from_cases(person)
        return works and bool(people.present([person], self.today))

    def told_since(self, task: Task, step: date) -> set[str]:
        about = f"task:{task.ref}"
        counted = Told.select().where(Told.thing == about, Told.on >= step)
        own = OutboxLetter.select().where(OutboxLetter.about == about, OutboxLetter.void_at.is_null())
        told = {row.person.username for row in own if time.today(row.due_at) >= step}
        return told | {row.person.username for row in counted}


NOT_OF_A_THING = {  # letters about a row that do not ask for what waits, and the acute ones, which never wait
    LetterKind.MEETING_INVITATION, LetterKind.MEETING_MOVED, LetterKind.MEETING_ENDS_OTHERWISE,
    LetterKind.MEETING_CANCELLED, LetterKind.MEETING_REMINDER,
    LetterKind.REQUEST_TAKEN, LetterKind.REQUEST_WITHDRAWN, LetterKind.SAFETY_UNTOUCHED, LetterKind.CASE_URGENT,
}  # fmt: skip


def escalations_first() -> int:
    """As the worker's ticks do, half an hour before the digest."""
    return escalations.owe_due(time.now())


def opens(person: Person, path: str) -> bool:
    """Whether a person can open the page of a letter."""
    if path == Place.DEPARTMENT:
        return policy.may(person, Action.DEPARTMENT_READ)
    part = next((model for start, model in PARTS.items() if path.startswith(start)), None)
    row = part and part.get_or_none(part.ref == path.split("/")[2])
    return row is None or policy.opens(person, row)


PARTS = {"/o/": Task, "/a/": Request, "/m/": Meeting, "/sager/": Case}


def on_min_dag(person: Person) -> set[str]:
    """The names of all that a person's Min dag shows."""
    found = my_day.of(person)
    shown = {f"task:{task.ref}" for task in [*found.overdue, *found.today]}
    shown |= {f"request:{one.ref}" for one in [*found.urgent_requests, *found.requests]}
    shown |= {f"request:{one.request}" for one in found.news}  # an answer that came stands among what is new
    shown |= {f"meeting:{one.ref}" for one in found.without_minutes}
    shown |= {f"offer:{one.ref}" for one in found.offers} | {f"silent:{one.case}" for one in found.silent}
    shown |= {f"round:{person.ref}"} if found.round_since else set()
    shown |= {f"review:{one.ref}" for one in AccessReview.select()} if found.to_review else set()
    return shown | {f"exclusion:{one.ref}" for one in impartiality.declared_at(person)} if found.undecided else shown


@walks
def test_whatever_happens_what_is_due_is_told_to_someone_who_is_there_and_may_know(cast, clock, steps):
    walk = Walk(cast, clock, seed=steps)
    for _ in range(3):
        walk.new_case()

    walk.run(steps)

    assert Told.select().exists()
