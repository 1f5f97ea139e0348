"""The page of a task and its buttons, with and without htmx."""

import json
import re
from datetime import date

import pytest

from skanderborg import clock as time
from skanderborg.store import db as database
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.work import Request, Task
from tests.made import a_case, a_task, department, exclude


@pytest.fixture
def task(case):
    return a_task(case, due_on=date(2026, 11, 25), brief="Hun kommer kun om formiddagen")


def now(task: Task) -> Task:
    return Task.get_by_id(task.ref)


def test_who_is_on_the_case_gets_a_link_to_it(visit, case, task):
    page = visit("solveig").get(f"/o/{task.ref}")

    assert page.status_code == 200
    assert f"/sager/{case.ref}" in page.text


def test_a_helper_sees_the_task_and_how_to_contact_and_nothing_of_the_case(visit, cast, case):
    task = a_task(case, assignee=cast["ulla"], due_on=date(2026, 11, 25), brief="Hun kommer kun om formiddagen")

    page = visit("ulla").get(f"/o/{task.ref}").text

    assert "Ring til søsteren" in page
    assert "Hun kommer kun om formiddagen" in page
    assert "Ring kun mellem 10 og 11" in page
    assert "ons. 25. nov." in page
    assert case.code not in page
    assert case.ref not in page


def test_a_helper_does_not_reach_the_case(visit, cast, case):
    a_task(case, assignee=cast["ulla"])

    assert visit("ulla").get(f"/sager/{case.ref}").status_code == 404


def test_a_stranger_finds_no_task(visit, task):
    assert visit("jonas").get(f"/o/{task.ref}").status_code == 404


def test_what_a_helper_was_told_for_a_task_is_shown_no_more_when_it_is_done(visit, cast, case):
    """What is written of the citizen later is for whoever has something to do with it then (SEC-09)."""
    task = a_task(case, assignee=cast["ulla"], brief="Hun kommer kun om formiddagen")
    ulla = visit("ulla")

    ulla.post(f"/o/{task.ref}/udfoert", version=1)
    page = ulla.get(f"/o/{task.ref}").text

    assert "Ring til søsteren" in page
    assert "Fortryd" in page
    assert "Hun kommer kun om formiddagen" not in page
    assert "Ring kun mellem 10 og 11" not in page
    assert "Genåbn" not in page


def test_a_helper_does_not_open_a_task_again_by_a_made_up_form(visit, cast, case):
    task = a_task(case, assignee=cast["ulla"])
    ulla = visit("ulla")
    ulla.post(f"/o/{task.ref}/udfoert", version=1)

    assert ulla.post(f"/o/{task.ref}/genaabn", version=2).status_code == 403
    assert now(task).closed_at


@pytest.mark.parametrize(
    ("path", "sent"),
    [("tag", {"version": "x"}), ("udfoert", {"version": 2}), ("udskyd", {"version": 1, "due_on": "snart"}),
     ("udskyd", {"version": 0, "due_on": "30.11.2026"}), ("vent", {"version": 1, "reason": ""})],
)  # fmt: skip
def test_a_task_that_is_shown_again_is_a_look_that_is_written_down(visit, cast, case, path, sent):
    """SEC-30: else a helper reads for years by pressing what does nothing."""
    task = a_task(case, assignee=cast["ulla"], status="done" if path == "udfoert" else "active", version=2,
                  closed_at=time.now() if path == "udfoert" else None)  # fmt: skip
    ulla = visit("ulla")
    looks = Event.select().where(Event.object_ref == task.ref, Event.actor == cast["ulla"].ref)
    before = looks.count()

    answer = ulla.post(f"/o/{task.ref}/{path}", htmx=True, **sent)

    assert "Ring til søsteren" in answer.text
    assert looks.count() > before


def test_who_is_excluded_finds_no_task(visit, cast, case):
    task = a_task(case, assignee=cast["ulla"])
    exclude(case, cast["solveig"], person=cast["ulla"])

    assert visit("ulla").get(f"/o/{task.ref}").status_code == 404


