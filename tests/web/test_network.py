"""The page *Netværk*, its forms, the task a row makes, and the sheet of advice."""

import re

import pytest

from skanderborg.domain import network, parties
from skanderborg.kinds import InstitutionKind, MayKnow, PartyRole, Protection
from skanderborg.store.cases import Case
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.plans import Institution, NetworkPerson
from tests.made import opened

MOST_QUERIES = 8
PERSON = {"may_know": "may-know", "name": "Karen", "relation_text": "søster", "contact": "Ring", "can_help": "Hente",
          "told_on": "i går", "agreed": "Tier", "is_witness": "y"}  # fmt: skip
PLACE = {"kind": "school", "name": "Solsikken", "contact": "Lederen", "child": "", "custody_clear": "unknown",
         "instruction": "Udlever aldrig barnet", "instructed_on": ""}  # fmt: skip


@pytest.fixture
def brother(cast, case):
    said = {"name": "Per", "relation_text": "bror", "contact": "Per bor på Opdigtet Vej", "may_know": MayKnow.MUST_NOT}
    return network.add_person(cast["solveig"], opened(cast["solveig"], case), **said)


@pytest.fixture
def school(cast, case):
    said = {"kind": InstitutionKind.SCHOOL, "name": "Solsikken", "contact": "Lederen", "custody_clear": "unknown"}
    return network.add_place(cast["solveig"], opened(cast["solveig"], case), **said)


def of_udoever(case):
    with begin():
        Case.update(citizen_role="perpetrator").where(Case.ref == case.ref).execute()


def hide(cast, case):
    said = parties.Details(name="Tante", protection=Protection.SPECIAL)
    parties.add(cast["solveig"], opened(cast["solveig"], case), PartyRole.RELATIVE, said)


def test_a_person_is_written_down_and_shown_with_what_was_agreed(visit, case):
    """D-08."""
    solveig = visit("solveig")

    answer = solveig.post(f"/sager/{case.ref}/netvaerk/person", key="k", **PERSON)

    page = solveig.get(answer.location).text
    assert answer.status_code == 303
    assert all(word in page for word in ("Karen", "søster", "Hente", "19.11.2026", "Tier", "Kan være vidne"))


def test_that_someone_must_not_know_stands_in_words_before_anything_else_of_the_row(visit, case, brother):
    page = visit("solveig").get(f"/sager/{case.ref}/netvaerk").text

    row = page.partition(f'id="person-{brother.ref}"')[2].partition("</li>")[0]
    assert row.index("Må ikke få det at vide") < row.index("Per")
    assert "#lock" in row.partition("Per")[0]
    assert "Opret opgave" not in row


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"may_know": ""}, "Vælg et svar."),
        ({"name": "", "relation_text": ""}, "Skriv et navn eller relationen"),
        ({"told_on": "i morgen"}, "Datoen ligger i fremtiden."),
        ({"told_on": "32 13"}, "Skriv datoen som dag, måned og år"),
        ({"may_know": "must-not"}, "Personen må ikke få det at vide."),
        ({"may_know": "måske"}, "Vælg en af mulighederne på listen."),
    ],
)
def test_odd_input_is_told_at_its_field_and_kept(visit, case, said, told):
    answer = visit("solveig").post(f"/sager/{case.ref}/netvaerk/person", key="k", **PERSON | said)

    assert answer.status_code == 422
    assert told in answer.text
    assert "Hente" in answer.text
    assert not NetworkPerson.select().exists()


def test_two_who_change_a_row_are_shown_both(visit, case, brother):
    solveig, there = visit("solveig"), f"/sager/{case.ref}/netvaerk/person/{brother.ref}"
    solveig.post(there, version="1", **PERSON | {"name": "Den første"})

    answer = solveig.post(there, version="1", **PERSON | {"name": "Den anden"})

    assert answer.status_code == 409
    assert "Den første" in answer.text
    assert "Den anden" in answer.text


def test_who_is_taken_out_is_gone_from_the_page(visit, case, brother):
    solveig = visit("solveig")

    answer = solveig.post(f"/sager/{case.ref}/netvaerk/person/{brother.ref}/tag-ud", version="1")

    assert brother.ref not in solveig.get(answer.location).text


def test_where_someone_is_reached_is_hidden_while_an_address_is_protected(visit, cast, case, brother, school):
    hide(cast, case)
    solveig, there = visit("solveig"), f"/sager/{case.ref}/netvaerk"

    pages = [
        solveig.get(path).text
        for path in (
            there,
            f"{there}/person/{brother.ref}",
            f"{there}/sted/{school.ref}",
            f"/sager/{case.ref}/historik",
        )
    ]

    assert not [page for page in pages if "Opdigtet Vej" in page or "Solsikken" in page]


