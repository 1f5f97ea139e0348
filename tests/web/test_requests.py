"""The pages of coordination requests: the form, the two lists, and the one page of both sides."""

import re

import pytest

from skanderborg.domain.access import exclusions, impartiality
from skanderborg.domain.requests import answers
from skanderborg.kinds import Basis, Outcome
from skanderborg.store import keys
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Department, Membership
from skanderborg.store.work import Request
from tests.made import a_case, a_request, asked_of, department, exclude, opened
from tests.web.test_my_day import number_at

SECRET = "ZQX i sagen"


@pytest.fixture
def case(cast):
    return a_case(cast, what_happened=SECRET)


@pytest.fixture
def sent(cast, case):
    return a_request(cast["solveig"], case)


@pytest.fixture
def form(cast):
    return {
        "department": department("jobcenter").ref, "ask": "Kan mødepligten flyttes?", "who": "Mette Madeup",
        "contact_rules": "Ring aldrig hjem", "basis": "consent", "party_works_there": "no", "due_on": "27 11 2026",
        "consent_scope": "Jobcentret må kende til mødepligten", "consent_on": "i går", "key": "k",
    }  # fmt: skip


@pytest.fixture
def new(case):
    return f"/sager/{case.ref}/anmodning/ny"


def now(request) -> Request:
    return Request.get_by_id(request.ref)


def an_ssp_consultant(cast) -> Department:
    Membership.insert(person=cast["ulla"], department=department("ssp")).execute()
    return department("ssp")


# ── the form ────────────────────────────────────────────────────────────────────────────────────────


def test_the_form_comes_with_the_cases_contact_rules_and_a_deadline(visit, new):
    page = visit("solveig").get(new).text

    assert "Ring kun mellem 10 og 11</textarea>" in page
    assert 'value="27.11.2026"' in page
    assert "En anmodning er ikke en underretning." in page


def test_a_request_is_sent_and_opens(visit, new, form):
    solveig = visit("solveig")

    answer = solveig.post(new, **form)

    assert (answer.status_code, answer.location) == (303, f"/a/{Request.get().ref}")
    assert "Ring aldrig hjem" in solveig.get(answer.location).text


def test_who_sent_it_is_told_to_whom_and_by_when(visit, new, form):
    solveig = visit("solveig")

    page = solveig.get(solveig.post(new, **form).location).text
    held = solveig.get(solveig.post(new, **form | {"basis": "unsure", "key": "k2"}).location).text

    assert "Anmodningen er sendt til Jobcenter. De svarer senest fredag 27. november." in page
    assert "Anmodningen er holdt tilbage, til en ressourceperson har afgjort" in held


def test_a_form_sent_twice_makes_one_request(visit, new, form):
    solveig = visit("solveig")

    assert [solveig.post(new, **form).status_code for _ in range(2)] == [303, 303]
    assert Request.select().count() == OutboxLetter.select().count() == 1


def test_the_same_form_with_other_content_is_told(visit, new, form):
    solveig = visit("solveig")
    solveig.post(new, **form)

    assert solveig.post(new, **{**form, "ask": "Noget andet"}).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"contact_rules": ""},
        {"who": ""},
        {"basis": "section-115"},
        {"basis": ""},
        {"basis": "underretning"},
        {"party_works_there": "unknown"},
        {"department": "x" * 26},
        {"named": "x" * 26},
        {"due_on": "19 11 2026"},
        {"due_on": "på tirsdag"},
        {"ask": "Hendes nummer er 010190-1234"},
        {"contact_rules": "x" * 10_001},
        {"who": "x" * 201},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_right_is_told_and_what_was_typed_is_kept(visit, new, form, wrong):
    typed = {**form, **wrong}

    answer = visit("solveig").post(new, **typed)

    assert answer.status_code == 422
    assert "sk-error-summary" in answer.text
    assert all(typed[name] in answer.text for name in ("ask", "who", "contact_rules", "due_on"))
    assert Request.select().count() == 0


