"""Pages of insight: who used what, from the request to the package, and what nobody else is told."""

import csv
import io
import re

import pytest
from pypdf import PdfReader

from skanderborg import clock as time
from skanderborg.kinds import EventKind
from skanderborg.pages.insight import uses
from skanderborg.store import events
from skanderborg.store.cases import Party
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.incidents import Pack
from skanderborg.store.insight import Insight
from skanderborg.store.plans import NetworkPerson
from skanderborg.store.work import Task
from tests.made import a_case, a_task
from tests.packed import mine

LISTS = ("/", "/tavle", "/tavle/opgaver", "/sager", "/anmodninger", "/mistanker", "/adgangslog", "/brud/nyt")
OF_CASE = ("", "/personer", "/noter", "/historik", "/indsigt")
OTHER = "Ulf Udøver"


@pytest.fixture
def case(cast):
    case = a_case(cast, what_happened="Han stod ved skolen")
    with begin():
        insert(Party, case=case, role="citizen", name="Bodil Borger", created_at=time.now())
        insert(Party, case=case, role="opposing", name=OTHER, created_at=time.now())
        insert(NetworkPerson, case=case, name="Søster Sanne", may_know="unclear", by=cast["rikke"], at=time.now())
    a_task(case, assignee=cast["jonas"])
    return case


def party(case, role="opposing"):
    return Party.get(Party.case == case.ref, Party.role == role)


def of(cast, case, who=None):
    return uses.of(cast["solveig"], mine(cast["solveig"], case), who, True).lines


# ── who used it ─────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_what_the_pages_really_showed(cast, case, visit, clock):
    """Several people walk; every answer that names the case is one line, at that minute, with that name, and no other
    is."""
    a_case(cast, "M2D8H", people=[("ulla", "primary-contact")])
    task = Task.get(Task.case == case.ref)
    before, shown = {(line.at, line.who) for line in of(cast, case)}, set()
    for name in ("solveig", "rikke", "jonas", "ulla", "dorte"):
        visitor = visit(name)
        for path in (*LISTS, *(f"/sager/{case.ref}{rest}" for rest in OF_CASE)):
            clock.forward(minutes=1)
            answer = visitor.get(path)
            if answer.status_code == 200 and any(named in answer.text for named in (case.ref, case.code, task.ref)):
                shown.add((time.now(), cast[name].name))

    assert {(line.at, line.who) for line in of(cast, case)} - before == shown
    assert {name for _, name in shown} == {cast[name].name for name in ("solveig", "rikke", "jonas", "dorte")}


def test_another_on_the_case_is_told_of_no_list_but_the_one_that_found_him(cast, case, visit):
    solveig = visit("solveig")
    solveig.get("/tavle")
    solveig.post("/find", q=OTHER.split()[0])

    kinds = [line.thing for line in of(cast, case, party(case))]

    assert kinds.count("en liste") == 1


def test_what_was_done_with_one_party_is_not_told_to_another(cast, case):
    with begin():
        events.record(cast["solveig"], EventKind.PARTY_DESCRIBED, party(case), changes={"name": [None, "x"]})

    told = {role: len(of(cast, case, party(case, role))) for role in ("citizen", "opposing")}

    assert told["opposing"] == told["citizen"] + 1


def test_the_page_names_nobody_unless_it_is_asked_to(cast, case, visit):
    visit("rasmus").get(f"/sager/{case.ref}")
    solveig = visit("solveig")

    plain, named = (solveig.get(f"/sager/{case.ref}/indsigt{asked}").text for asked in ("", "?navne=y"))

    assert cast["rasmus"].name not in plain
    assert cast["rasmus"].name in named


def test_the_list_as_paper_and_table_says_the_same_and_is_written_down(cast, case, visit):
    visit("rasmus").get(f"/sager/{case.ref}")
    solveig = visit("solveig")

    paper, table = (solveig.get(f"/sager/{case.ref}/indsigt/brug.{kind}") for kind in ("pdf", "csv"))

    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig")), delimiter=";"))
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages).split())
    assert rows[0] == list(uses.HEADINGS)
    assert [cell for cell in rows[-1] if cell not in text] == []
    assert Event.select().where(Event.action == "insight:listed").count() == 2


def test_the_list_of_another_than_the_citizen_waits_for_the_jurist(cast, case, visit):
    visit("rasmus").get(f"/sager/{case.ref}")
    solveig, there = visit("solveig"), f"/sager/{case.ref}/indsigt/brug.pdf?part={party(case).ref}"

    before = solveig.get(there).status_code
    with begin():
        insert(Insight, case=case, number=1, kind="article-15", asker="opposing", name=OTHER, received_on=time.today(),
               due_on=time.today(), decided_on=time.today(), is_granted=True, choices={}, by=cast["rikke"],
               at=time.now())  # fmt: skip

    assert (before, solveig.get(there).status_code) == (422, 200)


