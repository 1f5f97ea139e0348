"""A creating form counts once."""

import pytest

from skanderborg.errors import Conflict, Invalid
from skanderborg.store.db import insert
from skanderborg.store.idempotency import creates
from skanderborg.store.people import Absence


@creates(Absence)
def go_away(actor, from_on, to_on):
    if to_on < from_on:
        raise Invalid("for tidligt")
    return insert(Absence, person=actor, from_on=from_on, to_on=to_on)


def test_the_same_form_sent_twice_makes_one_row(cast):
    first = go_away(cast["rikke"], "2026-12-01", "2026-12-02", key="k")

    again = go_away(cast["rikke"], "2026-12-01", "2026-12-02", key="k")

    assert again.ref == first.ref
    assert Absence.select().count() == 1


def test_the_same_key_with_other_content_is_a_conflict(cast):
    go_away(cast["rikke"], "2026-12-01", "2026-12-02", key="k")

    with pytest.raises(Conflict):
        go_away(cast["rikke"], "2026-12-01", "2026-12-03", key="k")


def test_a_refused_form_uses_up_nothing(cast):
    with pytest.raises(Invalid):
        go_away(cast["rikke"], "2026-12-02", "2026-12-01", key="k")

    assert go_away(cast["rikke"], "2026-12-01", "2026-12-02", key="k")


def test_two_people_may_have_the_same_key(cast):
    first = go_away(cast["rikke"], "2026-12-01", "2026-12-02", key="k")

    assert go_away(cast["jonas"], "2026-12-01", "2026-12-02", key="k").ref != first.ref


def test_two_new_forms_make_two_rows(cast):
    go_away(cast["rikke"], "2026-12-01", "2026-12-02", key="k")

    go_away(cast["rikke"], "2026-12-01", "2026-12-02", key="l")

    assert Absence.select().count() == 2
