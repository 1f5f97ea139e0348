"""Sikkerhed: the page, the plan, warnings and safe contact, as they are filled in without JavaScript."""

import re
from datetime import date

import pytest

from skanderborg.domain.safety import items, warning_notes
from skanderborg.kinds import SafetyArea
from skanderborg.store.cases import Case
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.plans import SafetyItem, WarningNote
from skanderborg.store.work import Task
from tests.made import a_case, a_task, opened

POINT = {"area": "home", "text": "Ny lås", "who": "Naboen", "due_on": "27.11.2026", "status": "planned", "key": "k"}
WARNING = {"text": "Løs hund", "review_on": "20 5 2027", "key": "k"}
BESIDE = ("/henvisninger", "/noter", "/moeder/nyt", "/anmodning/ny", "/beskrivelse", "/personer", "/sikkerhed")


@pytest.fixture
def case(cast):
    return a_case(cast, safe_when="Mellem 10 og 11", safe_never="Skriv aldrig sms")


@pytest.fixture
def there(case):
    return f"/sager/{case.ref}/sikkerhed"


@pytest.fixture
def item(cast, case):
    return items.add(cast["solveig"], opened(cast["solveig"], case), area=SafetyArea.HOME, text="Ny lås")


@pytest.fixture
def note(cast, case):
    return warning_notes.write(cast["solveig"], opened(cast["solveig"], case), "Løs hund", date(2026, 12, 1))


def test_a_danger_sign_in_the_log_shows_above_the_page_at_once(visit, case):
    told = {"key": "k", "from_on": "19.11.2026", "what": "Truede", "types": "threat", "is_danger": "y"}

    answer = visit("solveig").post(f"/sager/{case.ref}/haendelser", htmx=True, **told).text

    assert "Akut" in answer.partition('<section id="sagen"')[2].partition("</section>")[0]


# ── safe contact ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", BESIDE)
def test_how_the_citizen_may_be_contacted_stands_beside_every_field_for_contact(visit, case, page):
    text = visit("solveig").get(f"/sager/{case.ref}{page}").text

    assert "Sådan må borgeren kontaktes" in text
    assert "Ring kun mellem 10 og 11" in text
    assert "<strong>Aldrig:</strong> Skriv aldrig sms" in text


@pytest.mark.parametrize("page", BESIDE)
def test_while_nothing_is_agreed_nobody_is_to_be_contacted(visit, cast, page):
    case = a_case(cast, "AAAAA", safe_contact=None)

    assert "Kontakt ikke borgeren, før det er afklaret." in visit("solveig").get(f"/sager/{case.ref}{page}").text


def test_a_task_tells_its_helper_what_must_never_be_done(visit, cast, case):
    task = a_task(case, assignee=cast["jonas"])

    assert "Skriv aldrig sms" in visit("jonas").get(f"/o/{task.ref}").text


def test_a_department_is_told_what_must_never_be_done(visit, case):
    form = visit("solveig").get(f"/sager/{case.ref}/anmodning/ny").text

    assert (
        "Aldrig: Skriv aldrig sms"
        in re.search(r'<textarea[^>]*name="contact_rules"[^>]*>(.*?)</textarea>', form, re.S)[1]
    )


def test_safe_contact_that_another_changed_meanwhile_is_shown_beside_mine(visit, case, there):
    solveig = visit("solveig")
    solveig.post(f"{there}/kontakt", version="1", safe_contact="Ring på jobbet")

    stale = solveig.post(f"{there}/kontakt", version="1", safe_contact="Ring til søsteren")

    assert stale.status_code == 409
    assert "Ring på jobbet" in stale.text
    assert "Ring til søsteren" in stale.text
    assert Case.get_by_id(case.ref).safe_contact == "Ring på jobbet"


def test_the_description_no_longer_changes_safe_contact(visit, case):
    said = {"citizen_role": "exposed", "children": "no", "name": "", "what_happened": "x", "version": "1"}
    visit("solveig").post(f"/sager/{case.ref}/beskrivelse", safe_contact="Ring hjem", **said)

    assert Case.get_by_id(case.ref).safe_contact == "Ring kun mellem 10 og 11"


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_when_safety_was_assessed_and_when_again(visit, case, there):
    a_task(case, kind="safety", box="safety", title="Vurdér", assessed_on=date(2026, 11, 18), due_on=date(2026, 12, 18))

    page = visit("solveig").get(there).text

    assert "Vurderet ons. 18. nov." in page
    assert "Næste gang senest fredag 18. december." in page