def test_section_115_is_offered_and_taken_in_its_forums_only(visit, cast, new, form):
    ssp, solveig = an_ssp_consultant(cast), visit("solveig")

    assert 'value="section-115"' not in solveig.get(new).text
    assert 'value="section-115"' in solveig.get(f"{new}?afdeling={ssp.ref}").text
    assert "ikke til efterforskning af straffesager" in solveig.get(f"{new}?afdeling={ssp.ref}").text
    assert solveig.post(new, **{**form, "department": ssp.ref, "basis": "section-115"}).status_code == 303


def test_the_bases_follow_the_department_that_is_chosen(visit, cast, new):
    ssp, solveig = an_ssp_consultant(cast), visit("solveig")

    part = solveig.get(f"{new}/grundlag?department={ssp.ref}", htmx=True).text

    assert part.lstrip().startswith('<div id="request-basis"')
    assert 'value="section-115"' in part


def test_who_is_excluded_is_not_offered(visit, cast, case, new):
    exclude(case, cast["rikke"], person=cast["ulla"])

    page = visit("solveig").get(new).text

    assert "Ruth Rugaard" in page
    assert "Ulla Ulv" not in page


def test_a_request_that_was_sent_back_fills_the_form_in(visit, cast, new, sent):
    children = department("boern-unge")
    answers.send_back(cast["jonas"], asked_of(cast["jonas"], sent), "Det er ikke os", children, sent.version)
    solveig = visit("solveig")

    assert f"igen={sent.ref}" in solveig.get(f"/a/{sent.ref}").text
    page = solveig.get(f"{new}?igen={sent.ref}&afdeling={children.ref}").text
    assert "Kan mødepligten flyttes?</textarea>" in page
    assert f'<option selected value="{children.ref}">' in page


def test_what_came_back_unsent_is_sent_anew_to_the_same_department(visit, cast, case, new):
    held = a_request(cast["solveig"], case, basis=Basis.UNSURE)
    impartiality.declare(cast["rikke"], opened(cast["rikke"], case), "i familie")
    solveig = visit("solveig")

    page = solveig.get(f"/a/{held.ref}").text
    assert "Der er ikke længere en ressourceperson på sagen" in page
    assert "Ret den, og send den" in page
    again = solveig.get(f"{new}?igen={held.ref}&afdeling={held.department_id}").text
    assert "Kan mødepligten flyttes?</textarea>" in again


@pytest.mark.parametrize(("who", "status"), [("rikke", 200), ("rasmus", 403), ("jonas", 404), (None, 303)])
def test_who_may_open_the_form(visit, new, who, status):
    assert visit(who).get(new).status_code == status


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def test_the_department_sees_the_request_and_nothing_of_the_case(visit, case, sent):
    jonas = visit("jonas")

    page = jonas.get(f"/a/{sent.ref}").text

    assert "Mette Madeup" in page
    assert "Ring aldrig hjem" in page
    assert not [word for word in (SECRET, case.code, case.ref, "Ring kun mellem") if word in page]
    assert jonas.get(f"/sager/{case.ref}").status_code == 404


def test_the_contact_rules_stand_above_the_text(visit, sent):
    page = visit("jonas").get(f"/a/{sent.ref}").text

    assert page.index("Ring aldrig hjem") < page.index("Kan mødepligten flyttes?")


def test_no_title_holds_a_name_or_a_theme(visit, sent):
    page = visit("jonas").get(f"/a/{sent.ref}").text

    assert "<title>Anmodning – Koordinering</title>" in page


def test_who_is_on_the_case_gets_a_link_to_it(visit, case, sent):
    assert f"/sager/{case.ref}" in visit("rasmus").get(f"/a/{sent.ref}").text


@pytest.mark.parametrize(
    ("who", "status"), [("jonas", 200), ("rasmus", 200), ("ulla", 404), ("dorte", 404), (None, 303)]
)
def test_who_may_open_it(visit, sent, who, status):
    assert visit(who).get(f"/a/{sent.ref}").status_code == status


def test_who_is_excluded_meets_a_page_that_is_not_there(visit, cast, case, sent):
    jonas = visit("jonas")
    assert jonas.get(f"/a/{sent.ref}").status_code == 200

    exclude(case, cast["rikke"], person=cast["jonas"])

    assert jonas.get(f"/a/{sent.ref}").text == jonas.get("/a/" + "a" * 26).text
    assert jonas.post(f"/a/{sent.ref}/tag", version=sent.version).status_code == 404