def test_the_title_of_the_page_says_nothing_of_the_task(visit, task):
    page = visit("solveig").get(f"/o/{task.ref}").text

    assert "<title>Opgave – Koordinering</title>" in page


def test_the_heading_is_the_tasks_title_and_its_card_does_not_say_it_again(visit, task):
    solveig, here = visit("solveig"), f"/o/{task.ref}"

    page = solveig.get(here).text
    on_its_page = act_from(solveig, here, f"{here}/begynd", version=1)
    refused = act_from(solveig, here, f"{here}/udskyd", version=2)
    elsewhere = act_from(solveig, "/", f"{here}/fortryd", version=2)

    title = f'<a href="{here}">Ring til søsteren</a>'
    assert "<h1>Ring til søsteren</h1>" in page
    assert [title in shown for shown in (page, on_its_page, refused, elsewhere)] == [False, False, False, True]


def test_a_task_is_done_without_javascript_and_can_be_taken_back(visit, task):
    solveig = visit("solveig")

    answer = solveig.post(f"/o/{task.ref}/udfoert", version=1)

    assert (answer.status_code, answer.location) == (303, f"/o/{task.ref}")
    page = solveig.get(answer.location).text
    assert "Opgaven er udført." in page
    assert f'action="/o/{task.ref}/fortryd"' in page
    assert solveig.post(f"/o/{task.ref}/fortryd", version=2).status_code == 303
    assert now(task).status == "not-started"


def test_htmx_gets_the_card_with_fortryd_in_place_of_the_buttons(visit, task):
    answer = visit("solveig").post(f"/o/{task.ref}/udfoert", htmx=True, version=1)

    assert answer.status_code == 200
    assert answer.text.startswith(f'<li id="task-{task.ref}"')
    assert "data-focus>Fortryd" in answer.text
    assert "Markér som udført" not in answer.text
    assert "<html" not in answer.text


def test_a_done_task_says_who_did_it_and_when_and_not_whose_it_was(visit, cast, case):
    task = a_task(case, title="Ring til skolen", assignee=cast["ulla"])
    ulla, solveig = visit("ulla"), visit("solveig")

    solveig.post(f"/o/{task.ref}/udfoert", version=1)

    for page in (ulla.get(f"/o/{task.ref}").text, solveig.get(f"/sager/{case.ref}").text):
        card = page.partition(f'id="task-{task.ref}"')[2].partition("</li>")[0]
        assert re.search(r"Udført(</span>|\s|<span>)+20. nov. af Solveig Sand</span>", card)
        assert "Ulla Ulv" not in card


def test_the_names_of_who_closed_them_cost_nothing_a_task(visit, cast, case, queries):
    solveig = visit("solveig")
    counts = []
    for _ in range(2):
        a_task(case, status="done", closed_at=time.now(), closed_by=cast["rikke"])
        solveig.get(f"/sager/{case.ref}")
        queries.clear()
        assert "af Rikke" in solveig.get(f"/sager/{case.ref}").text
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["udskyd", "tildel"])
def test_a_form_says_the_same_in_place_on_its_page_and_when_it_is_refused(visit, cast, case, path):
    to = f"/o/{a_task(case, assignee=cast['solveig']).ref}/{path}"
    solveig = visit("solveig")

    card = solveig.get(to.rpartition("/")[0]).text
    page, refused = solveig.get(to).text, solveig.post(to, htmx=True, version=1).text

    said = [words_of_form(shown, to) for shown in (card, page, refused)]
    assert said[0] == said[1] == said[2]


def words_of_form(page: str, to: str) -> tuple[list[str], list[str], str]:
    """Labels, hints and the button of the form that goes to this address."""
    form = page.partition(f'action="{to}"')[2].partition("</form>")[0]
    labels = [re.sub(r"<[^>]*>", "", label) for label in re.findall(r"<label[^>]*>(.*?)</label>", form)]
    button = re.findall(r"<button class=[^>]*>([^<]*)", form)[0]
    return labels, re.findall(r'<span class="form-hint"[^>]*>([^<]*)', form), button


