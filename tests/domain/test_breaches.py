"""Brud på sikkerheden: told by anyone, known by the auditor at once, with 72 hours to decide."""

from datetime import date, datetime, time

import pytest
from msgspec.structs import replace

from skanderborg import clock
from skanderborg.domain import breaches
from skanderborg.domain.letters.delivery import Postman
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, BreachDecision, BreachKind, BreachStep
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Person
from tests.made import letters


def report(person, **said):
    said = {"found": breaches.FoundAt(date(2026, 11, 20), time(8)), **said}
    return breaches.report(person, kind=BreachKind.SENT, danger=Answer.NO, what="ZQX en mail gik forkert", **said)


def seen(cast, breach):
    return breaches.opened(cast["dorte"], breach.ref)


def test_the_auditor_is_told_at_once_and_again_a_day_before_the_time_is_up(cast, mail_server, settings, clock):
    clock.move_to(datetime(2026, 11, 20, 9))
    report(cast["jonas"])
    postman = Postman(replace(settings, smtp_url=mail_server.url))

    postman.deliver()
    clock.forward(hours=46)
    postman.deliver()
    before = [letter.message["X-Skb-Letter"] for letter in mail_server.letters]
    clock.forward(hours=1)
    postman.deliver()

    assert before == ["breach-new"]
    assert [letter.message["X-Skb-Letter"] for letter in mail_server.letters] == ["breach-new", "breach-due"]
    assert {letter.message["To"] for letter in mail_server.letters} == {"dorte@example.invalid"}


def test_the_clock_runs_from_when_it_was_found(cast):
    breach = report(cast["jonas"], found=breaches.FoundAt(date(2026, 11, 18), time(8)))

    assert breach.due_at == clock.instant(date(2026, 11, 21), time(8))
    assert letters("breach-due") == []  # less than a day is left: the first letter says when


def test_where_nobody_is_auditor_the_administrator_is_told(cast):
    with begin():
        Person.update(disabled_at=clock.now()).where(Person.ref == cast["dorte"].ref).execute()

    report(cast["jonas"])

    assert letters("breach-new") == ["admin"]


def test_what_was_not_found_yet_cannot_be_told(cast):
    with pytest.raises(Invalid):
        report(cast["jonas"], found=breaches.FoundAt(date(2026, 11, 21), time(8)))

    assert letters("breach-new") == []


def test_its_text_lies_sealed_and_in_no_letter_or_event(cast):
    breach = report(cast["jonas"])

    assert b"ZQX" not in bytes(breach.__data__["what"])
    assert not [row for table in (OutboxLetter, Event) for row in table.select() if "ZQX" in str(row.__data__)]


def test_only_who_told_it_and_the_auditor_see_it_and_only_the_auditor_deals_with_it(cast):
    breach = report(cast["jonas"])
    mine = breaches.opened(cast["jonas"], breach.ref)

    for name in ("rikke", "lars", "admin", "ulla"):
        with pytest.raises(NotFound):
            breaches.opened(cast[name], breach.ref)
    for deal in (
        lambda: breaches.do_step(cast["jonas"], mine, BreachStep.RISK),
        lambda: breaches.decide(cast["jonas"], mine, BreachDecision.REPORTED, None, 1),
        lambda: breaches.index(cast["jonas"]),
        lambda: breaches.count_open(cast["lars"]),
    ):
        with pytest.raises(NotAllowed):
            deal()


def test_each_step_is_done_once_by_someone_and_is_an_event(cast):
    breach = seen(cast, report(cast["jonas"]))

    for _ in range(2):
        breaches.do_step(cast["dorte"], breach, BreachStep.STOPPED)

    done = [(line.step, line.by) for line in breaches.steps(breach) if line.at]
    assert done == [(BreachStep.STOPPED, cast["dorte"].name)]
    assert Event.select().where(Event.action == "security-breach:step-done").count() == 1


def test_not_telling_datatilsynet_wants_a_reason(cast):
    breach = seen(cast, report(cast["jonas"]))

    with pytest.raises(Invalid) as refused:
        breaches.decide(cast["dorte"], breach, BreachDecision.NOT_REPORTED, None, 1)

    assert refused.value.field == "reason"


def test_a_decision_withdraws_the_letter_that_would_remind_of_it_and_is_made_once(cast):
    breach = seen(cast, report(cast["jonas"]))

    breaches.decide(cast["dorte"], breach, BreachDecision.REPORTED, None, 1)

    assert (letters("breach-due"), letters("breach-new")) == ([], ["dorte"])
    assert breaches.count_open(cast["dorte"]) == 0
    assert [one.decision for one in breaches.index(cast["dorte"])] == [BreachDecision.REPORTED]
    with pytest.raises(Conflict):
        breaches.decide(cast["dorte"], breach, BreachDecision.NOT_REPORTED, "x", 1)


def test_sent_twice_it_is_told_once(cast):
    first, again = (report(cast["jonas"], key="k") for _ in range(2))

    assert first.ref == again.ref
    assert letters("breach-new") == ["dorte"]
