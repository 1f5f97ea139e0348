"""The guide's pages in a browser without JavaScript, and the guidance beside the fields that need it."""

import re

import pytest

from skanderborg import content
from skanderborg.store.cases import Case
from skanderborg.store.db import begin

TOO_MANY = 8
EXPOSED_NUMBER, PERPETRATOR_NUMBER = "25 17 73 74", "27 60 40 16"
SUMMARY = "<summary>Vejledning</summary>"


def beside(page: str) -> str:
    """What is folded up as Vejledning."""
    return page[page.index(SUMMARY) : page.index("Mere i Hjælp")]


def test_the_guide_leads_to_every_topic(visit):
    page = visit("solveig").get("/hjaelp").text

    for topic in content.guide().topic:
        assert f'href="/hjaelp/{topic.id}"' in page


@pytest.fixture
def topics(visit):
    """Every topic's page, by the topic's id."""
    solveig = visit("solveig")
    return {topic.id: solveig.get(f"/hjaelp/{topic.id}").text for topic in content.guide().topic}


def anchors(page):
    return re.findall(r'<h2 id="([a-z0-9-]+)"', page.partition("</main>")[0])


def test_a_topic_shows_its_pieces_at_anchors_that_stay(topics):
    shown = {topic: [one for one in anchors(page) if one != "spoergsmaal"] for topic, page in topics.items()}

    assert shown == {
        topic: [piece.id for piece in content.pieces().values() if piece.topic == topic] for topic in topics
    }


def test_a_topic_names_its_sources_and_not_our_numbers_of_them(topics):
    silent = [topic for topic, page in topics.items() if page.count("Kilde: ") < len(anchors(page)) - 1]
    numbered = [topic for topic, page in topics.items() if re.search(r"\bS[0-4]-\d\d\b", page)]

    assert (silent, numbered) == ([], [])


def test_never_is_said_with_the_word_and_an_icon(visit):
    page = visit("solveig").get("/hjaelp/netvaerk").text

    assert re.search(r"<strong><svg.*?#close.*?</svg> Aldrig</strong>", page)
    assert "giver aldrig oplysninger" in page


def test_the_questions_stand_on_the_page_about_asking(visit):
    page = visit("solveig").get("/hjaelp/spoerg").text

    for question in content.guide().question:
        assert question.text in page


def test_numbers_are_links_and_their_hours_and_scope_stand_beside(visit):
    page = visit("solveig").get("/hjaelp/kontakter").text

    assert 'href="tel:+4576818098"' in page
    assert "Kun for borgere i Vejle Kommune." in page
    assert "Mandag–fredag kl. 8.30–11.00" in page


def test_no_topic_but_its_own_shows_the_udoevers_line(visit):
    solveig = visit("solveig")

    shown = {
        topic.id for topic in content.guide().topic if PERPETRATOR_NUMBER in solveig.get(f"/hjaelp/{topic.id}").text
    }

    assert shown == {"udoever"}


def test_a_search_finds_and_leads_to_the_piece(visit):
    page = visit("solveig").post("/hjaelp/soeg", words="tovholder").text

    assert 'href="/hjaelp/rolle#primaer-kontaktperson"' in page
    assert "2 stykker om «tovholder»" in page


def test_a_search_that_finds_nothing_says_what_to_do(visit):
    page = visit("solveig").post("/hjaelp/soeg", words="rabarbergrød").text

    assert "Ingen stykker om «rabarbergrød»" in page
    assert "Spørg ellers en ressourceperson" in page


@pytest.mark.parametrize(("words", "said"), [("", "Skriv et ord, fx logskema."), ("x" * 101, "højst 100 tegn")])
def test_a_search_for_nothing_or_too_much_is_told_at_the_field(visit, words, said):
    answer = visit("solveig").post("/hjaelp/soeg", words=words)

    assert answer.status_code == 422
    assert said in answer.text
    assert "Råd til den udsatte" in answer.text


def test_what_is_searched_for_is_shown_and_never_run(visit):
    page = visit("solveig").post("/hjaelp/soeg", words="<script>alert(1)</script>").text

    assert "<script>alert" not in page


def test_what_is_searched_for_stands_in_no_address(visit):
    page = visit("solveig").post("/hjaelp/soeg", words="skærmbillede").text

    assert not re.search(r'(?:href|action)="[^"]*(?:sk%C3%A6rm|skærm)', page)


def test_who_reloads_a_search_by_its_address_begins_anew(visit):
    answer = visit("solveig").get("/hjaelp/soeg")

    assert (answer.status_code, answer.location) == (303, "/hjaelp")


def test_a_topic_that_is_not_there_is_a_plain_404(visit):
    assert visit("solveig").get("/hjaelp/findes-ikke").status_code == 404


@pytest.mark.parametrize("path", ["/hjaelp", "/hjaelp/sikkerhed"])
def test_the_guide_asks_the_database_little(visit, queries, path):
    solveig = visit("solveig")
    solveig.get(path)
    queries.clear()

    solveig.get(path)

    assert len(queries) <= TOO_MANY


def test_the_card_leads_to_how_to_ask(visit):
    assert 'href="/hjaelp/spoerg"' in visit("solveig").get("/actioncard").text


def test_the_call_has_the_questions_open_and_anonymity_with_its_duty_beside(visit):
    page = visit("solveig").get("/mistanke/ny?fare=no").text

    assert all(question.text in page.partition(SUMMARY)[0] for question in content.guide().question)
    assert "skærpet underretningspligt" in beside(page)
    assert EXPOSED_NUMBER not in page
    assert PERPETRATOR_NUMBER not in page


@pytest.mark.parametrize("path", ["sparring", "vurdering", "noter", "henvisninger", "anmodning/ny", "afslut"])
def test_guidance_stands_beside_the_work(visit, case, path):
    assert len(beside(visit("solveig").get(f"/sager/{case.ref}/{path}").text)) > 500


def test_beside_a_referral_each_side_sees_its_own_line(visit, case):
    solveig = visit("solveig")
    exposed = beside(solveig.get(f"/sager/{case.ref}/henvisninger").text)
    with begin():
        Case.update(citizen_role="perpetrator").where(Case.ref == case.ref).execute()

    perpetrator = beside(solveig.get(f"/sager/{case.ref}/henvisninger").text)

    assert (EXPOSED_NUMBER in exposed, PERPETRATOR_NUMBER in exposed) == (True, False)
    assert (EXPOSED_NUMBER in perpetrator, PERPETRATOR_NUMBER in perpetrator) == (False, True)
