"""Øvelse: walled off from everything, and gone after a day by the steps by which a case goes."""

from datetime import datetime, timedelta

import pytest

from skanderborg import clock as time
from skanderborg import content
from skanderborg.domain import erasing, figures, practice, ticks
from skanderborg.errors import Conflict, Invalid, NotFound
from skanderborg.pages import my_day
from skanderborg.policy import sees_case
from skanderborg.store import keys
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert, transaction
from skanderborg.store.erasures import Erasure
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.practice import Practice
from tests.made import a_case

TEXT = "ZQX hun ringer"


def begun(cast, who="jonas", whom="mette"):
    return practice.begin(cast[who], whom)


@transaction
def undecided(case):
    erasing.hold(case.ref)
    erasing.begin(case.ref, time.now(), code="K7F3Q", rule=practice.RULE, archive_reference="Øvelse")


def gone_through(cast, row, who="jonas"):
    while step := practice.step_of(row):
        row = practice.answer(cast[who], practice.opened(cast[who], row.ref), step.good[0], TEXT, row.version)
    return row


def test_each_cast_is_gone_through_in_five_steps(cast):
    for whom in content.exercises():
        row = gone_through(cast, begun(cast, whom=whom))
        assert [said["text"] for _, said in practice.done(row)] == [TEXT] * 5
        with pytest.raises(Invalid, match="slut"):
            practice.answer(cast["jonas"], practice.opened(cast["jonas"], row.ref), "x", None, row.version)


def test_nobody_finds_it_in_any_list_letter_or_figure_not_even_its_own_person(cast, clock):
    letters = OutboxLetter.select().count()
    row = gone_through(cast, begun(cast, "rikke"), "rikke")
    ticks.owe()
    ticks.tell()

    for person in cast.values():
        assert not Case.select().where(sees_case(person), Case.ref == row.case_id).exists()
    assert my_day.of(cast["rikke"]).is_empty
    assert OutboxLetter.select().count() == letters
    clock.move_to(datetime(2027, 3, 1, 9))
    figures.freeze_due(time.now())
    assert figures.frozen(cast["rikke"], "2026-2").tables[0]["total"] == 0


def test_it_is_its_own_persons_and_hidden_is_missing_to_everyone_else(cast):
    row = begun(cast)

    for who in ("rikke", "solveig", "admin"):
        with pytest.raises(NotFound):
            practice.opened(cast[who], row.ref)
    assert practice.opened(cast["jonas"], row.ref).ref == row.ref


def test_a_day_later_it_is_erased_with_its_key_and_nobody_had_to_decide(cast, clock):
    row = gone_through(cast, begun(cast))
    clock.forward(hours=23)
    early = ticks.erase()
    clock.forward(hours=2)

    ticks.erase()
    ticks.erase()

    assert early == 0
    assert not Practice.select().exists()
    assert not Case.select().where(Case.ref == row.case_id).exists()
    assert not keys.DataKey.select().where(keys.DataKey.scope == f"case:{row.case_id}").exists()
    ledger = Erasure.get(Erasure.case_ref == row.case_id)
    assert (ledger.rule, ledger.decided_by) == (practice.RULE, None)
    assert ledger.done_at is not None


def test_no_real_case_goes_that_way_not_even_one_with_an_exercise_put_beside_it(cast, clock):
    case = a_case(cast)
    with begin():
        insert(Practice, case=case, person=cast["jonas"], cast="mette", answers=[],
               started_at=time.now() - timedelta(days=2))  # fmt: skip

    ticks.erase()
    with pytest.raises(ValueError, match="nobody decided"):
        undecided(case)

    assert Case.select().where(Case.ref == case.ref).exists()
    assert not Erasure.select().exists()


def test_what_cannot_be_chosen_and_an_old_page_are_refused(cast):
    row = begun(cast)

    with pytest.raises(Invalid):
        practice.answer(cast["jonas"], practice.opened(cast["jonas"], row.ref), "noget andet", None, row.version)
    good = practice.step_of(row).good[0]
    practice.answer(cast["jonas"], practice.opened(cast["jonas"], row.ref), good, None, row.version)
    with pytest.raises(Conflict):
        practice.answer(cast["jonas"], practice.opened(cast["jonas"], row.ref), practice.step_of(
            practice.opened(cast["jonas"], row.ref)).good[0], None, row.version)  # fmt: skip
    with pytest.raises(NotFound):
        practice.begin(cast["jonas"], "ukendt")
