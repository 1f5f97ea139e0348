"""The page *Børn*, and the form by which one writes down what one did with the duty to report."""

import pytest

from skanderborg.domain import children, parties
from skanderborg.kinds import PartyRole, Protection
from skanderborg.store.cases import Party
from skanderborg.store.events import Event
from skanderborg.store.plans import ChildReport
from skanderborg.store.work import Task
from tests.made import opened

MOST_QUERIES = 8
FENCE = "En anmodning er ikke en underretning."
CHILD = {"name": "B. O.", "born": "2018", "lives_with": "Skiftevis", "institution": "Solsikken"}


@pytest.fixture
def child(cast, case):
    mine = opened(cast["solveig"], case)
    return children.register(
        cast["solveig"], mine, name="B. O.", born="2018", lives_with="Skiftevis", institution="Solsikken"
    )


def duty(person):
    return Task.select().where(Task.duty_of == person.ref).get()


def hide(cast, case):
    """Special address protection of a relative: what tells where anyone is stays hidden."""
    said = parties.Details(name="Tante", protection=Protection.SPECIAL)
    parties.add(cast["solveig"], opened(cast["solveig"], case), PartyRole.RELATIVE, said)


def test_a_child_is_registered_on_the_page_and_the_fence_stands_there(visit, case):
    solveig = visit("solveig")

    answer = solveig.post(f"/sager/{case.ref}/boern", key="k", **CHILD)

    page = solveig.get(answer.location).text
    assert answer.status_code == 303
    assert all(words in page for words in ("B. O.", "født 2018", "Solsikken", FENCE))
    assert "Du mangler at vurdere din underretningspligt." in page
    assert "0 af 3 har vurderet deres underretningspligt" in page


def test_the_same_form_sent_twice_is_one_child(visit, case):
    solveig = visit("solveig")

    for _ in range(2):
        solveig.post(f"/sager/{case.ref}/boern", key="k", **CHILD)

    assert Party.select().where(Party.role == "child").count() == 1


def test_an_odd_year_is_told_at_its_field_with_what_was_typed(visit, case):
    answer = visit("solveig").post(f"/sager/{case.ref}/boern", key="k", **CHILD | {"born": "i fjor"})

    assert answer.status_code == 422
    assert "Skriv fødselsåret med fire tal, fx 2018." in answer.text
    assert 'value="i fjor"' in answer.text
    assert "Solsikken" in answer.text


def test_a_child_is_changed_over_the_version_seen_else_both_are_shown(visit, case, child):
    solveig, there = visit("solveig"), f"/sager/{case.ref}/boern/{child.ref}"
    solveig.post(there, version="1", **CHILD | {"name": "Den første"})

    answer = solveig.post(there, version="1", **CHILD | {"name": "Den anden"})

    assert answer.status_code == 409
    assert "Den første" in answer.text
    assert "Den anden" in answer.text


def test_a_child_is_taken_out_with_a_reason(visit, case, child):
    solveig, there = visit("solveig"), f"/sager/{case.ref}/boern/{child.ref}/tag-ud"

    without = solveig.post(there, version="1", reason="")
    given = solveig.post(there, version="1", reason="Hører til en anden sag")

    assert (without.status_code, given.status_code) == (422, 303)
    assert "Ingen børn er registreret" in solveig.get(given.location).text


def test_where_a_child_goes_is_hidden_while_an_address_is_protected(visit, cast, case, child):
    hide(cast, case)
    solveig, there = visit("solveig"), f"/sager/{case.ref}/boern"

    pages = [
        solveig.get(there).text,
        solveig.get(f"{there}/{child.ref}").text,
        solveig.get(f"/sager/{case.ref}/historik").text,
    ]

    assert not [page for page in pages if "Solsikken" in page]


def test_a_hidden_place_that_is_left_empty_stays(visit, cast, case, child):
    hide(cast, case)

    visit("solveig").post(
        f"/sager/{case.ref}/boern/{child.ref}", version="1", **CHILD | {"institution": "", "name": "C."}
    )

    now = Party.get_by_id(child.ref)
    assert (now.name, now.institution) == ("C.", "Solsikken")


