"""Requests for insight: who may have what, until when, and that nothing is left out in silence (D-24)."""

from datetime import date, datetime

import peewee
import pytest

from skanderborg import clock as time
from skanderborg.addresses import Place
from skanderborg.domain import cases, insight
from skanderborg.domain.critical_dates import recording
from skanderborg.domain.due import things
from skanderborg.domain.escalations import owe_due
from skanderborg.domain.insight import Asked, Decision, choosing
from skanderborg.domain.insight.choosing import Chosen
from skanderborg.domain.police import reports
from skanderborg.domain.reminders import deadlines
from skanderborg.domain.retention import holds, tick
from skanderborg.errors import Conflict, Invalid, NotAllowed, TooLate
from skanderborg.kinds import (
    HoldKind,
    InsightAsker,
    InsightChoice,
    InsightEnd,
    InsightGround,
    InsightKind,
    LetterKind,
    LogKind,
    PackRecipient,
)
from skanderborg.pages import board, my_day
from skanderborg.pages import insight as packages
from skanderborg.pages.insight import items, uses
from skanderborg.pages.insight.items import KINDS, NO_ITEMS
from skanderborg.policy import Action
from skanderborg.store import owned
from skanderborg.store.cases import Party
from skanderborg.store.db import begin, change, insert
from skanderborg.store.incidents import Pack
from skanderborg.store.insight import Insight
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.record import Disclosure, Note
from skanderborg.store.retention import Disposal, Hold
from tests.made import a_case, reported
from tests.packed import SECRET, WITNESS, a_log, mine, protect, text_of

GROUND = InsightGround.PRIVATE
YES = Decision("Jytte Jurist", date(2026, 11, 20), True, GROUND, "Modparten må se det, der er valgt.")


@pytest.fixture
def case(cast):
    case = a_case(cast, what_happened="Han stod ved skolen")
    with begin():
        insert(Party, case=case, role="citizen", name="Bodil Borger", created_at=time.now())
        insert(Party, case=case, role="opposing", name="Ulf Udøver", created_at=time.now())
        insert(Note, case=case, text="Ringede igen", by=cast["rikke"], at=time.now())
    return case


def export(person, case):
    return mine(person, case, Action.CASE_EXPORT)


def asked(cast, case, asker=InsightAsker.CITIZEN, kind=InsightKind.ARTICLE_15, **more):
    values = {"kind": kind, "asker": asker, "name": "Bodil Borger", "received_on": time.today()}
    return insight.receive(cast["solveig"], export(cast["solveig"], case), Asked(**values | more))


def fresh(cast, case, request):
    return insight.one(cast["solveig"], export(cast["solveig"], case), request.ref)


def choose_all(cast, case, request, choice=InsightChoice.WHOLE):
    """Everything that nothing is suggested for is given; what is suggested is done."""
    found = items.of_request(fresh(cast, case, request))
    chosen = {one.name: one.suggested or Chosen(choice, GROUND, "", one.mark) for one in found}
    return choosing.choose(cast["solveig"], fresh(cast, case, request), chosen, request.version)


def give(cast, case, request, key=None):
    request = fresh(cast, case, request)
    seen = packages.preview(cast["solveig"], request).mark
    return packages.hand_over(cast["solveig"], request, "Bodil Borger, Digital Post", seen, request.version, key)


# ── the clocks ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "received", "due"),
    [(InsightKind.ARTICLE_15, date(2026, 11, 19), date(2026, 12, 21)),  # the 19th is a Saturday
     (InsightKind.ARTICLE_15, date(2027, 1, 31), date(2027, 3, 1)),  # February has no 31st, and the 28th is a Sunday
     (InsightKind.ARTICLE_15, date(2026, 11, 25), date(2026, 12, 28)),  # Christmas Day
     (InsightKind.OWN_ACCESS, date(2026, 11, 19), date(2026, 11, 30)),
     (InsightKind.PARTY_ACCESS, date(2027, 3, 22), date(2027, 4, 5))],
)  # fmt: skip
def test_each_right_has_its_clock(cast, kind, received, due):
    assert insight.due_on(kind, received) == due