STATUS = re.compile(r'<p id="status" role="status"( class="sr-only")?[^>]*>([^<]*)</p>')


def test_what_a_bar_with_fortryd_says_is_told_to_screen_readers_and_not_shown_twice(visit, case, task):
    solveig = visit("solveig")
    postponed = {"version": 1, "due_on": "1 12 2026", "reason": "Hun er rejst"}

    part = solveig.post(f"/o/{task.ref}/udskyd", htmx=True, **postponed).text
    solveig.post(f"/o/{a_task(case).ref}/begynd", version=1)
    solveig.post(f"/o/{task.ref}/fortryd", version=2)
    solveig.post(f"/o/{task.ref}/udskyd", **postponed | {"version": 3})
    page = solveig.get(f"/o/{task.ref}").text

    said = "Opgaven er udskudt til tirsdag 1. december."
    for shown in (part, page):
        assert STATUS.search(shown).groups() == (' class="sr-only"', said)
        assert f'<div class="sk-undo"><p>{said}</p>' in shown


def test_what_no_bar_says_is_shown(visit, task):
    solveig = visit("solveig")
    solveig.post(f"/o/{task.ref}/begynd", version=1)

    undone = solveig.post(f"/o/{task.ref}/fortryd", htmx=True, version=2).text

    assert STATUS.search(undone).groups() == (None, "Det er fortrudt.")


def test_a_deadline_of_another_year_is_shown_with_its_year(visit, task):
    solveig, path = visit("solveig"), f"/o/{task.ref}"

    far = solveig.post(f"{path}/udskyd", version=1, due_on="21.11.2126", reason="Borgeren er rejst")
    solveig.post(f"{path}/udskyd", version=1, due_on="21.11.2027", reason="Borgeren er rejst")

    assert far.status_code == 422
    assert re.search(r'id="due_on-\w+-error">.*Fristen ligger mere end to år fremme. Ret datoen.', far.text)
    assert "Borgeren er rejst</textarea>" in far.text
    assert "frist søn. 21. nov. 2027" in solveig.get(path).text


def test_what_was_begun_in_place_can_be_done_at_once(visit, task):
    answer = visit("solveig").post(f"/o/{task.ref}/begynd", htmx=True, version=1)

    assert answer.text.index("Fortryd") < answer.text.index("Markér som udført")
    assert answer.text.count('name="version" value="2"') == answer.text.count('name="version"')


def shown_by(visitor, page: str) -> dict[str, str]:
    """What the cards of a page send along: which page it is that shows them."""
    says = re.search(r"hx-vals:inherited='([^']+)'", visitor.get(page).text)
    return json.loads(says[1]) if says else {}


def act_from(visitor, page: str, path: str, **fields):
    """Press a button of a card that stands on `page`."""
    return visitor.post(path, htmx=True, **shown_by(visitor, page), **fields).text


def beside(answer: str) -> list[str]:
    """What else than the card an answer swaps."""
    return re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', answer)


def test_on_the_page_of_its_case_what_stands_beside_a_card_changes_with_it(visit, cast):
    case = a_case(cast, is_acute=True)
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20))
    solveig = visit("solveig")

    told = act_from(solveig, f"/sager/{case.ref}", f"/o/{task.ref}/vurdering", version=1, note="Ingen trusler")
    again = act_from(solveig, f"/sager/{case.ref}", f"/o/{task.ref}/fortryd", version=2)

    assert beside(told) == ["sagen", "akut", "boks-safety-antal", "nu", "mangler", "status"]
    assert "Vurderet 20. nov., ses igen" in told
    assert "Sagen er akut." not in told
    assert "Sagen er akut." in again