def test_where_they_are_is_shown_once_for_a_reason_that_is_written_down(visit, cast, case, brother, school):
    hide(cast, case)
    solveig, there = visit("solveig"), f"/sager/{case.ref}/netvaerk"

    refused = solveig.post(there, reason="kort", key="k1")
    shown = solveig.post(there, reason="Skal ringe til skolen i dag", key="k2")
    again = solveig.post(there, reason="Skal ringe til skolen i dag", key="k2")

    assert (refused.status_code, "Solsikken" in refused.text) == (422, False)
    assert ("Solsikken" in shown.text, "Solsikken" in again.text) == (True, False)
    assert Event.select().where(Event.action == "party:revealed").count() == 1


def test_what_is_hidden_and_left_empty_stays(visit, cast, case, school):
    hide(cast, case)
    said = PLACE | {"name": "", "contact": "", "custody_clear": "yes"}

    answer = visit("solveig").post(f"/sager/{case.ref}/netvaerk/sted/{school.ref}", version="1", **said)

    now = Institution.get_by_id(school.ref)
    assert answer.status_code == 303
    assert (now.name, now.contact, now.custody_clear) == ("Solsikken", "Lederen", "yes")


# ── places ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_school_warns_until_custody_is_clear(visit, case, school):
    """D-15."""
    page = visit("solveig").get(f"/sager/{case.ref}/netvaerk").text

    row = page.partition(f'id="sted-{school.ref}"')[2].partition("</li>")[0]
    assert "Afklar forældremyndighed og samvær, før institutionen siger nej til at udlevere et barn." in row


def test_never_hand_over_is_not_marked_as_instructed_without_a_warning(visit, case):
    """D-15."""
    solveig, there = visit("solveig"), f"/sager/{case.ref}/netvaerk/sted"

    warned = solveig.post(there, key="k", **PLACE | {"instructed_on": "i dag"})
    anyway = solveig.post(there, key="k", **PLACE | {"instructed_on": "i dag", "anyway": "y"})

    assert (warned.status_code, anyway.status_code) == (422, 303)
    assert "Er stedet instrueret alligevel, så sæt hak nederst." in warned.text
    assert "Udlever aldrig barnet" in warned.text


# ── tasks from a row ────────────────────────────────────────────────────────────────────────────────


def test_a_row_leads_to_a_task_that_is_filled_in_without_a_name_in_the_address(visit, cast, case, school):
    solveig = visit("solveig")
    links = re.findall(r'href="([^"]*netvaerk=[^"]*)"', solveig.get(f"/sager/{case.ref}/netvaerk").text)

    form = solveig.get(links[0]).text

    assert links == [f"/sager/{case.ref}/opgaver/ny?netvaerk={school.ref}"]
    assert 'value="Instruér: Skole"' in form
    assert re.search(r'<input[^>]*checked[^>]*value="network"', form)


@pytest.mark.parametrize("ref", ["a" * 26, "Mette", ""])
def test_an_odd_row_gives_an_empty_task(visit, case, ref):
    answer = visit("solveig").get(f"/sager/{case.ref}/opgaver/ny?netvaerk={ref}")

    assert answer.status_code == 200
    assert "Orientér" not in answer.text


# ── an udøver's network ─────────────────────────────────────────────────────────────────────────────


def test_in_a_case_about_an_udoever_nothing_is_asked_about_the_exposed(visit, case, school, brother):
    of_udoever(case)
    solveig, there = visit("solveig"), f"/sager/{case.ref}/netvaerk"

    page, form = solveig.get(there).text, solveig.get(f"{there}/person").text

    assert "støtte borgeren i at stoppe" in page
    assert not [word for word in ("Solsikken", "Steder, der skal vide besked", "Tilføj sted") if word in page]
    assert "Kan være vidne" not in form


# ── the sheet ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["exposed", "perpetrator", "unknown"])
def test_the_sheet_tells_nobody_whom_it_is_about(visit, cast, role, brother, case):
    with begin():
        Case.update(citizen_role=role).where(Case.ref == case.ref).execute()

    page = visit("solveig").get(f"/sager/{case.ref}/netvaerk/ark").text

    printed = re.sub(r"<header>.*?</header>|<footer.*?</footer>|<dialog.*?</dialog>", "", page, flags=re.DOTALL)
    words = re.sub(r"<[^>]*>", " ", printed.partition("<main")[2])
    assert "112" in words
    assert not [
        word
        for word in ("stalk", "sag", case.code, "Per", "Solveig", "udsat", "udøver")
        if re.search(rf"(?i)\b{word}", words)
    ]
    assert "stalking" not in re.search(r"<title>(.*?)</title>", page)[1].lower()


def test_the_sheet_is_written_down_as_seen(visit, case):
    visit("rasmus").get(f"/sager/{case.ref}/netvaerk/ark")

    assert Event.select().where(Event.action == "network:sheet").count() == 1


@pytest.mark.parametrize("page", ["", "/ark", "/person", "/sted", "/person/{person}", "/sted/{place}"])
def test_the_pages_ask_the_database_few_times(visit, case, brother, school, queries, page):
    solveig = visit("solveig")
    path = f"/sager/{case.ref}/netvaerk" + page.format(person=brother.ref, place=school.ref)
    solveig.get(path)
    queries.clear()

    answer = solveig.get(path)

    asked = [sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]
    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)