def test_taking_asking_replying_and_answering(visit, sent):
    jonas, solveig, here = visit("jonas"), visit("solveig"), f"/a/{sent.ref}"

    jonas.post(f"{here}/tag", version=now(sent).version)
    jonas.post(f"{here}/spoerg", version=now(sent).version, question="Hvilke dage?", key="q")
    solveig.post(f"{here}/besked", version=now(sent).version, reply="Tirsdage", key="r")
    jonas.post(f"{here}/svar", version=now(sent).version, outcome="done", answer="Det er flyttet")

    page = solveig.get(here).text
    assert now(sent).status == "read"
    assert all(said in page for said in ("Hvilke dage?", "Tirsdage", "Det er flyttet", Outcome.DONE.label))
    assert "Fra: Jonas Jeppe\n\nDet er flyttet" in page


def test_the_button_that_copies_for_the_journal_stands_in_sight_and_its_text_in_a_fold(visit, sent):
    block = visit("jonas").get(f"/a/{sent.ref}").text.partition('<div class="sk-copy">')[2].partition("</details>")[0]
    seen, _, folded = block.partition("<details")

    assert 'data-copy="#journal"' in seen
    assert "Kopiér til journalen" in seen
    assert "Kan mødepligten flyttes?" in folded


def test_sending_back_without_a_reason_is_told(visit, sent):
    answer = visit("jonas").post(f"/a/{sent.ref}/send-tilbage", version=sent.version, return_reason="")

    assert answer.status_code == 422
    assert "Skriv, hvorfor du sender den tilbage" in answer.text


def test_sending_back_suggests_another_department(visit, sent):
    jonas = visit("jonas")

    answer = jonas.post(
        f"/a/{sent.ref}/send-tilbage", version=sent.version, return_reason="Det er ikke os", suggested="boern-unge"
    )

    assert answer.status_code == 303
    assert "Prøv i stedet Børn &amp; Unge" in visit("solveig").get(f"/a/{sent.ref}").text


def test_the_department_that_sends_it_back_is_not_suggested(visit, sent):
    jonas = visit("jonas")
    offered = jonas.get(f"/a/{sent.ref}?skriv=tilbage").text.partition('name="suggested"')[2].partition("</select>")[0]

    made_up = jonas.post(
        f"/a/{sent.ref}/send-tilbage", version=sent.version, return_reason="Det er ikke os", suggested="jobcenter"
    )

    assert 'value="boern-unge"' in offered
    assert 'value="jobcenter"' not in offered
    assert made_up.status_code == 422


def test_a_failed_answer_keeps_its_text_and_opens_its_form(visit, sent):
    answer = visit("jonas").post(f"/a/{sent.ref}/svar", version=sent.version, answer="Det er flyttet")

    assert answer.status_code == 422
    assert "Det er flyttet</textarea>" in answer.text
    assert '<details class="sk-inline-form" open>' in answer.text


def test_a_stale_answer_is_shown_beside_what_happened(visit, cast, sent):
    jonas = visit("jonas")
    jonas.get(f"/a/{sent.ref}")
    answers.withdraw(cast["solveig"], sent, "Løst på anden vis", sent.version)

    answer = jonas.post(f"/a/{sent.ref}/svar", version=sent.version, outcome="done", answer="Det er flyttet")

    assert answer.status_code == 409
    assert "trukket tilbage" in answer.text
    assert "Det er flyttet</blockquote>" in answer.text


def test_a_button_from_a_stale_page_is_told(visit, cast, case):
    sent = a_request(cast["solveig"], case, to="boern-unge")
    ruth, jonas = visit("ruth"), visit("jonas")
    ruth.get("/anmodninger")
    answers.take(cast["ulla"], asked_of(cast["ulla"], sent), sent.version)

    assert ruth.post(f"/a/{sent.ref}/tag", version=sent.version).status_code == 409
    assert jonas.post(f"/a/{sent.ref}/tag", version=sent.version).status_code == 404


