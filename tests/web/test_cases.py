"""The pages of a case in a browser without JavaScript."""

import re
from datetime import date

import pytest

from skanderborg.domain import notes, suspicions
from skanderborg.domain.access import contact, exclusions
from skanderborg.store import keys
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.people import Absence
from skanderborg.store.work import Task
from tests.domain.test_suspicions import report
from tests.made import a_case, a_request, a_task, opened

PAGES = ["", "/beskrivelse", "/fase", "/afslut", "/sparring", "/sparring/ark", "/vurdering", "/noter", "/adgang",
         "/historik"]  # fmt: skip
MOST_QUERIES = 8


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_case_opens_for_its_tovholder(visit, case, page):
    answer = visit("solveig").get(f"/sager/{case.ref}{page}")

    assert answer.status_code == 200
    assert "<h1>" in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_a_case_exists_for_a_stranger(visit, case, page):
    jonas = visit("jonas")

    hidden, missing = jonas.get(f"/sager/{case.ref}{page}"), jonas.get(f"/sager/{'a' * 26}{page}")

    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text


@pytest.mark.parametrize("page", ["", "/sparring", "/vurdering", "/noter", "/adgang", "/historik"])
def test_every_page_leaves_a_look_in_the_log(visit, case, cast, page):
    visit("rasmus").get(f"/sager/{case.ref}{page}")

    looks = Event.select().where(Event.chain == f"case:{case.ref}", Event.is_write == False)  # noqa: E712
    assert looks.where(Event.actor == cast["rasmus"].ref).count() == 1


def test_a_page_with_three_hundred_tasks_asks_the_database_few_times(visit, cast, case, queries):
    for number in range(300):
        a_task(case, title=f"Opgave {number}", box="network", assignee=cast["rikke"] if number % 2 else None)
    solveig = visit("solveig")
    solveig.get(f"/sager/{case.ref}")
    queries.clear()

    answer = solveig.get(f"/sager/{case.ref}")

    asked = [sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]
    assert "Vis alle 300 opgaver" in answer.text
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)


def test_a_box_with_many_tasks_shows_the_first_and_all_of_them_at_its_own_address(visit, case):
    for number in range(12):
        a_task(case, title=f"Opgave {number}", box="network")
    solveig = visit("solveig")

    some, whole = solveig.get(f"/sager/{case.ref}").text, solveig.get(f"/sager/{case.ref}?boks=network").text

    assert (some.count('class="sk-item"'), whole.count('class="sk-item"')) == (2, 12)
    assert "0 af 12" in some


def test_no_name_stands_in_a_title_or_an_address(visit, cast):
    case = report(cast, name="Mette Madeup")
    visit("rikke").post(f"/sager/{case.ref}/tag")

    page = visit("rikke").get(f"/sager/{case.ref}").text

    assert "M. M. (stalkingudsat)" in page
    assert "Mette" not in re.search(r"<title>(.*?)</title>", page)[1]


def test_the_reporter_says_yes_to_being_tovholder(visit, cast):
    case = report(cast)
    visit("rikke").post(f"/sager/{case.ref}/tag")
    solveig = visit("solveig")
    asked = solveig.get(f"/sager/{case.ref}").text

    answer = solveig.post(f"/sager/{case.ref}/tovholder/ja")

    assert "Vil du være tovholder?" in asked
    assert "Tovholder: Solveig Sand" in solveig.get(answer.location).text


def test_an_outsider_who_says_no_is_not_sent_to_a_page_that_is_gone(visit, cast, case):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "Alt er aftalt")
    jonas = visit("jonas")
    offer = jonas.get(f"/sager/{case.ref}/tovholder/spurgt").text

    answer = jonas.post(f"/sager/{case.ref}/tovholder/nej")

    assert "Alt er aftalt" in offer
    assert "Solveig Sand" in offer
    assert case.safe_contact not in offer

    assert jonas.get(answer.location).status_code == 200
    assert jonas.get(f"/sager/{case.ref}").status_code == 404