def test_a_task_is_done_by_a_dozen_statements_in_one_transaction(visit, cast, case, queries, monkeypatch):
    """The event of what was done is the record: no look at the case is written beside it, and none at another task."""
    solveig, opened = visit("solveig"), []
    monkeypatch.setattr(database, "before_the_end", [*database.before_the_end, lambda: opened.append(1)])
    asked = {}
    for page in (f"/sager/{case.ref}", "/", "/tavle"):
        task = a_task(case, due_on=date(2026, 11, 20), assignee=cast["solveig"])
        shown, before = shown_by(solveig, page), Event.select().count()
        opened.clear()
        queries.clear()
        solveig.post(f"/o/{task.ref}/udfoert", htmx=True, version=1, **shown)
        asked[page] = (len(queries) <= 12, len(opened), Event.select().count() - before)

    assert asked == dict.fromkeys(asked, (True, 1, 1))


def test_on_other_pages_a_card_answers_alone(visit, task):
    told = act_from(visit("solveig"), "/tavle", f"/o/{task.ref}/udfoert", version=1)

    assert beside(told) == ["status"]


def test_who_may_not_see_the_case_is_told_nothing_of_it_whatever_page_is_named(visit, cast, case):
    task = a_task(case, assignee=cast["ulla"])

    told = act_from(visit("ulla"), f"/sager/{case.ref}", f"/o/{task.ref}/begynd", version=1)

    assert "Opgaven er i gang." in told
    assert case.code not in told


def test_a_date_is_understood_and_shown_back(visit, task):
    solveig = visit("solveig")

    solveig.post(f"/o/{task.ref}/udskyd", version=1, due_on="mandag", reason="")
    answer = solveig.post(f"/o/{task.ref}/udskyd", htmx=True, version=1, due_on="30/11-26", reason="")

    assert "Opgaven er udskudt til mandag 30. november." in answer.text
    assert now(task).due_on == date(2026, 11, 30)


def test_a_date_that_is_none_is_answered_at_its_field_with_what_was_typed(visit, task):
    answer = visit("solveig").post(f"/o/{task.ref}/udskyd", version=1, due_on="snart", reason="ferie")

    assert answer.status_code == 422
    assert 'value="snart"' in answer.text
    assert "ferie</textarea>" in answer.text
    assert f'href="#due_on-{task.ref}"' in answer.text


def test_a_form_in_place_that_is_refused_comes_back_in_its_card_with_what_was_typed(visit, task):
    answer = visit("solveig").post(f"/o/{task.ref}/udskyd", htmx=True, version=1, due_on="snart", reason="ferie")

    assert answer.status_code == 422
    assert answer.text.startswith(f'<li id="task-{task.ref}"')
    assert answer.text.count(f'id="due_on-{task.ref}"') == 1
    assert 'value="snart"' in answer.text
    assert "ferie</textarea>" in answer.text
    assert "Skriv datoen som dag, måned og år" in answer.text


def test_what_is_typed_in_place_stays_when_the_task_has_been_closed(visit, case):
    task = a_task(case, due_on=date(2026, 11, 25))
    solveig = visit("solveig")
    solveig.post(f"/o/{task.ref}/udfoert", version=1)

    answer = solveig.post(f"/o/{task.ref}/udskyd", htmx=True, version=1, due_on="30 11 2026", reason="ferie")

    assert answer.status_code == 422
    assert "Opgaven er lukket." in answer.text
    assert "ferie</textarea>" in answer.text


def test_the_second_of_two_who_postpone_in_place_sees_both_dates_in_the_card_and_may_go_on(visit, task):
    solveig, rikke = visit("solveig"), visit("rikke")
    solveig.post(f"/o/{task.ref}/udskyd", version=1, due_on="30 11 2026", reason="")

    told = rikke.post(f"/o/{task.ref}/udskyd", htmx=True, version=1, due_on="1 12 2026", reason="")
    again = rikke.post(f"/o/{task.ref}/udskyd", htmx=True, version=2, due_on="1 12 2026", reason="")

    assert (told.status_code, again.status_code) == (409, 200)
    assert told.text.startswith(f'<li id="task-{task.ref}"')
    assert "Solveig Sand ændrede opgaven" in told.text
    assert "Ny frist: sådan står der nu" in told.text
    assert ">30.11.2026</blockquote>" in told.text
    assert 'value="1 12 2026"' in told.text
    assert '<input type="hidden" name="version" value="1">' not in told.text
    assert now(task).due_on == date(2026, 12, 1)


