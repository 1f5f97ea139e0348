"""Nødadgang as a person at night meets it: the look-up, the sheet, the paper; and what stands on none of them."""

import html
import json
import re
from datetime import timedelta

import pytest

from skanderborg import clock as time
from skanderborg import examples
from skanderborg.domain import cases as case_file
from skanderborg.domain.emergency import opening
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin, insert
from skanderborg.store.emergency import EmergencyUse, PrintedSheet
from skanderborg.store.owned import of_case, tables
from skanderborg.store.people import Draft, Person
from skanderborg.store.work import Task
from tests.made import a_case, exclude

REASON = "Borgeren ringer og er bange nu"
SAID = {"category": "seeks-us", "reason": REASON}


@pytest.fixture
def ruth(visit):
    """A resource person who is not on the case."""
    return visit("ruth")


def look(visitor, **said):
    return visitor.post("/noedadgang", **SAID | said)


# ── the look-up ─────────────────────────────────────────────────────────────────────────────────────


def test_the_sheet_opens_once_one_has_shown_who_one_is(case, ruth):
    first = ruth.send("/noedadgang", case_code="K7F3Q", key="k", **SAID)
    assert first.location.startswith("/bekraeft/")
    assert EmergencyUse.select().count() == 0
    back = ruth.get(ruth.send(first.location, password=examples.PASSWORD).location).text
    assert 'value="K7F3Q"' in back
    assert REASON in back

    answer = look(ruth, case_code="K7F3Q")

    assert answer.location == f"/noedadgang/{EmergencyUse.get().ref}"
    page = ruth.get(answer.location)
    assert page.status_code == 200
    assert "Nødark, sag K7F3Q" in page.text
    assert page.headers["Refresh"] == "3601; url=/noedadgang"
    assert Draft.select().where(Draft.used_at.is_null(), Draft.page == "/noedadgang").count() <= 1


@pytest.mark.parametrize("way", ["code", "name"])
def test_excluded_and_missing_are_the_same_answer_to_the_byte(case, cast, ruth, way):
    with begin():
        insert(Party, case=case, role="citizen", name="Mette Madeup", name_index=case_file.blind("Mette Madeup"),
               born="1987", created_at=time.now())  # fmt: skip
    exclude(case, cast["rikke"], person=cast["ruth"])
    there, nowhere = ({"case_code": "K7F3Q"}, {"case_code": "ZZZZZ"}) if way == "code" else (
        {"name": "Mette Madeup", "born": "1987"}, {"name": "Ingen Saadan", "born": "1987"},
    )  # fmt: skip

    hidden, missing = (seen(ruth, look(ruth, **said)) for said in (there, nowhere))

    assert hidden == missing
    assert opening.NOTHING in hidden[2]
    assert "1987" not in hidden[2]


def seen(visitor, answer):
    page = visitor.get(answer.location)
    headers = {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Date")}
    return answer.status_code, headers, page.text.replace(visitor.token, "")


def test_of_two_of_one_name_the_page_asks_for_the_street_and_keeps_what_was_typed(case, cast, ruth):
    other = a_case(cast, code="M2D8H")
    with begin():
        for one, street in ((case, "Opdigtet Vej 2"), (other, "Tænkt Allé 17")):
            insert(Party, case=one, role="citizen", name="Mette Madeup", name_index=case_file.blind("Mette Madeup"),
                   born="1987", address=street, created_at=time.now())  # fmt: skip
    assert 'name="street"' not in ruth.get("/noedadgang").text

    asked = look(ruth, name="Mette Madeup", born="1987")

    assert asked.status_code == 422
    assert opening.WHICH in asked.text
    assert 'name="street"' in asked.text
    assert REASON in asked.text
    assert not any(one in asked.text for one in ("Opdigtet", "Tænkt", "K7F3Q", "M2D8H"))
    assert look(ruth, name="Mette Madeup", born="1987", street="Tænkt Allé").status_code == 303
    assert EmergencyUse.get().case_id == other.ref


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"case_code": "K7F3Q", "reason": "kort"}, "mindst 20 tegn"),
        ({"case_code": "K7F3Q", "category": ""}, "Vælg, hvad der sker."),
        ({}, "Skriv enten sagens kode eller navn og fødselsår."),
    ],
)
def test_what_can_be_put_right_is_told_before_one_must_show_who_one_is(case, ruth, said, words):
    answer = ruth.send("/noedadgang", key="k", **SAID | said)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_second_one_is_asked_about_on_the_page(case, cast, ruth):
    a_case(cast, code="M2D8H")
    look(ruth, case_code="K7F3Q")

    page = ruth.get("/noedadgang").text
    assert f"/noedadgang/{EmergencyUse.get().ref}" in page
    assert 'name="why_again"' in page
    assert look(ruth, case_code="M2D8H").status_code == 422
    assert look(ruth, case_code="M2D8H", why_again="En anden borger står i receptionen").status_code == 303