def test_a_reminder_is_sent_once_and_its_button_leaves(visit, sent):
    solveig = visit("solveig")

    solveig.post(f"/a/{sent.ref}/paamind")
    page = solveig.get(f"/a/{sent.ref}").text

    assert OutboxLetter.select().where(OutboxLetter.kind == "request-reminder").count() == 1
    assert "Påmindelse sendt i dag." in page
    assert "/paamind" not in page


def test_the_resource_person_lets_go_of_what_is_held_back(visit, cast, case):
    held = a_request(cast["solveig"], case, basis=Basis.UNSURE)
    here = f"/a/{held.ref}"

    assert visit("jonas").get(here).status_code == 404
    assert "Skrevet fre. 20. nov. kl. 09.00 af Solveig Sand, ikke sendt endnu" in visit("solveig").get(here).text
    assert "/frigiv" not in visit("solveig").get(here).text
    assert visit("solveig").post(f"{here}/frigiv", version=held.version, basis="consent").status_code == 403
    assert visit("rikke").post(f"{here}/frigiv", version=held.version, basis="necessary").status_code == 303
    assert visit("jonas").get(here).status_code == 200


def test_withdrawing(visit, sent):
    solveig = visit("solveig")

    assert solveig.post(f"/a/{sent.ref}/traek-tilbage", version=sent.version, withdraw_reason="").status_code == 422
    assert solveig.post(f"/a/{sent.ref}/traek-tilbage", version=sent.version, withdraw_reason="Løst").status_code == 303
    assert "Løst" in solveig.get(f"/a/{sent.ref}").text
    assert visit("jonas").get(f"/a/{sent.ref}").status_code == 404


@pytest.mark.parametrize("verb", ["besked", "traek-tilbage", "paamind", "frigiv"])
def test_the_department_does_nothing_of_the_askers(visit, sent, verb):
    assert visit("jonas").post(f"/a/{sent.ref}/{verb}", version=sent.version).status_code == 403


@pytest.mark.parametrize("verb", ["tag", "spoerg", "svar", "send-tilbage"])
def test_the_asker_does_nothing_of_the_departments(visit, sent, verb):
    assert visit("solveig").post(f"/a/{sent.ref}/{verb}", version=sent.version).status_code == 403


def entry_of(page: str, what: str) -> str:
    """The entry of *Forløb* that tells of this, without its tags."""
    [entry] = [entry for entry in re.findall(r"<li>.*?</li>", page, re.DOTALL) if f"<strong>{what}</strong>" in entry]
    return " ".join(re.sub(r"<[^>]*>", " ", entry).split())


def test_the_course_says_who_sent_it_back_and_who_withdrew_it_and_when(visit, cast, sent, clock):
    sends_it_back(cast["jonas"], asked_of(cast["jonas"], sent))
    clock.forward(days=3)
    answers.withdraw(cast["solveig"], asked_of(cast["solveig"], sent), "Løst", now(sent).version)

    for who in ("solveig", "jonas"):
        page = visit(who).get(f"/a/{sent.ref}").text
        assert entry_of(page, "Sendt tilbage") == "fre. 20. nov. kl. 09.00 Sendt tilbage af Jonas Jeppe Det er Ydelse"
        assert entry_of(page, "Trukket tilbage") == "man. 23. nov. kl. 09.00 Trukket tilbage af Solveig Sand Løst"


def test_a_request_that_came_back_by_itself_names_nobody(visit, cast, case, sent):
    exclusions.exclude_department(cast["rikke"], opened(cast["rikke"], case), department("jobcenter"), "i familie")

    entry = entry_of(visit("solveig").get(f"/a/{sent.ref}").text, "Sendt tilbage")

    assert entry.startswith("fre. 20. nov. kl. 09.00 Sendt tilbage Afdelingen er spærret")


# ── the lists ───────────────────────────────────────────────────────────────────────────────────────


def test_each_side_finds_it_in_its_list(visit, sent):
    assert f"/a/{sent.ref}" in visit("jonas").get("/anmodninger").text
    assert f"/a/{sent.ref}" in visit("solveig").get("/anmodninger?vis=sendt").text
    assert f"/a/{sent.ref}" not in visit("ulla").get("/anmodninger").text