def test_a_phase_whose_condition_is_not_met_moves_with_a_reason(visit, case):
    solveig = visit("solveig")
    there = f"/sager/{case.ref}/fase"

    without = solveig.post(there, to="follow-up", version="1", reason="")
    given = solveig.post(there, to="follow-up", version="1", reason="Vi venter på svar")

    assert "Fortsæt alligevel – begrund" in visit("rikke").get(f"/sager/{case.ref}").text or given.status_code == 303
    assert (without.status_code, given.status_code) == (422, 303)
    assert Case.get_by_id(case.ref).phase == "follow-up"


def test_a_stale_description_shows_both_texts(visit, case):
    solveig = visit("solveig")
    fields = {"citizen_role": "exposed", "name": "", "children": "no"}
    solveig.post(f"/sager/{case.ref}/beskrivelse", version="1", what_happened="Den første", **fields)

    answer = solveig.post(f"/sager/{case.ref}/beskrivelse", version="1", what_happened="Den anden", **fields)

    assert answer.status_code == 409
    assert "Den første" in answer.text
    assert "Den anden" in answer.text


def test_sparring_is_written_down_and_ready_for_the_journal(visit, cast, case):
    rikke = visit("rikke")

    answer = rikke.post(f"/sager/{case.ref}/sparring", key="k", way="dsc", person="", external_name="Vagten",
                        held_on="i går", advice="Tal roligt.\nSkriv alt ned.", next_step="Ring igen")  # fmt: skip

    page = rikke.get(answer.location).text
    assert "Dansk Stalking Center, torsdag 19. november" in page
    assert "Dato: 19.11.2026\nEmne: Sparring: Dansk Stalking Center, Vagten\nSkrevet af: Rikke Ravn" in page


def test_a_resource_person_on_the_case_is_filled_in_as_who_gave_sparring(visit, cast, case):
    given, asked = (visit(name).get(f"/sager/{case.ref}/sparring").text for name in ("rikke", "solveig"))

    assert re.search(r'<input checked[^>]*value="internal"', given)
    assert f'<option selected value="{cast["rikke"].ref}">' in given
    assert "Skriv her, hvad du rådede til." in given
    assert not re.search(r'<input checked[^>]*name="way"', asked)
    assert "Ring til en ressourceperson, og skriv rådet her." in asked


def test_a_refused_sparring_keeps_what_was_typed(visit, case):
    answer = visit("rikke").post(f"/sager/{case.ref}/sparring", key="k", way="internal", person="", external_name="",
                                 held_on="i går", advice="Tal roligt.", next_step="")  # fmt: skip

    assert answer.status_code == 422
    assert "Tal roligt." in answer.text
    assert "Vælg, hvem der gav sparring." in answer.text


def test_the_sheet_to_ring_from_holds_neither_name_nor_text(visit, cast):
    case = report(cast, name="Mette Madeup", what_happened="Han venter ved Rema i Ry")
    visit("rikke").post(f"/sager/{case.ref}/tag")

    sheet = visit("rikke").get(f"/sager/{case.ref}/sparring/ark").text

    for word in ("Mette", "M. M.", "Rema", "Ry "):
        assert word not in sheet
    assert "76 28 14 48" in sheet
    assert "Alarmcentralen" not in sheet


def test_the_words_that_tell_stalking_from_conflict_stand_beside_the_choice(visit, case):
    page = visit("rikke").get(f"/sager/{case.ref}/vurdering").text

    assert "et enkelt svar fra den udsatte udelukker ikke stalking" in page
    assert "Gensidig: begge søger den anden" in page


def test_typed_html_is_shown_as_text(visit, cast, case):
    notes.write(cast["rikke"], opened(cast["rikke"], case), "<b>Emne</b>", "<script>alert(1)</script>")

    page = visit("rikke").get(f"/sager/{case.ref}/noter").text

    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;Emne&lt;/b&gt;" in page


def test_access_is_given_and_ended_on_the_page(visit, cast, case):
    solveig = visit("solveig")
    solveig.post(f"/sager/{case.ref}/adgang", person=cast["jonas"].ref, reason="Kender borgeren", asked="y")
    there = visit("jonas").get(f"/sager/{case.ref}").status_code
    relation = Relation.get(Relation.person == cast["jonas"])

    solveig.post(f"/sager/{case.ref}/adgang/{relation.ref}/afslut")

    assert there == 200
    assert visit("jonas").get(f"/sager/{case.ref}").status_code == 404


