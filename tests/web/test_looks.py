"""Whoever is shown anything of a case has left an event by which the case is found: in its own chain, or, sealed, in
that of a list (SEC-30; GDPR art. 15). The walk opens every page as several people and reads what the answers name.
"""

import pytest

from skanderborg.store.cases import Case
from skanderborg.store.events import Event
from tests.test_access import READS, path_of

POLLED = {"imports.progress"}  # asks whether something moved, of a page that was opened by a look (decision 16)
WALKERS = ("solveig", "jonas", "lars", "lene", "dorte")


def named_in(text, cases):
    """Refs of the cases that an answer names, by ref or code."""
    return {ref for ref, code in cases if ref in text or code in text}


def written_since(number):
    """Refs of the cases of which the log says since then that somebody was shown something."""
    found = set()
    for event in Event.select().where(Event.id > number, Event.outcome == "ok"):
        if event.chain.startswith("case:"):
            found.add(event.chain.removeprefix("case:"))
        if not event.is_write:
            found |= set((event.changes or {}).get("cases", [None, []])[1])
    return found


def last():
    return Event.select(Event.id).order_by(Event.id.desc()).limit(1).scalar()


@pytest.mark.parametrize("walker", WALKERS)
def test_every_answer_that_names_a_case_is_written_down_for_it(app, world, signed_in, walker):
    cases, visitor = list(Case.select(Case.ref, Case.code).tuples()), signed_in(walker)

    untold = {}
    for endpoint in set(READS) - POLLED:
        before, path = last(), path_of(app, endpoint, world, "GET")
        answer = visitor.get(path)
        told = answer.get_data(as_text=True) if answer.mimetype in ("text/html", "text/csv") else ""
        if missing := named_in(told, cases) - written_since(before):
            untold[endpoint] = [code for ref, code in cases if ref in missing]

    assert untold == {}


def test_a_list_says_of_which_cases_it_told_in_one_sealed_event(world, signed_in):
    before = last()

    signed_in("solveig").get("/tavle")

    (look,) = Event.select().where(Event.id > before)
    shown = sorted(ref for (ref,) in Case.select(Case.ref).tuples())
    assert (look.action, look.changes) == ("board:read", {"cases": [None, shown]})
    assert not any(ref.encode() in bytes(look.__data__["changes"]) for ref in shown)
