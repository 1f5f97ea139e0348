"""Two are the same person however a name, a number or an address is written."""

import pytest

from skanderborg.danish.likeness import How, known, of

JONAS = known("Jonas Højgaard Sørensen", "jonas.sorensen@example.invalid", "86 12 34 56")


@pytest.mark.parametrize(
    ("name", "contact"),
    [
        ("Jonas Højgaard Sørensen", "86123456"),
        ("SØRENSEN, Jonas Højgaard", "+45 86 12 34 56"),
        ("jonas hoejgaard soerensen", "0045-86123456"),
        ("Jonas Sorensen", "Ring (86 12 34 56) om aftenen"),
        ("Jonas Højgaard-Sørensen", "Jonas.Sorensen@EXAMPLE.invalid"),
        ("Jonas H. Sørensen", "jonassorensen+privat@example.invalid"),
        ("Jonas Vestergaard", "tlf. 8612 3456"),  # by marriage
        ("Jonas", "20111213 / 86123456"),
    ],
)
def test_a_name_with_the_mail_or_the_number_is_the_person(name, contact):
    assert of(JONAS, [name], contact) is How.SAME


@pytest.mark.parametrize(
    ("name", "contact"),
    [
        ("Jonas Sørensen", "20111213"),
        ("Sørensen Jonas", ""),
        ("Jonas Højgaard Sørensen", "jonas@example.invalid"),
        ("Mette Sørensen", "86123456"),  # who lives there too
        ("M. H.", "86123456"),
    ],
)
def test_a_name_alone_or_what_is_shared_is_a_question(name, contact):
    assert of(JONAS, [name], contact) is How.PERHAPS


@pytest.mark.parametrize(
    ("name", "contact"),
    [("Jonas", ""), ("Jonas Madeup", "20111213"), ("Søren Højgaard", ""), ("", "1234"), ("Peter Sørensen", "86")],
)
def test_one_word_in_common_is_nobody(name, contact):
    assert of(JONAS, [name], contact) is How.NOT


def test_who_has_no_number_is_not_found_by_none():
    assert of(known("Ulla Udenfor", None, None), ["Per Part"], "") is How.NOT
    assert of(known("Ulla Udenfor", "", "1234"), ["Per Part"], "1234 5678 1234") is How.NOT