def test_an_exclusion_is_set_and_lifted_on_the_page(visit, cast, case):
    solveig = visit("solveig")
    solveig.post(f"/sager/{case.ref}/spaerring/person", excluded=cast["rasmus"].ref, excluded_reason="i familie")
    gone = visit("rasmus").get(f"/sager/{case.ref}").status_code
    shown = solveig.get(f"/sager/{case.ref}/adgang").text

    solveig.post(f"/sager/{case.ref}/spaerring/{Exclusion.get().ref}/ophaev", lift_reason="Afklaret")

    assert gone == 404
    assert f"{cast['rasmus'].name}: i familie" in shown
    assert Exclusion.get().until_at


def test_excluding_the_tovholder_is_refused_at_the_field(visit, cast, case):
    answer = visit("rikke").post(
        f"/sager/{case.ref}/spaerring/person", excluded=cast["solveig"].ref, excluded_reason="i familie"
    )

    assert answer.status_code == 422
    assert "Vælg en anden tovholder først" in answer.text
    assert 'value="i familie"' in answer.text


def test_a_participant_finds_no_form_that_he_may_not_send(visit, cast, case):
    page = visit("rasmus").get(f"/sager/{case.ref}/adgang").text

    assert "Giv adgang" not in page
    answer = visit("rasmus").post(f"/sager/{case.ref}/adgang", person=cast["jonas"].ref, reason="x")
    assert answer.status_code == 403
    assert "Spørg tovholderen på sagen." in answer.text


def test_history_tells_what_was_done_newest_first_without_looks(visit, cast):
    case = report(cast)
    visit("rikke").post(f"/sager/{case.ref}/tag")
    exclusions.exclude_person(cast["rikke"], opened(cast["rikke"], case), cast["jonas"], "i familie")

    page = visit("rikke").get(f"/sager/{case.ref}/historik").text

    told = re.findall(r"<(?:summary|span)>((?:Rikke Ravn|Solveig Sand) [^<]*)</", page)
    assert told[0] == "Rikke Ravn satte en spærring"
    assert told[-1] == "Solveig Sand meldte en mistanke"
    assert "<h2>Fredag 20. november</h2>" in page
    assert "Jonas Jeppe" in page


def test_history_asks_the_database_few_times(visit, cast, case, queries):
    with begin():
        for number in range(60):
            notes.write(cast["rikke"], opened(cast["rikke"], case), "Emne", f"Notat {number}")
    rikke = visit("rikke")
    rikke.get(f"/sager/{case.ref}/historik")
    keys.forget()
    queries.clear()

    page = rikke.get(f"/sager/{case.ref}/historik").text

    assert len(queries) <= MOST_QUERIES, "\n".join(queries)
    assert "Side 1 af 2 – 50 af " in page


def test_the_list_keeps_its_filter_in_the_address(visit, cast, case):
    a_case(cast, code="P9R4T", phase="closed", closed_at=case.reported_at)
    solveig = visit("solveig")

    open_ones, closed = solveig.get("/sager").text, solveig.get("/sager?vis=afsluttede&side=1").text

    assert ("K7F3Q" in open_ones, "P9R4T" in open_ones) == (True, False)
    assert ("K7F3Q" in closed, "P9R4T" in closed) == (False, True)


def test_danger_stands_out_among_the_cases(visit, cast):
    a_case(cast, code="P9R4T", is_acute=True)
    a_case(cast, code="K7F3Q")

    rows = visit("solveig").get("/sager").text.split("<tr")

    assert [code for code in ("P9R4T", "K7F3Q") for row in rows if code in row and "<span>Akut</span>" in row] == [
        "P9R4T"
    ]


@pytest.mark.parametrize("side", ["0", "-1", "99999999999", "x"])
def test_a_page_number_that_is_none_shows_the_first(visit, case, side):
    assert visit("solveig").get(f"/sager?side={side}").status_code == 200


def test_a_case_is_closed_and_opened_again_on_its_pages(visit, cast, case):
    a_task(case, must=True, title="Ring til søsteren")
    solveig = visit("solveig")
    page = solveig.get(f"/sager/{case.ref}/afslut").text
    solveig.post(f"/sager/{case.ref}/afslut", reason="Slut", anyway="Søsteren er rejst", version="1")
    closed = solveig.get(f"/sager/{case.ref}").text

    answer = solveig.post(f"/sager/{case.ref}/genaabn", reason="Det er begyndt igen", version="2")

    assert "1 opgave er åben, 1 som actioncardet kræver" in page
    assert "Søsteren er rejst" in closed
    assert solveig.get(answer.location).status_code == 200
    assert Case.get_by_id(case.ref).phase == "further-action"


