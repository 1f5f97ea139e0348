"""The page *Politi*: reports, orders and breaches."""

import pytest

from skanderborg.store.authorities import Breach, Order, PoliceReport
from skanderborg.store.cases import Case
from skanderborg.store.events import Event
from skanderborg.store.work import Task
from tests.made import a_case, exclude

REPORT = {"reported_on": "i går", "district": "Sydøstjylland", "journal_number": "4200-1", "officer": "Betjent Bo",
          "receipt": "yes", "tell_us_first": "no", "note": "Ringer mandag", "key": "k"}  # fmt: skip
ORDER = {"kind": "tilhold", "from_on": "2.11.2026", "to_on": "2.11.2027", "journal_number": "4200-2", "key": "k"}
BREACH = {"on": "i går", "what": "Stod ved porten", "reported": "no", "key": "k"}


@pytest.fixture
def there(case):
    return f"/sager/{case.ref}/politi"


def test_a_report_is_written_down_and_the_date_said_back(visit, there):
    solveig = visit("solveig")

    assert solveig.post(f"{there}/anmeldelse", **REPORT).status_code == 303
    page = solveig.get(there).text
    assert "Anmeldelsen er gemt med datoen torsdag 19. november 2026." in page
    assert all(word in page for word in ("Sydøstjylland", "4200-1", "Betjent Bo", "Ringer mandag"))
    assert "Dato: torsdag 19. november 2026\nEmne: Anmeldelse til politiet\nSkrevet af: Solveig Sand" in page


def test_the_advice_stands_beside(visit, there):
    page = visit("solveig").get(there).text

    assert all(
        word in page for word in ("kvittering", "journalnummeret", "betjentens navn", "før de kontakter udøveren")
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reported_on": "21.11.2026"}, "Datoen ligger i fremtiden."),
        ({"reported_on": "31.11.2026"}, "Den dato findes ikke."),
        ({"receipt": ""}, "Svar på, om der er en kvittering."),
        ({"tell_us_first": "yes"}, "Skriv, hvilken dag I aftalte det"),
        ({"contact_on": "1.11.2026"}, "før anmeldelsen"),
        ({"officer": "x" * 201}, "for lang"),
    ],
)
def test_a_report_that_cannot_be_right_is_told_and_what_was_typed_is_kept(visit, there, wrong, says):
    typed = {**REPORT, **wrong}

    answer = visit("solveig").post(f"{there}/anmeldelse", **typed)

    assert answer.status_code == 422
    assert says in answer.text
    assert "sk-error-summary" in answer.text
    assert all(typed[name] in answer.text for name in ("district", "journal_number", "officer", "note"))
    assert PoliceReport.select().count() == 0


def test_a_known_day_is_warned_of_and_stands_above_every_page(visit, there):
    solveig = visit("solveig")
    solveig.post(f"{there}/anmeldelse", **REPORT | {"contact_on": "1.12.2026"})

    page = solveig.get(there).text

    assert "Politiet kontakter udøveren tirsdag 1. december." in page
    assert "På selve dagen sendes intet til udøveren." in page
    assert "Politiet kontakter udøveren tir. 1. dec." in solveig.get(there.removesuffix("/politi")).text


def test_of_two_who_change_a_report_the_second_is_shown_both(visit, there):
    solveig, rikke = visit("solveig"), visit("rikke")
    solveig.post(f"{there}/anmeldelse", **REPORT)
    here = f"{there}/anmeldelse/{PoliceReport.get().ref}"
    assert 'value="Betjent Bo"' in solveig.get(here).text

    assert solveig.post(here, **REPORT | {"officer": "Betjent Bente", "version": "1"}).status_code == 303
    answer = rikke.post(here, **REPORT | {"officer": "Betjent Birk", "version": "1"})

    assert answer.status_code == 409
    assert "Betjent Bente" in answer.text
    assert "Betjent Birk" in answer.text


