"""A form that waits until its person has shown anew who he or she is: it comes back as it was typed, and is sent."""

import pytest

from skanderborg import examples
from skanderborg.domain import people
from skanderborg.store.people import Draft, Person

NEW = "/administration/personer/ny"
NORA = {"username": "nora", "name": "Nora Ny", "email": "nora@example.invalid", "departments": "ssp",
        "roles": "manager", "ends_on": "31/12-2027", "key": "k"}  # fmt: skip


@pytest.fixture
def admin(visit):
    return visit("admin")


def is_added():
    return Person.select().where(Person.username == "nora").exists()


def test_a_form_waits_comes_back_as_it_was_typed_and_is_sent(admin):
    proving = admin.send(NEW, **NORA).location
    page = admin.get(proving)
    added = [is_added()]

    kept = admin.send(proving, password=examples.PASSWORD).location
    back = admin.get(kept)
    added.append(is_added())
    admin.send(NEW, **NORA, kladde=kept.rpartition("/")[2])

    assert "Bekræft, at det er dig" in page.text
    assert (proving, kept) == (f"/bekraeft/{Draft.get().ref}", f"/kladde/{Draft.get().ref}")
    assert "Du har bekræftet, at det er dig. Send formularen inden 5 minutter." in back.text
    assert f'name="kladde" value="{Draft.get().ref}"' in back.text
    assert 'value="Nora Ny"' in back.text
    assert added == [False, False]
    assert people.by_username("nora").roles == "manager"
    assert Draft.get().used_at


def test_sent_again_it_waits_again(admin):
    admin.post(NEW, **NORA)

    again = admin.send(NEW, **NORA | {"username": "nora2"}, kladde=Draft.get().ref)

    assert again.location.startswith("/bekraeft/")
    assert not Person.select().where(Person.username == "nora2").exists()


def test_what_was_changed_after_it_was_shown_waits_again(admin):
    proving = admin.send(NEW, **NORA).location
    admin.send(proving, password=examples.PASSWORD)

    answer = admin.send(NEW, **NORA | {"roles": "administrator"}, kladde=proving.rpartition("/")[2])

    assert answer.location == proving
    assert not is_added()


def test_what_is_not_filled_in_right_is_said_before_anything_else(admin):
    answer = admin.send(NEW, **NORA | {"name": ""})

    assert answer.status_code == 422
    assert Draft.select().count() == 0


def test_a_wrong_password_is_told_at_its_field_and_the_form_waits_on(admin):
    proving = admin.send(NEW, **NORA).location

    answer = admin.send(proving, password="galt-ord-3")

    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert "galt-ord-3" not in answer.text
    assert admin.get(proving).status_code == 200


def test_a_page_that_asked_for_a_part_is_led_there_too(admin):
    answer = admin.send(NEW, htmx=True, **NORA)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/bekraeft/{Draft.get().ref}")


def test_nobody_finds_a_form_of_somebody_else_that_waits(admin, visit):
    proving = admin.send(NEW, **NORA).location

    assert visit("rikke").get(proving).status_code == 404


def test_who_signed_in_anew_meanwhile_gets_the_form_back_to_be_sent_anew(admin, clock):
    proving = admin.send(NEW, **NORA).location
    clock.forward(minutes=31)

    kept = admin.send(proving, password=examples.PASSWORD).location.partition("naeste=")[2]
    admin.sign_in("admin")

    assert admin.get(admin.get(kept).location or kept).status_code == 200
    assert admin.get(proving).location == f"/kladde/{proving.rpartition('/')[2]}"
    assert not is_added()
