"""What is a name: only that may suggest that two cases belong together."""

import pytest

from skanderborg.domain import names


@pytest.mark.parametrize("written", ["Mette Madeup", "Bo Ib Skov", "Åse", "Kvinde Svendsen", "maja", "Anonym Jensen"])
def test_a_name_is_one(written):
    assert names.is_name(written)


@pytest.mark.parametrize(
    "written",
    [None, "", "Ukendt", "ukendt borger", "ANONYM", "Anonym", "A.B.", "A. B.", "AB", "MMH", "M", "Bo", "Ved ikke", "?",
     "Ønsker at være anonym", "1234", "Kvinde, 34"],
)  # fmt: skip
def test_what_fits_anybody_is_none(written):
    assert not names.is_name(written)