def test_partsaktindsigt_is_for_cases_that_decide_something(cast, case):
    with pytest.raises(Invalid) as refused:
        asked(cast, case, kind=InsightKind.PARTY_ACCESS)

    assert refused.value.field == "decides"
    assert asked(cast, case, kind=InsightKind.PARTY_ACCESS, decides="Afslag på en bolig").due_on == date(2026, 12, 1)


def test_who_takes_part_writes_down_no_request(cast, case):
    with pytest.raises(NotAllowed):
        insight.receive(
            cast["rasmus"], mine(cast["rasmus"], case),
            Asked(InsightKind.ARTICLE_15, InsightAsker.CITIZEN, "Bodil", time.today()),
        )  # fmt: skip


# ── nothing is left out in silence ──────────────────────────────────────────────────────────────────


def test_every_table_of_a_case_is_a_kind_of_item_or_says_why_not():
    named = {kind.table._meta.table_name for kind in KINDS} | NO_ITEMS.keys()

    assert {table._meta.table_name for table in owned.tables()} == named


def test_a_package_waits_until_each_item_has_a_choice(cast, case):
    request = asked(cast, case)

    with pytest.raises(Invalid, match="mangler et valg"):
        give(cast, case, request)
    choose_all(cast, case, request)
    pack = give(cast, case, request)

    assert pack.recipient == PackRecipient.INSIGHT
    ended = fresh(cast, case, request)
    assert (ended.outcome, ended.pack_id) == (InsightEnd.GIVEN, pack.ref)
    assert Disclosure.select().where(Disclosure.case == case.ref).count() == 1


def test_what_is_written_or_changed_afterwards_has_to_be_chosen_too(cast, case):
    request = choose_all(cast, case, asked(cast, case))
    with begin():
        insert(Note, case=case, text="Ny viden", by=cast["rikke"], at=time.now())
        change(case, case.version, what_happened="Han stod ved arbejdet")

    assert packages.preview(cast["solveig"], fresh(cast, case, request)).undecided == 2


def test_what_was_seen_is_what_goes_or_nothing(cast, case):
    request = choose_all(cast, case, asked(cast, case))
    seen = packages.preview(cast["solveig"], fresh(cast, case, request)).mark
    note = next(one for one in items.of_request(fresh(cast, case, request)) if one.name.startswith("note:"))
    other = Chosen(InsightChoice.WITHHELD, GROUND, "", note.mark)
    request = choosing.choose(cast["solveig"], fresh(cast, case, request), {note.name: other}, request.version)

    with pytest.raises(Conflict):
        packages.hand_over(cast["solveig"], fresh(cast, case, request), "Bodil", seen, request.version, None)
    assert not Pack.select().exists()


@pytest.mark.parametrize(
    ("chosen", "field"),
    [(Chosen(InsightChoice.WITHHELD, None, "", ""), "ground"), (Chosen(InsightChoice.PARTLY, GROUND, "", ""), "text"),
     (Chosen(InsightChoice.WITHHELD, InsightGround.PARTY_OTHERS, "", ""), None)],
)  # fmt: skip
def test_what_is_held_back_has_a_rule_and_what_goes_in_part_its_words(cast, case, chosen, field):
    request = asked(cast, case, kind=InsightKind.ARTICLE_15 if field else InsightKind.OWN_ACCESS)

    with pytest.raises(Invalid) as refused:
        choosing.choose(cast["solveig"], request, {"note:x": chosen}, request.version)
    assert (refused.value.field or "").startswith(field or "ground")


def test_what_is_about_others_stays_behind_unless_someone_decides_otherwise(cast, case):
    a_log(cast, case)
    request = choose_all(cast, case, asked(cast, case))

    paper = text_of(give(cast, case, request))

    assert "Han ringede hele natten" in paper
    assert not [word for word in ("Ulf Udøver", WITNESS, "87 65 43 21", SECRET) if word in paper]
    assert "databeskyttelsesloven § 22, stk. 1" in " ".join(paper.split()).casefold()


