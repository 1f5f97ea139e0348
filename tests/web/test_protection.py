"""What tells where someone is: on no page until it is revealed with a reason, and then in that one answer (SEC-10)."""

import io
import re
from datetime import date, datetime, time

import pytest
from pypdf import PdfReader

from skanderborg import clock as instants
from skanderborg.domain import meetings, parties
from skanderborg.kinds import MeetingKind, MeetingWith, PartyRole, Protection
from skanderborg.store.authorities import Order
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.incidents import Exhibit, LogImport
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.plans import Institution
from skanderborg.store.work import Meeting
from tests.made import a_case, opened

SECRETS = ("ZQXADRESSE", "ZQXKONTAKT", "ZQXARBEJDE", "ZQXBARNESKOLE", "ZQXINSTITUTION", "ZQXTELEFON", "ZQXMOEDESTED")
WHY = "Skal sende brev til borgeren"


@pytest.fixture
def case(cast):
    return a_case(cast, offered_to=cast["lars"], children="yes")


def say(cast, case, role, **said) -> Party:
    return parties.add(cast["solveig"], opened(cast["solveig"], case), role, parties.Details(**said))


@pytest.fixture
def citizen(cast, case):
    return say(
        cast, case, PartyRole.CITIZEN, name="Alma", address="ZQXADRESSE", contact="ZQXKONTAKT",
        institution="ZQXARBEJDE", protection=Protection.ORDINARY, protection_until=date(2027, 2, 15),
    )  # fmt: skip


@pytest.fixture
def meeting(cast, case):
    when = meetings.When(date(2026, 11, 24), time(10), time(11))
    mine = opened(cast["solveig"], case)
    return meetings.plan(
        cast["solveig"], mine, when, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.CITIZEN, place="ZQXMOEDESTED",
        agenda="Nyt", participants=[cast["solveig"], cast["jonas"]],
    )  # fmt: skip


@pytest.fixture
def child(cast, case):
    child = say(cast, case, PartyRole.CHILD, name="B", institution="ZQXBARNESKOLE")
    with begin():
        insert(Institution, case=case.ref, kind="school", name="ZQXINSTITUTION", contact="ZQXTELEFON", child=child,
               custody_clear="yes", by=cast["solveig"].ref, at=instants.now())  # fmt: skip
    return child


@pytest.fixture
def known(citizen, child, meeting):
    """Everything that there is to hide."""
    return {"Case": citizen.case_id, "Meeting": meeting.ref, "party_ref": citizen.ref, "area": "home", "box": "network"}


def pages(app, known) -> list[str]:
    """Every GET page of the case and its meeting that needs no other row."""
    found = []
    for rule in app.url_map.iter_rules():
        _, on, _ = getattr(app.view_functions[rule.endpoint], "asks", (None, None, None))
        if "GET" in rule.methods and on is not None and on.__name__ in known:
            values = known | {"ref": known[on.__name__]}
            if rule.arguments <= values.keys():
                with app.test_request_context():
                    found.append(app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}))
    return found


def words(answer) -> str:
    """What an answer says, also one that is a paper."""
    if answer.mimetype != "application/pdf":
        return answer.text
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("who", ["solveig", "rikke", "rasmus", "lars", "jonas", "ulla"])
def test_sec10_no_page_of_the_case_tells_where_anyone_is(app, visit, known, who):
    person = visit(who)
    paths = [*pages(app, known), "/", "/tavle", "/tavle/opgaver", "/sager", "/anmodninger"]

    leaks = {path: told(words(person.get(path))) for path in paths}

    assert len(paths) > 30
    assert {path: found for path, found in leaks.items() if found} == {}


def test_sec10_no_letter_tells_where_anyone_is(visit, known):
    rows = [str(letter.__data__) for letter in OutboxLetter.select()]

    assert rows
    assert not told(str(rows))


def test_without_protection_all_of_it_is_shown(visit, cast, case, citizen, meeting):
    said = parties.Details(name="Alma", address="ZQXADRESSE", why="Borgeren har ophævet den")
    parties.describe(cast["solveig"], opened(cast["solveig"], case), citizen, said, citizen.version)
    solveig = visit("solveig")

    assert "ZQXADRESSE" in solveig.get(f"/sager/{case.ref}/personer").text
    assert "ZQXMOEDESTED" in solveig.get(f"/m/{meeting.ref}").text


