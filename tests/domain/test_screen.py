"""How one likes one's own screen."""

import pytest

from skanderborg.domain import screen
from skanderborg.errors import NotFound
from skanderborg.kinds import FirstTime
from skanderborg.store.events import Event
from skanderborg.store.people import Person


def me(cast):
    """Solveig as she is now."""
    return Person.get_by_id(cast["solveig"].ref)


def test_what_is_put_away_is_not_said_again_and_the_rest_is(cast):
    for _ in range(2):
        screen.put_away(me(cast), FirstTime.BOARD)

    assert [screen.says_first(me(cast), place) for place in FirstTime] == [True, False, True]
    assert Event.select().where(Event.action == "person:profile-changed").count() == 1


def test_a_page_that_says_nothing_is_no_page(cast):
    with pytest.raises(NotFound):
        screen.put_away(me(cast), None)


def test_single_keys_are_turned_on_and_off(cast):
    found = []
    for are_on in (True, True, False):
        screen.use_shortcuts(me(cast), are_on)
        found.append(me(cast).has_shortcuts)

    assert found == [True, True, False]
    assert Event.select().where(Event.action == "person:profile-changed").count() == 2