def asks_a_question(jonas, asked):
    answers.ask(jonas, asked, "Hvilke dage?", asked.version)


def sends_it_back(jonas, asked):
    answers.send_back(jonas, asked, "Det er Ydelse", None, asked.version)


def replies(jonas, asked):
    answers.answer(jonas, asked, "Flyttet", Outcome.DONE, asked.version)


@pytest.mark.parametrize("moved", [asks_a_question, sends_it_back, replies])
def test_what_waits_for_the_asker_counts_at_the_asker_and_is_the_first_thing_shown(visit, cast, sent, moved):
    jonas, solveig = visit("jonas"), visit("solveig")
    before = [number_at(person.get("/profil").text, "/anmodninger") for person in (jonas, solveig)]

    moved(cast["jonas"], asked_of(cast["jonas"], sent))

    page = solveig.get("/anmodninger").text
    assert before == ["1", None]
    assert [number_at(person.get("/profil").text, "/anmodninger") for person in (jonas, solveig)] == [None, "1"]
    assert "<title>Anmodninger: sendt af mig, venter på mig" in page
    assert f"/a/{sent.ref}" in page


def test_an_answer_that_was_read_waits_no_more(visit, cast, sent):
    replies(cast["jonas"], asked_of(cast["jonas"], sent))
    solveig = visit("solveig")

    solveig.get(f"/a/{sent.ref}")

    assert number_at(solveig.get("/profil").text, "/anmodninger") is None


def test_the_number_is_that_of_the_requests_on_min_dag_and_of_both_lists(visit, cast, case):
    """Rikke decides one, is asked one in her department, and has an answer to read."""
    Membership.insert(person=cast["rikke"], department=department("boern-unge")).execute()
    a_request(cast["solveig"], case, basis=Basis.UNSURE)
    a_request(cast["solveig"], case, to="boern-unge")
    replies(cast["jonas"], asked_of(cast["jonas"], a_request(cast["rikke"], case)))
    rikke = visit("rikke")

    page = rikke.get("/anmodninger").text

    assert number_at(page, "/anmodninger") == "3"
    assert re.findall(r'>(\d)<span class="sr-only"> venter</span>', page) == ["2", "1"]
    day = rikke.get("/").text
    assert ["Anmodninger, der venter på dig (2)" in day, "Jobcenter har svaret på en anmodning" in day] == [True, True]


def test_the_filter_stands_in_the_address(visit, sent):
    jonas = visit("jonas")

    assert f"/a/{sent.ref}" not in jonas.get("/anmodninger?vis=til-os&tilstand=taget").text
    jonas.post(f"/a/{sent.ref}/tag", version=sent.version)
    assert f"/a/{sent.ref}" in jonas.get("/anmodninger?vis=til-os&tilstand=taget").text


@pytest.mark.parametrize("odd", ["vis=alt", "tilstand=x", "side=0", "side=-1", "side=" + "9" * 40, "side=²"])
def test_an_odd_address_shows_the_first_page(visit, odd):
    assert visit("jonas").get(f"/anmodninger?{odd}").status_code == 200


def test_a_long_list_is_paged(visit, cast, case, bounds):
    bounds(rows_a_page=1)
    refs = {a_request(cast["solveig"], case).ref for _ in range(2)}

    pages = [visit("jonas").get(f"/anmodninger?side={number}").text for number in (1, 2)]

    shown = [{ref for ref in refs if f"/a/{ref}" in page} for page in pages]
    assert [len(found) for found in shown] == [1, 1]
    assert shown[0] | shown[1] == refs


def test_the_list_says_what_a_request_is_not(visit):
    assert "En anmodning er ikke en underretning." in visit("jonas").get("/anmodninger").text


def test_an_answer_that_is_shown_again_still_knows_which_version_was_seen(visit, cast, sent):
    answers.take(cast["jonas"], asked_of(cast["jonas"], sent), sent.version)

    refused = visit("jonas").post(f"/a/{sent.ref}/svar", answer="Flyttet", outcome="", version=sent.version)

    form = refused.text.partition(f'action="/a/{sent.ref}/svar"')[2].partition("</form>")[0]
    assert refused.status_code == 422
    assert f'name="version" value="{sent.version}"' in form


