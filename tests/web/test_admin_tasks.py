"""Task templates on the pages of administration: changed, tried on an example, and taken back."""

import pytest

from skanderborg import content
from skanderborg.store.editions import Edition

AT = "/administration/opgaver/needs"
TYPED = {
    "title": "Afdæk alt",
    "why": "Fordi",
    "box": "clarification",
    "roles": ["exposed"],
    "within": "4",
    "version": "0",
}


@pytest.fixture(autouse=True)
def _as_in_files():
    yield
    content.as_in_files()


def test_an_example_shows_what_was_typed_and_saves_nothing(visit):
    admin = visit("admin")

    shown = admin.post(f"{AT}/eksempel", **TYPED)

    assert shown.status_code == 200
    assert "<strong>Afdæk alt</strong>" in shown.text
    assert 'value="Afdæk alt"' in shown.text
    assert not Edition.select().exists()


def test_it_is_saved_and_an_earlier_edition_holds_again(visit):
    admin = visit("admin")

    admin.post(AT, **TYPED)
    changed = admin.get(AT).text
    admin.post(f"{AT}/gendan", number="0", version="1")

    assert "Afdæk alt" in changed
    assert "Afdæk alt" not in admin.get("/administration/opgaver").text


def test_a_fault_stands_at_its_field_and_what_the_card_needs_says_so(visit):
    admin = visit("admin")

    fault = admin.post(AT, **TYPED | {"within": "mange"})
    kept = admin.post("/administration/opgaver/acute/tag-ud", version="0")

    assert (fault.status_code, kept.status_code) == (422, 422)
    assert 'id="within-error"' in fault.text
    assert "en del af actioncardet" in kept.text
