"""The pages of linked cases, of a case for another municipality, and of closing."""

import re

import pytest

from skanderborg.domain import links
from skanderborg.kinds import LinkKind
from skanderborg.store.cases import Case, CaseLink, Transfer
from skanderborg.store.record import Disclosure
from tests.made import a_case, a_task, opened

GORMS = (("ulla", "primary-contact"), ("rikke", "resource"))
LINK = {"code": "P9R4T", "kind": "opposing-party", "reason": "ZQX nævnt ved navn"}
HANDED_ON = {"municipality": "ZQX Kommune", "receiver": "ZQX afdeling", "what": "ZQX planen", "basis": "necessary",
             "on": "20.11.2026"}  # fmt: skip


@pytest.fixture
def gorm(cast):
    return a_case(cast, code="P9R4T", people=GORMS)


def asked(queries) -> list[str]:
    return [sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]


def test_a_link_is_made_on_the_page_and_stands_on_both_cases(visit, case, gorm):
    rikke = visit("rikke")

    answer = rikke.post(f"/sager/{case.ref}/forbundne", **LINK)

    assert answer.status_code == 303
    for page, code in ((case, "P9R4T"), (gorm, "K7F3Q")):
        assert f"Sag {code}" in rikke.get(f"/sager/{page.ref}/forbundne").text
        assert "Modpart i anden sag" in rikke.get(f"/sager/{page.ref}").text


@pytest.mark.parametrize("page", ["", "/forbundne", "/historik", "/adgang"])
def test_the_pages_are_the_same_to_the_byte_for_who_does_not_see_the_other(visit, case, gorm, cast, page):
    solveig = visit("solveig")
    unlinked = plain(solveig.get(f"/sager/{case.ref}{page}").text)

    links.make(cast["rikke"], opened(cast["rikke"], case), "P9R4T", LinkKind.OPPOSING_PARTY, "ZQX")

    assert plain(solveig.get(f"/sager/{case.ref}{page}").text) == unlinked


def plain(text: str) -> str:
    """A page without the tokens and keys that are new each time."""
    return re.sub(r'[0-9a-f]{128}|name="key" value="[^"]+"', "", text)


def test_what_was_typed_is_kept_when_the_code_is_unknown(visit, case):
    answer = visit("solveig").post(f"/sager/{case.ref}/forbundne", **LINK)

    assert answer.status_code == 422
    assert "Du kan ikke se en sag med den kode." in answer.text
    assert "P9R4T" in answer.text
    assert "ZQX nævnt ved navn" in answer.text


@pytest.mark.parametrize("missing", ["code", "kind", "reason"])
def test_nothing_less_than_all_of_it(visit, case, gorm, missing):
    answer = visit("rikke").post(f"/sager/{case.ref}/forbundne", **{**LINK, missing: ""})

    assert answer.status_code == 422
    assert CaseLink.select().count() == 0


def test_a_sparring_goes_on_in_the_citizens_case(visit, cast, gorm):
    case = a_case(cast, kind="sparring-only")
    rikke = visit("rikke")

    answer = rikke.post(f"/sager/{case.ref}/fortsaet-i", code="P9R4T", reason="Samme telefon", version="1")

    assert answer.status_code == 303
    assert Case.get_by_id(case.ref).phase == "closed"
    assert "Det fortsætter der." in rikke.get(f"/sager/{case.ref}").text
    assert "P9R4T" not in visit("solveig").get(f"/sager/{case.ref}").text


def test_an_error_of_the_second_form_leads_to_its_own_field(visit, cast):
    case = a_case(cast, kind="sparring-only")

    answer = visit("rikke").post(f"/sager/{case.ref}/fortsaet-i", code="Z9Z9Z", reason="Samme", version="1")

    assert answer.status_code == 422
    assert 'href="#fortsaet-code"' in answer.text
    assert 'id="fortsaet-code-error"' in answer.text


def test_access_to_the_other_side_shows_a_tick_and_is_given_with_it(visit, case, gorm, cast):
    rikke = visit("rikke")
    rikke.post(f"/sager/{case.ref}/forbundne", **LINK)
    asks = {"person": cast["rasmus"].ref, "reason": "Hjælper", "asked": "y"}

    warned = rikke.post(f"/sager/{gorm.ref}/adgang", **asks)
    given = rikke.post(f"/sager/{gorm.ref}/adgang", **asks, anyway="y")

    assert (warned.status_code, given.status_code) == (422, 303)
    assert 'name="anyway"' in warned.text
    assert "modpartens sag" in warned.text


# ── another municipality ────────────────────────────────────────────────────────────────────────────


def test_a_case_is_handed_on_and_its_closing_is_filled_in(visit, case):
    solveig = visit("solveig")

    answer = solveig.post(f"/sager/{case.ref}/overdrag-kommune", **HANDED_ON)

    assert answer.status_code == 303
    assert "ZQX" not in answer.location
    assert "Overdraget til ZQX Kommune 20.11.2026." in solveig.get(answer.location).text
    assert "ZQX planen" in solveig.get(f"/sager/{case.ref}/overdrag-kommune").text
    assert Disclosure.get().about == f"transfer:{Transfer.get().ref}"


@pytest.mark.parametrize(
    ("field", "said"),
    [("municipality", "Skriv, hvilken kommune"), ("receiver", "Skriv, hvem"), ("what", "Skriv, hvilke oplysninger"),
     ("basis", "Vælg et grundlag."), ("on", "Skriv datoen")],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field_and_the_rest_is_kept(visit, case, field, said):
    answer = visit("solveig").post(f"/sager/{case.ref}/overdrag-kommune", **{**HANDED_ON, field: ""})

    assert answer.status_code == 422
    assert said in answer.text
    assert "ZQX" in answer.text


def test_the_same_form_sent_twice_counts_once(visit, case):
    solveig = visit("solveig")

    for _ in range(2):
        solveig.post(f"/sager/{case.ref}/overdrag-kommune", **HANDED_ON, key="abc")

    assert Transfer.select().count() == 1


# ── closing ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_open_stands_on_the_page_of_closing(visit, case):
    a_task(case, must=True, title="ZQX opgave")
    solveig = visit("solveig")
    solveig.post(f"/sager/{case.ref}/noter", theme="Samtale", text="ZQX")

    page = solveig.get(f"/sager/{case.ref}/afslut").text

    assert "ZQX opgave" in page
    assert "1 tekst er ikke journaliseret" in page
    assert "Afslut sagen alligevel" in page


# ── few queries ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", ["", "/forbundne", "/overdrag-kommune", "/afslut", "/historik", "/inhabil"])
def test_the_pages_stay_within_eight_queries(visit, case, gorm, queries, page):
    rikke = visit("rikke")
    rikke.post(f"/sager/{case.ref}/forbundne", **LINK)
    rikke.post(f"/sager/{case.ref}/overdrag-kommune", **HANDED_ON)
    rikke.get(f"/sager/{case.ref}{page}")

    queries.clear()
    rikke.get(f"/sager/{case.ref}{page}")

    assert len(asked(queries)) <= 8, "\n".join(asked(queries))