def test_sec10_what_is_revealed_is_in_that_answer_alone_and_written_down(visit, cast, case, known):
    solveig, path = visit("solveig"), f"/sager/{case.ref}/personer"
    key = re.search(r'name="key" value="([^"]+)"', solveig.get(path).text)[1]

    shown = solveig.post(path, reason=WHY, key=key)

    assert shown.status_code == 200
    assert told(shown.text) == ["ZQXADRESSE", "ZQXKONTAKT", "ZQXARBEJDE", "ZQXBARNESKOLE"]
    assert shown.headers["Cache-Control"] == "no-store"
    event = Event.get(Event.action == "party:revealed")
    assert (event.actor, event.changes) == (cast["solveig"].ref, {"reason": [None, WHY]})
    assert not told(solveig.get(path).text)
    assert not told(solveig.post(path, reason=WHY, key=key).text)  # the browser's reload sends the form again
    assert Event.select().where(Event.action == "party:revealed").count() == 1
    assert WHY in solveig.get(f"/sager/{case.ref}/historik").text


def test_a_reveal_without_a_reason_shows_nothing(visit, case, known):
    answer = visit("solveig").post(f"/sager/{case.ref}/personer", reason="fordi", key="k")

    assert answer.status_code == 422
    assert "mindst 10 tegn" in answer.text
    assert "fordi" in answer.text
    assert not told(answer.text)
    assert Event.select().where(Event.action == "party:revealed").count() == 0


@pytest.mark.parametrize(("who", "status"), [("lars", 404), ("jonas", 404), ("ulla", 404), ("dorte", 404)])
def test_sec10_nobody_else_reveals_anything(visit, case, known, who, status):
    answer = visit(who).post(f"/sager/{case.ref}/personer", reason=WHY, key="k")

    assert answer.status_code == status
    assert not told(answer.text)


def test_the_place_of_a_meeting_is_revealed_to_who_is_on_the_case_only(visit, known):
    path = f"/m/{known['Meeting']}"

    assert told(visit("rasmus").post(path, reason=WHY, key="k").text) == ["ZQXMOEDESTED"]
    assert visit("jonas").post(path, reason=WHY, key="k").status_code == 403
    assert "Spørg tovholderen, hvor I mødes." in visit("jonas").get(path).text


def test_protection_that_ran_out_says_so_and_still_hides(visit, case, citizen, clock):
    clock.move_to(datetime(2027, 2, 16, 9, 0))

    page = visit("solveig").get(f"/sager/{case.ref}/personer").text

    assert "Udløbet 15.2.2027: spørg borgeren." in page
    assert not told(page)


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_hidden_field_left_empty_keeps_what_stands(visit, case, citizen):
    said = {"protection": "ordinary", "protection_until": "15.02.2027", "hidden": "1", "version": "1"}

    answer = visit("solveig").post(f"/sager/{case.ref}/personer/{citizen.ref}", name="Alma P", **said)

    kept = Party.get_by_id(citizen.ref)
    assert answer.status_code == 303
    assert (kept.name, kept.address, kept.contact, kept.institution) == (
        "Alma P", "ZQXADRESSE", "ZQXKONTAKT", "ZQXARBEJDE",
    )  # fmt: skip


def test_a_hidden_field_is_emptied_by_saying_so(visit, case, citizen):
    said = {"protection": "special", "hidden": "1", "version": "1", "erase": "address"}

    visit("solveig").post(f"/sager/{case.ref}/personer/{citizen.ref}", **said)

    assert (Party.get_by_id(citizen.ref).address, Party.get_by_id(citizen.ref).contact) == (None, "ZQXKONTAKT")


def test_a_conflict_tells_no_hidden_value(visit, case, citizen):
    solveig, path = visit("solveig"), f"/sager/{case.ref}/personer/{citizen.ref}"
    said = {"protection": "special", "hidden": "1", "version": "1"}
    solveig.post(path, name="Alma P", **said)

    stale = solveig.post(path, address="Nyvej 4", **said)

    assert stale.status_code == 409
    assert "Nyvej 4" in stale.text
    assert not told(stale.text)


def test_a_protected_meeting_keeps_its_place_when_it_is_moved(visit, citizen, meeting):
    said = {"on": "25.11.2026", "at": "10.00", "until": "11.00", "reason": "Sygdom", "version": "1", "hidden": "1"}

    assert visit("solveig").post(f"/m/{meeting.ref}/flyt", place="", **said).status_code == 303
    assert Meeting.get_by_id(meeting.ref).place == "ZQXMOEDESTED"