def test_the_assessment_and_why_it_must_be_made_again_stand_on_the_page_and_on_the_task(visit, cast, case, there):
    task = a_task(case, kind="safety", box="safety", title="Vurdér", assignee=cast["solveig"])
    solveig = visit("solveig")
    solveig.post(f"/o/{task.ref}/vurdering", note="Ingen akut fare, aftalt <låse>", version="1")
    visit("rasmus").post(f"/o/{task.ref}/vurder-igen", why="Nye trusler")

    assert "Senest vurderet fredag 20. november." in solveig.get(there).text
    for path in (there, f"/o/{task.ref}"):
        page = solveig.get(path).text.partition("Derfor skal sikkerheden vurderes igen")[2]
        assert '<p class="sk-text">Nye trusler</p>' in page
        assert f"{cast['rasmus'].name} fre. 20. nov. kl. 09.00" in page
        assert '<p class="sk-text">Ingen akut fare, aftalt &lt;låse&gt;</p>' in page
        assert f"Skrevet af: {cast['solveig'].name}\n\nIngen akut fare, aftalt &lt;låse&gt;" in page


def test_evidence_comes_before_anything_digital_is_deleted(visit, there):
    assert "sikr beviset først" in visit("solveig").get(there).text


def test_the_page_costs_at_most_eight_queries(visit, cast, case, there, item, note, queries):
    task = a_task(case, kind="safety", box="safety", title="Vurdér", assignee=cast["solveig"])
    solveig = visit("solveig")
    solveig.post(f"/o/{task.ref}/vurdering", note="Ingen akut fare", version="1")
    solveig.get(there)
    queries.clear()

    assert solveig.get(there).status_code == 200
    assert len(queries) <= 8


def test_what_is_typed_is_never_markup(visit, there):
    solveig = visit("solveig")
    solveig.post(f"{there}/punkt", **{**POINT, "text": "<b>Ny</b> lås", "who": "<i>x</i>"})
    solveig.post(f"{there}/advarsel", **{**WARNING, "text": "<script>x</script>"})

    page = solveig.get(there).text
    assert "&lt;b&gt;Ny&lt;/b&gt; lås" in page
    assert "<script>x" not in page


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────


def test_a_point_is_added_and_its_date_said_back(visit, there):
    solveig = visit("solveig")

    assert [solveig.post(f"{there}/punkt", **POINT).status_code for _ in range(2)] == [303, 303]
    page = solveig.get(there).text
    assert "med datoen fredag 27. november 2026." in page
    assert SafetyItem.select().count() == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": ""}, "Skriv, hvad I aftaler."),
        ({"area": "moon"}, "Vælg"),
        ({"due_on": "31.11.2026"}, "Den dato findes ikke."),
        ({"status": ""}, "Vælg, hvor langt det er."),
        ({"who": "x" * 201}, "for lang"),
    ],
)
def test_a_point_that_cannot_be_right_is_told_and_kept(visit, there, wrong, says):
    answer = visit("solveig").post(f"{there}/punkt", **{**POINT, **wrong})

    assert answer.status_code == 422
    assert says in answer.text
    assert ({**POINT, **wrong})["who"] in answer.text
    assert SafetyItem.select().count() == 0


def test_a_suggestion_is_added_with_one_button(visit, there):
    solveig = visit("solveig")
    assert 'value="escape-bag"' in solveig.get(there).text

    answer = solveig.post(f"{there}/forslag", suggestion="escape-bag", key="k")

    assert answer.status_code == 303
    assert 'value="escape-bag"' not in solveig.get(there).text
    assert SafetyItem.get().area == "escape"


def test_a_suggestion_that_does_not_exist_is_not_found(visit, there):
    assert visit("solveig").post(f"{there}/forslag", suggestion="moon", key="k").status_code == 404


