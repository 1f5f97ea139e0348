"""What the trade demands (D-01 to D-30): each is named in a docstring or comment of the test that proves it."""

import ast
import io
import re
import tokenize
from pathlib import Path

TESTS = Path(__file__).parent
REQUIREMENTS = {
    "D-01": "the start page is the action card in its right order",
    "D-02": "112 stands on every page, and the acute assessment is step 1 and can be opened again",
    "D-03": "a suspicion is reported in under a minute, without a name",
    "D-04": "no case leaves the phase Sparring without a sparring or a reason",
    "D-05": "the assessment comes in versions, a person concludes, nothing is scored",
    "D-06": "the tracks have their tasks, and the two referrals are always there",
    "D-07": "a department answers a request, sees only that, and its legal basis is kept",
    "D-08": "the network: who, what they can help with, who is told and who instructed",
    "D-09": "the citizen's log of incidents and its export to the police",
    "D-10": "meetings are remembered at the right hour across holidays and clock changes, exactly once",
    "D-11": "there is exactly one tovholder, who is handed the case and says yes; never nobody",
    "D-12": "who does what is written down",
    "D-13": "informing the citizen of the course is a task",
    "D-14": "an udøver has an own number, own texts, and nothing of the exposed person",
    "D-15": "each professional's duty to report concern for a child",
    "D-16": "a safety plan by its five headings",
    "D-17": "knowledge pages with every item of the sources",
    "D-18": "contacts can be changed and say when they were checked",
    "D-19": "need to know: deny beats allow, hidden is missing, no shared queue on a restricted case",
    "D-21": "letters are neutral and go over TLS",
    "D-22": "a protected address is hidden, with institutions, and its end is remembered",
    "D-23": "notes, minutes, and what lacks the journal's mark",
    "D-25": "consents, and the ledger of what was told",
    "D-27": "no CPR number, no instrument, no typing of people, no mediation",
    "D-28": "Danish on the screen: words, dates, numbers",
    "D-29": "accessible, with a statement that says so",
    "D-30": "who is inhabil is off the case at once, and the manager decides",
}
LATER = {  # with the access log, aktindsigt and retention
    "D-20": "the access log and its alarms",
    "D-24": "help with aktindsigt",
    "D-26": "retention and deletion",
}
ID = re.compile(r"\bD-\d\d\b")


def said_in(path: Path) -> str:
    """The docstrings and comments of a test file."""
    source = path.read_text()
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    told = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return "\n".join([*told, *(token.string for token in tokens if token.type == tokenize.COMMENT)])


def test_every_requirement_is_either_proven_or_comes_later():
    assert sorted(REQUIREMENTS | LATER) == [f"D-{number:02}" for number in range(1, 31)]


def test_some_test_names_each_requirement():
    files = [path for path in TESTS.rglob("test_*.py") if path != Path(__file__)]
    named = {found for path in files for found in ID.findall(said_in(path))}

    assert {number: what for number, what in REQUIREMENTS.items() if number not in named} == {}