def test_the_second_of_two_who_press_sees_in_the_card_how_it_stands(visit, task):
    solveig, rikke = visit("solveig"), visit("rikke")
    solveig.post(f"/o/{task.ref}/begynd", version=1)

    told = rikke.post(f"/o/{task.ref}/udfoert", htmx=True, version=1)

    assert told.status_code == 409
    assert told.text.startswith(f'<li id="task-{task.ref}"')
    assert "Sådan står det nu." in told.text
    assert "I gang" in told.text
    assert 'name="version" value="2"' in told.text


def test_a_card_says_why_its_task_was_postponed(visit, case):
    task = a_task(case, must=True, due_on=date(2026, 11, 25))
    solveig = visit("solveig")

    solveig.post(f"/o/{task.ref}/udskyd", version=1, due_on="1. december", reason="Borgeren er <rejst>")

    assert "Udskudt: Borgeren er &lt;rejst&gt;" in solveig.get(f"/o/{task.ref}").text
    assert "Udskudt: Borgeren er &lt;rejst&gt;" in solveig.get(f"/sager/{case.ref}?opgave={task.ref}").text


def test_a_must_without_a_reason_is_asked_for_one(visit, case):
    task = a_task(case, must=True, due_on=date(2026, 11, 25))

    answer = visit("solveig").post(f"/o/{task.ref}/udskyd", version=1, due_on="1 12 2026", reason="")

    assert answer.status_code == 422
    assert "Skriv, hvorfor den udskydes" in answer.text
    assert 'value="1 12 2026"' in answer.text


def test_safety_cannot_be_postponed_by_a_made_up_form(visit, case):
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20))

    assert visit("solveig").post(f"/o/{task.ref}/udskyd", version=1, due_on="1 12 2026").status_code == 422


@pytest.mark.parametrize("path", ["udfoert", "tag", "begynd", "genaabn"])
def test_a_button_without_a_version_is_refused_with_words(visit, task, path):
    answer = visit("solveig").post(f"/o/{task.ref}/{path}")

    assert answer.status_code == 422
    assert "Siden er forældet" in answer.text


def test_a_referral_cannot_be_ticked_off(visit, case):
    task = a_task(case, kind="referral", box="referral", organisation="police")

    answer = visit("solveig").post(f"/o/{task.ref}/udfoert", version=1)

    assert answer.status_code == 422
    assert "Registrér den i stedet" in answer.text


def test_the_second_of_two_who_assign_sees_both(visit, cast, task):
    solveig, rikke = visit("solveig"), visit("rikke")
    solveig.post(f"/o/{task.ref}/tildel", version=1, owner=f"person:{cast['jonas'].ref}")

    answer = rikke.post(f"/o/{task.ref}/tildel", version=1, owner=f"person:{cast['ulla'].ref}")

    assert answer.status_code == 409
    assert now(task).assignee_id == cast["jonas"].ref


def test_who_can_be_chosen_leaves_out_the_excluded(visit, cast, case, task):
    exclude(case, cast["solveig"], person=cast["jonas"])

    page = visit("rikke").get(f"/o/{task.ref}/tildel").text

    assert "Ulla Ulv" in page
    assert "Jonas Jeppe" not in page


def test_assigning_says_who_got_it(visit, task):
    answer = visit("rikke").post(
        f"/o/{task.ref}/tildel", htmx=True, version=1, owner=f"department:{department('jobcenter').ref}"
    )

    assert "Opgaven er tildelt. Den ligger nu hos Jobcenter (hele afdelingen)." in answer.text