def test_an_udoevers_case_names_the_role_before_anything_else(cast, ruth):
    a_case(cast, citizen_role="perpetrator", is_acute=True)

    page = ruth.get(look(ruth, case_code="K7F3Q").location).text

    main = page[page.index("<main") :]
    assert main.index("en, der udøver stalking") < main.index("Sagen er akut") < main.index('id="ring"')


def test_danger_role_and_whom_to_ring_come_first(case, cast, ruth):
    page = ruth.get(look(ruth, case_code="K7F3Q").location).text

    places = [
        page.index(words)
        for words in (
            case.citizen_role.long_label.capitalize(),
            'id="fare"',
            'id="ring"',
            "Solveig Sand",
            "Ring kun mellem 10",
        )
    ]
    assert places == sorted(places)
    assert "Det betyder ikke, at der ingen fare er." in page


# ── what never stands there ─────────────────────────────────────────────────────────────────────────

SHOWN = {  # the only sealed columns of a case's rows that the sheet may say; all others it must not
    "case": {"safe_contact", "safe_when", "safe_never", "safe_reminder", "custody"},
    "party": {"name", "born", "relation_text"},
    "warning_note": {"text"},
    "safety_item": {"text", "who"},
    "network_person": {"name", "relation_text"},
    "order": {"journal_number"},
    "police_report": {"district", "journal_number", "officer"},
    "task": {"reason"},
}


@pytest.fixture
def canaries(house, settings, clock):
    """The example house, in which every free text of every case begins with a canary."""
    examples.load_test(settings)


def rows_of(model, case: Case) -> list:
    return list(model.select().where(of_case(model, case.ref)))


def told_of(case: Case) -> dict[str, set[str]]:
    """Every sealed text of the rows of a case, by table and column, but those that the sheet may say."""
    found: dict[str, set[str]] = {}
    for model in tables():
        fields = [field.name for field in model._meta.sorted_fields if hasattr(field, "tells_where")]
        for row in rows_of(model, case) if fields else ():
            for name in fields:
                text = getattr(row, name)
                if (
                    isinstance(text, str)
                    and examples.CANARY in text
                    and name not in SHOWN.get(model._meta.table_name, ())
                ):
                    found.setdefault(f"{model._meta.table_name}.{name}", set()).add(text)
    return found


def test_what_must_not_be_shown_is_nowhere_on_the_sheet(canaries, visit):
    """Every sealed column of every row of a case: a new one is kept off until somebody adds it to SHOWN."""
    niels, leaking, columns = Person.get(Person.username == "niels"), set(), set()
    visitor = visit("niels")
    for case in list(Case.select().where(Case.closed_at.is_null())):
        with begin():
            use = insert(EmergencyUse, case=case, person=niels, category="visit", reason="ZQX hvorfor", at=time.now(),
                         until_at=time.now() + timedelta(hours=1))  # fmt: skip
        page = visitor.get(f"/noedadgang/{use.ref}")
        text = html.unescape(re.sub(r"<br>", "\n", page.text))
        hidden = told_of(case)
        columns |= hidden.keys()
        said = {one for rows in shown_of(case).values() for one in rows}
        leaking |= {(column, one) for column, texts in hidden.items() for one in texts - said if one in text}

    assert leaking == set()
    assert {"case.what_happened", "party.address", "incident.what", "note.text", "exhibit.description"} <= columns
    assert len(columns) > 40


def shown_of(case: Case) -> dict[str, set[str]]:
    """What the sheet may say, of the same rows: initials, say, may stand elsewhere too."""
    return {
        f"{model._meta.table_name}.{name}": {getattr(row, name) for row in rows_of(model, case)}
        for model in tables()
        for name in SHOWN.get(model._meta.table_name, ())
    }