def test_a_day_to_come_that_raises_danger_is_in_nothing_that_is_given(cast, case):
    here, on = mine(cast["solveig"], case), date(2026, 12, 4)
    recording.record(cast["solveig"], here, kind="hearing", on=on, note="ZQX Byretten")
    reports.record(cast["solveig"], here, **reported(contact_on=on))
    request = choose_all(cast, case, asked(cast, case))

    given = str([(one.title, one.says) for one in items.of_request(request)])
    assert [word for word in ("Retsmøde", "ZQX", "4.12", "04.12", "2026-12-04", "2026, 12, 4") if word in given] == []
    assert given.count(items.TO_COME) == 3  # the report's own day, and a critical date of it and of the hearing


def test_what_tells_where_a_protected_person_is_stays_behind_and_is_not_shown(cast, case):
    a_log(cast, case)
    protect(case)
    request = asked(cast, case)

    [incident] = [one for one in items.of_request(request) if one.title == "Hændelse 1"]

    assert incident.usual == GROUND
    assert "Egevej 4" in str(incident.says)
    assert "Egevej 4" not in str(incident.shown)


def test_a_form_that_is_sent_twice_gives_one_package(cast, case):
    request = choose_all(cast, case, asked(cast, case))
    request = fresh(cast, case, request)
    seen = packages.preview(cast["solveig"], request).mark

    made = [packages.hand_over(cast["solveig"], request, "Bodil", seen, request.version, "k") for _ in range(2)]

    assert made[0].ref == made[1].ref
    assert Pack.select().count() == 1


# ── nobody but the citizen ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("decision", [None, YES._replace(is_granted=False)])
def test_whoever_else_asks_is_given_nothing_without_a_jurist(cast, case, decision):
    request = asked(cast, case, InsightAsker.OPPOSING, name="Ulf Udøver")
    if decision:
        request = insight.decide(cast["solveig"], request, decision, request.version)
    request = choose_all(cast, case, request, InsightChoice.WITHHELD)

    with pytest.raises(Invalid, match="juristens afgørelse"):
        give(cast, case, request)


def test_the_database_itself_refuses_a_package_for_another_without_a_jurist(cast, case):
    request = asked(cast, case, InsightAsker.OTHER, name="Ulf Udøver")
    pack = give(cast, case, choose_all(cast, case, asked(cast, case)))

    with pytest.raises(peewee.IntegrityError), begin():
        Insight.update(pack=pack, outcome="given", ended_at=time.now()).where(Insight.ref == request.ref).execute()


def test_with_a_jurists_decision_everything_is_withheld_that_nobody_chose(cast, case):
    request = asked(cast, case, InsightAsker.OPPOSING, name="Ulf Udøver")
    request = insight.decide(cast["solveig"], request, YES, request.version)

    assert {one.suggested.choice for one in items.of_request(request)} == {InsightChoice.WITHHELD}
    assert give(cast, case, choose_all(cast, case, request))


def test_a_parent_asks_for_a_child_of_the_case(cast, case):
    with pytest.raises(Invalid) as refused:
        asked(cast, case, InsightAsker.PARENT)

    assert refused.value.field == "about"


@pytest.mark.parametrize(
    ("more", "field"),
    [({"jurist": ""}, "jurist"), ({"text": "nej"}, "text"), ({"decided_on": date(2030, 1, 1)}, "decided_on")],
)
def test_a_decision_names_the_jurist_the_day_and_the_reason(cast, case, more, field):
    request = asked(cast, case, InsightAsker.OPPOSING)

    with pytest.raises(Invalid) as refused:
        insight.decide(cast["solveig"], request, YES._replace(**more), request.version)
    assert refused.value.field == field


def test_the_citizen_is_not_refused_and_needs_no_jurist(cast, case):
    request = asked(cast, case)

    with pytest.raises(Invalid):
        insight.end(cast["solveig"], request, InsightEnd.REFUSED, "Det vil vi ikke", request.version)
    with pytest.raises(Invalid):
        insight.decide(cast["solveig"], request, YES, request.version)


def test_an_ended_request_is_ended(cast, case):
    request = asked(cast, case)
    ended = insight.end(cast["solveig"], request, InsightEnd.WITHDRAWN, "Ringede og trak den", request.version)

    with pytest.raises(TooLate):
        choosing.choose(cast["solveig"], ended, {}, ended.version)


