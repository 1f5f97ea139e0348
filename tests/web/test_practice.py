"""Øvelse on its pages: each says that it is one, and what was typed stays where it was refused."""

from tests.made import a_case

BANNER = "Øvelse – ingen får besked."


def begun(visitor):
    return visitor.post("/oevelse/mette/begynd").location


def test_every_page_says_that_nobody_is_told_and_leads_to_the_real_thing(visit):
    jonas = visit("jonas")

    for path in ("/oevelse", begun(jonas)):
        page = jonas.get(path).text
        assert BANNER in page
        assert '<a href="/mistanke/ny">Meld mistanken</a>' in page


def test_an_answer_is_answered_and_a_worse_one_is_told_of_the_better(visit):
    jonas = visit("jonas")
    at = begun(jonas)

    jonas.post(f"{at}/svar", chosen="Hvorfor hun gik fra ham", text="ZQX hun er bange", version="1")
    page = jonas.get(at).text

    assert "Bedre: Om hun er i fare lige nu." in page
    assert "ZQX hun er bange" in page
    assert "2 af 5" in page


def test_nothing_chosen_keeps_what_was_written(visit):
    jonas = visit("jonas")
    at = begun(jonas)

    refused = jonas.post(f"{at}/svar", text="ZQX hun er bange", version="1")

    assert refused.status_code == 422
    assert "Vælg et af svarene." in refused.text
    assert "ZQX hun er bange" in refused.text
    assert BANNER in refused.text


def test_anothers_exercise_and_a_missing_one_are_alike(visit, cast):
    at = begun(visit("jonas"))
    a_case(cast)

    assert visit("rikke").get(at).status_code == visit("rikke").get("/oevelse/" + "a" * 26).status_code == 404


def test_the_first_page_offers_it_to_who_has_never_reported(visit, cast):
    offer = "Har du aldrig meldt en mistanke?"
    jonas = visit("jonas")
    before, stranger = jonas.get("/actioncard").text, visit(None).client.get("/actioncard").text

    a_case(cast, reported_by=cast["jonas"])

    assert offer in before
    assert offer not in stranger
    assert offer not in jonas.get("/actioncard").text