# ── from the request to the package ─────────────────────────────────────────────────────────────────


def field(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def ask(visitor, case, **said):
    there = f"/sager/{case.ref}/indsigt/anmodninger/ny"
    form = {"key": field(visitor.get(there), "key"), "asker": "citizen", "name": "Bodil Borger", "about": "",
            "kind": "article-15", "decides": "", "received_on": "i dag"}  # fmt: skip
    return visitor.post(there, **form | said).location


def choose_all(visitor, there):
    """Send every form of choices as it stands, but what nothing is suggested for is given."""
    for path in re.findall(r'href="([^"]+/valg/[^"]+)"', visitor.get(there).text):
        page = visitor.get(path)
        names = re.findall(r'name="mark-([^"]+)"', page.text)
        form = {"version": field(page, "version")}
        for name in names:
            chosen = {kind: re.search(rf'id="{kind}-{name}".*?</select>', page.text, re.S)[0]
                      for kind in ("choice", "ground")}  # fmt: skip
            picked = {kind: re.search(r'<option selected value="([^"]*)"', html) for kind, html in chosen.items()}
            form |= {f"{kind}-{name}": found[1] if found else "" for kind, found in picked.items()}
            form |= {f"mark-{name}": field(page, f"mark-{name}"), f"text-{name}": ""}
            form[f"choice-{name}"] = form[f"choice-{name}"] or "whole"
        assert visitor.post(path, **form).status_code == 303


def test_from_a_request_to_the_package(case, visit):
    solveig = visit("solveig")
    there = ask(solveig, case)

    choose_all(solveig, there)
    seen = solveig.get(f"{there}/se")
    page = solveig.get(re.search(r'href="([^"]+/udlever\?seen=[^"]+)"', seen.text)[1])
    form = {name: field(page, name) for name in ("key", "version", "seen")}
    made = solveig.post(f"{there}/udlever", **form, to_whom="Bodil, Digital Post")

    assert "Han stod ved skolen" in seen.text
    assert not [word for word in (OTHER, "Søster Sanne") if word in seen.text]
    pack = solveig.get(made.location)
    assert "Databeskyttelsesloven § 22, stk. 1" in pack.text
    text = "\n".join(
        page.extract_text() for page in PdfReader(io.BytesIO(solveig.get(f"{made.location}/pdf").data)).pages
    )
    assert "Han stod ved skolen" in text
    assert not [word for word in (OTHER, "Søster Sanne") if word in text]
    assert solveig.get(f"{made.location}/zip").status_code == 200


def test_before_everything_has_a_choice_there_is_no_way_to_the_package(case, visit):
    solveig = visit("solveig")
    there = ask(solveig, case)

    assert "/udlever?" not in solveig.get(f"{there}/se").text
    page = solveig.get(f"{there}/udlever?seen=x")
    form = {name: field(page, name) for name in ("key", "version", "seen")}
    assert solveig.post(f"{there}/udlever", **form, to_whom="Bodil").status_code == 422
    assert not Pack.select().exists()


def test_what_is_typed_of_one_item_comes_back_where_it_cannot_be(case, visit):
    solveig = visit("solveig")
    there = ask(solveig, case)
    page = solveig.get(f"{there}/valg/case")
    [name] = re.findall(r'name="mark-([^"]+)"', page.text)

    answer = solveig.post(
        f"{there}/valg/case", version=field(page, "version"),
        **{f"choice-{name}": "partly", f"ground-{name}": "", f"text-{name}": "Kun dette",
           f"mark-{name}": field(page, f"mark-{name}")},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "Vælg den regel" in answer.text
    assert "Kun dette" in answer.text


# ── nobody but the citizen ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("asker", ["opposing", "parent", "other"])
def test_whoever_else_asks_leads_to_the_jurist_and_to_nothing_else(case, visit, asker):
    solveig = visit("solveig")
    there = ask(solveig, case, asker=asker, about=party(case).ref)

    page = solveig.get(there)

    assert "Fortæl intet, heller ikke at der er en sag." in page.text
    assert "/valg/" not in page.text
    assert [solveig.get(f"{there}/{rest}").status_code for rest in ("se", "valg/note")] == [303, 303]


def test_the_answer_without_a_case_is_one_paper_for_everyone_and_names_nothing(case, visit):
    one, other = (visit(name).get("/indsigt/svar.pdf").data for name in ("solveig", "ulla"))

    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(one)).pages)
    assert one == other
    assert not [word for word in (case.code, "Bodil", OTHER, "stalking") if word.casefold() in text.casefold()]
    assert "Svaret er det samme" in " ".join(text.split())