# ── it waits, and the case with it ──────────────────────────────────────────────────────────────────


def test_an_open_request_keeps_the_case_whatever_anyone_says(cast, case):
    request = asked(cast, case)
    case = mine(cast["rikke"], case)

    assert [line.kind for line in holds.on(case)] == [HoldKind.INSIGHT]
    with pytest.raises(Invalid):
        holds.release(cast["rikke"], case, HoldKind.INSIGHT, "Vi vil slette")
    insight.end(cast["solveig"], request, InsightEnd.WITHDRAWN, "Ringede og trak den", request.version)
    assert holds.on(case) == []


def test_a_hold_of_before_that_was_lifted_does_not_let_go_of_a_request(cast, case):
    with begin():
        insert(Hold, case=case, kind=HoldKind.INSIGHT, by=cast["rikke"], at=time.now(), ended_at=time.now(),
               ended_by=cast["rikke"])  # fmt: skip
    asked(cast, case)

    assert [line.kind for line in holds.on(mine(cast["rikke"], case))] == [HoldKind.INSIGHT]


def test_a_request_ends_a_proposal_to_erase(cast, clock):
    old = a_case(cast, phase="closed", closed_at=datetime(2020, 1, 1, tzinfo=time.now().tzinfo))
    tick.look_over(time.now())
    assert Disposal.select().where(Disposal.ended_at.is_null()).count() == 1

    asked(cast, old)

    assert not Disposal.select().where(Disposal.ended_at.is_null()).exists()


@pytest.mark.parametrize("closed_at", [None, datetime(2026, 11, 1)])
def test_a_deadline_is_told_before_and_stands_on_min_dag_and_in_the_digest(cast, clock, closed_at):
    case = a_case(cast, closed_at=closed_at and time.now(), phase="closed" if closed_at else "action")
    request = asked(cast, case, kind=InsightKind.OWN_ACCESS)
    clock.move_to(datetime(2026, 12, 1, 9, 0))

    deadlines.owe_due(time.now())
    [told] = OutboxLetter.select().where(OutboxLetter.person == cast["solveig"].ref)
    assert (told.kind, told.opens) == (LetterKind.CASE_DEADLINE, f"insight:{case.ref}")
    assert [one.address for one in my_day.of(cast["solveig"]).reviews] == [Place.INSIGHT.format(case=case.ref)]
    assert f"insight:{request.ref}" in things.found_by(cast["solveig"], time.now())


def test_a_deadline_that_passed_is_told_to_resource_persons_and_then_to_the_manager(cast, clock):
    case = a_case(cast)
    asked(cast, case, kind=InsightKind.OWN_ACCESS)
    clock.move_to(datetime(2026, 12, 15, 12, 0))

    owe_due(time.now())

    told = {(letter.kind, letter.person_id) for letter in OutboxLetter.select()}
    assert told == {(LetterKind.ANSWER_OVERDUE, cast["rikke"].ref), (LetterKind.DEPARTMENT_OVERDUE, cast["lars"].ref)}


# ── who used it ─────────────────────────────────────────────────────────────────────────────────────


def test_looks_and_lists_are_uses_and_so_is_taking_the_list_of_them(cast, case, clock):
    clock.forward(minutes=1)
    opened = cases.opened(cast["rasmus"], case.ref, "note:list")
    board.show(cast["rikke"], board.BoardFilter())
    own = export(cast["solveig"], case)
    uses.listed(cast["solveig"], own, uses.of(cast["solveig"], own, None, False), "CSV")

    found = uses.of(cast["solveig"], own, None, True)

    told = [(line.kind, line.thing, line.purpose, line.who) for line in found.lines]
    assert sorted(told) == sorted([
        (LogKind.LOOK, "sagen", "Deltager", cast["rasmus"].name),
        (LogKind.LIST, "en liste", "Ressourceperson på sagen", cast["rikke"].name),
        (LogKind.WRITE, "sagen", "Tovholder", cast["solveig"].name),
    ])  # fmt: skip
    assert opened.code not in str(found.lines)
