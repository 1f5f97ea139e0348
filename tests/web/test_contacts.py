"""The page of contacts, and what of it stands on other pages."""

import re
from datetime import datetime

import msgspec
import pytest

from skanderborg.domain import contacts, editions
from tests.made import a_case
from tests.web.test_guide import EXPOSED_NUMBER, PERPETRATOR_NUMBER, TOO_MANY


def ring_to(page: str) -> set[str]:
    return set(re.findall(r'href="tel:([+\d]+)"', page))


def change_number(cast, key: str, number: str) -> None:
    """As an administrator does it in another process."""
    body = editions.plain(contacts.get(cast["admin"], key)) | {"phone": number, "hours": "", "verified_on": None}
    typed = {name: value for name, value in body.items() if name not in ("key", "source")}
    contacts.change(cast["admin"], key, typed, 0)


def test_every_contact_stands_under_its_heading_with_a_number_to_ring(visit):
    """D-18."""
    page = visit("solveig").get("/kontakter").text

    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page.partition("<main")[2].partition("</main>")[0])
    assert headings == ["Fare og politi", "Ressourcepersoner", "Dansk Stalking Center og organisationer", "Afdelinger",
                        "Andre kommuner"]  # fmt: skip
    assert {"112", "114", "1888", "+4525177374", "+4527604016", "+4576281448", "+4576818098", "+4520315268"} <= ring_to(
        page
    )
    assert "Kun for borgere i Vejle Kommune" in page


def test_vejle_is_open_on_a_friday_morning_and_closed_on_a_saturday(visit, clock):
    solveig = visit("solveig")
    friday = solveig.get("/kontakter").text
    clock.move_to(datetime(2026, 11, 21, 9, 0))

    saturday = visit("solveig").get("/kontakter").text

    assert ("Åben nu" in vejle_of(friday), "Lukket nu" in vejle_of(saturday)) == (True, True)
    assert "Mandag–fredag kl. 8.30–11.00" in saturday


def vejle_of(page: str) -> str:
    return page.partition("Vejle Kommunes Stalking")[2].partition("</li>")[0]


def test_what_was_not_checked_for_six_months_is_marked(visit, cast, clock):
    contacts.verify(cast["admin"], "dsc", 0)
    fresh = dsc_of(visit("solveig").get("/kontakter").text)
    clock.move_to(datetime(2027, 5, 20, 9, 0))

    old = dsc_of(visit("solveig").get("/kontakter").text)

    assert "Senest kontrolleret 20. nov. 2026" in fresh
    assert "Ikke kontrolleret i et halvt år" not in fresh
    assert "Ikke kontrolleret i et halvt år" in old


def test_what_was_never_checked_is_said_once_above_all_and_quietly_at_each(visit, cast):
    contacts.verify(cast["admin"], "dsc", 0)

    page, never = visit("solveig").get("/kontakter").text, len(contacts.everyone()) - 1

    assert f"{never} kontakter er aldrig kontrolleret." in page
    assert page.count('<span class="sk-meta">Aldrig kontrolleret</span>') == never
    assert "sk-badge--amber" not in page


def dsc_of(page: str) -> str:
    return page.partition("<strong>Dansk Stalking Center</strong>")[2].partition("</li>")[0]


@pytest.mark.parametrize("typed", ["2517 7374", "25177374", "+45 25 17 73 74"])
def test_a_number_is_found_however_it_is_typed(visit, typed):
    page = visit("solveig").post("/kontakter/soeg", words=typed).text

    assert "1 kontakt for" in page
    assert "25 17 73 74" in page


def test_a_search_that_finds_nothing_says_what_to_do(visit):
    page = visit("solveig").post("/kontakter/soeg", words="rabarber").text

    assert "Ingen kontakter for «rabarber»" in page


@pytest.mark.parametrize(("words", "said"), [("", "Skriv et navn eller et nummer"), ("x" * 101, "højst 100 tegn")])
def test_a_search_for_nothing_or_too_much_is_told_at_the_field(visit, words, said):
    answer = visit("solveig").post("/kontakter/soeg", words=words)

    assert answer.status_code == 422
    assert said in answer.text


def test_what_is_searched_for_stands_in_no_address_and_is_never_run(visit):
    page = visit("solveig").post("/kontakter/soeg", words="<b>Sønderskov</b>").text

    assert "<b>S" not in page
    assert not re.search(r'(?:href|action)="[^"]*nderskov', page)


def test_who_reloads_a_search_by_its_address_begins_anew(visit):
    answer = visit("solveig").get("/kontakter/soeg")

    assert (answer.status_code, answer.location) == (303, "/kontakter")


def test_a_changed_number_stands_on_the_card_the_form_and_the_sheet_at_once(visit, cast):
    case, solveig = a_case(cast), visit("solveig")
    paths = ("/actioncard", f"/sager/{case.ref}/henvisninger", f"/sager/{case.ref}/sparring/ark", "/kontakter")
    before = [solveig.get(path).text for path in paths]

    change_number(cast, "dsc", "86 00 00 02")

    after = [solveig.get(path).text for path in paths]
    assert all("+4525177374" in ring_to(page) for page in before)
    assert all("+4586000002" in ring_to(page) and "+4525177374" not in ring_to(page) for page in after)