# ── acted on in place ──────────────────────────────────────────────────────────────────────────────


def card_of(page: str, request) -> str:
    """A request's card in a list."""
    card = page.partition(f'id="anmodning-{request.ref}"')[2].partition('<li id="anmodning-')[0]
    return card.partition("</ul></details>")[0]


@pytest.mark.parametrize("place", ["/", "/anmodninger"])
def test_the_department_acts_on_a_request_in_the_list(visit, sent, place):
    jonas = visit("jonas")

    card = card_of(jonas.get(place).text, sent)

    assert f'action="/a/{sent.ref}/tag"' in card
    assert f'href="/a/{sent.ref}?skriv=svar#svar"' in card
    assert card.index("<summary") < card.index("Jeg er inhabil")
    assert card.count('class="button') == 3
    assert '<details class="sk-inline-form" open>' in jonas.get(f"/a/{sent.ref}?skriv=svar").text


@pytest.mark.parametrize(("writes", "name"), [("spoergsmaal", "question"), ("tilbage", "return_reason")])
def test_what_stands_behind_mere_opens_its_form(visit, sent, writes, name):
    jonas = visit("jonas")

    assert f'href="/a/{sent.ref}?skriv={writes}#{writes}"' in jonas.get(f"/a/{sent.ref}").text
    assert f'name="{name}"' in jonas.get(f"/a/{sent.ref}?skriv={writes}").text


def test_the_card_and_the_numbers_of_the_list_follow_when_a_request_is_taken_there(visit, sent):
    answer = visit("jonas").post(f"/a/{sent.ref}/tag", htmx=True, version=sent.version)

    assert answer.text.lstrip().startswith(f'<li id="anmodning-{sent.ref}"')
    assert "Taget af Jonas Jeppe" in answer.text
    assert "/tag" not in answer.text
    assert re.search(r'id="antal-til-os-nye" [^>]*hx-swap-oob="true">0<', answer.text)
    assert re.search(r'id="antal-til-os-taget" [^>]*hx-swap-oob="true">1<', answer.text)
    assert "Du har taget anmodningen." in answer.text


def test_the_asker_and_who_may_decide_only_are_offered_nothing_of_the_departments(visit, cast, case, sent):
    held = a_request(cast["solveig"], case, basis=Basis.UNSURE)
    answers.ask(cast["jonas"], asked_of(cast["jonas"], sent), "Hvilke dage?", sent.version)

    assert "/tag" not in card_of(visit("solveig").get("/").text, sent)
    assert "/tag" not in card_of(visit("rikke").get("/").text, held)


def test_nobody_is_offered_to_take_what_they_asked_of_their_own_department(visit, cast, case):
    Membership.insert(person=cast["solveig"], department=department("boern-unge")).execute()
    mine = a_request(cast["solveig"], case, to="boern-unge")
    page = "/anmodninger?vis=til-os"

    assert "/tag" in card_of(visit("ulla").get(page).text, mine)
    assert "/tag" not in card_of(visit("solveig").get(page).text, mine)


# ── what a page costs, and what it leaves ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["jonas", "solveig"])
def test_pages_ask_the_database_a_few_times_however_much_there_is(visit, cast, case, sent, queries, who):
    for _ in range(3):
        a_request(cast["solveig"], case)
    answers.ask(cast["jonas"], asked_of(cast["jonas"], sent), "Hvilke dage?", sent.version)
    person = visit(who)
    person.get("/anmodninger")

    for path in ("/anmodninger", "/anmodninger?vis=sendt", f"/a/{sent.ref}"):
        keys.forget()
        queries.clear()
        assert person.get(path).status_code == 200
        assert len(queries) <= 8, queries


def test_a_list_and_a_look_are_written_down(visit, cast, sent):
    jonas = visit("jonas")
    jonas.get("/anmodninger")
    jonas.get(f"/a/{sent.ref}")

    looks = {row.action for row in Event.select().where(Event.actor == cast["jonas"].ref)}
    assert {"request:list", "request:read"} <= looks