def test_a_meeting_conflict_tells_no_protected_place(visit, citizen, meeting):
    solveig, path = visit("solveig"), f"/m/{meeting.ref}/dagsorden"
    solveig.post(path, place="", agenda="Første", version="1", hidden="1")

    stale = solveig.post(path, place="Ny plads", agenda="Anden", version="1", hidden="1")

    assert stale.status_code == 409
    assert not told(stale.text)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"protection_until": ""}, "Skriv, hvornår beskyttelsen udløber."),
        ({"protection_until": "21.11.2027"}, "mere end et år fremme"),
        ({"protection_until": "31.11.2026"}, "Den dato findes ikke."),
        ({"role": "child"}, "Vælg"),
        ({"address": "x" * 1_001}, "for lang"),
        ({"born": "0101900000"}, "ligner et CPR-nummer"),
    ],
)
def test_what_cannot_be_right_is_told_and_what_was_typed_is_kept(visit, case, wrong, says):
    said = {"role": "relative", "name": "Bror", "protection": "ordinary", "protection_until": "15.02.2027", **wrong}

    answer = visit("solveig").post(f"/sager/{case.ref}/personer/ny", key="k", **said)

    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Bror"' in answer.text
    assert Party.select().count() == 0


def test_a_person_is_taken_out_with_a_reason(visit, cast, case):
    brother = say(cast, case, PartyRole.RELATIVE, name="Bror")
    solveig, path = visit("solveig"), f"/sager/{case.ref}/personer/{brother.ref}/tag-ud"

    statuses = [solveig.post(path, version="1", reason=reason).status_code for reason in ("", "Skrevet ved en fejl")]

    assert statuses == [422, 303]
    assert "Bror" not in solveig.get(f"/sager/{case.ref}/personer").text


def test_the_page_costs_at_most_eight_queries(visit, case, known, queries):
    solveig = visit("solveig")
    for path in (f"/sager/{case.ref}/personer", f"/m/{known['Meeting']}", f"/sager/{case.ref}/historik"):
        solveig.get(path)
        queries.clear()

        assert solveig.get(path).status_code == 200
        assert len(queries) <= 8, path


def test_nothing_of_it_is_in_a_closed_cases_pages_either(visit, case, known):
    with begin():
        Case.update(closed_at=instants.now(), phase="closed").where(Case.ref == case.ref).execute()

    assert not told(visit("solveig").get(f"/sager/{case.ref}/personer").text)


# ── what tells where without being asked ────────────────────────────────────────────────────────────


FORBIDDEN = {"kind": "opholdsforbud", "from_on": "2.11.2026", "to_on": "2.11.2027", "journal_number": "1", "key": "k"}


@pytest.fixture
def places(visit, cast, case):
    """Pages of a file and an import with an address for a name, and of an opholdsforbud with its area; then hidden."""
    solveig, there = visit("solveig"), f"/sager/{case.ref}"
    solveig.post(f"{there}/bilag", key="b", files=(io.BytesIO(b"Skrevet"), "ZQXADRESSE.txt"), source="citizen")
    solveig.post(
        f"{there}/import", key="i", file=(io.BytesIO(b"Dato;Beskrivelse\n25-04-2026;Ringede\n"), "ZQXADRESSE.csv")
    )
    solveig.post(f"{there}/politi/tilhold", area="ZQXADRESSE", **FORBIDDEN)
    say(cast, case, PartyRole.RELATIVE, name="Tante", protection=Protection.SPECIAL)
    row, order = Exhibit.get(), Order.get()
    return {
        "bilag": f"{there}/bilag/{row.ref}", "import": f"{there}/import",
        "fil": f"{there}/import/{LogImport.get().ref}/kolonner",
        "politi": f"{there}/politi", "ret": f"{there}/politi/tilhold/{order.ref}", "historik": f"{there}/historik",
    }  # fmt: skip


@pytest.mark.parametrize("page", ["bilag", "import", "fil", "politi", "ret", "historik"])
def test_names_of_files_and_areas_stand_on_no_page(visit, places, page):
    answer = visit("solveig").get(places[page])

    assert answer.status_code == 200
    assert not told(answer.text)


@pytest.mark.parametrize(("page", "there"), [("bilag", "/vis"), ("politi", "")])
def test_they_are_shown_once_with_a_reason(visit, places, page, there):
    solveig = visit("solveig")
    key = re.search(r'name="key" value="([^"]+)"', solveig.get(places[page]).text.partition("Vis beskyttede")[2])[1]

    shown = solveig.post(places[page] + there, reason=WHY, key=key)

    assert told(shown.text) == ["ZQXADRESSE"]
    assert not told(solveig.get(places[page]).text)


def test_an_area_that_is_hidden_and_left_empty_stays(visit, places):
    visit("solveig").post(places["ret"], version="1", area="", **FORBIDDEN | {"journal_number": "2"})

    order = Order.get()
    assert (order.area, order.journal_number) == ("ZQXADRESSE", "2")