def test_a_changed_resource_person_stands_on_the_receipt_at_once(visit, cast):
    solveig = visit("solveig")
    sent = solveig.post("/mistanke/ny", what_happened="x", citizen_role="exposed", danger_now="no", children="no",
                        addressed_to="first-free", key="k")  # fmt: skip
    change_number(cast, "rp-ssp", "86 00 00 03")

    assert "+4586000003" in ring_to(solveig.get(sent.location).text)


def test_the_card_shows_the_new_number_to_who_is_not_signed_in(visit, cast):
    change_number(cast, "dsc", "86 00 00 02")

    assert "+4586000002" in ring_to(visit(None).get("/actioncard").text)


def test_contacts_can_be_read_without_signing_in_where_the_card_can(visit):
    stranger = visit(None)
    assert 'href="/kontakter"' in stranger.get("/actioncard").text

    page = stranger.get("/kontakter")

    assert page.status_code == 200
    assert {"112", "+4525177374"} <= ring_to(page.text)
    for signed_in_only in ("Leder:", "Ret kontakter", "/kontakter/soeg"):
        assert signed_in_only not in page.text


def test_a_municipality_that_closes_the_card_closes_the_contacts_too(visit, app, monkeypatch):
    closed = msgspec.structs.replace(app.config["SKB"].defaults, open_action_card=False)
    monkeypatch.setitem(app.config, "SKB", msgspec.structs.replace(app.config["SKB"], defaults=closed))

    answers = [visit(None).get(path) for path in ("/actioncard", "/kontakter")]

    assert [one.status_code for one in answers] == [303, 303]
    assert "naeste=/kontakter" in answers[1].location or "naeste=%2Fkontakter" in answers[1].location
    assert visit("solveig").get("/kontakter").status_code == 200


def test_a_process_that_starts_reads_what_was_changed_before(visit, cast):
    change_number(cast, "dsc", "86 00 00 02")
    editions.refresh()
    editions.forget()

    assert "+4586000002" in ring_to(visit("solveig").get("/kontakter").text)


def test_the_card_shows_both_lines_each_with_whom_it_is_for(visit):
    """D-14: a wrong number is wrong help (S0-16, S3-46)."""
    page = visit(None).get("/actioncard").text

    lines = re.findall(r"<li><span>(Dansk Stalking Center.*?)</li>", page, re.DOTALL)
    assert all("Til udsatte" in line for line in lines if EXPOSED_NUMBER in line)
    assert all("Til udøvere" in line and "Til udsatte" not in line for line in lines if PERPETRATOR_NUMBER in line)
    assert {PERPETRATOR_NUMBER, EXPOSED_NUMBER} <= set(re.findall(r"\d\d \d\d \d\d \d\d", " ".join(lines)))


@pytest.mark.parametrize(("role", "own", "others"), [
    ("exposed", "+4525177374", "+4527604016"), ("perpetrator", "+4527604016", "+4576818098"),
])  # fmt: skip
def test_a_cases_form_of_referral_offers_the_citizens_own_line_only(visit, cast, role, own, others):
    case = a_case(cast, citizen_role=role)

    page = visit("solveig").get(f"/sager/{case.ref}/henvisninger").text

    numbers = ring_to(page.partition("Numre til borgeren")[2].partition("</ul>")[0])
    assert own in numbers
    assert not numbers & {others, "+4576818098"}


def test_a_referral_to_who_was_taken_out_of_use_keeps_its_name(visit, cast):
    case, solveig = a_case(cast), visit("solveig")
    there = f"/sager/{case.ref}/henvisninger"
    solveig.post(there, organisation="lev-uden-vold", way="number-given", on="i går", key="k")
    contacts.retire(cast["admin"], "lev-uden-vold", 0)

    page = solveig.get(there).text

    assert "<strong>Lev Uden Vold</strong>" in page
    assert 'value="lev-uden-vold"' not in page


def test_the_page_asks_the_database_little(visit, queries):
    solveig = visit("solveig")
    solveig.get("/kontakter")
    queries.clear()

    solveig.get("/kontakter")

    assert len(queries) <= TOO_MANY


def test_the_menu_leads_there(visit):
    assert 'href="/kontakter"' in visit("solveig").get("/profil").text


# ── whom to ring while the offices are closed ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "hour", "is_said"), [(20, 9, False), (20, 7, True), (20, 16, True), (21, 12, True)],
    ids=["friday morning", "before eight", "after four", "saturday"],
)  # fmt: skip
def test_outside_working_hours_every_page_says_whom_to_ring(visit, clock, day, hour, is_said):
    clock.move_to(datetime(2026, 11, day, hour))

    page = visit("solveig").get("/sager").text

    assert ("Uden for åbningstid: Den sociale døgnvagt" in page) == is_said
    assert 'href="tel:112"' in page
    assert 'href="tel:114"' in page