def test_a_suspicion_can_stay_sparring_without_any_name(visit, cast):
    case = report(cast)
    suspicions.take(cast["rikke"], case.ref)
    rikke = visit("rikke")

    answer = rikke.post(f"/sager/{case.ref}/sparring/kun", version=str(opened(cast["rikke"], case).version))

    assert answer.status_code == 303
    assert "Gør til sag" in rikke.get(answer.location).text
    assert Task.select().where(Task.closed_at.is_null(False)).exists()


def test_a_case_that_is_acute_says_so_on_each_of_its_pages(visit, cast, case):
    """D-02: a danger sign is not left to be found; after the assessment it is quiet again."""
    calm = visit("solveig").get(f"/sager/{case.ref}").text
    with begin():
        Case.update(is_acute=True).where(Case.ref == case.ref).execute()

    pages = [visit("solveig").get(f"/sager/{case.ref}{path}").text for path in ("", "/noter", "/historik")]

    assert ["<span>Akut</span>" in page for page in (calm, *pages)] == [False, True, True, True]
    assert "Sagen er akut." in pages[0]


# ── a resource person is away ───────────────────────────────────────────────────────────────────────


def test_a_resource_persons_leave_shows_on_the_case_and_the_tovholder_is_asked_who_takes_over(visit, cast, case):
    away(cast["rikke"])

    page = visit("solveig").get(f"/sager/{case.ref}").text

    assert f"{cast['rikke'].name} (ressourceperson) er fraværende til og med fredag 4. december." in page
    assert "Aftal, hvem der tager over" in page
    assert "Fraværende til og med fre. 4. dec." in visit("solveig").get(f"/sager/{case.ref}/adgang").text


def test_who_only_takes_part_sees_the_leave_and_is_asked_nothing(visit, cast, case):
    away(cast["rikke"])

    page = visit("rasmus").get(f"/sager/{case.ref}").text

    assert "er fraværende til og med" in page
    assert "Aftal, hvem der tager over" not in page


def test_a_leave_to_come_and_that_of_who_only_takes_part_show_nothing(visit, cast, case):
    away(cast["rikke"], from_on=date(2026, 11, 21))
    away(cast["rasmus"])

    assert "er fraværende til og med" not in visit("solveig").get(f"/sager/{case.ref}").text


def away(person, from_on=date(2026, 11, 20)) -> None:
    with begin():
        insert(Absence, person=person, from_on=from_on, to_on=date(2026, 12, 4))


def test_the_list_is_narrowed_and_sorted_by_its_address_and_nonsense_asks_for_nothing(visit, cast, case):
    a_case(cast, "PHASE", phase="sparring")
    solveig = visit("solveig")

    narrowed = solveig.get("/sager?fase=sparring&sorter=kode").text
    odd = solveig.get("/sager?fase=xyz&sorter='&rolle=%C3%A5&mine=2").text

    assert "PHASE" in narrowed
    assert case.code not in narrowed
    assert (
        '<th scope="col" role="columnheader" aria-sort="ascending"><a href="/sager?fase=sparring&amp;sorter=nyeste">'
        in narrowed
    )
    assert case.code in odd
    assert "xyz" not in odd


def test_lists_that_are_cut_say_of_how_many_rows_they_show_some(visit, cast, case, bounds):
    for code in ("P9R4T", "L1NKD"):
        a_request(cast["solveig"], opened(cast["solveig"], a_case(cast, code=code)))
    bounds(rows_a_page=1)
    solveig = visit("solveig")

    said = {
        "/sager": "Side 1 af 3 – 1 af 3 rækker", "/anmodninger?vis=sendt": "Side 1 af 2 – 1 af 2 rækker",
        "/tavle": "Side 1 af 3 – 1 af 3",
    }  # fmt: skip
    assert {path: words in solveig.get(path).text for path, words in said.items()} == dict.fromkeys(said, True)