def test_no_name_travels_in_a_cookie(visit, cast, task):
    answer = visit("rikke").post(f"/o/{task.ref}/tildel", version=1, owner=f"person:{cast['jonas'].ref}")

    assert "Opgaven er tildelt." in str(answer.headers)
    assert "Jonas" not in str(answer.headers)


def test_nobody_chosen_is_asked_again(visit, task):
    answer = visit("rikke").post(f"/o/{task.ref}/tildel", version=1, owner="")

    assert answer.status_code == 422
    assert "Vælg, hvem der skal udføre opgaven." in answer.text


def test_who_takes_part_is_not_offered_to_assign(visit, task):
    rasmus = visit("rasmus")

    assert "/tildel" not in rasmus.get(f"/o/{task.ref}").text
    assert rasmus.get(f"/o/{task.ref}/tildel").status_code == 403


@pytest.mark.parametrize("path", ["udskyd", "vent", "ikke-relevant", "tildel"])
def test_every_form_has_a_page_of_its_own(visit, task, path):
    assert visit("solveig").get(f"/o/{task.ref}/{path}").status_code == 200


def test_safety_is_assessed_and_asked_for_again(visit, case):
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20))
    solveig = visit("solveig")

    solveig.post(f"/o/{task.ref}/vurdering", version=1, note="Ingen trusler")
    first = solveig.get(f"/o/{task.ref}").text
    solveig.post(f"/o/{task.ref}/vurder-igen", version=2, why="Nye trusler")

    assert "Vurderet 20. nov." in first
    assert "Vurdér igen" in solveig.get(f"/o/{task.ref}").text
    assert now(task).due_on == date(2026, 11, 20)


def test_a_queue_is_emptied_by_who_takes(visit, cast, case):
    task = a_task(case, department=department("jobcenter"))

    answer = visit("jonas").post(f"/o/{task.ref}/tag", htmx=True, version=1)

    assert "Du har taget opgaven." in answer.text
    assert now(task).assignee_id == cast["jonas"].ref


def test_a_free_task_is_made_once_by_a_form_sent_twice(visit, cast, case):
    solveig = visit("solveig")
    page = solveig.get(f"/sager/{case.ref}/opgaver/ny")
    fields = {"title": "Ring til skolen", "box": "network", "due_on": "27 11 2026", "brief": "", "key": "en-noegle",
              "owner": f"person:{cast['ulla'].ref}"}  # fmt: skip

    answers = [solveig.post(f"/sager/{case.ref}/opgaver/ny", **fields).status_code for _ in range(2)]

    assert page.status_code == 200
    assert answers == [303, 303]
    assert Task.select().count() == 1


def test_the_look_at_a_task_is_logged_and_a_refused_look_too(visit, task):
    visit("solveig").get(f"/o/{task.ref}")
    visit("jonas").get(f"/o/{task.ref}")

    outcomes = [event.outcome for event in Event.select().where(Event.object_ref == task.ref).order_by(Event.id)]
    assert outcomes == ["ok", "denied"]


def test_the_page_of_a_task_stays_within_eight_queries(visit, task, queries):
    solveig = visit("solveig")
    solveig.get(f"/o/{task.ref}")
    queries.clear()

    solveig.get(f"/o/{task.ref}")

    assert len(queries) <= 8


def test_a_task_that_stands_for_a_request_leads_to_it(visit, cast, case):
    task = a_task(case, kind="request", box="departments", status="waiting", department=department("jobcenter"))
    with begin():
        made = insert(
            Request, case=case, task=task, department=task.department_id, asker=cast["solveig"], status="sent",
            ask="Kan mødepligten flyttes?", contact_rules="Ring ikke", basis="necessary", party_works_there="no",
            due_on=date(2026, 11, 27), created_at=time.now(), sent_at=time.now(),
        )  # fmt: skip

    answer = visit("solveig").get(f"/o/{task.ref}/anmodning")

    assert (answer.status_code, answer.location) == (303, f"/a/{made.ref}")


def test_a_task_without_a_request_leads_to_none(visit, task):
    assert visit("solveig").get(f"/o/{task.ref}/anmodning").status_code == 404
