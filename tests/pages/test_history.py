"""Historik in words: nothing that is done is without its sentence."""

import ast
from datetime import date
from pathlib import Path

from skanderborg.domain import referrals, suspicions
from skanderborg.kinds import EventKind, ReferralWay
from skanderborg.pages import history
from skanderborg.pages.history import wording
from skanderborg.store.cases import Case
from tests.domain.test_suspicions import report
from tests.made import a_case, a_task, opened

HOUSE = Path(__file__).parent.parent.parent / "skanderborg"
BESIDE_CASES = {  # what is written down of these is in no case, so no Historik tells of it
    "absence", "access-review", "closing-days", "contact", "content", "department", "directory", "figures", "keys",
    "log", "person", "rows", "security-breach", "session", "template", "text",
}  # fmt: skip


def written_down() -> set[str]:
    """The names of the events that something in the house speaks of."""
    return {
        node.attr
        for path in HOUSE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "EventKind"
    }


def test_every_event_is_written_and_every_event_of_a_case_has_its_danish_sentence():
    never = {kind.name for kind in EventKind} - written_down()
    untold = {kind.value for kind in EventKind if not kind.label and kind.partition(":")[0] not in BESIDE_CASES}

    assert (never, untold) == (set(), set())


def test_no_event_is_named_by_a_bare_string():
    names = {kind.value for kind in EventKind}
    bare = {
        f"{path.relative_to(HOUSE)}: {node.value}"
        for path in HOUSE.rglob("*.py")
        if "migrations" not in path.parts and path != HOUSE / "kinds" / "events.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in names
    }

    assert bare == set()


def test_values_are_told_in_words(house):
    def said(kind, column, value):
        return wording.value_of(kind, column, value, {"a" * 26: "Jonas Jeppe"})

    assert said("case", "phase", "further-action") == "Videre handling"
    assert said("task", "status", "done") == "Udført"
    assert said("task", "assignee", "a" * 26) == "Jonas Jeppe"
    assert said("task", "due_on", "2026-11-27") == "27.11.2026"
    assert said("meeting", "starts_at", "2026-11-26T09:00:00+00:00") == "torsdag 26. november kl. 10.00"
    assert said("case", "restricted", True) == "ja"
    assert said("referral", "organisation", "dsc") == "Dansk Stalking Center"
    assert said("case", "tasks", ["refer-police"]) == "Henvis til lokal politistation"
    assert said("note", "reason", None) == "(intet)"


def test_a_page_of_history_ends_and_the_next_goes_on(cast):
    suspicions.take(cast["rikke"], report(cast).ref)
    case = opened(cast["rikke"], Case.get())

    first, second = history.of_case(cast["rikke"], case, 1), history.of_case(cast["rikke"], case, 2)

    assert first.rows[-1].sentence == "meldte en mistanke"
    assert (first.has_more, second.rows) == (False, [])


def test_a_task_that_a_referral_closed_is_told_of_in_plain_words(cast):
    case = opened(cast["solveig"], a_case(cast))
    a_task(case, kind="referral", organisation="dsc", title="Henvis til Dansk Stalking Center")
    given = {
        "organisation": "dsc",
        "way": ReferralWay.NUMBER_GIVEN,
        "on": date(2026, 11, 20),
        "consents": False,
        "result": None,
    }
    referrals.record(cast["solveig"], case, **given)

    [told] = [entry for entry in history.of_case(cast["solveig"], case).rows if entry.about]

    assert told.sentence == "opdaterede en opgave"
    assert told.about == "Henvis til Dansk Stalking Center"