def test_an_order_is_written_down_lifted_and_broken(visit, there, case):
    solveig = visit("solveig")
    assert solveig.post(f"{there}/tilhold", **ORDER).status_code == 303
    here = f"{there}/tilhold/{Order.get().ref}"
    assert "Det er gemt og gælder til og med tirsdag 2. november 2027." in solveig.get(there).text

    assert solveig.post(f"{here}/overtraedelse", **BREACH).status_code == 303
    assert solveig.post(here, **ORDER | {"to_on": "2.12.2027", "version": "1"}).status_code == 303
    assert solveig.post(f"{here}/ophaevet", ended_on="i dag", end_reason="Byretten", version="2").status_code == 303

    page = solveig.get(there).text
    assert all(word in page for word in ("Stod ved porten", "1 overtrædelse", "Byretten", "<span>Ophævet</span>"))
    assert Case.get_by_id(case.ref).is_acute


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": ""}, "Vælg, hvad der er givet."),
        ({"to_on": "1.11.2026"}, "Sidste dag skal være"),
        ({"to_on": "3.11.2031"}, "højst gælde i fem år"),
        ({"area": "Om hjemmet"}, "Kun et opholdsforbud har et område."),
    ],
)
def test_an_order_that_cannot_be_is_told_and_what_was_typed_is_kept(visit, there, wrong, says):
    answer = visit("solveig").post(f"{there}/tilhold", **{**ORDER, **wrong})

    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="4200-2"' in answer.text
    assert Order.select().count() == 0


@pytest.mark.parametrize(
    ("wrong", "says"), [({"on": "1.11.2026"}, "Den dag gjaldt det ikke."), ({"what": ""}, "Skriv kort")]
)
def test_a_breach_that_cannot_be_is_told(visit, there, wrong, says):
    solveig = visit("solveig")
    solveig.post(f"{there}/tilhold", **ORDER)

    answer = solveig.post(f"{there}/tilhold/{Order.get().ref}/overtraedelse", **{**BREACH, **wrong})

    assert answer.status_code == 422
    assert says in answer.text
    assert Breach.select().count() == 0


def test_forms_sent_twice_count_once(visit, there):
    solveig = visit("solveig")

    for path, form in ((f"{there}/anmeldelse", REPORT), (f"{there}/tilhold", ORDER)):
        assert [solveig.post(path, **form).status_code for _ in range(2)] == [303, 303]
    breach = f"{there}/tilhold/{Order.get().ref}/overtraedelse"
    assert [solveig.post(breach, **BREACH).status_code for _ in range(2)] == [303, 303]

    assert PoliceReport.select().count() == Order.select().count() == Breach.select().count() == 1


def test_a_perpetrators_page_asks_for_no_report_and_not_where_the_exposed_person_is(visit, cast):
    """D-14."""
    case = a_case(cast, "UDOEV", citizen_role="perpetrator")
    here, solveig = f"/sager/{case.ref}/politi", visit("solveig")

    page, form = solveig.get(here).text, solveig.get(f"{here}/tilhold").text

    assert "Anmeldelser" not in page
    assert "Tilhold og forbud mod borgeren" in page
    assert 'name="area"' not in form
    assert "Skriv intet om, hvem den udsatte er" in form
    assert solveig.post(f"{here}/anmeldelse", **REPORT).status_code == 422
    assert PoliceReport.select().count() == Task.select().count() == 0


def test_who_may_not_see_the_case_gets_the_same_answer_as_for_none(visit, cast, case, there):
    exclude(case, cast["rikke"], person=cast["rasmus"])

    assert visit("ulla").get(there).status_code == visit("rasmus").get(there).status_code == 404
    assert visit("ulla").post(f"{there}/anmeldelse", **REPORT).status_code == 404


def test_the_page_asks_the_database_eight_times_at_most(visit, there, queries):
    solveig = visit("solveig")
    for key in "abc":
        solveig.post(f"{there}/anmeldelse", **REPORT | {"key": key})
        solveig.post(f"{there}/tilhold", **ORDER | {"key": key})
    for order in Order.select():
        solveig.post(f"{there}/tilhold/{order.ref}/overtraedelse", **BREACH | {"key": order.ref})
    order, report = Order.get(), PoliceReport.get()
    solveig.get(there)

    for path in (there, f"{there}/tilhold/{order.ref}", f"{there}/anmeldelse/{report.ref}"):
        queries.clear()
        assert solveig.get(path).status_code == 200
        assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT", "SELECT pg_advisory"))]) <= 8, (
            queries
        )


def test_the_look_is_written_down(visit, cast, there):
    visit("rasmus").get(there)

    assert Event.select().where(Event.action == "police:read", Event.actor == cast["rasmus"].ref).count() == 1
