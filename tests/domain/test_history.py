"""Historik in words: nothing that is done is without its sentence."""

import ast
import re
from datetime import date
from pathlib import Path

from skanderborg.domain import history, referrals, suspicions
from skanderborg.domain.history import wording
from skanderborg.kinds import ReferralWay
from skanderborg.store.cases import Case
from tests.domain.test_suspicions import report
from tests.made import a_case, a_task, opened

DOMAIN = Path(__file__).parent.parent.parent / "skanderborg" / "domain"
ABOUT_CASES = re.compile(
    r"(access|case|conclusion|letter|meeting|note|referral|reminder|request|sparring|task):[a-z-]+"
)
BY_VERB = {"apply": "task", "_close": "task", "record_move": "request"}  # these put the verb behind the noun


def actions() -> set[str]:
    """Every action that a verb of the domain writes down about a case or what hangs on it."""
    found = set()
    for path in DOMAIN.rglob("*.py"):
        for call in [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]:
            name = ast.unparse(call.func).rpartition(".")[2]
            words = [word.value for word in call.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            if name == "record":
                found |= {word for word in words if ABOUT_CASES.fullmatch(word)}
            elif name in BY_VERB and words:
                found.add(f"{BY_VERB[name]}:{words[0]}")
    return found


def test_every_action_has_its_danish_sentence():
    assert sorted(actions() - wording.SENTENCES.keys()) == []


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
    given = referrals.Contacted("dsc", ReferralWay.NUMBER_GIVEN, date(2026, 11, 20), False, None)
    referrals.record(cast["solveig"], case, given)

    [told] = [entry for entry in history.of_case(cast["solveig"], case).rows if entry.about]

    assert told.sentence == "opdaterede en opgave"
    assert told.about == "Henvis til Dansk Stalking Center"