def test_where_the_citizen_is_stands_in_the_answer_to_a_reveal_and_nowhere_else(case, ruth):
    with begin():
        insert(Party, case=case, role="citizen", name="Mette Madeup", address="ZQXVEJ 2", contact="ZQXTLF",
               created_at=time.now())  # fmt: skip
    at = look(ruth, case_code="K7F3Q").location

    before = ruth.get(at).text
    refused = ruth.post(f"{at}/adresse", reason="kort")
    once = ruth.post(f"{at}/adresse", reason="Patruljen skal derud", key="k9")
    again = ruth.post(f"{at}/adresse", reason="Patruljen skal derud", key="k9")

    assert "ZQX" not in before + refused.text + again.text + ruth.get(at).text
    assert refused.status_code == 422
    assert "ZQXVEJ 2" in once.text
    assert "ZQXTLF" in once.text


def test_when_the_time_is_over_the_sheet_is_gone(case, ruth, clock):
    at = look(ruth, case_code="K7F3Q").location
    clock.forward(minutes=61)

    assert visit_again(ruth, at).status_code == 404


def visit_again(visitor, at):
    visitor.arrive("ruth")  # the session, too, is over by then
    return visitor.get(at)


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────────


def test_a_manager_finds_it_on_min_dag_and_min_afdeling_until_it_is_signed(case, cast, ruth, visit):
    look(ruth, case_code="K7F3Q")
    lars, use = visit("lars"), EmergencyUse.get()
    with begin():
        Person.update(roles="resource-person").where(Person.ref == cast["ruth"].ref).execute()

    assert "Nødadgang, du skal gennemgå (1)" in lars.get("/").text
    assert "1 nødadgang venter" in lars.get("/min-afdeling").text
    page = lars.get("/noedadgang/gennemgang").text
    assert REASON in page
    assert "K7F3Q" not in page
    at = f"/noedadgang/gennemgang/{use.ref}"
    assert lars.post(at, verdict="not-justified", version="1").status_code == 422
    assert lars.post(at, verdict="justified", version="1").status_code == 303

    assert "Nødadgang, du skal" not in lars.get("/").text
    assert "nødadgang venter" not in lars.get("/min-afdeling").text


def test_the_case_says_who_used_it_and_the_tovholder_prints_the_sheet(case, ruth, visit):
    with begin():
        insert(Party, case=case, role="citizen", name="Mette Madeup", address="ZQXVEJ 2", created_at=time.now())
    look(ruth, case_code="K7F3Q")
    solveig = visit("solveig")

    on_case = solveig.get(f"/sager/{case.ref}/noedark").text
    assert "Ruth Rugaard" in on_case
    assert REASON in on_case
    made = solveig.post(f"/sager/{case.ref}/noedark", ends_on="27.11.2026")
    paper = solveig.get(made.location).text

    assert "Nødark nr. 1, sag K7F3Q" in paper
    assert "27. november 2026" in paper
    assert "ZQXVEJ" not in paper
    assert "Mette Madeup" in paper


def test_the_task_leads_to_where_it_is_taken_back(case, visit):
    solveig = visit("solveig")
    solveig.post(f"/sager/{case.ref}/noedark", ends_on="27.11.2026")
    sheet = PrintedSheet.get()
    at = f"/o/{sheet.task_id}/noedark"

    for page in ("/", f"/sager/{case.ref}", f"/o/{sheet.task_id}"):
        assert at in solveig.get(page).text, page
    assert solveig.post(f"/o/{sheet.task_id}/udfoert", version="1").status_code == 422
    assert solveig.post(at, outcome="returned", version="1").status_code == 303

    assert Task.get_by_id(sheet.task_id).closed_at is not None
    assert "Kom tilbage" in solveig.get(f"/sager/{case.ref}/noedark").text


def test_only_those_with_the_role_are_led_to_it(case, visit):
    pages = {name: visit(name).get("/profil").text for name in ("ruth", "jonas", "lars", "admin")}

    assert [name for name, page in pages.items() if "/noedadgang" in page] == ["ruth"]


def test_the_log_says_by_what_right_it_was_read(case, cast, ruth, visit):
    ruth.get(look(ruth, case_code="K7F3Q").location)

    page = visit("dorte").get("/adgangslog?sag=K7F3Q").text

    assert "Nødadgang" in page
    assert json.dumps(REASON)[1:-1] not in page