def test_a_conflict_does_not_show_the_hidden_place_either(visit, cast, case, child):
    hide(cast, case)
    solveig, there = visit("solveig"), f"/sager/{case.ref}/boern/{child.ref}"
    solveig.post(there, version="1", **CHILD | {"name": "Den første", "institution": ""})

    answer = solveig.post(there, version="1", **CHILD | {"name": "Den anden", "institution": "Et andet sted"})

    assert answer.status_code == 409
    assert "Solsikken" not in answer.text


# ── one's own duty ──────────────────────────────────────────────────────────────────────────────────


def test_a_report_that_was_sent_tells_when_the_receipt_comes_at_the_latest(visit, cast, child):
    """D-15: sent friday 20 November: six days with saturdays end before six working days do."""
    rasmus, there = visit("rasmus"), f"/o/{duty(cast['rasmus']).ref}/underretning"

    answer = rasmus.post(
        there, key="k", outcome="sent", sent_on="i dag", receiver="Børn & Unge", channel="digital", reason=""
    )

    page = rasmus.get(answer.location).text
    assert answer.status_code == 303
    assert "Senest fredag 27. november" in page
    assert "Inden 24 timer" in page


def test_a_report_that_cannot_be_sent_yet_is_written_down_after_the_call(visit, cast, case, child):
    rasmus, there = visit("rasmus"), f"/o/{duty(cast['rasmus']).ref}/underretning"
    asked = rasmus.get(there).text
    call = {"called_at": "8.30", "called_whom": "Vagten", "known": "Et barn på otte"}

    answer = rasmus.post(there, key="k", outcome="not-yet", why_not_yet="Anonym", look_on="23.11.2026", **call)

    page = rasmus.get(answer.location).text
    assert "Senest mandag 23. november" in asked
    assert "Ringet kl. 08.30 til Vagten: " in page
    assert "Ses på igen mandag 23. november" in page
    assert "Gem vurderingen" in page
    assert "1 venter på at kunne sende underretningen" in visit("rikke").get(f"/sager/{case.ref}/boern").text


def test_an_empty_form_registers_no_child_and_says_what_to_write(visit, case):
    answer = visit("solveig").post(f"/sager/{case.ref}/boern", key="k", **dict.fromkeys(CHILD, ""))

    assert answer.status_code == 422
    assert "Skriv barnets navn, initialer eller fødselsår." in answer.text
    assert not Task.select().exists()