def test_a_stale_point_shows_both_texts(visit, there, item):
    solveig = visit("solveig")
    said = {**POINT, "version": "1"}
    solveig.post(f"{there}/punkt/{item.ref}", **{**said, "text": "Ny dør"})

    stale = solveig.post(f"{there}/punkt/{item.ref}", **{**said, "text": "Ny port"})

    assert stale.status_code == 409
    assert "Ny dør" in stale.text
    assert "Ny port" in stale.text


def test_a_point_becomes_one_task_however_often_the_button_is_pressed(visit, there, item):
    solveig = visit("solveig")

    answers = [solveig.post(f"{there}/punkt/{item.ref}/opgave", key="k") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert Task.get().title == "Ny lås"


# ── warnings ────────────────────────────────────────────────────────────────────────────────────────


def test_a_warning_stands_first_and_on_the_overview(visit, case, there):
    solveig = visit("solveig")
    solveig.post(f"{there}/advarsel", **WARNING)

    page = solveig.get(there).text
    assert "skal gennemgås torsdag 20. maj 2027." in page
    assert page.index("Løs hund") < page.index("Sikkerhedsplan</h2>")
    assert "Løs hund" in solveig.get(f"/sager/{case.ref}").text.partition("<main")[0]


@pytest.mark.parametrize(
    ("review_on", "says"),
    [
        ("21.11.2027", "Datoen ligger mere end et år fremme."),
        ("19.11.2026", "Datoen er passeret."),
        ("", "Skriv, hvornår advarslen skal gennemgås"),
    ],
)
def test_a_review_over_a_year_away_is_refused_and_the_text_kept(visit, there, review_on, says):
    answer = visit("solveig").post(f"{there}/advarsel", **{**WARNING, "review_on": review_on})

    assert answer.status_code == 422
    assert says in answer.text
    assert "Løs hund" in answer.text
    assert WarningNote.select().count() == 0


def test_a_warning_past_its_review_says_so(visit, there, note, clock):
    with begin():
        WarningNote.update(review_on=date(2026, 11, 20)).where(WarningNote.ref == note.ref).execute()

    assert "<strong>Skal gennemgås</strong>" in visit("solveig").get(there).text


def test_a_warning_ends_with_a_reason(visit, there, note):
    solveig = visit("solveig")
    without = solveig.post(f"{there}/advarsel/{note.ref}/ophaev", version="1", end_reason="")

    given = solveig.post(f"{there}/advarsel/{note.ref}/ophaev", version="1", end_reason="Hunden er væk")

    assert (without.status_code, given.status_code) == (422, 303)
    assert "Løs hund" in without.text
    assert "Løs hund" not in solveig.get(there).text
    assert Event.select().where(Event.action == "warning:ended").count() == 1


def test_a_warning_is_reviewed_over_what_was_seen(visit, there, note):
    solveig = visit("solveig")
    path = f"{there}/advarsel/{note.ref}"
    assert solveig.post(path, text="To hunde", review_on="1 6 2027", version="1").status_code == 303

    stale = solveig.post(path, text="Tre hunde", review_on="1 6 2027", version="1")

    assert stale.status_code == 409
    assert "To hunde" in stale.text


def test_who_opens_a_warning_that_was_ended_is_told_so(visit, cast, case, there, note):
    warning_notes.end(cast["solveig"], opened(cast["solveig"], case), note, "Væk", 1)

    page = visit("solveig").get(f"{there}/advarsel/{note.ref}")

    assert (page.status_code, "allerede fjernet det" in page.text) == (409, True)


# ── who ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_look_is_written_down_and_a_stranger_finds_nothing(visit, cast, there):
    visit("rasmus").get(there)

    assert Event.select().where(Event.action == "safety:list", Event.actor == cast["rasmus"].ref).count() == 1
    assert visit("ulla").get(there).status_code == 404
    assert visit("ulla").post(f"{there}/punkt", **POINT).status_code == 404
    assert visit(None).get(there).status_code == 303


def test_a_closed_case_offers_and_takes_nothing(visit, case, there, item):
    with begin():
        Case.update(closed_at=case.reported_at, phase="closed").where(Case.ref == case.ref).execute()
    solveig = visit("solveig")

    assert "Nyt punkt" not in solveig.get(there).text
    assert solveig.post(f"{there}/punkt", **POINT).status_code == 422
