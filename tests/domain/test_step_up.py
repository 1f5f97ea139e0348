"""Who shows anew who he or she is: for one form, once, in one session, for some minutes."""

import pytest

from skanderborg import clock as time
from skanderborg import examples
from skanderborg.domain import drafts, sessions, step_up
from skanderborg.errors import Invalid, NotFound
from skanderborg.kinds import EventKind, Proof
from skanderborg.store.db import new_ref
from skanderborg.store.events import Event
from skanderborg.store.factors import StepUp
from skanderborg.store.people import Throttle

PATH, FORM = "/sletning/x/beslut", {"archive_reference": "27-1", "version": "1"}


@pytest.fixture
def session(cast, settings):
    return sign_in("lars", settings)


def sign_in(name, settings):
    return sessions.sign_in(name, examples.PASSWORD, "127.0.0.1", "test", settings.defaults)[0]


def waits(session, form=FORM, ref=""):
    """A form that waits, as a draft; its ref."""
    draft = drafts.park(session, ref or new_ref(), drafts.Typed(PATH, "/sletning", {"archive_reference": ["27-1"]}))
    step_up.ask(session, draft, PATH, form)
    return draft


def proved(cast, session, draft, settings):
    asked = step_up.waiting(cast["lars"], session, draft)
    step_up.prove_by_password(cast["lars"], asked, examples.PASSWORD, settings.defaults)


def counts(session, draft, settings, path=PATH, form=FORM):
    return step_up.use(session, draft, path, form, settings.defaults)


def test_what_was_shown_counts_for_its_form_once_and_leaves_an_event(cast, session, settings):
    draft = waits(session)
    before = counts(session, draft, settings)

    proved(cast, session, draft, settings)

    assert [before, counts(session, draft, settings), counts(session, draft, settings)] == [False, True, False]
    told = Event.get(Event.action == EventKind.SESSION_CONFIRMED)
    assert (told.chain, told.object_ref, told.changes) == (
        f"person:{cast['lars'].ref}", session.ref, {"proof": [None, Proof.PASSWORD]},
    )  # fmt: skip


def test_it_counts_for_no_other_form_or_session_and_not_for_long(cast, session, settings, clock):
    other, another_draft = sign_in("lars", settings), waits(session)
    draft = waits(session)
    proved(cast, session, draft, settings)

    missed = [
        counts(session, draft, settings, path="/sletning/y/beslut"),
        counts(session, draft, settings, form=FORM | {"archive_reference": "27-2"}),
        counts(session, another_draft, settings),
        counts(session, "", settings),
        counts(other, draft, settings),
    ]
    clock.forward(minutes=settings.defaults.step_up_minutes, seconds=1)

    assert [*missed, counts(session, draft, settings)] == [False] * 6


def test_a_draft_that_was_changed_must_be_shown_for_anew(cast, session, settings):
    draft = waits(session)
    proved(cast, session, draft, settings)

    waits(session, FORM | {"archive_reference": "27-2"}, draft)

    assert not counts(session, draft, settings)
    assert step_up.waiting(cast["lars"], session, draft)


def test_a_wrong_password_shows_nothing_and_counts_as_a_guess(cast, session, settings):
    draft = waits(session)
    asked = step_up.waiting(cast["lars"], session, draft)

    with pytest.raises(Invalid) as refused:
        step_up.prove_by_password(cast["lars"], asked, "forkert adgangskode", settings.defaults)

    assert refused.value.field == "password"
    assert not counts(session, draft, settings)
    assert {row.failures for row in Throttle.select()} == {1}


def test_nobody_shows_it_for_somebody_else_or_for_what_was_sent(cast, session, settings):
    draft = waits(session)
    asked = step_up.waiting(cast["lars"], session, draft)

    step_up.prove(cast["jonas"], asked, Proof.PASSWORD)

    with pytest.raises(NotFound):
        step_up.waiting(cast["jonas"], session, draft)
    assert StepUp.get().proved_at is None
    drafts.sent(cast["lars"], draft)
    with pytest.raises(NotFound):
        step_up.waiting(cast["lars"], session, draft)


def test_where_it_goes_lies_nowhere_in_the_clear(session):
    waits(session)

    assert not [value for value in StepUp.select().dicts().get().values() if "27-1" in str(value)]
    assert StepUp.get().asked_at <= time.now()