def test_the_form_says_that_the_duty_is_personal_and_stands_by_the_fence(visit, cast, child):
    page = visit("rasmus").get(f"/o/{duty(cast['rasmus']).ref}/underretning").text

    assert "Den kan ikke gives videre til en leder eller kollega" in page
    assert "går forud for tavshedspligten" in page
    assert "inddrag ikke forældrene først" in page
    assert FENCE in page


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"outcome": ""}, "Vælg, hvad du har gjort."),
        ({"outcome": "sent", "sent_on": ""}, "Skriv datoen som dag, måned og år"),
        ({"outcome": "sent", "sent_on": "i morgen"}, "Datoen ligger i fremtiden."),
        ({"outcome": "sent", "sent_on": "i dag", "receiver": ""}, "Skriv, hvem underretningen er sendt til."),
        ({"outcome": "sent", "sent_on": "i dag", "receiver": "B&amp;U"}, "Vælg, hvordan underretningen er sendt."),
        ({"outcome": "necessary", "called_at": "8.30", "called_whom": "Vagten"}, "Skriv, hvad du fortalte"),
        ({"outcome": "not-yet", "why_not_yet": "Anonym", "look_on": "23.11.2026"}, "Ring først til dem"),
        ({"outcome": "not-needed", "reason": ""}, "Skriv, hvorfor en underretning ikke er nødvendig."),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_written(visit, cast, child, said, told):
    fields = {"outcome": "", "sent_on": "", "receiver": "", "reason": ""} | said

    answer = visit("rasmus").post(f"/o/{duty(cast['rasmus']).ref}/underretning", key="k", **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert not ChildReport.select().exists()


def test_the_task_of_the_duty_offers_nothing_but_writing_it_down(visit, cast, child):
    page = visit("rasmus").get("/").text

    card = page.partition(f'id="task-{duty(cast["rasmus"]).ref}"')[2].partition("</li>")[0]
    assert "/underretning" in card
    assert not [word for word in ("Markér som udført", "Udskyd", "Tildel", "Jeg tager den") if word in card]


def test_by_hand_it_is_refused_with_the_reason(visit, cast, child):
    task = duty(cast["rasmus"])

    answer = visit("rasmus").post(f"/o/{task.ref}/udfoert", version="1")

    assert answer.status_code == 422
    assert "Underretningspligten er personlig." in answer.text


@pytest.mark.parametrize("page", ["", "/underretning"])
def test_anothers_duty_is_as_if_it_were_not_there(visit, cast, child, page):
    rikke = visit("rikke")

    hidden, missing = rikke.get(f"/o/{duty(cast['rasmus']).ref}{page}"), rikke.get(f"/o/{'a' * 26}{page}")

    assert (hidden.status_code, hidden.text) == (404, missing.text)


def test_no_page_of_the_case_names_whose_assessment_is_missing(visit, cast, case, child):
    rikke = visit("rikke")

    there = f"/sager/{case.ref}"
    pages = [rikke.get(path).text for path in (there, f"{there}/boern", f"/tavle/{case.ref}/safety", "/tavle/opgaver")]

    refs = {duty(cast[name]).ref for name in ("solveig", "rasmus")}
    assert not [ref for ref in refs for page in pages if ref in page]
    assert all("0 af 3 har vurderet deres underretningspligt" in page for page in pages[:3])


def test_a_new_concern_opens_an_own_new_duty(visit, cast, case, child):
    rasmus = visit("rasmus")
    rasmus.post(f"/o/{duty(cast['rasmus']).ref}/underretning", key="k", outcome="not-needed", reason="Alt er vel.")

    answer = rasmus.post(f"/sager/{case.ref}/underretningspligt/igen")

    assert answer.status_code == 303
    assert "Gem vurderingen" in rasmus.get(answer.location).text


def test_a_case_with_a_missing_assessment_does_not_close_and_keeps_what_was_typed(visit, cast, case, child):
    solveig = visit("solveig")

    answer = solveig.post(f"/sager/{case.ref}/afslut", version="1", reason="Slut for nu", anyway="Fordi")

    assert answer.status_code == 422
    assert "3 mangler at vurdere deres underretningspligt" in answer.text
    assert "Slut for nu" in answer.text


def test_where_an_assessment_is_missing_there_is_no_form_of_closing_to_fill_in_for_nothing(visit, case, child):
    page = visit("solveig").get(f"/sager/{case.ref}/afslut").text

    assert "Sagen kan først afsluttes, når det er gjort" in page
    assert f'<a href="/sager/{case.ref}/boern">Se siden Børn</a>' in page
    assert "<textarea" not in page
    assert f'action="/sager/{case.ref}/afslut"' not in page


def test_a_request_says_nothing_of_a_child_report_and_leads_to_none(visit, cast, case, child):
    page = visit("solveig").get(f"/sager/{case.ref}/anmodning/ny").text

    assert FENCE in page
    assert "/underretning" not in page


def test_the_looks_are_written_down(visit, cast, case, child):
    rasmus = visit("rasmus")
    rasmus.get(f"/sager/{case.ref}/boern")
    rasmus.get(f"/o/{duty(cast['rasmus']).ref}/underretning")

    looks = {name for (name,) in Event.select(Event.action).where(Event.is_write == False).tuples()}  # noqa: E712
    assert {"child:list", "child-report:read"} <= looks


@pytest.mark.parametrize("page", ["/sager/{case}/boern", "/sager/{case}/boern/{child}", "/o/{duty}/underretning"])
def test_the_pages_ask_the_database_few_times(visit, cast, case, child, queries, page):
    rasmus = visit("rasmus")
    path = page.format(case=case.ref, child=child.ref, duty=duty(cast["rasmus"]).ref)
    rasmus.get(path)
    queries.clear()

    answer = rasmus.get(path)

    asked = [sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]
    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)
