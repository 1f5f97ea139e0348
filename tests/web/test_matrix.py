"""`access-matrix --json` names every row that a path names, for tests that try each of them with a stranger's."""

import ast
import json
import re

import pytest

from skanderborg.settings import ROOT
from skanderborg.store import schema
from skanderborg.web import forms, matrix
from skanderborg.web.guard import OPEN
from tests.made import a_case


@pytest.fixture
def rows(app):
    told = app.test_cli_runner().invoke(args=["access-matrix", "--json"])
    return {row["endpoint"]: row for row in json.loads(told.output)}


def test_every_row_in_a_path_is_named(rows):
    assert rows["letters.dismiss"]["objects"] == ["Case", "OutboxLetter"]
    assert rows["network.take_person_out"]["objects"] == ["Case", "NetworkPerson"]
    assert rows["letters.send_again_to"]["objects"] == ["Person"]
    assert rows["drafts.discard"]["objects"] == ["Draft"]
    assert rows["tasks.show"]["objects"] == ["Task"]
    assert rows["safety.add_item"]["objects"] == ["Case"]  # the area is no row


def test_a_part_of_a_path_is_the_name_of_a_row_that_there_is_or_said_to_be_none(app, rows):
    there = {table.__name__ for table in schema.ALL_TABLES}
    used = {name for rule in app.url_map.iter_rules() for name in rule.arguments} - {"ref"}

    assert used == matrix.PARTS.keys()
    assert {kind for kind in matrix.PARTS.values() if kind} <= there
    assert {kind for row in rows.values() for kind in row["objects"]} <= there


def test_a_ref_always_says_of_what(app, rows):
    bare = [
        rule.rule for rule in app.url_map.iter_rules()
        if "ref" in rule.arguments and rule.endpoint not in OPEN and not app.view_functions[rule.endpoint].asks[1]
    ]  # fmt: skip

    assert bare == []


# ── the key of a creating form ──────────────────────────────────────────────────────────────────────


CREATING = {  # a page with a form that makes something, and what is typed into it
    "noter": {"theme": "Samtale", "text": "ZQX ringede"},
    "opgaver/ny": {"title": "ZQX opgave", "box": "network", "due_on": "27.11.2026", "owner": ""},
    "haendelser": {"from_on": "19.11.2026", "what": "ZQX skrev", "kind": "incident", "types": "message"},
    "roller": {"side": "inside", "who": "ZQX Jobcentret", "does": "ZQX flytter møder"},
}


@pytest.mark.parametrize("key", ["", None])
@pytest.mark.parametrize("page", CREATING)
def test_a_creating_form_without_its_key_is_refused_and_keeps_what_was_typed(visit, cast, page, key):
    case, solveig = a_case(cast), visit("solveig")
    path = f"/sager/{case.ref}/{page}"

    answer = solveig.post(path, key=key, **CREATING[page])
    again = solveig.get(f"/sager/{case.ref}/historik").text

    assert answer.status_code == 422
    assert forms.NO_KEY in answer.text
    assert "ZQX" in answer.text
    assert "ZQX" not in again


def test_the_form_that_is_shown_again_has_a_new_key_and_can_be_sent(visit, cast):
    case, solveig = a_case(cast), visit("solveig")
    path, typed = f"/sager/{case.ref}/noter", {"theme": "Samtale", "text": "ZQX ringede"}

    shown = solveig.post(path, key="", **typed).text
    key = shown.partition('name="key" value="')[2].partition('"')[0]

    assert key
    assert solveig.post(path, key=key, **typed).status_code == 303


def test_no_route_takes_a_key_but_by_the_name_that_refuses_an_empty_one():
    taken = re.compile(r"key\s*=\s*form\.key|, form\.key\.data\)")

    assert [path.name for path in (ROOT / "skanderborg" / "web").glob("*.py") if taken.search(path.read_text())] == []


def test_no_page_is_given_a_word_that_hides_one_of_every_template(app):
    """A page that called its own list `kinds` broke the head of every acute case."""
    of_forms = {"contact_rules", "csrf_token"}  # what a form begins with, and what only the frame is given
    everywhere = set(app.jinja_env.globals) - {"range", "dict", "lipsum", "cycler", "joiner", "namespace"} - of_forms
    hidden = [
        f"{path.name}: {name}"
        for path in sorted((ROOT / "skanderborg" / "web").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _words_given(node)
        if name in everywhere
    ]

    assert hidden == []


def _words_given(node):
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Ask", "answers.page", "answers.part", "Pages"):
        return [keyword.arg for keyword in node.keywords if keyword.arg]
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
        return [key.value for key in node.value.keys if isinstance(key, ast.Constant)]
    return []
