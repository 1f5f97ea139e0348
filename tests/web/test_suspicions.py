"""The first call in a browser without JavaScript."""

import re

import pytest

from skanderborg.store.cases import Case
from tests.domain.test_suspicions import report


def send(visitor, **fields):
    page = visitor.get("/mistanke/ny?fare=unknown").text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    values = {"key": key, "danger_now": "unknown", "what_happened": "Han venter ved porten.", "citizen_role": "unknown",
              "name": "", "safe_contact": "", "children": "unknown", "addressed_to": "first-free"}  # fmt: skip
    return visitor.post("/mistanke/ny", **{**values, **fields})


def test_the_first_question_is_danger(visit):
    page = visit("solveig").get("/mistanke/ny").text

    assert "Er nogen i fare lige nu?" in page
    assert re.findall(r'name="fare" value="([\w-]+)"', page) == ["ja", "nej", "ved-ikke"]


def test_danger_shows_whom_to_ring_before_anything_is_typed(visit):
    page = visit("solveig").get("/mistanke/ny?fare=ja").text

    assert page.index("Ring først") < page.index("Hvad skete der?")
    assert 'name="danger_now" value="yes"' in page


def test_an_answer_that_nobody_offered_asks_again(visit):
    assert "Er nogen i fare lige nu?" in visit("solveig").get("/mistanke/ny?fare=<script>").text


def test_one_sentence_sends_it_and_the_receipt_says_what_to_do(visit):
    solveig = visit("solveig")

    answer = send(solveig)

    assert answer.status_code == 303
    receipt = solveig.get(answer.location).text
    assert "Mistanken er sendt, men ikke modtaget endnu" in receipt
    assert "87 94 72 66" in receipt
    assert "Hvornår og hvordan kan jeg trygt ringe til dig?" in receipt


def test_who_sees_no_case_is_told_that_it_is_handed_on_and_whom_to_ring(visit):
    admin = visit("admin")

    answer = send(admin, name="Mette Madeup")

    told = admin.get(answer.location)
    assert (answer.status_code, answer.location) == (303, "/mistanke/givet-videre")
    assert "Mistanken er givet videre" in told.text
    assert "87 94 72 66" in told.text
    case = Case.get()
    assert case.ref not in told.text
    assert admin.get(f"/mistanke/{case.ref}/kvittering").status_code == 404
    assert visit("rikke").get(f"/sager/{case.ref}").status_code == 200


def test_the_receipt_does_not_say_that_a_letter_arrived_before_it_was_sent(visit):
    solveig = visit("solveig")

    receipt = solveig.get(send(solveig).location).text

    assert "får besked." in receipt
    assert "har fået besked" not in receipt


def test_it_takes_no_more_than_four_activations(visit):
    """[Jeg har en mistanke], [Nej], [Send til ressourceperson]: the defaults of the form are enough."""
    solveig = visit("solveig")
    form = solveig.get("/mistanke/ny?fare=no").text
    sent = dict(re.findall(r'<input[^>]*type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent |= dict(re.findall(r'<input (?=[^>]*\bchecked\b)[^>]*name="(\w+)"[^>]*value="(\w+)"', form))
    sent["addressed_to"] = re.search(r'<option selected value="([^"]+)"', form)[1]
    sent.pop("csrf_token")

    answer = solveig.post("/mistanke/ny", what_happened="Han venter ved porten.", **sent)

    assert answer.status_code == 303
    assert Case.get().danger_now == "no"


def test_nothing_typed_is_refused_with_words_and_the_rest_kept(visit):
    answer = send(visit("solveig"), what_happened=" ", name="M. H.")

    assert answer.status_code == 422
    assert "Én sætning er nok" in answer.text
    assert 'value="M. H."' in answer.text
    assert not Case.select().exists()


def test_a_number_like_a_cpr_number_is_asked_about_once(visit):
    solveig = visit("solveig")

    first = send(solveig, what_happened="Hun hedder 010190-1234")
    second = send(solveig, what_happened="Hun hedder 010190-1234", cpr_seen="1")

    assert (first.status_code, second.status_code) == (422, 303)
    assert "ligner et CPR-nummer" in first.text


def test_the_same_form_sent_twice_gives_the_same_receipt(visit):
    solveig = visit("solveig")
    first = send(solveig, key="k")

    assert send(solveig, key="k").location == first.location
    assert Case.select().count() == 1


def test_the_same_form_with_other_words_is_a_conflict(visit):
    solveig = visit("solveig")
    send(solveig, key="k")

    assert send(solveig, key="k", what_happened="Noget andet").status_code == 409


def test_too_much_and_nonsense_is_refused(visit):
    solveig = visit("solveig")

    assert send(solveig, what_happened="x" * 10_001).status_code == 422
    assert send(solveig, citizen_role="chef").status_code == 422
    assert send(solveig, danger_now="maybe").status_code == 422
    assert send(solveig, addressed_to="a" * 26).status_code == 422


def test_a_resource_person_takes_it_from_the_list(visit, cast):
    case = report(cast)
    rikke = visit("rikke")
    listed = rikke.get("/mistanker").text

    answer = rikke.post(f"/sager/{case.ref}/tag")

    assert case.code in listed
    assert answer.location == f"/sager/{case.ref}"
    assert "Tovholder: Rikke Ravn" in rikke.get(answer.location).text


def test_the_second_who_takes_it_is_told_so_and_not_by_whom(visit, cast):
    case = report(cast)
    ruth = visit("ruth")
    ruth.get("/mistanker")
    visit("rikke").post(f"/sager/{case.ref}/tag")

    slower, unaware = (who.post(f"/sager/{case.ref}/tag") for who in (ruth, visit("rasmus")))

    assert (slower.status_code, unaware.status_code) == (409, 404)
    assert "En anden har taget den" in slower.text
    assert "Rikke Ravn" not in slower.text


def test_the_list_is_for_resource_persons(visit):
    assert visit("jonas").get("/mistanker").status_code == 403


@pytest.mark.parametrize("path", ["/mistanker", "/habilitet", "/administration"])
def test_a_page_that_is_not_for_the_one_who_asks_says_the_same_as_one_that_is_not_there(visit, path):
    page = visit("jonas").get(path).text

    assert "Siden findes ikke, eller du har ikke adgang." in page
    assert "tovholder" not in page


def test_the_receipt_of_anothers_suspicion_is_not_found(visit, cast):
    case = report(cast)

    assert visit("jonas").get(f"/mistanke/{case.ref}/kvittering").status_code == 404


def test_once_taken_the_receipt_says_by_whom(visit, cast):
    case = report(cast)
    visit("rikke").post(f"/sager/{case.ref}/tag")

    assert "Rikke Ravn har taget mistanken" in visit("solveig").get(f"/mistanke/{case.ref}/kvittering").text
