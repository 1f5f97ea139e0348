"""The digest: what one tick costs that tells 2,000 people of 20,000 open tasks that have fallen due.

Promise: at most 5 seconds, and at most 12 queries for each person told; a tick of the same day after it one query.
"""

import random
import time
from datetime import date, datetime, timedelta
from datetime import time as hour

from _house import BOXES, Case, Relation, Task, begin, clock, db, house, keys, new_ref, people, report

from skanderborg.domain.due import digest
from skanderborg.store.db import insert
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Absence, Department, Membership, Person

PEOPLE, TASKS, CASES, AWAY = 2_000, 20_000, 800, 100
DAY = date(2026, 11, 20)


def fill(now: datetime) -> None:
    """People of all departments, some away with a substitute; cases of theirs with tasks of theirs, of queues and of
    nobody."""
    chance = random.Random(7)
    departments = [row.ref for row in Department.select()]
    staff = [new_ref() for _ in range(PEOPLE)]
    with begin():
        for place, ref in enumerate(staff):
            Person.insert(
                ref=ref, username=f"p{place}", name=f"Person {place}", plain_name=f"Person {place}",
                email=f"p{place}@example.invalid", created_at=now,
                roles="resource-person" if place % 100 == 0 else "manager" if place % 100 == 1 else "",
            ).execute()  # fmt: skip
            Membership.insert(person=ref, department=chance.choice(departments)).execute()
        for ref in chance.sample(staff, AWAY):
            Person.update(substitute=chance.choice(staff)).where(Person.ref == ref).execute()
            Absence.insert(ref=new_ref(), person=ref, from_on=DAY, to_on=DAY).execute()
        refs = [_case(chance, staff, now) for _ in range(CASES)]
        rows = [_task(chance, refs, staff, departments, place, now) for place in range(TASKS)]
        for place in range(0, TASKS, 500):
            Task.insert_many(rows[place : place + 500]).execute()


def _case(chance: random.Random, staff: list[str], now: datetime) -> str:
    ref = new_ref()
    keys.make(f"case:{ref}")
    insert(
        Case, ref=ref, code=ref[:8].upper(), kind="full", phase="further-action", citizen_role="exposed",
        danger_now="no", children="no", reported_by=staff[0], claimed_at=now, reported_at=now,
    )  # fmt: skip
    for kind in ("resource", "primary-contact"):
        Relation.insert(ref=new_ref(), case=ref, person=chance.choice(staff), kind=kind, from_at=now).execute()
    return ref


def _task(
    chance: random.Random, cases: list[str], staff: list[str], departments: list[str], place: int, now: datetime
) -> dict[str, object]:
    """Of a hundred one lies in a queue, which is told to all in it; nine are nobody's, the others one person's each."""
    owner = {0: {"department": departments[place % len(departments)]}} | {place: {} for place in range(1, 10)}
    return {
        "ref": new_ref(), "case": chance.choice(cases), "kind": "plain", "box": BOXES[place % 6], "status": "active",
        "due_on": DAY - timedelta(days=place % 3), "created_at": now, "must": place % 2 == 0, "version": 1,
        "assignee": None, "department": None,
    } | owner.get(place % 100, {"assignee": staff[place % PEOPLE]})  # fmt: skip


def main() -> None:
    """Measure and print."""
    with house() as (_, _, _), db.connection_context():
        now = clock.next_valid_instant(DAY, hour(8))
        with clock.telling(now):
            fill(now)
            seen: list[str] = []
            db.obj.query_hooks.append(lambda event: seen.append(event.sql))
            began, spent = time.perf_counter(), time.process_time()
            told = digest.owe_due(now)
            seconds, spent, queries = time.perf_counter() - began, time.process_time() - spent, len(seen)
            seen.clear()
            digest.owe_due(now)
            again = len(seen)
            began = time.perf_counter()
            for letter in list(OutboxLetter.select().limit(200)):
                digest.renew(letter)
            renewed = (time.perf_counter() - began) / 200
        report(
            people=len(people.active()), tasks=TASKS, told=told, seconds=round(seconds, 2), at_most_seconds=5,
            of_the_processor=round(spent, 2),
            queries_a_person_told=round(queries / told, 2), at_most_queries=12, queries_of_the_next_tick=again,
            milliseconds_to_reckon_a_letter_anew=round(renewed * 1e3, 2),
        )  # fmt: skip


if __name__ == "__main__":
    main()
